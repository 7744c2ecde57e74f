"""The code lists that a descriptor declares under ``lists``: where codes stand, and which of them count.

``"owners": {"from": "firms.code", "where": {"is_owner": true}, "orderBy": "code"}`` names the
codes of some rows of a table. Without ``where`` all count, without ``orderBy`` they stand as in the table;
``from`` may name several columns, and ``values`` codes that stand in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pressroom.data.findings import DatasetError, Finding, find_nearest, quote

_KEYS = ("from", "where", "orderBy", "values")
_FILE = "datapackage.json"


@dataclass(frozen=True)
class CodeList:
    """A code list with a name of its own.

    Attributes
    ----------
    columns
        The ``table.column`` of its codes.
    where
        By column of these tables: the values of which a row must have one.
    order_by
        The column that gives the order; ``""`` for that of the table.
    values
        Codes that come first and stand in no column.
    """

    name: str
    columns: tuple[str, ...]
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    order_by: str = ""
    values: tuple[str, ...] = ()

    def list_needs(self) -> Iterator[str]:
        """Yield the ``table.column`` of all that it looks at."""
        for name in self.columns:
            table = name.partition(".")[0]
            yield name
            yield from (f"{table}.{column}" for column in (*self.where, self.order_by) if column)


def read_lists(descriptor: Mapping[str, Any]) -> dict[str, CodeList]:
    """Return the lists that a descriptor declares, by name, in its order.

    Raises
    ------
    DatasetError
        If one is not of the form that this module's first lines describe.
    """
    entries = descriptor.get("lists", {})
    _require(isinstance(entries, dict), '"lists" is not an object')
    return {name: _read_list(name, entry) for name, entry in entries.items()}


def find_unknown_columns(lists: Iterable[CodeList], known: Iterable[str]) -> Iterator[Finding]:
    """Yield the columns that lists look at and that are not among the `known`, ``table.column`` each."""
    columns = tuple(known)
    for one in lists:
        for name in dict.fromkeys(one.list_needs()):
            if name not in columns:
                message = f'the list "{one.name}" looks at {quote(name)}, which is no column of a table'
                yield Finding(message=message, file=_FILE, value=name, nearest=find_nearest(name, columns))


def _read_list(name: str, entry: Any) -> CodeList:
    place = f'the list "{name}"'
    _require("." not in name, f"{place} has a point in its name, as columns have")
    _require(isinstance(entry, dict), f"{place} is not an object")
    unknown = next((key for key in entry if key not in _KEYS), None)
    _require(unknown is None, f"{place} has {quote(unknown)}; allowed: {', '.join(_KEYS)}")
    columns = _read_texts(entry.get("from", ()), f'"from" of {place}')
    _require(all(column.count(".") == 1 for column in columns), f'"from" of {place} is not table.column')
    _require(bool(columns or entry.get("values")), f'{place} needs "from", table.column')
    where = entry.get("where", {})
    _require(isinstance(where, dict), f'"where" of {place} is not an object')
    order = entry.get("orderBy", "")
    _require(isinstance(order, str), f'"orderBy" of {place} is not the name of a column')
    return CodeList(
        name=name,
        columns=columns,
        where={column: _read_values(value, f'"where" of {place}') for column, value in where.items()},
        order_by=order,
        values=_read_texts(entry.get("values", ()), f'"values" of {place}'),
    )


def _read_texts(value: Any, place: str) -> tuple[str, ...]:
    items = (value,) if isinstance(value, str) else value
    _require(
        isinstance(items, list | tuple) and all(isinstance(item, str) for item in items),
        f"{place} is neither a text nor a list of texts",
    )
    return tuple(items)


def _read_values(value: Any, place: str) -> tuple[Any, ...]:
    items = value if isinstance(value, list) else [value]
    _require(
        all(isinstance(item, str | int | float) for item in items),
        f"{place} asks for something else than texts, numbers, true or false",
    )
    return tuple(items)


def _require(right: bool, message: str) -> None:
    if not right:
        raise DatasetError(Finding(message=f"the descriptor is faulty: {message}", file=_FILE))
