### 暂存目录：运行期间存放已下载内容的地方。

stage-lock-held = 另一次运行正在处理这个账号
stage-lock-held-by = 另一次运行正在处理这个账号：主机 { $host } 上的进程 { $pid }，始于 { $since }
stage-other-version = { $path } 中的暂存目录由另一版本的 wxbackup 建立；请用那个版本跑完，或用 --fresh 丢弃它
