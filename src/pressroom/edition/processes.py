"""Kept processes of this machine, each with one briefing at a time; and what all who press have in common.

Why not the standard library's pool of processes: each end of its pipes is open in more than one process, so
that one that is killed while it hands over a briefing is waited for without end. Here the build holds one end
and the worker the other, and whatever becomes of the worker, the line tells.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import socket
import tempfile
import threading
import traceback
import warnings
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import count
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Protocol

from pressroom.data.findings import Refusal
from pressroom.edition.briefing import Pressed, Task, press_briefing
from pressroom.run.engine.environment import SAFE_PATH, in_environment

DIED = "the process that pressed it died: it crashed, was killed, or ran out of memory"

FORKED_FROM = "pressroom.edition.forkserver"
"""The module that imports what each worker needs, once for all."""

_A_COLLECTION = 10
"""Briefings between two looks for garbage; Python would look several times in each."""

_ENOUGH = 3
"""How many times a process is started in vain."""

_starting = threading.Lock()


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


class WorkerProcess:
    """A process, forked from one that has imported all it needs. It starts at once.

    Parameters
    ----------
    scratch
        The folder for its temporary files.
    environment
        Variables that are set for it.
    """

    def __init__(self, scratch: Path, environment: Mapping[str, str]) -> None:
        for _ in range(_ENOUGH):
            with suppress(ConnectionError, EOFError):  # what it is forked from died just then
                self._start(scratch, environment)
                return
        raise WorkerDied(DIED)

    def give(self, task: Task) -> None:
        """Have it begin a task; a WorkerDied if it is no more."""
        try:
            self._line.send(task)
        except OSError:
            raise WorkerDied(DIED) from None

    def take(self) -> Pressed:
        """Wait for what it has pressed; a WorkerDied if it is no more."""
        try:
            done: Pressed | Exception = self._line.recv()
        except (EOFError, OSError):
            raise WorkerDied(DIED) from None
        if isinstance(done, Exception):
            raise done
        return done

    def kill(self) -> None:
        """End it, at work or not; whoever waits for it gets a WorkerDied."""
        self._process.kill()
        # Were the process that it was forked from killed, it would be taken for dead, and left alone.
        with suppress(OSError), socket.socket(fileno=os.dup(self._line.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def bury(self) -> None:
        """Await the end of one that was killed, or died."""
        self._process.join()
        self._line.close()

    def _start(self, scratch: Path, environment: Mapping[str, str]) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["__main__", FORKED_FROM])  # or each would import the main module
        self._line, theirs = context.Pipe()
        with theirs:
            arguments = (theirs, scratch, environment)
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            # The first one starts the process to fork from, with the variables that are set then.
            with _starting, in_environment({**os.environ, **SAFE_PATH}):
                self._process.start()


class LocalWorkers:
    """So many processes, each with a thread that waits for it; they end when this is left.

    A process that dies fails its own task, and another takes its place.
    """

    def __init__(self, width: int, scratch: Path, environment: Mapping[str, str]) -> None:
        self.width, self._scratch, self._environment = width, scratch, environment
        self._alive: set[WorkerProcess] = set()
        self._closing, self._lock, self._own = False, threading.Lock(), threading.local()
        # It prints this on standard error; what became of a briefing is reported anyway.
        warnings.filterwarnings("ignore", "resource_tracker: process died", UserWarning)
        self._threads = ThreadPoolExecutor(width, thread_name_prefix="worker")
        for _ in range(width):
            self._threads.submit(self._find)

    def __enter__(self) -> LocalWorkers:
        return self

    def __exit__(self, *error: object) -> None:
        with self._lock:
            self._closing = True
        self.interrupt()
        self._threads.shutdown(cancel_futures=True)
        for worker in self._alive:
            worker.bury()

    def press(self, task: Task) -> Future[Pressed]:
        """Have a task worked on by the next process that is idle."""
        return self._threads.submit(self._press, task)

    def interrupt(self) -> None:
        """End what they work on; its task fails, and other processes take their place."""
        with self._lock:
            for worker in self._alive:
                worker.kill()

    def _press(self, task: Task) -> Pressed:
        worker = self._find()
        try:
            worker.give(task)
            return worker.take()
        except WorkerDied:
            worker.kill()
            worker.bury()
            with self._lock:
                self._alive.discard(worker)
            self._own.worker = None
            self._find()
            raise

    def _find(self) -> WorkerProcess:
        """Return this thread's process, a new one if it has none."""
        worker: WorkerProcess | None = getattr(self._own, "worker", None)
        if worker is None:
            self._own.worker = worker = WorkerProcess(self._scratch, self._environment)
            with self._lock:
                self._alive.add(worker)
                if self._closing:  # one that was about to start then is killed here
                    worker.kill()
        return worker


def _serve(line: Connection, scratch: Path, environment: Mapping[str, str]) -> None:
    # Ctrl-C reaches every process of a terminal; what becomes of the workers is for the build to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_build, daemon=True).start()
    gc.disable()
    tempfile.tempdir = str(scratch)
    os.environ.update(environment)
    with suppress(EOFError, OSError):  # the build is over, or has given this process up
        for number in count(1):
            line.send(_press(line.recv(), scratch))
            if number % _A_COLLECTION == 0:
                _look_for_garbage()


def _press(task: Task, scratch: Path) -> Pressed | Exception:
    try:
        return press_briefing(task, scratch)
    except Exception as error:  # a fault of the press itself
        error.add_note(traceback.format_exc())
        return error


def _look_for_garbage() -> None:
    """Look, and give the system the memory that a large briefing took, where the C library can (glibc)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _die_with_build() -> None:
    build = parent_process()
    if build:
        build.join()
        os.kill(os.getpid(), signal.SIGKILL)
