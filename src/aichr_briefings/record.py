"""The record of the cooperation between AICHR and UN: what a notebook asks of it, in this desk's words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from pressroom.data.dataset import Dataset, When
from pressroom.data.dataset import open_dataset as open_any
from pressroom.data.partial_dates import PartialDate
from pressroom.data.sources import AsOf, find_as_of
from pressroom.data.tables import Row, Rows
from pressroom.pages import Citations, when

Codes = str | Iterable[str] | None

_PLACE = re.compile(r"\{(\w+)\}")
"""A place in a wording that a value takes, such as ``{n}``."""


def plan_years(plan: Mapping[str, Any]) -> PartialDate:
    """Return the time that a plan covers."""
    return PartialDate(plan["from"], plan["to"])


def span_plan(plan: Mapping[str, Any], *, dash: bool = False) -> str:
    """Return a plan's time in words: ``2016 to 2020``, or ``2016–2020``."""
    return f"{when(plan['from'])}{'–' if dash else ' to '}{when(plan['to'])}"


def name_plan(plan: Mapping[str, Any], *, short: bool = False) -> str:
    """Return a plan's title with its years: ``ASEAN-UN Plan of Action 2016–2020``."""
    return f"{plan['short_title' if short else 'title']} {span_plan(plan, dash=True)}"


class Record(Dataset):
    """The dataset with the questions that briefings ask of it. Use `open_dataset`.

    Attributes
    ----------
    head
        What the last masthead says, for the end of its page: title, family, and what it is as of.
    """

    head: tuple[str, str, dict[str, Any]] | None = None

    @cached_property
    def citations(self) -> Citations:
        """Return the sources that pages cite, with what a page has cited until now."""
        return Citations(self.sources)

    def activities(
        self,
        *,
        agency: str | None = None,
        theme: str | None = None,
        year: int | str | None = None,
        provision: str | None = None,
        status: str | Sequence[str] | None = None,
        series: str | None = None,
        since: When = None,
        placed: bool = True,
    ) -> Rows:
        """Return the activities that certainly match, in the order of their dates, the undated last.

        Parameters
        ----------
        agency
            Counts what an agency's projects and offices took part in, too.
        theme, series
            A theme of theirs; the series that they belong to.
        year
            Which it certainly touches.
        provision
            Only what certainly touches the plan's years.
        status
            One or several.
        since
            A partial date, such as ``"2018-05-15"``: only what certainly began after it.
        placed
            Whether to give what certainly matches; see `unplaced`.
        """
        where = {
            "agencies": agency,
            "themes": theme,
            "years": year,
            "provisions": provision,
            "status": status,
            "series": series,
        }
        plan = plan_years(self.plan_of(provision)) if provision is not None else None
        return self.select("activities", where, after=since, touching=plan, placed=placed)

    def unplaced(self, **asked: Any) -> Rows:
        """Return the activities that match but for a date too vague to tell; parameters as `activities`."""
        return self.activities(**asked, placed=False)

    def count(self, **asked: Any) -> int:
        """Return how many activities certainly match; parameters as `activities`."""
        return len(self.activities(**asked))

    def participations(
        self,
        *,
        activity: str | None = None,
        agency: str | None = None,
        organisation: str | None = None,
        role: str | None = None,
    ) -> Rows:
        """Return who took part in what; ``agency`` is the agency that the organisation is or belongs to."""
        asked = {"activity": activity, "agency": agency, "organisation": organisation, "role": role}
        return self.select("participations", asked)

    def organisation(self, code: str) -> Row:
        """Return one organisation; what is empty is None."""
        return self.row("organisations", code)

    def statements(self, *, subject: Codes = None, kind: str | None = None) -> Rows:
        """Return what the source says that is no activity, about any of the subjects."""
        return self.select("statements", {"subject": subject, "kind": kind})

    def discrepancies(self, *, subject: Codes = None) -> Rows:
        """Return where the source differs from itself, about any of the subjects."""
        return self.select("discrepancies", {"subject": subject})

    def lines(self, subject: str) -> list[Row]:
        """Return the lines to take on a subject, in their order; none where nobody has written any.

        A line that holds while what it tells of is planned, or goes on, is left out as soon as it is not.
        """
        rows = sorted(self.select("lines", {"subject": subject}), key=lambda row: row["order"])
        return [row for row in rows if row["holds_while"] is None or self._has_status(row)]

    def _has_status(self, line: Row) -> bool:
        """Return whether a line's subject, or what its places tell of, has the status that it says."""
        return any(
            row["id"] == line["subject"] or not {*line["sources"]}.isdisjoint(row["sources"])
            for row in self.activities(status=line["holds_while"])
        )

    def terms(self, *, kind: str | None = None) -> Rows:
        """Return the abbreviations and terms that pages spell out or explain, of one kind or of both."""
        return self.select("terms", {"kind": kind})

    @property
    def as_of(self) -> AsOf | None:
        """Return the days that the newest source is as of; None if no source says."""
        return next(iter(find_as_of(self.sources.values())), None)

    def table(self, name: str, *, keys: Codes = None, by: str | None = None) -> Rows:
        """Return a table's rows, all or those with some keys.

        Parameters
        ----------
        by
            Another column than the key, in which `keys` may stand; one that is nowhere there finds no row.
        """
        return self.select(name, {by or self.tables[name].key[0]: keys}, strict=by is None)

    def say(self, key: str, **values: object) -> str:
        """Return a wording that several families share, of the table ``wording``, with its places filled.

        Raises
        ------
        UnknownCode
            If there is no such wording; it names the nearest.
        KeyError
            If a place in braces has no value.
        """
        text = str(self.row("wording", key)["text"])
        return _PLACE.sub(lambda found: str(values[found[1]]), text)

    def plan_of(self, provision: str) -> Row:
        """Return the plan that a line belongs to."""
        return self.row("plans", self.row("provisions", provision)["plan"])


def name_line(ds: Record, line: Mapping[str, Any]) -> str:
    """Return a line with its number, and with its plan where there are several: ``line 1.2.4``."""
    plans = ds.table("plans")
    if len(plans) == 1:
        return f"line {line['paragraph']}"
    plan = ds.plan_of(line["id"])
    return f"line {line['paragraph']} of the {name_plan(plan, short=True)}"


def open_dataset(path: str | os.PathLike[str] | None = None) -> Record:
    """Return the record at `path`; see `pressroom.data.dataset.open_dataset`."""
    return open_any(path, Record)
