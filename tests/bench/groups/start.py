"""Starting up."""

from figures import Contestant, in_turn, measured_often
from rig import WXBACKUP

TIMES = 50


def start(report, folder, scale, runs):
    """A start is too short to be measured alone: each turn is many in one shell."""
    commands = {
        "/bin/true": ["/bin/true"],
        "wxbackup --version": [WXBACKUP, "--version"],
        "wxbackup --help": [WXBACKUP, "--help"],
        "curl --version": ["curl", "--version"],
    }
    medians = in_turn([
        Contestant(name, lambda command=command: measured_often(command, TIMES))
        for name, command in commands.items()
    ], runs)
    report.comparison(f"Start, one of {TIMES} in a shell; its own fork included", medians)
    report.figure("start/version", medians["wxbackup --version"].seconds)
