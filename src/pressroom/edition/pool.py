"""Who presses an edition: processes of this machine with a warm one beside them, or a cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from pressroom.edition.briefing import Engine, Pressed, Task
from pressroom.edition.generation import SCRATCH
from pressroom.edition.processes import WorkerDied, Workers
from pressroom.run.engine.environment import VARIABLE
from pressroom.run.failure import BriefingError
from pressroom.run.inputs import Inputs
from pressroom.run.notebook import NotebookError, read_notebook
from pressroom.run.run import WARM


class Pool:
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

    def __enter__(self) -> Pool:
        if self._workers is None:
            self._workers = self._stack.enter_context(self._open())
        return self

    def __exit__(self, *error: object) -> None:
        self._workers = None
        self._stack.close()

    def press(self, tasks: Sequence[Task]) -> Iterator[tuple[Task, Pressed | None]]:
        """Have the tasks worked on; yield each as it begins, with None, and as it ends."""
        return press_tasks(self._workers, tasks) if self._workers else iter(())

    def interrupt(self) -> None:
        """End what workers of this machine work on; it fails, and they are ready for more."""
        from pressroom.edition.processes import LocalWorkers

        if isinstance(self._workers, LocalWorkers):
            self._workers.interrupt()

    def _open(self) -> Any:
        if self.cluster:
            from pressroom.edition.cluster import open_cluster

            return open_cluster(self.cluster, self.inputs)
        from pressroom.edition.processes import LocalWorkers

        self._stack.enter_context(_empty_folder(self._scratch))
        return LocalWorkers(self.jobs, self._scratch, self._warm_up())

    def _warm_up(self) -> dict[str, str]:
        """Start the warm process, and return the variables that say where it is."""
        if self.engine != WARM:
            return {}
        from pressroom.run.engine.process import NoWarmProcess, WarmProcess, imports_of, list_cells

        try:
            project = self.inputs.project
            notebooks = list(_read_notebooks(project.notebooks))
            warm = WarmProcess.start(imports_of(notebooks), project.data, list_cells(notebooks))
        except NoWarmProcess:
            return {}  # the engine falls back, and says why
        self._stack.enter_context(warm)
        return {VARIABLE: str(warm.address)}


def press_tasks(workers: Workers, tasks: Sequence[Task]) -> Iterator[tuple[Task, Pressed | None]]:
    """Have the tasks worked on; yield each as it begins, with None, and as it ends.

    Only some more are handed out than are worked on, so that what is done never piles up.
    """
    waiting = iter(tasks)
    running: dict[Future[Pressed], Task] = {}
    while True:
        for task in islice(waiting, max(0, 2 * workers.width - len(running))):
            yield task, None
            running[workers.press(task)] = task
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            yield task, _take(task, future)


def count_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _take(task: Task, future: Future[Pressed]) -> Pressed:
    try:
        return future.result()
    except WorkerDied as death:
        briefing = task.briefing
        error = BriefingError(briefing.family, briefing.slug, reason=str(death), name="WorkerDied")
        return Pressed(briefing, error=error)


@contextmanager
def _empty_folder(folder: Path) -> Iterator[None]:
    """Make a folder that is empty at first, and gone afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read_notebooks(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.ipynb")):
        try:
            yield read_notebook(path)
        except NotebookError:  # the catalogue says so
            continue
