"""The code lists of a dataset, and the refusal of what is not on them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from aichr_briefings.dataset.findings import UnknownCode
from aichr_briefings.dataset.package import COOPERATION, SUBJECTS, Package
from aichr_briefings.dataset.partial_dates import PartialDate
from aichr_briefings.dataset.selection import Selection

NAMED = ("agencies", "themes", "years", "provisions")
"""The lists with a name of their own; every ``table.column`` is one too."""


@dataclass(frozen=True, eq=False, repr=False)
class CodeBook:
    """The code lists of typed tables; it records nothing."""

    package: Package
    tables: Mapping[str, pd.DataFrame]

    def list_codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of the list `name`, each once; an UnknownCode if there is no such list."""
        if name == "agencies":
            organisations = self.tables["organisations"]
            return _to_texts(
                organisations.loc[organisations["is_agency"].fillna(False), "code"].sort_values()
            )
        if name == "themes":
            return _to_texts(self.tables["themes"].sort_values("order", kind="stable")["code"])
        if name == "years":
            activities = self.tables["activities"]
            return _to_texts(
                activities.loc[activities["status"] != "cancelled", "year"].dropna().sort_values()
            )
        if name == "provisions":
            provisions = self.tables["provisions"]
            return _to_texts(provisions.loc[provisions["status"] == "given", "id"])
        return self._list_column(name)

    def list_subjects(self) -> tuple[str, ...]:
        """Return all that a statement or a discrepancy may be about."""
        there = [name for name in SUBJECTS if name.partition(".")[0] in self.tables]
        return (COOPERATION, *(code for name in there for code in self._list_column(name)))

    def require(self, value: str | None, name: str) -> None:
        """Refuse a `value` that is neither None nor on the list `name`."""
        if value is not None:
            allowed = self.list_codes(name)
            if value not in allowed:
                raise UnknownCode(value, name, allowed)

    def require_enum(self, value: str | None, table: str, column: str) -> None:
        """Refuse a `value` that is neither None nor among those that the descriptor allows in a column."""
        if value is not None:
            field = next(field for field in self.package.resource(table).fields if field.name == column)
            if value not in field.enum:
                raise UnknownCode(value, f"{table}.{column}", field.enum)

    def require_table(self, name: str) -> pd.DataFrame:
        """Return the table `name` itself, not a copy."""
        if name not in self.tables:
            raise UnknownCode(name, "tables", self.tables)
        return self.tables[name]

    def require_subjects(self, subject: str | Iterable[str] | None) -> tuple[str, ...] | None:
        """Return the subjects asked for as a tuple, each known; None for all."""
        if subject is None:
            return None
        subjects = (subject,) if isinstance(subject, str) else tuple(subject)
        allowed = self.list_subjects()
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
        since: str | PartialDate | None = None,
    ) -> Selection:
        """Return what was asked for, each code known.

        A year need not have a record, so that an empty one can be shown empty; it must be a year.
        """
        self.require(agency, "agencies")
        self.require(theme, "themes.code")
        self.require(provision, "provisions.id")
        statuses = None if status is None else (status,) if isinstance(status, str) else tuple(status)
        for code in statuses or ():
            self.require_enum(code, "activities", "status")
        return Selection(
            agency=agency,
            theme=theme,
            year=None if year is None else self._read_year(year),
            provision=provision,
            status=statuses,
            since=PartialDate.parse(since) if isinstance(since, str) else since,
        )

    def _read_year(self, year: int | str) -> int:
        text = str(year)
        if isinstance(year, bool) or not (text.isascii() and text.isdigit() and len(text) == 4):
            raise UnknownCode(year, "years", self.list_codes("years"))
        return int(text)

    def _list_column(self, name: str) -> tuple[str, ...]:
        table, _, column = name.partition(".")
        if table not in self.tables or column not in self.tables[table]:
            raise UnknownCode(name, "code lists", (*NAMED, *self._name_columns()))
        values = self.tables[table][column]
        lists = values.dtype == object
        return _to_texts(values.explode() if lists else values)

    def _name_columns(self) -> list[str]:
        return [f"{r.name}.{label}" for r in self.package.resources for label in r.labels]


def _to_texts(values: pd.Series[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value) for value in values.dropna()))
