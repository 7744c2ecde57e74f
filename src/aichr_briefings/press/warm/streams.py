"""The fork's end of the line to the engine: Jupyter's messages on a socket, what is printed in two pipes.

If a pipe is not empty when a message is sent, a mark goes into both, so that the engine can tell what was
printed before it, by whomever: by Python, by C code, by child processes. No thread is needed for that, which
other code could starve.
"""

from __future__ import annotations

import fcntl
import os
import select
import socket
import sys
import termios
import threading
from collections import defaultdict
from collections.abc import Sequence
from contextvars import ContextVar
from io import StringIO
from types import SimpleNamespace
from typing import Any

from ipykernel.iostream import OutStream

from aichr_briefings.press.warm.wire import MARKED, PLAIN, pack


class Line:
    """What the kernel takes for its sockets. Until it is connected it swallows what it is told."""

    def __init__(self) -> None:
        self.asked: str | None = None
        """The id of the request that is being answered."""
        self._connection: socket.socket | None = None
        self._pipes: Sequence[int] = ()
        self._mark, self._held = b"", b""
        self._lock = threading.Lock()

    def connect(self, connection: socket.socket, pipes: Sequence[int], mark: bytes) -> None:
        """Send over `connection` from now on, and put `mark` into the pipes when it is needed."""
        self._connection, self._pipes, self._mark = connection, pipes, mark

    def send_multipart(self, parts: Sequence[bytes], *args: Any, hold: bool = False, **kwargs: Any) -> None:
        """Send a message, as Jupyter's session asks for it; if told to hold it, with the next one."""
        if self._connection is None:
            return
        with self._lock:
            is_marked = any(map(_is_filled, self._pipes))
            if is_marked:
                for pipe in self._pipes:
                    write_all(pipe, self._mark)
            self._held += pack([MARKED if is_marked else PLAIN, *parts])
            if not hold:
                self._connection.sendall(self._held)
                self._held = b""


class Holding:
    """The line, for messages that another one follows without delay."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def send_multipart(self, parts: Sequence[bytes], *args: Any, **kwargs: Any) -> None:
        """Send a message with the next one."""
        self._line.send_multipart(parts, hold=True)


class Stream(OutStream):
    """Standard output or error of cells: ipykernel's, but that text goes into a pipe, and at once.

    So none is lost in a crash. A program that a cell starts with this as its output writes past the notebook,
    as under a kernel.
    """

    def __init__(self, name: str, line: Line) -> None:
        # In place of OutStream's own, which needs a thread and ZeroMQ's sockets.
        self.name, self._line = name, line
        self._pipe = -1
        self.pub_thread: Any = SimpleNamespace(thread=None, schedule=lambda act: act())
        self._parent_header = ContextVar("parent_header")
        self._parent_header.set({})
        self._parent_header_global = {}
        self._master_pid = os.getpid()
        self._subprocess_flush_pending = False
        self._buffer_lock = threading.RLock()
        self._buffers = defaultdict(StringIO)
        self._local = threading.local()
        self._isatty, self._should_watch, self.echo = False, False, None

    def connect(self, pipe: int, original: int | None = None) -> None:
        """Write into `pipe` from now on, or nowhere; others are told the file descriptor `original`."""
        self._pipe = pipe
        if original is not None:
            self._original_stdstream_copy = original
        self._master_pid = os.getpid()

    def _schedule_flush(self) -> None:
        self._flush()

    def _flush(self) -> None:
        self._subprocess_flush_pending = False
        for parent, text in self._flush_buffers():  # type: ignore[no-untyped-call]
            # A task that an earlier cell left behind speaks for that cell, to which nobody listens any more.
            if self._pipe >= 0 and parent.get("msg_id") == self._line.asked:
                write_all(self._pipe, encode(text))


def write_all(pipe: int, data: bytes) -> None:
    """Write all of it, also into a pipe that some program made non-blocking."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(pipe, rest) :]
        except BlockingIOError:
            select.select([], [pipe], [])


def _is_filled(pipe: int) -> bool:
    return bool(int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder))


def encode(text: str) -> bytes:
    """Return text as UTF-8; undecodable bytes of file names as they were, other half characters escaped."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
