### Exports: why one fails, and what it has to tell.

export-no-output = there is no folder { $path }
export-not-a-folder = { $path } is not a folder
export-cannot =
    cannot { $action ->
        [set-up-the-connection] set up the connection to WeChat
        [get-a-token] get a token
        [count] count what the account holds
        [list-any-section] list any section that is asked for
       *[other] { $action }
    }
export-no-room = { $path } has { $available } bytes left, and the archive will need { $needed }
export-secret = { $path } would hold the secret or a token; nothing was written
export-document-secret = { $path } would hold a secret
export-scratch = cannot write the scratch file
export-read-back = the archive that was written does not pass its own check: { $why }
export-not-hashed = the file was not hashed
export-base-unsteady = { $base } gives other bytes each time it is read
export-nothing-staged = nothing is staged for this account in { $path }
export-interrupted = the run was interrupted

# Why an archive cannot be built on.
base-unreadable = cannot read { $path } of the base { $archive }
base-other-version = it is of format { $version }, and this program writes { $own }
base-other-account = it holds the library of { $appid }
base-changed = { $path } is not what its manifest lists
base-no-blob = a record names a blob that is not there, or is another: { $path }
base-unsound = its records are not sound: { $finding }
