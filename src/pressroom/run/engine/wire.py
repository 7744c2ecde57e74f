"""What processes of the engine tell each other: lists of byte strings over a Unix socket.

Cells can reach the socket of their fork, so that nothing that comes from there is unpickled.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_HEAD = struct.Struct("!QI")


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


def _split(body: bytes, count: int) -> list[bytes]:
    parts = []
    begin = 8 * count
    for length in struct.unpack_from(f"!{count}Q", body):
        parts.append(body[begin : begin + length])
        begin += length
    return parts
