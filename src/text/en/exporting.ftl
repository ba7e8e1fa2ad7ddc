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
export-read-back = the archive that was written does not pass its own check: { $why }
export-other-archive = it is not the archive that was written
export-changed-since = the zip is no longer what was verified
export-encrypted-differs = the encrypted file is not what was written
export-base-unsteady = { $base } gives other bytes each time it is read
export-recipients-max = { $count } recipients are too many for one archive: at most { $max } are read again
export-nothing-staged = nothing is staged for this account in { $path }
export-interrupted = the run was interrupted

# Why an archive cannot be built on.
base-unreadable = cannot read { $path } of the base { $archive }
base-other-version = it is of format { $version }, and this program writes { $own }
base-other-account = it holds the library of { $appid }
base-changed = { $path } is not what its manifest lists
base-no-blob = a record names a blob that is not there, or is another: { $path }
base-unsound = its records are not sound: { $finding }

# What an export has to tell.
export-texts-damaged = the text of these articles is damaged in the base and in no older archive of the folder
export-blob-damaged = this blob is damaged in the base and in no older archive of the folder
export-rotten-in-base = the bytes of this blob in { $base } are damaged; it is got anew
export-stage-not-cleared = the archive is whole, but what was staged for it is still there: { $error }
export-not-counted = WeChat does not count it: { $error }
export-unreadable-items = { $count } entries of its list have no id, or are too long for a record; they are not saved
export-unstable-list = its list changed in each of three passes; what they showed is saved
export-no-permission = this account may not read it: { $error }
export-not-listed = it cannot be listed: { $error }
export-list-broken-off = its list was broken off: { $error }
export-list-not-read = its list was not read to its end before the stage was sealed
export-suspect = these bytes may be a placeholder; asked for again nothing better came, so they are kept
export-unknown-kind = its bytes are of no known kind; they are kept as they came, as .bin
export-no-cover = the cover of this video is not saved: { $why }
export-not-listable = WeChat counts { $count } more than its list shows; thumbs of old articles are counted so, and no call gives them
export-unread-content = its HTML cannot be read to its end; the text is kept whole, but pictures behind that place are not found
export-no-sidecar = the archive is whole, but a file beside it is not there: { $error }
export-secret-in-content = the library itself holds the AppSecret or a token here; it is kept as it is, so change the secret in the console
export-old-receipt = this receipt is out of date and still there: { $error }
export-old-copy = this plain copy is out of date and still there: { $error }
base-refused = this archive cannot be built on: { $why }
base-older = without a key for this archive, or its plain copy, this run builds on an older archive, { $base }: what is newer is fetched anew, and items that the account no longer lists may stay in this archive alone; give --identity FILE, and keep this archive
base-without-key = without a key for this archive, or its plain copy, this run builds on nothing: everything is fetched anew, and items that the account no longer lists stay in the earlier encrypted archives alone; give --identity FILE, and keep those archives

# Why an item is missing, in more detail.
gap-material-is-description = get_material answered with a video's description
gap-material-is-articles = get_material answered with articles
gap-video-no-file = WeChat names no file for this video
gap-video-page = WeChat gives the web page of this video, not its file
gap-text-too-long = it has more articles or longer titles than a record holds; WeChat's answer is kept as it came
gap-text-left-out = WeChat's answer leaves out the text
gap-no-articles = WeChat's answer holds no articles, or more than records can hold; it is kept as it came
gap-list-not-read = the stage was sealed before its list was read to its end
