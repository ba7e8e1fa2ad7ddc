### `--help` 对各命令的说明：`help-命令-about` 为一行简介，`-long` 是 `--help` 另加的说明，
### `-intro` 在示例之前，`-rules` 是单看参数无法说明的规则。

# 参数分组的标题。
help-heading-global = 全局选项
help-heading-connection = 账号与连接
help-heading-to-account = 放回公众号
help-heading-many = 多个账号

help-wxbackup-about = 把一个公众号的全部素材保存为一个 zip，证明其完整，并能随时恢复
help-wxbackup-examples =
    wxbackup demo                                 不用任何配置，看一遍全过程
    wxbackup export --appid ID --secret-file F    把一个公众号保存到当前目录
    wxbackup verify wxbackup-*.zip                证明归档完整
    wxbackup restore ARCHIVE.zip --to library     把全部内容恢复为文件

help-export-about = 把一个公众号的全部素材保存为一个归档
help-export-examples =
    wxbackup export --appid wx0123456789abcdef --secret-file secret.txt
    wxbackup export -o /var/backups/wechat --account shop        配置文件中的一个账号
    wxbackup export -o /var/backups/wechat --all                 所有账号
    wxbackup export -o backups --sections draft,published        只备份变化最多的类别
    wxbackup export -o backups -q --allow-gaps known             用于 cron：只报告新的缺失
    wxbackup export -o backups --seal-staged                     账号被封前已下载的内容

help-verify-about = 证明归档完整且未被改动
help-verify-examples =
    wxbackup verify wxbackup-*.zip
    wxbackup verify --level structure wxbackup-*.zip     无论多大，几秒即可
    ssh host cat ARCHIVE.zip | wxbackup verify -

help-restore-about = 把归档恢复为目录中的文件，或放回公众号
help-restore-examples =
    wxbackup restore ARCHIVE.zip --to library
    wxbackup restore ARCHIVE.zip --to 2023 --only 'section=image;date=2023'
    wxbackup restore ARCHIVE.zip --to spring --only title=春天
    wxbackup restore ARCHIVE.zip --to bag --layout bag
    wxbackup restore ARCHIVE.zip --to-account new             会放入哪些内容
    wxbackup restore ARCHIVE.zip --to-account new --apply     放入；再运行一次即继续
    wxbackup restore ARCHIVE.zip --to-account new --check     把公众号与归档比对
    wxbackup restore --undo ARCHIVE.upload-ID.jsonl           会删除哪些内容

help-extract-about = 把归档中的文章导出为 Markdown、HTML、纯文本或表格
help-extract-examples =
    wxbackup extract ARCHIVE.zip --to articles --format markdown
    wxbackup extract ARCHIVE.zip --to 2023 --format text --only 'section=published;date=2023'
    wxbackup extract ARCHIVE.zip --to pages --format html-single --only title=春天
    wxbackup extract ARCHIVE.zip --to tables --format csv                 用 Excel 打开

help-list-about = 列出归档的内容
help-list-examples =
    wxbackup list ARCHIVE.zip
    wxbackup list ARCHIVE.zip --section draft
    wxbackup list ARCHIVE.zip --csv > library.csv          用 Excel 打开
    wxbackup list ARCHIVE.zip | grep 2023-05 | cut -f5     某个月的各个 id

help-diff-about = 显示同一账号的两份归档有何不同
help-diff-examples =
    wxbackup diff 周一.zip 周二.zip
    wxbackup diff 周一.zip 周二.zip | grep ^removed
    wxbackup diff 周一.zip 周二.zip --json | jq -r 'select(.op == "added").title'

help-browse-about = 在浏览器中查看归档：其中的网页、搜索，以及该次运行的覆盖范围
help-browse-long = 网页直接从 zip 中读出：不解压，不写入任何内容，也不访问网络。标准输出上的网址含有一个只能用一次、只在本机有效的令牌。按 Ctrl-C 结束，退出码为 0。
help-browse-examples =
    wxbackup browse ARCHIVE.zip
    wxbackup browse ARCHIVE.zip --no-open --port 8000    手动打开网址，例如经由 ssh -L 8000:127.0.0.1:8000

help-status-about = 说明每个账号最新的可用归档是多久以前的
help-status-examples =
    wxbackup status -o /var/backups/wechat
    wxbackup status -o /var/backups/wechat -q --max-age 26h     供监控使用
    wxbackup status --account shop --json

help-prune-about = 删除旧归档，各个时段保留指定的份数
help-prune-examples =
    wxbackup prune --keep-daily 14 --keep-monthly 12             说明会删除什么
    wxbackup prune --keep-daily 14 --keep-monthly 12 --apply     真正删除
    wxbackup prune -o /var/backups/wechat --account shop --keep-last 7 --apply
help-prune-rules =
    保留规则：
      每个账号分别计算。只要有一条规则保留，归档就会留下；日、周、月、年均按中国时间（UTC+08:00）。份数未用完时，最旧的归档也会留下。
      只有可用的归档（complete 或 complete-with-gaps）计数。比最新的可用归档更新的 partial 归档按同样的份数单独计算；更旧的 partial 归档会被删除。
      在任何情况下都保留：最新的可用归档，无法读取或时间在未来的归档，其他程序的文件，以及正在运行的账号的所有归档。

help-doctor-about = 说明现在导出能否成功，以及不能时该怎么办
help-doctor-intro =
    检查到微信的网络、微信看到的 IP 地址、密钥、账号的接口权限、额度、时钟、磁盘、锁和归档。
    不写入任何内容，也不改动账号中的任何内容。
help-doctor-examples =
    wxbackup doctor --appid wx0123456789abcdef --secret-file secret.txt
    wxbackup doctor --account shop -o /var/backups/wechat
    wxbackup doctor --account shop --json | jq -r 'select(.for_admin).for_admin'     需要请公众号管理员做的事

help-demo-about = 用模拟的账号演示全过程，不需要任何配置
help-demo-examples = wxbackup demo

help-config-about = 查看、检查或新建配置
help-config-examples =
    wxbackup config init      写一份待填写的配置文件
    wxbackup config check     指出其中的问题
    wxbackup config show      说明哪些值生效，以及为什么

help-config-show-about = 显示每一项的生效值及其来源；不显示密钥
help-config-show-intro = 参数与 export 相同，显示用这些参数导出时所用的值。
help-config-show-examples =
    wxbackup config show
    wxbackup config show --account shop --jobs 4     用这些参数导出时所用的值

help-config-check-about = 检查配置、密钥和输出目录，不使用网络
help-config-check-intro =
    参数与 export 相同，检查用这些参数导出时所用的值：
    配置文件中的每个账号，或 --account 指定的那个账号。
help-config-check-examples =
    wxbackup config check
    wxbackup config check --account shop -o /var/backups/wechat

help-config-init-about = 写一份逐项说明的配置文件，供填写
help-config-init-intro =
    写到 --config 指定的位置，否则写到配置文件通常的位置。
    已有的文件保持原样。
help-config-init-examples =
    wxbackup config init
    wxbackup config init --config /etc/wxbackup/config.toml

help-notify-about = 试发导出结果的通知
help-notify-examples = wxbackup notify test     通知配置中的所有对象

help-notify-test-about = 通知配置中的所有对象，并说明哪些通知到了
help-notify-test-intro =
    会运行命令，也会向群聊发消息，两者都会注明是测试。ping 发往 /log，不算作一次运行。
    不改动任何指标文件。
help-notify-test-examples =
    wxbackup notify test
    wxbackup notify test --account shop     导出该账号时所通知的对象

help-completions-about = 输出 shell 的命令行补全脚本
help-completions-examples =
    wxbackup completions bash > ~/.local/share/bash-completion/completions/wxbackup
    wxbackup completions zsh > ~/.zfunc/_wxbackup

help-man-about = 输出整个程序或某个命令的手册页
help-man-examples =
    wxbackup man | man -l -
    wxbackup man completions > wxbackup-completions.1
