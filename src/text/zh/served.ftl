### browse 自己的页面上的话：两种语言并列，文中没有 HTML。

# 覆盖范围的页面。
served-coverage = 覆盖范围
served-not-listable = 没有接口能列出的内容
served-sections = 栏目
served-section = 栏目
served-list = 列表
served-listed-at = 最近列出
served-not-listable-count = 无法列出
served-retired = 不再列出
served-assets = 文章附件
served-left-out = 不在范围内
served-not-listed = 这次没有列出
served-not-still = 列表一直在变
served-listed = 列完
served-checks = 核对
served-checks-hold = { $checks } 个等式全部成立。
served-checks-fail = { $checks } 个等式中有 { $failed } 个不成立。
served-gaps = 缺失 { $count } 项
served-gaps-unreadable = 缺失清单中有 { $count } 行无法读取。
served-none = 没有。

# 搜索。
served-search = 搜索
served-search-articles = 搜索文章
served-articles-unreadable = 有 { $count } 处文章无法读取，搜索不到。
served-where = 在标题、作者、摘要和正文中查找；多个词用空格分开，须同时出现。
served-found = 找到 { $count } 篇，从新到旧
served-nothing-found = 没有找到。

# 各页共有的、以及首页上的话。
served-start = 首页
served-library = 目录
served-field = 搜索文章
served-welcome = 打开备份
served-before = 上一页
served-behind = 下一页
served-open = 打开目录
served-about = 页面直接取自备份文件，不解压，也不访问网络。在终端按 Ctrl-C 结束。
served-gap-count = 缺失 { $count } 项

# 运行的结论、没有接口能列出的内容、表中各栏目的叫法。
served-run-complete = 完整：微信接口列出的内容都在这份备份里。
served-run-complete-with-gaps = 完整，但有些内容微信已不再提供，等待也无法补上。
served-run-partial = 不完整：有些内容没有取到，再次导出可能补上。
served-beyond-mass-sent-not-listable = 群发过、但没有“发布”的文章：没有接口列出它们。
served-beyond-news-list-frozen-2022 = 图文素材的列表自 2022 年起不再增加。
served-beyond-console-video-page-only = 在公众平台网页上传的视频：接口可能只给出网页，不给文件。
served-beyond-draft-id-unstable = 草稿修改后编号会变：同一篇草稿可能以新的编号再次出现。
served-beyond-other = 评论、粉丝、消息、统计、菜单、自动回复、标签等设置：不在素材接口里。
served-section-image = 图片
served-section-voice = 语音
served-section-video = 视频
served-section-news = 图文素材
served-section-draft = 草稿
served-section-published = 已发布

# 不能给出页面时说的话。
served-wrong-host = 请使用终端里给出的地址。
served-read-only = 这里只能阅读。
served-no-key = 请打开终端里给出的完整地址。
served-used = 这个地址已经用过一次。如果不是您打开的，请在终端按 Ctrl-C 结束；需要新的地址请重新运行命令。
served-no-file = 备份里没有这个文件。
served-damaged = 备份里的这一部分已损坏，无法读取。请运行 wxbackup verify。
