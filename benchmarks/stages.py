"""Where the time of one briefing goes, stage by stage, and what of it is left above the floor."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import mean, median

from benchmarks import baselines
from benchmarks.commands import SCRIPTS, Project, run
from benchmarks.options import Options
from benchmarks.results import HERE, describe_machine, put_between, tabulate, tell_machine

ABOVE = (
    ("start of the cells: fork, or papermill and its engine", ("engine",), ("fork",)),
    ("cells", ("cells",), ("cells",)),
    ("equal bytes, and the notebook as a file", ("equal bytes", "notebook"), ()),
    ("HTML", ("HTML",), ("html",)),
    ("PDF", ("PDF",), ("tree", "typst")),
    ("rest of the worker, hand-over, writing", ("rest", "hand-over", "writing"), ()),
)
"""Stages that compare: ours, and the floor's."""

Seconds = dict[str, float]


def profile(folder: Path, options: Options, keep: bool) -> None:
    """Print two tables, and keep them in the README: all stages by family, and ours against the floor's."""
    project = Project.make(folder)
    project.build("agency/undp")
    tasks = project.list()
    sizes = baselines.count_families(tasks)
    sample = baselines.choose_sample(tasks, options.every, 0)
    others = [task for task in baselines.choose_sample(tasks, options.every, 1) if task not in sample]
    given = [
        baselines.write_tasks(some, folder / name) for name, some in (("sample", sample), ("others", others))
    ]
    command = [SCRIPTS / "python", "-m", "benchmarks.clocked", *given, project.root]
    ours = _by_family("".join(run(command, project.environment).output for _ in range(options.repeat)))
    floor = _by_family(
        "".join(
            baselines.run_floor(project, sample, folder / "floor", stages=True).output
            for _ in range(options.repeat)
        )
    )
    stages = _tabulate_stages(ours, sizes)
    above = _tabulate_above(_weigh(ours, sizes), _weigh(floor, sizes))
    print(stages, above, sep="\n\n", flush=True)
    if keep:
        machine = tell_machine(describe_machine())
        put_between(HERE / "README.md", "stages", f"{machine}\n\n{stages}")
        put_between(HERE / "README.md", "above the floor", above)


def _by_family(printed: str) -> dict[str, Seconds]:
    """Return the seconds of each stage by family: the median over repeats, the mean over briefings."""
    found: dict[str, dict[str, list[Seconds]]] = {}
    for line in printed.splitlines():
        told = json.loads(line)
        family = told["id"].partition("/")[0]
        found.setdefault(family, {}).setdefault(told["id"], []).append(told["seconds"])
    return {
        family: _merge(mean, [_merge(median, r) for r in runs.values()]) for family, runs in found.items()
    }


def _merge(take: Callable[[list[float]], float], runs: Sequence[Seconds]) -> Seconds:
    stages = dict.fromkeys(stage for seconds in runs for stage in seconds)
    return {stage: take([seconds.get(stage, 0.0) for seconds in runs]) for stage in stages}


def _weigh(families: Mapping[str, Seconds], sizes: Mapping[str, int]) -> Seconds:
    """Return the mean over the edition."""
    many = sum(sizes[family] for family in families)
    parts = [{s: sizes[f] * took / many for s, took in own.items()} for f, own in families.items()]
    return _merge(sum, parts)


def _tabulate_stages(families: Mapping[str, Seconds], sizes: Mapping[str, int]) -> str:
    """Return the stages of our side as a table in milliseconds."""
    columns = [*families.values(), _weigh(families, sizes)]
    rows = [[stage, *(_ms(own.get(stage, 0.0)) for own in columns)] for stage in columns[-1]]
    return tabulate(["stage, in milliseconds", *families, "mean of the edition"], rows)


def _tabulate_above(ours: Seconds, floor: Seconds) -> str:
    """Return our stages against the floor's as a table in milliseconds."""
    rows = []
    for words, own, other in ABOVE:
        pair = sum(ours.get(s, 0.0) for s in own), sum(floor.get(s, 0.0) for s in other)
        rows.append([words, *map(_ms, pair), _ms(pair[0] - pair[1])])
    total = ours["all"], sum(floor.values())
    rows.append(["**all**", *map(_ms, total), _ms(total[0] - total[1])])
    return tabulate(["a briefing's stage, in milliseconds", "ours", "floor", "above the floor"], rows)


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f}"
