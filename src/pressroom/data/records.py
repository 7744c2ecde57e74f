"""The tables of a dataset as text, as whoever checks them or adds to them asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from pressroom.data.findings import Finding, Severity, find_nearest
from pressroom.data.package import Package
from pressroom.data.resource import Field, Resource
from pressroom.data.sheets import Sheet

Rule = Callable[["Sheets"], Iterator[Finding]]
"""Takes the readable tables and yields what breaks it."""


class Cells(Mapping[str, str]):
    """The cells of a row by label; made for each of a million rows, so it copies nothing."""

    __slots__ = ("_cells", "_places")

    def __init__(self, places: Mapping[str, int], cells: Sequence[str]) -> None:
        self._places, self._cells = places, cells

    def __getitem__(self, label: str) -> str:
        return self._cells[self._places[label]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True)
class Record:
    """One row: which it is, and its cells by label."""

    resource: Resource
    number: int
    cells: Mapping[str, str]

    def find(
        self,
        column: str,
        message: str,
        *,
        value: str | None = None,
        allowed: Iterable[str] = (),
        severity: Severity = "error",
    ) -> Finding:
        """Return a finding about this row's cell in `column`, or about one item, `value`, of its list."""
        value, allowed = self.cells[column] if value is None else value, tuple(allowed)
        return Finding(
            message=message,
            severity=severity,
            file=self.resource.file,
            row=self.number,
            column=column,
            value=value,
            allowed=allowed,
            nearest=find_nearest(value, allowed),
        )


@dataclass(frozen=True)
class Sheets:
    """The tables that could be read, as text."""

    package: Package
    sheets: Mapping[str, Sheet]

    def records(self, table: str, *needed: str) -> Iterator[Record]:
        """Yield the rows of a table; none if it could not be read or lacks a column that is needed."""
        sheet = self.sheets.get(table)
        if sheet is not None and set(needed) <= set(sheet.resource.labels):
            yield from list_records(sheet)

    def values(self, name: str) -> tuple[str, ...] | None:
        """Return what stands in ``table.column``; None if the table could not be read."""
        table, _, column = name.partition(".")
        if table not in self.sheets or column not in self.sheets[table].resource.labels:
            return None
        return tuple(filter(None, self.sheets[table].column(column)))

    def cells(
        self, wanted: Callable[[Field], bool], suspect: Callable[[Field, str], object] | None = None
    ) -> Iterator[tuple[Record, Field]]:
        """Yield every row with each of its fields that is `wanted` and holds anything.

        Parameters
        ----------
        suspect
            Says of a field and a text whether a cell is worth a look; asked once for each text of a column.
        """
        for sheet in self.sheets.values():
            for field in sheet.resource.fields:
                if wanted(field):
                    texts = {*sheet.column(field.name)} - {""}
                    chosen = {text for text in texts if suspect is None or suspect(field, text)}
                    found = list_records(sheet, map(chosen.__contains__, sheet.column(field.name)))
                    yield from ((record, field) for record in found) if chosen else ()

    def texts(self, table: str, *columns: str) -> list[tuple[str, ...]]:
        """Return the cells of each row in some columns; none if the table was not read or lacks one."""
        sheet = self.sheets.get(table)
        if sheet is None or not set(columns) <= set(sheet.resource.labels):
            return []
        return list(zip(*map(sheet.column, columns), strict=True))

    def suspects(
        self, table: str, columns: Sequence[str], suspect: Callable[..., object]
    ) -> Iterator[Record]:
        """Yield the rows of a table whose cells in some columns are worth a look.

        Parameters
        ----------
        suspect
            Says so of these cells' texts; asked once for each combination of them.
        """
        there = self.texts(table, *columns)
        chosen = {texts for texts in {*there} if suspect(*texts)}
        if chosen:
            yield from list_records(self.sheets[table], map(chosen.__contains__, there))


def list_records(sheet: Sheet, chosen: Iterable[object] | None = None) -> Iterator[Record]:
    """Yield the rows of a table, with their cells by label.

    Parameters
    ----------
    chosen
        Says of each row whether it is wanted; without it, all are.
    """
    rows = zip(sheet.numbers, zip(*sheet.columns, strict=True), strict=False)
    for number, cells in rows if chosen is None else compress(rows, chosen):
        yield Record(sheet.resource, number, Cells(sheet.resource.places, cells))


def find_homes(sheets: Sheets, origin: str) -> dict[str, tuple[str, ...]] | None:
    """Return in which columns each code of a column or a declared list stands; None if one is unreadable.

    What stands in a table that cannot be read is not to be called unknown.
    """
    declared = sheets.package.lists.get(origin)
    homes: dict[str, tuple[str, ...]] = dict.fromkeys(declared.values if declared else (), ())
    for name in declared.columns if declared else (origin,):
        values = sheets.values(name)
        if values is None:
            return None
        alone = (name,)  # of a hundred thousand codes, one is enough
        homes |= {code: (*homes[code], name) if code in homes else alone for code in values}
    return homes
