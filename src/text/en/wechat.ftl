### The WeChat API and downloads.

# What can go wrong between here and WeChat; { $at } is an API path or an address.
wechat-refused = WeChat refused { $at }: { $refusal }
wechat-refusal = { $text } ({ $code })
wechat-refusal-code = ({ $code })
wechat-status = { $at } answered HTTP status { $status }
wechat-no-connection = no connection for { $at }
wechat-certificate = the server's certificate is not trusted here: { $at }
wechat-silence = no answer in time from { $at }
wechat-broken = the connection broke before { $at } answered
wechat-fell-silent = { $at } fell silent after { $bytes } bytes
wechat-cut = the answer of { $at } was cut after { $bytes } bytes
wechat-body = { $at } answered with { $fault }
wechat-body-empty = an empty body
wechat-body-error = an error instead of media: { $refusal }
wechat-body-html = a web page instead of media
wechat-body-unframed = a body that nothing shows to be complete
wechat-body-partial = a part of a body
wechat-body-encoded = a compressed body that nobody asked for
wechat-body-too-long = a body that is too long
wechat-answer = the answer of { $at } cannot be understood
wechat-not-asked = { $at } is not asked: { $fault }
wechat-address-none = it is no web address
wechat-address-foreign = assets do not come from this host
wechat-address-port = its port is not the usual one
wechat-address-not-public = its address is not public
wechat-address-redirects = it redirects too often
wechat-name-not-public = the name resolves to no public address
wechat-closed = { $at } is closed for this run: { $refusal }
wechat-reserved = { $at } is not called any more: the rest of the day's quota is kept for other systems
wechat-sink = cannot keep what { $at } sent
wechat-interrupted = interrupted
wechat-api-base = the API base must be an https URL; plain http is only for a loopback address

# What an answer should be.
wire-unreadable = the text cannot be read
wire-shape = the text is not { $wanted }
wire-page = a page of a list
wire-item = a list item
wire-object = an object
wire-counts = the counts of the library
wire-count = a count
wire-quota = a quota
wire-token = a token
wire-group = a group of articles

# What the connection has to tell.
wechat-endpoint-closed = its quota is used up; it is not called again in this run
wechat-quota-reserved = the rest of its quota is kept for other systems; it is not called again in this run
wechat-json-mended = an answer was no valid JSON and was mended: { $repairs }
wechat-token-forced = WeChat refused a token that it had just given; a new one is forced, which ends the token of every other program that uses stable_token
wechat-token-not-issued = WeChat refused the access token, and there is no newer one: { $error }
