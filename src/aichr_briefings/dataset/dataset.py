"""The dataset and its queries; each is recorded as a read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import numpy as np

from aichr_briefings.dataset.commentary import name_commentary, read_commentary, require_commentary
from aichr_briefings.dataset.findings import DatasetError, Finding, UnknownCode
from aichr_briefings.dataset.package import DESCRIPTOR, AsOf, Package, locate_package, read_package
from aichr_briefings.dataset.partial_dates import PartialDate
from aichr_briefings.dataset.previous import PREVIOUS, RELEASE, find_previous
from aichr_briefings.dataset.queries import Queries, digest_of
from aichr_briefings.dataset.reads import (
    digest_answer,
    find_project,
    name_in_project,
    record_read,
    unrecorded,
    watch_notebook,
)
from aichr_briefings.dataset.rows import Rows

if TYPE_CHECKING:
    import pandas as pd

_opened: dict[tuple[Path, bool], Dataset] = {}


class Filters(TypedDict, total=False):
    """The parameters of `Dataset.activities`."""

    agency: str | None
    theme: str | None
    year: int | str | None
    provision: str | None
    status: str | Sequence[str] | None
    series: str | None
    since: str | PartialDate | None


@dataclass(frozen=True)
class Previous:
    """An earlier release: its name, the day it was made, and its dataset."""

    name: str
    day: date
    dataset: Dataset


def open_dataset(path: str | os.PathLike[str] | None = None) -> Dataset:
    """Return the dataset at `path`; in a notebook, what is asked of it is recorded from now on.

    Parameters
    ----------
    path
        A folder with a ``datapackage.json``, a release's too, which counts as read whole. Without it, what
        the environment variable AICHR_BRIEFINGS_DATA names, else the nearest ``data/`` at or above the
        working directory, else that of the project which this package is installed from.

    Raises
    ------
    DatasetError
        If something cannot be read; it names the file, the row and the column.
    """
    with unrecorded():
        folder = locate_package(path)
        own = folder if path is None else _find_own(folder)
        is_own = own.resolve() == folder.resolve()
        dataset = _open(folder, is_own, own if (folder.parent / RELEASE).is_file() else None)
    watch_notebook(find_project(Path.cwd(), folder.parent))
    if not is_own:
        record_read("dataset", {"path": name_in_project(folder)}, dataset.package.digest)
    return dataset


def _open(folder: Path, is_own: bool, newer: Path | None = None) -> Dataset:
    """Return the dataset in a folder, read through the descriptor of a newer one if there is one."""
    known = _opened.get((folder, is_own))
    if known is None or not known.package.is_current():
        package = read_package(folder)
        if known is None or known.package.digest != package.digest:
            described = package.described_by(read_package(newer)) if newer else package
            known = _opened[folder, is_own] = Dataset(Queries.of(described), recorded=is_own)
    return known


def _find_own(default: Path) -> Path:
    """Return the folder of the dataset that is opened without a path."""
    try:
        return locate_package()
    except DatasetError:
        return default


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """An immutable dataset. Its frames are copies, with a plain index; an empty cell is ``<NA>``.

    Use `open_dataset`. What is asked with ``columns`` gives a frame of these alone, and a briefing then
    depends on no other.

    Parameters
    ----------
    recorded
        Whether each question is a read; if not, the opening was.
    """

    _queries: Queries
    recorded: bool = True

    @property
    def package(self) -> Package:
        """Return what was read, for the press; what is asked of it is no read, so it is not for notebooks."""
        return self._queries.package

    @property
    def queries(self) -> Queries:
        """Return what answers the questions, for the press: it records nothing, so no notebook may use it."""
        return self._queries

    def __repr__(self) -> str:
        return f"<Dataset {self.package.descriptor.get('title', '')!r} at {self.path}>"

    @property
    def path(self) -> Path:
        """Return the dataset's folder."""
        return self.package.path

    @property
    def title(self) -> str:
        """Return the dataset's title."""
        return str(self._ask("title") or "")

    @property
    def project(self) -> str:
        """Return the short name that is printed in mastheads; without one, the title."""
        named = self._ask("project")
        return self.title if named is None else str(named)

    @property
    def language(self) -> Any:
        """Return the language that the descriptor says its briefings are in, as it stands there, or None."""
        return self._ask("language")

    @property
    def phrases(self) -> Any:
        """Return the descriptor's wordings for the page's own words, as they stand there, or None."""
        return self._ask("phrases")

    @property
    def version(self) -> str:
        """Return the dataset's version."""
        return str(self._ask("version") or "")

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the descriptor and all tables."""
        return str(self._ask("digest"))

    @property
    def sources(self) -> dict[str, dict[str, str]]:
        """Return what the descriptor says of each source (title, description), by its name."""
        return {str(source["name"]): dict(source) for source in self._ask("sources") or ()}

    @property
    def as_of(self) -> AsOf:
        """Return the days between which the information was true."""
        self._ask("as_of")
        return self.package.as_of

    @property
    def previous(self) -> Previous | None:
        """Return the last release whose dataset differs from this one; None if there is none.

        It is the last that was approved, if any was: that is what readers have. It counts as read whole.
        """
        with unrecorded():
            found = find_previous(self.path, self.package.digest)
            dataset = _open(found.data, False, self.path) if found else None
        if found and dataset and dataset.package.digest != found.digest:
            message = "it is not the dataset that was frozen; restore the release from a copy"
            raise DatasetError(Finding(message=message, file=f"{found.name}/{DESCRIPTOR}"))
        if self.recorded:
            record_read(PREVIOUS, {}, found.identity if found else "")
        return Previous(found.name, found.day, dataset) if found and dataset else None

    @property
    def coverage(self) -> range:
        """Return the years that the source lists systematically."""
        self._ask("coverage")
        return self.package.coverage

    def codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a list.

        Parameters
        ----------
        name
            ``"agencies"``, ``"themes"`` (in their order), ``"years"`` (of any activity not cancelled),
            ``"provisions"`` (those that the source gives), or ``"table.column"`` (its values, each once).
        """
        codes: tuple[str, ...] = self._ask("codes", name=name)
        return codes

    def activities(
        self,
        *,
        agency: str | None = None,
        theme: str | None = None,
        year: int | str | None = None,
        provision: str | None = None,
        status: str | Sequence[str] | None = None,
        series: str | None = None,
        since: str | PartialDate | None = None,
        columns: Iterable[str] | None = None,
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
        series
            To which it belongs.
        since
            A partial date, such as ``"2018-05-15"``: only what certainly began after it.
        columns
            Those wanted; without them, all.

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
            agency=agency,
            theme=theme,
            year=year,
            provision=provision,
            status=status,
            series=series,
            since=since,
        )
        return self._frame("activities", **asked, columns=columns)

    def unplaced(self, *, columns: Iterable[str] | None = None, **asked: Unpack[Filters]) -> pd.DataFrame:
        """Return the activities that match but for a date too vague to tell; parameters as `activities`."""
        return self._frame("unplaced", **asked, columns=columns)

    def count(self, **asked: Unpack[Filters]) -> int:
        """Return how many activities certainly match; parameters as `activities`."""
        return int(self._ask("count", **asked))

    def participations(
        self,
        *,
        activity: str | None = None,
        agency: str | None = None,
        organisation: str | None = None,
        role: str | None = None,
        columns: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Return who took part in what; ``agency`` is the agency that the organisation is or belongs to."""
        asked = {"activity": activity, "agency": agency, "organisation": organisation, "role": role}
        return self._frame("participations", **asked, columns=columns)

    def organisation(self, code: str) -> dict[str, Any]:
        """Return one organisation; what is empty is None."""
        return self.row("organisations", code)

    def organisations(
        self,
        group: str | None = None,
        agencies_only: bool = False,
        *,
        columns: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Return the organisations, of one group, or those with a briefing."""
        return self._frame("organisations", group=group, agencies_only=agencies_only or None, columns=columns)

    def statements(
        self,
        *,
        subject: str | Iterable[str] | None = None,
        kind: str | None = None,
        columns: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Return what the source says that is no activity, about any of the subjects."""
        return self._frame("statements", subject=subject, kind=kind, columns=columns)

    def discrepancies(
        self, *, subject: str | Iterable[str] | None = None, columns: Iterable[str] | None = None
    ) -> pd.DataFrame:
        """Return where the source differs from itself, about any of the subjects."""
        return self._frame("discrepancies", subject=subject, columns=columns)

    def table(
        self,
        name: str,
        *,
        keys: Iterable[str] | None = None,
        by: str | None = None,
        columns: Iterable[str] | None = None,
    ) -> pd.DataFrame:
        """Return a table, typed, with the derived columns it has; all of its rows, or those with some keys.

        Parameters
        ----------
        keys
            Each must be there. The rows stand in the table's order, whatever the order of `keys`.
        by
            Another column than the key, in which `keys` may stand; one that is nowhere there finds no row.
        columns
            Those wanted; without them, all.
        """
        return self._frame("table", name=name, keys=keys, by=by, columns=columns)

    def rows(self, query: str, **asked: Any) -> list[dict[str, Any]]:
        """Return the rows that a query gives as dictionaries; what is missing is None.

        ``rows("activities", agency="UNDP")`` is what `activities` gives, and the same read, without a frame:
        for a few rows, that takes a tenth of the time.
        """
        found: Rows = self._ask(query, **asked)
        return found.records()

    def row(self, table: str, key: str) -> dict[str, Any]:
        """Return the row of `table` whose key is `key`; what is empty is None."""
        return dict(self._ask("row", table=table, key=key))

    def commentary(self, family: str, slug: str) -> str | None:
        """Return what an analyst wrote about one briefing, in Markdown; None if nothing.

        Raises
        ------
        DatasetError
            If its file cannot be read as UTF-8, or `briefings check` calls it an error, such as one that is
            not signed.
        """
        for part in (family, slug):
            if not part or part.startswith(".") or "/" in part or "\\" in part:
                raise ValueError(f"{part!r} is no name of a family or a briefing")
        file = name_commentary(f"{family}/{slug}")
        with (
            unrecorded() if self.recorded else nullcontext()
        ):  # of another dataset it is a file like any other
            text = read_commentary(self.path, file)
        if self.recorded:
            record_read("commentary", {"family": family, "slug": slug}, digest_answer(text))
        if text is not None:
            require_commentary(text, file)
        return text

    def _frame(self, query: str, **asked: Any) -> pd.DataFrame:
        rows: Rows = self._ask(query, **asked)
        return rows.frame()

    def _ask(self, query: str, **asked: Any) -> Any:
        """Return the answer to a question and record that it was asked, a refused one too.

        A refusal is an answer: a notebook may go on without the code, and must not once it is there.
        """
        arguments = {name: _to_json(value) for name, value in asked.items() if value is not None}
        try:
            answer = self._queries.ask(query, arguments)
        except UnknownCode as refusal:
            self._record(query, arguments, digest_answer({"refused": str(refusal)}))
            raise
        self._record(query, arguments, digest_of(answer))
        return answer

    def _record(self, query: str, arguments: Mapping[str, Any], digest: str) -> None:
        if self.recorded:
            record_read(query, arguments, digest)


def _to_json(value: Any) -> Any:
    """Return an argument as JSON has it: a list for what holds several, a text for a date."""
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, np.generic):
        return value.item()
    return value if isinstance(value, str) or not isinstance(value, Iterable) else [*map(_to_json, value)]
