"""Tables: activities with their date marks, lists of lines, and the data behind a chart.

Every table has a caption and header cells; nothing in it is blank: "not stated", "none named", or an en dash
where the question does not arise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.content.fragments import (
    Fragment,
    Piece,
    element,
    join,
    locators,
    span,
    text,
)
from aichr_briefings.content.names import short_names
from aichr_briefings.content.rows import Row
from aichr_briefings.content.words import number, typographic

if TYPE_CHECKING:
    from aichr_briefings.dataset import Dataset

NOT_APPLICABLE = "–"
WHOLE = 3
"""Up to how many agencies of an activity are named; more are counted."""


def unknown(words: str) -> Fragment:
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


def header_cell(*pieces: Piece) -> Fragment:
    """Return the header cell of a row."""
    return element("th", *pieces, scope="row")


def cell(*pieces: Piece, label: str | None = None, class_: str | None = None) -> Fragment:
    """Return an ordinary cell; `label` stands before its value on a phone."""
    return element("td", *pieces, class_=class_, data_l=typographic(label) if label else None)


def sources_cell(sources: Sequence[str]) -> Fragment:
    """Return the source marks, one per line."""
    lines = [text(locator) for locator in locators(sources)]
    return element("td", join(lines, '<span class="sep">, </span><br>') or NOT_APPLICABLE, class_="src")


def data_table(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Fragment:
    """Return the data behind a chart."""
    cells = [[header_cell(str(first)), *(cell(str(value)) for value in rest)] for first, *rest in rows]
    return table("The plotted data", headings, cells, class_="tight")


def place(row: Row, countries: Mapping[str, str], *, venue: bool = True) -> str:
    """Return where an activity took place, saying what the source leaves out; empty if it says nothing.

    Parameters
    ----------
    countries
        Names by code, that of the activity's country among them.
    venue
        Whether to name the venue, too.
    """
    country = countries[row["country"]] if row["country"] else ""
    parts = [part for part in (row["venue"] if venue else "", row["city"], country) if part]
    if not parts:
        return ""
    return ", ".join(parts) if row["city"] else f"{', '.join(parts)}, city not stated"


def agency_names(names: Mapping[str, str], codes: Sequence[str]) -> str:
    """Return agencies by their names, or their number in words when there are more than three."""
    if len(codes) > WHOLE:
        return f"{number(len(codes))} agencies"
    return ", ".join(names[code] for code in codes)


def names_of_few(ds: Dataset, rows: Iterable[Row]) -> dict[str, str]:
    """Return the names by code of the agencies of those activities of which `agency_names` names them."""
    named = (row["agencies"] for row in rows if len(row["agencies"]) <= WHOLE)
    return short_names(ds, (code for codes in named for code in codes))


def main_title(title: str) -> str:
    """Return a title without the subtitle behind its colon."""
    return title.partition(": ")[0]
