"""What must hold of the record that a Table Schema cannot say, and of the lines to take that rest on it.

`briefings check` reads these rules.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from importlib.resources import files

from aichr_briefings.rows import LAST_HELD
from pressroom.data.findings import Finding, quote
from pressroom.data.lines import Basis, check_lines
from pressroom.data.needs import Needs, find_unmet
from pressroom.data.records import Sheets
from pressroom.data.row_rules import check_terms, find_gaps, find_halves, find_outside, find_untimely
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
    named={"organisations": "short_name", "instruments": "short_name", "themes": "name"},
    statements="statements",
    differences="discrepancies",
    group="series",
    over="held",
    without=("sources", "short_title", "provisions", "provisions_reason"),
)
"""What lines to take rest on."""


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


RULES = (
    partial(find_unmet, needs=NEEDS),
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
    partial(check_terms, homes=("organisations", "instruments")),
)
"""All of them, in order; the entry point that the descriptor names under ``rules``."""
