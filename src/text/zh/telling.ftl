### 通知：为什么没有送达。

notify-no-network = 无法使用网络
notify-cannot-send = 无法发送
notify-late = 用时超过 { $seconds } 秒
notify-stopped = 还没发完，程序就被要求停止
notify-status = 应答是 HTTP { $status }
notify-refused = 群机器人拒绝了：{ $text }（{ $code }）
notify-not-a-chat = 应答不是这种群机器人的
notify-cannot-run = 无法运行 { $program }
notify-ended = { $program } 以 { $status } 结束
notify-ended-saying = { $program } 以 { $status } 结束：{ $said }
notify-metrics = 无法写入指标文件
notify-no-address = 必须是 http 或 https 地址
notify-no-severity = 必须是 success、problem 或 failure
notify-no-chat = 必须是 wecom、dingtalk 或 feishu
