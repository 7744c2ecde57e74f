"""What goes from a fork to its engine arrives whole and in order, however it is cut."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aichr_briefings.press.warm.pipe import Pipe
from aichr_briefings.press.warm.wire import Inbox, TooLongError, pack

MARK = b"0123456789abcdef"

# Parts of the mark, in every length, are what could be taken for it.
pieces = st.lists(st.sampled_from([MARK[:1], MARK[:5], MARK[:-1], MARK[1:], b"x", "ไ".encode(), b"\n"]))
texts = pieces.map(b"".join).filter(lambda text: MARK not in text)


def cut(data: bytes, sizes: Iterable[int]) -> Iterable[bytes]:
    """Yield data in pieces of these sizes, and the rest."""
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


@given(st.lists(st.lists(st.binary(max_size=50), min_size=1)), st.lists(st.integers(0, 20)))
def test_lists_arrive_as_they_were_sent(sent: list[list[bytes]], sizes: list[int]) -> None:
    inbox, taken = Inbox(10_000), []
    for piece in cut(b"".join(map(pack, sent)), sizes):
        inbox.put(piece)
        while (parts := inbox.take()) is not None:
            taken.append(parts)
    assert taken == sent


def test_a_list_that_is_too_long_is_not_waited_for() -> None:
    inbox = Inbox(100)
    inbox.put(pack([b"x" * 200])[:12])
    with pytest.raises(TooLongError):
        inbox.take()


@given(st.lists(texts, min_size=1), st.lists(st.integers(0, 20)))
def test_text_is_cut_where_the_marks_are(printed: list[bytes], sizes: list[int]) -> None:
    sent = MARK.join(printed)
    if sent.count(MARK) != len(printed) - 1:
        return  # a text and the mark beside it look like another mark
    pipe, taken = Pipe("stdout", -1, MARK), []
    for piece in cut(sent, sizes):
        pipe.put(piece)
    while pipe.is_marked:
        taken.append("".join(text for _, text in pipe.take_marked()))
    pipe.is_over = True
    pipe.put(b"")
    taken.append("".join(text for _, text in pipe.take()))
    assert "".join(taken) == b"".join(printed).decode("utf-8", "replace")


@given(texts, st.lists(st.integers(0, 20)))
def test_text_may_be_taken_at_any_time(printed: bytes, sizes: list[int]) -> None:
    pipe, taken = Pipe("stdout", -1, MARK), []
    for piece in cut(printed + MARK, sizes):
        pipe.put(piece)
        if not pipe.is_marked:
            taken.extend(text for _, text in pipe.take())
    taken.extend(text for _, text in pipe.take_marked())
    assert "".join(taken) == printed.decode("utf-8", "replace")


def test_text_like_a_mark_is_held_back_only_while_there_may_be_more() -> None:
    pipe = Pipe("stdout", -1, b"\n" + MARK)
    pipe.put(b"text\n")
    assert list(pipe.take()) == [("stdout", "text")]
    pipe.put(b"\n", is_all=True)
    assert list(pipe.take()) == [("stdout", "\n\n")]
