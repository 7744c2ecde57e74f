"""Columns that follow from others: of dates, and those that a descriptor declares under ``derived``.

``"crews": {"gather": "shifts.crew", "by": "voyage"}`` in a table lists, for each of its rows,
what the column ``crew`` holds in the rows of ``shifts`` whose column ``voyage`` holds the row's
key. ``{"lookUp": "ships.owner", "by": "ship"}`` takes the cell of the row of another table
whose key stands in a column of this one. ``{"climb": "parent", "where": {"is_owner": true}}`` names the
nearest row, from this one upwards, that fits: ``parent`` holds the key of the row above. Each may have
``itemsFrom`` and ``description`` as other columns do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.shapes import DESCRIPTOR

DATES: Final = {
    "earliest": "First day that it may have begun on.",
    "latest": "Last day that it may have ended on.",
    "precision": "How exactly the date is stated.",
    "year": "Year in which it began, where that is certain.",
    "years": "Years that it certainly touches.",
}
"""The columns that follow from a row's first and last day."""

KINDS = ("climb", "lookUp", "gather")


@dataclass(frozen=True)
class Derivation:
    """How a declared column follows from others.

    Attributes
    ----------
    kind
        One of `KINDS`.
    source
        The column to climb along, or the ``table.column`` to look into.
    by
        The column that holds the other table's keys (lookUp), or this one's (gather).
    where
        What the row that is climbed to must hold, by column.
    """

    label: str
    kind: str
    source: str
    by: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    items_from: str | None = None
    description: str = ""

    def list_needs(self, table: str) -> Iterator[str]:
        """Yield the ``table.column`` of all that it looks at, in its own `table` and in another."""
        if self.kind == "climb":
            yield from (f"{table}.{column}" for column in (self.source, *self.where))
            return
        yield self.source
        yield f"{table if self.kind == 'lookUp' else self.source.partition('.')[0]}.{self.by}"


def read_derivations(table: str, entry: Mapping[str, Any]) -> tuple[Derivation, ...]:
    """Return the columns that a descriptor's entry for a table declares under ``derived``.

    Raises
    ------
    DatasetError
        If one is not of the form that this module's first lines describe.
    """
    given = entry.get("derived", {})
    _require(isinstance(given, dict), f'"derived" of the table {table} is not an object')
    return tuple(_read_derivation(f"{table}.{label}", label, said) for label, said in given.items())


def find_unknown(needs: Iterable[tuple[str, str]], known: Iterable[str]) -> Iterator[Finding]:
    """Yield the columns that derived ones look at and that are not among the `known`, ``table.column`` each.

    `needs` are pairs of a derived column and of one that it looks at.
    """
    columns = tuple(known)
    for derived, name in dict.fromkeys(needs):
        if name not in columns:
            message = f"the derived column {derived} looks at {quote(name)}, which is no column of a table"
            yield Finding(message=message, file=DESCRIPTOR, value=name, nearest=find_nearest(name, columns))


def find_circles(needs: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Yield the derived columns that look at each other, of pairs as `find_unknown` takes them."""
    waiting: dict[str, set[str]] = {}
    for derived, name in needs:
        waiting.setdefault(derived, set()).add(name)
    while ready := [derived for derived, names in waiting.items() if names.isdisjoint(waiting)]:
        waiting = {derived: names for derived, names in waiting.items() if derived not in ready}
    if waiting:
        message = f"the derived columns {', '.join(waiting)} look at each other"
        yield Finding(message=message, file=DESCRIPTOR)


def _read_derivation(place: str, label: str, given: Any) -> Derivation:
    place = f"the derived column {place}"
    _require(isinstance(given, dict), f"{place} is not an object")
    kinds = [kind for kind in KINDS if kind in given]
    _require(len(kinds) == 1, f"{place} needs one of {', '.join(KINDS)}")
    kind, other = kinds[0], "where" if kinds[0] == "climb" else "by"
    unknown = next((key for key in given if key not in (kind, other, "itemsFrom", "description")), None)
    _require(unknown is None, f"{place} has {quote(unknown)}, which goes with no {kind}")
    source, by, where = given[kind], given.get("by", ""), given.get("where", {})
    _require(isinstance(source, str), f'"{kind}" of {place} is not the name of a column')
    _require(kind == "climb" or source.count(".") == 1, f'"{kind}" of {place} is not table.column')
    _require(isinstance(by, str) and bool(by) is (kind != "climb"), f'"by" of {place} is no column')
    _require(isinstance(where, dict) and bool(where) is (kind == "climb"), f'"where" of {place} asks nothing')
    rest = given.get("itemsFrom"), str(given.get("description", ""))
    return Derivation(label, kind, source, by, where, *rest)


def _require(right: bool, message: str) -> None:
    if not right:
        raise DatasetError(Finding(message=f"the descriptor is faulty: {message}", file=DESCRIPTOR))
