"""What a cell holds, in words: names in place of codes, dates as dates, lists as phrases."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pressroom.data.comparison import say_whole, shorten
from pressroom.data.date_words import ENGLISH, when
from pressroom.data.sheets import split_items
from pressroom.data.wording import read_wordings

if TYPE_CHECKING:
    from pressroom.data.dataset import Dataset

Row = Mapping[str, Any]


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

    def say(self, table: str, column: str, row: Row, *, whole: bool = False) -> str:
        """Return a cell in words, cut if it is long and not to be `whole`; a list may be a text."""
        wording, resource = self._wordings[table], self._ds.package.resource(table)
        field = next((field for field in resource.fields if field.name == column), None)
        dates = wording.interval
        if dates and column in dates:
            return when(row[dates[0]] or "", row[dates[1]] or "", words=wording.dates)
        value = row[column]
        if field and field.is_list and isinstance(value, str):
            value = tuple(split_items(value))
        if value in (None, "", ()):
            return self._silent
        if own := self._own.get(f"{table}.{column}"):
            return own(ChainMap({column: value}, row))  # type: ignore[arg-type]
        if field and field.is_partial_date:
            return when(str(value), words=wording.dates)
        said = say_whole(wording, column, value, self.name)
        return said if whole else shorten(said)

    def name(self, table: str, code: str) -> str:
        """Return the name of a code; itself if it is none, as what was wrong before may be."""
        label, key = self._wordings[table].name, self._ds.package.resource(table).key[0]
        rows = self._ds.select(table, {key: code}, strict=False)
        return next((str(row[label]) for row in rows), code)

    def head(self, table: str, row: Row) -> str:
        """Return what names a row on its own."""
        return self._wordings[table].find_heading(row)
