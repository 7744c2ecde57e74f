"""Many briefings over a large dataset: time per briefing, and memory of all processes together.

Two times per briefing are told. From one briefing to the next, once they come: neither start nor end count,
so that it compares with the small dataset's, of whatever number. And the whole build divided by its number,
which flatters the larger one, whose start is shared by more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.commands import Project, Run
from benchmarks.dataset import FAMILIES, generate, need_activities
from benchmarks.options import Options
from benchmarks.results import Line, Result, complain

MOST_MIB = 2e9 / 2**20
FLAT = 1.1


def measure_scale(folder: Path, options: Options) -> Result:
    """Compare a generated dataset with the real one; the same three families of both."""
    rows = generate(folder / "data", activities=options.activities, briefings=options.briefings)
    small, large = Project.make(folder / "small"), Project.make(folder / "large", folder / "data")
    small.build(*FAMILIES)
    ready = large.build("agency/undp").seconds  # checks the dataset, which is then no part of a briefing
    complain(f"  checked, and one briefing pressed: {ready:.1f} s")
    few = [small.build(*FAMILIES, "--force") for _ in range(options.repeat)]
    many = large.build(*FAMILIES, "--force")
    complain(f"  {len(many.done)} briefings pressed: {many.seconds:.1f} s")
    # Once more, for to look at memory takes time; and with all sizes known, the largest briefings come first.
    watched = large.build(*FAMILIES, "--force", watch=True)
    nothing = large.build(*FAMILIES).seconds
    few += [small.build(*FAMILIES, "--force") for _ in range(options.repeat)]
    as_many = _build_as_many(folder, options) if options.full else None
    lines = [*_compare_times(many, few, rows["activities"]), _tell_memory(watched)]
    if as_many:
        lines.insert(1, _compare_pace("... against as many briefings over few activities", many, as_many))
    lines.append(_tell_nothing(nothing))
    figures = {"rows": rows, "ready": ready, "nothing_changed": nothing, "large": _describe(many)}
    figures["watched"] = _describe(watched)
    figures |= {"small": [_describe(run) for run in few], "as_many": as_many and _describe(as_many)}
    return Result(lines, figures)


def _build_as_many(folder: Path, options: Options) -> Run:
    """Build as many briefings over the smallest dataset that has them."""
    generate(folder / "few", activities=need_activities(options.briefings), briefings=options.briefings)
    project = Project.make(folder / "as-many", folder / "few")
    project.build("agency/undp")
    return project.build(*FAMILIES, "--force")


def _compare_times(many: Run, few: Sequence[Run], activities: int) -> list[Line]:
    pace, other = many.pace, median(run.pace for run in few)
    share, own = many.seconds / len(many.done), median(run.seconds / len(run.done) for run in few)
    return [
        Line(
            f"{len(many.done):,} briefings over {activities:,} activities, from one briefing to the next",
            f"{pace:.3f} s",
            f"{other:.3f} s (the real dataset's {len(few[0].done)})",
            f"{pace / other:.2f} times",
            "at most 1.5 times",
            pace <= 1.5 * other,
        ),
        Line(
            "... the whole build, divided by its briefings",
            f"{share:.3f} s",
            f"{own:.3f} s",
            f"{share / own:.2f} times",
        ),
    ]


def _compare_pace(measure: str, ours: Run, other: Run) -> Line:
    return Line(measure, f"{ours.pace:.3f} s", f"{other.pace:.3f} s", f"{ours.pace / other.pace:.2f} times")


def _tell_memory(many: Run) -> Line:
    assert many.memory is not None
    first, last = many.memory.quarters(many.done[0], many.done[-1])
    peak = many.memory.peak
    return Line(
        "... memory of the whole process tree",
        f"peak {peak:,.0f} MiB",
        f"mean of the first quarter {first:,.0f} MiB, of the last {last:,.0f} MiB",
        f"{peak:,.0f} MiB, {last / first:.2f} times the first",
        "under 2 GB and flat",
        peak < MOST_MIB and last <= FLAT * first,
    )


def _tell_nothing(seconds: float) -> Line:
    return Line("... and once more, nothing changed", f"{seconds:.2f} s", "", f"{seconds:.2f} s")


def _describe(done: Run) -> dict[str, Any]:
    told: dict[str, Any] = {"seconds": done.seconds, "briefings": len(done.done), "pace": done.pace}
    return told | ({"memory_mib": done.memory.thin()} if done.memory else {})
