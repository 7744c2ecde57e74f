"""The engine's end of the line to a fork: what it tells, in the order in which it happened there."""

from __future__ import annotations

import json
import math
import os
import secrets
import select
import signal
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from aichr_briefings.press.warm.pipe import Pipe
from aichr_briefings.press.warm.process import NoWarmProcess
from aichr_briefings.press.warm.wire import (
    END,
    MARKED,
    READY,
    REFUSED,
    START,
    Inbox,
    TooLongError,
    pack,
    pack_told,
)

LIMIT = 64 << 20
"""Bytes of output that a briefing may make; more would serve no reader."""

_PAUSE = 0.2
"""Seconds that printed text may wait for more, as in ipykernel."""

_LEFT = 0.5
"""Seconds to wait for the pipes to close when a fork is gone."""

_PIECE = 1 << 16


class OutputLimitError(RuntimeError):
    """A briefing's cells made more output than can be taken."""

    def __init__(self) -> None:
        super().__init__(f"it made more than {LIMIT >> 20} MB of output")


class Child:
    """A fork that runs a notebook's cells.

    Attributes
    ----------
    pid
        Its number, which is that of its session and group, too.
    language_info
        What a kernel tells about its language.
    """

    def __init__(self, address: Path, timeout: float) -> None:
        """Have one forked.

        Raises
        ------
        ConnectionError, FileNotFoundError
            If there is no warm process at this address.
        TimeoutError
            If it does not answer within so many seconds.
        NoWarmProcess
            If there is one, but it cannot serve.
        """
        self._connection = socket.socket(socket.AF_UNIX)
        self._inbox, self._left = Inbox(LIMIT), LIMIT
        self._mark = secrets.token_bytes(16)
        self._pipes: list[Pipe] = []
        self._next: list[bytes] | None = None
        self._timeout = timeout
        self._poll = select.poll()
        try:
            self._connection.settimeout(timeout)
            self._connection.connect(str(address))
            self._open(timeout)
        except BaseException:
            self.close()
            raise

    def ask(self, parts: list[bytes]) -> None:
        """Send a message; that it does not arrive shows when one listens."""
        with suppress(OSError):
            self._connection.settimeout(self._timeout)
            self._connection.sendall(pack(parts))
        self._connection.setblocking(False)

    def listen(self, seconds: float | None) -> Iterator[list[bytes] | tuple[str, str]]:
        """Yield what the fork tells: messages, and names of streams with text printed there.

        It ends when so many seconds are over.

        Raises
        ------
        ConnectionError
            If the fork is gone; all that it told was yielded before.
        OutputLimitError
            If it tells too much.
        """
        spoken = time.monotonic()
        deadline = math.inf if seconds is None else spoken + seconds
        while (now := time.monotonic()) < deadline:
            printed = self._wait(min(deadline, spoken + _PAUSE) - now)
            # A message that has come was sent before what is in the pipes was printed, or it is marked.
            yield from self._take()
            for pipe in printed:
                self._read_text(pipe)
            if printed:
                yield from self._take()
            if time.monotonic() >= spoken + _PAUSE:
                yield from self._take_text()
                spoken = time.monotonic()
            if self._is_over:
                yield from self._take_rest()
                raise ConnectionResetError("the fork is gone")
        yield from self._take_text()

    def end(self, seconds: float) -> None:
        """Let it end in its own time, so long at most: its cells may have asked for something to be done."""
        self.ask([END])
        with suppress(OSError, OutputLimitError):
            for _ in self.listen(seconds):
                continue

    def close(self) -> None:
        """Let go of it: the warm process kills what is left."""
        self._connection.close()
        for pipe in self._pipes:
            os.close(pipe.number)
        self._pipes.clear()

    def kill(self) -> None:
        """Kill it and its group; for when the warm process cannot, being gone itself."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def _open(self, timeout: float) -> None:
        ends = [self._add_pipe(name) for name in ("stdout", "stderr")]
        request = {
            "environment": dict(os.environ),
            "directory": str(Path.cwd()),
            "pid": os.getpid(),
            "mark": self._mark.hex(),
        }
        try:
            with suppress(ConnectionError):  # it may have refused already
                socket.send_fds(self._connection, [b"\0"], ends)
                self._connection.sendall(pack_told(START, request))
        finally:
            for end in ends:
                os.close(end)
        self._register()
        told = self._await_answer(timeout)
        self.pid: int = told["pid"]
        self.language_info: Mapping[str, Any] = told["language_info"]

    def _add_pipe(self, name: str) -> int:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        self._pipes.append(Pipe(name, reading, self._mark))
        return writing

    def _register(self) -> None:
        self._is_over = False
        self._connection.setblocking(False)
        for number in (self._connection.fileno(), *(pipe.number for pipe in self._pipes)):
            self._poll.register(number, select.POLLIN)

    def _await_answer(self, timeout: float) -> Any:
        deadline = time.monotonic() + timeout
        while (answer := self._inbox.take()) is None:
            if time.monotonic() > deadline:
                raise TimeoutError
            if self._is_over:
                raise ConnectionResetError("the warm process is gone")
            self._wait(deadline - time.monotonic())
        kind, told = answer[0], json.loads(answer[1])
        if kind == REFUSED:
            raise NoWarmProcess(told)
        assert kind == READY
        return told

    def _wait(self, seconds: float) -> list[Pipe]:
        """Wait so long for something to come, and read the messages; return the pipes that have text."""
        ready = {number for number, _ in self._poll.poll(max(0.0, seconds) * 1000)}
        while not self._is_over and self._read_messages():
            continue
        return [pipe for pipe in self._pipes if pipe.number in ready]

    def _read_messages(self) -> bool:
        """Read from the socket; return whether there may be more."""
        try:
            piece = self._connection.recv(1 << 20)
        except BlockingIOError:
            return False
        except ConnectionError:
            piece = b""
        if not piece:
            self._is_over = True
            self._poll.unregister(self._connection)
        self._count(len(piece))
        self._inbox.put(piece)
        return bool(piece)

    def _read_text(self, pipe: Pipe) -> None:
        try:
            piece = os.read(pipe.number, _PIECE)
        except BlockingIOError:
            return
        if not piece:
            self._poll.unregister(pipe.number)
            pipe.is_over = True
        self._count(len(piece))
        pipe.put(piece, is_all=len(piece) < _PIECE)

    def _count(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise OutputLimitError

    def _take(self) -> Iterator[list[bytes] | tuple[str, str]]:
        """Yield messages, each after the text that was printed before it."""
        while (message := self._next or self._take_message()) is not None:
            is_marked = message[0] == MARKED
            if is_marked and not all(pipe.is_marked for pipe in self._pipes):
                self._next = message
                return
            self._next = None
            for pipe in self._pipes:
                yield from pipe.take_marked() if is_marked else pipe.take()
            yield message[1:]

    def _take_message(self) -> list[bytes] | None:
        try:
            return self._inbox.take()
        except TooLongError:
            raise OutputLimitError from None

    def _take_text(self) -> Iterator[tuple[str, str]]:
        for pipe in self._pipes:
            yield from pipe.take()

    def _take_rest(self) -> Iterator[list[bytes] | tuple[str, str]]:
        deadline = time.monotonic() + _LEFT
        while not all(pipe.is_over for pipe in self._pipes) and time.monotonic() < deadline:
            for pipe in self._wait(deadline - time.monotonic()):
                self._read_text(pipe)
        yield from self._take()
        yield from self._take_text()
