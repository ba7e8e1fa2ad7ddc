### What the program says while it works and when it ends.

label-error = error:
label-caused-by = caused by:
label-hint = hint:
label-warning = warning:
label-gap = gap:
label-finding = finding:
line-labelled = { $label } { $text }
panicked = wxbackup panicked at { $place }: { $text }
panicked-hint = this is a mistake in wxbackup; please report it with the line above
line-named = { $name }: { $line }

# What stands between the parts of a line.
between-causes = { ": " }
between-counts = { ", " }
between-reasons = { ", " }
between-names = { ", " }
between-notes = { "; " }
line-noted = { $line } ({ $note })

# Words of the records, for people.
name-section = { $section }
name-kind = { $kind }
name-reason = { $reason }
name-status = { $status }

gap-item = { $kind } { $id }
gap-item-named = { $kind } { $id } "{ $name }"
gap-told = { $item }: { $reason }
gap-told-detail = { $item }: { $reason } ({ $detail })
finding-told = { $archive }: { $code }: { $message }
finding-told-about = { $archive }: { $code } { $about }: { $message }

call-told = call: { $api } { $millis } ms
call-attempt = attempt { $attempt }
plan-told = plan: { $api }: { $needed } calls needed, { $left } left today after keeping { $reserve } % back: { $days }
plan-unknown = plan: { $api }: { $needed } calls needed; WeChat does not tell how many are left
plan-days =
    { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
plan-no-days = no number of days is enough
waiting-told = waiting: { $reason }, { $millis } ms

progress-starting = starting
progress-phase =
    { $phase ->
        [connect] connecting
        [list] listing
        [fetch] fetching
        [seal] writing the archive
        [check] checking
        [restore] restoring
        [upload] uploading
       *[extract] extracting
    }
progress-phase-of = { $phase } { $section }
progress-of = { $done } of { $total }
progress-waiting = { $line } (waiting: { $reason }, { $seconds } s)
progress-accounts = { $ended } of { $total } accounts have ended
progress-accounts-bar = accounts
progress-ended = ended with { $exit }; { $ended } of { $total } accounts have ended
stdout-failed = cannot write to stdout

count-stored = { $count } stored
count-missing = { $count } missing
count-retired = { $count } retired
coverage-left-out = left out
coverage-not-listed = not listed
coverage-not-listed-now = { $counts }, not listed in this run
coverage-unstable = { $counts }, the list would not hold still
coverage-gaps = { $total }: { $reasons }
coverage-gap = { $count } { $reason }
row-assets = assets
row-gaps = gaps
row-status = status

span-days = { $days }d
span-days-hours = { $days }d { $hours }h
span-hours = { $hours }h
span-hours-minutes = { $hours }h { $minutes }m
span-minutes = { $minutes }m
