"""Tables, and the rows of a frame as plain dictionaries for what is written row by row.

Every table has a caption and header cells; nothing in it is blank: "not stated", "none named", or an en dash
where the question does not arise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from pressroom.pages.fragments import Fragment, Piece, element, join, span, text
from pressroom.pages.phrases import say
from pressroom.pages.words import typographic

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]
Rows: TypeAlias = "pd.DataFrame | Sequence[Row]"
"""What is said to take these takes a frame or dictionaries."""

NOT_APPLICABLE = "–"

LONGEST_MARK = 24
"""Up to how many characters a source mark stays on one line."""

_PARTS = re.compile(r"[^ /?&=#._-]{1,16}[ /?&=#._-]?|.", re.DOTALL)
"""What a long mark is made of; it may break behind each."""


def records(rows: Rows) -> list[Row]:
    """Return one dictionary per row, in order; what is missing is None. Dictionaries stay as they are.

    On a few rows a step in plain Python takes a hundredth of what it takes in pandas.
    """
    if isinstance(rows, Sequence):
        return list(rows)
    import pandas as pd

    none = (pd.NA, pd.NaT)
    names = [str(name) for name in rows.columns]
    # Column by column: one row, or one cell, costs pandas more than a whole column.
    columns = [[_to_plain(cell, none) for cell in column.tolist()] for _, column in rows.items()]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def unknown(words: Piece) -> Fragment:
    """Return words that say what the source leaves open, set in grey."""
    return span("none", words)


def table(
    caption: Piece,
    headings: Sequence[Piece],
    rows: Sequence[Sequence[Fragment]],
    *,
    class_: str | None = None,
) -> Fragment:
    """Return a table of ready cells; the first cell of a row is expected to be its header.

    Parameters
    ----------
    caption
        What the table shows.
    headings
        One per column.
    rows
        Cells made by `header_cell` and `cell`.
    """
    head = element("thead", element("tr", *(element("th", heading, scope="col") for heading in headings)))
    body = element("tbody", *(element("tr", *row) for row in rows))
    return element("table", element("caption", caption), head, body, class_=class_)


def plain_table(
    caption: Piece,
    headings: Sequence[str],
    rows: Iterable[Sequence[Piece]],
    *,
    silent: str,
    class_: str | None = None,
) -> Fragment:
    """Return a table of words; the first of each row is its header.

    Parameters
    ----------
    headings
        One per column; on a phone each stands before the words of its column.
    silent
        What a cell without words says.
    """
    cells = [
        [
            header_cell(first),
            *(cell(words or unknown(silent), label=of) for of, words in zip(headings[1:], rest, strict=True)),
        ]
        for first, *rest in rows
    ]
    return table(caption, headings, cells, class_=class_)


def header_cell(*pieces: Piece) -> Fragment:
    """Return the header cell of a row."""
    return element("th", *pieces, scope="row")


def cell(*pieces: Piece, label: str | None = None, class_: str | None = None) -> Fragment:
    """Return an ordinary cell; `label` stands before its value on a phone."""
    return element("td", *pieces, class_=class_, data_l=typographic(label) if label else None)


def sources_cell(marks: Iterable[str]) -> Fragment:
    """Return the source marks, one per line; one that is long, such as an address, may break."""
    given = list(marks)
    is_long = any(len(mark) > LONGEST_MARK for mark in given)
    lines = [_break(mark) if len(mark) > LONGEST_MARK else text(mark) for mark in given]
    cells = join(lines, '<span class="sep">, </span><br>') or NOT_APPLICABLE
    return element("td", cells, class_="src long" if is_long else "src")


def _break(mark: str) -> Fragment:
    """Return a mark that may break behind what separates its parts, and within a part that is long itself."""
    return join((text(part) for part in _PARTS.findall(mark)), "<wbr>")


def data_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Fragment:
    """Return the data behind a chart."""
    cells = [[header_cell(str(first)), *(cell(str(value)) for value in rest)] for first, *rest in rows]
    return table(say("plotted"), headings, cells, class_="tight")


def _to_plain(cell: Any, none: tuple[Any, ...]) -> Any:
    # A float that is no number does not equal itself.
    if cell is none[0] or cell is none[1] or cell != cell:
        return None
    return cell.date() if hasattr(cell, "to_pydatetime") else cell
