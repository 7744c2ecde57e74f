"""What must hold of lines to take, of reasons for assignments and of terms, for `briefings check`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from hashlib import sha256

from pressroom.data.findings import Finding, quote
from pressroom.data.records import Record, Sheets
from pressroom.data.sheets import split_items

ABOUT = {
    "activities": "id",
    "participations": "activity",
    "statements": "subject",
    "discrepancies": "subject",
    "milestones": "id",
    "provisions": "id",
}
"""The tables whose rows a line may rest on, each with the column that says what a row is about."""

NAMES = {
    "organisations": ("code", "short_name"),
    "instruments": ("code", "short_name"),
    "themes": ("code", "name"),
}
"""The tables of what a line may name, each with its key and the name used in text."""

WITHOUT = ("sources", "short_title", "provisions", "provisions_reason")
"""The columns whose change leaves a line as true as it was."""

_YEAR = re.compile(r"\b\d{4}\b")
_NAME = re.compile(r"“([^”]+)”")
_DIGEST = 8


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
            row.cells[key]: row.cells[name]
            for table, (key, name) in NAMES.items()
            for row in self._sheets.records(table, key, name)
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
    for line in sheets.records("lines", "subject", "order", "text", "sources", "care", "reviewed"):
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
        yield from _find_unreviewed(line, rows)


def _find_unreviewed(line: Record, rows: list[Record]) -> Iterator[Finding]:
    """Yield a warning if the rows of a line are not those of its review, with the digest to write."""
    now, then = digest_rows(rows), line.cells["reviewed"]
    if not rows or then == now:
        return
    named = f"line {line.cells['order']} on {quote(line.cells['subject'])}"
    if then:
        message = f"{named} was reviewed before its rows changed: {_tell_change(rows, then)}"
    else:
        message = f"{named} has not been compared with its rows, {_name_rows(rows)}"
    message += f"; if it holds, write {now}"
    yield line.find("reviewed", message, severity="warning")


def digest_rows(rows: list[Record]) -> str:
    """Return the digest of what rows hold that a line may say; their order and empty cells do not count."""
    texts = sorted("\x1e".join([row.resource.name, *_list_cells(row.cells)]) for row in rows)
    return sha256("\x1d".join(texts).encode()).hexdigest()[:_DIGEST]


def _list_cells(cells: Mapping[str, str]) -> list[str]:
    return [f"{label}\x1f{cell}" for label, cell in cells.items() if cell and label not in WITHOUT]


def _tell_change(rows: list[Record], then: str) -> str:
    """Return what has changed, where the digest of before tells it: a row or a cell that was not there."""
    for row in rows:
        others = [other for other in rows if other is not row]
        if digest_rows(others) == then:
            return f"{_name_rows([row])} is new"
        for label in (label for label, cell in row.cells.items() if cell):
            emptied = Record(row.resource, row.number, {**row.cells, label: ""})
            if digest_rows([*others, emptied]) == then:
                return f"{_name_rows([row])}, column {label} was empty"
    return f"one or more of {_name_rows(rows)}"


def _name_rows(rows: list[Record]) -> str:
    """Return rows by file and number: ``activities.csv, row 3; participations.csv, rows 4, 5``."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.resource.file, []).append(row.number)
    parts = ((file, own, "s" if len(own) > 1 else "") for file, own in numbers.items())
    return "; ".join(f"{file}, row{plural} {', '.join(map(str, own))}" for file, own, plural in parts)


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
    """Yield the reasons that are not one for each assigned line; as warnings, the assignments without one."""
    records = list(sheets.records("activities", "provisions", "provisions_reason"))
    is_used = any(record.cells["provisions_reason"] for record in records)
    for record in records:
        reasons, lines = (split_items(record.cells[c]) for c in ("provisions_reason", "provisions"))
        if reasons and len(reasons) != len(lines):
            message = f"it needs one reason for each line, in their order: {len(lines)}, not {len(reasons)}"
            yield record.find("provisions_reason", message)
        elif lines and not reasons and is_used:
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


LINE_RULES = (check_lines, check_reasons, check_terms)
"""All of them, in order."""
