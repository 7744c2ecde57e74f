"""What cells print, as the engine reads it: text, cut where the fork has put a mark."""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterator


class Pipe:
    """Text that was printed, cut where there was a mark.

    Parameters
    ----------
    name
        Of the stream.
    number
        The file descriptor that it is read from.
    mark
        What is in the pipe at a place that a message tells of.
    """

    def __init__(self, name: str, number: int, mark: bytes) -> None:
        self.name, self.number, self._mark = name, number, mark
        self.is_over = False
        self._texts: deque[list[bytes]] = deque([[]])
        self._tail = b""
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def put(self, piece: bytes, *, is_all: bool = False) -> None:
        """Take what was read; `is_all` if the pipe was empty then: a mark, written in one go, is whole."""
        first, *others = (self._tail + piece).split(self._mark)
        for last in others:
            self._texts[-1].append(first)
            self._texts.append([])
            first = last
        # A mark may have come in part.
        keep = 0 if self.is_over or is_all else min(len(first), len(self._mark) - 1)
        self._texts[-1].append(first[: len(first) - keep])
        self._tail = first[len(first) - keep :]

    @property
    def is_marked(self) -> bool:
        """Return whether all is there that was printed before the next message."""
        return len(self._texts) > 1

    def take_marked(self) -> Iterator[tuple[str, str]]:
        """Yield what was printed before the next message, if anything."""
        yield from self._text(self._texts.popleft())

    def take(self) -> Iterator[tuple[str, str]]:
        """Yield what was printed so far, if anything."""
        pieces = self._texts[0]
        if not self.is_marked:
            pieces = [*pieces, self._hold_back()]
        self._texts[0] = []
        yield from self._text(pieces)

    def _hold_back(self) -> bytes:
        """Return the tail, but for what may be the beginning of a mark; keep that."""
        for size in range(len(self._tail), 0, -1):
            if self._mark.startswith(self._tail[-size:]):
                text, self._tail = self._tail[:-size], self._tail[-size:]
                return text
        text, self._tail = self._tail, b""
        return text

    def _text(self, pieces: list[bytes]) -> Iterator[tuple[str, str]]:
        text = self._decode(b"".join(pieces))
        if text:
            yield self.name, text
