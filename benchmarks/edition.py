"""The whole edition against a shell loop, against the same libraries in one process, and against the floor.

Ours is run in two ways: into a new folder, where the dataset is checked first, and with ``--force`` beside an
edition of the same data, where it is not. The other sides check nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import baselines
from benchmarks.baselines import Estimate, Task, choose_sample, count_families, require_same
from benchmarks.commands import Project
from benchmarks.options import Options
from benchmarks.results import Line, Result, complain, tell_seconds

Press = Callable[[Project, Sequence[Task], Path], tuple[dict[str, float], float]]
"""Presses a sample into a folder; returns the seconds of each briefing, and those of the start."""


def measure_shell(folder: Path, options: Options) -> Result:
    """Compare with a shell loop of `papermill` and twice `jupyter nbconvert`."""
    name = "a shell loop of papermill and jupyter nbconvert"
    return _against_slow(folder, options, baselines.run_shell_loop, name, least=25, aim=40)


def measure_stock(folder: Path, options: Options) -> Result:
    """Compare with papermill's stock engine and nbconvert's exporters in one process."""
    name = "papermill's stock engine and nbconvert in one process"
    return _against_slow(folder, options, baselines.run_stock, name, least=8, aim=12)


def measure_floor(folder: Path, options: Options) -> Result:
    """Compare with the least that an edition can cost, see `benchmarks.floor`."""
    project, ours = Project.make(folder), _Ours()
    tasks, floor, theirs = project.list(), folder / "floor", []
    for turn in range(options.repeat):
        ours.build(project, turn)
        theirs.append(baselines.run_floor(project, tasks, floor).seconds)
        complain(f"  {ours.last}; the floor {theirs[-1]:.1f} s")
    require_same(folder / "new-0" / "current", floor, [str(task["id"]) for task in tasks], whole=False)
    new, forced, other = median(ours.new), median(ours.forced), median(theirs)
    lines = [
        Line(
            "whole edition against the floor",
            tell_seconds(new),
            tell_seconds(other),
            f"{new / other:.2f} times the floor",
            "at most 1.5 times; aim 1.2",
            new <= 1.5 * other,
        ),
        Line(CHECKED, tell_seconds(forced), tell_seconds(other), f"{forced / other:.2f} times the floor"),
    ]
    return Result(lines, ours.figures | {"other": theirs, "briefings": len(tasks)})


CHECKED = "... with the dataset checked before (`--force`)"


class _Ours:
    """Our seconds, turn by turn."""

    def __init__(self) -> None:
        self.new: list[float] = []
        self.forced: list[float] = []

    def build(self, project: Project, turn: int) -> None:
        """Press the edition into a new folder, and once more where there is one."""
        self.new.append(project.build(output=f"new-{turn}").seconds)
        self.forced.append(project.build("--force", output="new-0").seconds)

    @property
    def last(self) -> str:
        return f"ours {self.new[-1]:.1f} s, forced {self.forced[-1]:.1f} s"

    @property
    def figures(self) -> dict[str, Any]:
        return {"new": self.new, "forced": self.forced}


def _against_slow(
    folder: Path, options: Options, press: Press, name: str, *, least: float, aim: float
) -> Result:
    project, ours = Project.make(folder), _Ours()
    tasks, theirs, pressed = project.list(), [], 0
    for turn in range(options.repeat):
        sample = list(tasks) if options.full else choose_sample(tasks, options.every, turn)
        ours.build(project, turn)
        seconds, start = press(project, sample, folder / f"theirs-{turn}")
        theirs.append(Estimate(seconds, count_families(tasks), start).edition)
        require_same(folder / "new-0" / "current", folder / f"theirs-{turn}", list(seconds))
        pressed += len(sample)
        complain(f"  {ours.last}; {name} {theirs[-1]:.1f} s")
    scaled = "" if options.full else f" (scaled from {pressed} briefings to {len(tasks)})"
    new, forced, other = median(ours.new), median(ours.forced), median(theirs)
    lines = [
        Line(
            f"whole edition against {name}",
            tell_seconds(new),
            f"{tell_seconds(other)}{scaled}",
            f"{other / new:.1f} times faster",
            f"at least {least:g} times; aim {aim:g}",
            other >= least * new,
        ),
        Line(CHECKED, tell_seconds(forced), tell_seconds(other), f"{other / forced:.1f} times faster"),
    ]
    return Result(lines, ours.figures | {"other": theirs, "pressed": pressed, "briefings": len(tasks)})
