"""One year by months: a row per record, its mark as exact as its date; of many records, a row per month."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack

from pressroom.pages.charts.alternative_text import Description, DrawnWords, complete, explain
from pressroom.pages.charts.canvas import BAR, NARROW, RADIUS, TALLEST, WIDE, Canvas, draw_tally, tally_width
from pressroom.pages.charts.figure import Plotted, chart
from pressroom.pages.charts.scale import Dated
from pressroom.pages.fragments import Fragment, join
from pressroom.pages.phrases import say, used_phrases

MONTHS = 12
TOP = 8.0
LEAST_BESIDE = 30.0
"""How much room a title needs beside its bar; with less, it stands on the bar."""

TALL = 3.8
"""Height of a year's bar, which holds its label."""
PITCH = 5.2
"""Height of a record's row, but on a phone."""
LABELS, NUMBER = 24.0, 8.0
"""What the names of months and, at the right, their numbers take."""
DIVIDED = 1.4
"""On either side of the line at which a month is parted."""
Axis = Callable[[date], float]


@dataclass(frozen=True)
class Entry:
    """A row of the chart: when it was, in words too, what it is called, and who or what is named with it.

    `in_full` is the date in full, and `state` how it stands, where that has to be said: ``"planned"``.
    """

    when: Dated
    date: str
    title: str
    names: str
    in_full: str = ""
    state: str = ""


@dataclass(frozen=True)
class Divider:
    """A day at which a line runs down the chart, from the row of that number; and what was on it."""

    day: date
    row: int = 0
    name: str = ""


def months_chart(
    entries: Sequence[Entry],
    *,
    name: str,
    year: int,
    divider: Divider | None = None,
    **words: Unpack[DrawnWords],
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
        Caption, source, and how it is described, see `DrawnWords`; the data is the caller's.
    """
    described = words.get("described")
    used = [entry.when.mark for entry in entries]
    used += ["year" for entry in entries if entry.when.exact == "year"]
    named = divider.name if divider else ""
    caption = explain(words["caption"], described, used, behind=say("divider", name=named) if named else "")
    alt = _tell(entries, named, described) if described else ""

    if TOP + PITCH * len(entries) + 1 > TALLEST:
        rows = _sort_by_month(entries, year, divider)
        numbered = not all(_fits(rows, width, narrow) for width, narrow in ((WIDE, False), (NARROW, True)))
        if numbered:
            caption = join([caption, " ", say("numbered")])
        around = complete(words, caption, alt, Plotted((), ()))
        return chart(name, lambda width, narrow: _draw_rows(rows, width, narrow, numbered), **around)

    def draw(width: float, narrow: bool) -> Canvas:
        return _draw(entries, year, divider, width, narrow)

    return chart(name, draw, **complete(words, caption, alt, Plotted((), ())))


def _tell(entries: Sequence[Entry], divider: str, described: Description) -> str:
    """Return a sentence on each entry, and on the line that parts them."""
    sentences = [
        say(
            "alt_entry",
            title=entry.title,
            date=entry.in_full or entry.date,
            names=entry.names,
            state=f", {entry.state}" if entry.state else "",
        )
        for entry in entries
    ]
    return described.begin(*sentences, say("alt_divider", name=divider) if divider else "")


@dataclass(frozen=True)
class _Row:
    """A month, or the year of what is dated no closer: its marks, and those behind the day that parts it."""

    label: str
    marks: tuple[str, ...]
    after: tuple[str, ...] = ()
    parted: bool = False


def _sort_by_month(entries: Sequence[Entry], year: int, divider: Divider | None) -> list[_Row]:
    """Return a row for each month, and one for the year; what began before the year stands in its first."""
    marks: dict[tuple[int, bool], list[str]] = {}
    for place, entry in enumerate(entries):
        first, _ = entry.when.days
        month = MONTHS + 1 if entry.when.exact == "year" else first.month if first.year == year else 1
        behind = divider is not None and month == divider.day.month and place > divider.row
        marks.setdefault((month, behind), []).append(entry.when.mark)
    rows = []
    names = used_phrases().list("months")
    for month in range(1, MONTHS + 2):
        label = names[month - 1] if month <= MONTHS else str(year)
        parted = divider is not None and divider.day.month == month
        rows.append(
            _Row(label, tuple(marks.get((month, False), ())), tuple(marks.get((month, True), ())), parted)
        )
    return rows if rows[-1].marks else rows[:-1]


def _fits(rows: Sequence[_Row], width: float, narrow: bool) -> bool:
    ruler = Canvas(width, 1, narrow=narrow)
    return all(_end(ruler, row, numbered=False) <= width - NUMBER for row in rows)


def _end(canvas: Canvas, row: _Row, *, numbered: bool) -> float:
    """Return where a row's last mark ends."""
    widths = [tally_width(canvas, own, numbered=numbered) for own in (row.marks, row.after) if own]
    return LABELS + sum(widths) + 2 * DIVIDED * row.parted


def _draw_rows(rows: Sequence[_Row], width: float, narrow: bool, numbered: bool) -> Canvas:
    """Return the year with a row per month and one mark for each record in it."""
    pitch = 6.4 if narrow else 5.6
    canvas = Canvas(width, 0.4 + pitch * len(rows) + 1, narrow=narrow)
    canvas.across(0.4, strong=True)
    for place, row in enumerate(rows):
        y = 0.4 + pitch * (place + 0.5)
        canvas.across(y + pitch / 2)
        n = len(row.marks) + len(row.after)
        canvas.label(0, y, row.label, bold=bool(n), colour="ink" if n else "muted")
        draw_tally(canvas, row.marks, LABELS, y, numbered=numbered)
        if row.parted:
            x = LABELS + DIVIDED + (tally_width(canvas, row.marks, numbered=numbered) if row.marks else 0)
            canvas.down(x, y - pitch / 2, y + pitch / 2, strong=True)
            draw_tally(canvas, row.after, x + DIVIDED, y, numbered=numbered)
        if n:
            canvas.label(width, y, str(n), bold=True, align="right")
    return canvas


def _draw(entries: Sequence[Entry], year: int, divider: Divider | None, width: float, narrow: bool) -> Canvas:
    pitch = 12.0 if narrow else PITCH
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
    names = used_phrases().list("months_letters" if narrow else "months_axis")
    for month, name in enumerate(names, 1):
        start = x_of(date(year, month, 1))
        end = x_of(date(year + month // 12, month % 12 + 1, 1))
        canvas.down(start, TOP, bottom)
        canvas.label((start + end) / 2, 3.6, name, colour="muted", align="center")


def _draw_entry(canvas: Canvas, entry: Entry, x_of: Axis, middle: float, left: float, narrow: bool) -> None:
    y = middle + 2.8 if narrow else middle
    start, end = _draw_mark(canvas, entry.when, x_of, y, left, narrow=narrow)
    if narrow:
        room = canvas.label(0.4, middle - 2.4, entry.date, bold=True, halo=True)
        shown = canvas.fit(entry.title, canvas.width - room - 3)
        canvas.label(room + 2, middle - 2.4, shown, halo=True)
        return
    canvas.label(0, middle, canvas.fit(entry.date, left - 1, bold=True), bold=True)
    is_year = entry.when.exact == "year"
    if is_year or max(start - left, canvas.width - end) < LEAST_BESIDE:
        _draw_title(canvas, entry, left + 8, middle, canvas.width - left - 8, clear=not is_year)
        return
    _draw_beside(canvas, entry, start - left - 2, (start - 2, end + 2), middle)


def _draw_beside(
    canvas: Canvas, entry: Entry, before: float, edges: tuple[float, float], middle: float
) -> None:
    """Write title and names right of the mark, or left of it where they fit, else where more does."""
    long = canvas.measure(entry.title) + 1.6 + canvas.measure(entry.names)
    behind = canvas.width - edges[1]
    if long <= behind or (long > before and behind >= before):
        _draw_title(canvas, entry, edges[1], middle, behind)
        return
    title, names = _fit_both(canvas, entry, before)
    long = canvas.measure(title) + 1.6 + canvas.measure(names)
    canvas.patch_paper(edges[0] - 0.6 - long, middle - 1.7, edges[0] + 0.6, middle + 1.7, over=8)
    shift = canvas.label(edges[0], middle, names, colour="muted", align="right")
    canvas.label(edges[0] - shift - 1.6, middle, title, align="right")


def _draw_title(
    canvas: Canvas, entry: Entry, left: float, middle: float, room: float, *, clear: bool = True
) -> None:
    title, names = _fit_both(canvas, entry, room)
    long = canvas.measure(title) + 1.6 + canvas.measure(names)
    if clear:
        canvas.patch_paper(left - 0.6, middle - 1.7, left + 0.6 + long, middle + 1.7, over=8)
    shift = canvas.label(left, middle, title)
    canvas.label(left + shift + 1.6, middle, names, colour="muted")


def _fit_both(canvas: Canvas, entry: Entry, room: float) -> tuple[str, str]:
    """Return title and names, the title cut where both do not fit, and names that take more than half."""
    if canvas.measure(entry.title) + 1.6 + canvas.measure(entry.names) <= room:
        return entry.title, entry.names
    names = canvas.fit(entry.names, room / 2)
    return canvas.fit(entry.title, room - 1.6 - canvas.measure(names)), names


def _draw_mark(
    canvas: Canvas, when: Dated, x_of: Axis, y: float, left: float, *, narrow: bool
) -> tuple[float, float]:
    first, last = map(x_of, when.days)
    if when.exact == "year":
        canvas.bar("year", first + 0.3, last - 0.1, y, height=BAR if narrow else TALL)
        if when.mark == "ongoing":
            canvas.mark("ongoing", min(first + 2.4, canvas.width - RADIUS), y)
        return first, last
    if when.mark == "month" or len(when.years) > 1:
        canvas.bar("month", first, last, y)
        return first, last
    middle = min(max((first + last) / 2, left + RADIUS), canvas.width - RADIUS)
    canvas.mark(when.mark, middle, y)
    return middle - RADIUS, middle + RADIUS
