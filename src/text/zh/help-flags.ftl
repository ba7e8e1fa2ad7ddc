### `--help` 对各参数的说明：`help-命令-参数`；几个命令共有的为 `help-shared-参数`。

help-global-account = 要操作的账号，即它在配置文件中的名称 [环境变量：WXBACKUP_ACCOUNT]
help-global-config = 配置文件，代替 $XDG_CONFIG_HOME/wxbackup/config.toml 或 /etc/wxbackup/config.toml [环境变量：WXBACKUP_CONFIG]
help-global-quiet = 只输出结果、警告和错误
help-global-verbose = 同时输出对微信的每次调用
help-global-json = 在标准输出上每行写一个 JSON 对象，最后一行是汇总
help-global-progress = 显示进度，在终端上为进度条，否则每 30 秒一行：auto、always、never
help-global-color = 使用颜色：auto、always、never
help-global-lang = 消息和帮助的语言：zh、en；不写则依设置文件的 lang，再依系统的区域设置

help-shared-archive = 归档
help-shared-sections = 要备份的类别
help-shared-output = 存放归档的目录 [默认值：配置中的 output，否则为当前目录]
help-shared-stage = 运行时的暂存目录，如果不在输出目录下
help-shared-only = 只取一部分：section=、id=、title=、date=；用 ; 隔开的条件须全部满足，用 , 隔开的值满足其一即可
help-shared-identity = 能打开加密归档的密钥文件（age-keygen 生成）；可以给出多次
help-shared-ca-file = 除系统证书外还信任的证书（PEM） [环境变量：WXBACKUP_CA_FILE]
help-shared-to = 写入的目录；必须是新目录或空目录

help-connection-appid = 公众号的 AppID [环境变量：WXBACKUP_APPID]
help-connection-secret-file = 只含 AppSecret 的文件；AppSecret 本身也可以放在 WXBACKUP_SECRET 中 [环境变量：WXBACKUP_SECRET_FILE]
help-connection-access-token-file = 存放别处签发的 access_token 的文件，用来代替 AppSecret；access_token 本身也可以放在 WXBACKUP_ACCESS_TOKEN 中 [环境变量：WXBACKUP_ACCESS_TOKEN_FILE]
help-connection-api-base = 接口的地址，代替 https://api.weixin.qq.com；只有本机地址可以用明文 http [环境变量：WXBACKUP_API_BASE]

help-export-output = 存放归档的目录，可以放任意多个账号的归档 [默认值：配置中的 output，否则为当前目录]
help-export-jobs = 同时进行的下载数
help-export-fresh = 丢弃上次中断的运行已下载的内容，从头开始
help-export-seal-staged = 用暂存目录和基础归档中已有的内容生成归档；不向微信发送任何请求
help-export-base = 作为基础的归档；none 表示全部重新下载，不保留已删除的内容 [默认值：最新的归档]
help-export-always = 即使没有任何变化也生成归档
help-export-no-retain-deleted = 账号中已删除的内容不再保留
help-export-allow-gaps = 不使退出码变为 3 的缺失：缺失的分类、原因，或 known（基础归档中已有的缺失）
help-export-pictures-by = 获取图片的方式：cdn（按图片地址下载，不调用接口）或 api（从接口取原始文件，每张图片调用一次）
help-export-asset-hosts = 除微信自己的域名外，文章还可以从中获取图片的主机
help-export-quota-reserve = 需要大量调用时，为其他系统保留的每日调用额度的百分比 [默认值：配置中的值，否则为 20]
help-export-stage = 暂存目录，用于输出目录较慢或位于网络上的情况
help-export-sign-key = 用来给归档签名的 OpenSSH Ed25519 密钥，不设口令
help-export-recipients = 为哪把密钥（age1…）加密归档；请至少给出两把，其中一把离线保管

help-many-all = 运行配置文件中的所有账号；一个账号失败不影响其他账号，退出码取其中最严重的 [环境变量：WXBACKUP_ALL]
help-many-accounts-at-once = 与 --all 合用：同时运行的账号数；--jobs 对每个账号分别计算
help-many-shard = 与 --all 合用：只运行 N 份中第 I 份的账号，从 1/N 到 N/N；增减其他账号不会改变一个账号所属的份
help-many-shards = 与 --all 合用，用于 Kubernetes 的 Indexed Job：总份数；本次运行哪一份由 JOB_COMPLETION_INDEX 决定

help-verify-archives = 归档，归档解压成的目录，或表示标准输入的 -
help-verify-level = 校验的深度：quick（头部和尾部）、structure（每个文件头）、checksums（每个字节）、full（还有每条记录）
help-verify-allowed-signers = 必须由其中的密钥签过名（格式见 ssh-keygen(1)）；这个文件不要和归档放在一起

help-restore-layout = human（便于人看的文件夹和名称）或 bag（与归档内相同的布局，可用 sha256sum 校验）
help-restore-to-account = 要放入的公众号，用设置文件中的名称；命令行和环境变量所述的账号名为 `default`；不加 --apply 时只说明会做什么
help-restore-apply = 真正执行。不发布、不覆盖、不删除任何内容；文章成为草稿
help-restore-check = 把公众号与放入的内容比对
help-restore-undo = 按上传回执列出那次放入的内容；加 --apply 则恰好删除这些
help-restore-confirm-appid = --apply 所改动的公众号的 AppId；在终端上会询问
help-restore-same-account = 允许放回归档原来的公众号
help-restore-keep-duplicates = 内容相同的素材逐个上传，而不是只传一次
help-restore-convert-webp = 微信不接受 WebP 图片，改为 PNG 或 JPEG 上传
help-restore-shorten-titles = 把标题截短到微信允许的 32 个字

help-extract-format = markdown（带 front matter）、html（可离线浏览的网页）、html-single（每篇一个文件，图片内嵌）、text，或 csv（articles.csv 和 media.csv）

help-list-section = 只列出一个类别：image、voice、video、news、draft、published
help-list-csv = 输出可用电子表格打开的表

help-diff-old = 较旧的归档
help-diff-new = 较新的归档
help-diff-assets = 逐一列出文章中的图片和音频；否则只计数

help-browse-port = 监听的端口，只监听 127.0.0.1；0 表示任选一个空闲端口
help-browse-open = 标准输出不是终端时也打开浏览器
help-browse-no-open = 不打开浏览器，只输出网址

help-status-max-age = 如果有账号没有在此时长以内的可用归档，则退出码为 1，例如 90m、26h、2d、1w；没有新内容的运行也算在内

help-prune-apply = 真正删除；不加则只说明会删除什么
help-prune-last = 保留最新的 N 份
help-prune-daily = 在有归档的最近 N 天里，每天保留最新的一份
help-prune-weekly = 在有归档的最近 N 周里（从周一算起），每周保留最新的一份
help-prune-monthly = 在有归档的最近 N 个月里，每月保留最新的一份
help-prune-yearly = 在有归档的最近 N 年里，每年保留最新的一份

help-doctor-sections = 导出所涵盖的类别；不在其中的类别不需要接口权限

help-demo-to = 写入的目录；默认为当前目录下的 demo，已存在时换用下一个空闲的名称

help-completions-shell = 所用的 shell

help-man-command = 命令，例如 export 或 config show；不写则为整个程序

# 代表值的词。

help-value-dir = 目录
help-value-file = 文件
help-value-file-none = 文件|none
help-value-name = 名称
help-value-list = 列表
help-value-n = N
help-value-i-n = I/N
help-value-id = { "AppID" }
help-value-url = 网址
help-value-when = 何时
help-value-language = 语言
help-value-gaps = 缺失,...
help-value-way = 方式
help-value-host-port = 主机[:端口]
help-value-percent = 百分比
help-value-key = 密钥
help-value-archive = 归档
help-value-level = 深度
help-value-layout = 布局
help-value-receipt = 回执
help-value-select = 条件
help-value-format = 格式
help-value-section = 类别
help-value-a = 旧归档
help-value-b = 新归档
help-value-port = 端口
help-value-age = 时长
help-value-shell = { "SHELL" }
help-value-command = 命令

# 值的含义，用于命令行补全。

help-choice-progress-auto = 在终端上
help-choice-progress-always = 总是
help-choice-progress-never = 从不
help-choice-color-auto = 在终端上
help-choice-color-always = 总是
help-choice-color-never = 从不
help-choice-lang-zh = 中文
help-choice-lang-en = 英文
help-choice-pictures-by-cdn = 按列表给出的地址
help-choice-pictures-by-api = 从接口获取，每张调用一次
help-choice-level-quick = 头部和尾部
help-choice-level-structure = 每个文件头
help-choice-level-checksums = 每个字节
help-choice-level-full = 还有每条记录
help-choice-layout-human = 给人看
help-choice-layout-bag = 给程序用
help-choice-format-markdown = 给编辑器和网站生成器用
help-choice-format-html = 给浏览器用
help-choice-format-html-single = 给浏览器用，单个文件
help-choice-format-text = 给人看
help-choice-format-csv = 给电子表格用
