### What the own pages of browse say, in both languages at once. No text holds HTML.

# The page of what the run covered.
served-coverage = Coverage
served-not-listable = What no API lists
served-sections = Sections
served-section = section
served-list = list
served-listed-at = listed at
served-not-listable-count = not listable
served-retired = retired
served-assets = assets
served-left-out = left out
served-not-listed = not listed in this run
served-not-still = would not hold still
served-listed = listed to its end
served-checks = Equations
served-checks-hold = All { $checks } equations hold.
served-checks-fail = { $failed } of { $checks } equations do not hold.
served-gaps = Gaps: { $count }
served-gaps-unreadable = { $count } lines of the list of gaps cannot be read.
served-none = None.

# The search.
served-search = Search
served-search-articles = Search
served-articles-unreadable = { $count } articles or groups of them cannot be read and are not searched.
served-where = Looks in titles, authors, digests and texts. Several words, parted by spaces, must all occur.
served-found = { $count } found, newest first
served-nothing-found = Nothing was found.

# What all pages share, and the first page.
served-start = Start
served-library = Library
served-field = Search articles
served-welcome = Open the archive
served-before = Previous
served-behind = Next
served-open = Open the library
served-about = These pages come straight out of the archive; nothing is unpacked, nothing is asked of the network. Ctrl-C in the terminal ends it.
served-gap-count = { $count } gaps

# What a run came to, what no API lists, and sections as the table has them.
served-run-complete = Complete: all that WeChat's API lists is in this archive.
served-run-complete-with-gaps = Complete but for gaps: WeChat no longer gives some items, and waiting cannot mend that.
served-run-partial = Partial: some of it could not be had; another export may get it.
served-beyond-mass-sent-not-listable = Articles that were mass-sent and never “published”: no API lists them.
served-beyond-news-list-frozen-2022 = The list of news in the library stopped growing in 2022.
served-beyond-console-video-page-only = Videos uploaded in the console: the API may give a web page and no file.
served-beyond-draft-id-unstable = A draft may get another id when it is edited, and come again under it.
served-beyond-other = Comments, followers, messages, statistics, menus, auto-replies, tags and other settings.
served-section-image = pictures
served-section-voice = voices
served-section-video = videos
served-section-news = news
served-section-draft = drafts
served-section-published = published

# Where there is no page to give.
served-wrong-host = Use the address that the terminal shows.
served-read-only = This can only be read.
served-no-key = Open the whole address that the terminal shows.
served-used = This address was used before. If it was not you who opened it, end the program with Ctrl-C; run the command again for another address.
served-no-file = The archive has no such file.
served-damaged = This part of the archive is damaged and cannot be read. Run wxbackup verify.
