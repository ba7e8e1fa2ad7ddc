"""The list of a large library, read by curl and by the program; and a night on which nothing changed."""

import json
import shutil

from figures import Contestant, in_turn
from rig import PAGE, Simulator, archive_in, folder_at

# What ends an export whose quota a list has used up.
QUOTA = 5


def listing(report, folder, scale, runs):
    """Of 100,000 pictures every page but the last: the quota of the day allows no more.

    So the run ends when it has listed, and what it took is the listing and a
    start. The server answers as fast as it can, on one core.
    """
    images = 100_000 // scale
    calls = images // PAGE - 1
    output = folder_at(folder / "listing")
    # A limit is of a day: each turn has a server of its own, that has not been asked.
    def with_server(run):
        with Simulator("--image-bytes", "200", images=images, list_calls=calls) as simulator:
            return run(simulator)

    def by_curl(simulator):
        return Contestant("", pages_by_curl(simulator, images - PAGE, folder)).run()

    def by_export(simulator):
        return simulator.export(folder_at(output), "--sections", "image", "--quota-reserve", "0", accepts=(QUOTA,))

    def after(name):
        if name == "wxbackup export, its listing":
            pages = sum('"ev":"page"' in line for path in output.rglob("journal.jsonl") for line in path.open())
            if pages != calls:
                raise SystemExit(f"{pages} pages were listed, not {calls}")

    medians = in_turn([
        Contestant("curl, 4 side by side", lambda: with_server(by_curl)),
        Contestant("wxbackup export, its listing", lambda: with_server(by_export)),
    ], runs, after=after)
    ours, curl = medians["wxbackup export, its listing"], medians["curl, 4 side by side"]
    report.comparison(f"Listing of {images:,} pictures, {calls:,} pages", medians,
                      "wxbackup export, its listing", ["curl, 4 side by side"])
    report.figure("listing/curl", ours.seconds / curl.seconds)
    report.figure("listing/cpu", ours.cpu_seconds)
    shutil.rmtree(output)


def unchanged(report, folder, scale, runs, pause=5):
    """`pause`: milliseconds that the server waits after each KiB of a page; WeChat is slower."""
    images = 20_000 // scale
    with Simulator("--image-bytes", "200", "--list-pause", str(pause), images=images) as simulator:
        output = folder_at(folder / "unchanged")
        flags = ("--sections", "image")
        first = simulator.export(output, *flags)
        medians = in_turn([
            Contestant("curl, 4 side by side", pages_by_curl(simulator, images, folder)),
            Contestant("unchanged export", lambda: simulator.export(output, *flags)),
        ], min(runs, 3))
        archive_in(output)
    report.comparison(f"A night on which nothing changed: {images:,} pictures, {pause} ms a KiB of a list",
                      {"first export": first, **medians}, "unchanged export", ["curl, 4 side by side"])
    shutil.rmtree(output)


def pages_by_curl(simulator, images, folder):
    """A curl command that reads every page of the list of pictures, four side by side as the program does."""
    url = f"{simulator.url}/cgi-bin/material/batchget_material?access_token={simulator.token()}"
    config = folder / "pages.curl"
    with config.open("w") as out:
        for offset in range(0, images, PAGE):
            body = json.dumps({"type": "image", "offset": offset, "count": PAGE})
            quoted = body.replace("\\", "\\\\").replace('"', '\\"')
            out.write(f'next\nurl = "{url}"\ndata = "{quoted}"\noutput = "/dev/null"\ncompressed\nfail\n')
    return ["curl", "--silent", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", "4",
            "--config", config]
