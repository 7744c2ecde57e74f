"""A chart as readers get it: caption, drawings, alternative text, source line, and its data as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf
from typing import NamedTuple, TypedDict, Unpack

from pressroom.data.findings import PlainError
from pressroom.pages.charts.bounds import TALLEST, find_faults
from pressroom.pages.charts.canvas import NARROW, WIDE, Canvas
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


def _require_readable(name: str, sheets: Sequence[Canvas], where: str) -> None:
    if not any(canvas.marks for canvas in sheets):
        raise ChartError(f"the chart '{name}' has nothing in it")
    tallest = inf if where else TALLEST  # a phone scrolls
    for canvas in sheets:
        for fault in find_faults(canvas.boxes, canvas.width, canvas.height, tallest=tallest):
            raise ChartError(f"{where}the chart '{name}' {fault}")
