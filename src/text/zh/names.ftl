### 名称：记录中的词，人们怎么叫。


# 缺失的原因。
gap-reason-http_404 = 微信服务器上已不存在
gap-reason-http_410 = 微信服务器上已不存在
gap-reason-deleted_during_run = 备份进行时被删除
gap-reason-invalid_media_id = 素材已被删除，或微信不再承认它的编号
gap-reason-expired_link = 链接已过期
gap-reason-http_403 = 微信服务器拒绝提供
gap-reason-blocked_by_platform = 因违规被平台屏蔽
gap-reason-no_permission = 账号没有读取权限
gap-reason-hotlink_denied = 微信返回了防盗链占位图，不是原图
gap-reason-timeout = 下载超时
gap-reason-http_5xx = 微信服务器出错
gap-reason-quota_exhausted = 当日接口调用次数已用完
gap-reason-rate_limited = 请求过于频繁，被限制
gap-reason-network = 网络中断
gap-reason-user_excluded = 按备份设置排除
gap-reason-over_size_limit = 超过大小上限
gap-reason-embed_not_downloadable = 嵌入内容，无法下载
gap-reason-empty_body = 微信返回了空文件
gap-reason-error_json_instead_of_media = 微信返回了错误信息，不是文件
gap-reason-truncated_body = 文件下载不完整
gap-reason-type_mismatch = 文件类型与内容不符
gap-reason-damaged_in_base = 旧备份中的文件已损坏
gap-reason-other = 其他原因

# 缺失的类别。
gap-class-source_gone = 微信上已不存在
gap-class-source_refused = 微信不提供
gap-class-transient = 下次运行也许能取得
gap-class-policy = 按规则排除
gap-class-invalid_content = 取得的内容不对
gap-class-other = 其他类别

# 账号的各类内容，以及记录的种类。
section-image = 图片
section-voice = 语音
section-video = 视频
section-news = 图文素材
section-draft = 草稿
section-published = 已发布
item-kind-image = 图片
item-kind-voice = 语音
item-kind-video = 视频
item-kind-article = 文章
item-kind-asset = 文章附件

# 条目的状态，以及运行的结论。
item-status-stored = 已保存
item-status-missing = 缺失
item-status-retired = 微信已不再列出
run-status-complete = 完整
run-status-complete-with-gaps = 有缺失
run-status-partial = 不完整

# 工作的各个阶段。
phase-connect = 正在连接
phase-list = 正在读取列表
phase-fetch = 正在下载
phase-seal = 正在写入归档
phase-check = 正在校验
phase-restore = 正在恢复
phase-extract = 正在导出
phase-upload = 正在上传
