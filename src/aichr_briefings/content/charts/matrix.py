"""Agencies by years, one mark per activity, with the years outside coverage hatched and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aichr_briefings.content.charts.canvas import RADIUS, STEP, Canvas
from aichr_briefings.content.charts.figure import Plotted, chart
from aichr_briefings.content.dates import mark_of
from aichr_briefings.content.fragments import Fragment, Piece, join, keyed
from aichr_briefings.content.names import short_names
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.words import listed, number

if TYPE_CHECKING:
    from aichr_briefings.content.rows import Rows
    from aichr_briefings.dataset import Dataset

TOP = 8.0
UNDATED = "Undated"
NO_AGENCY = "none named"
_ORDER = {"grey": 0, "day": 1, "ongoing": 2}


@dataclass(frozen=True)
class _Column:
    """A year, a run of years without a record, or the undated ones."""

    name: str
    covered: bool
    most: int


def matrix_chart(
    ds: Dataset,
    activities: Rows,
    *,
    name: str,
    meeting: str = "",
    caption: Piece = "One mark per activity. ",
) -> Fragment:
    """Return the matrix of the agencies that the activities name, most entries first.

    Parameters
    ----------
    activities
        Held and ongoing rows, as `Dataset.activities` returns them.
    meeting
        The activity drawn as a grey square, where all else is counted.
    """
    cells = _cells(ds, records(activities), meeting)
    columns = _columns(ds.coverage, cells)

    def draw(width: float, narrow: bool) -> Canvas:
        return _draw(cells, columns, width, narrow)

    return chart(
        name,
        draw,
        caption=_caption(caption, cells, columns),
        alt=_alt(cells, columns),
        source="background note. An activity with several agencies is an entry for each.",
        data=_data(cells, columns),
    )


Cells = Mapping[str, Mapping[str, Sequence[str]]]


def _cells(ds: Dataset, rows: Sequence[Row], meeting: str) -> Cells:
    names = short_names(ds, (code for row in rows for code in row["agencies"]))
    cells: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        year = UNDATED if row["precision"] == "undated" else str(row["year"])
        kind = "grey" if row["id"] == meeting else "ongoing" if mark_of(row) == "ongoing" else "day"
        for code in row["agencies"] or [NO_AGENCY]:
            cells.setdefault(names.get(code, NO_AGENCY), {}).setdefault(year, []).append(kind)
    for years in cells.values():
        for marks in years.values():
            marks.sort(key=_ORDER.__getitem__)

    def place(agency: str) -> tuple[bool, int, str]:
        return agency == NO_AGENCY, -_total(cells[agency]), agency

    return {agency: cells[agency] for agency in sorted(cells, key=place)}


def _total(years: Mapping[str, Sequence[str]]) -> int:
    return sum(map(len, years.values()))


def _columns(covered: range, cells: Cells) -> list[_Column]:
    used = {year for years in cells.values() for year in years}
    dated = sorted(int(year) for year in used if year != UNDATED)
    first, last = min([*dated, covered[0]]), max([*dated, covered[-1]])
    columns: list[_Column] = []
    gap: list[int] = []
    for year in range(first, last + 2):
        named = year <= last and (year in covered or str(year) in used)
        if (named or year > last) and gap:
            label = str(gap[0]) if len(gap) == 1 else f"{gap[0]}–{gap[-1] % 100:02d}"
            columns.append(_Column(label, False, 0))
            gap = []
        if named:
            columns.append(_Column(str(year), year in covered, _most(cells, str(year))))
        elif year <= last:
            gap.append(year)
    return columns + ([_Column(UNDATED, True, _most(cells, UNDATED))] if UNDATED in used else [])


def _most(cells: Cells, year: str) -> int:
    return max(len(years.get(year, ())) for years in cells.values())


def _caption(caption: Piece, cells: Cells, columns: Sequence[_Column]) -> Fragment:
    words = {"grey": "the 1st AICHR-UN Meeting", "day": "any other activity", "ongoing": "ongoing"}
    used = {kind for years in cells.values() for marks in years.values() for kind in marks}
    if "grey" not in used:
        words["day"] = "an activity"
    keys = [keyed(kind, said) for kind, said in words.items() if kind in used]
    if any(not column.covered for column in columns):
        keys.append(keyed("hatch", "not covered by the source"))
    return join([caption, join(keys, ", "), "."])


def _alt(cells: Cells, columns: Sequence[_Column]) -> str:
    told = []
    for agency, years in cells.items():
        parts = [f"{number(len(years[c.name]))} {_in(c.name)}" for c in columns if years.get(c.name)]
        told.append(f"{agency}: {listed(parts)}")
    outside = [column.name for column in columns if not column.covered]
    hatched = f" {listed(outside)}: not covered by the source." if outside else ""
    return f"Activities by agency and year. {'; '.join(told)}.{hatched}"


def _in(column: str) -> str:
    return "undated" if column == UNDATED else f"in {column}"


def _data(cells: Cells, columns: Sequence[_Column]) -> Plotted:
    rows = []
    for agency, years in cells.items():
        counts = [
            len(years[c.name]) if years.get(c.name) else 0 if c.covered else "not covered" for c in columns
        ]
        rows.append([agency, *counts, _total(years)])
    return Plotted(["Agency", *(column.name for column in columns), "Total"], rows)


def _draw(cells: Cells, columns: Sequence[_Column], width: float, narrow: bool) -> Canvas:
    pitch, step = (6.4, 3.2) if narrow else (5.6, STEP)
    canvas = Canvas(width, TOP + pitch * (len(cells) + 1) + 1.2, narrow=narrow)
    lefts = _lefts(canvas, columns, max(map(canvas.measure, cells)) + 4, step)
    bottom = TOP + pitch * len(cells)
    _draw_hatch(canvas, cells, columns, lefts, pitch)
    for column, left in zip(columns, lefts, strict=False):
        canvas.label(left + 1, 3.6, _head(column.name, narrow), colour="muted")
    canvas.label(width, 3.6, "Total", colour="muted", align="right")
    canvas.across(TOP, strong=True)
    for place, (agency, years) in enumerate(cells.items()):
        y = TOP + pitch * (place + 0.5)
        canvas.across(y + pitch / 2)
        canvas.label(0, y, agency, bold=agency != NO_AGENCY, colour="muted" if agency == NO_AGENCY else "ink")
        _draw_marks(canvas, columns, lefts, years, y, step)
        canvas.label(width, y, str(_total(years)), bold=True, align="right")
    canvas.across(bottom, strong=True)
    _draw_totals(canvas, cells, columns, lefts, bottom + pitch / 2)
    return canvas


def _head(name: str, narrow: bool) -> str:
    if narrow and name == UNDATED:
        return "n.d."
    return name.replace("20", "", 1) if narrow and "–" in name else name


def _lefts(canvas: Canvas, columns: Sequence[_Column], names: float, step: float) -> list[float]:
    """Return the left edges of the columns, and the right edge of the last, sharing the space by need."""
    narrow = canvas.width < 120
    needs = [
        max(canvas.measure(_head(c.name, narrow)) + 2.4, 2 + 2 * RADIUS + step * max(c.most - 1, 0) + 1)
        for c in columns
    ]
    total = canvas.measure("Total") + 3
    spare = max(canvas.width - names - total - sum(needs), 0) / len(columns)
    lefts = [names]
    for need in needs:
        lefts.append(lefts[-1] + need + spare)
    return lefts


def _draw_hatch(
    canvas: Canvas, cells: Cells, columns: Sequence[_Column], lefts: Sequence[float], pitch: float
) -> None:
    outside = [place for place, column in enumerate(columns) if not column.covered]
    if not outside:
        return
    left, right = lefts[outside[0]], lefts[outside[-1] + 1] - 1
    canvas.hatch(left, TOP, right, TOP + pitch * len(cells))
    marked = [any(years.get(columns[place].name) for place in outside) for years in cells.values()]
    free = next((row for row in range(len(marked) - 1) if not (marked[row] or marked[row + 1])), None)
    # The caption names the hatch too, so that a crowded chart may do without the label.
    if free is None or right - left < canvas.measure("by the source") + 3:
        return
    for line, words in enumerate(("not covered", "by the source")):
        y = TOP + pitch * (free + 1) - 1.8 + 3.6 * line
        canvas.label((left + right) / 2, y, words, colour="muted", align="center", halo=True)


def _draw_marks(
    canvas: Canvas,
    columns: Sequence[_Column],
    lefts: Sequence[float],
    years: Mapping[str, Sequence[str]],
    y: float,
    step: float,
) -> None:
    for column, left in zip(columns, lefts, strict=False):
        for place, kind in enumerate(years.get(column.name, ())):
            x = left + 1 + RADIUS + place * step
            if not column.covered:
                canvas.patch_paper(x - 2, y - 2, x + 2, y + 2)
            canvas.mark(kind, x, y)


def _draw_totals(
    canvas: Canvas, cells: Cells, columns: Sequence[_Column], lefts: Sequence[float], y: float
) -> None:
    canvas.label(0, y, "Total", colour="muted")
    for column, left in zip(columns, lefts, strict=False):
        total = sum(len(years.get(column.name, ())) for years in cells.values())
        if column.covered or total:
            canvas.label(left + 1, y, str(total), colour="muted")
    canvas.label(canvas.width, y, str(sum(map(_total, cells.values()))), bold=True, align="right")
