### `export`：导出一个或多个账号。

row-unchanged = 无变化
row-size = 大小
row-staged = 已暂存
export-unchanged = 自 { $run } 起无变化：没有写新归档，原归档仍然有效
export-size = { $size }，sha256 { $digest }
export-refused = 该账号无权读取 { $sections }；如果本应如此，请加 --allow-gaps no_permission，或用 --sections 去掉
export-doubt = { $lhs } 与 { $rhs } 不符；可能有内容被重复列出或漏列，请再运行一次以确认
export-not-yet = 尚未写成归档：{ $left }
export-list-not-ended = { $sections }的列表还没有列完
export-items-left = 还剩 { $count } 项
export-staged = { $files } 个文件，{ $size }

all-two-wishes = { $variable } 和 WXBACKUP_ACCOUNT 同时设置了：请只保留要用的那一个
all-one-has-no-parts = --shard 和 --shards 只用于 --all：一个账号不能再分
all-wrong-word = { $variable } 必须是 true 或 false
all-base = --base FILE 只用于单个账号；使用 --all 时，每个账号各以自己最新的归档为基础
all-panicked = 该账号的运行因 wxbackup 自身的错误而中止；请报告此问题
all-not-begun = 未开始
all-interrupted = 被中断
all-accounts = { $count } 个账号
all-nothing-to-do = 无事可做：配置中的 { $accounts }都不在分片 { $shard } 中
all-in-shard = 分片 { $shard }：配置中的 { $accounts }里有 { $count } 个

shard-wrong-index = { $variable } 的值是 `{ $index }`，而 --shards { $total } 要求它在 0 到 { $last } 之间
shard-no-total = 设置了 { $variable }，但没有说明共有几份：请给出 --shards N（即 Job 的 completions），或用 --shard 1/1 表示全部账号
shard-no-index = --shards { $total } 需要 { $variable }，但没有设置它；不在索引 Job 中运行时，请写 --shard I/{ $total }
