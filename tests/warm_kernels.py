"""Warm processes, from which a build forks its kernels, as forks of one that has imported what they need.

Such a one is what it is when a build starts it anew, in a tenth of the time. `tests/run` starts them as a
user does, and so does a build whose environment has Python read something else as it starts.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pressroom.run.engine import process
from pressroom.run.engine.environment import ENVIRONMENT, SERVER

_READ_AT_START = ("PYTHON", "LD_", "OPENBLAS_", "OMP_", "MKL_")
_OF_NO_MATTER = "PYTHONDONTWRITEBYTECODE"
_launch = process._launch


class Forked:
    """What a `subprocess.Popen` is to who started a warm process."""

    def __init__(self, pid: int) -> None:
        self.pid, self._handle = pid, os.pidfd_open(pid)

    def __del__(self) -> None:
        os.close(self._handle)

    def poll(self) -> int | None:
        return 0 if select.select([self._handle], [], [], 0)[0] else None

    def wait(self, timeout: float | None = None) -> int:
        if not select.select([self._handle], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(SERVER, timeout or 0)
        return 0

    def terminate(self) -> None:
        signal.pidfd_send_signal(self._handle, signal.SIGTERM) if self.poll() is None else None

    def kill(self) -> None:
        signal.pidfd_send_signal(self._handle, signal.SIGKILL) if self.poll() is None else None


def use_warm_kernels(address: str | None = None) -> None:
    """Have this process, and its forks, take warm processes from the one at an address, or its own."""
    process._launch = lambda folder: _fork(address or find_warm_kernels(), folder)


def use_cold_kernels() -> None:
    """Have this process start warm processes as a user's does."""
    process._launch = _launch


@cache
def find_warm_kernels() -> str:
    """Return the address of what warm processes are forked from, one for each of xdist's workers."""
    address = f"pressroom-tests-{os.getpid()}"
    given = {name: text for name, text in os.environ.items() if name not in _list_read(os.environ)}
    command = [sys.executable, __file__, address]
    own = {"MPLBACKEND": f"module://{process.BACKEND}"}  # read as matplotlib is imported
    pipe = subprocess.PIPE
    started = subprocess.Popen(command, stdin=pipe, stdout=pipe, env=given | ENVIRONMENT | own, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    _kept.append(started)
    return address


_kept: list[subprocess.Popen[str]] = []
"""Their standard input is what ends them: it closes with this process."""


def _is_alike(environment: Mapping[str, str]) -> bool:
    return _list_read(environment) == _list_read(ENVIRONMENT)


def _list_read(environment: Mapping[str, str]) -> dict[str, str]:
    names = {name for name in environment if name.startswith(_READ_AT_START)} - {_OF_NO_MATTER}
    return {name: environment[name] for name in names}


def _fork(address: str, folder: Path) -> tuple[Any, int]:
    environment = process._make_environment(folder)
    if not _is_alike(environment):
        return _launch(folder)
    reading, writing = os.pipe()
    try:
        with (
            socket.socket(socket.AF_UNIX) as listener,
            (folder / "log").open("wb") as log,
            socket.socket(socket.AF_UNIX) as line,
        ):
            listener.bind(str(folder / process._SOCKET))
            listener.listen(128)
            line.connect(f"\0{address}")
            told = json.dumps({"folder": str(folder), "environment": environment}).encode()
            socket.send_fds(line, [len(told).to_bytes(8)], [listener.fileno(), reading, log.fileno()])
            line.sendall(told)
            return Forked(int.from_bytes(line.recv(8))), writing
    finally:
        os.close(reading)


def _serve(address: str) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{address}")
        listener.listen(128)
        listener.setblocking(False)
        _import_what_they_need()
        bell, ring = os.pipe()
        os.set_blocking(ring, False)
        signal.set_wakeup_fd(ring)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("ready", flush=True)
        while 0 not in (ready := select.select([0, listener, bell], [], [])[0]):
            if bell in ready:
                os.read(bell, 1 << 16)
                _bury()
            if listener in ready:
                _take(listener, (bell, ring))


def _bury() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue
    except ChildProcessError:
        return


def _take(listener: socket.socket, own: tuple[int, ...]) -> None:
    line, _ = listener.accept()
    with line:
        size, files, _, _ = socket.recv_fds(line, 8, 3)
        told = b""
        while len(told) < int.from_bytes(size):
            told += line.recv(1 << 16)
        if (pid := os.fork()) == 0:
            try:
                listener.close()
                line.close()
                _become(json.loads(told), files, own)
            finally:
                os._exit(1)
        line.sendall(pid.to_bytes(8))
    for file in files:
        os.close(file)


def _become(told: Mapping[str, Any], files: list[int], own: tuple[int, ...]) -> None:
    """Be the warm process that starts in a folder, with its own log."""
    from pressroom.run.engine import parent

    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    for file in own:
        os.close(file)
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for file, number in ((nothing, 0), (nothing, 1), (files[2], 2)):
        os.dup2(file, number)
    os.close(nothing)
    os.close(files[2])
    os.chdir(told["folder"])
    os.environ.clear()
    os.environ.update(told["environment"])
    time.tzset()
    sys.argv = [SERVER, *map(str, files[:2])]
    parent.main()


def _import_what_they_need() -> None:
    import aichr_briefings
    import pressroom.data.opened_files
    import pressroom.run.engine.fork
    import pressroom.run.engine.parent  # noqa: F401
    from pressroom.run.engine.fork import import_later

    import_later()
    aichr_briefings.warm_up()


if __name__ == "__main__":
    _serve(sys.argv[1])
