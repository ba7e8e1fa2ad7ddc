### What an error means: what to do about it, and what an exit code says.

exit-done = done; of export: complete, or every gap is one that --allow-gaps accepts
exit-failed = failed; earlier archives are untouched; of status: one is older than --max-age
exit-usage = wrong usage or settings; no key that opens an encrypted archive
exit-gaps = the archive is written and valid, but lacks some items; each is listed
exit-person = credentials, permission, IP allow-list, frozen account: a person must act
exit-later = a quota or rate limit stopped the run; what was fetched is kept, run again later
exit-damage = the archive is damaged, or not in canonical form
exit-locked = another run of this account holds the lock
exit-interrupted = interrupted (SIGINT); what was fetched is kept
exit-terminated = terminated (SIGTERM); what was fetched is kept

hint-newer-version = a newer version of wxbackup wrote it, and a newer one reads it
hint-lock-held = wait until it ends; a run that died holds no lock, so there is nothing to clean up
hint-connect = check that this machine reaches the network; behind a proxy set HTTPS_PROXY, or proxy in the settings file
hint-certificate = something between here and WeChat shows a certificate of its own; if that is meant to be, name its CA with --ca-file
hint-ip-list =
    add { $address ->
        [unknown] the address of this machine
       *[other] the address { $address }, which WeChat saw,
    } to the list at mp.weixin.qq.com: { $menu }; it takes effect after some minutes
hint-admin-asked =
    WeChat has asked the account's administrator, in WeChat, to confirm the address{ $address ->
        [unknown] { "" }
       *[other] { " " }{ $address }
    }; run again once that is done
hint-admin-refused = the account's administrator refused this address: ask them, and try again after an hour (89507) or a day (89506)
hint-secret-frozen = the AppSecret is frozen; unfreeze it at mp.weixin.qq.com: { $menu }
hint-secret-wrong = the AppSecret is not that of this AppId; copy both from mp.weixin.qq.com: { $menu }. A secret that was reset there takes the place of the old one at once
hint-appid-wrong = check the AppId: mp.weixin.qq.com, { $menu }
hint-token = the access token has expired, or a newer one was issued since; ask whoever issues it for the current one
hint-no-permission = this account may not use that call: mp.weixin.qq.com, { $menu }, shows what it may. Leave the section out with --sections, or accept it with --allow-gaps no_permission
hint-blocked-for-a-while = WeChat has blocked this call for a while; run again later
hint-account-frozen = WeChat has frozen or restricted the account; log in at mp.weixin.qq.com and follow what is said there ({ $violations }, { $appeal })
hint-quota = the day's quota of that call is used up; it begins anew at midnight in China. Run the same command then: nothing that was fetched is lost
hint-reserved = run the same command tomorrow (quotas begin anew at midnight in China): it goes on where this run stopped. To use more of each day, keep less with --quota-reserve, or quota_reserve in the settings file
hint-rate = WeChat asks for fewer calls a minute; another system may be using the account too. Run the same command again in some minutes: nothing that was fetched is lost
hint-nothing-lost = run the same command again: nothing that was fetched is lost, and nothing is asked for twice

hint-disk-full = the disk is full; make room and run the same command again: what was fetched is kept
hint-may-not = give the user who runs this the right to that place
hint-read-only = that file system is mounted read-only; choose another folder
hint-is-a-folder = that is a folder, and a file is wanted
hint-not-found = check the spelling; relative paths start at the current folder

hint-archive-is-a-folder = give the zip itself; an archive that was unpacked can be verified, and read in a browser from its data/index.html
hint-archive-encrypted = give the key that opens it: --identity FILE
hint-archive-no-key-fits = --identity FILE names the file of the key of one of its recipients; sha256sum -c with the .sha256 beside it tells whether it is damaged
hint-archive-damaged = fetch another copy; what is whole in this one, `wxbackup restore` gives back
hint-archive-other-zip = archives are named wxbackup-<appid>-<time>.zip; one that was unpacked and packed again is no archive any more, but its folder can be verified
hint-archive-no-zip = archives are named wxbackup-<appid>-<time>.zip

hint-output-is-a-file = a file has that name; name a folder with --output
hint-no-output = make it first: mkdir -p '{ $folder }', or name another with --output
hint-output-no-folder = name another with --output
hint-to-not-empty = name a folder that is new or empty with --to; nothing is ever written over
hint-part-of-bag = use --layout human for a part
hint-restore-unknown = --layout bag gives it back as it is; a newer version of wxbackup reads its records
hint-restore-no-room = make room, or restore a part with --only
hint-extract-unknown = a newer version of wxbackup reads its records
hint-port-taken = another program has that port; without --port one is taken that is free
hint-browse-record = `wxbackup verify` says what is wrong with the archive; what is whole in it, `wxbackup restore` gives back
hint-diff-other-account = compare archives of one account
hint-diff-record = `wxbackup verify` says what is wrong with the archive; what cannot be read would pass for removed, so nothing is compared

hint-no-account = give --appid and --secret-file, or set WXBACKUP_APPID and WXBACKUP_SECRET, or write an account into the settings file; `wxbackup demo` needs none of them
hint-several-accounts = choose one with --account NAME, or run every one with --all
hint-two-credentials = keep the one that is meant
hint-odd-secret = it must be the AppSecret or the token alone, one word of printable ASCII
hint-other-appid = leave --appid out, or give the secret of that AppId with it, as --secret-file
hint-secret-command-late = run the command by hand: where it waits for a password or a touch, nobody is there at night
hint-no-web-address = copy the whole of it from the service or the robot; it begins with https://
hint-nobody-to-tell = write a table [notify] into the settings file; the one that `wxbackup config init` writes explains it
hint-same-appid = one account needs one table; take the others out
hint-no-variable = cron, services and containers have an environment of their own: set it there
hint-secret-command = cron and services look for programs in few folders: write the whole path of the program
hint-secret-command-failed = run the command by hand to see what it needs
hint-wrong-address = write it like http://host:port; for a proxy also https://, socks5:// or socks5h://
hint-unknown-account = accounts are the tables [accounts.NAME] of the settings file
hint-settings-exist = it is left as it is; move it away, or name another place with --config
hint-no-place-for-settings = name a file with --config, or set HOME or XDG_CONFIG_HOME
hint-same-account = everything in it would be there twice; where that is meant, give --same-account
hint-no-room = delete what is not needed in WeChat's console, or put back a part with --only
