### Archives: why one cannot be opened, read, written or restored from.

archive-cannot-open = cannot open { $path }
archive-cannot-read = cannot read { $name }
archive-no-zip = { $name } is no zip file
archive-encrypted = { $name } is encrypted with age
archive-no-key-fits = none of the keys opens { $name }: it is encrypted for others, or its header is damaged
archive-header-damaged = { $name } is encrypted with age and its header is damaged, so that nothing in it can be decrypted
archive-no-bag = { $name } is no unpacked archive: it has no bagit.txt
archive-other-zip = { $name } is a zip file of another program, not an archive of wxbackup
archive-damaged = { $name } is cut or damaged: { $detail }
archive-ambiguous = { $name } can be read in more than one way: { $detail }
archive-two-names = two entries have the same name
archive-beyond-numbers = an entry ends beyond all numbers
archive-overlap = entries overlap
archive-letter-case = two names differ in letter case alone
archive-over-limit = { $name } is over a limit of the format: { $limit }
archive-longer-than-5-tib = it is longer than 5 TiB
archive-million-entries = it has more than a million entries

# Reading an entry.
archive-lacks = the archive has no { $path }
archive-entry-too-long = { $path } is { $bytes } bytes long, over the limit of { $limit }
archive-cannot-read-entry = cannot read { $path } from the archive
archive-entry-unreadable = it cannot be read
archive-entry-header = its header is damaged
archive-entry-packing = it is packed in a way that no archive uses
archive-entry-crc = its bytes are not those of its CRC-32
archive-entry-longer = it is longer than its header says
archive-entry-cut = it is cut
archive-check-interrupted = the check was interrupted

# Writing an archive.
archive-cannot-write = cannot write the archive
archive-cannot-read-bytes = cannot read the bytes of { $path }
archive-bytes-changed = the bytes of { $path } are not those that were planned
archive-does-not-fit = { $path } does not fit into an archive: { $limit }
archive-name-too-long = its name is longer than 200 bytes
archive-million-already = there are a million entries already
archive-entry-4-gib = it is 4 GiB or longer
archive-duplicate = there are two entries named { $path }

# Documents and records in an archive.
archive-document-malformed = { $path } is not what it should be: { $why }
archive-other-format = its format is `{ $format }`
archive-unknown-version = the archive has format version { $version }; this program reads version 1
archive-unknown-feature = the archive uses `{ $feature }`, which this program does not know
archive-records-break-off = cannot read { $path } behind line { $line }
archive-record-too-long = line { $line } of { $path } is longer than 4 MiB
archive-no-record = line { $line } of { $path } is no record: { $why }
archive-record-of-another-kind = it is of another kind than its file

# Why something cannot be given back.
lost-absent = it is not in the archive, or not whole
lost-damaged = its bytes are damaged: { $why }
lost-not-of-checksum = they are not those of its checksum
lost-wrong-digest = its bytes are not those of its SHA-256
lost-unlisted = no manifest lists it
lost-line-too-long = it is longer than 4 MiB
lost-no-record = it is no record: { $why }
lost-no-article = it is no record of an article
lost-too-many-articles = its record has more than 64 articles
lost-folder-taken = another record has its folder
lost-names-no-file = its record names no file
lost-names-no-blob = it names { $path }, which is no blob
lost-names-other-digest = its record names another digest than that of { $path }
lost-record-names-no-blob = its record names { $path }, which is no blob

# The clauses of --only.
select-no-clause = `{ $clause }` is no clause; clauses look like section=image,draft or title=TEXT
select-unknown-key = `{ $key }` cannot be selected by; use section, id, title, date, since or until
select-empty-value = `{ $key }=` has an empty value
select-bad-date = `{ $date }` is no date; dates look like 2023, 2023-05, 2023-05-17 or 2023-01..2023-06

# Archives in a folder.
shelf-damaged = it is damaged: { $finding }
shelf-other-account = it holds the library of { $appid }, of which its name does not tell
shelf-from-the-future = the time in its name is still to come, so that it is left out: a clock is wrong, or was
shelf-not-as-receipt = it is not the file of its receipt
shelf-unreadable = it cannot be read: { $error }
