"""Builds with nothing to do, and with little: nothing changed, one activity changed."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median

from benchmarks.commands import SCRIPTS, Project, run
from benchmarks.options import Options
from benchmarks.results import Line, Result, complain

HEAVY = ("pandas", "papermill", "nbconvert")

_ASK = f"""
import sys
from pressroom.cli import main
sys.argv[0] = "briefings"
try:
    main()
finally:
    print(*[name for name in {HEAVY!r} if name in sys.modules])
"""


def measure_nothing(folder: Path, options: Options) -> Result:
    """Measure a build with nothing to do, and see what it imports."""
    project = Project.make(folder)
    project.build()
    bare, ours = [], []
    for _ in range(2 * options.repeat + 1):
        bare.append(run([SCRIPTS / "python", "-c", "pass"], project.environment).seconds)
        ours.append(project.build().seconds)
    command = [SCRIPTS / "python", "-c", _ASK, "build", "--project", project.root]
    imported = run(command, project.environment).output.splitlines()[-1].split()
    line = Line(
        "nothing changed",
        f"{median(ours):.2f} s; of {', '.join(HEAVY)} imported: {', '.join(imported) or 'none'}",
        f"{median(bare):.2f} s (`python -c pass`)",
        f"{median(ours):.2f} s",
        "under 0.4 s, none imported; aim 0.2 s",
        median(ours) < 0.4 and not imported,
    )
    return Result([line], {"ours": ours, "interpreter": bare, "imported": imported})


@dataclass(frozen=True)
class Edit:
    """A cell of an activity, and what is written into it by turns."""

    key: str
    column: str
    values: tuple[str, str]


EDITS = (
    Edit("focal-points-meeting-2018", "venue", ("Main Hall", "")),
    Edit("gender-equality-seminar-2011", "venue", ("Main Hall", "")),
    Edit("expression-dialogue-2018", "places", ("IDN/Jakarta", "IDN/Medan")),
    Edit("eia-consultation-2019", "end", ("2019-10-04", "2019-10-03")),
    Edit("aichr-un-meeting-1", "start", ("2018-05-16", "2018-05-15")),
)


def measure_change(folder: Path, options: Options) -> Result:
    """Measure builds after a change of one activity, against how many briefings each rebuilt."""
    project = Project.make(folder)
    project.build()
    points: list[tuple[int, float]] = []
    for turn in range(options.repeat):
        for edit in EDITS:
            edit_cell(project.root / "data" / "activities.csv", edit, turn)
            done = project.build("--json")
            points.append((len(json.loads(done.output)["succeeded"]), done.seconds))
            complain(f"  {edit.key}, {edit.column}: {points[-1][0]} rebuilt in {points[-1][1]:.2f} s")
    fixed, each = fit_line(points)
    furthest = max(abs(took - fixed - each * many) / took for many, took in points)
    numbers = ", ".join(str(many) for many in sorted({many for many, _ in points}))
    line = Line(
        f"one activity changed: {len(EDITS)} cells in turn, {numbers} briefings rebuilt",
        f"{fixed:.2f} s and {each:.3f} s a briefing",
        "",
        f"no build further than {100 * furthest:.0f} % from that line",
        "wall time proportional to what it rebuilt",
    )
    return Result([line], {"fixed": fixed, "each": each, "points": points})


def fit_line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the line nearest to the points: its height at zero, and its slope.

    Examples
    --------
    >>> fit_line([(1, 3.0), (2, 5.0), (4, 9.0)])
    (1.0, 2.0)

    Points that all stand above one place have no slope.

    >>> fit_line([(35, 4.0), (35, 6.0)])
    (5.0, 0.0)
    """
    xs, ys = [x for x, _ in points], [y for _, y in points]
    spread = sum((x - mean(xs)) ** 2 for x in xs)
    slope = sum((x - mean(xs)) * (y - mean(ys)) for x, y in points) / spread if spread else 0.0
    return mean(ys) - slope * mean(xs), slope


def edit_cell(table: Path, edit: Edit, turn: int) -> None:
    """Write the turn's value into the cell."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    next(row for row in rows if row["id"] == edit.key)[edit.column] = edit.values[turn % 2]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
