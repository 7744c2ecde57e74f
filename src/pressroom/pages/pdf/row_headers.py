"""Row headers in a finished PDF: Typst tags only the cells of a table's head as headers.

The n-th table of the PDF is the n-th of the tree, and their cells stand in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pressroom.pages.pdf.tables import CellTag


def set_row_headers(pdf: Any, tables: Sequence[Sequence[CellTag | None]]) -> None:
    """Tag the given cells of a PDF's tables as headers, or as no headers.

    Parameters
    ----------
    pdf
        Open, as Typst wrote it.
    tables
        For every table a tag for each cell, None where the cell stays as it is.

    Raises
    ------
    ValueError
        If the PDF has other tables or cells than told: nothing is ever tagged by guess.
    """
    found = _find_tables(pdf.Root.StructTreeRoot)
    if len(found) != len(tables):
        raise ValueError(f"the PDF has {len(found)} tables, the page {len(tables)}")
    for cells, tags in zip(found, tables, strict=True):
        _tag_cells(cells, tags)


def _tag_cells(cells: Sequence[Any], tags: Sequence[CellTag | None]) -> None:
    from pikepdf import Dictionary, Name

    if len(cells) != len(tags):
        raise ValueError(f"a table of the PDF has {len(cells)} cells, of the page {len(tags)}")
    for cell, tag in zip(cells, tags, strict=True):
        if tag is None:
            continue
        attributes = Dictionary(O=Name.Table)
        if tag.columns > 1:
            attributes.ColSpan = tag.columns
        if tag.rows > 1:
            attributes.RowSpan = tag.rows
        if tag.scope:
            attributes.Scope = Name(f"/{tag.scope}")
        cell.S = Name.TH if tag.scope else Name.TD
        cell.A = attributes


def _find_tables(root: Any) -> list[list[Any]]:
    """Return the cells of every table below a structure element, in the order of the document."""
    from pikepdf import Array, Dictionary

    tables: list[list[Any]] = []
    waiting: list[tuple[Any, list[Any] | None]] = [(root, None)]
    while waiting:
        part, cells = waiting.pop()
        kind = part.get("/S")
        if kind == "/Table":
            cells = []
            tables.append(cells)
        elif kind in ("/TD", "/TH") and cells is not None:
            cells.append(part)
        below = part.get("/K")
        children = list(below) if isinstance(below, Array) else [below]
        waiting += [(child, cells) for child in reversed(children) if isinstance(child, Dictionary)]
    return tables
