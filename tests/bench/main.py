"""Measures wxbackup against what a user would take instead, in the same run.

Every figure is a median of turns that all take part in, one after the other: trust
the ratios, not the seconds. No network but loopback: nginx serves the media, the
simulated WeChat the lists. Nothing fails for being slow.

Groups:
  start      --version and --help
  export     the first export, against curl; curl, sha256sum and zip; aria2c: of the
             shapes pictures, large, many and articles
  verify     verify, against 7z, unzip, bagit.py, sha256sum and openssl speed;
             restore, against unzip, 7z and bsdtar
  carry      5 GB and one new picture, against cp and a SHA-256 pass
  listing    100,000 pictures listed, against curl that reads the same pages
  unchanged  a night on which nothing changed, at a server that takes its time
  growth     1,000, 10,000 and 100,000 items; 5 MB to 2.5 GB

The tables go to the screen and to target/bench/report.md, figures as a line of
JSON to target/bench/history.jsonl.
"""

import argparse
import shutil
import signal
import sys

import report
from groups.carry import carry
from groups.export import SHAPES, export
from groups.growth import growth
from groups.listing import listing, unchanged
from groups.start import start
from groups.verify import verify
from rig import ROOT, work_folder

# Each is asked with a report, a folder to work in, what to divide the data by, and how many turns.
GROUPS = {
    "start": start,
    "export": export,
    "verify": verify,
    "carry": carry,
    "listing": listing,
    "unchanged": unchanged,
    "growth": growth,
}


def main():
    """Reads the command line and runs what it names."""
    # As Ctrl-C does: the servers end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(prog="tests/bench/run", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help="what to run; all, where none is named")
    parser.add_argument("--shape", action="append", choices=SHAPES, metavar="SHAPE",
                        help="of the group export this shape alone; may be said again")
    parser.add_argument("--runs", type=int, default=5, metavar="N",
                        help="turns of each contestant [default: 5]; of those that take long, three at most")
    parser.add_argument("--small", action="store_true", help="a tenth of the data, to try the rig itself")
    parser.add_argument("--readme", action="store_true",
                        help="run nothing; put the figures of the last full run into README.md and README.zh-CN.md")
    args = parser.parse_args()
    if unknown := set(args.groups) - set(GROUPS):
        parser.error(f"no such group: {', '.join(sorted(unknown))}")
    everything = [*GROUPS]
    if args.readme:
        report.write_readmes(everything)
        return
    chosen = [name for name in GROUPS if name in args.groups or not args.groups]
    shapes = [name for name in SHAPES if name in (args.shape or SHAPES)]
    scale = 10 if args.small else 1
    folder = work_folder(ROOT / "target/bench/work")
    is_whole = shapes == [*SHAPES]
    told = report.Report(args.runs, args.small, chosen if is_whole else [*chosen, *shapes])
    for name in chosen:
        more = [shapes] if name == "export" else []
        GROUPS[name](told, folder, scale, args.runs, *more)
    told.finish()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
