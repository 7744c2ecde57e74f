"""The warm process: it has imported all that notebooks import, and forks for whoever connects.

It has one thread, or forking would not be safe, never sets a PDF, and does nothing but watch: its forks,
those that they serve, and whoever started it. What a fork leaves behind is killed when it ends; all when this
process ends.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pressroom.run.engine.environment import REQUEST, SERVER
from pressroom.run.engine.wire import Wire

_REAP_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
_SIGNALS = (signal.SIGCHLD, signal.SIGTERM)
_GONE = select.POLLHUP | select.POLLERR | select.POLLRDHUP


class Parent:
    """Forks, and watches its forks.

    Parameters
    ----------
    listener
        Where to connect.
    lifeline
        The reading end of a pipe whose other end is the starter's: it closes when that process ends.
    """

    def __init__(self, listener: socket.socket, lifeline: int) -> None:
        self._listener, self._lifeline = listener, lifeline
        self._pid = os.getpid()
        self._forks: dict[int, socket.socket] = {}
        self._ended: set[int] = set()
        self._bell, self._ring = os.pipe()
        self._poll = select.poll()
        listener.setblocking(False)
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ring, False)
        for source in (listener, self._bell, lifeline):
            self._poll.register(source, select.POLLIN)

    def run(self) -> socket.socket | None:
        """Watch until the starter ends, or a SIGTERM; in each fork, return its connection.

        That a fork returns from here, and does not go on deeper in the stack, leaves its cells as much of the
        stack as they have in a kernel.
        """
        signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)
        for number in _SIGNALS:
            signal.signal(number, lambda *_: None)
        while self._lifeline not in (ready := {number for number, _ in self._poll.poll()}):
            if self._bell in ready:
                if signal.SIGTERM in os.read(self._bell, 1 << 16):
                    break
                self._reap()
            for pid, connection in self._forks.items():
                if connection.fileno() in ready:
                    _kill_group(pid)
                    self._poll.unregister(connection)
            if self._listener.fileno() in ready and (mine := self._accept()):
                return mine
        self._end()
        return None

    def _accept(self) -> socket.socket | None:
        """Fork for whoever connects; return the connection in the fork."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return None
        threads = len(list(Path("/proc/self/task").iterdir()))
        if threads > 1:
            _refuse(connection, f"the warm process has {threads} threads, so that forking it is not safe")
            return None
        try:
            pid = os.fork()
        except OSError as error:  # too many processes, too little memory
            _refuse(connection, f"the warm process cannot fork: {error}")
            return None
        if pid == 0:
            self._leave()
            return connection
        self._ended.discard(pid)
        self._forks[pid] = connection
        self._poll.register(connection, _GONE)
        return None

    def _leave(self) -> None:
        """In a fork: leave alone what is the warm process's."""
        signal.set_wakeup_fd(-1)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        for source in (self._listener, *self._forks.values()):
            source.close()
        for end in (self._bell, self._ring, self._lifeline):
            os.close(end)

    def _reap(self) -> None:
        """Bury the dead: tell those that they served, and kill what they left behind."""
        with suppress(ChildProcessError):
            while dead := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                if dead.si_pid in self._forks:
                    self._bury(dead.si_pid)
                os.waitpid(dead.si_pid, 0)  # until now nobody else could get its number
        for orphan in _list_children():
            if orphan not in self._forks and self._is_left(orphan):
                _kill(orphan)
        if not self._forks:
            self._ended.clear()

    def _bury(self, pid: int) -> None:
        connection = self._forks.pop(pid)
        _kill_group(pid)
        self._ended.add(pid)
        with suppress(KeyError):
            self._poll.unregister(connection)
        # Copies of it in processes that are left do not matter then.
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _is_left(self, orphan: int) -> bool:
        """Return whether an orphan's briefing is over; of one in its own session, once none is running."""
        try:
            return not self._forks or os.getsid(orphan) in self._ended
        except ProcessLookupError:
            return False

    def _end(self) -> None:
        for pid in self._forks:
            _kill_group(pid)
        deadline = time.monotonic() + 2
        while (left := _list_children()) and time.monotonic() < deadline:
            for pid in left:
                _kill(pid)
            time.sleep(0.005)
            with suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    continue
        shutil.rmtree(Path.cwd(), ignore_errors=True)


def main() -> None:
    """Get warm, and watch; in a fork, do what it was forked for."""
    inherited = [int(number) for number in sys.argv[1:]]
    _pass_on(inherited, False)
    ctypes.CDLL(None).prctl(_REAP_ORPHANS, 1)
    environment, request = dict(os.environ), Path.cwd() / REQUEST
    from pressroom.run.engine.fork import make_kernel, run_fork
    from pressroom.run.engine.preload import TalkativeError, gather_names, preload

    given = json.loads(request.read_text("ascii"))
    gc.disable()
    app = make_kernel()
    try:
        preloaded = preload(given["modules"], given["dataset"], given["cells"], app, environment)
    except TalkativeError as error:
        request.write_text(json.dumps(_leave_out(given, error.names)), "ascii")
        _pass_on(inherited, True)
        os.execve(sys.executable, [sys.executable, "-m", SERVER, *sys.argv[1:]], environment)
    gather_names()
    gc.freeze()  # without a last look through it all, which takes long: what is garbage by now stays
    parent = os.getpid()
    connection = Parent(socket.socket(fileno=inherited[0]), inherited[1]).run()
    if connection is not None:
        run_fork(connection, app, preloaded, parent)
    os._exit(0)  # to take down what was imported takes long, and serves nobody


def _pass_on(numbers: Sequence[int], is_inheritable: bool) -> None:
    for number in numbers:
        os.set_inheritable(number, is_inheritable)


def _leave_out(given: dict[str, Any], talkative: Sequence[str]) -> dict[str, Any]:
    """Return what to import at the next start: not the modules that said something a second time.

    The first time it may have been something that is said but once, as when matplotlib lists the fonts.
    """
    again = {*talkative} & {*given["talkative"]}
    modules = [name for name in given["modules"] if name not in again]
    return {**given, "modules": modules, "talkative": [*given["talkative"], *talkative]}


def _refuse(connection: socket.socket, reason: str) -> None:
    with connection, suppress(OSError):
        Wire(connection).send_value({"refused": reason})
        connection.shutdown(socket.SHUT_WR)


def _list_children() -> list[int]:
    try:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    except FileNotFoundError:  # a system that keeps no such list
        return []
    return [int(pid) for pid in children.split()]


def _kill_group(pid: int) -> None:
    """Kill a fork, and those of its group; also one that does not yet lead it."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    _kill(pid)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
