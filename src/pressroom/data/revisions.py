"""What a later source corrected, or said more exactly: the values before and now, in words.

A table that ``holds`` the ``revisions`` has a row for each cell that held something else before. What is said
of a record's first and last day is one revision, of its date.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.data.cell_words import CellWords
from pressroom.data.sources import REVISIONS

if TYPE_CHECKING:
    from pressroom.data.dataset import Dataset

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Revision:
    """A value that no longer holds.

    Attributes
    ----------
    row
        What is said of it: its row in the table of revisions.
    of
        The row that it is of, as it is now.
    heading
        What names that row on its own.
    label
        What the value is, such as ``"date"``.
    before, now
        In words; now is empty where nothing says which of several rows it is of.
    """

    row: Row
    of: Row
    heading: str
    label: str
    before: str
    now: str


def list_revisions(ds: Dataset, words: CellWords, rows: Iterable[Row]) -> list[Revision]:
    """Return the revisions of records, in the order of their table."""
    table, by_key = ds.package.records, {row[ds.package.records.key[0]]: row for row in rows}
    dates = table.interval or ("", "")
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for one in _select(ds, sorted(by_key)):
        if one["table"] == table.name:
            column = dates[0] if one["column"] in dates else one["column"]
            found.setdefault((one["row"], one["kind"], column), {})[one["column"]] = one
    return [_tell(ds, words, by_key[key], column, changed) for (key, _, column), changed in found.items()]


def list_others(ds: Dataset, words: CellWords) -> list[Revision]:
    """Return the revisions of what is no record."""
    records = ds.package.records.name
    return [_tell_other(ds, words, one) for one in _select(ds) if one["table"] != records]


def _select(ds: Dataset, keys: Sequence[str] | None = None) -> Sequence[Row]:
    held = ds.package.holding(REVISIONS)
    asked = None if keys is None else {"row": keys}
    return ds.select(held.name, asked, strict=False) if held else ()


def _tell(ds: Dataset, words: CellWords, row: Row, column: str, changed: Mapping[str, Row]) -> Revision:
    table, one = ds.package.records, next(iter(changed.values()))
    # Of a date whose first day alone is stated otherwise, the earlier source gave no last day.
    start, end = table.interval or ("", "")
    cells = {start: row[start], end: None} if column == start else {}
    old = ChainMap({name: one["value"] for name, one in changed.items()}, cells, row)  # type: ignore[arg-type]
    label = "date" if column == start else ds.label(table.name, column)
    said = (words.say(table.name, column, each) for each in (old, row))
    return Revision(one, row, words.head(table.name, row), label, *said)


def _tell_other(ds: Dataset, words: CellWords, one: Row) -> Revision:
    table, column = one["table"], one["column"]
    rows = list(ds.select(table, {ds.package.resource(table).key[0]: one["row"]}))
    before = words.say(table, column, ChainMap({column: one["value"]}, rows[0]))  # type: ignore[arg-type]
    # Of several rows with the same code, nothing says which of them it is.
    now = words.say(table, column, rows[0]) if len(rows) == 1 else ""
    return Revision(one, rows[0], words.head(table, rows[0]), ds.label(table, column), before, now)
