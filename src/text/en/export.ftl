### `export`, of one account and of many.

row-unchanged = unchanged
row-size = size
row-staged = staged
export-unchanged = since { $run }: no archive was written, that one stands
export-size = { $size }, sha256 { $digest }
export-refused = this account may not read { $sections }; if that is as it should be, say --allow-gaps no_permission, or leave it out with --sections
export-doubt = { $lhs } against { $rhs }; something may have been listed twice or not at all, run again to be sure
export-not-yet = no archive was written yet: { $left }
export-list-not-ended = the list of { $sections } has not ended
export-items-left = { $count } items are left
export-staged = { $files } files, { $size }

all-two-wishes = { $variable } and WXBACKUP_ACCOUNT are both set: keep the one that is meant
all-one-has-no-parts = --shard and --shards are for --all: one account has no parts
all-wrong-word = { $variable } must be true or false
all-base = --base FILE is for one account; with --all each builds on its own newest archive
all-panicked = the run of this account ended in a mistake of wxbackup; please report it
all-not-begun = not begun
all-interrupted = interrupted
all-accounts =
    { $count ->
        [one] { $count } account
       *[other] { $count } accounts
    }
all-nothing-to-do = nothing to do: of the { $accounts } of the settings none is in shard { $shard }
all-in-shard = shard { $shard }: { $count } of the { $accounts } of the settings

shard-wrong-index = { $variable } is `{ $index }`, and --shards { $total } needs one from 0 to { $last }
shard-no-total = { $variable } is set, but nothing says how many parts there are: give --shards N (the Job's completions), or --shard 1/1 for all accounts
shard-no-index = --shards { $total } needs { $variable }, which is not set; outside an indexed Job say --shard I/{ $total }
