"""The dataset and its queries; each is recorded as a read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd

from aichr_briefings.dataset import selection as select
from aichr_briefings.dataset.codes import CodeBook
from aichr_briefings.dataset.commentary import FOLDER, read_commentary
from aichr_briefings.dataset.findings import DatasetError, Finding
from aichr_briefings.dataset.needs import find_needs
from aichr_briefings.dataset.package import AsOf, Package, read_package
from aichr_briefings.dataset.partial_dates import PartialDate, read_plan
from aichr_briefings.dataset.reads import digest_answer, find_project, record_read, unrecorded, watch_notebook
from aichr_briefings.dataset.selection import Selection
from aichr_briefings.dataset.tables import read_table

_opened: dict[Path, Dataset] = {}


class Filters(TypedDict, total=False):
    """The parameters of `Dataset.activities`."""

    agency: str | None
    theme: str | None
    year: int | str | None
    provision: str | None
    status: str | Sequence[str] | None
    since: str | PartialDate | None


def open_dataset(path: str | os.PathLike[str] | None = None) -> Dataset:
    """Return the dataset at `path`; in a notebook, what is asked of it is recorded from now on.

    Parameters
    ----------
    path
        A folder with a ``datapackage.json``, a release's too. Without it, what the environment variable
        AICHR_BRIEFINGS_DATA names, else the nearest ``data/`` at or above the working directory.

    Raises
    ------
    DatasetError
        If something cannot be read; it names the file, the row and the column.
    """
    with unrecorded():
        package = read_package(path)
    watch_notebook(find_project(Path.cwd(), package.path.parent))
    known = _opened.get(package.path)
    if known is None or known.package.digest != package.digest:
        known = _opened[package.path] = Dataset.from_package(package)
    return known


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """An immutable dataset. Its frames are copies, with a plain index; an empty cell is ``<NA>``.

    `package` is what it was read from. Ask for the rest with the queries below.
    """

    package: Package
    _codes: CodeBook
    _dates: pd.Series[Any]

    @classmethod
    def from_package(cls, package: Package) -> Dataset:
        """Return the dataset that was read as `package`.

        Raises
        ------
        DatasetError
            If a table cannot be read, or a table or column that the queries need is not described.
        """
        for finding in find_needs(package):
            raise DatasetError(finding)
        tables = {resource.name: read_table(resource) for resource in package.resources}
        agency_of = select.find_agencies(package.resource("organisations"), tables["organisations"])
        tables["activities"], dates = select.derive_activities(
            package.resource("activities"), tables["activities"], tables["participations"], agency_of
        )
        for name, place, column in (("organisations", 1, "code"), ("participations", 2, "organisation")):
            rolled_up = tables[name][column].map(agency_of).astype("string")
            tables[name].insert(place, "agency", rolled_up)
        return cls(package, CodeBook(package, tables), dates)

    def __repr__(self) -> str:
        return f"<Dataset {self.package.descriptor.get('title', '')!r} at {self.path}>"

    @property
    def path(self) -> Path:
        """Return the dataset's folder."""
        return self.package.path

    @property
    def title(self) -> str:
        """Return the dataset's title."""
        return str(self._describe("title", ""))

    @property
    def project(self) -> str:
        """Return the short name that is printed in mastheads; without one, the title."""
        return str(self._describe("project", self.package.descriptor.get("title", "")))

    @property
    def version(self) -> str:
        """Return the dataset's version."""
        return str(self._describe("version", ""))

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the descriptor and all tables."""
        record_read("digest", {}, self.package.digest)
        return self.package.digest

    @property
    def sources(self) -> dict[str, dict[str, str]]:
        """Return what the descriptor says of each source (title, description), by its name."""
        return {str(source["name"]): dict(source) for source in self._describe("sources", [])}

    @property
    def as_of(self) -> AsOf:
        """Return the days between which the information was true."""
        self._describe("as_of", None)
        return self.package.as_of

    @property
    def coverage(self) -> range:
        """Return the years that the source lists systematically."""
        self._describe("coverage", None)
        return self.package.coverage

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a list.

        Parameters
        ----------
        name
            ``"agencies"``, ``"themes"`` (in their order), ``"years"`` (of any activity not cancelled),
            ``"provisions"`` (those that the source gives), or ``"table.column"`` (its values, each once).
        """
        codes = self._codes.list_codes(name)
        record_read("codes", {"name": name}, digest_answer(codes))
        return codes

    def activities(
        self,
        *,
        agency: str | None = None,
        theme: str | None = None,
        year: int | str | None = None,
        provision: str | None = None,
        status: str | Sequence[str] | None = None,
        since: str | PartialDate | None = None,
    ) -> pd.DataFrame:
        """Return the activities that certainly match, in the order of their dates, the undated last.

        Parameters
        ----------
        agency
            Counts what an agency's projects and offices took part in, too.
        year
            In which it began.
        provision
            Only what falls certainly inside the plan's years.
        status
            One or several.
        since
            A partial date, such as ``"2018-05-15"``: only what certainly began after it.

        Returns
        -------
        DataFrame
            The table's columns (lists as tuples) and ``earliest``, ``latest``, ``precision``, ``year``,
            ``agencies``.

        Raises
        ------
        UnknownCode
            If an argument is not one of its codes.
        """
        asked = Filters(
            agency=agency, theme=theme, year=year, provision=provision, status=status, since=since
        )
        return self._select("activities", True, asked)

    def unplaced(self, **asked: Unpack[Filters]) -> pd.DataFrame:
        """Return the activities that match but for a date too vague to tell; parameters as `activities`."""
        return self._select("unplaced", None, asked)

    def count(self, **asked: Unpack[Filters]) -> int:
        """Return how many activities certainly match; parameters as `activities`."""
        selection = self._codes.read_selection(**asked)
        number = len(self._match(selection, True))
        record_read("count", selection.arguments, digest_answer(number))
        return number

    def participations(
        self,
        *,
        activity: str | None = None,
        agency: str | None = None,
        organisation: str | None = None,
        role: str | None = None,
    ) -> pd.DataFrame:
        """Return who took part in what; ``agency`` is the agency that the organisation is or belongs to."""
        asked = {"activity": activity, "agency": agency, "organisation": organisation, "role": role}
        self._codes.require(activity, "activities.id")
        self._codes.require(agency, "agencies")
        self._codes.require(organisation, "organisations.code")
        self._codes.require_enum(role, "participations", "role")
        return self._filter("participations", asked)

    def organisation(self, code: str) -> dict[str, Any]:
        """Return one organisation; what is empty is None."""
        return self.row("organisations", code)

    def organisations(self, group: str | None = None, agencies_only: bool = False) -> pd.DataFrame:
        """Return the organisations, of one group, or those with a briefing."""
        self._codes.require_enum(group, "organisations", "group")
        asked = {"group": group, "is_agency": True if agencies_only else None}
        recorded = {"group": group, "agencies_only": agencies_only or None}
        return self._filter("organisations", asked, recorded)

    def statements(
        self, *, subject: str | Iterable[str] | None = None, kind: str | None = None
    ) -> pd.DataFrame:
        """Return what the source says that is no activity, about any of the subjects."""
        self._codes.require_enum(kind, "statements", "kind")
        return self._filter("statements", {"subject": self._codes.require_subjects(subject), "kind": kind})

    def discrepancies(self, *, subject: str | Iterable[str] | None = None) -> pd.DataFrame:
        """Return where the source differs from itself, about any of the subjects."""
        return self._filter("discrepancies", {"subject": self._codes.require_subjects(subject)})

    def table(self, name: str) -> pd.DataFrame:
        """Return a whole table, typed, with the derived columns it has."""
        return self._answer("table", {"name": name}, self._codes.require_table(name))

    def row(self, table: str, key: str) -> dict[str, Any]:
        """Return the row of `table` whose key is `key`; what is empty is None."""
        frame, column = self._codes.require_table(table), self.package.resource(table).key[0]
        self._codes.require(key, f"{table}.{column}")
        found = frame[frame[column] == key].iloc[0]
        row = {str(name): _to_plain(value) for name, value in found.items()}
        record_read("row", {"table": table, "key": key}, digest_answer(row))
        return row

    def commentary(self, family: str, slug: str) -> str | None:
        """Return what an analyst wrote about one briefing, in Markdown; None if nothing.

        Raises
        ------
        DatasetError
            If its file cannot be read as UTF-8.
        """
        for part in (family, slug):
            if not part or part.startswith(".") or "/" in part or "\\" in part:
                raise ValueError(f"{part!r} is no name of a family or a briefing")
        with unrecorded():
            text = read_commentary(self.path, f"{FOLDER}/{family}/{slug}.md")
        record_read("commentary", {"family": family, "slug": slug}, digest_answer(text))
        return text

    def _describe(self, name: str, default: object) -> Any:
        value = self.package.descriptor.get(name, default)
        record_read(name, {}, digest_answer(value))
        return value

    def _select(self, query: str, wanted: bool | None, asked: Filters) -> pd.DataFrame:
        selection = self._codes.read_selection(**asked)
        return self._answer(query, selection.arguments, self._match(selection, wanted))

    def _match(self, selection: Selection, wanted: bool | None) -> pd.DataFrame:
        """Return the activities whose place in time is `wanted`: certain (True), or not to be told (None)."""
        activities = self._codes.require_table("activities")
        plan = self._find_plan(selection.provision)
        placed = select.place(self._dates, selection, plan)
        mask = select.match(activities, selection) & placed.map(lambda answer: answer is wanted)
        return activities[mask.astype(bool)]

    def _find_plan(self, provision: str | None) -> PartialDate | None:
        if provision is None:
            return None
        provisions = self._codes.require_table("provisions")
        rows = provisions[provisions["id"] == provision]
        try:
            return read_plan(rows["plan"].iloc[0])
        except ValueError as error:
            file, row = self.package.resource("provisions").file, int(rows.index[0])
            raise DatasetError(Finding(message=str(error), file=file, row=row, column="plan")) from None

    def _filter(
        self, table: str, asked: Mapping[str, Any], recorded: Mapping[str, Any] | None = None
    ) -> pd.DataFrame:
        """Return the rows of `table` whose columns equal, or are among, what was asked; None asks nothing."""
        frame = self._codes.require_table(table)
        for column, value in asked.items():
            if value is not None:
                wanted = value if isinstance(value, tuple) else (value,)
                frame = frame[frame[column].isin(wanted)]
        arguments = {name: value for name, value in (recorded or asked).items() if value is not None}
        return self._answer(table, arguments, frame)

    def _answer(self, query: str, arguments: Mapping[str, Any], frame: pd.DataFrame) -> pd.DataFrame:
        """Return a copy of `frame` that cannot reach the dataset, and record that it was asked for."""
        record_read(query, arguments, digest_answer(frame))
        return frame.reset_index(drop=True).copy()


def _to_plain(value: Any) -> Any:
    """Return a cell as Python has it: None if it is missing, an int rather than numpy's."""
    if value is pd.NA or value is pd.NaT:
        return None
    return value.item() if isinstance(value, np.generic) else value
