"""Kept processes of this machine, each with one task at a time."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing import get_context, parent_process
from pathlib import Path
from queue import SimpleQueue

from aichr_briefings.press.briefing import Pressed, Task, press_briefing
from aichr_briefings.press.workers.workers import DIED, WorkerDied

_NURSERY = "aichr_briefings.press.workers.nursery"

_A_COLLECTION = 10
_pressed = count(1)


class LocalWorkers:
    """So many processes, forked from one that has imported all they need. Use `employ_locally`.

    A process that dies fails its own task, and another takes its place.
    """

    def __init__(self, width: int, scratch: Path, environment: dict[str, str]) -> None:
        self.width, self._scratch, self._environment = width, scratch, environment
        self._pids: dict[ProcessPoolExecutor, int] = {}
        self._idle: SimpleQueue[Future[ProcessPoolExecutor]] = SimpleQueue()
        self._threads = ThreadPoolExecutor(width, thread_name_prefix="worker")
        for _ in range(width):
            self._idle.put(self._threads.submit(self._start))

    def submit(self, task: Task) -> Future[Pressed]:
        """Have a task worked on by the next process that is idle."""
        return self._threads.submit(self._work, task)

    def close(self) -> None:
        """End the processes, at work or not."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for pid in list(self._pids.values()):
            _kill(pid)
        self._threads.shutdown()
        while not self._idle.empty():
            start = self._idle.get()
            if not start.cancelled() and not start.exception():
                start.result().shutdown(cancel_futures=True)

    def _work(self, task: Task) -> Pressed:
        start = self._idle.get()
        try:
            worker = start.result()
            self._pids[worker] = worker.submit(os.getpid).result()
            return worker.submit(_press, task, self._scratch).result()
        except BrokenProcessPool:
            self._pids.pop(worker, None)
            worker.shutdown(wait=False)
            start = Future()
            start.set_result(self._start())
            raise WorkerDied(DIED) from None
        finally:
            self._idle.put(start)

    def _start(self) -> ProcessPoolExecutor:
        context = get_context("forkserver")
        context.set_forkserver_preload(["__main__", _NURSERY])  # or each would import the main module
        given = (self._scratch, self._environment)
        worker = ProcessPoolExecutor(1, context, initializer=_begin_work, initargs=given)
        worker.submit(os.getpid)  # it starts now
        return worker


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


def _begin_work(scratch: Path, environment: dict[str, str]) -> None:
    # Ctrl-C reaches every process of a terminal; what becomes of the workers is for the build to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_build, daemon=True).start()
    gc.disable()
    tempfile.tempdir = str(scratch)
    os.environ.update(environment)


def _press(task: Task, scratch: Path) -> Pressed:
    """Press a briefing, and look for garbage after some: Python would do so several times in each."""
    pressed = press_briefing(task, scratch)
    if next(_pressed) % _A_COLLECTION == 0:
        gc.collect()
        _give_back()
    return pressed


def _give_back() -> None:
    """Give the system the memory that a large briefing took, where the C library can (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _die_with_build() -> None:
    build = parent_process()
    if build:
        build.join()
        os.kill(os.getpid(), signal.SIGKILL)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
