"""A chart as readers get it: caption, drawings in as many parts as it needs, source line, data as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil, inf
from typing import NamedTuple, TypedDict, Unpack

from pressroom.data.findings import PlainError
from pressroom.pages.charts.canvas import NARROW, TALLEST, WIDE, Canvas, find_faults
from pressroom.pages.fragments import Fragment, Piece, element
from pressroom.pages.phrases import say
from pressroom.pages.tables import data_table

Draw = Callable[[float, bool], Canvas | Sequence[Canvas]]


class Plotted(NamedTuple):
    """The plotted data: headings, and a row per what is plotted."""

    headings: Sequence[str]
    rows: Sequence[Sequence[object]]


class ChartWords(TypedDict):
    """What stands around a drawing, in the words of whoever has it drawn.

    Attributes
    ----------
    caption
        What is drawn, and what its marks stand for.
    alt
        The plotted data in words; must not be empty.
    source
        Where the data is from.
    data
        Shown as a table behind a disclosure in HTML.
    """

    caption: Piece
    alt: str
    source: Piece
    data: Plotted


class ChartError(PlainError):
    """A chart that must not be published.

    There is nothing in it, there are no words or no data for those who cannot see it, or it cannot be read: a
    mark or a label is off its canvas, two labels overlap, or a page has no room for it.
    """


def chart(name: str, draw: Draw, *, width: float = WIDE, **words: Unpack[ChartWords]) -> Fragment:
    """Return the figure with its wide and its narrow drawing.

    Parameters
    ----------
    name
        Short name, unique in the briefing; prefixes the ids of the drawings.
    draw
        Called with a width in millimetres and whether it draws for a phone; returns the canvas, or several
        that stand below each other, as for what one page has no room for.
    width
        Width in millimetres of the wide drawing: that of the column where it stands.
    words
        What stands around it, see `ChartWords`.

    Raises
    ------
    ChartError
        If nothing was drawn, if there is no alternative text or no data, or if a drawing cannot be read.
    """
    alt = words["alt"]
    if not alt.strip():
        raise ChartError(f"the chart '{name}' has no alternative text")
    if not words["data"].rows:
        raise ChartError(f"the chart '{name}' has no data")
    drawings = []
    for class_, size, narrow in (("wide", width, False), ("narrow", NARROW, True)):
        drawn = draw(size, narrow)
        sheets = [drawn] if isinstance(drawn, Canvas) else list(drawn)
        _require_readable(name, sheets, "on a phone, " if narrow else "")
        for number, canvas in enumerate(sheets):
            alternative = say("continued") if number else alt
            drawings.append(Fragment(canvas.svg(class_=class_, alt=alternative)))
    figure = element("figure", element("figcaption", words["caption"]), *drawings, class_="chart")
    summary = element("summary", say("data"))
    disclosure = element("details", summary, data_table(*words["data"]), class_="data")
    return figure + element("p", f"{say('source')} ", words["source"], class_="source") + disclosure


def part(sizes: Sequence[float], room: float) -> list[range]:
    """Return ranges of what fits into the room together, of one at least, in as few parts of about a length.

    >>> part([4, 4, 4, 4], 12), part([20, 4], 12)
    ([range(0, 2), range(2, 4)], [range(0, 1), range(1, 2)])
    """
    parts = _fill(sizes, room, len(sizes))
    even = _fill(sizes, room, ceil(len(sizes) / len(parts))) if parts else []
    return even if len(even) == len(parts) else parts


def page_room(narrow: bool) -> float:
    """Return how high a drawing may be; a phone scrolls."""
    return inf if narrow else TALLEST


def _require_readable(name: str, sheets: Sequence[Canvas], where: str) -> None:
    if not any(canvas.marks for canvas in sheets):
        raise ChartError(f"the chart '{name}' has nothing in it")
    tallest = inf if where else TALLEST  # a phone scrolls
    for canvas in sheets:
        for fault in find_faults(canvas.boxes, canvas.width, canvas.height, tallest=tallest):
            raise ChartError(f"{where}the chart '{name}' {fault}")


def _fill(sizes: Sequence[float], room: float, most: int) -> list[range]:
    parts: list[range] = []
    start, taken = 0, 0.0
    for place, size in enumerate(sizes):
        if place > start and (taken + size > room or place - start == most):
            parts.append(range(start, place))
            start, taken = place, 0.0
        taken += size
    return [*parts, range(start, len(sizes))] if sizes else []
