"""The rows behind a briefing: what it read of a dataset, asked once more; as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from pressroom.data.package import Package
from pressroom.data.reads import SELECT, digest_answer
from pressroom.data.select import Tables
from pressroom.data.tables import Rows
from pressroom.edition.manifest import Record

_RISKY = re.compile(r"""^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[\s"]*[=+\-@＝＋－＠])""")
"""Before what a spreadsheet may take for a formula; many split at semicolons, within quotes, too."""


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
        search = package.descriptor.get("search", {})
        filters = {name: (one["column"], one["label"]) for name, one in search.get("filters", {}).items()}
        return cls(search.get("plural", "records"), tuple(search.get("words", ())), filters)


class Source:
    """A dataset, opened once, and asked again what its briefings asked."""

    def __init__(self, package: Package, tables: Tables | None = None) -> None:
        self.package, self._tables = package, tables

    @cached_property
    def tables(self) -> Tables:
        """Return what the dataset holds."""
        return self._tables or Tables.of(self.package)

    def find(self, record: Record, table: str | None = None) -> Behind | None:
        """Return the rows that a briefing read, or those of one table; None if it would get others today.

        So it is for a copy of an earlier state: no data is better than data of another day.
        """
        is_same = record.inputs.get("dataset") == self.package.digest
        extracts: dict[str, Extract] = {}
        about: set[int] = set()
        for read in (read for read in record.reads if read["query"] == SELECT):
            is_wanted = table in (None, read["arguments"]["table"])
            if is_same and not is_wanted:
                continue
            rows = self.tables.ask_again(read["arguments"])
            if not is_same and (rows is None or rows.digest() != read["digest"]):
                return None
            if rows is None or not is_wanted:
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


def has_rows(reads: Iterable[Mapping[str, Any]]) -> bool:
    """Return whether a briefing looked at cells of the dataset, as its recorded reads tell by themselves."""
    asked = (read for read in reads if read["query"] == SELECT)
    cells = ((list(read["arguments"].get("columns", ())), read["digest"]) for read in asked)
    return any(columns and digest != digest_answer([columns, []]) for columns, digest in cells)


def write_rows(source: Source, record: Record) -> bytes | None:
    """Return the rows of a briefing as CSV, its records if it read some, else its first table's; or None."""
    if not has_rows(record.reads):
        return None
    for table in (source.package.records.name, None):
        found = source.find(record, table)
        extracts = [extract for extract in found.extracts if extract.columns] if found else []
        if extracts:
            return write_csv(source, extracts[0])
    return None


def list_columns(source: Source, extract: Extract) -> list[str]:
    """Return the columns of an extract in its table's order."""
    return [label for label in source.tables[extract.table].columns if label in extract.columns]


def write_csv(source: Source, extract: Extract) -> bytes:
    """Return an extract as CSV that no spreadsheet runs."""
    labels = list_columns(source, extract)
    columns = [source.cells(extract.table, label) for label in labels]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(neutralise, labels))
    writer.writerows([_write_cell(column[i]) for column in columns] for i in sorted(extract.places))
    return buffer.getvalue().encode()


def neutralise(text: str) -> str:
    """Return a text that a spreadsheet shows instead of running.

    Examples
    --------
    >>> neutralise("=1+1"), neutralise("one;=two"), neutralise("1 + 1")
    ("'=1+1", "one;'=two", '1 + 1')
    """
    return _RISKY.sub("'", text)


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return str(value)  # -5 is a number to a spreadsheet, too
    return neutralise(";".join(map(str, value)) if isinstance(value, tuple) else str(value))
