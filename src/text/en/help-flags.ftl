### What `--help` says of flags and arguments: `help-COMMAND-FLAG`, and
### `help-shared-FLAG` where several commands take it.

help-global-account = Account of the settings file to work on [env: WXBACKUP_ACCOUNT]
help-global-config = Settings file, instead of $XDG_CONFIG_HOME/wxbackup/config.toml or /etc/wxbackup/config.toml [env: WXBACKUP_CONFIG]
help-global-quiet = Say nothing but results, warnings and errors
help-global-verbose = Tell of each call to WeChat too
help-global-json = Write one JSON object a line to stdout; the last is the summary
help-global-progress = Show progress, bars on a terminal, else a line every 30 seconds: auto, always, never
help-global-color = Use colours: auto, always, never
help-global-lang = Language of messages and help: zh, en; else lang of the settings, else that of the locale

help-shared-archive = The archive
help-shared-sections = Sections to cover
help-shared-output = Folder of the archives [default: output of the settings, else .]
help-shared-stage = Folder that runs gather in, if it is another than the output folder
help-shared-only = Only a part: section=, id=, title=, date=; clauses with ; between them must all fit, values with , any
help-shared-identity = File of keys (age-keygen) that open encrypted archives; may be given several times
help-shared-ca-file = Certificates (PEM) to trust besides the system's [env: WXBACKUP_CA_FILE]
help-shared-to = Folder to write to; new or empty

help-connection-appid = AppId of the account [env: WXBACKUP_APPID]
help-connection-secret-file = File that holds the AppSecret and nothing else; the secret itself may be in WXBACKUP_SECRET [env: WXBACKUP_SECRET_FILE]
help-connection-access-token-file = File that holds an access token issued elsewhere, instead of a secret; the token itself may be in WXBACKUP_ACCESS_TOKEN [env: WXBACKUP_ACCESS_TOKEN_FILE]
help-connection-api-base = Where the API is, instead of https://api.weixin.qq.com; plain http only on this machine [env: WXBACKUP_API_BASE]

help-export-output = Folder of the archives, of any number of accounts [default: output of the settings, else .]
help-export-jobs = Downloads side by side
help-export-fresh = Forget what an interrupted run has fetched, and begin anew
help-export-seal-staged = Make an archive of what is staged and of the base; asks WeChat for nothing
help-export-base = Archive to build on; `none` fetches all, and drops what was deleted [default: the newest]
help-export-always = Write an archive even if nothing has changed
help-export-no-retain-deleted = Leave out what is no longer in the account, instead of keeping it
help-export-allow-gaps = Gaps that do not make the exit code 3: classes, reasons, or known (in the base too)
help-export-pictures-by = How to fetch pictures: cdn (by their addresses, no API call) or api (the API's own bytes, one call each)
help-export-asset-hosts = A host besides WeChat's own that articles may take pictures from
help-export-quota-reserve = Part of each call's daily quota to leave for your other systems, in percent, where a run needs many calls [default: what the settings say, else 20]
help-export-stage = Folder to gather in, if the output folder is slow or on a network
help-export-sign-key = Ed25519 key of OpenSSH to sign the archive with, without a passphrase
help-export-recipients = Key (age1…) for which to encrypt the archive; give at least two, one of them kept offline

help-many-all = Run every account of the settings file; one that fails stops no other, and the exit code is the gravest of all [env: WXBACKUP_ALL]
help-many-accounts-at-once = Accounts side by side, with --all; --jobs is for each of them
help-many-shard = With --all: only the accounts of part I of N, from 1/N to N/N; an account stays in its part when others come or go
help-many-shards = With --all, in a Kubernetes indexed Job: how many parts there are; JOB_COMPLETION_INDEX says which is this one's

help-verify-archives = Archives, folders that one was unpacked into, or - for stdin
help-verify-level = How deep: quick (head and tail), structure (every header), checksums (every byte), full (every record too)
help-verify-allowed-signers = Keys that must have signed each archive, as ssh-keygen(1) lists them; take the file from elsewhere than the archive

help-restore-layout = human (folders and names that people read) or bag (as it lies in the archive, for sha256sum)
help-restore-to-account = Account to put the archive into, by its name in the settings file, or `default` for the one of flags and environment; without --apply, only says what would be done
help-restore-apply = Do it. Nothing is published, overwritten or deleted; articles become drafts
help-restore-check = Compare the account with what was put into it
help-restore-undo = Say what an upload has put in, by its receipt; with --apply, delete exactly that
help-restore-confirm-appid = AppId of the account that --apply changes; asked for on a terminal
help-restore-same-account = Allow the account that the archive is of
help-restore-keep-duplicates = Upload items with the same bytes one by one, instead of once
help-restore-convert-webp = Upload pictures in WebP, which WeChat refuses, as PNG or JPEG
help-restore-shorten-titles = Cut titles to the 32 characters that WeChat takes

help-extract-format = markdown (with front matter), html (offline pages), html-single (one file each, pictures inside), text, or csv (articles.csv and media.csv)

help-list-section = Only one section: image, voice, video, news, draft, published
help-list-csv = Write a table for spreadsheets

help-diff-old = The older archive
help-diff-new = The newer archive
help-diff-assets = Show each picture and sound of articles too, which are only counted otherwise

help-browse-port = Port to listen at, on 127.0.0.1 alone; 0 takes one that is free
help-browse-open = Open the browser also where stdout is no terminal
help-browse-no-open = Open no browser, and only say the address

help-status-max-age = End with 1 if an account has no good archive that is at most so old, such as 90m, 26h, 2d, 1w; a run that found nothing new counts

help-prune-apply = Remove; without it only say what would go
help-prune-last = Keep the newest N
help-prune-daily = Keep the newest of each of the last N days that have an archive
help-prune-weekly = Keep the newest of each of the last N weeks (from Monday)
help-prune-monthly = Keep the newest of each of the last N months
help-prune-yearly = Keep the newest of each of the last N years

help-doctor-sections = Sections that exports cover; what is left out need not be granted

help-demo-to = Folder to write to; by default demo in the current folder, or the next free name

help-completions-shell = The shell

help-man-command = The command, such as export or config show; without one, the program

# What stands for a value.

help-value-dir = DIR
help-value-file = FILE
help-value-file-none = FILE|none
help-value-name = NAME
help-value-list = LIST
help-value-n = N
help-value-i-n = I/N
help-value-id = ID
help-value-url = URL
help-value-when = WHEN
help-value-language = LANGUAGE
help-value-gaps = GAPS,...
help-value-way = WAY
help-value-host-port = HOST[:PORT]
help-value-percent = PERCENT
help-value-key = KEY
help-value-archive = ARCHIVE
help-value-level = LEVEL
help-value-layout = LAYOUT
help-value-receipt = RECEIPT
help-value-select = SELECT
help-value-format = FORMAT
help-value-section = SECTION
help-value-a = A
help-value-b = B
help-value-port = PORT
help-value-age = AGE
help-value-shell = SHELL
help-value-command = COMMAND

# What a value means, in completions.

help-choice-progress-auto = On a terminal
help-choice-progress-always = In any case
help-choice-progress-never = In no case
help-choice-color-auto = On a terminal
help-choice-color-always = In any case
help-choice-color-never = In no case
help-choice-lang-zh = Chinese
help-choice-lang-en = English
help-choice-pictures-by-cdn = By the addresses that the list gives
help-choice-pictures-by-api = From the API, one call each
help-choice-level-quick = Head and tail
help-choice-level-structure = Every header
help-choice-level-checksums = Every byte
help-choice-level-full = Every record too
help-choice-layout-human = For people
help-choice-layout-bag = For programs
help-choice-format-markdown = For editors and site generators
help-choice-format-html = For browsers
help-choice-format-html-single = For browsers, in one file
help-choice-format-text = For people
help-choice-format-csv = For spreadsheets
