"""What one process of the engine tells another arrives whole, however it is cut."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.run.engine.wire import TooLongError, Wire


@pytest.fixture
def ends() -> Iterator[tuple[Wire, Wire]]:
    """Return both ends of a wire, on which the second takes so many bytes at most."""
    one, other = socket.socketpair()
    with one, other:
        yield Wire(one), Wire(other, 1 << 20)


@given(st.lists(st.lists(st.binary(max_size=50))))
def test_lists_arrive_as_they_were_sent(sent: list[list[bytes]]) -> None:
    one, other = socket.socketpair()
    with one, other:
        for parts in sent:
            Wire(one).send(parts)
        one.close()
        wire = Wire(other)
        assert list(iter(wire.receive, None)) == sent


def test_a_long_list_is_put_together(ends: tuple[Wire, Wire]) -> None:
    sent = [b"x" * 300_000, b"", b"y" * 400_000]  # more than a socket holds
    thread = threading.Thread(target=ends[0].send, args=(sent,))
    thread.start()
    assert ends[1].receive() == sent
    thread.join()


def test_what_came_before_a_time_out_is_kept(ends: tuple[Wire, Wire]) -> None:
    one, other = ends
    one.send([b"before"])
    whole = other.connection.recv(1 << 16)
    other.connection.settimeout(0.05)
    for begin, end in ((0, 3), (3, 15), (15, len(whole) - 1)):
        one.connection.sendall(whole[begin:end])
        with pytest.raises(TimeoutError):
            other.receive()
    one.connection.sendall(whole[-1:])
    assert other.receive() == [b"before"]


def test_a_list_that_is_too_long_is_not_waited_for(ends: tuple[Wire, Wire]) -> None:
    one, other = ends
    one.send([b"x" * 10])
    head = other.connection.recv(1 << 16)[:12]
    one.connection.sendall((2 << 20).to_bytes(8, "big") + head[8:])
    with pytest.raises(TooLongError):
        other.receive()


def test_all_lists_together_may_be_too_long(ends: tuple[Wire, Wire]) -> None:
    ends[1].count(1 << 20)
    ends[0].send([b"x"])
    with pytest.raises(TooLongError):
        ends[1].receive()


def test_the_end_of_a_process_is_the_end_of_the_wire(ends: tuple[Wire, Wire]) -> None:
    ends[0].connection.sendall(b"half")
    ends[0].close()
    assert ends[1].receive() is None
