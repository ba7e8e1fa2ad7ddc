### 发给群聊、ping 和命令的内容，以及 `notify test` 的结果。

notify-headline = wxbackup：{ $whose }：{ $outcome }
notify-headline-of-nobody = wxbackup：{ $outcome }
notify-whose = { $name }（{ $appid }）
notify-outcome =
    { $outcome ->
        [done] 成功
        [gaps] 有缺失
        [unfinished] 未完成
        [locked] 已有任务在运行
        [interrupted] 被中断
        [refused] 被微信拒绝
        [failed] 失败
        [test] 测试
       *[other] { $outcome }
    }
notify-is-test = 这是对通知渠道的测试，并没有任务结束。
notify-meaning = { $meaning }（退出码 { $code }）
notify-archive = 归档：{ $name }，{ $size }，{ $status }
notify-unchanged = 内容未变，自：{ $run }
notify-stored = 已保存：{ $counts }
notify-missing = 缺失：{ $counts }
notify-not-listed = 未能列出：{ $sections }
notify-gaps = 缺失原因：{ $reasons }
notify-count = { $what } { $count }
notify-titles = 标题：{ $titles }
notify-error = 错误：{ $error }
notify-next = 下一步：{ $step }
notify-quota-left = 剩余额度：{ $quotas }
notify-quota = { $api } { $left } 次
notify-took = 用时：{ $time }
notify-seconds = { $seconds } 秒
notify-minutes = { $minutes } 分 { $seconds } 秒
notify-hours = { $hours } 小时 { $minutes } 分 { $seconds } 秒

log-phase =
    { $phase ->
        [connect] 连接
        [list] 列出
        [fetch] 下载
        [seal] 写入归档
        [check] 校验
        [restore] 恢复
       *[extract] 导出
    }
log-warning = 警告：{ $code }：{ $message }
log-warning-about = 警告：{ $code }：{ $about }：{ $message }
log-gap = 缺失：{ $kind } { $id }：{ $reason }
log-gap-named = 缺失：{ $kind } { $id }「{ $name }」：{ $reason }
log-waiting = 等待：{ $reason }，{ $seconds } 秒

notify-works = 正常
notify-told = 已通知 { $count } 个
notify-not-told = { $count } 个中有 { $failed } 个未能通知
