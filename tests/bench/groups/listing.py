"""The list of a large library, read by curl and by the program; and a night on which nothing changed."""

import json
import os
import pathlib
import shutil
import signal
import socket
import threading

from figures import Contestant, in_turn
from rig import PAGE, WXBACKUP, Simulator, archive_in, folder_at

# What ends a run that was asked to stop.
TERMINATED = 143


class Doorbell:
    """Where the media should be, as a context: who comes for the first has listed all, and is asked to stop."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.origin = "http://{}:{}".format(*self.socket.getsockname())
        threading.Thread(target=self.wait, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def wait(self):
        """Asks whoever comes to stop, and closes the door."""
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            for process in pathlib.Path("/proc").glob("[0-9]*"):
                try:
                    if os.readlink(process / "exe") == str(WXBACKUP):
                        os.kill(int(process.name), signal.SIGTERM)
                except OSError:
                    # It has ended since, or is somebody else's.
                    pass


def listing(report, folder, scale, runs):
    """Of 100,000 pictures every page, and the plan for all of them; nothing is fetched.

    The server waits a millisecond after each KiB of a page; WeChat is slower.
    """
    images = 100_000 // scale
    output = folder_at(folder / "listing")

    def after(name):
        if name == "wxbackup export, its listing":
            pages = sum('"ev":"page"' in line for path in output.rglob("journal.jsonl") for line in path.open())
            if pages < images // PAGE:
                raise SystemExit(f"{pages} pages were listed, not {images // PAGE}")

    with Doorbell() as door, Simulator("--image-bytes", "200", "--list-pause", "1",
                                        origin=door.origin, images=images) as simulator:
        medians = in_turn([
            Contestant("curl, 4 side by side", pages_by_curl(simulator, images, folder)),
            Contestant("wxbackup export, its listing", lambda: simulator.export(
                folder_at(output), "--sections", "image", accepts=(TERMINATED,))),
        ], runs, after=after)
    ours, curl = medians["wxbackup export, its listing"], medians["curl, 4 side by side"]
    report.comparison(f"Listing of {images:,} pictures, {images // PAGE:,} pages, 1 ms a KiB of a list", medians,
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
