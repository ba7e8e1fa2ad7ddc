### 配置文件，以及一次运行所用的账号。

settings-unreadable = 无法读取配置
settings-syntax = { $path } 第 { $line } 行第 { $column } 列：{ $message }
settings-unknown-key = { $path } 第 { $line } 行：未知的键 `{ $key }`
settings-wrong-value = { $path } 第 { $line } 行：`{ $key }` 必须是{ $expected }
settings-did-you-mean = { $error }；是否想写 `{ $near }`？
settings-no-account = 没有指定账号
settings-no-accounts = 配置中没有账号
settings-unknown-account = 配置中没有账号 `{ $name }`
settings-several-accounts = 配置中有多个账号：{ $names }
settings-no-appid = 没有给出账号的 AppID
settings-invalid-appid = `{ $text }` 不是 AppID
settings-no-credential = 没有给出 { $appid } 的密钥或 access_token
settings-two-credentials = 同时给出了密钥和 access_token
settings-other-appid = 账号 `{ $name }` 属于 { $theirs }，但给出的 AppID 是 { $given }
settings-same-appid = 账号 { $names } 的 AppID 相同：{ $appid }
settings-appid-of-another = 账号 `{ $first }` 的 AppID 与它相同：{ $appid }
settings-no-variable = 没有设置环境变量 { $variable }
settings-empty-secret = 密钥为空：{ $place }
settings-odd-secret = 这不像是密钥：{ $place }
settings-no-web-address = { $name } 不是 http 或 https 地址
settings-nobody-to-tell = 配置中没有通知对象
settings-secret-file = 无法读取密钥
settings-ca-file = 无法读取证书
settings-wrong-address = { $what } 不是可用的地址
settings-secret-command = 无法运行 `{ $program }` 来获取密钥
settings-secret-command-failed = 用于获取密钥的 `{ $program }` 运行失败：{ $status }
process-ended = 退出码 { $code }
settings-secret-command-late = 用于获取密钥的 `{ $program }` 在 { $limit } 内没有给出结果

expected-accounts = 由各账号组成的表
expected-account = 含有 appid 和 secret 的表
expected-appid = { " " }AppID：可打印 ASCII 字符，不含空白，例如 wx0123456789abcdef
expected-one-credential = 含有 secret 或 token 之一的表
expected-table-with-appid = 含有 appid 的表
expected-source = { " " }{ "{" } file = "…" { "}" }、{ "{" } env = "…" { "}" } 或 { "{" } command = ["…"] { "}" }；密钥本身不应写在此文件中
expected-words = 由词组成的列表，第一个是程序
expected-text = 非空文本
expected-percent = 百分比：0 到 99 的数，不加引号
expected-recipients = 由 age1… 密钥组成的列表，每个都加引号：{ $why }
expected-paths = 加引号的文件路径，或由它们组成的列表
expected-language = { " " }zh 或 en
expected-notify = 通知对象的表
expected-bool = { " " }true 或 false
expected-chats = 由表组成的列表 [[notify.chat]]
expected-chat = 含有 kind 和 url 的表
expected-chat-whole = 由表组成的列表，每个表都有 kind 和 url
expected-chat-kind = { " " }wecom、dingtalk 或 feishu
expected-severity = { " " }success、problem 或 failure
expected-no-secret = 不带 secret 的：kind 为 wecom 时不签名
expected-address = 地址、{ "{" } file = "…" { "}" }、{ "{" } env = "…" { "}" } 或 { "{" } command = ["…"] { "}" }
expected-seconds = 秒数，从 1 到一天的秒数

source-file = 文件 { $path }
source-variable = 环境变量 { $name }
source-command = 命令 `{ $program }`
secret-readable = 可读
secret-unreadable = 不可读
secret-set = 已设置（不显示）
secret-not-set = 未设置
secret-not-run = 未运行
secret-exposed = 本机的其他用户可以读取此密钥；chmod 600 可使其仅归所有者读取
origin-default = 默认
