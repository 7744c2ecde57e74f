"""Kept processes of this machine, each with one task at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Lock

from aichr_briefings.press.briefing import Pressed, Task
from aichr_briefings.press.workers.process import WorkerProcess
from aichr_briefings.press.workers.workers import WorkerDied


class LocalWorkers:
    """So many processes, each with a thread that waits for it. Use `employ_locally`.

    A process that dies fails its own task, and another takes its place.
    """

    def __init__(self, width: int, scratch: Path, environment: dict[str, str]) -> None:
        self.width, self._scratch, self._environment = width, scratch, environment
        self._alive: set[WorkerProcess] = set()
        self._closing, self._lock = False, Lock()
        self._idle: SimpleQueue[Future[WorkerProcess]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(width, thread_name_prefix="worker")
        for _ in range(width):
            self._idle.put(self._threads.submit(self._start))

    def submit(self, task: Task) -> Future[Pressed]:
        """Have a task worked on by the next process that is idle."""
        return self._threads.submit(self._work, task)

    def interrupt(self) -> None:
        """End what they work on; its task fails, and other processes take their place."""
        with self._lock:
            for worker in self._alive:
                worker.kill()

    def close(self) -> None:
        """End the processes, at work or not."""
        with self._lock:
            self._closing = True
            for worker in self._alive:
                worker.kill()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._alive:
            worker.bury()

    def _work(self, task: Task) -> Pressed:
        start = self._idle.get()
        try:
            worker = start.result()
            worker.give(task)
            return worker.take()
        except WorkerDied:
            self._bury(worker)
            start = Future()
            start.set_result(self._start())
            raise
        finally:
            self._idle.put(start)

    def _start(self) -> WorkerProcess:
        worker = WorkerProcess(self._scratch, self._environment)
        with self._lock:
            self._alive.add(worker)
            if self._closing:  # one that was about to start then is killed here
                worker.kill()
        return worker

    def _bury(self, worker: WorkerProcess) -> None:
        worker.kill()
        worker.bury()
        with self._lock:
            self._alive.discard(worker)


@contextmanager
def employ_locally(width: int, scratch: Path, environment: dict[str, str]) -> Iterator[LocalWorkers]:
    """Yield so many processes that are ended afterwards.

    Parameters
    ----------
    scratch
        The folder for their temporary files.
    environment
        Variables that are set for them.
    """
    workers = LocalWorkers(width, scratch, environment)
    try:
        yield workers
    finally:
        workers.close()
