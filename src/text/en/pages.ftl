### What the pages in an archive say, in both languages at once. No text holds HTML.

# Pages of the library.
page-absent = its file was never had
page-bytes = Size
page-by-month = By month
page-changed = Time
page-content = Text, SHA-256
page-created = Created
page-deleted = text deleted
page-details = Details
page-empty = Nothing here.
page-file = File
page-find = Find
page-find-what = Find in titles and texts
page-from = from
page-home = Contents
page-language = English
page-more = Show more
page-nameless = (no name)
page-no-date = no date
page-not-played = browsers do not play this kind
page-not-shown = not shown by browsers
page-of-articles = Pictures and sounds of articles
page-open = Open
page-out-of-reach = What no API of WeChat lists (comments, menus, auto-replies, some mass-sent articles) is beyond any backup.
page-pages = Pages of this list
page-raw = As WeChat gave it
page-section = Section
page-skip = Skip to the content
page-state = State
page-suspect = may be a placeholder
page-times = All times are those of China (UTC+08:00).
page-to = to
page-unreadable = Some files of data cannot be opened: this is not all.
page-whole = Of these sections, all that WeChat's API lists is in this archive.
page-without-script = To find and to filter, the browser must let our script run. Without it, everything is in these lists:
page-not-yet = not fetched yet

# Lists, and how many they have.
page-missing-things = What is missing
page-newest-articles = Newest articles
page-newest-images = Newest pictures
page-newest-voices = Newest voices
page-newest-videos = Newest videos
page-all-articles = { $total } in all
page-all-images = { $total } in all
page-all-voices = { $total } in all
page-all-videos = { $total } in all
page-all-missing = { $total } in all
page-sorted-articles = { $total } in all, newest first.
page-sorted-images = { $total } in all, newest first.
page-sorted-voices = { $total } in all, newest first.
page-sorted-videos = { $total } in all, newest first.
page-sorted-missing = { $total } in all, newest first.
page-number = page { $number }
page-found = { $found } found, newest first.
page-reading = Reading { $read }/{ $all }…
page-lacks = { $count } missing
page-of-month = { $total } in all
page-not-whole = { $missing } things are not in this archive.
page-which = Which, and why
page-span = { $first } to { $last } (UTC+08:00)
page-title = Official Account archive
page-what = Library of a WeChat Official Account

# Pages of articles.
article-untitled = Untitled
article-back = Back to the library
article-read-more = Read more
article-on-wechat = Address on WeChat
article-beijing-time = Beijing time, UTC+08:00
article-unreadable = The text cannot be read as HTML; this is its source.
article-deleted = This article was deleted on WeChat, which gives its text no longer.
article-retired = WeChat lists this article no longer; this is what was saved before.
article-no-record = The archive has no record of it
article-no-address = The article gives no address that can be read
article-not-fetched = Not fetched yet
article-open-file = Open the file
article-not-playable = Browsers do not show this format
article-on-tencent-video = Play on Tencent Video
article-no-video-file = The API does not give the files of videos in articles
article-sound = Audio
article-embedded = Embedded content
article-lacks = Missing on this page
article-draft = Draft
article-picture = Picture
article-cover = Cover
article-video = Video
article-picture-missing = Picture missing
article-cover-missing = Cover missing
article-audio-missing = Audio missing
article-video-missing = Video missing
article-channels = Channels
article-music = Music
article-official-account = Official Account
article-mini-program = Mini Program
article-goods = Goods
article-vote = Vote
article-coupon = Coupon
article-charity = Charity
article-picture-of-post = Picture { $number } of { $total }
article-lack = { $count ->
    [one] { $count } item is not in this archive: a dashed box marks each, and a list stands at the end.
   *[other] { $count } items are not in this archive: a dashed box marks each, and a list stands at the end.
}
