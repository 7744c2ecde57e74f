"""What a later source corrected, or said more exactly: the values before and now, in words.

A table that ``holds`` the ``revisions`` has a row for each cell that held something else before. What is said
of a record's first and last day is one revision, of its date.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pressroom.data.comparison import say_value
from pressroom.data.date_words import ENGLISH, when
from pressroom.data.sheets import split_items
from pressroom.data.sources import REVISIONS
from pressroom.data.wording import read_wordings

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


class CellWords:
    """The cells of a dataset in words.

    Parameters
    ----------
    dates
        The words and patterns of dates in the readers' language.
    own
        By ``table.column``, says the cell of a row in another way.
    silent
        What is said of an empty cell.
    """

    def __init__(
        self,
        ds: Dataset,
        *,
        dates: Mapping[str, str] = ENGLISH,
        own: Mapping[str, Callable[[Row], str]] | None = None,
        silent: str = "",
    ) -> None:
        self._ds, self._own, self._silent = ds, own or {}, silent
        self._wordings = read_wordings(ds.package, dates=dates)

    def say(self, table: str, column: str, row: Row) -> str:
        """Return a cell in words; a list may be a text, as a revision has it."""
        wording, resource = self._wordings[table], self._ds.package.resource(table)
        field = next(field for field in resource.fields if field.name == column)
        dates = wording.interval
        if dates and column in dates:
            return when(row[dates[0]] or "", row[dates[1]] or "", words=wording.dates)
        value = row[column]
        if field.is_list and isinstance(value, str):
            value = tuple(split_items(value))
        if value in (None, "", ()):
            return self._silent
        if own := self._own.get(f"{table}.{column}"):
            return own(ChainMap({column: value}, row))  # type: ignore[arg-type]
        if field.is_partial_date:
            return when(str(value), words=wording.dates)
        return say_value(wording, column, value, self.name)

    def name(self, table: str, code: str) -> str:
        """Return the name of a code; itself if it is none, as what was wrong before may be."""
        label, key = self._wordings[table].name, self._ds.package.resource(table).key[0]
        rows = self._ds.select(table, {key: code}, strict=False)
        return next((str(row[label]) for row in rows), code)

    def head(self, table: str, row: Row) -> str:
        """Return what names a row on its own."""
        return self._wordings[table].find_heading(row)


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
