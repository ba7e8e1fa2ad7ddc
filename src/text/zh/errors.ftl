### 程序库的错误：每种失败一条。

# 别处原样传来的文字，不翻译。
verbatim = { $text }

path-cannot =
    无法{ $action ->
        [read] 读取
        [read-folder] 读取文件夹
        [write] 写入
        [write-into] 写入文件夹
        [open] 打开
        [open-folder] 打开文件夹
        [open-the-folder-of] 打开所在文件夹：
        [remove] 删除
        [create] 创建
        [create-folder] 创建文件夹
        [create-a-file-in] 新建文件，所在文件夹：
        [rename] 重命名
        [sync] 落盘
        [sync-folder] 把文件夹落盘
        [lock] 锁定
        [cut] 截断
        [look-at] 查看
        [change-the-mode-of] 修改权限：
        [ask-for-free-space-in] 查询可用空间：
       *[other] 处理（{ $action }）
    } { $path }
