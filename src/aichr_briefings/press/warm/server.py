"""The warm process: it has imported all that notebooks import, and forks a process for each engine.

It has one thread, or forking would not be safe, and does nothing but watch: its forks, the engines that they
serve, and whoever started it. What a fork leaves behind is killed when it ends; all when this process ends.
"""

from __future__ import annotations

import argparse
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
from typing import NoReturn

from aichr_briefings.press.warm.environment import CELLS, SERVER
from aichr_briefings.press.warm.wire import REFUSED, pack_told

_REAP_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER
_SIGNALS = (signal.SIGTERM, signal.SIGCHLD)
_GONE = select.POLLHUP | select.POLLERR | select.POLLRDHUP


class Server:
    """Watches forks.

    Parameters
    ----------
    listener
        Where engines connect.
    starter
        The process without which this one ends.
    folder
        What to remove at the end.
    """

    def __init__(self, listener: socket.socket, starter: int, folder: Path) -> None:
        self._listener, self._starter, self._folder = listener, starter, folder
        self._pid = os.getpid()
        self._forks: dict[int, socket.socket] = {}
        self._ended: set[int] = set()
        self._poll = select.poll()
        self._bell, self._ring = socket.socketpair()
        self._alive = _watch_process(starter)
        for source in (self._listener, self._bell):
            source.setblocking(False)
            self._poll.register(source, select.POLLIN)
        if self._alive is not None:
            self._poll.register(self._alive, select.POLLIN)

    def run(self) -> socket.socket | None:
        """Watch until the starter ends, or a SIGTERM; return the connection to its engine in each fork.

        That a fork returns from here, and does not go on deeper in the stack, leaves its cells as much of the
        stack as they have in a kernel.
        """
        self._ring.setblocking(False)
        signal.set_wakeup_fd(self._ring.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit())
        try:
            while os.getppid() == self._starter:
                # Without a file descriptor that tells of the starter's end, it is looked after.
                connection = self._step(None if self._alive is not None else 1000)
                if connection is not None:
                    return connection
        finally:
            if os.getpid() == self._pid:
                self._end()
        return None

    def _step(self, timeout: int | None) -> socket.socket | None:
        ready = {number for number, _ in self._poll.poll(timeout)}
        if self._bell.fileno() in ready:
            with suppress(BlockingIOError):
                self._bell.recv(1 << 16)
            self._reap()
        for pid, connection in list(self._forks.items()):
            if connection.fileno() in ready:
                _kill_group(pid)
                self._poll.unregister(connection)
        return self._accept() if self._listener.fileno() in ready else None

    def _accept(self) -> socket.socket | None:
        """Fork for an engine; return its connection in the fork."""
        try:
            connection, _ = self._listener.accept()
        except (BlockingIOError, ConnectionError):
            return None
        threads = len(list(Path("/proc/self/task").iterdir()))
        if threads > 1:
            _refuse(connection, f"the warm process has {threads} threads, so that forking it is not safe")
            return None
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            pid = os.fork()
        except OSError as error:  # too many processes, too little memory
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            _refuse(connection, f"the warm process cannot fork: {error}")
            return None
        if pid == 0:
            self._close()
            return connection
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        self._ended.discard(pid)
        self._forks[pid] = connection
        self._poll.register(connection, _GONE)
        return None

    def _close(self) -> None:
        """In a fork: leave alone what is the warm process's."""
        signal.set_wakeup_fd(-1)
        for source in (self._listener, self._bell, self._ring, *self._forks.values()):
            source.close()
        if self._alive is not None:
            os.close(self._alive)

    def _reap(self) -> None:
        """Bury the dead: tell their engines, and kill what they left behind."""
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
        shutil.rmtree(self._folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Get warm, and serve; in forks, run a notebook."""
    given = _parse(arguments)
    server = Server(socket.socket(fileno=given.listener), given.starter, given.folder)
    environment = dict(os.environ)
    from aichr_briefings.press.warm.fork import run_fork
    from aichr_briefings.press.warm.known_cells import know_cells
    from aichr_briefings.press.warm.preload import TalkativeError, gather_names, preload
    from aichr_briefings.press.warm.shell import make_kernel

    gc.disable()
    app = make_kernel()
    try:
        preloaded = preload(given.modules, given.dataset, app.streams, environment)
    except TalkativeError as error:
        _start_again(given, error.names, environment)
    know_cells(app.shell, json.loads((given.folder / CELLS).read_text("ascii")))
    gather_names()
    gc.freeze()  # without a last look through it all, which takes long: what is garbage by now stays
    parent = os.getpid()
    with suppress(SystemExit):
        connection = server.run()
        if connection is not None:
            run_fork(connection, app, preloaded, parent)
    os._exit(0)  # to take down what was imported takes long, and serves nobody


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run notebooks in forks of one process.")
    parser.add_argument("--listener", type=int, required=True, help="file descriptor of the socket")
    parser.add_argument("--starter", type=int, required=True, help="process without which this one ends")
    parser.add_argument("--folder", type=Path, required=True, help="folder to remove at the end")
    parser.add_argument("--dataset", type=Path, help="folder of a dataset to open")
    parser.add_argument("--talkative", action="append", default=[], help="module that once said something")
    parser.add_argument("modules", nargs="*", help="what to import")
    given = parser.parse_args(arguments)
    os.set_inheritable(given.listener, False)
    ctypes.CDLL(None).prctl(_REAP_ORPHANS, 1)
    return given


def _start_again(given: argparse.Namespace, talkative: list[str], environment: dict[str, str]) -> NoReturn:
    """Become this process once more, without modules that said something at their import a second time.

    The first time it may have been something that is said but once, as when matplotlib lists the fonts.
    """
    again = {*talkative} & {*given.talkative}
    options = [f"--listener={given.listener}", f"--starter={given.starter}", f"--folder={given.folder}"]
    if given.dataset:
        options.append(f"--dataset={given.dataset}")
    options += [f"--talkative={name}" for name in talkative]
    modules = [name for name in given.modules if name not in again]
    os.set_inheritable(given.listener, True)
    os.execve(sys.executable, [sys.executable, "-m", SERVER, *options, "--", *modules], environment)


def _refuse(connection: socket.socket, reason: str) -> None:
    with suppress(OSError):
        connection.sendall(pack_told(REFUSED, reason))
        connection.shutdown(socket.SHUT_WR)
    connection.close()


def _watch_process(pid: int) -> int | None:
    """Return a file descriptor that becomes readable when a process ends; None if there is none to be had."""
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


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
