### What chats, pings and commands are told, and what `notify test` says.

notify-headline = wxbackup: { $whose }: { $outcome }
notify-headline-of-nobody = wxbackup: { $outcome }
notify-whose = { $name } ({ $appid })
notify-outcome = { $outcome }
notify-is-test = This is a test of the channel; no run has ended.
notify-meaning = { $meaning } (exit code { $code })
notify-archive = archive: { $name }, { $size }, { $status }
notify-unchanged = unchanged since: { $run }
notify-stored = stored: { $counts }
notify-missing = missing: { $counts }
notify-not-listed = not listed: { $sections }
notify-gaps = gaps: { $reasons }
notify-count = { $count } { $what }
notify-titles = titles: { $titles }
notify-error = error: { $error }
notify-next = next: { $step }
notify-quota-left = quota left: { $quotas }
notify-quota = { $api } { $left }
notify-took = took: { $time }
notify-seconds = { $seconds } s
notify-minutes = { $minutes } min { $seconds } s
notify-hours = { $hours } h { $minutes } min { $seconds } s

log-phase = { $phase }
log-warning = warning: { $code }: { $message }
log-warning-about = warning: { $code }: { $about }: { $message }
log-gap = gap: { $kind } { $id }: { $reason }
log-gap-named = gap: { $kind } { $id } "{ $name }": { $reason }
log-waiting = waiting: { $reason }, { $seconds } s

notify-works = works
notify-told = { $count } told
notify-not-told = { $failed } of { $count } could not be told
