### 程序运行时和结束时说的话。

label-error = 错误：
label-caused-by = 原因：
label-hint = 提示：
label-warning = 警告：
label-gap = 缺失：
label-finding = 问题：
line-labelled = { $label }{ $text }
panicked = wxbackup 自身出错（panicked at { $place }）：{ $text }
panicked-hint = 这是 wxbackup 的错误，请把上面一行报告给我们
line-named = { $name }：{ $line }

# 一行各部分之间的符号。
between-causes = ：
between-counts = ，
between-reasons = ；
between-names = 、
between-notes = ；
line-noted = { $line }（{ $note }）

# 记录中的词，写给人看。
name-section =
    { $section ->
        [image] 图片
        [voice] 语音
        [video] 视频
        [news] 图文素材
        [draft] 草稿
        [published] 已发布
        [assets] 文章附件
       *[other] { $section }
    }
name-kind =
    { $kind ->
        [image] 图片
        [voice] 语音
        [video] 视频
        [article] 文章
        [asset] 文章附件
        [section] 类别
       *[other] { $kind }
    }
name-reason =
    { $reason ->
        [http_404] 微信服务器上已不存在（http_404）
        [http_410] 微信服务器上已不存在（http_410）
        [deleted_during_run] 备份进行时被删除（deleted_during_run）
        [invalid_media_id] 素材已被删除，或微信不再承认它的编号（invalid_media_id）
        [expired_link] 链接已过期（expired_link）
        [http_403] 微信服务器拒绝提供（http_403）
        [blocked_by_platform] 因违规被平台屏蔽（blocked_by_platform）
        [no_permission] 账号没有读取权限（no_permission）
        [hotlink_denied] 微信返回了防盗链占位图（hotlink_denied）
        [timeout] 下载超时（timeout）
        [http_5xx] 微信服务器出错（http_5xx）
        [quota_exhausted] 当日额度已用完（quota_exhausted）
        [rate_limited] 请求过于频繁，被限制（rate_limited）
        [network] 网络中断（network）
        [user_excluded] 按备份设置排除（user_excluded）
        [over_size_limit] 超过大小上限（over_size_limit）
        [embed_not_downloadable] 嵌入内容，无法下载（embed_not_downloadable）
        [empty_body] 微信返回了空文件（empty_body）
        [error_json_instead_of_media] 微信返回了错误信息，不是文件（error_json_instead_of_media）
        [truncated_body] 文件下载不完整（truncated_body）
        [type_mismatch] 文件类型与内容不符（type_mismatch）
        [damaged_in_base] 旧归档中的文件已损坏（damaged_in_base）
       *[other] { $reason }
    }
name-status =
    { $status ->
        [complete] 完整
        [complete-with-gaps] 有缺失
        [partial] 不完整
       *[other] { $status }
    }

gap-item = { $kind } { $id }
gap-item-named = { $kind } { $id }「{ $name }」
gap-told = { $item }：{ $reason }
gap-told-detail = { $item }：{ $reason }；{ $detail }
finding-told = { $archive }：{ $code }：{ $message }
finding-told-about = { $archive }：{ $code } { $about }：{ $message }

call-told = 调用：{ $api } { $millis } 毫秒
call-attempt = 第 { $attempt } 次尝试
plan-told = 计划：{ $api }：需要调用 { $needed } 次，保留 { $reserve }% 之后今天还可调用 { $left } 次：{ $days }
plan-unknown = 计划：{ $api }：需要调用 { $needed } 次；微信没有告知剩余次数
plan-days = 需要 { $days } 天
plan-no-days = 无论多少天都不够
waiting-told = 等待：{ $reason }，{ $millis } 毫秒

progress-starting = 正在启动
progress-phase =
    { $phase ->
        [connect] 正在连接
        [list] 正在列出
        [fetch] 正在下载
        [seal] 正在写入归档
        [check] 正在校验
        [restore] 正在恢复
        [upload] 正在上传
       *[extract] 正在导出
    }
progress-phase-of = { $phase }{ $section }
progress-of = { $done } / { $total }
progress-waiting = { $line }（等待：{ $reason }，{ $seconds } 秒）
progress-accounts = 已结束 { $ended } / { $total } 个账号
progress-accounts-bar = 个账号
progress-ended = 结束，退出码 { $exit }；已结束 { $ended } / { $total } 个账号
stdout-failed = 无法写入标准输出

count-stored = 已保存 { $count }
count-missing = 缺失 { $count }
count-retired = 不再列出 { $count }
coverage-left-out = 不在范围内
coverage-not-listed = 未能列出
coverage-not-listed-now = { $counts }，本次未能列出
coverage-unstable = { $counts }，列表一直在变动
coverage-gaps = { $total } 项：{ $reasons }
coverage-gap = { $reason }{ $count } 项
row-assets = 文章附件
row-gaps = 缺失
row-status = 状态

span-days = { $days } 天
span-days-hours = { $days } 天 { $hours } 小时
span-hours = { $hours } 小时
span-hours-minutes = { $hours } 小时 { $minutes } 分钟
span-minutes = { $minutes } 分钟
