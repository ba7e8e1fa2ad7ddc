### 对一份归档的操作：校验、恢复、导出、列出、比较、浏览、演示。

findings-more = 另有 { $more } 个问题；加 --verbose 全部列出
lost-more = 另有 { $more } 项丢失；加 --verbose 全部列出

verify-stdin-twice = 标准输入只能读取一次
verify-sound-of = { $all } 份中有 { $sound } 份完好
verify-size = { $entries } 个条目，{ $size }
verify-sound = 完好
verify-quick = 但只读了头尾
verify-structure = 但只读了各条目的头部
verify-undecrypted = 但没有解密，只比较了长度和 SHA-256
verify-checksums = 但没有检查其中的记录
verify-gaps = 缺失 { $gaps } 项
verify-newer-format = 格式较新
verify-newer-format-why = 每个字节都完好，但其中的记录由更新版本的 wxbackup 写成，需要更新的版本来检查
verify-repacked = 被重新打包
verify-repacked-why = 其中的每个文件都完好，但不符合规范格式；它被其他程序重新打包过，或被添加过内容
verify-damaged = 已损坏
verify-findings = { $count } 个问题

row-restored = 已恢复
row-extracted = 已导出
row-missing = 缺失
row-lost = 丢失
restore-files = { $files } 个文件，{ $size }
restore-missing = { $count } 项从未存入该归档；原因见 `wxbackup list`
restore-lost = { $count } 个文件在归档中已不完整
extract-files = { $articles } 篇文章和 { $media } 个素材，共 { $files } 个文件，{ $size }
nothing-fits = 没有符合 --only 的内容；`wxbackup list` 可以列出全部内容

head-section = 类别
head-updated = 更新时间
head-title = 标题
item-status =
    { $status ->
        [stored] 已保存
        [missing] 缺失
        [retired] 已不列
       *[other] { $status }
    }
list-more-articles = { $title }（另 { $more } 篇）

diff-nothing = 没有差异
diff-assets = { $counts }；加 --assets 逐项列出
diff-added = 新增 { $count }
diff-removed = 删除 { $count }
diff-changed = 修改 { $count }
diff-retired = 不再列出 { $count }
diff-was = 原为「{ $title }」
diff-is-retired = 微信不再列出，内容仍保留

browse-json = browse --json 不会输出网址，因为其中含有令牌；请加 --open
browse-end = 按 Ctrl-C 结束
browse-no-browser = 无法打开浏览器（{ $error }）；请手动打开上面的网址

man-no-command = 没有命令 `{ $command }`

demo-export = 1/5 导出一个模拟的公众号 { $appid }
demo-verify = 2/5 校验归档
demo-restore = 3/5 恢复到目录
demo-upload = 4/5 放入一个空的公众号 { $appid }
demo-compare = 5/5 比对两边：共放入 { $made } 项
demo-compared = {"    "}图片、语音和视频 { $media } 个、草稿 { $drafts } 组都在，{ $differences } 处不同
demo-where = 去哪里看：
demo-archive = { $path }  归档
demo-library = { $path }  归档中的全部内容，共 { $files } 个文件；此文件可用浏览器打开
demo-try = 可以试试：
demo-own = 备份自己的公众号：wxbackup export --help
