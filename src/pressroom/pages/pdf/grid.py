"""The full grid of a table: its cells, each in its place, and what each is to be in the PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pressroom.pages.markup.emphasis import declarations
from pressroom.pages.markup.nodes import Element, has_class
from pressroom.pages.pdf.inline import Inline
from pressroom.pages.pdf.widths import Extent


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
