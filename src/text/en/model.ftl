### Words of the library: ids, names, sections.

model-no-section = `{ $name }` is no section; sections are image, voice, video, news, draft, published
model-no-akey = an akey is 20 lower-case hex digits
model-no-entry-path = `{ $name }` is no name of a file in an archive
model-no-appid = an AppId is 1 to 64 printable ASCII characters without blanks, such as wx0123456789abcdef
model-no-sha256 = a SHA-256 is 64 lower-case hex digits
