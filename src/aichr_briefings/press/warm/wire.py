"""What goes over the socket between engine and fork: lists of byte strings, their lengths before them."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from typing import Any

START, READY, REFUSED, END = b"start", b"ready", b"refused", b"end"
CALL, ANSWER = b"call", b"answer"
"""The first string of a list that is no message of Jupyter's: what it is."""

MARKED, PLAIN = b"marked", b"plain"
"""The first string of a list that is a message from a fork: whether it has a mark in the pipes."""

_HEAD = struct.Struct("!QI")


class TooLongError(Exception):
    """What comes is longer than it may be."""


def pack(parts: Sequence[bytes]) -> bytes:
    """Return a list of byte strings as it is sent."""
    lengths = struct.pack(f"!{len(parts)}Q", *map(len, parts))
    body = b"".join([lengths, *parts])
    return _HEAD.pack(len(body), len(parts)) + body


def pack_told(kind: bytes, told: Any) -> bytes:
    """Return a list of a kind and one value, as JSON, as it is sent."""
    return pack([kind, json.dumps(told).encode()])


def receive(connection: socket.socket) -> list[bytes] | None:
    """Wait for a list and return it; None if the other end is gone."""
    head = _receive(connection, _HEAD.size)
    if head is None:
        return None
    size, count = _HEAD.unpack(head)
    body = _receive(connection, size)
    return None if body is None else _split(body, count)


class Inbox:
    """Puts together what arrives in pieces.

    Parameters
    ----------
    limit
        How many bytes a list may have.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces = bytearray()

    def put(self, piece: bytes) -> None:
        """Take what has arrived."""
        self._pieces += piece

    def take(self) -> list[bytes] | None:
        """Return the next list; None if it is not all there.

        Raises
        ------
        TooLongError
            If it is longer than it may be.
        """
        if len(self._pieces) < _HEAD.size:
            return None
        size, count = _HEAD.unpack_from(self._pieces)
        if size > self._limit:
            raise TooLongError
        end = _HEAD.size + size
        if len(self._pieces) < end:
            return None
        body = bytes(self._pieces[_HEAD.size : end])
        del self._pieces[:end]
        return _split(body, count)


def _receive(connection: socket.socket, size: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < size:
        piece = connection.recv(min(size - len(pieces), 1 << 20))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)


def _split(body: bytes, count: int) -> list[bytes]:
    parts = []
    begin = 8 * count
    for length in struct.unpack_from(f"!{count}Q", body):
        parts.append(body[begin : begin + length])
        begin += length
    return parts
