### What `--help` says of commands: `help-COMMAND-about` in one line, `-long` what
### `--help` adds to it, `-intro` what stands before the examples, `-rules` what
### flags alone cannot say.

# Headings of groups of flags.
help-heading-global = Global options
help-heading-connection = Account and connection
help-heading-to-account = Into an account
help-heading-many = Many accounts

help-wxbackup-about = Saves the whole library of a WeChat Official Account in one zip, proves that it is whole, and gives it back
help-wxbackup-examples =
    wxbackup demo                                 see all of it, with nothing set up
    wxbackup export --appid ID --secret-file F    save an account in the current folder
    wxbackup verify wxbackup-*.zip                prove that archives are whole
    wxbackup restore ARCHIVE.zip --to library     get everything back as files

help-export-about = Save the library of an account in one archive
help-export-examples =
    wxbackup export --appid wx0123456789abcdef --secret-file secret.txt
    wxbackup export -o /var/backups/wechat --account shop        an account of the settings file
    wxbackup export -o /var/backups/wechat --all                 all of them
    wxbackup export -o backups --sections draft,published        only what changes most
    wxbackup export -o backups -q --allow-gaps known             from cron: only new gaps are told
    wxbackup export -o backups --seal-staged                     what was fetched before the account was banned

help-verify-about = Prove that archives are whole and unchanged
help-verify-examples =
    wxbackup verify wxbackup-*.zip
    wxbackup verify --level structure wxbackup-*.zip     seconds, whatever the size
    ssh host cat ARCHIVE.zip | wxbackup verify -

help-restore-about = Give an archive back as files in a folder, or put it into an account
help-restore-examples =
    wxbackup restore ARCHIVE.zip --to library
    wxbackup restore ARCHIVE.zip --to 2023 --only 'section=image;date=2023'
    wxbackup restore ARCHIVE.zip --to spring --only title={ "\u6625\u5929" }
    wxbackup restore ARCHIVE.zip --to bag --layout bag
    wxbackup restore ARCHIVE.zip --to-account new             what would be put into an account
    wxbackup restore ARCHIVE.zip --to-account new --apply     put it in; again, to go on
    wxbackup restore ARCHIVE.zip --to-account new --check     compare the account with the archive
    wxbackup restore --undo ARCHIVE.upload-ID.jsonl           what would be deleted again

help-extract-about = Take the articles of an archive out as Markdown, HTML, text or tables
help-extract-examples =
    wxbackup extract ARCHIVE.zip --to articles --format markdown
    wxbackup extract ARCHIVE.zip --to 2023 --format text --only 'section=published;date=2023'
    wxbackup extract ARCHIVE.zip --to pages --format html-single --only title={ "\u6625\u5929" }
    wxbackup extract ARCHIVE.zip --to tables --format csv                 for Excel

help-list-about = List what an archive holds
help-list-examples =
    wxbackup list ARCHIVE.zip
    wxbackup list ARCHIVE.zip --section draft
    wxbackup list ARCHIVE.zip --csv > library.csv          for Excel
    wxbackup list ARCHIVE.zip | grep 2023-05 | cut -f5     ids of a month

help-diff-about = Show what differs between two archives of an account
help-diff-examples =
    wxbackup diff MONDAY.zip TUESDAY.zip
    wxbackup diff MONDAY.zip TUESDAY.zip | grep ^removed
    wxbackup diff MONDAY.zip TUESDAY.zip --json | jq -r 'select(.op == "added").title'

help-browse-about = Show an archive in the browser: its pages, a search, and what its run covered
help-browse-long = The pages come straight out of the zip: nothing is unpacked, nothing is written, and nothing is asked of the network. The address on stdout holds a token that works once, and only on this machine. Ctrl-C ends it, with 0.
help-browse-examples =
    wxbackup browse ARCHIVE.zip
    wxbackup browse ARCHIVE.zip --no-open --port 8000    and open the address by hand, such as through ssh -L 8000:127.0.0.1:8000

help-status-about = Tell how old the newest good archive of each account is
help-status-examples =
    wxbackup status -o /var/backups/wechat
    wxbackup status -o /var/backups/wechat -q --max-age 26h     for a monitor
    wxbackup status --account shop --json

help-prune-about = Remove old archives, and keep as many of each age as you say
help-prune-examples =
    wxbackup prune --keep-daily 14 --keep-monthly 12             say what would go
    wxbackup prune --keep-daily 14 --keep-monthly 12 --apply     remove it
    wxbackup prune -o /var/backups/wechat --account shop --keep-last 7 --apply
help-prune-rules =
    What stays:
      Each account is taken for itself. An archive stays if one rule keeps it; days, weeks, months and
      years are those of China (UTC+08:00). While a count is not used up, the oldest archive stays too.
      Only good archives (complete or complete-with-gaps) count. Partial ones newer than the newest good
      one count among themselves, by the same numbers; older partial ones go.
      In any case stay: the newest good archive, archives that cannot be read or come from the future,
      files of other programs, and all archives of an account that a run is at work on.

help-doctor-about = Tell whether an export would work now, and what to do where it would not
help-doctor-intro =
    It looks at the way to WeChat, the address that WeChat sees, the secret, what the
    account may read, the quotas, the clock, the disk, the lock and the archives.
    Nothing is written, and nothing of the account is changed.
help-doctor-examples =
    wxbackup doctor --appid wx0123456789abcdef --secret-file secret.txt
    wxbackup doctor --account shop -o /var/backups/wechat
    wxbackup doctor --account shop --json | jq -r 'select(.for_admin).for_admin'     what to ask of the administrator

help-demo-about = Show all of it on a simulated account, with nothing set up
help-demo-examples = wxbackup demo

help-config-about = Show, check or begin the settings
help-config-examples =
    wxbackup config init      write a settings file to fill in
    wxbackup config check     say what is wrong with it
    wxbackup config show      say what is in effect, and why

help-config-show-about = Show every value in effect and where it comes from; secrets are not shown
help-config-show-intro = It takes the flags of export, and shows what an export with them would use.
help-config-show-examples =
    wxbackup config show
    wxbackup config show --account shop --jobs 4     what an export with these flags would use

help-config-check-about = Check the settings, the secrets and the output folder, without the network
help-config-check-intro =
    It takes the flags of export, and checks what an export with them would use:
    every account of the settings file, or the one that --account names.
help-config-check-examples =
    wxbackup config check
    wxbackup config check --account shop -o /var/backups/wechat

help-config-init-about = Write a settings file with an explanation of everything, for you to fill in
help-config-init-intro =
    It goes where --config says, else to the usual place of your settings. A file
    that is there already is left as it is.
help-config-init-examples =
    wxbackup config init
    wxbackup config init --config /etc/wxbackup/config.toml

help-notify-about = Try out the telling of how an export ended
help-notify-examples = wxbackup notify test     tell everyone that the settings name

help-notify-test-about = Tell everyone that the settings name, and say who could be told
help-notify-test-intro =
    Commands run, and chats get a message; both are told that it is a test. A ping
    goes to /log, which does not count as a run. No file of metrics is changed.
help-notify-test-examples =
    wxbackup notify test
    wxbackup notify test --account shop     whom an export of that account tells

help-completions-about = Print completions for a shell
help-completions-examples =
    wxbackup completions bash > ~/.local/share/bash-completion/completions/wxbackup
    wxbackup completions zsh > ~/.zfunc/_wxbackup

help-man-about = Print the manual page of the program or of one command
help-man-examples =
    wxbackup man | man -l -
    wxbackup man completions > wxbackup-completions.1
