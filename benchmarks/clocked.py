"""Presses briefings as a worker of the build does, with a clock around the stages.

    python -m benchmarks.clocked TASKS OTHERS ROOT

The others come first, since whatever comes first loads and starts what all share; each of the tasks is
pressed once, since Typst keeps what it has laid out. Prints the seconds of each stage. A stage whose name has
a colon is a part of another; those of the cells are from a run of the same cells by themselves.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.floor import Warm

Seconds = dict[str, float]

PRESS = "pressroom."

CLOCKS = (
    ("papermill and its engine", "papermill.execute_notebook"),
    ("equal bytes", f"{PRESS}run.run.normalise_notebook"),
    ("notebook", f"{PRESS}edition.briefing.write_notebook"),
    ("read and clean", f"{PRESS}pages.markup.document.read_document"),
    ("HTML", f"{PRESS}pages.html.page.html_of"),
    ("PDF", f"{PRESS}pages.pdf.printer.print_document"),
    ("PDF: tree", f"{PRESS}pages.pdf.printer.make_tree"),
    ("PDF: layout", f"{PRESS}pages.pdf.printer._Proof.lay_out"),
    ("PDF: printing", f"{PRESS}pages.pdf.printer._Proof.print"),
    ("PDF: row headers", f"{PRESS}pages.pdf.printer.set_row_headers"),
)
"""What a clock is put around, by the stage that it is; a name that is there no more is left out."""

CHARTS = ("counts_chart", "matrix_chart", "months_chart", "timeline_chart")


class Clock:
    """Seconds by stage, of the briefing in hand."""

    def __init__(self) -> None:
        self.seconds: Seconds = {}
        self._running: set[str] = set()

    def around(self, stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return `call` with its time counted to a stage."""

        def timed(*arguments: Any, **named: Any) -> Any:
            with self.running(stage):
                return call(*arguments, **named)

        return timed

    @contextmanager
    def running(self, stage: str) -> Iterator[None]:
        """Count the time of the block to a stage; within the same stage, once."""
        if stage in self._running:
            yield
            return
        self._running.add(stage)
        begun = time.perf_counter()
        try:
            yield
        finally:
            self._running.remove(stage)
            self.seconds[stage] = self.seconds.get(stage, 0.0) + time.perf_counter() - begun

    def put_around(self, clocks: Iterable[tuple[str, str]]) -> None:
        """Put this clock around functions, by their full names."""
        for stage, name in clocks:
            where, _, attribute = name.rpartition(".")
            owner = _find(where)
            if hasattr(owner, attribute):
                setattr(owner, attribute, self.around(stage, getattr(owner, attribute)))


def _find(name: str) -> Any:
    """Return a module, or a class of one, by its full name."""
    module, _, last = name.rpartition(".")
    return getattr(import_module(module), last) if last.lstrip("_")[:1].isupper() else import_module(name)


def main() -> None:
    """Press the tasks as a worker does, and print each stage's seconds."""
    from pressroom.edition.briefing import Task
    from pressroom.edition.today import Today
    from pressroom.run.catalogue import Briefing
    from pressroom.run.inputs import find_project, read_inputs

    given, others = (json.loads(Path(argument).read_text("utf-8")) for argument in sys.argv[1:3])
    root = Path(sys.argv[3])
    inside = _look_inside(given)
    today = Today(read_inputs(find_project(root)))
    tasks = [
        Task(
            Briefing(t["family"], t["slug"], t["parameters"]),
            Path(t["notebook"]),
            root / "data",
            root,
            directory=today.directory,
            neighbours=today.find_neighbours(t["id"]),
        )
        for t in (*others, *given)
    ]
    clock = Clock()
    clock.put_around(CLOCKS)
    _time_cells(clock)
    for task in tasks:
        seconds = _time_press(task, clock, inside.get(task.briefing.id, {}))
        if task.briefing.id in inside:
            print(json.dumps({"id": task.briefing.id, "seconds": seconds}), flush=True)


def _look_inside(tasks: list[dict[str, Any]]) -> dict[str, Seconds]:
    """Return by id what of the cells' time charts and the dataset's answers take: the least of some runs."""
    from pressroom.data.dataset import Dataset

    warm, clock, found = Warm(tasks, Path(__file__)), Clock(), {}
    Dataset._ask = clock.around("cells: the dataset's answers", Dataset._ask)  # all questions come this way
    clock.put_around(
        ("cells: charts", f"{module}.{chart}")
        for module in [name for name in sys.modules if name.startswith("aichr_briefings")]
        for chart in CHARTS
    )
    for task in tasks:
        runs = []
        for _ in range(3):
            clock.seconds = {}
            warm.execute(task)
            runs.append(clock.seconds)
        found[task["id"]] = {stage: min(run[stage] for run in runs) for stage in runs[0]}
    return found


def _time_press(task: Any, clock: Clock, inside: Seconds) -> Seconds:
    """Return the seconds of each stage of pressing one briefing."""
    from pressroom.edition.briefing import press_briefing
    from pressroom.edition.generation import stage_generation

    clock.seconds = {}
    with TemporaryDirectory() as folder, stage_generation(Path(folder)) as generation:
        begun = time.perf_counter()
        pressed = press_briefing(task, Path(folder))
        worked = time.perf_counter() - begun
        if pressed.error:
            raise pressed.error
        with clock.running("hand-over"):
            pressed = pickle.loads(pickle.dumps(pressed))
        with clock.running("writing"):
            for suffix, content in pressed.documents.items():
                generation.write(f"{task.briefing.id}{suffix}", content)
        took = time.perf_counter() - begun
    return _tell_stages(clock.seconds, worked, took, inside)


def _tell_stages(found: Seconds, worked: float, took: float, inside: Seconds) -> Seconds:
    """Return the stages in the order of the work, each once; parts of a stage behind it."""
    engine = found.pop("papermill and its engine", 0.0)
    cells = min(found.pop("cells", 0.0), engine)
    whole = ("equal bytes", "notebook", "read and clean", "HTML", "PDF")
    rest = worked - engine - sum(found.get(stage, 0.0) for stage in whole)
    told = {"engine": engine - cells, "cells": cells, **inside}
    told |= {stage: found[stage] for stage, _ in CLOCKS if stage in found}
    return told | {"rest": rest, "hand-over": found["hand-over"], "writing": found["writing"], "all": took}


def _time_cells(clock: Clock) -> None:
    """Take the cells' own time, which the engine tells papermill, as a stage."""
    import papermill

    execute = papermill.execute_notebook

    def timed(*arguments: Any, **named: Any) -> Any:
        returned = execute(*arguments, **named)
        clock.seconds["cells"] = sum(_durations(named["kept"][-1].cells))
        return returned

    papermill.execute_notebook = timed


def _durations(cells: Iterable[Any]) -> Iterator[float]:
    for cell in cells:
        if cell.cell_type == "code":
            yield float(cell.metadata.get("papermill", {}).get("duration") or 0.0)


if __name__ == "__main__":
    main()
