### What keeps watch over the backups and the settings: status, prune, doctor, config.

head-account = ACCOUNT
head-exit = EXIT
head-stored = STORED
head-gaps = GAPS
head-size = SIZE
head-result = RESULT
head-newest-good = NEWEST GOOD
head-age = AGE
head-status = STATUS
head-archives = ARCHIVES
head-what = WHAT
head-time = TIME
head-why = WHY
head-check = CHECK
head-verdict = VERDICT
head-setting = SETTING
head-value = VALUE
head-from = FROM
head-channel = CHANNEL

status-cannot-tell = cannot look at the archives of { $account }
status-too-old = { $late } of { $accounts } accounts have no good archive of the last { $age }
status-names-more = { $names } and { $more } more
status-empty = no archive is in { $folder }
status-late = late
status-running = a run is at work
status-staged = { $size } staged
status-newer-partial = { $count } newer partial
by-receipt = encrypted; as its receipt tells
status-newer-unreadable = { $count } newer unreadable

prune-cannot = nothing of { $account } was removed
prune-kept = kept
prune-would-go = would go
prune-removed = removed
prune-archives = { $count } archives
prune-preview = nothing was removed; --apply removes them
prune-fate = { $fate }
prune-rule = { $rule }
prune-oldest = oldest { $rule }
prune-newest-good = newest good
prune-unreadable = unreadable
prune-future = from the future

check-right =
    the settings are right: { $accounts ->
        [one] { $accounts } account
       *[other] { $accounts } accounts
    }
check-problems =
    { $problems ->
        [one] { $problems } problem
       *[other] { $problems } problems
    }
check-account = account `{ $name }` cannot be used
check-channel = { $name } cannot be used
check-metrics = metrics cannot be written
check-archives = archives cannot be written
init-exists = { $path } is there already
init-no-place = this user has no folder for settings
init-done = fill it in, then run `wxbackup config check`
show-no-account = no account is chosen: { $why }

doctor-well = nothing is in the way of an export
doctor-well-warned =
    { $warnings ->
        [one] nothing is in the way of an export; { $warnings } warning
       *[other] nothing is in the way of an export; { $warnings } warnings
    }
doctor-unwell =
    { $problems ->
        [one] { $problems } problem is in the way of an export: { $names }
       *[other] { $problems } problems are in the way of an export: { $names }
    }
doctor-check = { $check }
doctor-check-of = { $check } { $about }
doctor-verdict = { $verdict }
doctor-account = account { $name }, { $appid }
doctor-not-looked-at = not looked at
doctor-granted = granted
doctor-granted-items = granted, { $items } items
doctor-calls-left = { $left } of { $limit } calls are left today
doctor-no-folder = there is no such folder
doctor-running = a run is at work
doctor-running-who = a run is at work: process { $pid } on { $host }, since { $since }
doctor-staged = { $size } gathered
doctor-staged-since = { $size } gathered, by a run that began { $since }
doctor-answers = { $host } answers
doctor-let-in = WeChat lets this machine in
doctor-gives-token = WeChat gives a token for it
doctor-accepts = WeChat accepts it
doctor-in-use = in use
doctor-no-run = no run is at work
doctor-nothing-left-over = nothing is left over
doctor-fine = ok
doctor-clock-right = as WeChat's
doctor-clock-ahead = { $time } ahead of WeChat's
doctor-clock-behind = { $time } behind WeChat's
doctor-seconds = { $seconds } s
doctor-free = { $free } free
doctor-free-wanted = { $free } free, { $wanted } may be needed for a whole archive
doctor-no-archive = no good archive is there yet
doctor-newest = the newest good one is { $age } old: { $name }
doctor-clock-advice = set this machine's clock, by NTP for one: archives are named by it, and their ages are told by it
doctor-room-advice = make room: a run gathers everything before it writes the archive; `wxbackup prune` removes old archives
doctor-running-advice = an export would end with 11 until it ends; a run that died holds no lock
doctor-published-advice = unverified and personal accounts may not read { $published } since July 2025: leave it out with --sections, accept it in export with --allow-gaps no_permission, or have the account verified ({ $verification })
doctor-section-advice = an unverified account may lack this permission, the AppID of a mini program ({ $program }) has none of them, and the token of a third-party platform needs it granted ({ $grants }); mp.weixin.qq.com, { $menu }, shows what the account may. Leave the section out with --sections, or accept it in export with --allow-gaps no_permission
