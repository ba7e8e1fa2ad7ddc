"""Measures wxbackup against what a user would take instead, in the same run.

Every figure is a median; contestants take turns. Prints tables in Markdown and
appends them as one line of JSON to target/bench/history.jsonl. No network but
loopback: nginx serves the media, the simulated WeChat the lists.
"""

import argparse
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import rig
from unchanged import unchanged

WXBACKUP = rig.TARGET / "wxbackup"
PYTHON = rig.ROOT / "target/interop/bin/python"


class Report:
    """Tables for people, and the same as JSON."""

    def __init__(self):
        self.tables = []

    def table(self, title, medians, against=(), ours=None, note=None):
        """`against`: rivals whose seconds ours are divided by."""
        print(f"\n### {title}\n")
        print("| | seconds | CPU seconds | peak MiB | ours / theirs |\n|---|---|---|---|---|")
        ratios = {}
        for name, (seconds, cpu, peak) in medians.items():
            ratio = ""
            if name in against and ours:
                ratios[name] = medians[ours][0] / seconds
                ratio = f"{ratios[name]:.2f}"
            print(f"| {name} | {seconds:.3f} | {cpu:.2f} | {peak:.0f} | {ratio} |")
        if note:
            print(f"\n{note}")
        sys.stdout.flush()
        self.tables.append({"title": title, "medians": medians, "ratios": ratios, "note": note})

    def save(self, path):
        """Adds a line to the history."""
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=rig.ROOT)
        line = {
            "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": commit.stdout.strip(),
            "cores": os.cpu_count(),
            "tables": self.tables,
        }
        with path.open("a") as out:
            out.write(json.dumps(line) + "\n")


def shell(script, folder):
    """A command line in `folder`."""
    return ["bash", "-euc", f"cd {folder}; {script}"]


def addresses_of(simulator, shape):
    """Everything that a shape's media lists, or articles, name."""
    if "images" in shape:
        for item in simulator.list("material/batchget_material", {"type": "image"}, shape["images"]):
            # Some pictures have none.
            if item["url"]:
                yield item["url"]
    if "published" in shape:
        found = set()
        for item in simulator.list("freepublish/batchget", {"no_content": 0}, shape["published"]):
            text = json.dumps(item, ensure_ascii=False).replace("\\/", "/")
            found.update(re.findall(r"https?://127\.0\.0\.1:[0-9]+/[^\"'\\\s)&]+", text))
        yield from sorted(found)


def export(report, folder, title, shape, runs, flags=()):
    """The export against the download of the same addresses."""
    with rig.Web(folder / "web") as web:
        with rig.Simulator(*flags, origin=web.origin, **shape) as simulator:
            web.fill(simulator, addresses_of(simulator, shape))
            for_curl, for_aria = web.to_fetch(folder)
            ours, theirs = folder / "ours", folder / "theirs"
            curl = f"curl --silent --no-progress-meter --fail --parallel --parallel-max 32 --config {for_curl}"
            aria = f"aria2c -q -j16 -i {for_aria}"
            script = f"mkdir files; cd files; {curl}; sha256sum * >../manifest; cd ..; zip -0 -q -r all.zip files"

            def before(_):
                rig.folder_at(ours)
                rig.folder_at(theirs)
                subprocess.run(["sync"], check=True)

            def wxbackup():
                sections = ",".join(kind.removesuffix("s") if kind == "images" else kind for kind in shape)
                command = [WXBACKUP, "export", "--quiet", "--api-base", simulator.url, "--asset-host", web.host,
                           "--sections", sections, "-o", ours]
                quoted = " ".join(str(word) for word in command)
                return rig.measured(shell(f"{quoted}; sync -f .", ours), env=simulator.environment,
                                    stdout=subprocess.DEVNULL)

            medians = rig.in_turn([
                ("wxbackup export", wxbackup),
                ("curl", shell(f"{curl}; sync -f .", theirs)),
                ("curl, sha256sum, zip -0", shell(f"{script}; sync -f .", theirs)),
                ("aria2c -j16", shell(f"{aria}; sync -f .", theirs)),
            ], runs, before)
    report.table(f"Export: {title} ({len(web.paths):,} files, {web.bytes / 1e6:,.0f} MB), each with a sync", medians,
                 ["curl", "curl, sha256sum, zip -0", "aria2c -j16"], "wxbackup export")
    for path in (folder / "web", ours, theirs):
        shutil.rmtree(path, ignore_errors=True)


def archive_of(folder, shape, flags=()):
    """An archive of an account of a shape."""
    rig.folder_at(folder)
    with rig.Simulator(*flags, **shape) as simulator:
        simulator.export(folder)
    return next(folder.glob("*.zip"))


def verify(report, folder, runs):
    """Verify and restore, against programs that read or unpack a zip."""
    archive = archive_of(folder / "archives", {"images": 5000}, ("--image-bytes", "300000"))
    megabytes = archive.stat().st_size / 1e6
    unpacked = rig.folder_at(folder / "unpacked")
    subprocess.run(["unzip", "-q", archive, "-d", unpacked], check=True)
    bag = next(unpacked.iterdir())
    subprocess.run(["cat", archive], stdout=subprocess.DEVNULL, check=True)
    limit = sha256_limit()
    medians = rig.in_turn([
        ("wxbackup verify", [WXBACKUP, "verify", "--quiet", archive]),
        ("7z t", ["7z", "t", "-bso0", "-bsp0", archive]),
        ("unzip -tqq", ["unzip", "-tqq", archive]),
        ("bagit.py, 2 processes", [PYTHON, "-m", "bagit", "--validate", "--quiet", "--processes", "2", bag]),
        ("sha256sum -c", shell("sha256sum -c --quiet manifest-sha256.txt", bag)),
    ], runs)
    rate = megabytes / medians["wxbackup verify"][0]
    note = (f"{rate:,.0f} MB/s; openssl's SHA-256 on {os.cpu_count()} cores makes {limit:,.0f} MB/s: "
            f"{rate / limit:.2f} of it.")
    report.table(f"Verify: {megabytes:,.0f} MB in 5,000 pictures, in memory", medians,
                 ["7z t", "unzip -tqq", "bagit.py, 2 processes", "sha256sum -c"], "wxbackup verify", note)

    to = folder / "to"
    medians = rig.in_turn([
        ("wxbackup restore", [WXBACKUP, "restore", "--quiet", archive, "--layout", "bag", "--to", to]),
        ("unzip", ["unzip", "-q", archive, "-d", to]),
        ("7z x", ["7z", "x", "-bso0", "-bsp0", f"-o{to}", archive]),
        ("bsdtar -x", ["bsdtar", "-x", "-f", archive, "-C", to]),
    ], runs, lambda _: rig.folder_at(to))
    report.table(f"Restore to a folder: the same archive", medians, ["unzip", "7z x", "bsdtar -x"], "wxbackup restore")
    for path in (folder / "archives", unpacked, to):
        shutil.rmtree(path)


def sha256_limit():
    """What openssl hashes on all cores, in MB/s."""
    said = subprocess.run(["openssl", "speed", "-multi", str(os.cpu_count()), "-seconds", "3", "-bytes", "1048576",
                           "-evp", "sha256"], capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"([0-9.]+)k", said)[-1]) / 1000


def carry(report, folder, runs, images, image_bytes):
    """A night with one new picture, against a copy of the base."""
    shape, flags = {"images": images}, ("--image-bytes", str(image_bytes))
    base = archive_of(folder / "base", shape, flags)
    state, copy = folder / "state", folder / "copy.zip"
    output = rig.folder_at(folder / "output")
    gigabytes = base.stat().st_size / 1e9
    with rig.Simulator(*flags, images=images + 1) as simulator:
        def before(_):
            for path in output.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            copy.unlink(missing_ok=True)
            for path in base.parent.iterdir():
                if path.is_file():
                    os.link(path, output / path.name)
            subprocess.run(["sync"], check=True)

        medians = rig.in_turn([
            ("wxbackup export", lambda: simulator.export(output)),
            ("cp, openssl dgst -sha256", shell(f"cp {base} {copy}; openssl dgst -sha256 {copy}; sync {copy}", folder)),
            ("cp, sha256sum", shell(f"cp {base} {copy}; sha256sum {copy}; sync {copy}", folder)),
        ], runs, before)
    report.table(f"Carry-over: a base of {gigabytes:.1f} GB ({images} pictures) and one new picture", medians,
                 ["cp, openssl dgst -sha256", "cp, sha256sum"], "wxbackup export")
    for path in (base.parent, output, state):
        shutil.rmtree(path, ignore_errors=True)
    copy.unlink(missing_ok=True)


def growth(report, folder, counts, runs):
    """What an account of N small pictures costs, first and later."""
    rows = {}
    for count in counts:
        output = rig.folder_at(folder / "growth")
        with rig.Simulator("--image-bytes", "5000", images=count) as simulator:
            rows[f"{count:,}: first export"] = simulator.export(output)
            rows[f"{count:,}: unchanged"] = rig.in_turn([("it", lambda: simulator.export(output))], runs)["it"]
        archive = next(output.glob("*.zip"))
        to = folder / "to"
        for name, command in [
            ("verify", [WXBACKUP, "verify", "--quiet", archive]),
            ("list", [WXBACKUP, "list", "--section", "voice", archive]),
            ("list all", [WXBACKUP, "list", archive]),
            ("restore", [WXBACKUP, "restore", "--quiet", archive, "--to", to]),
        ]:
            before = lambda _: shutil.rmtree(to, ignore_errors=True)
            rows[f"{count:,}: {name}"] = rig.in_turn([("it", command)], runs, before)["it"]
        shutil.rmtree(output)
        shutil.rmtree(to, ignore_errors=True)
    report.table("Growth: pictures of 5 KB", rows)


def large(report, folder):
    """A large file is not held."""
    rows = {}
    for label, bytes_each in [("100 KB", 100_000), ("50 MB", 50_000_000)]:
        output = rig.folder_at(folder / "large")
        with rig.Simulator("--image-bytes", str(bytes_each), images=20) as simulator:
            rows[f"export of 20 x {label}"] = simulator.export(output)
        archive = next(output.glob("*.zip"))
        rows[f"verify of 20 x {label}"] = rig.measured([WXBACKUP, "verify", "-q", archive], stdout=subprocess.DEVNULL)
        shutil.rmtree(output)
    report.table("Large files", rows)


def start(report, runs):
    """Starting up."""
    report.table("Start", rig.in_turn([
        ("wxbackup --version", [WXBACKUP, "--version"]),
        ("wxbackup --help", [WXBACKUP, "--help"]),
        ("curl --version", ["curl", "--version"]),
    ], runs))


def main():
    """Reads the command line and runs the groups that it names."""
    groups = ["start", "export", "verify", "carry", "growth", "large", "unchanged"]
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("groups", nargs="*", choices=[[], *groups], help="all, where none is named")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--small", action="store_true", help="a tenth of the data, to try the rig itself")
    args = arguments.parse_args()
    chosen = args.groups or groups
    scale = 10 if args.small else 1
    bench = rig.ROOT / "target/bench"
    folder = rig.folder_at(bench / "work")
    report = Report()
    if "start" in chosen:
        start(report, max(args.runs, 31))
    if "export" in chosen:
        export(report, folder, "5,000 pictures of 100 KB", {"images": 5000 // scale}, args.runs,
               ("--image-bytes", "100000"))
        export(report, folder, "50 pictures of 50 MB", {"images": 50 // scale}, args.runs,
               ("--image-bytes", "50000000"))
        export(report, folder, "100,000 pictures of 5 KB", {"images": 100_000 // scale}, max(args.runs - 2, 1),
               ("--image-bytes", "5000"))
        export(report, folder, "articles", {"published": 450 // scale}, args.runs)
    if "verify" in chosen:
        verify(report, folder, args.runs)
    if "carry" in chosen:
        carry(report, folder, max(args.runs - 2, 1), 100 // scale, 50_000_000)
    if "growth" in chosen:
        growth(report, folder, [count // scale for count in (1000, 10_000, 100_000)], args.runs)
    if "large" in chosen:
        large(report, folder)
    if "unchanged" in chosen:
        unchanged(report, folder, 100_000 // scale, args.runs)
    report.save(bench / "history.jsonl")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
