"""Tables on their way to the PDF: a full grid, every cell in its place, columns as wide as they need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from aichr_briefings.press.markup.emphasis import declarations
from aichr_briefings.press.markup.nodes import Element, has_class
from aichr_briefings.press.markup.table_roles import HOUSE, rows_of
from aichr_briefings.press.pdf.inline import Inline, Mark, Text, plain
from aichr_briefings.press.pdf.widths import MARK, Extent, Need, measure, save_lines, share

PAGE_WIDTH, LANDSCAPE_WIDTH = 174.0, 261.0  # millimetres between the margins
_GUTTER = 3.0
_SLACK = 0.4  # kerning and rounding
_SCALES = (1.0, 0.94, 0.88, 0.82, 0.79)  # not below 6.5 points
_LANDSCAPE_SCALE = 0.9
_ROW = 8.0  # millimetres: a row of one line with its padding
_LINE = 4.1
_SHORT = 75.0  # millimetres; a table up to this height stays on one page
_TALL = 120.0  # millimetres; a row higher than this may break
_WHOLE = 0.4  # share of the width up to which row headers stay on one line


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


def make_table(table: Element, text: Text, width: float) -> tuple[Mark, CellTags] | None:
    """Return a table's node and the tags of its cells, or None if it has no cell.

    Parameters
    ----------
    table
        A table in order, see `table_roles`.
    text
        Reads the cells' content.
    width
        Millimetres that are there.
    """
    cells, columns = _grid(rows_of(table))
    if not columns:
        return None
    for cell in cells:
        cell.marks = text.read(cell.element.children) if cell.element else []
    _set_marks_apart(cells)
    for cell in cells:
        before = MARK if cell.mark is not None else 0.0
        cell.extent = measure(cell.marks, bold=cell.strong, small=cell.has("src"), before=before)
    house = has_class(table, *HOUSE)
    widths, scale, landscape = _layout(cells, columns, width, house=house)
    caption = next((part for part in table.elements() if part.tag == "caption"), None)
    attributes = {
        "widths": [round(value, 2) for value in widths],
        "scale": scale,
        "landscape": landscape,
        "house": house,
        "tight": has_class(table, "tight"),
        "keep": _height(cells, widths, tight=has_class(table, "tight")) <= _SHORT,
        "caption": text.read(caption.children) if caption else [],
        "head": sum(1 for y in {cell.y for cell in cells if cell.section == "head"} if y >= 0),
        "rows": 1 + max(cell.y for cell in cells),
    }
    nodes = [_node(cell, widths, house=house) for cell in cells]
    return ["table", attributes, nodes], _tags(cells)


def _set_marks_apart(cells: list[Cell]) -> None:
    """Give row headers a column for their date marks, so that the dates stand below each other."""
    headers = [cell for cell in cells if cell.header and cell.section == "body" and cell.x == 0]
    marked = [cell for cell in headers if cell.marks and cell.marks[0][0] == "glyph"]
    for cell in headers if marked else []:
        cell.mark = ""
    for cell in marked:
        cell.mark, rest = str(cell.marks[0][1]["kind"]), cell.marks[1:]  # type: ignore[index]
        cell.marks = [rest[0].lstrip(), *rest[1:]] if rest and isinstance(rest[0], str) else rest


def _grid(rows: Sequence[tuple[str, Element]]) -> tuple[list[Cell], int]:
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


# Widths -----------------------------------------------------------------------------------------


def _layout(cells: list[Cell], columns: int, width: float, *, house: bool) -> tuple[list[float], float, bool]:
    """Return columns' widths, the scale of the type, and whether the table needs a page on its side."""
    gutters = _GUTTER * (columns - 1)
    for scale in _SCALES:
        needs = [need * scale for need in _needs(cells, columns, width, house=house)]
        widths = share(needs, width - gutters * scale, fill=house)
        if widths:
            widths = save_lines(widths, needs, _extents(cells, scale))
            return _with_gutters(widths, _GUTTER * scale), scale, False
    needs = [need * _LANDSCAPE_SCALE for need in _needs(cells, columns, LANDSCAPE_WIDTH, house=house)]
    widths = share(needs, LANDSCAPE_WIDTH - gutters * _LANDSCAPE_SCALE, fill=house)
    if widths and width == PAGE_WIDTH:
        return _with_gutters(widths, _GUTTER * _LANDSCAPE_SCALE), _LANDSCAPE_SCALE, True
    landscape = width == PAGE_WIDTH
    return _torn(cells, columns, LANDSCAPE_WIDTH if landscape else width), _SCALES[-1], landscape


def _extents(cells: list[Cell], scale: float) -> list[dict[int, Extent]]:
    rows: dict[int, dict[int, Extent]] = {}
    for cell in cells:
        if cell.columns == 1:
            lines = tuple(tuple(word * scale for word in line) for line in cell.extent.lines)
            rows.setdefault(cell.y, {})[cell.x] = Extent(lines)
    return list(rows.values())


def _with_gutters(widths: list[float], gutter: float) -> list[float]:
    return [*(value + gutter for value in widths[:-1]), widths[-1]]


def _torn(cells: list[Cell], columns: int, width: float) -> list[float]:
    """Share the width when even the longest words do not fit, and let words break."""
    for cell in cells:
        cell.marks = _tear(cell.marks)
        cell.extent = measure(cell.marks, bold=cell.strong)
    needs = [need.least + 3 for need in _needs(cells, columns, width, house=False)]
    gutters = _GUTTER * _SCALES[-1]
    available = width - gutters * (columns - 1)
    return _with_gutters([max(available, columns) * need / sum(needs) for need in needs], gutters)


def _tear(marks: Iterable[Inline]) -> list[Inline]:
    return [
        re.sub(r"(\S{3})(?=\S)", "\\1\u200b", mark)
        if isinstance(mark, str)
        else [mark[0], mark[1], _tear(mark[2])]
        for mark in marks
    ]


def _needs(cells: list[Cell], columns: int, width: float, *, house: bool) -> list[Need]:
    needs = [Need() for _ in range(columns)]
    for cell in cells:
        if cell.columns == 1:
            needs[cell.x] |= _need(cell, width, house=house)
    for cell in cells:
        if cell.columns > 1:
            _widen(needs, cell, _need(cell, width, house=house))
    return [Need(need.least + _SLACK, max(need.most, need.least) + _SLACK) for need in needs]


def _widen(needs: list[Need], cell: Cell, need: Need) -> None:
    span = range(cell.x, cell.x + cell.columns)
    gutters = _GUTTER * (cell.columns - 1)
    least, most = (sum(getattr(needs[x], side) for x in span) + gutters for side in ("least", "most"))
    for x in span:
        more = Need(max(0.0, need.least - least) / cell.columns, max(0.0, need.most - most) / cell.columns)
        needs[x] = Need(needs[x].least + more.least, needs[x].most + more.most)


def _need(cell: Cell, width: float, *, house: bool) -> Need:
    need = cell.extent.need
    whole = Need(need.most, need.most)
    if cell.has("src", "num") or (house and cell.section == "head" and need.most < 32):
        return whole
    if house and cell.header and cell.section == "body" and need.most <= _WHOLE * width:
        return whole
    return need


def _height(cells: list[Cell], widths: list[float], *, tight: bool) -> float:
    rows: dict[int, int] = {}
    for cell in cells:
        rows[cell.y] = max(rows.get(cell.y, 1), _lines(cell, widths))
    return sum(_ROW + _LINE * (lines - 1) - (1 if tight else 0) for lines in rows.values())


def _lines(cell: Cell, widths: list[float]) -> int:
    return cell.extent.height(sum(widths[cell.x : cell.x + cell.columns]))


# Nodes and tags ---------------------------------------------------------------------------------


def _node(cell: Cell, widths: list[float], *, house: bool) -> Mark:
    attributes: dict[str, object] = {"x": cell.x, "y": cell.y, "section": cell.section}
    if cell.columns > 1:
        attributes["colspan"] = cell.columns
    if cell.rows > 1:
        attributes["rowspan"] = cell.rows
    if cell.element is not None:
        attributes |= dict(_looks(cell, cell.element, house=house))
    if _LINE * _lines(cell, widths) > _TALL:
        attributes["breakable"] = True
    return ["cell", attributes, cell.marks]


def _looks(cell: Cell, element: Element, *, house: bool) -> Iterator[tuple[str, object]]:
    style = declarations(element.get("style"))
    aligned = style.get("text-align") or ("right" if cell.has("num", "gt_right") else "left")
    yield (
        "align",
        "center" if cell.has("gt_center") or (cell.columns > 1 and cell.section == "head") else aligned,
    )
    if cell.header and cell.section == "body" and not house:
        yield "quiet", True
    elif cell.strong:
        yield "strong", True
    if cell.mark is not None:
        yield "mark", cell.mark
    for name, given in (("fill", style.get("background-color", "")), ("ink", style.get("color", ""))):
        colour = re.search(r"#[0-9a-f]{6}", given)
        if colour:
            yield name, colour[0]
    for name in ("src", "hatch"):
        if cell.has(name):
            yield name, True


def _tags(cells: list[Cell]) -> CellTags:
    return [_tag(cell) for cell in cells]


def _tag(cell: Cell) -> CellTag | None:
    if cell.section == "head":
        return None if plain(cell.marks).strip() else CellTag("", cell.columns, cell.rows)
    if not cell.header:
        return None
    assert cell.element is not None
    scope = "Column" if cell.element.get("scope") in ("col", "colgroup") else "Row"
    return CellTag(scope, cell.columns, cell.rows)
