"""Rows by years, one mark per record, with the years outside coverage hatched and named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from pressroom.pages.charts.alternative_text import Description, DrawnWords, complete, explain, say_ongoing
from pressroom.pages.charts.canvas import NARROW, RADIUS, STEP, WIDE, Canvas, draw_tally, tally_width
from pressroom.pages.charts.figure import Plotted, chart, page_room, part
from pressroom.pages.fragments import Fragment, join
from pressroom.pages.phrases import say
from pressroom.pages.words import capital, find_runs, listed, number

TOP = 8.0
GAP = 3.0
"""Between blocks below each other."""
UNDATED = "Undated"
"""What marks without a date stand under in `Cells`; the phrases say what readers see of it."""
WIDEST_NAME = 0.45
"""The part of the width that the names of the rows take at most."""

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
        brief = narrow and bool(self.short)
        if self.name == UNDATED:
            return say("undated_brief" if brief else "undated_head")
        return self.short if brief else self.name


def matrix_chart(
    cells: Cells,
    *,
    name: str,
    columns: Sequence[Column],
    muted: str = "",
    totals: Mapping[str, int] | None = None,
    **words: Unpack[DrawnWords],
) -> Fragment:
    """Return the matrix of marks, one for each that is counted, or with numbers where those do not fit.

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
    totals
        What each row has in all, where one thing has a mark in several columns; else the sum of its marks.
    words
        Caption, source, and how it is described, see `DrawnWords`.
    """
    sums = totals or {row: total(marks) for row, marks in cells.items()}
    table = _Table(cells, columns, muted, sums, numbered=not _fits_as_marks(cells, columns))
    described = words.get("described")
    caption = explain(words["caption"], described, _list_used(table))
    if table.numbered:
        caption = join([caption, " ", say("numbered")])

    def draw(width: float, narrow: bool) -> list[Canvas]:
        return _draw(table, width, narrow)

    return chart(name, draw, **complete(words, caption, *_tell(table, described)))


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


@dataclass(frozen=True)
class _Table:
    """What is drawn; if `numbered`, each kind of mark stands once in a cell, with its number."""

    cells: Cells
    columns: Sequence[Column]
    muted: str
    totals: Mapping[str, int]
    numbered: bool = False


@dataclass(frozen=True)
class _Layout:
    """Measures in millimetres, and the columns that stand side by side, from block to block."""

    names: float
    total: float
    needs: list[float]
    blocks: list[range]
    pitch: float
    step: float


def _list_used(table: _Table) -> set[str]:
    """Return the marks of the cells, and the hatching of columns."""
    used = {mark for row in table.cells.values() for marks in row.values() for mark in marks}
    return used | {"hatch"} if any(not column.covered for column in table.columns) else used


def _tell(table: _Table, described: Description | None) -> tuple[str, Plotted]:
    """Return a sentence on each row, and one on what nothing covers; and the numbers as a table."""
    if described is None:
        return "", Plotted((), ())
    sentences = [_tell_row(table, row, described) for row in table.cells]
    outside = [column.name for column in table.columns if not column.covered]
    sentences += [say("alt_outside", years=listed(outside))] if outside else []
    headings = [described.rows, *(column.name for column in table.columns), say("total")]
    rows = [
        [
            row,
            *(len(marks.get(c.name, ())) or (0 if c.covered else say("uncovered")) for c in table.columns),
            table.totals[row],
        ]
        for row, marks in table.cells.items()
    ]
    return described.begin(*sentences), Plotted(headings, rows)


def _tell_row(table: _Table, row: str, described: Description) -> str:
    marks = table.cells[row]
    own = listed(_tell_cell(c, marks[c.name], described) for c in table.columns if marks.get(c.name))
    n = described.count(table.totals[row])
    if row == table.muted:
        return say("alt_muted", n=capital(n), row=described.muted or row, cells=own)
    return say("alt_cells", row=row, n=n, cells=own)


def _tell_cell(column: Column, marks: Sequence[str], described: Description) -> str:
    when = say("undated") if column.name == UNDATED else say("at_year", date=column.name)
    grey = described.marks.get("grey", "") if "grey" in marks else ""
    among = say("alt_among", name=grey) if grey and len(marks) > 1 else grey
    remark = ", ".join(filter(None, (among, say_ongoing(marks))))
    return f"{number(len(marks))} {when}" + (f" ({remark})" if remark else "")


def _fits_as_marks(cells: Cells, columns: Sequence[Column]) -> bool:
    """Return whether one mark each has room: all columns on a page, each of them on a phone."""
    table = _Table(cells, columns, "", {row: total(marks) for row, marks in cells.items()})
    page, phone = _lay_out(table, WIDE, False), _lay_out(table, NARROW, True)
    return len(page.blocks) == 1 and max(phone.needs) <= NARROW - phone.names - phone.total


def _lay_out(table: _Table, width: float, narrow: bool) -> _Layout:
    pitch, step = (6.4, 3.2) if narrow else (5.6, STEP)
    ruler = Canvas(width, TOP, narrow=narrow)
    names = min(max(map(ruler.measure, table.cells)) + 4, width * WIDEST_NAME)
    last = max(ruler.measure(say("total")), ruler.measure(str(_sum(table)), bold=True)) + 3
    needs = [_need(ruler, table, column, step, narrow) for column in table.columns]
    return _Layout(names, last, needs, part(needs, width - names - last), pitch, step)


def _need(ruler: Canvas, table: _Table, column: Column, step: float, narrow: bool) -> float:
    """Return how wide a column must be for its head, its cells and their sum."""
    marks = [row.get(column.name, ()) for row in table.cells.values()]
    heads = column.head(narrow), str(sum(map(len, marks)))
    cells = (2 + tally_width(ruler, own, step, numbered=table.numbered) for own in marks)
    return max(*(ruler.measure(head) + 2.4 for head in heads), max(cells) + 1)


def _draw(table: _Table, width: float, narrow: bool) -> list[Canvas]:
    """Return the matrix: columns that do not fit in blocks below each other, rows over pages."""
    layout = _lay_out(table, width, narrow)
    rows = list(table.cells)
    most = page_room(narrow) - 2 * TOP - layout.pitch
    pages = part([layout.pitch] * len(rows), most)
    pieces = [(block, rows[page.start : page.stop]) for block in layout.blocks for page in pages]
    heights = [TOP + layout.pitch * (len(own) + 1) + 1.2 for _, own in pieces]
    sheets = []
    for sheet in part([height + GAP for height in heights], page_room(narrow) + GAP):
        tops = [sum(heights[sheet.start : place]) + GAP * (place - sheet.start) for place in sheet]
        canvas = Canvas(width, tops[-1] + heights[sheet[-1]], narrow=narrow)
        for place, top in zip(sheet, tops, strict=True):
            _Block(canvas, table, layout, *pieces[place], top).draw()
        sheets.append(canvas)
    return sheets


class _Block:
    """Some columns and rows of a matrix, drawn on a canvas from `top` on."""

    def __init__(
        self, canvas: Canvas, table: _Table, layout: _Layout, block: range, rows: Sequence[str], top: float
    ) -> None:
        self.canvas, self.table, self.layout, self.rows = canvas, table, layout, rows
        self.columns = [table.columns[place] for place in block]
        self.is_last = block.stop == len(table.columns)
        self.ends = rows[-1] == list(table.cells)[-1]
        self.top = top + TOP
        self.bottom = self.top + layout.pitch * len(rows)
        room = canvas.width - layout.names - layout.total
        needs = [layout.needs[place] for place in block]
        spare = max(room - sum(needs), 0) / len(needs)
        self.lefts = [layout.names]
        for need in needs:
            self.lefts.append(self.lefts[-1] + need + spare)

    def draw(self) -> None:
        """Draw heads, rows and, below the last row, the sums."""
        canvas, pitch, muted = self.canvas, self.layout.pitch, self.table.muted
        self._draw_hatch()
        self._draw_heads()
        for place, row in enumerate(self.rows):
            y = self.top + pitch * (place + 0.5)
            canvas.across(y + pitch / 2)
            shown = canvas.fit(row, self.layout.names - 1, bold=row != muted)
            canvas.label(0, y, shown, bold=row != muted, colour="muted" if row == muted else "ink")
            self._draw_cells(self.table.cells[row], y)
            if self.is_last:
                canvas.label(canvas.width, y, str(self.table.totals[row]), bold=True, align="right")
        canvas.across(self.bottom, strong=True)
        if self.ends:
            self._draw_totals(self.bottom + pitch / 2)

    def _draw_heads(self) -> None:
        canvas, y = self.canvas, self.top - TOP + 3.6
        for column, left in zip(self.columns, self.lefts, strict=False):
            canvas.label(left + 1, y, column.head(canvas.narrow), colour="muted")
        if self.is_last:
            canvas.label(canvas.width, y, say("total"), colour="muted", align="right")
        canvas.across(self.top, strong=True)

    def _draw_cells(self, marks: Mapping[str, Sequence[str]], y: float) -> None:
        step, numbered = self.layout.step, self.table.numbered
        for column, left in zip(self.columns, self.lefts, strict=False):
            own = marks.get(column.name, ())
            if own and not column.covered:
                right = left + 1 + tally_width(self.canvas, own, step, numbered=numbered)
                self.canvas.patch_paper(left + 1 + RADIUS - 2, y - 2, right - RADIUS + 2, y + 2)
            draw_tally(self.canvas, own, left + 1, y, step, numbered=numbered)

    def _draw_totals(self, y: float) -> None:
        canvas = self.canvas
        canvas.label(0, y, say("total"), colour="muted")
        for column, left in zip(self.columns, self.lefts, strict=False):
            n = sum(len(marks.get(column.name, ())) for marks in self.table.cells.values())
            if column.covered or n:
                canvas.label(left + 1, y, str(n), colour="muted")
        if self.is_last:
            canvas.label(canvas.width, y, str(_sum(self.table)), bold=True, align="right")

    def _draw_hatch(self) -> None:
        outside = [place for place, column in enumerate(self.columns) if not column.covered]
        if not outside:
            return
        grounds = [(self.lefts[run[0]], self.lefts[run[-1] + 1] - 1) for run in find_runs(outside)]
        for left, right in grounds:
            self.canvas.hatch(left, self.top, right, self.bottom)
        self._name_hatch(*max(grounds, key=lambda edges: edges[1] - edges[0]), outside)

    def _name_hatch(self, left: float, right: float, outside: Sequence[int]) -> None:
        canvas, names = self.canvas, [self.columns[place].name for place in outside]
        marked = [any(self.table.cells[row].get(name) for name in names) for row in self.rows]
        free = next((row for row in range(len(marked) - 1) if not (marked[row] or marked[row + 1])), None)
        # The caption names the hatch too, so that a crowded chart may do without the label.
        lines = _halve(say("not_covered"))
        if free is None or right - left < max(map(canvas.measure, lines)) + 3:
            return
        for line, words in enumerate(lines):
            y = self.top + self.layout.pitch * (free + 1) - 1.8 + 3.6 * line
            canvas.label((left + right) / 2, y, words, colour="muted", align="center", halo=True)


def _sum(table: _Table) -> int:
    return sum(table.totals.values())


def _halve(words: str) -> tuple[str, str]:
    """Return words as two lines of about the same length."""
    ends = [place for place, letter in enumerate(words) if letter == " "] or [len(words)]
    middle = min(ends, key=lambda place: abs(2 * place - len(words)))
    return words[:middle], words[middle + 1 :]
