"""What all who press have in common, on this machine or on a cluster."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from pressroom.data.findings import Refusal
from pressroom.edition.briefing import Pressed, Task

DIED = "the process that pressed it died: it crashed, was killed, or ran out of memory"


class WorkerDied(Exception):  # noqa: N818 - it is what happened
    """The process that ran a task is no more."""


class ClusterError(Refusal):
    """A cluster cannot be reached, or cannot press; the message says why, and what to do."""


class Workers(Protocol):
    """Those who press. What they do with a task is `press_briefing`."""

    @property
    def width(self) -> int:
        """Return how many tasks they work on at once."""

    def press(self, task: Task) -> Future[Pressed]:
        """Take a task; its future raises WorkerDied if the process that worked on it did."""
