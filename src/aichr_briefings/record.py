"""The record of the cooperation between AICHR and UN: what a notebook asks of it, in this desk's words."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pressroom.data.dataset import Codes, Dataset, When
from pressroom.data.dataset import open_dataset as open_any
from pressroom.data.lines import list_lines
from pressroom.data.partial_dates import PartialDate
from pressroom.data.tables import Row, Rows
from pressroom.pages import (
    Fragment,
    KeyFigure,
    Line,
    Piece,
    briefing_link,
    capital,
    date_figure,
    line_list,
    listed,
    records,
    sourced,
    when,
    year_spans,
)
from pressroom.pages.names import NamesThen
from pressroom.pages.sourced import Citing


def plan_years(plan: Mapping[str, Any]) -> PartialDate:
    """Return the time that a plan covers."""
    return PartialDate(plan["from"], plan["to"])


def span_plan(plan: Mapping[str, Any], *, dash: bool = False) -> str:
    """Return a plan's time in words: ``2016 to 2020``, or ``2016–2020``."""
    return f"{when(plan['from'])}{'–' if dash else ' to '}{when(plan['to'])}"


def name_plan(plan: Mapping[str, Any], *, short: bool = False) -> str:
    """Return a plan's title with its years: ``ASEAN-UN Plan of Action 2016–2020``."""
    return f"{plan['short_title' if short else 'title']} {span_plan(plan, dash=True)}"


class Record(Citing, Dataset):
    """The dataset with the questions that briefings ask of it. Use `open_dataset`."""

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

    def names_then(self, codes: Iterable[str | None]) -> NamesThen:
        """Return the short names of organisations, each as it was when something took place."""
        now = self.names("organisations", codes)
        earlier = self.table("organisation_names", keys=sorted(now), by="organisation")
        return NamesThen(now, earlier, of="organisation", name="short_name")

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
        return list_lines(self, subject)

    def terms(self, *, kind: str | None = None) -> Rows:
        """Return the abbreviations and terms that pages spell out or explain, of one kind or of both."""
        return self.select("terms", {"kind": kind})

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


def teller(ds: Record) -> str:
    """Return who tells what is recorded: ``the note`` where there is no other source, else ``the record``."""
    return "the note" if len(ds.citations.sources) == 1 else "the record"


def lists(ds: Record) -> str:
    """Return which years are listed by which source: ``the note lists activities for 2017 to 2019``."""
    spans = {source: year_spans(ds.coverage_of(code)) for code, source in ds.citations.sources.items()}
    if len(spans) == 1 and ds.coverage:
        return ds.say("lists.one", years=next(iter(spans.values())))
    said = listed(f"{span} ({source.short_title})" for source, span in spans.items() if span)
    return ds.say("lists.several", years=said) if said else ds.say("lists.none")


def find_lists(ds: Record, year: int) -> list[str]:
    """Return what the locators begin with under which sources list a year, such as ``note#B.III.2018/``."""
    return [
        f"{row['source']}#{row['listed_at'].replace('{year}', str(year))}"
        for row in ds.table("coverage")
        if row["listed_at"] and row["from"] <= year <= row["to"]
    ]


def row_figure(row: Row, definition: Piece) -> KeyFigure:
    """Return the date of an activity as a key figure; ``planned`` stands before that of a planned one."""
    return date_figure(row["start"], row["end"], definition, planned=row["status"] == "planned")


def method(ds: Record, *shown: Rows) -> Fragment:
    """Return the closing section: the sources that the page used, how to read it, and who publishes it.

    The rest stands once per edition, on the page that ``about`` presses.

    Parameters
    ----------
    shown
        What the briefing printed.
    """
    link = briefing_link(ds.say("about"), "about", optional=True)
    how = f"{ds.say('how-to-read', lists=capital(lists(ds)))} "
    return sourced.method(ds, *shown, said=(how, ds.say("more-in"), " ", link, "."))


def list_sources(ds: Record) -> Fragment:
    """Return all sources that pages cite: title, dates, how these are known, how places are read, years.

    A source's mark stands before it where pages print it, that is where there are several.
    """
    sources, several = ds.citations.sources.values(), len(ds.citations.sources) > 1
    told = zip(sources, ds.citations.describe_all(ds.table("coverage")), strict=True)
    return line_list(
        Line(mark if several else capital(source.short_title), words) for source, (mark, words) in told
    )


def list_abbreviations(ds: Record) -> list[tuple[str, str]]:
    """Return all abbreviations that pages may print, in the order of the alphabet, with their full names.

    The short title of an instrument that stands whole in the full one, as without its years, explains itself.
    """
    named = {
        row["short_name"].removeprefix("the "): row["name"]
        for table in ("organisations", "organisation_names", "instruments")
        for row in records(ds.table(table))
        if table != "instruments" or row["short_name"] not in row["name"]
    }
    named |= {row["short"]: row["name"] for row in ds.terms(kind="abbreviation") if row["name"]}
    return [(short, named[short]) for short in sorted(named) if named[short] != short]


def open_dataset(path: str | os.PathLike[str] | None = None) -> Record:
    """Return the record at `path`; see `pressroom.data.dataset.open_dataset`."""
    return open_any(path, Record)
