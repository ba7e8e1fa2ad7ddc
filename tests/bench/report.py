"""Tables: as Markdown for people, as JSON for the history, and in the README."""

import dataclasses
import datetime
import json
import os
import re
import subprocess

import chinese
from goals import GOALS
from rig import ROOT

HISTORY = ROOT / "target/bench/history.jsonl"
MARKDOWN = ROOT / "target/bench/report.md"
READMES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh-CN.md"}
MARKS = re.compile(r"(<!-- figures -->\n).*?(<!-- /figures -->)", re.DOTALL)


def shown(value):
    """A cell: of a number three digits."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 0.1 else f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"


def markdown(table, language="en"):
    """A table, with its title."""
    words = chinese.of if language == "zh" else str
    lines = [f"**{words(table['title'])}**", ""]
    columns = [words(column) for column in table["columns"]]
    lines.append(f"| {' | '.join(columns)} |")
    lines.append("|---" + "|---:" * (len(columns) - 1) + "|")
    lines += [f"| {' | '.join(words(shown(cell)) for cell in row)} |" for row in table["rows"]]
    if table["note"]:
        lines += ["", words(table["note"])]
    return "\n".join(lines) + "\n"


def goals_table(figures, language="en"):
    """What was reached of what should be. What was not measured is left out."""
    rows = []
    for goal in GOALS:
        figure = figures.get(goal.key)
        if figure is not None:
            sign = "≥" if goal.at_least else "≤"
            limit = f"{sign} {goal.limit:g} {goal.unit}".strip()
            measured = f"{shown(figure)} {goal.unit}".strip()
            name = goal.in_chinese if language == "zh" else goal.name
            rows.append([name, limit, measured, goal.verdict(figure)])
    return {"title": "Goals", "columns": ["", "goal", "measured", ""], "rows": rows, "note": None}


def tables_of(line, language="en"):
    """The tables of a line of the history, the goals first where any was measured."""
    goals = goals_table(line["figures"], language)
    if line["small"]:
        goals["note"] = "Of a tenth of the data, which is not what the goals speak of."
    return [goals, *line["tables"]] if goals["rows"] else line["tables"]


@dataclasses.dataclass
class Report:
    """What a run of the benchmarks found, told as it comes."""

    runs: int
    small: bool
    groups: list
    tables: list = dataclasses.field(default_factory=list)
    figures: dict = dataclasses.field(default_factory=dict)

    def table(self, title, columns, rows, note=None):
        """Tells a table; the first cell of a row is its name."""
        self.tables.append({"title": title, "columns": ["", *columns], "rows": rows, "note": note})
        print(markdown(self.tables[-1]), flush=True)

    def comparison(self, title, medians, ours=None, rivals=(), note=None):
        """Tells how contestants did; `rivals` are those whose time ours is divided by."""
        rows = []
        for name, took in medians.items():
            ratio = medians[ours].seconds / took.seconds if name in rivals else None
            rows.append([name, *took[:3], ratio, str(took.turns)])
        self.table(title, ["seconds", "CPU seconds", "peak MiB", "ours / theirs", "turns"], rows, note)

    def figure(self, key, value):
        """Notes a figure that a goal speaks of."""
        if not any(goal.key == key for goal in GOALS):
            raise SystemExit(f"no goal speaks of {key}")
        self.figures[key] = value

    def finish(self):
        """Tells the goals, and writes the report and a line of the history."""
        line = {
            "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "commit": commit(),
            "machine": machine(),
            "runs": self.runs,
            "small": self.small,
            "groups": self.groups,
            "tables": self.tables,
            "figures": self.figures,
        }
        if self.figures:
            print(markdown(tables_of(line)[0]))
        with HISTORY.open("a") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
        MARKDOWN.write_text(whole(line))


def whole(line, language="en"):
    """All tables of a line of the history, the goals first."""
    kind = line["machine"]
    about = {
        "en": f"{kind['cores']} cores ({kind['processor']}), {kind['memory_gib']:.0f} GiB, Linux, {line['at'][:10]}, "
              f"commit {line['commit']}; medians of {line['runs']} runs.",
        "zh": f"{kind['cores']} 核（{kind['processor']}），{kind['memory_gib']:.0f} GiB，Linux，{line['at'][:10]}，"
              f"提交 {line['commit']}；{line['runs']} 次运行的中位数。",
    }[language]
    return "\n".join([about + "\n", *(markdown(table, language) for table in tables_of(line, language))])


def write_readmes(groups):
    """Puts the last full run between the marks of both README files."""
    lines = [json.loads(line) for line in HISTORY.read_text().splitlines()] if HISTORY.exists() else []
    full = [line for line in lines if not line["small"] and line["groups"] == groups]
    if not full:
        raise SystemExit(f"no full run in {HISTORY}")
    for language, path in READMES.items():
        text = path.read_text()
        tables = whole(full[-1], language)
        put, times = MARKS.subn(lambda marks: f"{marks[1]}{tables}{marks[2]}", text)
        if times != 1:
            raise SystemExit(f"{path} has no place for figures")
        path.write_text(put)


def commit():
    """What was measured; with a plus where it has been changed since."""
    said = subprocess.run(["git", "describe", "--always", "--dirty=+"], capture_output=True, text=True, cwd=ROOT)
    return said.stdout.strip()


def machine():
    """What it was measured on."""
    with open("/proc/cpuinfo") as lines:
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "processor": names[0] if names else "?",
        "memory_gib": memory / 2**30,
    }
