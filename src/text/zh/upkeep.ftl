### 照看备份和配置：status、prune、doctor、config。

head-account = 账号
head-exit = 退出码
head-stored = 已保存
head-gaps = 缺失
head-size = 大小
head-result = 结果
head-newest-good = 最新可用归档
head-age = 距今
head-status = 状态
head-archives = 归档数
head-what = 处理
head-time = 时间
head-why = 理由
head-check = 检查项
head-verdict = 结论
head-setting = 设置项
head-value = 值
head-from = 来源
head-channel = 通知渠道

status-cannot-tell = 无法查看 { $account } 的归档
status-too-old = { $accounts } 个账号中有 { $late } 个在最近 { $age }内没有可用的归档
status-names-more = { $names }等，另有 { $more } 个
status-empty = { $folder } 中没有归档
status-late = 已超期
status-running = 正在运行
status-staged = 已暂存 { $size }
status-newer-partial = 较新的 { $count } 份不完整
by-receipt = 已加密；以回执为准
status-newer-unreadable = 较新的 { $count } 份读不出

prune-cannot = 没有删除 { $account } 的任何归档
prune-kept = 保留
prune-would-go = 将删除
prune-removed = 已删除
prune-archives = { $count } 份归档
prune-preview = 尚未删除任何文件；加 --apply 才会删除
prune-fate =
    { $fate ->
        [keep] 保留
        [remove] 将删除
        [removed] 已删除
        [stuck] 删除失败
       *[other] { $fate }
    }
prune-rule =
    { $rule ->
        [last] 最近几份
        [daily] 每日
        [weekly] 每周
        [monthly] 每月
        [yearly] 每年
       *[other] { $rule }
    }
prune-oldest = 最早的一份（{ $rule }）
prune-newest-good = 最新可用
prune-unreadable = 读不出
prune-future = 时间在未来

check-right = 配置正确：{ $accounts } 个账号
check-problems = { $problems } 个问题
check-account = 账号 `{ $name }` 无法使用
check-channel = { $name } 无法使用
check-metrics = 无法写入指标文件
check-archives = 无法写入归档
init-exists = { $path } 已经存在
init-no-place = 该用户没有存放配置的文件夹
init-done = 请填写内容，然后运行 `wxbackup config check`
show-no-account = 没有选定账号：{ $why }

doctor-well = 可以导出，没有发现问题
doctor-well-warned = 可以导出，没有发现问题；有 { $warnings } 条警告
doctor-unwell = 有 { $problems } 个问题妨碍导出：{ $names }
doctor-check =
    { $check ->
        [settings] 配置
        [network] 网络
        [address] IP 白名单
        [secret] 密钥
        [token] 令牌
        [account] 账号
        [section] 接口权限
        [quota] 额度
        [clock] 时钟
        [disk] 磁盘
        [lock] 锁
        [stage] 暂存目录
        [archive] 归档
        [identity] 解密密钥
       *[other] { $check }
    }
doctor-check-of = { $check } { $about }
doctor-verdict =
    { $verdict ->
        [ok] 正常
        [unknown] 未知
        [warning] 警告
        [problem] 有问题
       *[other] { $verdict }
    }
doctor-account = 账号 { $name }，{ $appid }
doctor-not-looked-at = 未检查
doctor-granted = 有权限
doctor-granted-items = 有权限，共 { $items } 项
doctor-calls-left = 今日额度 { $limit } 次，还剩 { $left } 次
doctor-no-folder = 没有这个文件夹
doctor-running = 正在运行
doctor-running-who = 正在运行：{ $host } 上的进程 { $pid }，始于 { $since }
doctor-staged = 已暂存 { $size }
doctor-staged-since = 已暂存 { $size }，来自 { $since } 开始的运行
doctor-answers = { $host } 有应答
doctor-let-in = 微信接受本机的 IP
doctor-gives-token = 微信据此签发了 access_token
doctor-accepts = 微信接受此令牌
doctor-in-use = 正常使用中
doctor-no-run = 没有正在进行的运行
doctor-nothing-left-over = 没有遗留内容
doctor-fine = 正常
doctor-clock-right = 与微信一致
doctor-clock-ahead = 比微信快 { $time }
doctor-clock-behind = 比微信慢 { $time }
doctor-seconds = { $seconds } 秒
doctor-free = 可用 { $free }
doctor-free-wanted = 可用 { $free }，完整归档可能需要 { $wanted }
doctor-no-archive = 还没有可用的归档
doctor-newest = 最新的可用归档距今 { $age }：{ $name }
doctor-clock-advice = 请校准本机时钟，例如使用 NTP：归档按它命名，备份的新旧也由它判断
doctor-room-advice = 请腾出空间：写归档之前要先收集全部内容；`wxbackup prune` 可以删除旧归档
doctor-running-advice = 在它结束之前，export 会以退出码 11 结束；异常退出的运行不会占着锁
doctor-published-advice = 自 2025 年 7 月起，未认证账号和个人账号不能读取「{ $published }」的内容：请用 --sections 去掉，或在 export 中用 --allow-gaps no_permission 接受这项缺失，或为账号办理{ $verification }
doctor-section-advice = 未认证的账号可能没有此权限；{ $program }的 AppID 一定没有；第三方平台的令牌需要授予相应的{ $grants }。登录 mp.weixin.qq.com，在「{ $menu }」可以查看账号的权限。请用 --sections 去掉这一类内容，或在 export 中用 --allow-gaps no_permission 接受这项缺失
