"""The warm process as those see it who start it, or look for one."""

from __future__ import annotations

import atexit
import json
import os
import select
import socket
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock

from pressroom.data.locate import VARIABLE as DATA
from pressroom.run.code import list_imports, read_code
from pressroom.run.engine.environment import (
    BACKEND,
    ENVIRONMENT,
    REQUEST,
    SERVER,
    VARIABLE,
    list_environment,
    settle_folders,
)
from pressroom.run.notebook import Notebook, source_of
from pressroom.run.scratch import Scratch

_ALWAYS = ("pressroom.data.opened_files",)
"""What the press has every kernel import as it starts."""

_SOCKET = "socket"

_ENOUGH = 2
"""How many warm processes of its own a process starts in vain."""


class NoWarmProcess(Exception):  # noqa: N818 - it is what there is
    """There is no warm process to be had.

    Attributes
    ----------
    reason
        Why, as the end of a sentence.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class WarmProcess:
    """A process that has imported what notebooks import. Use `WarmProcess.start`.

    It ends when it is closed, or the process that started it ends, however that comes about.

    Attributes
    ----------
    address
        Path of the socket where engines find it.
    """

    def __init__(self, process: subprocess.Popen[bytes], scratch: Scratch, lifeline: int) -> None:
        self._process, self._scratch, self._lifeline = process, scratch, lifeline
        self._starter = os.getpid()
        self.address = scratch.path / _SOCKET

    @classmethod
    def start(
        cls, modules: Iterable[str] = (), dataset: Path | None = None, cells: Iterable[str] = ()
    ) -> WarmProcess:
        """Start a warm process and return it at once; whoever connects waits until it is warm.

        Parameters
        ----------
        modules
            What to import. Those that are not installed, or cannot be imported, are left to the cells.
        dataset
            The folder of a dataset to open.
        cells
            Code that will be run, to be read once and not in each fork.

        Raises
        ------
        NoWarmProcess
            If there can be none on this machine.
        """
        if sys.platform != "linux":
            raise NoWarmProcess(f"forks are not safe on {sys.platform}")
        request = {
            "modules": [*_ALWAYS, *modules],
            "dataset": str(dataset.absolute()) if dataset else None,
            "cells": list(cells),
            "talkative": [],
        }
        scratch = None
        try:
            scratch = Scratch()
            (scratch.path / REQUEST).write_text(json.dumps(request), "ascii")
            process, lifeline = _launch(scratch.path)
            return cls(process, scratch, lifeline)
        except OSError as error:
            if scratch:
                scratch.close()
            raise NoWarmProcess(f"it cannot be started: {error}") from error

    @property
    def pid(self) -> int:
        """Return the process' number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Return whether it has not ended."""
        return self._process.poll() is None

    def close(self) -> None:
        """End it and its forks; not in a process forked from the one that started it."""
        if os.getpid() != self._starter or self._lifeline < 0:
            return
        os.close(self._lifeline)
        self._lifeline = -1
        self._process.terminate()  # of one that is still importing
        _await_end(self._process.pid, 10)  # Popen's own wait sleeps some time too long
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.close()

    def explain(self) -> str:
        """Return what it said last before it ended."""
        with suppress(OSError, IndexError):
            return (self._scratch.path / "log").read_text(errors="replace").strip().splitlines()[-1]
        return ""

    def __enter__(self) -> WarmProcess:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def imports_of(notebooks: Iterable[Notebook]) -> list[str]:
    """Return the names of the modules that notebooks import, in order, each once.

    Some may be no modules but what is taken from one.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": "import pandas as pd\\nfrom os import path\\n%pip list"}
    >>> imports_of([{"cells": [cell]}])
    ['pandas', 'os', 'os.path']
    """
    cells = [source for source in list_cells(notebooks) if "import" in source]
    return list(dict.fromkeys(name for source in cells for name in list_imports(read_code(source))))


def list_cells(notebooks: Iterable[Notebook]) -> list[str]:
    """Return the code of notebooks' cells, each once."""
    cells = (cell for nb in notebooks for cell in nb["cells"] if cell["cell_type"] == "code")
    return list(dict.fromkeys(map(source_of, cells)))


def list_addresses(nb: Notebook) -> Iterator[Path]:
    """Yield where to look for a warm process: the one that is shared, if any; then this process' own.

    The own one is started when it is asked for, with what this notebook imports, and kept.

    Raises
    ------
    NoWarmProcess
        If it cannot be started.
    """
    shared = os.environ.get(VARIABLE)
    if shared and Path(shared) not in _forsaken:
        yield Path(shared)
    yield _own.find(nb).address


def forsake(address: Path) -> str:
    """Look no more for a warm process that did not answer; return what it said last."""
    _forsaken.add(address)
    return _own.fail(address)


def close_own() -> None:
    """End the warm process that this process has started for itself; the next notebook starts another."""
    _own.close()


class _Own:
    """The warm process that this process has started for itself."""

    def __init__(self) -> None:
        self._process: WarmProcess | None = None
        self._starter = 0
        self._failures = 0
        self._lock = Lock()

    def find(self, nb: Notebook) -> WarmProcess:
        with self._lock:
            return self._find(nb)

    def _find(self, nb: Notebook) -> WarmProcess:
        if self._starter != os.getpid():  # a fork has to start its own
            self._process, self._starter = None, os.getpid()
        if self._failures >= _ENOUGH:
            raise NoWarmProcess("the warm process did not answer")
        if self._process and (not self._process.is_alive or self._process.address in _forsaken):
            self.close()
        if self._process is None:
            data = os.environ.get(DATA)
            self._process = WarmProcess.start(
                imports_of([nb]), Path(data) if data else None, list_cells([nb])
            )
            atexit.register(self.close)
        return self._process

    def fail(self, address: Path) -> str:
        if self._process is None or self._process.address != address:
            return ""
        self._failures += 1
        return self._process.explain()

    def close(self) -> None:
        atexit.unregister(self.close)
        if self._process is not None:
            self._process.close()
            self._process = None


_own = _Own()
_forsaken: set[Path] = set()


def _launch(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    reading, writing = os.pipe()
    try:
        with socket.socket(socket.AF_UNIX) as listener, (folder / "log").open("wb") as log:
            listener.bind(str(folder / _SOCKET))
            listener.listen(128)
            inherited = listener.fileno(), reading
            process = subprocess.Popen(
                [sys.executable, "-m", SERVER, *map(str, inherited)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=folder,
                env=_make_environment(folder),
                pass_fds=inherited,
                start_new_session=True,  # Ctrl-C at a terminal is for its starter
            )
        return process, writing
    except BaseException:
        os.close(writing)
        raise
    finally:
        os.close(reading)


def _await_end(pid: int, seconds: float) -> None:
    """Wait so long at most for a process to end, where the system can say so."""
    with suppress(OSError):
        alive = os.pidfd_open(pid)
        try:
            select.select([alive], [], [], seconds)
        finally:
            os.close(alive)


def _make_environment(folder: Path) -> dict[str, str]:
    given = list_environment()
    # How this user's matplotlib draws elsewhere is no matter, as under a kernel, unless it is set.
    backend = given.get("MPLBACKEND") or f"module://{BACKEND}"
    own = {"IPYTHONDIR": str(folder / "ipython"), "MPLBACKEND": backend}
    return {**given, **ENVIRONMENT, **settle_folders(folder), **own}
