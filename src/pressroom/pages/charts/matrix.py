"""Rows by years, one mark per record, with the years outside coverage hatched and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from pressroom.pages.charts.canvas import RADIUS, STEP, Canvas
from pressroom.pages.charts.figure import ChartWords, chart
from pressroom.pages.fragments import Fragment
from pressroom.pages.phrases import say
from pressroom.pages.words import find_runs

TOP = 8.0
UNDATED = "Undated"

Cells = Mapping[str, Mapping[str, Sequence[str]]]
"""The marks (``"day"``, ``"ongoing"``, ``"grey"``) by row and, within it, by the name of a column."""


@dataclass(frozen=True)
class Column:
    """A year, a run of years without a record, or the undated ones; `short` is its name on a phone."""

    name: str
    covered: bool
    short: str = ""

    def head(self, narrow: bool) -> str:
        """Return what stands over it."""
        return self.short if narrow and self.short else self.name


def matrix_chart(
    cells: Cells, *, name: str, columns: Sequence[Column], muted: str = "", **words: Unpack[ChartWords]
) -> Fragment:
    """Return the matrix of marks.

    Parameters
    ----------
    cells
        Rows from top to bottom.
    name
        Short name, unique in the briefing.
    columns
        From left to right, as `year_columns` returns them.
    muted
        The row that is set in grey, as of those without a name.
    words
        Caption, alternative text, source and data.
    """

    def draw(width: float, narrow: bool) -> Canvas:
        return _draw(cells, columns, muted, width, narrow)

    return chart(name, draw, **words)


def year_columns(covered: Sequence[int], cells: Cells) -> list[Column]:
    """Return a column for each year that is covered or has a mark; the years between them share one."""
    used = {year for years in cells.values() for year in years}
    dated = sorted(int(year) for year in used if year != UNDATED)
    known = [*dated, *covered]
    if not known:
        return [Column(UNDATED, True, "n.d.")]
    first, last = min(known), max(known)
    columns: list[Column] = []
    gap: list[int] = []
    for year in range(first, last + 2):
        named = year <= last and (year in covered or str(year) in used)
        if (named or year > last) and gap:
            columns.append(_join_years(gap))
            gap = []
        if named:
            columns.append(Column(str(year), year in covered))
        elif year <= last:
            gap.append(year)
    return columns + ([Column(UNDATED, True, "n.d.")] if UNDATED in used else [])


def _join_years(years: Sequence[int]) -> Column:
    if len(years) == 1:
        return Column(str(years[0]), False)
    name = f"{years[0]}–{years[-1] % 100:02d}"
    return Column(name, False, name[2:] if name.startswith("20") else "")


def total(marks: Mapping[str, Sequence[str]]) -> int:
    """Return how many marks a row has."""
    return sum(map(len, marks.values()))


def _draw(cells: Cells, columns: Sequence[Column], muted: str, width: float, narrow: bool) -> Canvas:
    pitch, step = (6.4, 3.2) if narrow else (5.6, STEP)
    canvas = Canvas(width, TOP + pitch * (len(cells) + 1) + 1.2, narrow=narrow)
    lefts = _lefts(canvas, columns, max(map(canvas.measure, cells)) + 4, step, cells)
    bottom = TOP + pitch * len(cells)
    _draw_hatch(canvas, cells, columns, lefts, pitch)
    for column, left in zip(columns, lefts, strict=False):
        canvas.label(left + 1, 3.6, column.head(narrow), colour="muted")
    canvas.label(width, 3.6, say("total"), colour="muted", align="right")
    canvas.across(TOP, strong=True)
    for place, (row, marks) in enumerate(cells.items()):
        y = TOP + pitch * (place + 0.5)
        canvas.across(y + pitch / 2)
        canvas.label(0, y, row, bold=row != muted, colour="muted" if row == muted else "ink")
        _draw_marks(canvas, columns, lefts, marks, y, step)
        canvas.label(width, y, str(total(marks)), bold=True, align="right")
    canvas.across(bottom, strong=True)
    _draw_totals(canvas, cells, columns, lefts, bottom + pitch / 2)
    return canvas


def _lefts(canvas: Canvas, columns: Sequence[Column], names: float, step: float, cells: Cells) -> list[float]:
    """Return the left edges of the columns, and the right edge of the last, sharing the space by need."""
    narrow = canvas.width < 120
    most = [max(len(marks.get(column.name, ())) for marks in cells.values()) for column in columns]
    needs = [
        max(canvas.measure(column.head(narrow)) + 2.4, 2 + 2 * RADIUS + step * max(n - 1, 0) + 1)
        for column, n in zip(columns, most, strict=True)
    ]
    last = canvas.measure(say("total")) + 3
    spare = max(canvas.width - names - last - sum(needs), 0) / len(columns)
    lefts = [names]
    for need in needs:
        lefts.append(lefts[-1] + need + spare)
    return lefts


def _draw_hatch(
    canvas: Canvas, cells: Cells, columns: Sequence[Column], lefts: Sequence[float], pitch: float
) -> None:
    outside = [place for place, column in enumerate(columns) if not column.covered]
    if not outside:
        return
    grounds = [(lefts[run[0]], lefts[run[-1] + 1] - 1) for run in find_runs(outside)]
    for left, right in grounds:
        canvas.hatch(left, TOP, right, TOP + pitch * len(cells))
    left, right = max(grounds, key=lambda edges: edges[1] - edges[0])
    marked = [any(marks.get(columns[place].name) for place in outside) for marks in cells.values()]
    free = next((row for row in range(len(marked) - 1) if not (marked[row] or marked[row + 1])), None)
    # The caption names the hatch too, so that a crowded chart may do without the label.
    lines = _halve(say("not_covered"))
    if free is None or right - left < max(map(canvas.measure, lines)) + 3:
        return
    for line, words in enumerate(lines):
        y = TOP + pitch * (free + 1) - 1.8 + 3.6 * line
        canvas.label((left + right) / 2, y, words, colour="muted", align="center", halo=True)


def _halve(words: str) -> tuple[str, str]:
    """Return words as two lines of about the same length."""
    ends = [place for place, letter in enumerate(words) if letter == " "] or [len(words)]
    middle = min(ends, key=lambda place: abs(2 * place - len(words)))
    return words[:middle], words[middle + 1 :]


def _draw_marks(
    canvas: Canvas,
    columns: Sequence[Column],
    lefts: Sequence[float],
    marks: Mapping[str, Sequence[str]],
    y: float,
    step: float,
) -> None:
    for column, left in zip(columns, lefts, strict=False):
        for place, kind in enumerate(marks.get(column.name, ())):
            x = left + 1 + RADIUS + place * step
            if not column.covered:
                canvas.patch_paper(x - 2, y - 2, x + 2, y + 2)
            canvas.mark(kind, x, y)


def _draw_totals(
    canvas: Canvas, cells: Cells, columns: Sequence[Column], lefts: Sequence[float], y: float
) -> None:
    canvas.label(0, y, say("total"), colour="muted")
    for column, left in zip(columns, lefts, strict=False):
        n = sum(len(marks.get(column.name, ())) for marks in cells.values())
        if column.covered or n:
            canvas.label(left + 1, y, str(n), colour="muted")
    canvas.label(canvas.width, y, str(sum(map(total, cells.values()))), bold=True, align="right")
