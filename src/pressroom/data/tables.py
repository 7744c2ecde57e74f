"""Typed tables with their indices, and rows of them that note which columns are looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, overload

from pressroom.data.findings import UnknownCode
from pressroom.data.partial_dates import PRECISIONS, PartialDate
from pressroom.data.reads import SELECT, Read, digest_answer
from pressroom.data.resource import Field

if TYPE_CHECKING:
    import pandas as pd

_DTYPES = {
    "string": "string",
    "any": "string",
    "integer": "Int64",
    "year": "Int64",
    "number": "Float64",
    "boolean": "boolean",
    "date": "datetime64[s]",
}


class Table:
    """A typed table that is not to be changed.

    Parameters
    ----------
    fields
        Its columns, derived ones too, in order.
    values
        The cells of each column, None where one is empty; a list column holds tuples.
    numbers
        The rows' numbers as a spreadsheet counts.
    key
        The columns that tell its rows apart.
    dates
        When each row was, if the table has an interval.
    """

    def __init__(
        self,
        name: str,
        fields: Sequence[Field],
        values: Mapping[str, Sequence[Any]],
        *,
        numbers: Sequence[int] = (),
        key: Sequence[str] = (),
        dates: Sequence[PartialDate] | None = None,
    ) -> None:
        self.name, self.key, self.dates, self.numbers = name, tuple(key), dates, numbers
        self.fields = {field.name: field for field in fields}
        self.values = {label: values[label] for label in self.fields}
        self._indices: dict[str, dict[Any, list[int]]] = {}

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the labels of its columns."""
        return tuple(self.fields)

    def locate(self, asked: Mapping[str, tuple[Any, ...]], *, first: int = 0) -> list[int] | None:
        """Return the positions of the rows that hold in each column one of the values asked for, in order.

        A list column holds what is one of its items. Only rows from position `first` on count. The answer is
        None if nothing was asked.
        """
        wanted = dict(asked)
        if not wanted:
            return None
        sizes = {c: sum(len(self.index(c).get(v, ())) for v in wanted[c]) for c in wanted}
        fewest = min(sizes, key=lambda c: sizes[c])
        found: Iterable[int] = range(first, len(self))
        if sizes[fewest] < len(self) - first:
            places = (i for value in wanted.pop(fewest) for i in self.index(fewest).get(value, ()))
            found = {i for i in places if i >= first}
        others = [(self.values[c], frozenset(v)) for c, v in wanted.items()]
        return sorted(i for i in found if all(_holds(cells[i], values) for cells, values in others))

    def index(self, column: str) -> Mapping[Any, Sequence[int]]:
        """Return the positions of the rows by what stands in `column`, each item of a list counting."""
        if column not in self._indices:
            index: dict[Any, list[int]] = defaultdict(list)
            for position, value in enumerate(self.values[column]):
                if not isinstance(value, tuple):
                    index[value].append(position)
                    continue
                for item in dict.fromkeys(value) if value else (None,):
                    index[item].append(position)
            self._indices[column] = dict(index)
        return self._indices[column]

    def require_columns(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Return the columns asked for in the table's order, each known."""
        asked = {columns} if isinstance(columns, str) else set(columns)
        for column in sorted(asked - self.fields.keys()):
            raise UnknownCode(column, f"the columns of {self.name}", self.columns)
        return tuple(label for label in self.fields if label in asked)


class Rows(Sequence["Row"]):
    """Some rows of a table, in its order. A column that is looked at counts as used, for all of them.

    Parameters
    ----------
    positions
        Where the rows stand in the table, from 0.
    asked
        The question that they answer, as JSON has it.
    on_use
        Is called when a column is used for the first time.
    """

    def __init__(
        self,
        table: Table,
        positions: Sequence[int],
        *,
        asked: Mapping[str, Any] | None = None,
        on_use: Callable[[Rows], None] | None = None,
    ) -> None:
        self.table, self.positions, self.asked = table, positions, dict(asked or {})
        self._used: set[str] = set()
        self.on_use = on_use

    @overload
    def __getitem__(self, place: int) -> Row: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Row]: ...
    def __getitem__(self, place: int | slice) -> Row | Sequence[Row]:
        if isinstance(place, slice):
            return [Row(self, position) for position in self.positions[place]]
        return Row(self, self.positions[place])

    def __len__(self) -> int:
        return len(self.positions)

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {self.table.name}>"

    @property
    def used(self) -> tuple[str, ...]:
        """Return the columns used so far, in the table's order."""
        return self.table.require_columns(self._used)

    def use(self, *columns: str) -> tuple[str, ...]:
        """Note that columns are used, each known; return them in the table's order."""
        if not self._used.issuperset(columns):
            known = self.table.require_columns(columns)
            self._used.update(known)
            if self.on_use:
                self.on_use(self)
            return known
        return self.table.require_columns(columns)

    def values(self, column: str) -> list[Any]:
        """Return the cells of a column; what is empty is None."""
        self.use(column)
        cells = self.table.values[column]
        return [cells[position] for position in self.positions]

    def distinct(self, column: str) -> list[Any]:
        """Return what stands in a column, each value once; the items of lists, without what is empty."""
        cells = self.values(column)
        items = (item for cell in cells for item in (cell if isinstance(cell, tuple) else (cell,)))
        return [item for item in dict.fromkeys(items) if item is not None]

    def frame(self, *columns: str) -> pd.DataFrame:
        """Return the rows as a frame of their own, of some columns or all; an empty cell is ``<NA>``.

        Texts are ``string``, whole numbers ``Int64``, yes and no ``boolean``; lists are tuples. Which columns
        of a frame are used cannot be seen, so that all it has count.
        """
        import pandas as pd

        labels = self.use(*(columns or self.table.columns))
        return pd.DataFrame({label: self._make_column(label) for label in labels})

    def digest(self, columns: Iterable[str] | None = None) -> str:
        """Return the SHA-256 of columns (those used) and these rows' cells in them, in order."""
        labels = self.used if columns is None else self.table.require_columns(columns)
        cells = [self.table.values[label] for label in labels]
        return digest_answer([labels, [[column[i] for column in cells] for i in self.positions]])

    def to_read(self) -> Read:
        """Return what a notebook read of these rows: the question, and the columns that it looked at."""
        return {
            "query": SELECT,
            "arguments": {**self.asked, "columns": list(self.used)},
            "digest": self.digest(),
        }

    def by_key(self) -> dict[str, dict[str, Any]]:
        """Return the rows by their key in words, each a cell by label; without a key, by all their cells."""
        values = self.table.values
        named = self.table.key or self.table.columns
        return {
            " ".join(_name(values[column][i]) for column in named): {c: values[c][i] for c in values}
            for i in self.positions
        }

    def _make_column(self, label: str) -> pd.Series[Any]:
        import pandas as pd

        field, cells = self.table.fields[label], self.values(label)
        if label == "precision" and self.table.dates is not None:
            return pd.Series(pd.Categorical(cells, categories=PRECISIONS, ordered=True))
        return pd.Series(cells, dtype="object" if field.is_list else _DTYPES[field.type])


class Row(Mapping[str, Any]):
    """One row of `Rows`: cells by label, None where one is empty."""

    __slots__ = ("_position", "_rows")

    def __init__(self, rows: Rows, position: int) -> None:
        self._rows, self._position = rows, position

    def __getitem__(self, label: str) -> Any:
        if label not in self._rows._used:
            self._rows.use(label)
        return self._rows.table.values[label][self._position]

    def __contains__(self, label: object) -> bool:
        return label in self._rows.table.fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows.table.fields)

    def __len__(self) -> int:
        return len(self._rows.table.fields)

    def __repr__(self) -> str:
        return f"<row {self._rows.table.numbers[self._position]} of {self._rows.table.name}>"


def _holds(cell: Any, wanted: frozenset[Any]) -> bool:
    return not wanted.isdisjoint(cell or (None,)) if isinstance(cell, tuple) else cell in wanted


def _name(value: Any) -> str:
    return ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def rank_day(day: date | None) -> int:
    """Return a day as a number that sorts, what has none last."""
    return day.toordinal() if day else 10**7
