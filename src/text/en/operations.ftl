### What operations say when they cannot go on, or as they go.

folder-not-empty = { $path } is not empty
files-interrupted = interrupted after { $files } files
archive-cannot-read-document = cannot read what { $archive } says of itself
restore-unknown = cannot restore the records of this archive
restore-part-of-bag = a bag is restored as a whole: a part of it would not be a valid bag
restore-no-room = { $path } has room for { $available } bytes, { $needed } are needed
restore-stopped = the restore stopped after { $files } files
extract-unknown = cannot read the records of this archive
extract-stopped = stopped after { $files } files
browse-cannot-listen = cannot listen on 127.0.0.1:{ $port }
browse-broke-off = the server broke off
diff-other-account = { $old } is of the account { $old_appid }, { $new } is of { $new_appid }
diff-cannot-read-records = cannot read the records of { $archive }
diff-cannot-read-all = cannot read all of { $archive }
diff-interrupted = the comparison was interrupted
prune-interrupted = the removal was interrupted
status-interrupted = the look at the archives was interrupted
doctor-interrupted = the checks were interrupted
verify-interrupted = the verification was interrupted
html-unreadable = the content cannot be read as HTML

# What an operation has to tell as it goes.
extract-not-inlined = { $count } pictures lie beside the page: inside they would make it too large
browse-not-canonical = it is not as wxbackup writes archives ({ $finding }); it is shown as it is, and `wxbackup verify` tells more
browse-not-a-file = it is not a file
verify-not-a-file = it is neither a file nor a folder; a pipe can be given as `-`
verify-receipt-unreadable = the receipt beside it cannot be read
verify-checksum-unreadable = the checksum file beside it cannot be read
prune-kept-unreadable = it is kept, because it cannot be read: { $error }
restore-times-not-set = the file system does not take the times of the library
diff-section-not-listed = { $archive } did not list this section: what it lacks may be in the account all the same
