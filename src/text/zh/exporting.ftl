### 备份：失败的原因，以及需要告知的事。

export-no-output = 没有文件夹 { $path }
export-not-a-folder = { $path } 不是文件夹
export-cannot =
    无法{ $action ->
        [set-up-the-connection] 建立与微信的连接
        [get-a-token] 获取 access_token
        [count] 统计账号中的素材
        [list] 读取列表
        [list-any-section] 读取任何一个所要类别的列表
        [fetch] 下载
       *[other] 处理（{ $action }）
    }
export-no-room = { $path } 剩余 { $available } 字节，而归档需要 { $needed } 字节
export-secret = { $path } 会含有 AppSecret 或令牌；未写入任何内容
export-document-secret = { $path } 会含有密钥
export-read-back = 写成的归档没有通过自检：{ $why }
export-other-archive = 读回的不是刚写入的归档
export-changed-since = zip 已与校验时不同
export-encrypted-differs = 加密文件与写入的内容不符
export-base-unsteady = { $base } 每次读出的内容都不同
export-recipients-max = 接收者有 { $count } 个，太多：一个归档最多 { $max } 个，再多就读不回来
export-nothing-staged = { $path } 中没有这个账号的暂存内容
export-interrupted = 运行被中断

# 为什么不能在某个归档的基础上增量备份。
base-unreadable = 无法读取基础归档 { $archive } 中的 { $path }
base-other-version = 它的格式是 { $version }，本程序写的是 { $own }
base-other-account = 它保存的是 { $appid } 的素材
base-changed = { $path } 与清单所列不符
base-no-blob = 有记录指向不存在或不相符的内容文件：{ $path }
base-unsound = 它的记录有问题：{ $finding }

# 备份时需要告知的事。
export-texts-damaged = 这些文章的正文在基础归档中已损坏，文件夹里更早的归档中也没有
export-blob-damaged = 这个内容文件在基础归档中已损坏，文件夹里更早的归档中也没有
export-rotten-in-base = 这个内容文件在 { $base } 中已损坏；将重新获取
export-stage-not-cleared = 归档完整，但它的暂存内容没有清除：{ $error }
export-not-counted = 微信没有给出总数：{ $error }
export-unreadable-items = 列表中有 { $count } 项没有编号，或过长而无法写入记录；它们没有保存
export-unstable-list = 列表在三遍读取中每遍都有变化；已保存读到的内容
export-no-permission = 这个账号无权读取：{ $error }
export-not-listed = 无法读取列表：{ $error }
export-list-broken-off = 列表没有读完：{ $error }
export-list-not-read = 暂存内容封存时，它的列表还没有读完
export-suspect = 这些内容可能是占位图；再次请求也未取得更好的内容，因此照原样保留
export-unknown-kind = 内容的类型未知；照原样保存为 .bin
export-no-cover = 这个视频的封面没有保存：{ $why }
export-not-listable = 微信的总数比列表多 { $count } 个；旧文章的缩略图计入总数，但没有接口能取得
export-unread-content = 它的 HTML 无法读到结尾；正文完整保留，但该处之后的图片没有找到
export-no-sidecar = 归档完整，但旁边的附属文件没有写成：{ $error }
export-secret-in-content = 素材本身在这里含有 AppSecret 或令牌；内容照原样保留，请到后台重置 AppSecret
export-old-receipt = 这份回执已过期，但没有删掉：{ $error }
export-old-copy = 这份明文副本已过期，但没有删掉：{ $error }
base-refused = 不能在这个归档的基础上增量备份：{ $why }
base-older = 没有这个归档的密钥，也没有它的明文副本，这次备份以更旧的归档 { $base } 为基础：之后新增的内容重新下载，账号里已不再列出的素材可能只留在这个归档中；请给出 --identity FILE，并保留这个归档
base-without-key = 没有这个归档的密钥，也没有它的明文副本，这次备份无法增量进行：全部重新下载，账号里已不再列出的素材只留在以前的加密归档中；请给出 --identity FILE，并保留那些归档

# 条目缺失的详细原因。
gap-material-is-description = get_material 返回的是视频的说明
gap-material-is-articles = get_material 返回的是文章
gap-video-no-file = 微信没有给出这个视频的文件
gap-video-page = 微信给的是这个视频的网页，而不是文件
gap-text-too-long = 文章过多或标题过长，无法写入记录；微信的应答照原样保留
gap-text-left-out = 微信的应答中没有正文
gap-no-articles = 微信的应答中没有文章，或多到无法写入记录；应答照原样保留
gap-list-not-read = 列表还没有读完，暂存内容就封存了
