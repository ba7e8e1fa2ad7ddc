### 备份：失败的原因，以及需要告知的事。

export-no-output = 没有文件夹 { $path }
export-not-a-folder = { $path } 不是文件夹
export-cannot =
    无法{ $action ->
        [set-up-the-connection] 建立与微信的连接
        [get-a-token] 获取 access_token
        [count] 统计账号中的素材
        [list] 读取列表
        [list-any-section] 读取任何一个所要的分区
        [fetch] 下载
       *[other] 处理（{ $action }）
    }
export-no-room = { $path } 剩余 { $available } 字节，而归档需要 { $needed } 字节
export-secret = { $path } 会含有 AppSecret 或令牌；未写入任何内容
export-document-secret = { $path } 会含有密钥
export-scratch = 无法写入临时文件
export-read-back = 写成的归档没有通过自检：{ $why }
export-not-hashed = 没有算出文件的哈希值
export-base-unsteady = { $base } 每次读出的内容都不同
export-nothing-staged = { $path } 中没有这个账号的暂存内容
export-interrupted = 运行被中断

# 为什么不能在某个归档的基础上增量备份。
base-unreadable = 无法读取基准归档 { $archive } 中的 { $path }
base-other-version = 它的格式是 { $version }，本程序写的是 { $own }
base-other-account = 它保存的是 { $appid } 的素材
base-changed = { $path } 与清单所列不符
base-no-blob = 有记录指向不存在或不相符的内容文件：{ $path }
base-unsound = 它的记录有问题：{ $finding }
