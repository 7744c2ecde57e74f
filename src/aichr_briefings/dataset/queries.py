"""What can be asked of a dataset, and what it answers. Nothing here is recorded: see `Dataset`.

A question is a name and arguments as JSON has them, so that a read can be asked again later.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aichr_briefings.dataset import selection as select
from aichr_briefings.dataset.codes import CodeBook
from aichr_briefings.dataset.findings import DatasetError, Finding
from aichr_briefings.dataset.needs import find_needs
from aichr_briefings.dataset.package import Package
from aichr_briefings.dataset.partial_dates import PartialDate, read_plan
from aichr_briefings.dataset.reads import digest_answer
from aichr_briefings.dataset.rows import Rows, Table
from aichr_briefings.dataset.selection import Selection
from aichr_briefings.dataset.tables import read_table

DESCRIBED = ("title", "project", "version", "sources", "as_of", "coverage", "language", "phrases")
"""What is asked of the descriptor, by its property's name."""

INDEXED = {
    "activities": ("agencies", "themes", "provisions", "year", "status", "series"),
    "participations": ("activity", "agency", "organisation", "role"),
    "organisations": ("group", "is_agency"),
    "statements": ("subject", "kind"),
    "discrepancies": ("subject",),
}
"""The columns that queries select by, beside each table's key."""


@dataclass(frozen=True, eq=False, repr=False)
class Queries:
    """The questions to one package.

    Attributes
    ----------
    dates
        By table with an interval, the `PartialDate` of each row, in the table's order: by their first day,
        the undated last.
    """

    package: Package
    tables: Mapping[str, Table]
    codes: CodeBook
    dates: Mapping[str, Sequence[PartialDate]]

    @classmethod
    def of(cls, package: Package) -> Queries:
        """Return the questions to a package, its tables read and indexed.

        Raises
        ------
        DatasetError
            If a table cannot be read, or a table or column that the queries need is not described.
        """
        for finding in find_needs(package):
            raise DatasetError(finding)
        frames = {resource.name: read_table(resource) for resource in package.resources}
        agency_of = select.find_agencies(package.resource("organisations"), frames["organisations"])
        dates: dict[str, Sequence[PartialDate]] = {}
        for resource in package.resources:
            if resource.interval:
                name = resource.name
                frames[name], dates[name] = select.derive_dates(resource, frames[name])
        frames["activities"]["agencies"] = select.list_agencies(
            frames["activities"], frames["participations"], agency_of
        )
        for name, place, column in (("organisations", 1, "code"), ("participations", 2, "organisation")):
            rolled_up = frames[name][column].map(agency_of).astype("string")
            frames[name].insert(place, "agency", rolled_up)
        tables = {r.name: Table(r.name, frames[r.name], r.key) for r in package.resources}
        for name, table in tables.items():
            for column in (*table.key[:1], *INDEXED.get(name, ())):
                if column in table.columns:
                    table.index(column)
        codes = CodeBook(package, tables)
        for name in (*package.lists, *(f"{r.name}.{r.key[0]}" for r in package.resources if r.key)):
            codes.list_codes(name)
        return cls(package, tables, codes, dates)

    def ask(self, query: str, arguments: Mapping[str, Any]) -> Any:
        """Return the answer to a question: `Rows`, or plain values.

        Raises
        ------
        UnknownCode
            If an argument is not one of its codes.
        """
        answer: Callable[..., Any] = self._describe if query in DESCRIBED else getattr(self, f"_ask_{query}")
        return answer(query, **arguments) if query in DESCRIBED else answer(**arguments)

    def _describe(self, name: str) -> Any:
        return self.package.descriptor.get(name)

    def _ask_digest(self) -> str:
        return self.package.digest

    def _ask_codes(self, name: str) -> tuple[str, ...]:
        return self.codes.list_codes(name)

    def _ask_activities(self, columns: Iterable[str] | None = None, **asked: Any) -> Rows:
        return self._select(self.codes.read_selection(**asked), True, columns)

    def _ask_unplaced(self, columns: Iterable[str] | None = None, **asked: Any) -> Rows:
        return self._select(self.codes.read_selection(**asked), None, columns)

    def _ask_count(self, **asked: Any) -> int:
        return len(self._select(self.codes.read_selection(**asked), True))

    def _ask_participations(
        self,
        activity: str | None = None,
        agency: str | None = None,
        organisation: str | None = None,
        role: str | None = None,
        columns: Iterable[str] | None = None,
    ) -> Rows:
        self.codes.require(activity, "activities.id")
        self.codes.require(agency, "agencies")
        self.codes.require(organisation, "organisations.code")
        self.codes.require_enum(role, "participations", "role")
        asked = {"activity": activity, "agency": agency, "organisation": organisation, "role": role}
        return self._filter("participations", asked, columns)

    def _ask_organisations(
        self,
        group: str | None = None,
        agencies_only: bool = False,
        columns: Iterable[str] | None = None,
    ) -> Rows:
        self.codes.require_enum(group, "organisations", "group")
        asked = {"group": group, "is_agency": True if agencies_only else None}
        return self._filter("organisations", asked, columns)

    def _ask_statements(
        self,
        subject: str | Iterable[str] | None = None,
        kind: str | None = None,
        columns: Iterable[str] | None = None,
    ) -> Rows:
        self.codes.require_enum(kind, "statements", "kind")
        asked = {"subject": self.codes.require_subjects(subject), "kind": kind}
        return self._filter("statements", asked, columns)

    def _ask_discrepancies(
        self, subject: str | Iterable[str] | None = None, columns: Iterable[str] | None = None
    ) -> Rows:
        return self._filter("discrepancies", {"subject": self.codes.require_subjects(subject)}, columns)

    def _ask_table(
        self,
        name: str,
        keys: Iterable[str] | None = None,
        by: str | None = None,
        columns: Iterable[str] | None = None,
    ) -> Rows:
        table = self.codes.require_table(name)
        return table.select(None if keys is None else self._find_keys(table, keys, by), columns)

    def _ask_row(self, table: str, key: str) -> dict[str, Any]:
        rows = self._ask_table(table, keys=[key])
        return {label: rows.table.values[label][rows.positions[0]] for label in rows.labels}

    def _find_keys(self, table: Table, keys: Iterable[str], by: str | None) -> list[int]:
        wanted = [keys] if isinstance(keys, str) else list(keys)
        if by is not None:
            table.require_columns([by])
            return table.find({by: tuple(wanted)}) or []
        for key in wanted:
            self.codes.require(key, f"{table.name}.{table.key[0]}")
        return table.find({table.key[0]: tuple(wanted)}) or []

    def _select(
        self, selection: Selection, wanted: bool | None, columns: Iterable[str] | None = None
    ) -> Rows:
        """Return the activities whose place in time is `wanted`: certain (True), or not to be told (None)."""
        activities = self.codes.require_table("activities")
        plan = self._find_plan(selection.provision)
        places = self._match(selection, wanted)
        if selection.year is None and plan is None and selection.since is None:
            return activities.select(places if wanted else (), columns)
        placed = (i for i in places if select.place(self.dates["activities"][i], selection, plan) is wanted)
        return activities.select(placed, columns)

    def _match(self, selection: Selection, wanted: bool | None) -> Sequence[int]:
        """Return the positions of the activities that match but for their dates; those certainly too early,
        or in another year, may be left out."""
        activities = self.tables["activities"]
        years = None if selection.year is None else (selection.year,) if wanted else (selection.year, None)
        asked = {
            "agencies": selection.agency,
            "themes": selection.theme,
            "provisions": selection.provision,
            "status": selection.status,
            "year": years,
            "series": selection.series,
        }
        first = self._find_first(selection.since) if wanted and selection.since is not None else 0
        found = activities.find(asked, first=first)
        return range(first, len(activities.frame)) if found is None else found

    def _find_first(self, since: PartialDate) -> int:
        """Return the position of the first activity that may certainly begin after `since`."""
        dates = self.dates["activities"]
        return bisect_right(dates, _day(since.latest), key=lambda date: _day(date.earliest))

    def _find_plan(self, provision: str | None) -> PartialDate | None:
        if provision is None:
            return None
        provisions = self.codes.require_table("provisions")
        position = provisions.index("id")[provision][0]
        try:
            return read_plan(provisions.values["plan"][position])
        except ValueError as error:
            file = self.package.resource("provisions").file
            row = int(provisions.frame.index[position])
            raise DatasetError(Finding(message=str(error), file=file, row=row, column="plan")) from None

    def _filter(self, name: str, asked: Mapping[str, Any], columns: Iterable[str] | None) -> Rows:
        """Return the rows whose columns equal, or are among, what was asked; None asks nothing."""
        table = self.codes.require_table(name)
        return table.select(table.find(asked), columns)


def digest_of(answer: Any) -> str:
    """Return the SHA-256 of an answer."""
    return answer.digest if isinstance(answer, Rows) else digest_answer(answer)


def _day(day: Any) -> int:
    """Return a day as a number that sorts, what has none last."""
    return day.toordinal() if day else 10**7
