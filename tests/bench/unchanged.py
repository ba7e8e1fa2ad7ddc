"""A night on which nothing changed, against the listing alone.

Exports a simulated account once, and then in turn: reads every page of its
lists with curl, four side by side as the program does, and exports again.
"""

import json
import subprocess

import rig


def listing(simulator, images, folder):
    """A curl command that reads every page of the list of pictures."""
    url = f"{simulator.url}/cgi-bin/material/batchget_material?access_token={simulator.token()}"
    config = folder / "listing.curl"
    with config.open("w") as out:
        for offset in range(0, images, rig.PAGE):
            body = json.dumps({"type": "image", "offset": offset, "count": rig.PAGE})
            quoted = body.replace("\\", "\\\\").replace('"', '\\"')
            out.write(f'next\nurl = "{url}"\ndata = "{quoted}"\noutput = "/dev/null"\ncompressed\n')
    return ["curl", "--silent", "--no-progress-meter", "--fail", "--parallel", "--parallel-max", "4",
            "--config", str(config)]


def unchanged(report, folder, images, runs, pause=20):
    """`pause`: milliseconds that the server waits after each KiB of a page; WeChat is slower."""
    with rig.Simulator("--image-bytes", "200", "--list-pause", str(pause), images=images) as simulator:
        output = rig.folder_at(folder / "unchanged")
        flags = ("--sections", "image")
        first = simulator.export(output, *flags)
        curl = listing(simulator, images, folder)
        medians = rig.in_turn([
            ("listing by curl", curl),
            ("unchanged export", lambda: simulator.export(output, *flags)),
        ], runs)
        archives = list(output.glob("*.zip"))
        if len(archives) != 1:
            raise SystemExit(f"the library changed: {archives}")
    report.table(f"A night on which nothing changed: {images:,} pictures, {pause} ms a KiB of a list",
                 {"first export": first, **medians}, against=["listing by curl"], ours="unchanged export")
    subprocess.run(["rm", "-r", output], check=True)
