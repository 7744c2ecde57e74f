"""The fork's end of the wire to the engine: Jupyter's messages on a socket, what is printed in two pipes.

A message waits until the pipes are empty, so that the engine has read all that was printed before it, by
whomever: by Python, by C code, by child processes. No mark between them is needed, and no thread, which other
code could starve.
"""

from __future__ import annotations

import fcntl
import os
import select
import sys
import termios
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextvars import ContextVar
from io import StringIO
from types import SimpleNamespace
from typing import Any

from ipykernel.iostream import OutStream

from pressroom.run.engine.wire import Wire

_PAUSE = 0.0002
"""Seconds between two looks whether the pipes are empty."""


class Outlet:
    """What the kernel takes for its sockets. Until it is connected it swallows its messages."""

    def __init__(self) -> None:
        self.asked: str | None = None
        """The id of the request that is being answered."""
        self._wire: Wire | None = None
        self._pipes: Sequence[int] = ()
        self._lock = threading.Lock()

    def connect(self, wire: Wire, pipes: Sequence[int]) -> None:
        """Send over `wire` from now on, when `pipes` are empty."""
        self._wire, self._pipes = wire, pipes

    def send_multipart(self, parts: Sequence[bytes], *args: Any, **kwargs: Any) -> None:
        """Send a message, as Jupyter's session asks for it."""
        if self._wire is None:
            return
        with self._lock:
            while any(map(_is_filled, self._pipes)):
                time.sleep(_PAUSE)
            self._wire.send(parts)


class Stream(OutStream):
    """Standard output or error of cells: ipykernel's, but that text goes into a pipe, and at once.

    So none is lost in a crash. A program that a cell starts with this as its output writes past the notebook,
    as under a kernel.
    """

    def __init__(self, name: str, outlet: Outlet) -> None:
        # In place of OutStream's own, which needs a thread and ZeroMQ's sockets.
        self.name, self._outlet = name, outlet
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
        """Write into `pipe` from now on, or nowhere; others get the file descriptor `original`."""
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
            if self._pipe >= 0 and parent.get("msg_id") == self._outlet.asked:
                _write_all(self._pipe, _encode(text))


def _is_filled(pipe: int) -> bool:
    return bool(int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, bytes(4)), sys.byteorder))


def _write_all(pipe: int, data: bytes) -> None:
    """Write all of it, also into a pipe that some program made non-blocking."""
    rest = memoryview(data)
    while rest:
        try:
            rest = rest[os.write(pipe, rest) :]
        except BlockingIOError:
            select.select([], [pipe], [])


def _encode(text: str) -> bytes:
    """Return text as UTF-8; undecodable bytes of file names as they were, other half characters escaped."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
