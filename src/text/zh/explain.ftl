### 错误的含义：该怎么办，以及退出码说明什么。

exit-done = 成功；对 export：内容完整，或所有缺失都在 --allow-gaps 接受之列
exit-failed = 失败；已有的归档不受影响；对 status：有账号的备份早于 --max-age
exit-usage = 用法或配置有误；没有能打开加密归档的密钥
exit-gaps = 归档已写好且有效，但缺少部分内容，缺失项均已逐一列出
exit-person = 凭据、权限、IP 白名单有问题，或账号被冻结：需要人工处理
exit-later = 因额度或频率限制而停止；已下载的内容均已保留，请稍后重新运行
exit-damage = 归档已损坏，或不符合规范格式
exit-locked = 该账号的另一次运行正持有锁
exit-interrupted = 被中断（SIGINT）；已下载的内容均已保留
exit-terminated = 被终止（SIGTERM）；已下载的内容均已保留

hint-newer-version = 它由更新版本的 wxbackup 写成，请用更新的版本读取
hint-lock-held = 请等它结束；异常退出的运行不会占着锁，因此无需清理任何东西
hint-connect = 请检查本机能否联网；如需经过代理，请设置 HTTPS_PROXY，或在配置文件中设置 proxy
hint-certificate = 本机与微信之间有设备出示了自己的证书；如果这是预期的，请用 --ca-file 指定它的 CA 证书
hint-ip-list =
    请把{ $address ->
        [unknown] 本机的出口 IP{ " " }
       *[other] 微信看到的 IP { $address }{ " " }
    }加入 IP 白名单：登录 mp.weixin.qq.com，打开「{ $menu }」；几分钟后生效
hint-admin-asked =
    微信已向公众号管理员发送消息，请其在微信里确认{ $address ->
        [unknown] 该 IP
       *[other] { " " }IP { $address }
    }；确认之后请重新运行
hint-admin-refused = 公众号管理员拒绝了该 IP 的调用：请联系管理员，并在 1 小时（89507）或 1 天（89506）之后重试
hint-secret-frozen = AppSecret 已被冻结；请登录 mp.weixin.qq.com，在「{ $menu }」解冻
hint-secret-wrong = AppSecret 与该 AppID 不匹配；请登录 mp.weixin.qq.com，从「{ $menu }」重新复制这两项。AppSecret 一经重置，旧的立即失效
hint-appid-wrong = 请核对 AppID：登录 mp.weixin.qq.com，打开「{ $menu }」
hint-token = access_token 已过期，或之后又签发了新的；请向签发方索取当前有效的 access_token
hint-no-permission = 该账号无权调用此接口：登录 mp.weixin.qq.com，在「{ $menu }」可以查看拥有的权限。请用 --sections 去掉这一类内容，或用 --allow-gaps no_permission 接受这项缺失
hint-blocked-for-a-while = 微信暂时屏蔽了此接口的调用；请稍后重新运行
hint-account-frozen = 账号被微信冻结或限制；请登录 mp.weixin.qq.com，按页面提示处理（{ $violations }、{ $appeal }）
hint-quota = 该接口当日的额度已用完，北京时间零点重新计算。届时请再次运行同一命令：已下载的内容都不会丢失
hint-reserved = 请明天再次运行同一命令（额度于北京时间零点重新计算）：将从本次停下的地方继续。如需每天多用一些额度，请调低 --quota-reserve 或配置文件中的 quota_reserve
hint-rate = 微信要求降低每分钟的调用次数；可能有其他系统也在使用该账号。请过几分钟再次运行同一命令：已下载的内容都不会丢失
hint-nothing-lost = 请再次运行同一命令：已下载的内容都不会丢失，也不会重复下载

hint-disk-full = 磁盘已满；请腾出空间后再次运行同一命令：已下载的内容均已保留
hint-may-not = 请给运行本程序的用户授予该位置的访问权限
hint-read-only = 该文件系统以只读方式挂载；请换一个文件夹
hint-is-a-folder = 这是文件夹，而此处需要的是文件
hint-not-found = 请检查是否拼写有误；相对路径从当前文件夹算起

hint-archive-is-a-folder = 请指定 zip 文件本身；解压后的归档也可以校验，或用浏览器打开其中的 data/index.html 阅读
hint-archive-encrypted = 请给出能打开它的密钥：--identity FILE
hint-archive-no-key-fits = --identity FILE 应指定其中一个接收者的密钥文件；用旁边的 .sha256 文件运行 sha256sum -c 可以判断它是否已损坏
hint-archive-damaged = 请另取一份完好的副本；这一份中完好的部分可用 `wxbackup restore` 取回
hint-archive-other-zip = 归档的文件名形如 wxbackup-<appid>-<time>.zip；解压后重新打包的不再是归档，但其文件夹可以校验
hint-archive-no-zip = 归档的文件名形如 wxbackup-<appid>-<time>.zip

hint-output-is-a-file = 已有同名文件；请用 --output 指定一个文件夹
hint-no-output = 请先创建它：mkdir -p '{ $folder }'，或用 --output 指定其他文件夹
hint-output-no-folder = 请用 --output 指定其他文件夹
hint-to-not-empty = 请用 --to 指定一个新的或空的文件夹；任何已有内容都不会被覆盖
hint-part-of-bag = 只恢复一部分时，请使用 --layout human
hint-restore-unknown = --layout bag 可以原样取出；其中的记录要用更新版本的 wxbackup 读取
hint-restore-no-room = 请腾出空间，或用 --only 只恢复一部分
hint-extract-unknown = 其中的记录要用更新版本的 wxbackup 读取
hint-port-taken = 该端口已被其他程序占用；不写 --port 则自动选用空闲端口
hint-browse-record = `wxbackup verify` 可以指出归档的问题；其中完好的部分可用 `wxbackup restore` 取回
hint-diff-other-account = 请比较同一账号的归档
hint-diff-record = `wxbackup verify` 可以指出归档的问题；读不出的内容会被当成已删除，因此不做比较

hint-no-account = 请给出 --appid 和 --secret-file，或设置 WXBACKUP_APPID 和 WXBACKUP_SECRET，或把账号写进配置文件；`wxbackup demo` 不需要这些
hint-several-accounts = 请用 --account NAME 选择一个，或用 --all 运行全部账号
hint-two-credentials = 请只保留要用的那一个
hint-odd-secret = 内容必须只有 AppSecret 或 access_token 本身：一个由可打印 ASCII 字符组成的词
hint-other-appid = 请去掉 --appid，或用 --secret-file 同时给出该 AppID 的密钥
hint-secret-command-late = 请手动运行该命令：如果它在等人输入密码或触摸硬件密钥，夜里是没有人的
hint-no-web-address = 请从服务商或群机器人处复制完整的地址，它以 https:// 开头
hint-nobody-to-tell = 请在配置文件中加一个 [notify] 表；`wxbackup config init` 写出的模板里有说明
hint-same-appid = 一个账号只需要一个表；请删去多余的
hint-no-variable = cron、系统服务和容器各有自己的环境：请在那里设置
hint-secret-command = cron 和系统服务只在少数几个文件夹中查找程序：请写出程序的完整路径
hint-secret-command-failed = 请手动运行该命令，看看它缺少什么
hint-wrong-address = 请写成 http://host:port 的形式；代理还可以用 https://、socks5:// 或 socks5h://
hint-unknown-account = 账号是配置文件中的 [accounts.NAME] 表
hint-settings-exist = 原文件保持不变；请先把它移走，或用 --config 指定其他位置
hint-no-place-for-settings = 请用 --config 指定文件，或设置 HOME 或 XDG_CONFIG_HOME
hint-same-account = 其中的一切都会出现两份；如果正是此意，请加 --same-account
hint-no-room = 请在公众平台后台删除不需要的素材，或用 --only 只放回一部分
