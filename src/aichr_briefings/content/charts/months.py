"""One year by months: a row per activity, its mark as exact as its date."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from aichr_briefings.content.charts.canvas import BAR, RADIUS, Canvas
from aichr_briefings.content.charts.figure import Plotted, chart
from aichr_briefings.content.dates import MONTHS, mark_of, month_name, when_of
from aichr_briefings.content.fragments import Fragment, join, keyed, sections_of
from aichr_briefings.content.rows import Row, ordered
from aichr_briefings.content.tables import agency_names, names_of_few

if TYPE_CHECKING:
    from aichr_briefings.content.rows import Rows
    from aichr_briefings.dataset import Dataset

TOP = 8.0
TALL = 3.8
"""Height of a year's bar, which holds its label."""
Axis = Callable[[date], float]


def months_chart(ds: Dataset, activities: Rows, *, year: int, divider: Row | None = None) -> Fragment:
    """Return the year's activities by month, in order of their dates.

    Parameters
    ----------
    activities
        Rows of that year, as `Dataset.activities` returns them.
    divider
        An activity of that year from which a line runs through the chart.
    """
    rows = ordered(activities)
    short = names_of_few(ds, rows)
    names = {row["id"]: agency_names(short, row["agencies"]) or "no UN agency named" for row in rows}

    def draw(width: float, narrow: bool) -> Canvas:
        return _draw(rows, names, year, divider, width, narrow)

    return chart(
        f"months-{year}",
        draw,
        caption=_caption(rows, year, divider),
        alt=_alt(rows, names, year),
        source="background note, " + ", ".join(sections_of(rows)) + ".",
        data=_data(rows, names),
    )


def _caption(rows: list[Row], year: int, divider: Row | None) -> Fragment:
    words = {
        "day": "dated to the day",
        "month": "to the month",
        "year": "to the year",
        "ongoing": "ongoing",
        "planned": "planned",
    }
    used = {mark_of(row) for row in rows} | {"year" for row in rows if row["precision"] == "year"}
    keys = [keyed(kind, said) for kind, said in words.items() if kind in used]
    line = f"; the line is the {divider['title']}" if divider else ""
    return join([f"Recorded activities of {year}. ", join(keys, ", "), f"{line}."])


def _alt(rows: list[Row], names: Mapping[str, str], year: int) -> str:
    told = (
        f"{when_of(row)}: {row['short_title']}, {names[row['id']]}"
        + ("" if row["status"] == "held" else f", {row['status']}")
        for row in rows
    )
    return f"Activities of {year} by month. {'; '.join(told)}."


def _data(rows: list[Row], names: Mapping[str, str]) -> Plotted:
    cells = [(row["short_title"], when_of(row), row["status"], names[row["id"]]) for row in rows]
    return Plotted(["Activity", "Date", "Status", "UN agencies"], cells)


def _draw(
    rows: list[Row], names: Mapping[str, str], year: int, divider: Row | None, width: float, narrow: bool
) -> Canvas:
    pitch = 12.0 if narrow else 5.2
    left = 0.0 if narrow else 26.0
    canvas = Canvas(width, TOP + pitch * len(rows) + 1, narrow=narrow)
    bottom = canvas.height - 1
    days = 366 if isleap(year) else 365

    def x_of(day: date) -> float:
        part = (day - date(year, 1, 1)).days / days
        return left + (width - left) * min(max(part, 0), 1)

    _draw_months(canvas, x_of, year, bottom, narrow)
    if divider is not None:
        start = next((place for place, row in enumerate(rows) if row["id"] == divider["id"]), 0)
        x = x_of(divider["latest"])
        canvas.down(x, TOP + pitch * (start + 0.5), bottom, strong=True)
    for place, row in enumerate(rows):
        middle = TOP + pitch * (place + 0.5)
        canvas.across(TOP + pitch * (place + 1))
        _draw_row(canvas, row, x_of, middle, left, names[row["id"]], narrow)
    return canvas


def _draw_months(canvas: Canvas, x_of: Axis, year: int, bottom: float, narrow: bool) -> None:
    canvas.across(TOP)
    for month in range(1, len(MONTHS) + 1):
        start = x_of(date(year, month, 1))
        end = x_of(date(year + month // 12, month % 12 + 1, 1))
        name = month_name(month, short=False)[: 1 if narrow else 3]
        canvas.down(start, TOP, bottom)
        canvas.label((start + end) / 2, 3.6, name, colour="muted", align="center")


def _draw_row(
    canvas: Canvas, row: Row, x_of: Axis, middle: float, left: float, names: str, narrow: bool
) -> None:
    y = middle + 2.8 if narrow else middle
    start, end = _draw_mark(canvas, row, x_of, y, narrow=narrow)
    title, words = row["short_title"], when_of(row, short=True, year=len(row["start"]) == 4)
    if narrow:
        room = canvas.label(0.4, middle - 2.4, words, bold=True, halo=True)
        canvas.label(room + 2, middle - 2.4, _shorten(canvas, title, canvas.width - room - 3), halo=True)
        return
    canvas.label(0, middle, words, bold=True)
    long = canvas.measure(title) + 1.6 + canvas.measure(names)
    if row["precision"] == "year":
        start = end = left + 6
    if end + 2 + long <= canvas.width or row["precision"] == "year":
        if row["precision"] != "year":
            canvas.patch_paper(end + 1.4, middle - 1.7, end + 2.6 + long, middle + 1.7, over=8)
        shift = canvas.label(end + 2, middle, title)
        canvas.label(end + 2 + shift + 1.6, middle, names, colour="muted")
    else:
        canvas.patch_paper(start - 2.6 - long, middle - 1.7, start - 1.4, middle + 1.7, over=8)
        shift = canvas.label(start - 2, middle, names, colour="muted", align="right")
        canvas.label(start - 2 - shift - 1.6, middle, title, align="right")


def _draw_mark(canvas: Canvas, row: Row, x_of: Axis, y: float, *, narrow: bool) -> tuple[float, float]:
    first, last = x_of(row["earliest"]), x_of(row["latest"])
    kind = mark_of(row)
    if row["precision"] == "year":
        canvas.bar("year", first + 0.3, last - 0.1, y, height=BAR if narrow else TALL)
        if kind == "ongoing":
            canvas.mark("ongoing", first + 2.4, y)
        return first, last
    if kind == "month":
        canvas.bar("month", first, last, y)
        return first, last
    middle = (first + last) / 2
    canvas.mark(kind, middle, y)
    return middle - RADIUS, middle + RADIUS


def _shorten(canvas: Canvas, words: str, room: float) -> str:
    """Return the words, cut at a word with an ellipsis when they do not fit; text is never shrunk."""
    kept = words
    while canvas.measure(kept) > room and " " in kept:
        kept = kept.removesuffix("…").rstrip().rpartition(" ")[0].rstrip(",") + " …"
    return kept
