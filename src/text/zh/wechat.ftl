### 微信接口与下载。

# 本机与微信之间的故障；{ $at } 是接口路径或地址。
wechat-refused = 微信拒绝了 { $at }：{ $refusal }
wechat-refusal = { $text }（{ $code }）
wechat-refusal-code = 错误码 { $code }
wechat-status = { $at } 返回 HTTP 状态 { $status }
wechat-no-connection = 无法建立连接：{ $at }
wechat-certificate = 服务器的证书不受本机信任：{ $at }
wechat-silence = { $at } 没有及时应答
wechat-broken = { $at } 应答之前连接已断开
wechat-fell-silent = { $at } 发来 { $bytes } 字节后不再有数据
wechat-cut = { $at } 的应答在 { $bytes } 字节后中断
wechat-body = { $at } 返回的是{ $fault }
wechat-body-empty = 空内容
wechat-body-error = 错误信息而不是素材：{ $refusal }
wechat-body-html = 网页而不是素材
wechat-body-unframed = 无法确认是否完整的内容
wechat-body-partial = 不完整的内容
wechat-body-encoded = 未经请求的压缩内容
wechat-body-too-long = 过长的内容
wechat-answer = 无法理解 { $at } 的应答
wechat-not-asked = 不请求 { $at }：{ $fault }
wechat-address-none = 它不是网址
wechat-address-foreign = 素材不会来自这台主机
wechat-address-port = 端口不是常用端口
wechat-address-not-public = 它的地址不是公网地址
wechat-address-redirects = 重定向次数过多
wechat-name-not-public = 该域名没有解析到公网地址
wechat-closed = 本次运行不再调用 { $at }：{ $refusal }
wechat-reserved = 不再调用 { $at }：当日剩余额度留给其他系统
wechat-sink = 无法保存 { $at } 发来的内容
wechat-interrupted = 已中断
wechat-api-base = API 地址必须是 https 网址；http 只能用于本机回环地址

# 应答本该是什么。
wire-unreadable = 文本无法读取
wire-shape = 文本不是{ $wanted }
wire-page = 列表的一页
wire-item = 列表中的一项
wire-object = 对象
wire-counts = 素材总数
wire-count = 总数
wire-quota = 额度
wire-token = 令牌
wire-group = 一组图文

# 连接过程中需要告知的事。
wechat-endpoint-closed = 额度已用完；本次运行不再调用
wechat-quota-reserved = 剩余额度留给其他系统；本次运行不再调用
wechat-json-mended = 有一个应答不是有效的 JSON，已修补：{ $repairs }
wechat-token-forced = 微信拒绝了刚发的 access_token；已强制换新，其他使用 stable_token 的程序的 access_token 随之失效
wechat-token-not-issued = 微信拒绝了这个 access_token，又没有更新的：{ $error }
