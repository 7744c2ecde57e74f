"""What must hold of the record that a Table Schema cannot say; `briefings check` reads these rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from importlib.resources import files

from aichr_briefings.line_rules import LINE_RULES
from aichr_briefings.rows import LAST_HELD
from pressroom.data.findings import DatasetError, Finding, quote
from pressroom.data.needs import Needs, find_unmet
from pressroom.data.package import Package
from pressroom.data.partial_dates import PartialDate
from pressroom.data.records import Record, Sheets
from pressroom.data.sheets import split_items
from pressroom.data.sources import AsOf, Source, find_as_of, read_sources

NEEDS: Needs = json.loads(files("aichr_briefings").joinpath("needs.json").read_text("utf-8"))
"""What briefings ask of the descriptor."""


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
    for record in sheets.records("activities", "themes", "themes_origin"):
        themes, origin = split_items(record.cells["themes"]), record.cells["themes_origin"]
        if themes and not origin:
            yield record.find(
                "themes_origin", "the cell is empty; say whether the themes are stated or assigned"
            )
        if origin and not themes:
            yield record.find("themes_origin", f"{quote(origin)} is said of no theme")


def check_status(sheets: Sheets) -> Iterator[Finding]:
    """Yield, as warnings, what is past or ahead against its status, for its newest source, or has no such."""
    sources = _read_sources(sheets.package)
    newest = next(iter(find_as_of(sources.values())), None)
    find_newest = cache(partial(_find_newest, sources))
    for record in sheets.records("activities", "start", "end", "status", "sources"):
        when, status = _parse_interval(record), record.cells["status"]
        days = find_newest(record.cells["sources"])
        yield from _find_ties(record, sources)
        if not when or days is None:
            continue
        if status == "planned" and when.latest is not None and when.latest < days.start:
            message = f"{when} is past as of {days.start}, but the status is planned"
            yield record.find("start", message, severity="warning")
        elif status == "planned" and newest and when.latest is not None and when.latest < newest.start:
            message = f"{when} is past as of {newest.start}, of another source, but the status is planned"
            yield record.find("start", message, severity="warning")
        if status == "held" and when.earliest is not None and when.earliest > days.end:
            message = f"{when} is still ahead as of {days.end}, but the status is held"
            yield record.find("start", message, severity="warning")


def check_plans(sheets: Sheets) -> Iterator[Finding]:
    """Yield plans that end before they begin or have a twin, and activities certainly outside their plan."""
    plans: dict[str, PartialDate] = {}
    named: dict[tuple[str, ...], int] = {}
    for record in sheets.records("plans", "code", "title", "from", "to"):
        name = tuple(record.cells[column] for column in ("title", "from", "to"))
        if (row := named.setdefault(name, record.number)) != record.number:
            message = f"{quote(name[0])} of {name[1]} to {name[2]} is in row {row} already; tell them apart"
            yield record.find("title", message)
        try:
            plans[record.cells["code"]] = PartialDate(record.cells["from"], record.cells["to"])
        except ValueError as error:
            yield record.find("to", str(error))
    lines = {r.cells["id"]: plans.get(r.cells["plan"]) for r in sheets.records("provisions", "id", "plan")}
    for record in sheets.records("activities", "start", "end", "provisions"):
        when = _parse_interval(record)
        for item in split_items(record.cells["provisions"]) if when else ():
            plan = lines.get(item)
            if plan is not None and when is not None and when.touches(plan) is False:
                message = (
                    f"{quote(item)} is of the plan of {plan.start} to {plan.end}, the activity of {when}"
                )
                yield record.find("provisions", message, value=item)


def check_series(sheets: Sheets) -> Iterator[Finding]:
    """Yield the references that are no held and dated activity of their series, and numbers given twice."""
    held: dict[str, list[str]] = {}
    numbers: set[tuple[str, str]] = set()
    for record in sheets.records("activities", "id", "series", "status", "start", "number"):
        series, number = record.cells["series"], record.cells["number"]
        # A misspelt status is a finding of its own, and accuses no series.
        may_be_held = record.cells["status"] not in {*NEEDS["activities"]["status"]["codes"]} - {"held"}
        if may_be_held and record.cells["start"]:
            held.setdefault(series, []).append(record.cells["id"])
        if number and (series, number) in numbers:
            yield record.find("number", f"another activity of the series is number {number}, too")
        if number and not series:
            yield record.find("number", f"{quote(number)} is the number of no series")
        numbers.add((series, number))
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


def check_moves(sheets: Sheets) -> Iterator[Finding]:
    """Yield the activities that were moved but are not postponed."""
    for record in sheets.records("activities", "status", "moved_to"):
        if record.cells["moved_to"] and record.cells["status"] != "postponed":
            yield record.find("moved_to", f"it was moved, but its status is {quote(record.cells['status'])}")


def check_revisions(sheets: Sheets) -> Iterator[Finding]:
    """Yield the revisions of what is no cell of a table."""
    tables = {resource.name: resource for resource in sheets.package.resources}
    for record in sheets.records("revisions", "table", "row", "column"):
        table = tables.get(record.cells["table"])
        if table is None:
            message = f"{quote(record.cells['table'])} is no table"
            yield record.find("table", message, allowed=tables)
            continue
        keys = sheets.values(f"{table.name}.{table.key[0]}") if table.key else ()
        if record.cells["column"] not in table.labels:
            message = f"{quote(record.cells['column'])} is no column of {table.name}"
            yield record.find("column", message, allowed=table.labels)
        elif keys is not None and record.cells["row"] not in keys:
            message = f"{quote(record.cells['row'])} is no row of {table.name}"
            yield record.find("row", message, allowed=keys)
        elif record.cells["column"] in (*(table.interval or ()), "moved_to"):
            yield from _find_no_date(record)


def _find_no_date(record: Record) -> Iterator[Finding]:
    try:
        PartialDate.parse(record.cells["value"])
    except ValueError as error:
        yield record.find("value", str(error))


RULES = (
    check_needs,
    check_origins,
    check_status,
    check_plans,
    check_series,
    check_moves,
    check_revisions,
    *LINE_RULES,
)
"""All of them, in order; the entry point that the descriptor names under ``rules``."""


def _parse_interval(record: Record) -> PartialDate | None:
    """Return when an activity was; None if its dates are faulty, which another rule says."""
    try:
        return PartialDate(record.cells["start"], record.cells["end"])
    except ValueError:
        return None


def _read_sources(package: Package) -> Mapping[str, Source]:
    """Return the sources; none if their table is faulty, which another rule says."""
    try:
        return read_sources(package)
    except DatasetError:
        return {}


def _find_ties(record: Record, sources: Mapping[str, Source]) -> Iterator[Finding]:
    """Yield a row whose two newest sources are as of the same day: its status is as of neither alone."""
    codes = dict.fromkeys(locator.partition("#")[0] for locator in split_items(record.cells["sources"]))
    dated = [(sources[code].as_of, code) for code in codes if code in sources]
    ends = sorted((days.end, code) for days, code in dated if days is not None)
    if len(ends) > 1 and ends[-1][0] == ends[-2][0]:
        pair = f"{quote(ends[-2][1])} and {quote(ends[-1][1])}"
        message = f"{pair} are as of the same day, so it is unknown which of them is the newer"
        yield record.find("sources", message, severity="warning")


def _find_newest(sources: Mapping[str, Source], cell: str) -> AsOf | None:
    """Return what the newest source of a row is as of; None if none of them says."""
    codes = {locator.partition("#")[0] for locator in split_items(cell)}
    return next(iter(find_as_of(source for code, source in sources.items() if code in codes)), None)
