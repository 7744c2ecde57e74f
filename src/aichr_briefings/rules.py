"""What must hold of the record that a Table Schema cannot say, and of the lines to take that rest on it.

`briefings check` reads these rules.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache, cached_property, partial
from importlib.resources import files

from aichr_briefings.rows import LAST_HELD, NAMES
from pressroom.data.findings import Finding, quote
from pressroom.data.needs import Needs, find_unmet
from pressroom.data.partial_dates import PartialDate
from pressroom.data.records import Record, Sheets
from pressroom.data.reviews import find_unreviewed
from pressroom.data.sheets import split_items
from pressroom.data.source_rules import check_ties, read_known
from pressroom.data.sources import AsOf, Source, find_as_of

NEEDS: Needs = json.loads(files("aichr_briefings").joinpath("needs.json").read_text("utf-8"))
"""What briefings ask of the descriptor."""

ABOUT = {
    "activities": "id",
    "participations": "activity",
    "statements": "subject",
    "discrepancies": "subject",
    "milestones": "id",
    "provisions": "id",
}
"""The tables whose rows a line may rest on, each with the column that says what a row is about."""

NAMED = ("organisations", "instruments", "themes")
"""The tables of what a line may name."""

WITHOUT = ("sources", "short_title", "provisions", "provisions_reason")
"""The columns whose change leaves a line as true as it was."""

_YEAR = re.compile(r"\b\d{4}\b")
_NAME = re.compile(r"“([^”]+)”")


def check_needs(sheets: Sheets) -> Iterator[Finding]:
    """Yield what briefings ask for and the dataset does not have, or has otherwise."""
    if sheets.values("coverage.source") == ():
        yield Finding(
            message="no source lists any year; each briefing tells which years are covered",
            file="coverage.csv",
        )
    yield from find_unmet(sheets, NEEDS)


def check_origins(sheets: Sheets) -> Iterator[Finding]:
    """Yield the activities that do not say who gave them their themes, or say it of no theme."""

    def is_half(themes: str, origin: str) -> bool:
        return bool(split_items(themes)) != bool(origin)

    for record in sheets.suspects("activities", ("themes", "themes_origin"), is_half):
        origin = record.cells["themes_origin"]
        empty = "the cell is empty; say whether the themes are stated or assigned"
        yield record.find("themes_origin", f"{quote(origin)} is said of no theme" if origin else empty)


def check_status(sheets: Sheets) -> Iterator[Finding]:
    """Yield, as warnings, what is past or ahead against its status, for its newest source or for another."""
    sources = read_known(sheets.package)
    newest = next(iter(find_as_of(sources.values())), None)
    find_newest = cache(partial(_find_newest, sources))

    def judge(start: str, end: str, status: str, cited: str) -> str:
        when = _parse_interval(start, end) if status in ("planned", "held") else None
        days = find_newest(cited)
        if not when or days is None:
            return ""
        if status == "held":
            is_ahead = when.earliest is not None and when.earliest > days.end
            return f"{when} is still ahead as of {days.end}, but the status is held" if is_ahead else ""
        if when.latest is not None and when.latest < days.start:
            return f"{when} is past as of {days.start}, but the status is planned"
        if newest and when.latest is not None and when.latest < newest.start:
            return f"{when} is past as of {newest.start}, of another source, but the status is planned"
        return ""

    columns = ("start", "end", "status", "sources")
    for record in sheets.suspects("activities", columns, judge):
        yield record.find("start", judge(*map(record.cells.__getitem__, columns)), severity="warning")


def check_plans(sheets: Sheets) -> Iterator[Finding]:
    """Yield the plans that end before they begin, and the activities certainly outside a plan of theirs."""
    plans: dict[str, PartialDate] = {}
    for record in sheets.records("plans", "code", "from", "to"):
        try:
            plans[record.cells["code"]] = PartialDate(record.cells["from"], record.cells["to"])
        except ValueError as error:
            yield record.find("to", str(error))
    lines = {r.cells["id"]: plans.get(r.cells["plan"]) for r in sheets.records("provisions", "id", "plan")}

    def list_faults(start: str, end: str, cell: str) -> list[tuple[str, str]]:
        when = _parse_interval(start, end) if cell else None
        places = [(item, lines.get(item)) for item in split_items(cell)] if when else []
        return [
            (item, f"{quote(item)} is of the plan of {plan.start} to {plan.end}, the activity of {when}")
            for item, plan in places
            if plan is not None and when is not None and when.touches(plan) is False
        ]

    columns = ("start", "end", "provisions")
    for record in sheets.suspects("activities", columns, list_faults):
        for item, message in list_faults(*map(record.cells.__getitem__, columns)):
            yield record.find("provisions", message, value=item)


def check_series(sheets: Sheets) -> Iterator[Finding]:
    """Yield the references that are no held and dated activity of their series."""
    held: dict[str, list[str]] = {}
    # A misspelt status is a finding of its own, and accuses no series.
    not_held = {*NEEDS["activities"]["status"]["codes"]} - {"held"}
    for code, series, status, start in sheets.texts("activities", "id", "series", "status", "start"):
        if start and status not in not_held:
            held.setdefault(series, []).append(code)
    referring = [
        record for record in sheets.records("series", "id", "reference") if record.cells["reference"]
    ]
    known = sheets.values("activities.id") is not None
    if not referring and sheets.values("series.id"):
        message = "no series has a reference; each briefing tells what was done since a meeting of one"
        yield Finding(message=message, file="series.csv", column="reference")
    for record in referring[1:]:
        yield record.find("reference", "another series has a reference, too; one may have it")
    for record in referring if known else ():
        reference, own = record.cells["reference"], held.get(record.cells["id"], [])
        if not own:
            yield record.find(
                "reference", "no dated activity of this series was held that could be the reference"
            )
        elif reference not in (LAST_HELD, *own):
            message = f"{quote(reference)} is no held and dated activity of this series"
            yield record.find("reference", message, allowed=(LAST_HELD, *own))


class Ground:
    """The rows that lines to take may rest on."""

    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets

    @cached_property
    def _rows(self) -> Mapping[str, list[Record]]:
        return {table: list(self._sheets.records(table, own, "sources")) for table, own in ABOUT.items()}

    def list_rows(self, line: Record) -> list[Record]:
        """Return what a line rests on.

        These are the activities that it tells of, with all that is recorded of them; what its places say that
        is about no activity; and the differences that it marks.
        """
        own, marked = self.list_activities(line), split_items(line.cells["care"])
        return [
            row
            for table, rows in self._rows.items()
            for row in rows
            if (about := row.cells[ABOUT[table]]) in own
            or (about not in self._activities and _share_place(line, row) and table != "discrepancies")
            or (table == "discrepancies" and row.cells.get("id") in marked)
        ]

    def list_due(self, line: Record) -> Iterator[Record]:
        """Yield the differences that a line has to mark.

        They are about its subject, if that is an activity; about an activity that it tells of; or they share
        a place with it and are about the series of such an activity, its subject, or what it names.
        A difference that is about a name, which it quotes, is due where the line says this name.
        """
        own = self.list_activities(line) | ({line.cells["subject"]} & self._activities.keys())
        near = {self._activities[code].cells.get("series", "") for code in own} | {line.cells["subject"]}
        for row in self._rows["discrepancies"]:
            about = row.cells["subject"]
            is_near = about in near or self._is_named(line, about)
            if about in own or (is_near and _share_place(line, row)):
                quoted = [name for name in _NAME.findall(row.cells.get("says", "")) if _is_name(name)]
                if not quoted or any(_says(line.cells["text"], name) for name in quoted):
                    yield row

    def list_activities(self, line: Record) -> set[str]:
        """Return the ids of the activities that a line tells of.

        A place that tells of one activity alone says which. Of several, the line means those whose year it
        says; if it says none of these years, all of them, unless the place also has a statement about the
        line's subject or about what it names, on which the line may then rest alone.
        """
        found: set[str] = set()
        for place in split_items(line.cells["sources"]):
            there = self._activities_at.get(place, [])
            named = there if len(there) < 2 else [row for row in there if _says_year(line, row)]
            found |= {row.cells["id"] for row in named or ([] if self._is_stated(line, place) else there)}
        return found

    def list_statuses(self, line: Record) -> tuple[set[str], set[str]]:
        """Return the statuses of what a line tells of, and of all that its places, or it, are about."""
        near = {
            row.cells["id"]
            for place in split_items(line.cells["sources"])
            for row in self._activities_at.get(place, ())
        }
        near |= {line.cells["subject"]} & self._activities.keys()
        own, all_ = (
            {self._activities[code].cells.get("status", "") for code in codes}
            for codes in (self.list_activities(line), near)
        )
        return own, all_

    @cached_property
    def _activities(self) -> dict[str, Record]:
        return {row.cells["id"]: row for row in self._rows["activities"]}

    @cached_property
    def _activities_at(self) -> dict[str, list[Record]]:
        by_place: dict[str, list[Record]] = {}
        for row in self._rows["activities"]:
            for place in split_items(row.cells["sources"]):
                by_place.setdefault(place, []).append(row)
        return by_place

    @cached_property
    def _names(self) -> dict[str, str]:
        return {
            row.cells["code"]: row.cells[NAMES[table]]
            for table in NAMED
            for row in self._sheets.records(table, "code", NAMES[table])
        }

    def _is_stated(self, line: Record, place: str) -> bool:
        """Return whether a place has a statement about the line's subject, or about what the line names."""
        return any(
            place in split_items(row.cells["sources"])
            and (row.cells["subject"] == line.cells["subject"] or self._is_named(line, row.cells["subject"]))
            for row in self._rows["statements"]
        )

    def _is_named(self, line: Record, code: str) -> bool:
        return _says(line.cells["text"], self._names.get(code, ""))


def check_lines(sheets: Sheets) -> Iterator[Finding]:
    """Yield the lines that rest on nothing or lack a mark and, as warnings, those to be reviewed."""
    ground = Ground(sheets)
    columns = ("subject", "order", "text", "sources", "care", "holds_while", "reviewed")
    for line in sheets.records("lines", *columns):
        rows, marked = ground.list_rows(line), split_items(line.cells["care"])
        if not rows and line.cells["sources"]:
            yield line.find("sources", "no row cites any of these places, so the line rests on nothing")
        for row in ground.list_due(line):
            if row.cells["id"] not in marked:
                message = (
                    f"the line needs the mark of the difference {quote(row.cells['id'])} on "
                    f"{quote(row.cells['subject'])}, {quote(row.cells.get('heading', ''))}"
                )
                yield line.find("care", message)
        named = f"line {line.cells['order']} on {quote(line.cells['subject'])}"
        yield from _find_outdated(line, ground, named)
        yield from find_unreviewed(line, "reviewed", rows, named=named, without=WITHOUT)


def _find_outdated(line: Record, ground: Ground, named: str) -> Iterator[Finding]:
    """Yield a warning if a line is left out by now, or would be printed when it is no longer so."""
    (own, near), known = ground.list_statuses(line), line.cells["holds_while"]
    if known and known not in near:
        message = f"{named} is left out of pages: nothing that it tells of is {known} any more"
        yield line.find("holds_while", message, severity="warning")
    elif not known and own and own.isdisjoint(("held", "")):
        message = f"{named} tells of what is {' or '.join(sorted(own))}; say here while what it holds"
        yield line.find("holds_while", message, severity="warning")


def _share_place(one: Record, other: Record) -> bool:
    return bool({*split_items(one.cells["sources"])} & {*split_items(other.cells["sources"])})


def _says(text: str, name: str) -> bool:
    return bool(name) and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _says_year(line: Record, activity: Record) -> bool:
    """Return whether a line says a year of an activity; an undated one may always be meant."""
    years = {activity.cells.get(label, "")[:4] for label in ("start", "end")} - {""}
    return not years or bool(years & {*_YEAR.findall(line.cells["text"])})


def _is_name(text: str) -> bool:
    """Return whether what is quoted is a name: several words that begin with a capital letter."""
    return text[:1].isupper() and " " in text and not any(character.isdigit() for character in text)


def check_reasons(sheets: Sheets) -> Iterator[Finding]:
    """Yield, as warnings, the assignments to lines without a reason where others have one."""
    columns = ("provisions", "provisions_reason")
    if any(reason for _, reason in sheets.texts("activities", *columns)):
        for record in sheets.suspects("activities", columns, lambda lines, reason: lines and not reason):
            message = "it is assigned to lines without a reason, which other activities have"
            yield record.find("provisions_reason", message, severity="warning")


def check_terms(sheets: Sheets) -> Iterator[Finding]:
    """Yield the terms that say nothing, and the names that another table has already."""
    homes = {
        row.cells["short_name"]: row.resource.file
        for table in ("organisations", "instruments")
        for row in sheets.records(table, "short_name")
    }
    for record in sheets.records("terms", "short", "name", "explanation", "kind"):
        short, name, home = (record.cells["short"], record.cells["name"], homes.get(record.cells["short"]))
        if name and home:
            yield record.find("name", f"the name of {quote(short)} stands in {home}; leave it empty here")
        elif not name and not home and record.cells["kind"] == "abbreviation":
            yield record.find("name", f"the cell is empty; write what {quote(short)} stands for")
        elif not name and not record.cells["explanation"]:
            yield record.find("explanation", f"the cell is empty; nothing is said of {quote(short)}")


RULES = (
    check_needs,
    check_origins,
    check_ties,
    check_status,
    check_plans,
    check_series,
    check_lines,
    check_reasons,
    check_terms,
)
"""All of them, in order; the entry point that the descriptor names under ``rules``."""


def _parse_interval(start: str, end: str) -> PartialDate | None:
    """Return when an activity was; None if its dates are faulty, which another rule says."""
    try:
        return PartialDate(start, end)
    except ValueError:
        return None


def _find_newest(sources: Mapping[str, Source], cell: str) -> AsOf | None:
    """Return what the newest source of a row is as of; None if none of them says."""
    codes = {locator.partition("#")[0] for locator in split_items(cell)}
    return next(iter(find_as_of(source for code, source in sources.items() if code in codes)), None)
