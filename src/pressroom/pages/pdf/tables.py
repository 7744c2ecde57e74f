"""Tables on their way to the PDF: columns as wide as they need, on as many pages as these need."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from pressroom.pages.markup.arrange import HOUSE, rows_of
from pressroom.pages.markup.emphasis import declarations
from pressroom.pages.markup.nodes import Element, has_class
from pressroom.pages.pdf.grid import (
    Cell,
    CellTag,
    CellTags,
    count_headers,
    group_columns,
    make_grid,
    refer,
    take_columns,
)
from pressroom.pages.pdf.inline import Inline, Mark, Text, plain, without
from pressroom.pages.pdf.margins import LANDSCAPE_WIDTH, TEXT_WIDTH
from pressroom.pages.pdf.widths import MARK, Extent, Need, measure, save_lines, share
from pressroom.pages.phrases import say

_GUTTER = 3.0
_SLACK = 0.4  # kerning and rounding
_SCALES = (1.0, 0.94, 0.88, 0.82, 0.79)  # not below 6.5 points
_LANDSCAPE_SCALE = 0.9
_ROW = 8.0  # millimetres: a row of one line with its padding
_LINE = 4.1
_SHORT = 75.0  # millimetres; a table up to this height stays on one page
_TALL = 120.0  # millimetres; rows higher than this may break, and a head as high is not repeated
_TORN = {"nb": "torn", "tag": "meta"}  # marks that keep words together, and what they are when these break
_BELOW = 34.0  # millimetres that grey words below a row header may ask for
_WHOLE = 0.4  # share of the width up to which row headers stay on one line


@dataclass(frozen=True)
class Layout:
    """A table as it is set, or as many of its columns as one page holds.

    `label` says which columns these are, if they are not all.
    """

    cells: list[Cell]
    widths: list[float]
    scale: float = 1.0
    landscape: bool = False
    label: str = ""


class TooWideError(ValueError):
    """A table has a column that no page can hold."""


def make_table(table: Element, text: Text, width: float) -> list[tuple[Mark, CellTags]]:
    """Return a table's node and the tags of its cells; several if it has more columns than a page holds.

    There is none if it has no cell.

    Parameters
    ----------
    table
        A table in order, see `arrange`.
    text
        Reads the cells' content.
    width
        Millimetres that are there.

    Raises
    ------
    TooWideError
        If not even one column after the other fits.
    """
    cells, columns = make_grid(rows_of(table))
    if not columns:
        return []
    for cell in cells:
        marks = text.read(cell.element.children) if cell.element else []
        cell.marks = without(marks, "asg") if cell.section == "head" else marks
    _set_marks_apart(cells)
    for cell in cells:
        cell.extent = measure(cell.marks, bold=cell.strong, small=cell.has("src"), before=_before(cell))
    house = has_class(table, *HOUSE)
    tight = has_class(table, "tight")
    named = next((part for part in table.elements() if part.tag == "caption"), None)
    caption = text.read(named.children) if named else []
    layouts = _layout(cells, columns, width, house=house)
    captions = [caption, *[refer(caption)] * (len(layouts) - 1)]
    tables = [
        _table(layout, caption, house=house, tight=tight)
        for layout, caption in zip(layouts, captions, strict=True)
    ]
    return [
        (table, [_tag(cell, is_head=table[1]["repeat"]) for cell in layout.cells])
        for table, layout in zip(tables, layouts, strict=True)
    ]


def _table(layout: Layout, caption: list[Inline], *, house: bool, tight: bool) -> Mark:
    cells, widths = layout.cells, layout.widths
    if layout.label:
        caption = [*caption, f" ({layout.label})"] if caption else [layout.label.capitalize()]
    heights = _measure_rows(cells, widths)
    tall = sum(heights.values()) - (len(heights) if tight else 0)
    attributes = {
        "widths": [round(value, 2) for value in widths],
        "scale": layout.scale,
        "landscape": layout.landscape,
        "house": house,
        "tight": tight,
        "height": round(tall, 2),
        "keep": tall <= _SHORT and _measure_caption(caption, widths) <= _SHORT,
        "caption": caption,
        "repeat": sum(heights[y] for y in {cell.y for cell in cells if cell.section == "head"}) <= _TALL,
        "head": sum(1 for y in {cell.y for cell in cells if cell.section == "head"} if y >= 0),
        "rows": 1 + max(cell.y for cell in cells),
    }
    nodes = [_node(cell, heights, house=house) for cell in cells]
    _mark_rows(nodes)
    return ["table", attributes, nodes]


def _mark_rows(nodes: list[Mark]) -> None:
    """Mark the first cells of a table's first two and last two rows: each two share a page."""
    firsts = {node[1]["y"]: node[1] for node in reversed(nodes) if node[1]["section"] == "body"}
    rows = sorted(firsts)
    if rows[1:]:
        for name, y in zip(("first", "second", "before", "last"), (*rows[:2], *rows[-2:]), strict=True):
            firsts[y].setdefault("ends", []).append(name)


def _set_marks_apart(cells: list[Cell]) -> None:
    """Give row headers a column for their date marks, so that the dates stand below each other."""
    headers = [cell for cell in cells if cell.header and cell.section == "body" and cell.x == 0]
    marked = [cell for cell in headers if cell.marks and cell.marks[0][0] == "glyph"]
    for cell in headers if marked else []:
        cell.mark = ""
    for cell in marked:
        cell.mark, rest = str(cell.marks[0][1]["kind"]), cell.marks[1:]  # type: ignore[index]
        cell.marks = [rest[0].lstrip(), *rest[1:]] if rest and isinstance(rest[0], str) else rest


# Widths -----------------------------------------------------------------------------------------


def _layout(cells: list[Cell], columns: int, width: float, *, house: bool) -> list[Layout]:
    """Return a table as it fits: smaller, on a page on its side, or in groups of columns."""
    gutters = _GUTTER * (columns - 1)
    for scale in _SCALES:
        needs = [need * scale for need in _needs(cells, columns, width, house=house)]
        widths = share(needs, width - gutters * scale, fill=house)
        if widths:
            widths = save_lines(widths, needs, _extents(cells, scale))
            return [Layout(cells, _with_gutters(widths, _GUTTER * scale), scale)]
    if width != TEXT_WIDTH:
        return list(_split(cells, columns, width, _SCALES[-1], house=house))
    widths = _share(cells, columns, LANDSCAPE_WIDTH, _LANDSCAPE_SCALE, house=house)
    if widths:
        return [Layout(cells, widths, _LANDSCAPE_SCALE, landscape=True)]
    parts = _split(cells, columns, LANDSCAPE_WIDTH, _LANDSCAPE_SCALE, house=house)
    return [replace(part, landscape=True) for part in parts]


def _share(cells: list[Cell], columns: int, room: float, scale: float, *, house: bool) -> list[float] | None:
    needs = [need * scale for need in _needs(cells, columns, room, house=house)]
    widths = share(needs, room - _GUTTER * (columns - 1) * scale, fill=house)
    return widths and _with_gutters(widths, _GUTTER * scale)


def _split(cells: list[Cell], columns: int, room: float, scale: float, *, house: bool) -> Iterator[Layout]:
    """Yield a table's columns in groups; where not even one fits beside the headers, its words break."""
    gutter = _GUTTER * scale
    needs = [need.least * scale + gutter for need in _needs(cells, columns, room, house=house)]
    torn = _needs([_tear_cell(cell) for cell in cells], columns, room, house=False)
    reach = accumulate(need.least * scale + gutter for need in torn[: count_headers(cells, columns)])
    headers = sum(1 for width in reach if width <= room / 2)
    groups = list(group_columns(needs, headers, room + gutter))
    for group in groups:
        part, count = take_columns(cells, headers, group), headers + len(group)
        label = _name_columns(group, headers, columns) if len(groups) > 1 else ""
        widths = _share(part, count, room, scale, house=house)
        if widths is None:
            part = [_tear_cell(cell) for cell in part]
            widths = _share_torn(part, count, room, scale)
        yield Layout(part, widths, scale, label=label)


def _name_columns(group: range, headers: int, columns: int) -> str:
    first, last, total = group.start - headers + 1, group.stop - headers, columns - headers
    if first == last:
        return say("part", n=str(first), all=str(total))
    return say("parts", first=str(first), last=str(last), all=str(total))


def _extents(cells: list[Cell], scale: float) -> list[dict[int, Extent]]:
    rows: dict[int, dict[int, Extent]] = {}
    for cell in cells:
        if cell.columns == 1:
            lines = tuple(tuple(word * scale for word in line) for line in cell.extent.lines)
            rows.setdefault(cell.y, {})[cell.x] = Extent(lines, cell.extent.before * scale)
    return list(rows.values())


def _with_gutters(widths: list[float], gutter: float) -> list[float]:
    return [*(value + gutter for value in widths[:-1]), widths[-1]]


def _share_torn(cells: list[Cell], columns: int, room: float, scale: float) -> list[float]:
    """Return widths for words that may break anywhere; a TooWideError if they do not even fit so."""
    needs = [need * scale for need in _needs(cells, columns, room, house=False)]
    widths = share(needs, room - _GUTTER * (columns - 1) * scale)
    if widths is None:
        raise TooWideError("a table has a word, or columns of row headers, too wide for a page")
    return _with_gutters(widths, _GUTTER * scale)


def _tear_cell(cell: Cell) -> Cell:
    marks = _tear(cell.marks)
    return replace(cell, marks=marks, extent=measure(marks, bold=cell.strong))


def _tear(marks: Iterable[Inline]) -> list[Inline]:
    return [
        re.sub(r"(\S{3})(?=\S)", "\\1\u200b", mark)
        if isinstance(mark, str)
        else [_TORN.get(mark[0], mark[0]), mark[1], _tear(mark[2])]
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


def _before(cell: Cell) -> float:
    """Return what a date mark takes in front of a row's header."""
    return MARK if cell.mark is not None else 0.0


def _need(cell: Cell, width: float, *, house: bool) -> Need:
    need = cell.extent.need
    whole = Need(need.most, need.most)
    if cell.has("long"):
        return Need(need.least, max(need.least, min(need.most, _BELOW)))
    if cell.has("src", "num") or (house and cell.section == "head" and need.most < 32):
        return whole
    if house and cell.header and cell.section == "body":
        # A date stays on one line; what stands in grey below it, such as a place, may take several.
        named = [mark for mark in cell.marks if mark[0] != "meta"]
        least = measure(named, bold=True, before=_before(cell)).need.most
        if least <= _WHOLE * width:
            least = max(need.least, least)
            return Need(least, max(least, min(need.most, _BELOW)))
    return need


def _measure_rows(cells: list[Cell], widths: list[float]) -> dict[int, float]:
    """Return about how high each row is, in millimetres."""
    rows: dict[int, int] = {}
    for cell in cells:
        rows[cell.y] = max(rows.get(cell.y, 1), _lines(cell, widths))
    return {y: _ROW + _LINE * (lines - 1) for y, lines in rows.items()}


def _measure_caption(caption: list[Inline], widths: list[float]) -> float:
    return _LINE * measure(caption).height(max(sum(widths), TEXT_WIDTH / 2))


def _lines(cell: Cell, widths: list[float]) -> int:
    return cell.extent.height(sum(widths[cell.x : cell.x + cell.columns]))


# Nodes and tags ---------------------------------------------------------------------------------


def _node(cell: Cell, heights: dict[int, float], *, house: bool) -> Mark:
    attributes: dict[str, object] = {"x": cell.x, "y": cell.y, "section": cell.section}
    if cell.columns > 1:
        attributes["colspan"] = cell.columns
    if cell.rows > 1:
        attributes["rowspan"] = cell.rows
    if cell.element is not None:
        attributes |= dict(_looks(cell, cell.element, house=house))
    # A row breaks only if each of its cells may, and those that reach into it.
    if sum(heights[y] for y in range(cell.y, cell.y + cell.rows)) > _TALL:
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


def _tag(cell: Cell, *, is_head: bool) -> CellTag | None:
    """Return what Typst does not know of a cell: of a table's head all, unless it `is_head` there, too."""
    if cell.section == "head":
        if not plain(cell.marks).strip():
            return CellTag("", cell.columns, cell.rows)
        return None if is_head else CellTag("Column", cell.columns, cell.rows)
    if not cell.header:
        return None
    of_column = cell.element is not None and cell.element.get("scope") in ("col", "colgroup")
    scope = "Column" if of_column else "Row"
    return CellTag(scope, cell.columns, cell.rows)
