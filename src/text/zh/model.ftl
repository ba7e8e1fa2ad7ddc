### 程序库的基本用词：编号、名称、类别。

model-no-section = “{ $name }”不是类别；类别有 image、voice、video、news、draft、published
model-no-akey = akey 应为 20 位小写十六进制数字
model-no-entry-path = “{ $name }”不是归档内允许的文件名
model-no-appid = AppId 应为 1 到 64 个可打印的 ASCII 字符，不含空格，例如 wx0123456789abcdef
model-no-sha256 = SHA-256 应为 64 位小写十六进制数字
