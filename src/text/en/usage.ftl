### What clap says by itself, in help, in manual pages and of a wrong command line,
### and what is wrong with a value.

# The frame of help.
frame-usage = Usage:{ " " }
frame-examples = Examples:
frame-exit-codes = Exit codes:
frame-commands = Commands
frame-arguments = Arguments
frame-options = Options
# Behind a heading.
frame-colon = :
frame-any-options = [OPTIONS]
frame-a-command = <COMMAND>
frame-any-command = [COMMAND]
frame-variable = [env:{ " " }
frame-default = [default:{ " " }
frame-possible-values = [possible values:{ " " }
frame-help = Print help
frame-help-more = Print help (see more with '--help')
frame-help-summary = Print help (see a summary with '-h')
frame-help-command = Print this message or the help of the given subcommand(s)
frame-version = Print version

# Manual pages.
manual-name = NAME
manual-synopsis = SYNOPSIS
manual-description = DESCRIPTION
manual-options = OPTIONS
manual-commands = SUBCOMMANDS
manual-a-command = subcommands
manual-extra = EXTRA
manual-version = VERSION
manual-possible-values = Possible values:

# A wrong value.
value-age = it must be a number and a unit, such as 90m, 26h, 2d, 1w
value-from-1 = it must be a number from 1 on
value-percent = it must be a number from 0 to 99
value-shard = it must be I/N, such as 1/4, 2/4, 3/4 or 4/4
value-shards = it must be a number from 1 to 10000
value-near = did you mean `{ $near }`?
value-gaps = classes are { $classes }; reasons are { $reasons }
value-empty = cannot parse integer from empty string
value-digit = invalid digit found in string
value-too-large = number too large to fit in target type
value-too-small = number too small to fit in target type
value-zero = number would be zero for non-zero type
value-port = { $number } is not in 0..=65535
