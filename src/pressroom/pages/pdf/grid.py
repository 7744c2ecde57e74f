"""The full grid of a table: its cells, each in its place; in groups of columns where it is too wide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pressroom.pages.markup.emphasis import declarations
from pressroom.pages.markup.nodes import Element, has_class
from pressroom.pages.pdf.inline import Inline
from pressroom.pages.pdf.widths import Extent

if TYPE_CHECKING:
    from pressroom.pages.pdf.inline import Inline


@dataclass(frozen=True)
class CellTag:
    """What a cell of the finished PDF must be: a header of its row or column, or with no scope no header."""

    scope: str
    columns: int = 1
    rows: int = 1


# One per cell of a table in the order of the PDF's tags; None leaves the cell as Typst tagged it.
CellTags = list[CellTag | None]


@dataclass
class Cell:
    """A cell of the full grid; `element` is None where the HTML left a hole."""

    x: int
    y: int
    section: str
    element: Element | None = None
    columns: int = 1
    rows: int = 1
    marks: list[Inline] = field(default_factory=list)
    extent: Extent = field(default_factory=Extent)
    mark: str | None = None  # the date mark in front of a row's header, "" where the others have one

    @property
    def header(self) -> bool:
        return self.element is not None and self.element.tag == "th"

    @property
    def strong(self) -> bool:
        style = declarations(self.element.get("style")) if self.element else {}
        heavy = self.header or style.get("font-weight") in ("bold", "600", "700", "800", "900")
        return self.section == "foot" or (self.section == "body" and heavy)

    def has(self, *names: str) -> bool:
        return self.element is not None and has_class(self.element, *names)


def make_grid(rows: Sequence[tuple[str, Element]]) -> tuple[list[Cell], int]:
    """Return the cells in reading order, spans clamped to their section, and the number of columns."""
    order = {"head": 0, "body": 1, "foot": 2}
    arranged = sorted(rows, key=lambda row: order[row[0]])
    ends = {section: y + 1 for y, (section, _) in enumerate(arranged)}
    taken: dict[tuple[int, int], Cell] = {}
    cells: list[Cell] = []
    for y, (section, row) in enumerate(arranged):
        x = 0
        for element in row.elements():
            while (y, x) in taken:
                x += 1
            cell = _placed(element, x, y, section, ends[section], taken)
            cells.append(cell)
            x += cell.columns
    columns = max((cell.x + cell.columns for cell in cells), default=0)
    sections = [section for section, _ in arranged]
    holes = [
        Cell(x, y, sections[y]) for y in range(len(arranged)) for x in range(columns) if (y, x) not in taken
    ]
    return sorted(cells + holes, key=lambda cell: (cell.y, cell.x)), columns


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


def _placed(
    element: Element, x: int, y: int, section: str, end: int, taken: dict[tuple[int, int], Cell]
) -> Cell:
    columns, rows = int(element.get("colspan") or 1), int(element.get("rowspan") or 1)
    rows = min(rows, end - y)
    while columns > 1 and any((y, x + step) in taken for step in range(columns)):
        columns -= 1
    cell = Cell(x, y, section, element, columns, rows)
    for down in range(rows):
        for right in range(columns):
            taken[y + down, x + right] = cell
    return cell


def _begins(cell: Cell, headers: int, group: range) -> bool:
    """Return whether a cell stands in no group before this one."""
    return group.start == headers or cell.x >= group.start
