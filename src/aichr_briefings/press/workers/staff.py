"""Who presses an edition: processes of this machine with a warm one beside them, or a cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from aichr_briefings.press.briefing import Engine, Pressed, Task
from aichr_briefings.press.edition import SCRATCH
from aichr_briefings.press.engine.environment import VARIABLE
from aichr_briefings.press.inputs import Inputs
from aichr_briefings.press.notebook import NotebookError, read_notebook
from aichr_briefings.press.run import WARM
from aichr_briefings.press.workers.workers import Workers, press_tasks


class Staff:
    """Workers that begin when this is entered, and end when it is left; entered again, it is as it was.

    Parameters
    ----------
    jobs
        How many processes; None: as many as there are cores.
    cluster
        Address of a Dask scheduler, or None.
    scratch
        The folder for temporary files, emptied at first; else one among the editions, for who has their lock.
    """

    def __init__(
        self,
        inputs: Inputs,
        jobs: int | None,
        engine: Engine,
        cluster: str | None = None,
        scratch: Path | None = None,
    ) -> None:
        self.inputs, self.engine, self.cluster = inputs, engine, cluster
        self._scratch = scratch or inputs.project.output / SCRATCH
        self.jobs = jobs or count_cores()
        self._stack = ExitStack()
        self._workers: Workers | None = None
        self._warm: Path | None = None

    def __enter__(self) -> Staff:
        if self._workers is None:
            self._workers = self._stack.enter_context(self._employ())
        return self

    def __exit__(self, *error: object) -> None:
        self._workers = self._warm = None
        self._stack.close()

    def press(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Pressed | None]]:
        """Have the tasks worked on; yield each as it begins, with None, and as it ends."""
        return press_tasks(self._workers, tasks) if self._workers else iter(())

    def call(self, module: str, function: str, **arguments: Any) -> Any:
        """Return what a function of a module returns in a fork of the warm process; None if there is none."""
        if self._warm is None:
            return None
        from aichr_briefings.press.engine.process import call

        return call(self._warm, module, function, **arguments)

    def interrupt(self) -> None:
        """End what workers of this machine work on; it fails, and they are ready for more."""
        from aichr_briefings.press.workers.local import LocalWorkers

        if isinstance(self._workers, LocalWorkers):
            self._workers.interrupt()

    def _employ(self) -> Any:
        if self.cluster:
            from aichr_briefings.press.workers.cluster import employ_cluster

            return employ_cluster(self.cluster, self.inputs)
        from aichr_briefings.press.workers.local import employ_locally

        self._stack.enter_context(_Scratch(self._scratch))
        return employ_locally(self.jobs, self._scratch, self._warm_up())

    def _warm_up(self) -> dict[str, str]:
        """Start the warm process, and return the variables that tell workers where it is."""
        if self.engine != WARM:
            return {}
        from aichr_briefings.press.engine.process import NoWarmProcess, WarmProcess, cells_of, imports_of

        try:
            project = self.inputs.project
            notebooks = list(_read_notebooks(project.notebooks))
            warm = WarmProcess.start(imports_of(notebooks), project.data, cells_of(notebooks))
        except NoWarmProcess:
            return {}  # the engine falls back, and says why
        self._stack.enter_context(warm)
        self._warm = warm.address
        return {VARIABLE: str(warm.address)}


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class _Scratch:
    """A folder that is empty at first, and gone afterwards."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()

    def __exit__(self, *error: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def _read_notebooks(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.ipynb")):
        try:
            yield read_notebook(path)
        except NotebookError:  # the catalogue tells of it
            continue
