"""The rows behind a briefing: what it read of the release's dataset, asked once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pressroom.data.package import Package
from pressroom.data.question import SELECT
from pressroom.data.select import Tables
from pressroom.data.tables import Rows
from pressroom.edition.manifest import Record


@dataclass
class Extract:
    """Some rows of a table, and the columns that a briefing read of them."""

    table: str
    places: set[int] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Behind:
    """What stands behind one briefing.

    Attributes
    ----------
    extracts
        By table, those without rows left out.
    records
        Where the records that the briefing is about stand in their table.
    """

    extracts: tuple[Extract, ...]
    records: tuple[int, ...]


@dataclass(frozen=True)
class Search:
    """What the descriptor says of the site's search, under ``search``: words, and filters by parameter.

    Attributes
    ----------
    plural
        What the records are called together.
    words
        The columns of the records whose words are searched.
    filters
        By parameter of briefings: the column of the records that it may be among, and the filter's label.
    """

    plural: str = "records"
    words: tuple[str, ...] = ()
    filters: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Search:
        """Return what a dataset's descriptor says; without a word of it, only briefings are searched."""
        told = package.descriptor.get("search", {})
        filters = {name: (one["column"], one["label"]) for name, one in told.get("filters", {}).items()}
        return cls(told.get("plural", "records"), tuple(told.get("words", ())), filters)


class Source:
    """A release's dataset, opened once, and asked again what its briefings asked."""

    def __init__(self, package: Package) -> None:
        self.package = package

    @cached_property
    def tables(self) -> Tables:
        """Return what the release's dataset holds."""
        return Tables.of(self.package)

    def find(self, record: Record) -> Behind | None:
        """Return the rows that a briefing read; None if this dataset no longer gives what it got.

        So it is for a copy of an earlier state: no data is better than data of another day.
        """
        is_same = record.inputs.get("dataset") == self.package.digest
        extracts: dict[str, Extract] = {}
        about: set[int] = set()
        for read in (read for read in record.reads if read["query"] == SELECT):
            rows = self.tables.ask_again(read["arguments"])
            if not is_same and (rows is None or rows.digest() != read["digest"]):
                return None
            if rows is None:
                continue
            extract = extracts.setdefault(rows.table.name, Extract(rows.table.name))
            extract.places.update(rows.positions)
            extract.columns.update((*rows.table.key, *rows.used) if rows.used else ())
            if rows.table.name == self.package.records.name and self._is_about(rows, record.parameters):
                about.update(rows.positions)
        order = [resource.name for resource in self.package.resources]
        found = sorted((e for e in extracts.values() if e.places), key=lambda e: order.index(e.table))
        return Behind(tuple(found), tuple(sorted(about)))

    def cells(self, table: str, column: str) -> Sequence[Any]:
        """Return the cells of a column of a table."""
        return self.tables[table].values[column]

    def _is_about(self, rows: Rows, parameters: Mapping[str, Any]) -> bool:
        """Return whether records were asked for by a briefing's own parameters, as the site filters them."""
        filters = Search.of(self.package).filters
        where = rows.asked.get("where", {})
        asked = [[str(v) for v in where.get(filters[name][0], ())] for name in parameters if name in filters]
        own = [[str(value)] for name, value in parameters.items() if name in filters]
        return asked == own and rows.asked.get("placed", True)
