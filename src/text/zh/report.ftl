### 程序运行时和结束时说的话。

label-error = 错误：
label-caused-by = 原因：
label-hint = 提示：
