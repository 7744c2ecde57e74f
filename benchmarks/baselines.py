"""What a user would otherwise pick: a shell loop, and the same libraries called in one process.

Both make the same notebooks into the same two documents with the same two exporters. What a sample of the
briefings takes is scaled to the edition family by family: the loop's time is the sum of its turns.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.commands import SCRIPTS, BenchmarkError, Project, Run, run

Task = Mapping[str, Any]

_TAG = re.compile("<[^>]*>")

TURN = """\
notebook=$1 folder=$2 out=$3
shift 3
papermill "$notebook" "$out.ipynb" --cwd "$folder" --no-progress-bar "$@"
jupyter nbconvert --to briefing_html "$out.ipynb"
jupyter nbconvert --to briefing_pdf "$out.ipynb"
"""
"""One turn of the shell loop."""


@dataclass(frozen=True)
class Estimate:
    """What an edition takes, from what some of its briefings took: `start` once, and each briefing's own.

    Attributes
    ----------
    seconds
        By the briefing's id.
    sizes
        Briefings in the edition, by family.
    """

    seconds: Mapping[str, float]
    sizes: Mapping[str, int]
    start: float = 0.0

    @property
    def edition(self) -> float:
        """Return the seconds of the whole edition."""
        return self.start + sum(
            size * mean(took for id, took in self.seconds.items() if id.partition("/")[0] == family)
            for family, size in self.sizes.items()
        )


def count_families(tasks: Sequence[Task]) -> dict[str, int]:
    """Return the number of briefings of each family."""
    families = [str(task["family"]) for task in tasks]
    return {family: families.count(family) for family in dict.fromkeys(families)}


def choose_sample(tasks: Sequence[Task], every: int, turn: int) -> list[Task]:
    """Return every so-many-th briefing of each family, at least one; other ones at each `turn`."""
    chosen: list[Task] = []
    for family, size in count_families(tasks).items():
        own = [task for task in tasks if task["family"] == family]
        first = turn % min(every, size)
        chosen += own[first::every]
    return chosen


def run_shell_loop(project: Project, tasks: Sequence[Task], out: Path) -> tuple[dict[str, float], float]:
    """Return the seconds of each turn of a loop of `papermill` and twice `jupyter nbconvert`; no start."""
    seconds = {}
    for task in tasks:
        target = _make_folder(out, task) / str(task["slug"])
        given = [word for name, value in task["parameters"].items() for word in ("-p", name, value)]
        notebook = Path(task["notebook"])
        turn = ["sh", "-e", "-c", TURN, "turn", notebook, notebook.parent, target, *given]
        seconds[task["id"]] = run(turn, project.environment).seconds
    return seconds, 0.0


def run_stock(project: Project, tasks: Sequence[Task], out: Path) -> tuple[dict[str, float], float]:
    """Return the seconds of each briefing in one process, one after the other, and those of its start."""
    for task in tasks:
        _make_folder(out, task)
    given = write_tasks(tasks, out)
    done = run([SCRIPTS / "python", "-m", "benchmarks.stock", given, out], project.environment)
    seconds = dict(json.loads(line) for line in done.output.splitlines())
    return seconds, done.seconds - sum(seconds.values())


def run_floor(project: Project, tasks: Sequence[Task], out: Path, *, stages: bool = False) -> Run:
    """Run the floor, see `benchmarks.floor`."""
    out.mkdir(parents=True, exist_ok=True)
    given, style = write_tasks(tasks, out), out / "style.css"
    if not style.exists():
        from pressroom.pages.html.page import style_sheet

        style.write_text(style_sheet(""), "utf-8")
    more = ["--stages"] if stages else []
    return run([SCRIPTS / "python", "-m", "benchmarks.floor", given, style, out, *more], project.environment)


def write_tasks(tasks: Sequence[Task], folder: Path) -> Path:
    """Write the tasks where a process finds them, and return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    given = folder / "tasks.json"
    given.write_text(json.dumps(list(tasks)), "utf-8")
    return given


def require_same(ours: Path, theirs: Path, ids: Sequence[str], *, whole: bool = True) -> None:
    """Refuse to compare unless both sides made both documents, and their pages say the same.

    Parameters
    ----------
    whole
        Whether all words of the pages' main parts must be equal, or only those of their titles. Their links
        are not: an edition alone has other pages to lead to.
    """
    pattern = re.compile("<main.*?</main>" if whole else "<h1.*?</h1>", re.S)
    for id in ids:
        pages = [(folder / f"{id}.html").read_text("utf-8") for folder in (ours, theirs)]
        found = [[_TAG.sub("", part) for part in pattern.findall(page)] for page in pages]
        if not found[0] or found[0] != found[1]:
            raise BenchmarkError(f"the two sides do not make the same page of {id}")
        for folder in (ours, theirs):
            if not (folder / f"{id}.pdf").read_bytes().startswith(b"%PDF"):
                raise BenchmarkError(f"one side made no PDF of {id}")


def _make_folder(out: Path, task: Task) -> Path:
    folder = out / str(task["family"])
    folder.mkdir(parents=True, exist_ok=True)
    return folder
