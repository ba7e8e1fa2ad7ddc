"""What twice as many items, or bytes, cost: time and memory should be straight lines, or better."""

import shutil

from figures import Contestant, in_turn
from rig import WXBACKUP, Simulator, Web, archive_in, folder_at

COUNTS = (1000, 10_000, 100_000)
FILES = 50
MEGABYTES = (0.1, 1, 10, 50)


def growth(report, folder, scale, runs):
    """By the number of items, and by their size."""
    by_items(report, folder, scale, runs)
    by_bytes(report, folder, scale, min(runs, 3))


def by_items(report, folder, scale, runs):
    """Pictures of 5 KB."""
    took = {}
    for count in COUNTS:
        count //= scale
        for name, figures in costs(folder, count, 5000, runs).items():
            took.setdefault(name, {})[count] = figures
    rows = [
        [f"{name}: {count:,}", *figures[:3], figures.seconds / count * 1e6, figures.peak_mib / count * 1024]
        for name, counts in took.items() for count, figures in counts.items()
    ]
    # A line has what it begins with: what counts is what is added. Up to 5 ms that
    # is noise; up to 4 MiB it hides in what every start takes for a moment. By CPU
    # seconds, for the disk has a temper of its own.
    slower = {name: added([it.cpu_seconds for it in counts.values()], 0.005) for name, counts in took.items()}
    larger = {name: added([it.peak_mib for it in counts.values()], 4) for name, counts in took.items()}
    slowest, largest = max(slower, key=slower.get), max(larger, key=larger.get)
    note = (f"Farthest from a straight line: in CPU seconds {slowest} ({slower[slowest]:.2f} of it), "
            f"in memory {largest} ({larger[largest]:.2f} of it).")
    report.table("Growth with items: pictures of 5 KB",
                 ["seconds", "CPU seconds", "peak MiB", "µs an item", "KiB an item"], rows, note)
    most = COUNTS[-1] // scale
    report.figure("growth/time", slower[slowest])
    report.figure("growth/memory", larger[largest])
    report.figure("memory/verify 100,000", took["verify"][most].peak_mib)
    report.figure("start/list", took["list"][most].seconds)


def added(figures, noise):
    """What the last tenfold added, of ten times what the one before it added."""
    return (figures[2] - figures[1]) / max(10 * (figures[1] - figures[0]), 10 * noise)


def by_bytes(report, folder, scale, runs):
    """Fifty files each time."""
    files = FILES // scale
    took = {}
    for megabytes in MEGABYTES:
        for name, figures in costs(folder, files, int(megabytes * 1e6), runs).items():
            if name in ("first export", "verify", "restore"):
                took.setdefault(name, {})[megabytes] = figures
    rows = [
        [f"{name}: {files} x {megabytes} MB", *figures[:3], figures.seconds / (files * megabytes / 1000)]
        for name, sizes in took.items() for megabytes, figures in sizes.items()
    ]
    report.table("Growth with bytes", ["seconds", "CPU seconds", "peak MiB", "seconds a GB"], rows)
    report.figure("growth/bytes",
                  max(sizes[50].cpu_seconds / 50 / (sizes[10].cpu_seconds / 10) for sizes in took.values()))
    report.figure("memory/large", took["first export"][50].peak_mib / took["first export"][0.1].peak_mib)


def costs(folder, images, image_bytes, runs):
    """Name -> figures of all that one does with an account of so many pictures."""
    output, to = folder / "growth", folder / "to"
    with Web(folder) as web:
        with Simulator("--image-bytes", str(image_bytes), origin=web.origin, images=images) as simulator:
            web.fill(simulator, images=images)
            export = lambda: simulator.export(output, "--sections", "image")
            took = in_turn([Contestant("first export", export)], min(runs, 3), lambda: folder_at(output))
            took |= in_turn([Contestant("unchanged export", export)], min(runs, 3))
    archive = archive_in(output)
    took |= in_turn([
        Contestant("verify", [WXBACKUP, "verify", "--quiet", archive]),
        Contestant("list", [WXBACKUP, "list", archive]),
        Contestant("restore", [WXBACKUP, "restore", "--quiet", archive, "--to", to], 3),
    ], runs, lambda: folder_at(to))
    for path in (output, to):
        shutil.rmtree(path)
    return took
