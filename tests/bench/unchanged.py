#!/usr/bin/env python3
"""A night on which nothing changed, against the listing alone.

Starts the simulated account, exports it once, and then in turn: reads every
page of its lists with curl, four side by side as the program does, and runs
`wxbackup export` over the unchanged library. Prints medians, their ratio, the
CPU time and the peak memory, as a table in Markdown.

    cargo build --release --workspace && tests/bench/unchanged.py
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = 20


def measured(command, **options):
    """Seconds, CPU seconds and peak MiB of a command that must succeed."""
    begun = time.monotonic()
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    took = time.monotonic() - begun
    if status != 0:
        raise SystemExit(f"{command}: status {status}")
    return took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode())
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def listing(base, appid, secret, images, folder):
    """A curl command that reads every page of the list of pictures."""
    grant = {"grant_type": "client_credential", "appid": appid, "secret": secret}
    token = post(f"{base}/cgi-bin/stable_token", grant)["access_token"]
    url = f"{base}/cgi-bin/material/batchget_material?access_token={token}"
    config = pathlib.Path(folder, "listing.curl")
    with config.open("w") as out:
        for offset in range(0, images, PAGE):
            body = json.dumps({"type": "image", "offset": offset, "count": PAGE})
            quoted = body.replace("\\", "\\\\").replace('"', '\\"')
            out.write(f'next\nurl = "{url}"\ndata = "{quoted}"\noutput = "/dev/null"\ncompressed\n')
    return ["curl", "--silent", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", "4", "--config", str(config)]


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--images", type=int, default=100_000)
    arguments.add_argument("--image-bytes", type=int, default=200)
    arguments.add_argument("--pause", type=int, default=20,
                           help="milliseconds that the server waits after each KiB of a page; WeChat is slower")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--target", default=str(ROOT / "target/release"))
    args = arguments.parse_args()
    target = pathlib.Path(args.target)
    none = [word for kind in ("voices", "videos", "news", "drafts", "published") for word in (f"--{kind}", "0")]
    sim = subprocess.Popen(
        [target / "wechat-sim", "--images", str(args.images), "--image-bytes", str(args.image_bytes),
         "--list-calls", "1000000", "--list-pause", str(args.pause), *none],
        stdout=subprocess.PIPE, text=True)
    said = {}
    for line in sim.stdout:
        if line.startswith("A simulated account answers at "):
            base = line.split()[-1]
        if line.startswith("export "):
            name, value = line.removeprefix("export ").strip().split("=", 1)
            said[name] = value
        if line.startswith("Ctrl-C"):
            break
    try:
        with tempfile.TemporaryDirectory(dir=target) as folder:
            export = [target / "wxbackup", "export", "--quiet", "--sections", "image", "--api-base", base, "-o", folder]
            environment = {**os.environ, **said}
            quiet = {"env": environment, "stdout": subprocess.DEVNULL}
            first = measured(export, **quiet)
            curl = listing(base, said["WXBACKUP_APPID"], said["WXBACKUP_SECRET"], args.images, folder)
            rows = {"listing by curl": [], "unchanged export": []}
            for _ in range(args.runs):
                rows["listing by curl"].append(measured(curl))
                rows["unchanged export"].append(measured(export, **quiet))
            archives = list(pathlib.Path(folder).glob("*.zip"))
            if len(archives) != 1:
                raise SystemExit(f"the library changed: {archives}")
    finally:
        sim.kill()
    print(f"{args.images:,} pictures, {args.pause} ms a KiB of a list; median of {args.runs}\n")
    print("| run | seconds | CPU seconds | peak MiB |\n|---|---|---|---|")
    print("| first export | {:.2f} | {:.2f} | {:.0f} |".format(*first))
    medians = {}
    for name, figures in rows.items():
        medians[name] = [statistics.median(column) for column in zip(*figures)]
        print("| {} | {:.2f} | {:.2f} | {:.0f} |".format(name, *medians[name]))
    ratio = medians["unchanged export"][0] / medians["listing by curl"][0]
    print(f"\nunchanged export / listing = {ratio:.2f}")


if __name__ == "__main__":
    main()
