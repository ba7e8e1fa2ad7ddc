"""The words of the tables, for README.zh-CN.md. Names of commands stay."""

import re

WORDS = [
    ("Goals", "目标"),
    ("goal", "目标"),
    ("measured", "实测"),
    ("met", "达到"),
    (r"missed by (.*)", r"未达到，差 \1"),
    ("seconds", "秒"),
    ("CPU seconds", "CPU 秒"),
    ("peak MiB", "内存峰值 MiB"),
    ("ours / theirs", "我们 / 对方"),
    ("turns", "次数"),
    ("µs an item", "每项 µs"),
    ("KiB an item", "每项 KiB"),
    ("seconds a GB", "每 GB 秒"),
    (r"Start, one of (.*) in a shell; its own fork included", r"启动：在一个 shell 里启动 \1 次的平均，含 shell 的 fork"),
    (r"Export: (.*) \((.*) files, (.*)\), each with a sync of what it wrote",
     r"导出：\1（\2 个文件，\3），各自把写下的数据同步到磁盘"),
    (r"aria2c syncs three times for each file\.", "aria2c 每个文件 sync 三次。"),
    (r"Verify: (.*) MB in (.*) pictures, in memory", r"verify：\2 张图片，共 \1 MB，在内存里"),
    (r"(.*) MB/s; openssl speed -evp sha256 on (.*) cores makes (.*) MB/s: (.*) of it\.",
     r"\1 MB/s；openssl speed -evp sha256 在 \2 个核心上是 \3 MB/s：达到它的 \4。"),
    ("Restore to a folder: the same archive", "还原到文件夹：同一个备份"),
    (r"Carry-over: a base of (.*) \((.*) pictures\) and one new picture, each with a sync",
     r"沿用：\1 的旧备份（\2 张图片）加一张新图片，各自同步到磁盘"),
    (r"Listing of (.*) pictures, (.*) pages", r"列出 \1 张图片，\2 页"),
    (r"A night on which nothing changed: (.*) pictures, (.*) ms a KiB of a list",
     r"什么都没变的一夜：\1 张图片，列表每 KiB 等 \2 毫秒"),
    ("Growth with items: pictures of 5 KB", "随项数的增长：5 KB 的图片"),
    (r"Farthest from a straight line: in CPU seconds (.*) \((.*) of it\), in memory (.*) \((.*) of it\)\.",
     r"离直线最远的：CPU 秒 \1（直线的 \2），内存 \3（直线的 \4）。"),
    ("Growth with bytes", "随字节数的增长"),
    (r"first export(.*)", r"首次导出\1"),
    (r"unchanged export(.*)", r"没有变化的导出\1"),
    ("wxbackup export, its listing", "wxbackup export 的列表"),
    ("curl, 4 side by side", "curl，4 个同时"),
]


def of(text):
    """The text in Chinese, where it is a sentence or a word known here."""
    for english, chinese in WORDS:
        if re.fullmatch(english, text):
            text = re.sub(english, chinese, text)
            break
    text = re.sub(r"([0-9,]+) articles with ([0-9]+) pictures of ([0-9]+ KB) each",
                  r"\1 篇文章，每篇 \2 张 \3 的图片", text)
    return re.sub(r"([0-9,]+) pictures of ([0-9]+ [KM]B)", r"\1 张 \2 的图片", text)
