### The stage: where a run gathers what it fetches.

stage-lock-held = another run is at work on this account
stage-lock-held-by = another run is at work on this account: process { $pid } on { $host }, since { $since }
stage-other-version = the stage in { $path } was made by another version of wxbackup; finish that run with it, or forget it with --fresh
