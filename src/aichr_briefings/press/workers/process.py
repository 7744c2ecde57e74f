"""A kept process that presses one briefing at a time, and the line to it.

Why not the standard library's pool of processes: each end of its pipes is open in more than one process, so
that one that is killed while it hands over a briefing is waited for without end. Here the build holds one end
and the worker the other, and whatever becomes of the worker, the line tells.
"""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import tempfile
import threading
import traceback
from itertools import count
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection
from pathlib import Path

from aichr_briefings.press.briefing import Pressed, Task, press_briefing
from aichr_briefings.press.engine.environment import SAFE_PATH, in_environment
from aichr_briefings.press.workers.workers import DIED, WorkerDied

_NURSERY = "aichr_briefings.press.workers.nursery"

_starting = threading.Lock()

_A_COLLECTION = 10
_pressed = count(1)


class WorkerProcess:
    """A process, forked from one that has imported all it needs. It starts at once.

    Parameters
    ----------
    scratch
        The folder for its temporary files.
    environment
        Variables that are set for it.
    """

    def __init__(self, scratch: Path, environment: dict[str, str]) -> None:
        context = get_context("forkserver")
        context.set_forkserver_preload(["__main__", _NURSERY])  # or each would import the main module
        self._line, theirs = context.Pipe()
        with theirs:
            arguments = (theirs, scratch, environment)
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            # The first one starts the process to fork from, with the variables that are set then.
            with _starting, in_environment({**os.environ, **SAFE_PATH}):
                self._process.start()

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
        """End it, at work or not; whoever waits for it is told."""
        self._process.kill()

    def bury(self) -> None:
        """Await the end of one that was killed, or died."""
        self._process.join()
        self._line.close()


def _serve(line: Connection, scratch: Path, environment: dict[str, str]) -> None:
    # Ctrl-C reaches every process of a terminal; what becomes of the workers is for the build to say.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_die_with_build, daemon=True).start()
    gc.disable()
    tempfile.tempdir = str(scratch)
    os.environ.update(environment)
    while True:
        line.send(_press(line.recv(), scratch))
        _look_for_garbage()


def _press(task: Task, scratch: Path) -> Pressed | Exception:
    try:
        return press_briefing(task, scratch)
    except Exception as error:  # a fault of the press itself
        error.add_note(traceback.format_exc())
        return error


def _look_for_garbage() -> None:
    """Look after some briefings: Python would do so several times in each."""
    if next(_pressed) % _A_COLLECTION == 0:
        gc.collect()
        _give_back()


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
