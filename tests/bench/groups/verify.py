"""Verify and restore, against programs that read or unpack a zip."""

import os
import re
import shutil
import subprocess

from figures import Contestant, in_turn, shell
from rig import PYTHON, WXBACKUP, archive_of, folder_at

CHECKERS = ("7z t", "unzip -tqq", "bagit.py, 2 processes", "sha256sum -c")
UNPACKERS = ("unzip", "7z x", "bsdtar -x")


def verify(report, folder, scale, runs):
    """Both on one archive, which is in memory."""
    images = 5000 // scale
    archive = archive_of(folder / "archives", "--image-bytes", "300000", images=images)
    subprocess.run(["cat", archive], stdout=subprocess.DEVNULL, check=True)
    checking(report, folder, runs, archive, images)
    unpacking(report, folder, runs, archive, images)
    shutil.rmtree(archive.parent)


def checking(report, folder, runs, archive, images):
    """Who reads every byte, and what openssl could do in that time."""
    megabytes = archive.stat().st_size / 1e6
    unpacked = folder_at(folder / "unpacked")
    subprocess.run(["unzip", "-q", archive, "-d", unpacked], check=True)
    bag = next(unpacked.iterdir())
    limits = []

    def before():
        if len(limits) < runs:
            limits.append(sha256_limit())

    medians = in_turn([
        Contestant("wxbackup verify", [WXBACKUP, "verify", "--quiet", archive]),
        Contestant("7z t", ["7z", "t", "-bso0", "-bsp0", archive]),
        Contestant("unzip -tqq", ["unzip", "-tqq", archive], 3),
        Contestant("bagit.py, 2 processes",
                   [PYTHON, "-m", "bagit", "--validate", "--quiet", "--processes", "2", bag]),
        Contestant("sha256sum -c", shell("sha256sum -c --quiet manifest-sha256.txt", bag), 3),
    ], runs, before)
    shutil.rmtree(unpacked)
    ours = medians["wxbackup verify"]
    limit = sorted(limits)[len(limits) // 2]
    rate = megabytes / ours.seconds
    note = (f"{rate:,.0f} MB/s; openssl speed -evp sha256 on {os.cpu_count()} cores makes {limit:,.0f} MB/s: "
            f"{rate / limit:.2f} of it.")
    report.comparison(f"Verify: {megabytes:,.0f} MB in {images:,} pictures, in memory", medians,
                      "wxbackup verify", CHECKERS, note)
    report.figure("verify/limit", rate / limit)
    report.figure("verify/7z", ours.seconds / medians["7z t"].seconds)
    report.figure("verify/bagit", ours.seconds / medians["bagit.py, 2 processes"].seconds)
    report.figure("memory/verify 5,000", ours.peak_mib)


def unpacking(report, folder, runs, archive, images):
    """Who writes the files."""
    to = folder / "to"

    def before():
        folder_at(to)
        subprocess.run(["sync"], check=True)

    def after(name):
        got = sum(1 for path in to.rglob("*") if path.is_file())
        if got < images * 9 // 10:
            raise SystemExit(f"{name} unpacked {got} files")

    medians = in_turn([
        Contestant("wxbackup restore",
                   [WXBACKUP, "restore", "--quiet", archive, "--layout", "bag", "--to", to]),
        Contestant("unzip", ["unzip", "-q", archive, "-d", to]),
        Contestant("7z x", ["7z", "x", "-bso0", "-bsp0", f"-o{to}", archive]),
        Contestant("bsdtar -x", ["bsdtar", "-x", "-f", archive, "-C", to]),
    ], runs, before, after)
    shutil.rmtree(to)
    report.comparison("Restore to a folder: the same archive", medians, "wxbackup restore", UNPACKERS)
    ours = medians["wxbackup restore"]
    report.figure("restore/unzip", ours.seconds / medians["unzip"].seconds)
    report.figure("memory/restore 5,000", ours.peak_mib)


def sha256_limit():
    """What openssl hashes on all cores, in MB/s."""
    said = subprocess.run(["openssl", "speed", "-multi", str(os.cpu_count()), "-seconds", "1", "-bytes", "1048576",
                           "-evp", "sha256"], capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"([0-9.]+)k", said)[-1]) / 1000
