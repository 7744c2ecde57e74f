"""What earlier versions of this desk's tables held otherwise: for `briefings tidy`, and for old releases."""

from __future__ import annotations

import json
import re
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
    first: dict[str, Cells] = {}
    for line in draft.rows("provisions"):
        first.setdefault(line["plan"], line)
    plans = [_describe_plan(plan, line) for plan, line in first.items() if _YEARS.fullmatch(plan)]
    for entry in _read_new("tables"):
        draft.add_table(entry, plans if entry["name"] == "plans" else [])
    field = _find_field(draft, "provisions", "plan")
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
    if not _insert(draft, "series.reference"):
        return
    for series in draft.rows("series"):
        series["reference"] = "last held" if series["id"] == MEETINGS else ""
    _add_lists(draft, "meetings")
    _insert(draft, "activities.number")
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
    for column in ("places", "participants", "format", "moved_to"):
        _insert(draft, f"activities.{column}")
    _find_field(draft, "activities", "aichr_lead").update({"list": True, "itemsFrom": "countries.code"})
    status = _find_field(draft, "activities", "status")["constraints"]["enum"]
    status += ["postponed"] if "postponed" not in status else []
    entry, gone = draft.entry("activities"), ("city", "country", "aichr_lead")
    entry["schema"]["foreignKeys"] = [k for k in entry["schema"]["foreignKeys"] if k["fields"] not in gone]
    wording = entry.get("wording", {})
    wording["columns"] = {**wording.get("columns", {}), **_read_new("labels")}
    # A later date of what was postponed corrects nothing.
    _add_column(wording, "updates", "moved_to")
    _rename_in(draft.descriptor)


def tie_rows(draft: Draft) -> None:
    """Say which cells stand together, or once, that places begin with a code, and what revisions are of."""
    if entry := draft.entry("revisions"):
        entry.setdefault("holds", "revisions")
    for name, keys in _read_new("said").items():
        field = _find_field(draft, *name.split("."))
        field |= {key: value for key, value in keys.items() if field and key not in field}
    for name, unique in _read_new("unique").items():
        if entry := draft.entry(name):
            entry["schema"].setdefault("uniqueKeys", unique)


def add_words(draft: Draft) -> None:
    """Add the tables of lines to take, terms and wordings, and the column of reasons; all without a word."""
    if draft.entry("lines") or not draft.entry("activities"):
        return
    for entry in _read_new("words"):
        draft.add_table(entry, [])
    _add_lists(draft, "line_subjects")
    draft.descriptor.setdefault("phrases", {}).setdefault("from", "wording.text")
    if _insert(draft, "activities.provisions_reason"):
        _add_column(draft.entry("activities").get("wording", {}), "silent", "provisions_reason")


def let_lines_lapse(draft: Draft) -> None:
    """Add to lines to take while what they hold, without a word."""
    if _insert(draft, "lines.holds_while"):
        _add_column(draft.entry("lines").get("wording", {}), "silent", "holds_while")


def take_lines_apart(draft: Draft) -> None:
    """Add what a plan's line asks, taken apart, without a word; and the list of the meetings to brief on."""
    if not draft.fields("provisions") or _find_field(draft, "provisions", "whom"):
        return
    for column in ("whom", "means", "purpose", "limits"):
        _insert(draft, f"provisions.{column}")
    _add_lists(draft, "all_meetings")


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


def _read_new(part: str) -> Any:
    """Return what an earlier version lacked, as a descriptor has it: tables, columns, labels or lists."""
    return json.loads(files("aichr_briefings").joinpath("tables.json").read_text("utf-8"))[part]


def _insert(draft: Draft, name: str) -> bool:
    new = _read_new("columns")[name]
    return draft.insert(name.partition(".")[0], new["field"], before=new["before"])


def _add_lists(draft: Draft, *names: str) -> None:
    lists = _read_new("lists")
    draft.add_lists({name: lists[name] for name in names})


def _find_field(draft: Draft, table: str, column: str) -> dict[str, Any]:
    """Return what is said of a column, to be changed in place; an empty object if nothing."""
    return next((field for field in draft.fields(table) if field["name"] == column), {})


def _add_column(wording: dict[str, Any], key: str, column: str) -> None:
    known = wording.get(key, [])
    wording[key] = list(dict.fromkeys([*([known] if isinstance(known, str) else known), column]))


UPGRADES = (
    add_tables,
    give_references,
    widen_activities,
    rename_freely,
    add_words,
    take_lines_apart,
    tie_rows,
    let_lines_lapse,
)
"""All of them, in order; the entry point that the descriptor's helper names under ``pressroom.upgrades``."""
