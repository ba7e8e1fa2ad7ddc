"""How a command is measured, and contestants take turns."""

import dataclasses
import os
import statistics
import subprocess
import tempfile
import time
import typing


class Figures(typing.NamedTuple):
    """What a command took."""

    seconds: float
    cpu_seconds: float
    """Its own, those of all that it started included."""
    peak_mib: float
    """Of the largest process."""
    turns: int = 1
    """How many it is the median of."""


def measured(command, accepts=(0,), **options):
    """The figures of a command that must end with one of the codes it accepts.

    GNU time stands between: what the system says of the peak of a process begins
    with that of the process that started it, and a Python takes 23 MiB. Its own
    part in the CPU seconds is a millisecond. What is said is shown on failure alone.
    """
    with tempfile.NamedTemporaryFile("r") as peak, tempfile.TemporaryFile() as said:
        options = {"stdout": subprocess.DEVNULL, "stderr": said, **options}
        begun = time.monotonic()
        process = subprocess.Popen(["time", "--quiet", "--format=%M", f"--output={peak.name}", *command], **options)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in accepts:
            said.seek(0)
            raise SystemExit(f"{said.read().decode(errors='replace')}{command}: ended with {process.returncode}")
        return Figures(seconds, usage.ru_utime + usage.ru_stime, int(peak.read().split()[-1]) / 1024)


def measured_often(command, times):
    """The figures of one start of a short command, of many in one shell."""
    loop = f'for ((i = 0; i < {times}; i++)); do "$@"; done'
    took = measured(["bash", "-euc", loop, "bash", *command])
    return Figures(took.seconds / times, took.cpu_seconds / times, took.peak_mib)


@dataclasses.dataclass
class Contestant:
    """Someone who takes part."""

    name: str
    command: typing.Any
    """A command line, or a function that gives the figures itself."""
    runs_max: int = 1000
    """How many turns it has at most: of someone who takes ten times as long, fewer will do."""

    def run(self):
        """One turn."""
        return self.command() if callable(self.command) else measured(self.command)


def in_turn(contestants, runs, before=lambda: None, after=lambda name: None):
    """Lets every contestant run once, and again, until each has had `runs` turns.

    Gives the medians by name. `before` makes room, `after` looks at what was done;
    neither is measured.
    """
    rounds = {each.name: [] for each in contestants}
    for turn in range(runs):
        for each in contestants:
            if turn < each.runs_max:
                before()
                rounds[each.name].append(each.run())
                after(each.name)
    return {name: medians(turns) for name, turns in rounds.items()}


def medians(turns):
    """Of each column by itself."""
    seconds, cpu_seconds, peak_mib, _ = zip(*turns)
    return Figures(*map(statistics.median, (seconds, cpu_seconds, peak_mib)), len(turns))


def shell(script, folder):
    """A command line in `folder`."""
    return ["bash", "-euc", f"cd {folder}; {script}"]
