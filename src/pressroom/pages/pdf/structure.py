"""The structure of a finished PDF, where Typst tags a page otherwise than it is meant.

It tags blocks that are no paragraphs of its own as spans, gives each item of a list without marks an empty
label, and knows no list that stands in columns.

The n-th table of the PDF is the n-th of the tree, and their cells stand in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pressroom.pages.pdf.grid import CellTag


_HOLDERS = frozenset((
    "/Document", "/Part", "/Sect", "/Div", "/Aside", "/BlockQuote", "/Caption", "/LBody", "/Note",
    "/TD", "/TH",
))  # fmt: skip
"""What may hold paragraphs."""


def mend_structure(pdf: Any) -> None:
    """Tag blocks of text as paragraphs, items in columns as one list, and no label without a text."""
    from pikepdf import Name

    for part in list(walk_structure(pdf.Root.StructTreeRoot)):
        kind = part.get("/S")
        if kind == "/Span" and part.P.get("/S") in _HOLDERS and _is_block(part):
            part.S = Name.P
        elif kind == "/LI":
            _drop_empty_label(part)
        elif kind in ("/Div", "/TH", "/TD"):
            _drop_empty_divisions(part)
            _join_lists(part)


def children_of(part: Any) -> list[Any]:
    """Return the structure elements right below one, in their order."""
    from pikepdf import Array, Dictionary

    below = part.get("/K")
    kids = list(below) if isinstance(below, Array) else [below]
    return [kid for kid in kids if isinstance(kid, Dictionary) and "/S" in kid]


def walk_structure(part: Any) -> Iterator[Any]:
    """Yield the structure elements below one, in the order of the document."""
    waiting = children_of(part)[::-1]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += children_of(part)[::-1]


def list_places(part: Any) -> Iterator[tuple[int, Any]]:
    """Yield the marked parts right below a structure element, each with its page."""
    from pikepdf import Array, Dictionary

    below = part.get("/K")
    for kid in below if isinstance(below, Array) else [] if below is None else [below]:
        if not isinstance(kid, Dictionary):
            yield int(kid), part.Pg
        elif "/MCID" in kid:
            yield int(kid.MCID), kid.get("/Pg", part.get("/Pg"))


def attributes_of(part: Any, owner: str) -> Any:
    """Return the attributes of a structure element with an owner, such as ``/Table``; new ones if none."""
    from pikepdf import Array, Dictionary, Name

    given = part.get("/A")
    groups = list(given) if isinstance(given, Array) else [] if given is None else [given]
    for group in groups:
        if owner == group.O:
            return group
    part.A = Array([*groups, Dictionary(O=Name(owner))])
    return part.A[-1]


def set_row_headers(pdf: Any, tables: Sequence[Sequence[CellTag | None]]) -> None:
    """Tag the given cells of a PDF's tables as headers, or as no headers; each cell then names its row's.

    Parameters
    ----------
    pdf
        Open, as Typst wrote it.
    tables
        For every table a tag for each cell, None where the cell stays as it is.

    Raises
    ------
    ValueError
        If the PDF has other tables or cells than expected: nothing is ever tagged by guess.
    """
    root = pdf.Root.StructTreeRoot
    found = _find_tables(root)
    if len(found) != len(tables):
        raise ValueError(f"the PDF has {len(found)} tables, the page {len(tables)}")
    named: dict[str, Any] = {}
    for number, (rows, tags) in enumerate(zip(found, tables, strict=True)):
        if sum(map(len, rows)) > len(tags):
            _drop_binding(rows)
        _tag_cells([cell for row in rows for cell in row], tags)
        named |= _name_rows(rows, f"R{number}")
    _add_names(pdf, named)


def _is_block(part: Any) -> bool:
    return "/A" in part and attributes_of(part, "/Layout").get("/Placement") == "/Block"


def _drop_empty_label(item: Any) -> None:
    from pikepdf import Array, Name

    kids = children_of(item)
    if any(kid.S == "/Lbl" and not kid.get("/K") for kid in kids):
        item.K = Array([kid for kid in kids if kid.S != "/Lbl" or kid.get("/K")])
        attributes_of(item.P, "/List").ListNumbering = Name("/None")


def _drop_empty_divisions(part: Any) -> None:
    """Leave out what a drawing alone stood in: an element of the structure with nothing in it."""
    from pikepdf import Array, Dictionary

    below = part.get("/K")
    if isinstance(below, Array):
        part.K = Array([kid for kid in below if not isinstance(kid, Dictionary) or not _is_empty(kid)])


def _is_empty(part: Any) -> bool:
    return bool(part.get("/S") == "/Div" and not part.get("/K"))


def _join_lists(columns: Any) -> None:
    """Make one list of those that stand alone in the cells of a grid, as lettered items do."""
    from pikepdf import Array, Name

    cells = children_of(columns)
    lists = [kid for cell in cells for kid in children_of(cell)]
    if len(cells) < 2 or any(cell.S != "/Div" for cell in cells):
        return
    if len(lists) != len(cells) or any(each.S != "/L" or len(children_of(each)) != 1 for each in lists):
        return
    whole, items = lists[0], [item for each in lists for item in children_of(each)]
    for item in items:
        item.P = whole
    whole.K, whole.P = Array(items), columns
    columns.K = Array([whole])
    attributes_of(whole, "/List").ListNumbering = Name.LowerAlpha


def _drop_binding(rows: list[list[Any]]) -> None:
    """Leave out the column without words that keeps a table's last rows together."""
    from pikepdf import Array

    for row in rows:
        if row and not row[-1].get("/K"):
            cell = row.pop()
            cell.P.K = Array([kid for kid in children_of(cell.P) if kid.objgen != cell.objgen])


def _tag_cells(cells: Sequence[Any], tags: Sequence[CellTag | None]) -> None:
    from pikepdf import Name

    if len(cells) != len(tags):
        raise ValueError(f"a table of the PDF has {len(cells)} cells, of the page {len(tags)}")
    for cell, tag in zip(cells, tags, strict=True):
        if tag is None:
            continue
        attributes = attributes_of(cell, "/Table")
        if tag.columns > 1:
            attributes.ColSpan = tag.columns
        if tag.rows > 1:
            attributes.RowSpan = tag.rows
        if tag.scope:
            attributes.Scope = Name(f"/{tag.scope}")
        elif "/Scope" in attributes:
            del attributes.Scope
        cell.S = Name.TH if tag.scope else Name.TD


def _name_rows(rows: Sequence[Sequence[Any]], prefix: str) -> dict[str, Any]:
    """Give each row's header an id, which the cells of the row name, too; return the headers by id."""
    from pikepdf import Array, String

    named: dict[str, Any] = {}
    spanning: dict[str, int] = {}  # headers that hold for rows below their own, and for how many
    for y, row in enumerate(rows):
        names = list(spanning)
        spanning = {name: left - 1 for name, left in spanning.items() if left > 1}
        for x, cell in enumerate(row):
            attributes = attributes_of(cell, "/Table")
            if cell.S == "/TH" and attributes.get("/Scope") == "/Row":
                name = f"{prefix}x{x}y{y}"
                cell.ID = String(name)
                named[name] = cell
                names.append(name)
                if (height := int(attributes.get("/RowSpan", 1))) > 1:
                    spanning[name] = height - 1
        for cell in row if names else ():
            if cell.S == "/TD":
                attributes = attributes_of(cell, "/Table")
                attributes.Headers = Array([*attributes.get("/Headers", ()), *map(String, names)])
    return named


def _add_names(pdf: Any, named: dict[str, Any]) -> None:
    from pikepdf import NameTree

    root = pdf.Root.StructTreeRoot
    if not named:
        return
    tree = NameTree(root.IDTree) if "/IDTree" in root else NameTree.new(pdf)
    for name, cell in named.items():
        tree[name] = cell
    root.IDTree = tree.obj


def _find_tables(root: Any) -> list[list[list[Any]]]:
    """Return the rows of cells of every table below a structure element, in the order of the document."""
    tables: list[list[list[Any]]] = []
    waiting: list[tuple[Any, list[list[Any]] | None]] = [(root, None)]
    while waiting:
        part, rows = waiting.pop()
        kind = part.get("/S")
        if kind == "/Table":
            rows = []
            tables.append(rows)
        elif kind == "/TR" and rows is not None:
            rows.append([])
        elif kind in ("/TD", "/TH") and rows:
            rows[-1].append(part)
        waiting += [(child, rows) for child in reversed(children_of(part))]
    return tables
