### 帮助、手册页和命令行错误中由 clap 自己说的话，以及值错在哪里。

# 帮助的框架。
frame-usage = 用法：
frame-examples = 示例：
frame-exit-codes = 退出码：
frame-commands = 命令
frame-arguments = 参数
frame-options = 选项
# 标题之后。
frame-colon = ：
frame-any-options = [选项]
frame-a-command = <命令>
frame-any-command = [命令]
frame-variable = [环境变量：
frame-default = [默认值：
frame-possible-values = [可用值：
frame-help = 显示帮助
frame-help-more = 显示帮助（用 --help 查看详情）
frame-help-summary = 显示帮助（用 -h 查看摘要）
frame-help-command = 显示本帮助，或指定命令的帮助
frame-version = 显示版本

# 手册页。
manual-name = 名称
manual-synopsis = 概要
manual-description = 描述
manual-options = 选项
manual-commands = 命令
manual-a-command = 命令
manual-extra = 补充说明
manual-version = 版本
manual-possible-values = 可用值：

# 命令行有误。
usage-labelled = { $label }{ $text }
usage-unknown-argument = 未知的参数 '{ $argument }'
usage-unknown-command = 未知的命令 '{ $command }'
usage-no-command = '{ $program }' 之后需要一个命令
usage-commands = [命令：{ $commands }]
usage-no-value = '{ $argument }' 需要一个值
usage-wrong-value = '{ $argument }' 的值 '{ $value }' 无效
usage-wrong-value-because = '{ $argument }' 的值 '{ $value }' 无效：{ $reason }
usage-possible-values = [可用值：{ $values }]
usage-too-many-values = '{ $argument }' 不需要值，却给出了 '{ $value }'
usage-missing = 缺少以下必需的参数：
usage-twice = 参数 '{ $argument }' 不能重复使用
usage-conflict = 参数 '{ $argument }' 不能与 '{ $other }' 同时使用
usage-conflicts = 参数 '{ $argument }' 不能与以下参数同时使用：
usage-not-utf-8 = 参数中有无效的 UTF-8
usage-tip = 提示：
usage-similar-command = 有一个相近的命令：'{ $command }'
usage-similar-commands = 有几个相近的命令：{ $commands }
usage-similar-argument = 有一个相近的参数：'{ $argument }'
usage-similar-value = 有一个相近的值：'{ $value }'
usage-as-value = 要把 '{ $argument }' 作为值传入，请写成 '{ $usage }'
usage-argument-of = 有 '{ $usage }'
usage-quoted = '{ $word }'
usage-comma = 、
usage-more = 更多信息请见 '{ $flag }'。

# 值有误。
value-age = 应为数字加单位，例如 90m、26h、2d、1w
value-from-1 = 应为不小于 1 的数
value-percent = 应为 0 到 99 的数
value-shard = 应为 I/N，例如 1/4、2/4、3/4 或 4/4
value-shards = 应为 1 到 10000 的数
value-near = 是否想写 `{ $near }`？
value-gaps = 分类有 { $classes }；原因有 { $reasons }
value-empty = 应为整数，不能为空
value-digit = 应为整数，含有不是数字的字符
value-too-large = 数字过大
value-too-small = 数字过小
value-zero = 不能为 0
value-port = { $number } 不在 0 到 65535 之间
