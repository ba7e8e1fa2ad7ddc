### Documents and records: why one cannot be read.

json-too-long = a JSON text of { $bytes } bytes is too long
json-too-deep = a JSON text is nested deeper than { $depth }
json-too-many = a JSON text has more than { $values } values
json-none = the text is no JSON
json-repairs = { $cut } bytes cut off the ends, { $utf8 } pieces of bad UTF-8, { $control } control bytes, { $escapes } bad escapes

# Why bag-info.txt is not in its form.
bag-info-end = bag-info.txt does not end with a line feed
bag-info-line = bag-info.txt has a line that is no label and value
bag-info-value = bag-info.txt has a value in another form
bag-info-order = bag-info.txt has labels out of order
bag-info-lacks = bag-info.txt lacks a label that it must have
bag-info-oxum = bag-info.txt has a Payload-Oxum that is no <bytes>.<files>

# Why bytes are not in canonical form.
canonical-at = { $what } at byte { $at }
canonical-utf8 = bytes that are no UTF-8
canonical-object = no object
canonical-line-feed = no line feed behind the object
canonical-one-object = more than one object
canonical-depth = too deep nesting
canonical-value = no value
canonical-key-twice = a key that stands twice
canonical-key-order = a key out of order
canonical-colon = no colon in the form's own way
canonical-null = a member without a value
canonical-comma = no comma and no closing bracket
canonical-line-break = no line break
canonical-indent = an indent that is too small
canonical-integer = a number that is no integer
canonical-integer-spelling = an integer in another spelling
canonical-integer-size = an integer beyond 2^53 - 1
canonical-string = no string
canonical-control = a bare control character
canonical-string-end = a string without an end
canonical-string-read = a string that cannot be read
canonical-escape-spelling = an escape in another spelling
canonical-escape-short = an escape that has a shorter form
canonical-escape-needless = an escape that is not needed

# Lines of a file of records.
lines-too-long = line { $number } is longer than 4 MiB
lines-unfinished = line { $number } does not end
lines-cannot-read = cannot read line { $number }

# Lines of a manifest.
manifest-form = not 64 lower-case hex digits, two blanks, a path and a line feed
manifest-duplicate = the path stands twice
manifest-order = the path is out of order
manifest-part = the path does not belong into this manifest
