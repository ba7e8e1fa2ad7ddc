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

# A wrong command line.
usage-labelled = { $label } { $text }
usage-unknown-argument = unexpected argument '{ $argument }' found
usage-unknown-command = unrecognized subcommand '{ $command }'
usage-no-command = '{ $program }' requires a subcommand but one was not provided
usage-commands = [subcommands: { $commands }]
usage-no-value = a value is required for '{ $argument }' but none was supplied
usage-wrong-value = invalid value '{ $value }' for '{ $argument }'
usage-wrong-value-because = invalid value '{ $value }' for '{ $argument }': { $reason }
usage-possible-values = [possible values: { $values }]
usage-too-many-values = unexpected value '{ $value }' for '{ $argument }' found; no more were expected
usage-missing = the following required arguments were not provided:
usage-twice = the argument '{ $argument }' cannot be used multiple times
usage-conflict = the argument '{ $argument }' cannot be used with '{ $other }'
usage-conflicts = the argument '{ $argument }' cannot be used with:
usage-not-utf-8 = invalid UTF-8 was found in one or more arguments
usage-tip = tip:
usage-similar-command = a similar subcommand exists: '{ $command }'
usage-similar-commands = some similar subcommands exist: { $commands }
usage-similar-argument = a similar argument exists: '{ $argument }'
usage-similar-value = a similar value exists: '{ $value }'
usage-as-value = to pass '{ $argument }' as a value, use '{ $usage }'
usage-argument-of = '{ $usage }' exists
usage-quoted = '{ $word }'
usage-comma = ,{ " " }
usage-more = For more information, try '{ $flag }'.

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
