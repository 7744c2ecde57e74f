"""Tables with more columns than a page holds, set as groups of columns, each with the row headers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pressroom.pages.pdf.grid import Cell
    from pressroom.pages.pdf.inline import Inline


def count_headers(cells: Sequence[Cell], columns: int) -> int:
    """Return how many columns at the left hold headers of rows and nothing else."""
    body = [cell for cell in cells if cell.section == "body"]
    others = {x for cell in body if not cell.header for x in range(cell.x, cell.x + cell.columns)}
    return min(others, default=0) if body else columns


def group_columns(needs: Sequence[float], headers: int, room: float) -> Iterator[range]:
    """Yield ranges of the columns behind the headers that fit beside these, each of one column at least.

    Parameters
    ----------
    needs
        What each column needs, in millimetres.
    headers
        How many columns stand in front of each range. They get half the room at most.
    """
    beside = room - min(sum(needs[:headers]), room / 2)
    start, taken = headers, 0.0
    for x in range(headers, len(needs)):
        if x > start and taken + needs[x] > beside:
            yield range(start, x)
            start, taken = x, 0.0
        taken += needs[x]
    yield range(start, len(needs))


def take_columns(cells: Iterable[Cell], headers: int, group: range) -> list[Cell]:
    """Return the cells of the first columns and of a group, spans cut where the group begins or ends."""
    place = {x: new for new, x in enumerate((*range(headers), *group))}
    taken = []
    for cell in cells:
        there = [place[x] for x in range(cell.x, cell.x + cell.columns) if x in place]
        if there:
            marks = cell.marks if _begins(cell, headers, group) else refer(cell.marks)
            taken.append(replace(cell, x=there[0], columns=len(there), marks=marks))
    return taken


def refer(marks: Iterable[Inline]) -> list[Inline]:
    """Return marks that refer to their footnotes, which stand elsewhere, instead of giving them once more."""
    return [
        mark
        if isinstance(mark, str)
        else ["fnref", mark[1], []]
        if mark[0] == "fn"
        else [mark[0], mark[1], refer(mark[2])]
        for mark in marks
    ]


def _begins(cell: Cell, headers: int, group: range) -> bool:
    """Return whether a cell stands in no group before this one."""
    return group.start == headers or cell.x >= group.start
