### The settings file, and the account that a run works on.

settings-unreadable = cannot read the settings
settings-syntax = { $path }, line { $line }, column { $column }: { $message }
settings-unknown-key = { $path }, line { $line }: unknown key `{ $key }`
settings-wrong-value = { $path }, line { $line }: `{ $key }` must be { $expected }
settings-did-you-mean = { $error }; did you mean `{ $near }`?
settings-no-account = no account is given
settings-no-accounts = the settings have no accounts
settings-unknown-account = the settings have no account `{ $name }`
settings-several-accounts = the settings have several accounts: { $names }
settings-no-appid = the AppId of the account is not given
settings-invalid-appid = `{ $text }` is no AppId
settings-no-credential = no secret and no access token is given for { $appid }
settings-two-credentials = both a secret and an access token are given
settings-other-appid = account `{ $name }` belongs to { $theirs }, but the AppId given is { $given }
settings-same-appid = the accounts { $names } have the same AppId, { $appid }
settings-appid-of-another = account `{ $first }` has the same AppId, { $appid }
settings-no-variable = the variable { $variable } is not set
settings-empty-secret = the secret is empty: { $place }
settings-odd-secret = this does not look like a secret: { $place }
settings-no-web-address = { $name } is no http or https address
settings-nobody-to-tell = the settings name nobody to tell
settings-secret-file = cannot read the secret
settings-ca-file = cannot read the certificates
settings-wrong-address = { $what } is no address that can be used
settings-secret-command = cannot run `{ $program }` to ask for the secret
settings-secret-command-failed = `{ $program }`, asked for the secret, ended with { $status }
process-ended = exit status: { $code }
settings-secret-command-late = `{ $program }`, asked for the secret, gave none within { $limit }

expected-accounts = a table of accounts
expected-account = a table with appid and secret
expected-appid = an AppId: printable ASCII without blanks, such as wx0123456789abcdef
expected-one-credential = a table with one of secret and token
expected-table-with-appid = a table with an appid
expected-source = { "{" } file = "…" { "}" }, { "{" } env = "…" { "}" } or { "{" } command = ["…"] { "}" }; a secret itself has no place in this file
expected-words = a list of words, the program first
expected-text = a text that is not empty
expected-percent = a percentage: a number from 0 to 99, without quotes
expected-recipients = a list of keys age1… in quotes: { $why }
expected-paths = the path of a file in quotes, or a list of them
expected-language = zh or en
expected-notify = a table of whom to tell
expected-bool = true or false
expected-chats = a list of tables, [[notify.chat]]
expected-chat = a table with kind and url
expected-chat-whole = a list of tables with a kind and a url each
expected-chat-kind = wecom, dingtalk or feishu
expected-severity = success, problem or failure
expected-no-secret = without a secret where kind is wecom, which signs nothing
expected-address = an address, { "{" } file = "…" { "}" }, { "{" } env = "…" { "}" } or { "{" } command = ["…"] { "}" }
expected-seconds = a number of seconds, from 1 to those of a day

source-file = file { $path }
source-variable = variable { $name }
source-command = command `{ $program }`
secret-readable = readable
secret-unreadable = not readable
secret-set = set (hidden)
secret-not-set = not set
secret-not-run = not run
secret-exposed = other users of this machine can read this secret; chmod 600 keeps it to its owner
origin-default = default
