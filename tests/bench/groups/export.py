"""The first export of an account, against whoever downloads the same files."""

import hashlib
import shutil
import subprocess
import zipfile

from figures import Contestant, in_turn, shell
from rig import Simulator, Web, archive_in, folder_at

SCRIPT = "curl, sha256sum, zip -0"
RIVALS = ("curl", SCRIPT, "aria2c -j16")

# Name: title, shape, flags of the simulated account. Nine publications have twenty articles.
SHAPES = {
    "pictures": ("5,000 pictures of 100 KB", {"images": 5000}, ("--image-bytes", "100000")),
    "large": ("50 pictures of 50 MB", {"images": 50}, ("--image-bytes", "50000000")),
    "many": ("100,000 pictures of 5 KB", {"images": 100_000}, ("--image-bytes", "5000")),
    "articles": ("2,000 articles with 10 pictures of 50 KB each", {"published": 900},
                 ("--image-bytes", "50000", "--article-pictures", "10")),
}
SECTIONS = {"images": "image", "published": "published"}


def export(report, folder, scale, runs, shapes):
    """Every shape that is wanted."""
    for name in shapes:
        medians = export_of(report, folder, scale, runs, name)
        if name == "pictures":
            for key, rival in zip(("curl", "script", "aria2c"), RIVALS):
                report.figure(f"export/{key}", medians["wxbackup export"].seconds / medians[rival].seconds)
            report.figure("memory/export 5,000", medians["wxbackup export"].peak_mib)
        if name == "many":
            report.figure("memory/export 100,000", medians["wxbackup export"].peak_mib)


def export_of(report, folder, scale, runs, name):
    """One shape. Nobody is spared a file: see `assert_same_files`."""
    title, shape, flags = SHAPES[name]
    shape = {kind: count // scale for kind, count in shape.items()}
    ours, theirs = folder / "ours", folder / "theirs"
    with Web(folder) as web, Simulator(*flags, origin=web.origin, **shape) as simulator:
        web.fill(simulator, **shape)
        for_curl, for_aria = web.to_fetch(folder)
        curl = f"curl --silent --no-progress-meter --fail --parallel --parallel-max 32 --config {for_curl}"
        aria = f"aria2c -q -j16 -i {for_aria}"
        script = f"mkdir files; cd files; {curl}; sha256sum * >../manifest; cd ..; zip -0 -q -r all.zip files"
        sections = ",".join(SECTIONS[kind] for kind in shape)
        checked = []

        def before():
            folder_at(ours)
            folder_at(theirs)
            subprocess.run(["sync"], check=True)

        def after(name):
            if name == "wxbackup export":
                # What it stores is no other in the next turn.
                if not checked:
                    assert_same_files(archive_in(ours), web)
                    checked.append(name)
            else:
                got = sum(1 for path in theirs.rglob("*.jpg") if path.stat().st_size)
                if got != len(web.paths):
                    raise SystemExit(f"{name} fetched {got} of {len(web.paths)} files")

        # aria2c takes many times as long as anybody else, and zip's script some.
        slow, slowest = {"pictures": (runs, runs), "large": (3, 3), "many": (2, 1), "articles": (3, 1)}[name]
        medians = in_turn([
            Contestant("wxbackup export",
                       lambda: simulator.export(ours, "--sections", sections, synced=True)),
            Contestant("curl", shell(f"{curl}; sync -f .", theirs)),
            Contestant(SCRIPT, shell(f"{script}; sync -f .", theirs), slow),
            Contestant("aria2c -j16", shell(f"{aria}; sync -f .", theirs), slowest),
        ], runs if name != "many" else min(runs, 3), before, after)
        files, megabytes = len(web.paths), web.bytes() / 1e6
    # By strace, of version 1.36: it keeps a file beside each that tells how far it is.
    note = "aria2c syncs three times for each file."
    report.comparison(f"Export: {title} ({files:,} files, {megabytes:,.0f} MB), each with a sync of what it wrote",
                      medians, "wxbackup export", RIVALS, note)
    for path in (ours, theirs):
        shutil.rmtree(path)
    return medians


def assert_same_files(archive, web):
    """That the archive has what the others fetch, and no more than what has no address besides."""
    with zipfile.ZipFile(archive) as entries:
        names = [name for name in entries.namelist() if "/data/blobs/" in name]
        blobs = {name.rsplit("/", 1)[1].split(".")[0] for name in names}
    fetched = set()
    for path in web.paths:
        with web.file(path).open("rb") as file:
            fetched.add(hashlib.file_digest(file, "sha256").hexdigest())
    if not fetched <= blobs or len(blobs) - len(fetched) > web.without_address:
        raise SystemExit(f"{len(blobs)} blobs for {len(fetched)} files: {len(fetched - blobs)} are not stored")
