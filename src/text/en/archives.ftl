### What is done with one archive: verify, restore, extract, list, diff, browse, demo.

findings-more = { $more } more findings; --verbose tells them
lost-more = { $more } more are lost; --verbose names them

verify-stdin-twice = stdin can be read only once
verify-sound-of = { $sound } of { $all } are sound
verify-size = { $entries } entries, { $size }
verify-sound = sound
verify-quick = but only its head and tail were read
verify-structure = but only its headers were read
verify-undecrypted = but it was not decrypted: only its length and SHA-256 were compared
verify-checksums = but its records were not judged
verify-gaps = { $gaps } gaps
verify-newer-format = newer format
verify-newer-format-why = every byte is whole, but a newer version of wxbackup wrote the records, and a newer one can judge them
verify-repacked = repacked
verify-repacked-why = every file in it is whole, but it is not in canonical form; another program has packed it anew or added to it
verify-damaged = damaged
verify-findings =
    { $count ->
        [one] { $count } finding
       *[other] { $count } findings
    }

row-restored = restored
row-extracted = extracted
row-missing = missing
row-lost = lost
restore-files = { $files } files, { $size }
restore-missing = { $count } items that the archive never held; `wxbackup list` says why
restore-lost = { $count } files that the archive does not hold whole
extract-files = { $articles } articles and { $media } media, { $files } files, { $size }
nothing-fits = nothing fits --only; `wxbackup list` shows what there is

head-section = SECTION
head-updated = UPDATED
head-title = TITLE
item-status = { $status }
list-more-articles = { $title } (+{ $more })

diff-nothing = nothing differs
diff-assets = { $counts }; --assets shows them
diff-added = { $count } added
diff-removed = { $count } removed
diff-changed = { $count } changed
diff-retired = { $count } retired
diff-was = was "{ $title }"
diff-is-retired = retired: no longer listed, and kept

browse-json = browse --json tells the address nowhere, because it holds a token; add --open
browse-end = Ctrl-C ends it
browse-no-browser = no browser could be opened ({ $error }); open the address by hand

man-no-command = there is no command `{ $command }`

demo-export = 1/5 export a simulated account, { $appid }
demo-verify = 2/5 verify the archive
demo-restore = 3/5 restore it into a folder
demo-upload = 4/5 put it into an empty account, { $appid }
demo-compare = 5/5 compare the two: { $made } things were put in
demo-compared = {"    "}{ $media } pictures, voices and videos and { $drafts } drafts are there, { $differences } differ
demo-where = Where to look:
demo-archive = { $path }  the archive
demo-library = { $path }  all that is in it, as { $files } files; this one opens in a browser
demo-try = What to try:
demo-own = With an account of your own: wxbackup export --help
