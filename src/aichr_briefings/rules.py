"""What must hold of the record that a Table Schema cannot say, and of the lines to take that rest on it.

`briefings check` reads these rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from importlib.resources import files

from aichr_briefings.rows import LAST_HELD, NAMES
from pressroom.data.findings import Finding, quote
from pressroom.data.lines import Basis, check_lines
from pressroom.data.needs import Needs, find_unmet
from pressroom.data.records import Sheets
from pressroom.data.row_rules import find_gaps, find_halves, find_outside, find_untimely
from pressroom.data.source_rules import check_ties

NEEDS: Needs = json.loads(files("aichr_briefings").joinpath("needs.json").read_text("utf-8"))
"""What briefings ask of the descriptor."""

LINES = Basis(
    about={
        "activities": "id",
        "participations": "activity",
        "statements": "subject",
        "discrepancies": "subject",
        "milestones": "id",
        "provisions": "id",
    },
    named={table: NAMES[table] for table in ("organisations", "instruments", "themes")},
    statements="statements",
    differences="discrepancies",
    group="series",
    over="held",
    without=("sources", "short_title", "provisions", "provisions_reason"),
)
"""What lines to take rest on."""


def check_needs(sheets: Sheets) -> Iterator[Finding]:
    """Yield what briefings ask for and the dataset does not have, or has otherwise."""
    if sheets.values("coverage.source") == ():
        yield Finding(
            message="no source lists any year; each briefing tells which years are covered",
            file="coverage.csv",
        )
    yield from find_unmet(sheets, NEEDS)


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
    partial(find_halves, table="activities", column="themes_origin", of="themes"),
    check_ties,
    partial(find_untimely, ahead="planned", over="held"),
    partial(
        find_outside,
        table="activities",
        column="provisions",
        through="provisions.plan",
        periods=("plans", "from", "to"),
    ),
    check_series,
    partial(check_lines, basis=LINES),
    partial(find_gaps, table="activities", column="provisions_reason", of="provisions"),
    check_terms,
)
"""All of them, in order; the entry point that the descriptor names under ``rules``."""
