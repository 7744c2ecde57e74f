"""Row headers in a finished PDF: Typst tags only the cells of a table's head as headers.

The n-th table of the PDF is the n-th of the tree, and their cells stand in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pressroom.pages.pdf.structure import attributes_of, children_of

if TYPE_CHECKING:
    from pressroom.pages.pdf.tables import CellTag


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
        _tag_cells([cell for row in rows for cell in row], tags)
        named |= _name_rows(rows, f"R{number}")
    _add_names(pdf, named)


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
