"""A build's progress, on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pressroom.cli.printing import complain

if TYPE_CHECKING:
    from rich.progress import Progress

    from pressroom.edition.build import Step


class Reporter:
    """Tells of a build's progress on standard error: a bar on a terminal, else a line per briefing."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._total = self._done = 0

    def __enter__(self) -> Reporter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: Step) -> None:
        """Tell of one step."""
        if step.kind == "wait":
            complain("Another build is at work here; waiting for it.")
        elif step.kind == "plan":
            self._total = step.total
            self._start()
        elif step.kind == "end":
            self._done += 1
        if self._progress and step.kind in ("begin", "end"):
            self._progress.update(self._task, description=step.id, completed=self._done)
        elif step.kind == "end":
            complain(f"[{self._done}/{self._total}] {step.error or step.id}")

    def _start(self) -> None:
        if self._total and sys.stderr.isatty():
            self._progress = _make_progress()
            self._task = self._progress.add_task("", total=self._total)
            self._progress.start()


def _make_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)
