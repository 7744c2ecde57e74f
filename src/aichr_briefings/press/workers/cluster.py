"""Workers on a Dask cluster. The only module that imports Dask.

Nothing is shared but messages: a task finds the project in a parcel that the workers got once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from typing import Any

from aichr_briefings.press.briefing import Pressed, Task
from aichr_briefings.press.failure import BriefingError
from aichr_briefings.press.freshness import Today
from aichr_briefings.press.inputs import Inputs
from aichr_briefings.press.workers.parcel import pack, press_parcel
from aichr_briefings.press.workers.workers import DIED, ClusterError, WorkerDied

PATIENCE = 10
"""Seconds to wait for a scheduler, and for a worker of it."""


class ClusterWorkers:
    """The workers of a cluster, through its `concurrent.futures.Executor`. Use `employ_cluster`."""

    def __init__(self, client: Any, inputs: Inputs) -> None:
        self._client, self._today = client, Today(inputs)
        self._executor = client.get_executor(pure=False)
        parcel = pack(inputs)
        self._digest = parcel.digest
        self._parcel = client.scatter(parcel, broadcast=True, hash=False)

    @property
    def width(self) -> int:
        """Return how many tasks the cluster works on at once, as it is now."""
        return max(1, int(sum(self._client.nthreads().values())))

    def submit(self, task: Task) -> Future[Pressed]:
        """Have a task worked on; if its worker is lost, the cluster gives it to another."""
        given: Future[Pressed] = self._executor.submit(press_parcel, self._parcel, self._digest, task)
        return _translate(given, self._refuse_foreign)

    def _refuse_foreign(self, pressed: Pressed) -> Pressed:
        """Return what was pressed, or its failure if it read a file that is not the same there."""
        same = self._today.inputs.package.digest
        foreign = [read for read in pressed.reads if not self._today.repeats([read], same)]
        if pressed.error or not foreign:
            return pressed
        name = foreign[0]["arguments"].get("path", "its commentary")
        reason = (
            f"it reads {name}, which a worker does not have as it is here; tasks carry notebooks/ and data/"
        )
        briefing = pressed.briefing
        error = BriefingError(briefing.family, briefing.slug, reason=reason, name="ForeignFile")
        return Pressed(briefing, error=error)


@contextmanager
def employ_cluster(address: str, inputs: Inputs) -> Iterator[ClusterWorkers]:
    """Yield the workers of the cluster whose scheduler is at `address`.

    Raises
    ------
    ClusterError
        If Dask is not installed, or no scheduler or no worker answers.
    """
    with _connect(address) as client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(
                f"the cluster at {address} has no worker; start some: dask worker {address} --nthreads 1"
            ) from None
        yield ClusterWorkers(client, inputs)


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            "Dask is not installed; install the extra: pip install aichr-briefings[dask]"
        ) from None
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise ClusterError(f"no Dask scheduler answers at {address}: {why}") from None


def _translate(given: Future[Pressed], look: Callable[[Pressed], Pressed]) -> Future[Pressed]:
    """Return a future that tells the loss of workers as `WorkerDied`, and has its result looked at."""
    from distributed import KilledWorker

    future: Future[Pressed] = Future()

    def pass_on(done: Future[Pressed]) -> None:
        try:
            future.set_result(look(done.result()))
        except (CancelledError, KilledWorker):
            future.set_exception(WorkerDied(DIED))
        except BaseException as error:  # in a callback it would be lost, and the build wait for ever
            future.set_exception(error)

    future.set_running_or_notify_cancel()
    given.add_done_callback(pass_on)
    return future
