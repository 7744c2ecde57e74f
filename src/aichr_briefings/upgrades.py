"""What earlier versions of this desk's tables held otherwise: for `briefings tidy`, and for old releases."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from pressroom.data.upgrade import Cells, Draft

MEETINGS = "aichr-un-meetings"
"""The series of which an earlier version knew that its first meeting is the reference."""

_YEARS = re.compile(r"(\d{4})-(\d{4})")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)\b")


def add_tables(draft: Draft) -> None:
    """Add the tables of plans, of earlier names and of revisions; a plan was two years in a cell."""
    if draft.entry("plans") or not draft.entry("provisions"):
        return
    entries = _read_new()["tables"]
    first: dict[str, Cells] = {}
    for line in draft.rows("provisions"):
        first.setdefault(line["plan"], line)
    plans = [_describe_plan(plan, line) for plan, line in first.items() if _YEARS.fullmatch(plan)]
    for entry, rows in zip(entries, (plans, [], []), strict=True):
        draft.add_table(entry, rows)
    field = next(field for field in draft.fields("provisions") if field["name"] == "plan")
    field.pop("constraints", None)
    field |= {"description": "Code of the plan.", "constraints": {"required": True}}
    keys = draft.entry("provisions")["schema"].setdefault("foreignKeys", [])
    keys.append({"fields": "plan", "reference": {"resource": "plans", "fields": "code"}})


def _describe_plan(code: str, line: Cells) -> Cells:
    start, end = code.split("-")
    title = {"title": "ASEAN-UN Plan of Action", "short_title": "Plan of Action"}
    return {"code": code, **title, "from": start, "to": end, "sources": line["sources"]}


def give_references(draft: Draft) -> None:
    """Say of each series which of its meetings is the reference, and number the activities of a series."""
    fields = draft.fields("series")
    if not fields or any(field["name"] == "reference" for field in fields):
        return
    new = _read_new()
    _insert(fields, "sources", new["columns"]["series.reference"])
    for series in draft.rows("series"):
        series["reference"] = "last held" if series["id"] == MEETINGS else ""
    lists = draft.descriptor.setdefault("lists", {})
    lists["meetings"] = {"from": "activities.id", "where": {"series": MEETINGS, "status": "held"}}
    _insert(draft.fields("activities"), "follows", new["columns"]["activities.number"])
    for row in draft.rows("activities"):
        found = _ORDINAL.match(row["title"]) if row["series"] else None
        row["number"] = found[1] if found else ""


def widen_activities(draft: Draft) -> None:
    """Give activities several places and leads, a format, who came, and where what was postponed went."""
    fields = draft.fields("activities")
    names = [field["name"] for field in fields]
    if "places" in names or not {"city", "country"} <= set(names):
        return
    for row in draft.rows("activities"):
        row["places"] = f"{row['country']}/{row['city']}" if row["city"] else row["country"]
    fields[:] = [field for field in fields if field["name"] not in ("city", "country")]
    new = _read_new()
    _insert(fields, "participants_target", new["columns"]["activities.places"])
    _insert(fields, "aichr_lead", new["columns"]["activities.participants"])
    _insert(fields, "venue", new["columns"]["activities.format"])
    _insert(fields, "start", new["columns"]["activities.moved_to"])
    for field in fields:
        if field["name"] == "aichr_lead":
            field |= {"list": True, "itemsFrom": "countries.code"}
        if field["name"] == "status" and "postponed" not in field["constraints"]["enum"]:
            field["constraints"]["enum"].append("postponed")
    schema = draft.entry("activities")["schema"]
    gone = ("city", "country", "aichr_lead")
    schema["foreignKeys"] = [key for key in schema["foreignKeys"] if key["fields"] not in gone]
    _name_columns(draft.entry("activities").get("wording", {}), new["labels"])
    _rename_in(draft.descriptor)


def _name_columns(wording: dict[str, Any], labels: Mapping[str, str]) -> None:
    """Call the new columns by their names; a later date of what was postponed corrects nothing."""
    wording["columns"] = {**wording.get("columns", {}), **labels}
    updates = wording.get("updates", [])
    known = [updates] if isinstance(updates, str) else updates
    wording["updates"] = list(dict.fromkeys([*known, "moved_to"]))


def add_words(draft: Draft) -> None:
    """Add the tables of lines to take, terms and wordings, and the column of reasons; all without a word."""
    if draft.entry("lines") or not draft.entry("activities"):
        return
    new = _read_new()
    for entry in new["words"]:
        draft.add_table(entry, [])
    for name, declared in new["lists"].items():
        draft.descriptor.setdefault("lists", {}).setdefault(name, declared)
    draft.descriptor.setdefault("phrases", {}).setdefault("from", "wording.text")
    fields, reasons = draft.fields("activities"), new["columns"]["activities.provisions_reason"]
    if reasons["name"] not in [field["name"] for field in fields]:
        draft.rows("activities")  # who looks at a table has it written
        _insert(fields, "summary", reasons)
        _keep_silent(draft.entry("activities").get("wording", {}), "provisions_reason")


def take_lines_apart(draft: Draft) -> None:
    """Add what a plan's line asks, taken apart, without a word; and the list of the meetings to brief on."""
    fields, new = draft.fields("provisions"), _read_new()
    if not fields or any(field["name"] == "whom" for field in fields):
        return
    draft.rows("provisions")  # who looks at a table has it written
    for key, field in new["columns"].items():
        if key.startswith("provisions."):
            _insert(fields, "status", field)
    for name, declared in new["later_lists"].items():
        draft.descriptor.setdefault("lists", {}).setdefault(name, declared)


def _keep_silent(wording: dict[str, Any], column: str) -> None:
    silent = wording.get("silent", [])
    wording["silent"] = [*([silent] if isinstance(silent, str) else silent), column]


def rename_freely(draft: Draft) -> None:
    """Call a new name of an organisation no correction of the old one, which has a row of its own."""
    wording = draft.entry("organisations").get("wording", {})
    if draft.entry("organisation_names") and wording and "updates" not in wording:
        wording["updates"] = ["name", "short_name"]


def _rename_in(descriptor: dict[str, Any]) -> None:
    """Ask for years that are touched and for places wherever a descriptor asked for one year and one city."""
    years = descriptor.get("lists", {}).get("years", {})
    if years.get("from") == "activities.year":
        years["from"] = "activities.years"
    search = descriptor.get("search", {})
    search["words"] = ["places" if word == "city" else word for word in search.get("words", [])]
    for entry in search.get("filters", {}).values():
        entry["column"] = "years" if entry["column"] == "year" else entry["column"]


def _read_new() -> dict[str, Any]:
    """Return the tables, columns and labels that an earlier version lacked, as a descriptor has them."""
    tables: dict[str, Any] = json.loads(files("aichr_briefings").joinpath("tables.json").read_text("utf-8"))
    return tables


def _insert(fields: list[dict[str, Any]], before: str, field: Mapping[str, Any]) -> None:
    place = next((i for i, other in enumerate(fields) if other["name"] == before), len(fields))
    fields.insert(place, dict(field))


UPGRADES = (add_tables, give_references, widen_activities, rename_freely, add_words, take_lines_apart)
"""All of them, in order; the entry point that the descriptor's helper names under ``pressroom.upgrades``."""
