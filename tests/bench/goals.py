"""What the program should reach, on two cores, as medians of five.

A group gives a figure its key; here stands what it should be. Nothing fails
where one is missed: machines differ, and two runs on one machine too.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Goal:
    """A figure and its limit."""

    key: str
    name: str
    in_chinese: str
    limit: float
    unit: str = ""
    at_least: bool = False

    def is_met(self, figure):
        """Whether a figure is within the limit."""
        return figure >= self.limit if self.at_least else figure <= self.limit

    def verdict(self, figure):
        """Met, or missed by how many percent of the limit."""
        if self.is_met(figure):
            return "met"
        return f"missed by {abs(figure / self.limit - 1):.0%}"


GOALS = [
    Goal("export/curl", "export of 5,000 x 100 KB, time of curl alone",
         "导出 5,000 x 100 KB，与只用 curl 下载的时间之比", 1.25),
    Goal("export/script", "the same, time of curl, sha256sum and zip",
         "同上，与 curl、sha256sum、zip 的时间之比", 0.4),
    Goal("export/aria2c", "the same, time of aria2c", "同上，与 aria2c 的时间之比", 0.2),
    Goal("verify/limit", "verify, rate of SHA-256 on all cores", "verify，与所有核心 SHA-256 极限速度之比",
         0.8, at_least=True),
    Goal("verify/7z", "verify, time of 7z t, which checks CRC alone", "verify，与只查 CRC 的 7z t 的时间之比", 1.0),
    Goal("verify/bagit", "verify, time of bagit.py", "verify，与 bagit.py 的时间之比", 0.2),
    Goal("restore/unzip", "restore, verifying, time of unzip", "restore（同时校验），与 unzip 的时间之比", 1.0),
    Goal("carry/cp", "one new picture on 5 GB, time of cp and one SHA-256 pass",
         "5 GB 的备份上多一张图片，与 cp 加一遍 SHA-256 的时间之比", 1.5),
    Goal("listing/curl", "listing 100,000 items, time of curl reading the same pages",
         "列出 100,000 项，与 curl 读同样各页的时间之比", 1.1),
    Goal("listing/cpu", "the same, own CPU seconds", "同上，自身的 CPU 秒", 3.0, "s"),
    Goal("memory/export 5,000", "peak memory, export of 5,000 items", "内存峰值，导出 5,000 项", 60, "MiB"),
    Goal("memory/export 100,000", "export of 100,000 items", "导出 100,000 项", 150, "MiB"),
    Goal("memory/verify 5,000", "verify of 5,000 items", "verify 5,000 项", 40, "MiB"),
    Goal("memory/verify 100,000", "verify of 100,000 items", "verify 100,000 项", 150, "MiB"),
    Goal("memory/restore 5,000", "restore of 5,000 items", "restore 5,000 项", 40, "MiB"),
    # A twentieth is what two runs of one command differ by.
    Goal("memory/large", "export of files of 50 MB, memory of files of 100 KB",
         "导出 50 MB 的文件，与 100 KB 文件的内存之比", 1.05),
    Goal("start/version", "wxbackup --version", "wxbackup --version", 0.005, "s"),
    Goal("start/list", "list of an archive of 100,000 items", "list 有 100,000 项的备份文件", 0.3, "s"),
    # Within a fifth: a table that doubles when it is full is no line.
    Goal("growth/time", "CPU seconds from 10,000 to 100,000 items, of ten times those from 1,000 to 10,000",
         "项数从 10,000 到 100,000 多用的 CPU 秒，与从 1,000 到 10,000 的十倍之比", 1.2),
    Goal("growth/memory", "memory, the same", "内存，同上", 1.2),
    Goal("growth/bytes", "CPU seconds a byte of 50 files of 50 MB, of those of 50 files of 10 MB",
         "每字节的 CPU 秒，50 个 50 MB 的文件与 50 个 10 MB 的之比", 1.2),
]
