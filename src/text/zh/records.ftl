### 文档与记录：为什么读不了。

json-too-long = JSON 文本有 { $bytes } 字节，太长
json-too-deep = JSON 文本的嵌套超过 { $depth } 层
json-too-many = JSON 文本的值超过 { $values } 个
json-none = 文本不是 JSON
json-repairs = 首尾去掉 { $cut } 字节，无效的 UTF-8 { $utf8 } 处，控制字节 { $control } 个，错误的转义 { $escapes } 处

# bag-info.txt 为什么不合规定。
bag-info-end = bag-info.txt 没有以换行符结尾
bag-info-line = bag-info.txt 有一行不是“标签: 值”
bag-info-value = bag-info.txt 有一个值的写法不合规定
bag-info-order = bag-info.txt 标签次序不对
bag-info-lacks = bag-info.txt 缺少必需的标签
bag-info-oxum = bag-info.txt Payload-Oxum 不是 <字节数>.<文件数>

# 字节为什么不是规范形式。
canonical-at = 第 { $at } 字节处：{ $what }
canonical-utf8 = 有不是 UTF-8 的字节
canonical-object = 不是对象
canonical-line-feed = 对象后面没有换行符
canonical-one-object = 不止一个对象
canonical-depth = 嵌套过深
canonical-value = 没有值
canonical-key-twice = 键重复
canonical-key-order = 键的次序不对
canonical-colon = 冒号的写法不合规定
canonical-null = 成员没有值
canonical-comma = 既没有逗号也没有右括号
canonical-line-break = 没有换行
canonical-indent = 缩进不够
canonical-integer = 数字不是整数
canonical-integer-spelling = 整数的写法不合规定
canonical-integer-size = 整数超出 2^53 - 1
canonical-string = 不是字符串
canonical-control = 有未转义的控制字符
canonical-string-end = 字符串没有结尾
canonical-string-read = 字符串无法读取
canonical-escape-spelling = 转义的写法不合规定
canonical-escape-short = 转义有更短的写法
canonical-escape-needless = 多余的转义

# 记录文件中的行。
lines-too-long = 第 { $number } 行超过 4 MiB
lines-unfinished = 第 { $number } 行没有结尾
lines-cannot-read = 无法读取第 { $number } 行

# 清单中的行。
manifest-form = 不是“64 位小写十六进制数字、两个空格、路径、换行符”的形式
manifest-duplicate = 路径重复
manifest-order = 路径的次序不对
manifest-part = 路径不属于这份清单
