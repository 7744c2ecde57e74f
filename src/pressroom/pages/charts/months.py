"""One year by months: a row per record, its mark as exact as its date."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack

from pressroom.data.date_words import MONTHS, month_name
from pressroom.pages.charts.canvas import BAR, RADIUS, Canvas
from pressroom.pages.charts.figure import ChartWords, chart
from pressroom.pages.charts.scale import Dated
from pressroom.pages.fragments import Fragment

TOP = 8.0
TALL = 3.8
"""Height of a year's bar, which holds its label."""
Axis = Callable[[date], float]


@dataclass(frozen=True)
class Entry:
    """A row of the chart: when it was, in words too, what it is called, and who or what is named with it."""

    when: Dated
    date: str
    title: str
    names: str


@dataclass(frozen=True)
class Divider:
    """A day at which a line runs down the chart, from the row of that number."""

    day: date
    row: int = 0


def months_chart(
    entries: Sequence[Entry],
    *,
    name: str,
    year: int,
    divider: Divider | None = None,
    **words: Unpack[ChartWords],
) -> Fragment:
    """Return a year's entries by month.

    Parameters
    ----------
    entries
        Rows from top to bottom; each is dated in the year.
    name
        Short name, unique in the briefing.
    divider
        A day that parts the year.
    words
        Caption, alternative text, source and data.
    """

    def draw(width: float, narrow: bool) -> Canvas:
        return _draw(entries, year, divider, width, narrow)

    return chart(name, draw, **words)


def _draw(entries: Sequence[Entry], year: int, divider: Divider | None, width: float, narrow: bool) -> Canvas:
    pitch = 12.0 if narrow else 5.2
    left = 0.0 if narrow else 26.0
    canvas = Canvas(width, TOP + pitch * len(entries) + 1, narrow=narrow)
    bottom = canvas.height - 1
    days = 366 if isleap(year) else 365

    def x_of(day: date) -> float:
        part = (day - date(year, 1, 1)).days / days
        return left + (width - left) * min(max(part, 0), 1)

    _draw_months(canvas, x_of, year, bottom, narrow)
    if divider is not None:
        canvas.down(x_of(divider.day), TOP + pitch * (divider.row + 0.5), bottom, strong=True)
    for place, entry in enumerate(entries):
        middle = TOP + pitch * (place + 0.5)
        canvas.across(TOP + pitch * (place + 1))
        _draw_entry(canvas, entry, x_of, middle, left, narrow)
    return canvas


def _draw_months(canvas: Canvas, x_of: Axis, year: int, bottom: float, narrow: bool) -> None:
    canvas.across(TOP)
    for month in range(1, len(MONTHS) + 1):
        start = x_of(date(year, month, 1))
        end = x_of(date(year + month // 12, month % 12 + 1, 1))
        name = month_name(month, short=False)[: 1 if narrow else 3]
        canvas.down(start, TOP, bottom)
        canvas.label((start + end) / 2, 3.6, name, colour="muted", align="center")


def _draw_entry(canvas: Canvas, entry: Entry, x_of: Axis, middle: float, left: float, narrow: bool) -> None:
    y = middle + 2.8 if narrow else middle
    start, end = _draw_mark(canvas, entry.when, x_of, y, narrow=narrow)
    title, names, to_the_year = entry.title, entry.names, entry.when.exact == "year"
    if narrow:
        room = canvas.label(0.4, middle - 2.4, entry.date, bold=True, halo=True)
        canvas.label(room + 2, middle - 2.4, _shorten(canvas, title, canvas.width - room - 3), halo=True)
        return
    canvas.label(0, middle, entry.date, bold=True)
    long = canvas.measure(title) + 1.6 + canvas.measure(names)
    if to_the_year:
        start = end = left + 6
    if end + 2 + long <= canvas.width or to_the_year:
        if not to_the_year:
            canvas.patch_paper(end + 1.4, middle - 1.7, end + 2.6 + long, middle + 1.7, over=8)
        shift = canvas.label(end + 2, middle, title)
        canvas.label(end + 2 + shift + 1.6, middle, names, colour="muted")
    else:
        canvas.patch_paper(start - 2.6 - long, middle - 1.7, start - 1.4, middle + 1.7, over=8)
        shift = canvas.label(start - 2, middle, names, colour="muted", align="right")
        canvas.label(start - 2 - shift - 1.6, middle, title, align="right")


def _draw_mark(canvas: Canvas, when: Dated, x_of: Axis, y: float, *, narrow: bool) -> tuple[float, float]:
    first, last = map(x_of, when.days)
    if when.exact == "year":
        canvas.bar("year", first + 0.3, last - 0.1, y, height=BAR if narrow else TALL)
        if when.mark == "ongoing":
            canvas.mark("ongoing", first + 2.4, y)
        return first, last
    if when.mark == "month":
        canvas.bar("month", first, last, y)
        return first, last
    middle = (first + last) / 2
    canvas.mark(when.mark, middle, y)
    return middle - RADIUS, middle + RADIUS


def _shorten(canvas: Canvas, words: str, room: float) -> str:
    """Return the words, cut at a word with an ellipsis when they do not fit; text is never shrunk."""
    kept = words
    while canvas.measure(kept) > room and " " in kept:
        kept = kept.removesuffix("…").rstrip().rpartition(" ")[0].rstrip(",") + " …"
    return kept
