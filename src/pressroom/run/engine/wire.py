"""The wire between the engine and a fork: lists of byte strings over a Unix socket, and the fork's end of it.

Cells can reach the socket of their fork, so that nothing that comes from there is unpickled.

A message waits until the pipes are empty, so that the engine has read all that was printed before it, by
whomever: by Python, by C code, by child processes. No mark between them is needed, and no thread, which other
code could starve.
"""

from __future__ import annotations

import fcntl
import json
import os
import select
import socket
import struct
import sys
import termios
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from contextvars import ContextVar
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ipykernel.iostream import OutStream

_HEAD = struct.Struct("!QI")

_PAUSE = 0.0002
"""Seconds between two looks whether the pipes are empty."""


class TooLongError(Exception):
    """A list is longer than it may be."""


class Wire:
    """One end of a connection.

    Parameters
    ----------
    limit
        How many bytes may be received in all; more is a TooLongError.
    """

    def __init__(self, connection: socket.socket, limit: int | None = None) -> None:
        self.connection, self._left = connection, limit
        self._come = bytearray()

    def fileno(self) -> int:
        """Return the file descriptor to watch."""
        return self.connection.fileno()

    def send(self, parts: Sequence[bytes]) -> None:
        """Send a list."""
        lengths = struct.pack(f"!{len(parts)}Q", *map(len, parts))
        body = b"".join([lengths, *parts])
        self.connection.sendall(_HEAD.pack(len(body), len(parts)) + body)

    def receive(self) -> list[bytes] | None:
        """Wait for a list and return it; None if the other end is gone.

        After a TimeoutError of the connection it can be waited for again.
        """
        if not self._fill(_HEAD.size):
            return None
        size, count = _HEAD.unpack_from(self._come)
        if self._left is not None and size > self._left:
            raise TooLongError
        if not self._fill(_HEAD.size + size):
            return None
        self.count(size)
        body, self._come = bytes(self._come[_HEAD.size :]), bytearray()
        return _split(body, count)

    def send_value(self, value: Any) -> None:
        """Send a value as JSON."""
        self.send([json.dumps(value).encode()])

    def receive_value(self) -> Any:
        """Wait for a value and return it; None if the other end is gone."""
        parts = self.receive()
        return json.loads(parts[0]) if parts else None

    def count(self, size: int) -> None:
        """Count what was received; a TooLongError if it is more than may be."""
        if self._left is not None:
            self._left -= size
            if self._left < 0:
                raise TooLongError

    def close(self) -> None:
        """Close this end."""
        self.connection.close()

    def _fill(self, size: int) -> bool:
        """Wait until so much has come; return whether it has."""
        with suppress(ConnectionError):
            while len(self._come) < size:
                piece = self.connection.recv(min(size - len(self._come), 1 << 20))
                if not piece:
                    return False
                self._come += piece
            return True
        return False


def connect(address: Path, timeout: float, pipes: Sequence[int] = (), limit: int | None = None) -> Wire:
    """Return a connection to a new fork of the process at `address`.

    Parameters
    ----------
    timeout
        Seconds that each step of what follows may take.
    pipes
        File descriptors for the fork's standard output and error, if it is to run cells.

    Raises
    ------
    ConnectionError, FileNotFoundError
        If nobody is there.
    """
    connection = socket.socket(socket.AF_UNIX)
    try:
        connection.settimeout(timeout)
        connection.connect(str(address))
        with suppress(ConnectionError):  # it may have refused already
            socket.send_fds(connection, [b"\0"], pipes)
    except BaseException:
        connection.close()
        raise
    return Wire(connection, limit)


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


def _split(body: bytes, count: int) -> list[bytes]:
    parts = []
    begin = 8 * count
    for length in struct.unpack_from(f"!{count}Q", body):
        parts.append(body[begin : begin + length])
        begin += length
    return parts


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
