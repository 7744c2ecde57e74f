"""The structure of a finished PDF, where Typst tags a page otherwise than it is meant.

It tags blocks that are no paragraphs of its own as spans, gives each item of a list without marks an empty
label, and knows no list that stands in columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
