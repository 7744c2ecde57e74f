"""What the build asks of workers, wherever they are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from itertools import islice
from typing import Protocol

from aichr_briefings.press.briefing import Pressed, Task
from aichr_briefings.press.failure import BriefingError

DIED = "the process that pressed it died: it crashed, was killed, or ran out of memory"


class WorkerDied(Exception):  # noqa: N818 - it is what happened
    """The process that ran a task is no more."""


class ClusterError(Exception):
    """A cluster cannot be reached, or cannot press; the message says why, and what to do."""


class Workers(Protocol):
    """Those who press. What they do with a task is `press_briefing`."""

    @property
    def width(self) -> int:
        """Return how many tasks they work on at once."""

    def submit(self, task: Task) -> Future[Pressed]:
        """Take a task; its future raises WorkerDied if the process that worked on it did."""


def press_tasks(workers: Workers, tasks: Sequence[Task]) -> Iterator[tuple[Task, Pressed | None]]:
    """Have the tasks worked on; yield each as it begins, with None, and as it ends.

    Only some more are handed out than are worked on, so that what is done never piles up.
    """
    waiting = iter(tasks)
    running: dict[Future[Pressed], Task] = {}
    while True:
        for task in islice(waiting, max(0, 2 * workers.width - len(running))):
            yield task, None
            running[workers.submit(task)] = task
        if not running:
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            task = running.pop(future)
            yield task, _take(task, future)


def _take(task: Task, future: Future[Pressed]) -> Pressed:
    try:
        return future.result()
    except WorkerDied as death:
        briefing = task.briefing
        error = BriefingError(briefing.family, briefing.slug, reason=str(death), name="WorkerDied")
        return Pressed(briefing, error=error)
