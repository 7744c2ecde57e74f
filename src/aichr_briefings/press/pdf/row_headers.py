"""Row headers in a finished PDF: Typst tags only the cells of a table's head as headers.

The n-th table of the PDF is the n-th of the tree, and their cells stand in the same order.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aichr_briefings.press.pdf.tables import CellTag


def set_row_headers(pdf: bytes, tables: Sequence[Sequence[CellTag | None]]) -> bytes:
    """Return the PDF with the given cells of its tables tagged as headers, or as no headers.

    Parameters
    ----------
    pdf
        As Typst wrote it.
    tables
        For every table a tag for each cell, None where the cell stays as it is.

    Raises
    ------
    ValueError
        If the PDF has other tables or cells than told: nothing is ever tagged by guess.
    """
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = [part for part in _parts(document.Root.StructTreeRoot) if part.get("/S") == "/Table"]
        if len(found) != len(tables):
            raise ValueError(f"the PDF has {len(found)} tables, the page {len(tables)}")
        for table, tags in zip(found, tables, strict=True):
            _tag_cells(table, tags)
        buffer = io.BytesIO()
        document.save(
            buffer,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            recompress_flate=False,
        )
    return buffer.getvalue()


def _tag_cells(table: Any, tags: Sequence[CellTag | None]) -> None:
    from pikepdf import Dictionary, Name

    cells = [part for part in _parts(table) if part.get("/S") in ("/TD", "/TH")]
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


def _parts(part: Any) -> Iterator[Any]:
    """Yield the structure elements below one, parents first."""
    from pikepdf import Array, Dictionary

    below = part.get("/K")
    for child in below if isinstance(below, Array) else [below]:
        if isinstance(child, Dictionary) and "/S" in child:
            yield child
            yield from _parts(child)
