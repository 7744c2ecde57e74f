"""The engine's end of the wire to a fork: what it tells, in the order in which it happened there.

Messages come over a socket, printed text through two pipes. A fork sends a message only when its pipes are
empty, so that all that was printed before it has been read here.
"""

from __future__ import annotations

import codecs
import math
import os
import select
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pressroom.run.engine.process import NoWarmProcess
from pressroom.run.engine.wire import TooLongError, connect

LIMIT = 64 << 20
"""Bytes of output that a briefing may make; more would serve no reader."""

_PAUSE = 0.2
"""Seconds that printed text may wait for more, as in ipykernel."""

_LEFT = 0.5
"""Seconds to wait for the pipes to close when a fork is gone."""

_SOME = 0.01
"""Seconds that a message which has begun may take at least."""

Output = list[bytes] | tuple[str, str]
"""A message, or the name of a stream with text that was printed there."""


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
        self._timeout = timeout
        self._pipes = {name: os.pipe() for name in ("stdout", "stderr")}
        self._streams = {reading: _Stream(name) for name, (reading, _) in self._pipes.items()}
        try:
            self._wire = connect(address, timeout, [writing for _, writing in self._pipes.values()], LIMIT)
        except BaseException:
            self._close_pipes()
            raise
        finally:
            for _, writing in self._pipes.values():
                os.close(writing)
        try:
            self._begin()
        except BaseException:
            self.close()
            raise

    def ask(self, parts: list[bytes]) -> None:
        """Send a message; that it does not arrive shows when one listens."""
        with suppress(OSError):
            self._wire.connection.settimeout(self._timeout)
            self._wire.send(parts)

    def listen(self, seconds: float | None) -> Iterator[Output]:
        """Yield what the fork tells, until so many seconds are over.

        Raises
        ------
        ConnectionError
            If the fork is gone; all that it sent was yielded before.
        OutputLimitError
            If it tells too much.
        """
        try:
            yield from self._listen(math.inf if seconds is None else time.monotonic() + seconds)
        except TooLongError:
            raise OutputLimitError from None

    def interrupt(self) -> None:
        """Interrupt the cell that runs, as Ctrl-C does."""
        self._signal(signal.SIGINT)

    def kill(self) -> None:
        """Kill it and its group; for when the warm process cannot, being gone itself."""
        self._signal(signal.SIGKILL)

    def end(self, seconds: float) -> None:
        """Let it end in its own time, so long at most: its cells may have asked for something to be done."""
        self.ask([])
        with suppress(OSError, OutputLimitError):
            for _ in self.listen(seconds):
                continue

    def close(self) -> None:
        """Let go of it: the warm process kills what is left."""
        self._wire.close()
        self._close_pipes()

    def _begin(self) -> None:
        with suppress(ConnectionError):
            request = {"environment": dict(os.environ), "directory": str(Path.cwd()), "pid": os.getpid()}
            self._wire.send_value(request)
        answer = self._wire.receive_value()
        if answer is None:
            raise ConnectionResetError("the warm process is gone")
        if "refused" in answer:
            raise NoWarmProcess(answer["refused"])
        self.pid: int = answer["pid"]
        self.language_info: Mapping[str, Any] = answer["language_info"]
        self._poll = select.poll()
        for source in (self._wire.fileno(), *self._streams):
            self._poll.register(source, select.POLLIN)

    def _listen(self, deadline: float) -> Iterator[Output]:
        shown = time.monotonic()
        while (now := time.monotonic()) < deadline:
            ready = self._wait(min(deadline, shown + _PAUSE) - now)
            # Messages first: what is in the pipes was printed after those that have come.
            if self._wire.fileno() in ready:
                try:
                    message = self._receive(deadline)
                except TimeoutError:
                    continue
                yield from self._take_text()
                if message is None:
                    yield from self._take_rest()
                    raise ConnectionResetError("the fork is gone")
                yield message
                shown = time.monotonic()
                continue
            self._read_text(ready)
            if time.monotonic() >= shown + _PAUSE:
                yield from self._take_text()
                shown = time.monotonic()
        yield from self._take_text()

    def _wait(self, seconds: float) -> set[int]:
        return {number for number, _ in self._poll.poll(max(0.0, seconds) * 1000)}

    def _receive(self, deadline: float) -> list[bytes] | None:
        left = max(_SOME, deadline - time.monotonic())
        self._wire.connection.settimeout(None if math.isinf(left) else left)
        return self._wire.receive()

    def _read_text(self, ready: set[int]) -> None:
        for number in ready & self._streams.keys():
            piece = os.read(number, 1 << 16)
            self._wire.count(len(piece))
            self._streams[number].pieces.append(piece)
            if not piece:
                self._poll.unregister(number)
                self._streams[number].is_over = True

    def _take_text(self) -> Iterator[Output]:
        for stream in self._streams.values():
            if text := stream.take():
                yield stream.name, text

    def _take_rest(self) -> Iterator[Output]:
        self._poll.unregister(self._wire.fileno())
        deadline = time.monotonic() + _LEFT
        while not all(s.is_over for s in self._streams.values()) and time.monotonic() < deadline:
            self._read_text(self._wait(deadline - time.monotonic()))
        yield from self._take_text()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def _close_pipes(self) -> None:
        for number in self._streams:
            os.close(number)
        self._streams.clear()


class _Stream:
    """What was printed to one stream, and not yet taken."""

    def __init__(self, name: str) -> None:
        self.name, self.is_over = name, False
        self.pieces: list[bytes] = []
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode

    def take(self) -> str:
        text = self._decode(b"".join(self.pieces), final=False)
        self.pieces.clear()
        return text
