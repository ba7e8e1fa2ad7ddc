### 程序库的错误：每种失败一条。

# 别处原样传来的文字，不翻译。
verbatim = { $text }
error-caused = { $error }：{ $cause }

path-cannot =
    无法{ $action ->
        [read] 读取 { $path }
        [read-folder] 读取文件夹 { $path }
        [write] 写入 { $path }
        [write-into] 写入文件夹 { $path }
        [open] 打开 { $path }
        [open-folder] 打开文件夹 { $path }
        [open-the-folder-of] 打开 { $path } 所在的文件夹
        [remove] 删除 { $path }
        [create] 创建 { $path }
        [create-folder] 创建文件夹 { $path }
        [create-a-file-in] 在文件夹 { $path } 中新建文件
        [rename] 重命名 { $path }
        [sync] 把 { $path } 写入磁盘
        [sync-folder] 把文件夹 { $path } 写入磁盘
        [lock] 锁定 { $path }
        [mend] 修复 { $path }
        [cut] 截断 { $path }
        [look-at] 查看 { $path }
        [change-the-mode-of] 修改 { $path } 的权限
        [ask-for-free-space-in] 查询 { $path } 的可用空间
       *[other] 处理 { $path }（{ $action }）
    }

path-is-a-link = 这是符号链接，可能是别人放在那里的

# 操作系统报告的错误：常见种类有中文说法，代码保留。
system-error =
    { $kind ->
        [not-found] 没有这个文件或文件夹
        [permission-denied] 权限不足
        [already-exists] 同名文件已存在
        [storage-full] 磁盘已满
        [quota-exceeded] 超出磁盘配额
        [file-too-large] 文件过大
        [read-only] 文件系统是只读的
        [is-a-directory] 这是一个文件夹
        [not-a-directory] 这不是文件夹
        [not-empty] 文件夹不是空的
        [invalid-name] 文件名无效
        [busy] 资源正被占用
        [crosses-devices] 不在同一个文件系统上
        [too-many-links] 链接过多
        [stale-handle] 网络文件系统的句柄已失效
        [connection-refused] 对方拒绝连接
        [connection-reset] 连接被对方重置
        [connection-aborted] 连接已中止
        [not-connected] 尚未连接
        [address-in-use] 地址已被占用
        [address-not-available] 地址不可用
        [host-unreachable] 主机不可达
        [network-unreachable] 网络不可达
        [network-down] 网络已断开
        [broken-pipe] 管道已断开
        [timed-out] 操作超时
        [would-block] 资源暂时不可用
        [interrupted] 操作被中断
        [unsupported] 系统不支持这项操作
        [out-of-memory] 内存不足
        [unexpected-end] 数据提前结束
        [invalid-data] 数据无效
        [invalid-input] 参数无效
       *[other] { $said }
    }（os error { $code }）
system-error-kind =
    { $kind ->
        [not-found] 没有这个文件或文件夹
        [permission-denied] 权限不足
        [already-exists] 同名文件已存在
        [storage-full] 磁盘已满
        [quota-exceeded] 超出磁盘配额
        [file-too-large] 文件过大
        [read-only] 文件系统是只读的
        [is-a-directory] 这是一个文件夹
        [not-a-directory] 这不是文件夹
        [not-empty] 文件夹不是空的
        [invalid-name] 文件名无效
        [busy] 资源正被占用
        [crosses-devices] 不在同一个文件系统上
        [too-many-links] 链接过多
        [stale-handle] 网络文件系统的句柄已失效
        [connection-refused] 对方拒绝连接
        [connection-reset] 连接被对方重置
        [connection-aborted] 连接已中止
        [not-connected] 尚未连接
        [address-in-use] 地址已被占用
        [address-not-available] 地址不可用
        [host-unreachable] 主机不可达
        [network-unreachable] 网络不可达
        [network-down] 网络已断开
        [broken-pipe] 管道已断开
        [timed-out] 操作超时
        [would-block] 资源暂时不可用
        [interrupted] 操作被中断
        [unsupported] 系统不支持这项操作
        [out-of-memory] 内存不足
        [unexpected-end] 数据提前结束
        [invalid-data] 数据无效
        [invalid-input] 参数无效
       *[other] { $said }
    }

net-proxy = 代理必须是 http、https、socks5 或 socks5h 地址
net-no-certificate = CA 文件中没有 PEM 格式的证书
net-client = 无法建立 HTTP 客户端
text-no-language = 可用的语言是 zh 和 en
