### 各项操作无法继续时、或进行中所说的话。

folder-not-empty = { $path } 不是空的
files-interrupted = 已写 { $files } 个文件后被中断
archive-cannot-read-document = 无法读取 { $archive } 的自述信息
restore-unknown = 无法恢复这个归档的记录
restore-part-of-bag = bag 只能整体恢复：取出一部分就不再是有效的 bag
restore-no-room = { $path } 可用 { $available } 字节，需要 { $needed } 字节
restore-stopped = 恢复了 { $files } 个文件后停止
extract-unknown = 无法读取这个归档的记录
extract-stopped = 写出 { $files } 个文件后停止
browse-cannot-listen = 无法监听 127.0.0.1:{ $port }
browse-broke-off = 服务器意外停止
diff-other-account = { $old } 属于账号 { $old_appid }，{ $new } 属于 { $new_appid }
diff-cannot-read-records = 无法读取 { $archive } 的记录
diff-cannot-read-all = 无法完整读取 { $archive }
diff-interrupted = 比较被中断
prune-interrupted = 清理被中断
status-interrupted = 查看归档被中断
doctor-interrupted = 检查被中断
verify-interrupted = 校验被中断
html-unreadable = 内容无法按 HTML 读取

# 操作进行中需要告知的事。
extract-not-inlined = { $count } 张图片放在页面旁边：嵌入页面会使页面过大
browse-not-canonical = 它与 wxbackup 写出的归档不一致（{ $finding }）；照原样显示，详情请运行 `wxbackup verify`
browse-not-a-file = 它不是文件
verify-not-a-file = 它既不是文件也不是文件夹；管道可以写作 `-`
verify-receipt-unreadable = 旁边的回执无法读取
verify-checksum-unreadable = 旁边的校验和文件无法读取
prune-kept-unreadable = 保留，因为无法读取：{ $error }
restore-times-not-set = 文件系统不接受素材的时间
diff-section-not-listed = { $archive } 没有列出这个类别：其中没有的内容，账号里可能仍有
