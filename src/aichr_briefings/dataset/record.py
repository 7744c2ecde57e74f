"""The record of the cooperation between AICHR and UN: what a notebook asks of it, in this desk's words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from aichr_briefings.dataset.dataset import Dataset, When
from aichr_briefings.dataset.dataset import open_dataset as open_any
from aichr_briefings.dataset.partial_dates import PartialDate, read_plan
from aichr_briefings.dataset.tables import Row, Rows

if TYPE_CHECKING:
    import pandas as pd

Columns = Iterable[str] | None


class Record(Dataset):
    """The dataset with the questions that briefings ask of it. Use `open_dataset`."""

    def activities(self, *, columns: Columns = None, **asked: Any) -> pd.DataFrame:
        """Return the activities that certainly match, in the order of their dates, the undated last.

        Parameters
        ----------
        agency
            Counts what an agency's projects and offices took part in, too.
        theme, series
            A theme of theirs; the series that they belong to.
        year
            In which it began.
        provision
            Only what falls certainly inside the plan's years.
        status
            One or several.
        since
            A partial date, such as ``"2018-05-15"``: only what certainly began after it.
        columns
            Those wanted; without them, all.
        """
        return self.rows("activities", **asked).frame(*(columns or ()))

    def unplaced(self, *, columns: Columns = None, **asked: Any) -> pd.DataFrame:
        """Return the activities that match but for a date too vague to tell; parameters as `activities`."""
        return self.rows("unplaced", **asked).frame(*(columns or ()))

    def count(self, **asked: Any) -> int:
        """Return how many activities certainly match; parameters as `activities`."""
        return len(self.rows("activities", **asked))

    def participations(self, *, columns: Columns = None, **asked: Any) -> pd.DataFrame:
        """Return who took part in what, by activity, agency, organisation or role."""
        return self.rows("participations", **asked).frame(*(columns or ()))

    def organisation(self, code: str) -> Row:
        """Return one organisation; what is empty is None."""
        return self.row("organisations", code)

    def organisations(
        self, group: str | None = None, agencies_only: bool = False, *, columns: Columns = None
    ) -> pd.DataFrame:
        """Return the organisations, of one group, or those with a briefing."""
        asked = {"group": group, "is_agency": agencies_only or None}
        return self.select("organisations", asked).frame(*(columns or ()))

    def statements(
        self, *, subject: str | Iterable[str] | None = None, kind: str | None = None, columns: Columns = None
    ) -> pd.DataFrame:
        """Return what the source says that is no activity, about any of the subjects."""
        return self.rows("statements", subject=subject, kind=kind).frame(*(columns or ()))

    def discrepancies(
        self, *, subject: str | Iterable[str] | None = None, columns: Columns = None
    ) -> pd.DataFrame:
        """Return where the source differs from itself, about any of the subjects."""
        return self.rows("discrepancies", subject=subject).frame(*(columns or ()))

    def table(
        self, name: str, *, keys: Iterable[str] | None = None, by: str | None = None, columns: Columns = None
    ) -> pd.DataFrame:
        """Return a table, or its rows with some keys, in the column `by` if it is given."""
        return self.rows("table", name=name, keys=keys, by=by).frame(*(columns or ()))

    def rows(self, query: str, *, columns: Columns = None, **asked: Any) -> Rows:
        """Return the rows that a query gives; parameters as the method of that name."""
        if query in ("activities", "unplaced"):
            return self._select_activities(query == "activities", **asked)
        if query == "table":
            name, keys, by = asked["name"], asked.get("keys"), asked.get("by")
            where = {} if keys is None else {by or self.tables[name].key[0]: keys}
            return self.select(name, where, strict=by is None)
        return self.select(query, asked)

    def _select_activities(
        self,
        is_placed: bool,
        *,
        agency: str | None = None,
        theme: str | None = None,
        year: int | str | None = None,
        provision: str | None = None,
        status: str | Sequence[str] | None = None,
        series: str | None = None,
        since: When = None,
    ) -> Rows:
        where = {
            "agencies": agency,
            "themes": theme,
            "year": year,
            "provisions": provision,
            "status": status,
            "series": series,
        }
        plan = self._find_plan(provision) if provision is not None else None
        return self.select("activities", where, after=since, within=plan, placed=is_placed)

    def _find_plan(self, provision: str) -> PartialDate:
        """Return the years of the plan that a line belongs to."""
        return read_plan(self.row("provisions", provision)["plan"])


def open_dataset(path: str | os.PathLike[str] | None = None) -> Record:
    """Return the record at `path`; see `aichr_briefings.dataset.dataset.open_dataset`."""
    return open_any(path, Record)
