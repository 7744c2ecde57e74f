"""The code lists of a dataset, and the refusal of what is not on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aichr_briefings.dataset.findings import UnknownCode
from aichr_briefings.dataset.lists import CodeList
from aichr_briefings.dataset.package import Package
from aichr_briefings.dataset.partial_dates import PartialDate
from aichr_briefings.dataset.rows import Table
from aichr_briefings.dataset.selection import Selection


@dataclass(frozen=True, eq=False, repr=False)
class CodeBook:
    """The code lists of typed tables, each made once; it records nothing."""

    package: Package
    tables: Mapping[str, Table]
    _lists: dict[str, dict[str, None]] = field(default_factory=dict)

    def list_codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of the list `name`, each once; an UnknownCode if there is no such list."""
        return tuple(self._list(name))

    def require(self, value: str | None, name: str) -> None:
        """Refuse a `value` that is neither None nor on the list `name`."""
        if value is not None:
            allowed = self._list(name)
            if not isinstance(value, str) or value not in allowed:
                raise UnknownCode(value, name, allowed)

    def require_enum(self, value: str | None, table: str, column: str) -> None:
        """Refuse a `value` that is neither None nor among those that the descriptor allows in a column."""
        if value is not None:
            field = next(field for field in self.package.resource(table).fields if field.name == column)
            if value not in field.enum:
                raise UnknownCode(value, f"{table}.{column}", field.enum)

    def require_table(self, name: str) -> Table:
        """Return the table `name`."""
        if name not in self.tables:
            raise UnknownCode(name, "tables", self.tables)
        return self.tables[name]

    def require_subjects(self, subject: str | Iterable[str] | None) -> tuple[str, ...] | None:
        """Return the subjects asked for as a tuple, each known; None for all."""
        if subject is None:
            return None
        subjects = (subject,) if isinstance(subject, str) else tuple(subject)
        allowed = self._list("subjects")
        for code in subjects:
            if code not in allowed:
                raise UnknownCode(code, "subjects", allowed)
        return subjects

    def read_selection(
        self,
        agency: str | None = None,
        theme: str | None = None,
        year: int | str | None = None,
        provision: str | None = None,
        status: str | Sequence[str] | None = None,
        series: str | None = None,
        since: str | PartialDate | None = None,
    ) -> Selection:
        """Return what was asked for, each code known.

        A year need not have a record, so that an empty one can be shown empty; it must be a year.
        """
        self.require(agency, "agencies")
        self.require(theme, "themes.code")
        self.require(provision, "provisions.id")
        if series is not None:
            self._find_cells("activities.series")  # a dataset may do without
            self.require(series, "series.id")
        statuses = None if status is None else (status,) if isinstance(status, str) else tuple(status)
        for code in statuses or ():
            self.require_enum(code, "activities", "status")
        return Selection(
            agency=agency,
            theme=theme,
            year=None if year is None else self._read_year(year),
            provision=provision,
            status=statuses,
            series=series,
            since=PartialDate.parse(since) if isinstance(since, str) else since,
        )

    def _read_year(self, year: int | str) -> int:
        text = str(year)
        if isinstance(year, bool) or not (text.isascii() and text.isdigit() and len(text) == 4):
            raise UnknownCode(year, "years", self.list_codes("years"))
        return int(text)

    def _list(self, name: str) -> dict[str, None]:
        """Return the codes of a list as keys, in order."""
        if name not in self._lists:
            self._lists[name] = dict.fromkeys(str(code) for code in self._make(name) if code is not None)
        return self._lists[name]

    def _make(self, name: str) -> Iterable[Any]:
        declared = self.package.lists.get(name)
        if declared is None:
            yield from self._list_column(name)
            return
        yield from declared.values
        for column in declared.columns:
            yield from self._list_where(column, declared)

    def _list_where(self, name: str, declared: CodeList) -> Iterable[Any]:
        """Return the cells of ``table.column`` in the rows that count, in the order of a declared list."""
        cells, table = self._find_cells(name), self.tables[name.partition(".")[0]]
        found = table.find(declared.where)
        places: Iterable[int] = range(len(cells)) if found is None else found
        if declared.order_by:
            order = table.values[declared.order_by]
            places = sorted(places, key=lambda i: (order[i] is None, order[i]))
        return (cells[i] for i in places)

    def _find_cells(self, name: str) -> Sequence[Any]:
        """Return the cells of ``table.column``."""
        table, _, column = name.partition(".")
        if table not in self.tables or column not in self.tables[table].values:
            raise UnknownCode(name, "code lists", (*self.package.lists, *self._name_columns()))
        return self.tables[table].values[column]

    def _list_column(self, name: str) -> Iterable[Any]:
        for cell in self._find_cells(name):
            yield from cell if isinstance(cell, tuple) else (cell,)

    def _name_columns(self) -> list[str]:
        return [f"{r.name}.{label}" for r in self.package.resources for label in r.labels]
