### 归档：为什么打不开、读不了、写不了、取不回。

archive-cannot-open = 无法打开 { $path }
archive-cannot-read = 无法读取 { $name }
archive-no-zip = { $name } 不是 zip 文件
archive-encrypted = { $name } 已用 age 加密
archive-no-key-fits = 没有一把密钥能打开 { $name }：它是为别人加密的，或者它的头部已损坏
archive-header-damaged = { $name } 用 age 加密，而它的头部已损坏，其中的内容都无法解密
archive-no-bag = { $name } 不是解开的归档：其中没有 bagit.txt
archive-other-zip = { $name } 是别的程序的 zip 文件，不是 wxbackup 的归档
archive-damaged = { $name } 被截断或已损坏：{ $detail }
archive-ambiguous = { $name } 有不止一种读法：{ $detail }
archive-two-names = 有两个条目同名
archive-beyond-numbers = 有条目的结尾位置超出整数范围
archive-overlap = 条目互相重叠
archive-letter-case = 有两个名称仅大小写不同
archive-over-limit = { $name } 超出格式的上限：{ $limit }
archive-longer-than-5-tib = 长度超过 5 TiB
archive-million-entries = 条目超过一百万个

# 读取条目。
archive-lacks = 归档中没有 { $path }
archive-entry-too-long = { $path } 长 { $bytes } 字节，超过上限 { $limit }
archive-cannot-read-entry = 无法从归档中读取 { $path }
archive-entry-unreadable = 无法读取
archive-entry-header = 条目头已损坏
archive-entry-packing = 压缩方式不是归档所用的
archive-entry-crc = 内容与 CRC-32 不符
archive-entry-longer = 比条目头所写的更长
archive-entry-cut = 内容被截断
archive-check-interrupted = 检查被中断

# 写入归档。
archive-cannot-write = 无法写入归档
archive-cannot-read-bytes = 无法读取 { $path } 的内容
archive-bytes-changed = { $path } 的内容与计划的不符
archive-does-not-fit = { $path } 放不进归档：{ $limit }
archive-name-too-long = 名称超过 200 字节
archive-million-already = 条目已有一百万个
archive-entry-4-gib = 长度达到或超过 4 GiB
archive-duplicate = 有两个条目都叫 { $path }

# 归档中的文档与记录。
archive-document-malformed = { $path } 的内容不对：{ $why }
archive-other-format = 它的格式是“{ $format }”
archive-unknown-version = 归档的格式版本是 { $version }；本程序能读版本 1
archive-unknown-feature = 归档用到“{ $feature }”，本程序不认识
archive-records-break-off = { $path } 第 { $line } 行之后无法读取
archive-record-too-long = { $path } 第 { $line } 行超过 4 MiB
archive-no-record = { $path } 第 { $line } 行不是记录：{ $why }
archive-record-of-another-kind = 它的种类与所在文件不符

# 为什么取不回来。
lost-absent = 归档中没有它，或不完整
lost-damaged = 内容已损坏：{ $why }
lost-not-of-checksum = 与校验和不符
lost-wrong-digest = 内容与 SHA-256 不符
lost-unlisted = 清单中没有列出它
lost-line-too-long = 它超过 4 MiB
lost-no-record = 它不是记录：{ $why }
lost-no-article = 它不是文章的记录
lost-too-many-articles = 它的记录有超过 64 篇文章
lost-folder-taken = 另一条记录占用了它的文件夹
lost-names-no-file = 它的记录没有指明文件
lost-names-no-blob = 它指向 { $path }，而那不是内容文件
lost-names-other-digest = 它的记录所写的摘要与 { $path } 的不同
lost-record-names-no-blob = 它的记录指向 { $path }，而那不是内容文件

# --only 的条件。
select-no-clause = “{ $clause }”不是条件；条件的写法如 section=image,draft 或 title=TEXT
select-unknown-key = 不能按“{ $key }”选取；可用 section、id、title、date、since、until
select-empty-value = “{ $key }=”的值是空的
select-bad-date = “{ $date }”不是日期；日期的写法如 2023、2023-05、2023-05-17 或 2023-01..2023-06

# 文件夹中的归档。
shelf-damaged = 它已损坏：{ $finding }
shelf-other-account = 它保存的是 { $appid } 的素材，与文件名不符
shelf-from-the-future = 文件名中的时间晚于现在，因此不予考虑：时钟不准，或曾经不准
shelf-not-as-receipt = 它不是回执所说的那个文件
shelf-unreadable = 无法读取：{ $error }
