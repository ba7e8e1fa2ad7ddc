"""A night with one new picture, against a copy of the base."""

import os
import shutil
import subprocess

from figures import Contestant, in_turn, shell
from rig import Simulator, archive_of, folder_at

COPIES = ("cp, openssl dgst -sha256", "cp, sha256sum", "cp")


def carry(report, folder, scale, runs):
    """Every contestant ends with what it wrote on the disk: ours syncs by itself."""
    images, flags = 100 // scale, ("--image-bytes", "50000000")
    base = archive_of(folder / "base", *flags, images=images)
    gigabytes = base.stat().st_size / 1e9
    output, copy = folder_at(folder / "output"), folder / "copy.zip"
    with Simulator(*flags, images=images + 1) as simulator:
        def before():
            folder_at(output)
            copy.unlink(missing_ok=True)
            for path in base.parent.iterdir():
                if path.is_file():
                    os.link(path, output / path.name)
            subprocess.run(["sync"], check=True)

        def after(name):
            archives = len(list(output.glob("*.zip")))
            if archives != (2 if name == "wxbackup export" else 1):
                raise SystemExit(f"{name} left {archives} archives")

        medians = in_turn([
            Contestant("wxbackup export", lambda: simulator.export(output)),
            Contestant(COPIES[0], shell(f"cp {base} {copy}; openssl dgst -sha256 {copy}; sync {copy}", folder)),
            Contestant(COPIES[1], shell(f"cp {base} {copy}; sha256sum {copy}; sync {copy}", folder), 1),
            Contestant(COPIES[2], shell(f"cp {base} {copy}; sync {copy}", folder)),
        ], min(runs, 3), before, after)
    report.comparison(f"Carry-over: a base of {gigabytes:.1f} GB ({images} pictures) and one new picture, "
                      "each with a sync", medians, "wxbackup export", COPIES)
    report.figure("carry/cp", medians["wxbackup export"].seconds / medians[COPIES[0]].seconds)
    for path in (base.parent, output):
        shutil.rmtree(path)
    copy.unlink()
