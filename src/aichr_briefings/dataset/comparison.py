"""What differs between two states of the dataset, row by row, in a reader's words.

An addition, a correction and a withdrawal are told apart. Filling in what was not stated is no correction,
nor is a more exact date, nor a new status: what was planned has been held meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from aichr_briefings.dataset.date_words import when

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
NameOf = Callable[[str, str], str]
"""Returns the name of a code of a table."""

NAMES = {
    "activities": "short_title",
    "organisations": "short_name",
    "themes": "name",
    "provisions": "paragraph",
    "countries": "short_name",
    "series": "title",
}
"""The column that names a row to a reader, of tables whose codes stand in others."""

_CODES = {
    "country": "countries",
    "themes": "themes",
    "provisions": "provisions",
    "series": "series",
    "follows": "activities",
    "activities": "activities",
    "organisation": "organisations",
    "via": "organisations",
    "parent": "organisations",
}
_KINDS = {
    "activities": "activity",
    "statements": "statement",
    "discrepancies": "difference inside the source",
    "series": "series",
    "milestones": "milestone",
    "provisions": "line of the Plan of Action",
    "organisations": "organisation",
    "instruments": "instrument",
    "themes": "theme",
    "countries": "country",
    "participations": "participation",
}
_TITLES = ("title", "heading", "name", "short_title", "text", "summary", "paragraph")
_SAID = {
    "participants_target": "participants aimed at",
    "aichr_lead": "lead in the AICHR",
    "says": "what differs",
}
_UPDATES = ("status",)
_DATE = ("start", "end", "year", "precision", "earliest", "latest")
_ROLE = ("organisation", "role", "agencies")
_DERIVED = ("id", "earliest", "latest", "precision", "year", "agencies", "agency", "sources", "themes_origin")
_LONG = 90

Kind = Literal["added", "changed", "withdrawn"]


@dataclass(frozen=True)
class FieldChange:
    """One value of a row that differs, in words; ``""`` where there was or is none.

    Attributes
    ----------
    label
        What the value is, such as ``"date"`` or ``"role of UNDP"``.
    columns
        Those of the dataset that show it.
    is_refined
        Whether the new value says the same more exactly, as a day in what was a month.
    """

    label: str
    old: str
    new: str
    columns: tuple[str, ...] = ()
    is_refined: bool = False

    @property
    def is_correction(self) -> bool:
        """Return whether what was stated is stated otherwise now, or no more."""
        return bool(self.old) and self.label not in _UPDATES and not self.is_refined

    def __str__(self) -> str:
        if not self.old:
            return f"{self.label} now stated, {self.new}"
        return f"{self.label} {self.new or 'no longer stated'}, was {self.old}"


@dataclass(frozen=True)
class RowChange:
    """One row that was added, changed or withdrawn.

    Attributes
    ----------
    key
        Its key in words, as `dataset.rows.Rows.by_key` has it.
    name
        What a reader knows it by.
    fields
        Of a changed row.
    """

    table: str
    key: str
    kind: Kind
    name: str
    fields: tuple[FieldChange, ...] = ()

    @property
    def is_correction(self) -> bool:
        """Return whether a reader was told something else before."""
        return self.kind == "withdrawn" or any(field.is_correction for field in self.fields)

    @property
    def verb(self) -> str:
        """Return what happened to the row: Added, Corrected, Updated or Withdrawn."""
        if self.kind != "changed":
            return self.kind.capitalize()
        return "Corrected" if self.is_correction else "Updated"

    @property
    def details(self) -> str:
        """Return what differs, ``""`` unless it is a changed row."""
        return "; ".join(map(str, self.fields))

    def __str__(self) -> str:
        said = f"{self.verb}: {self.name}"
        return f"{said} – {self.details}" if self.fields else said


def compare_rows(table: str, old: Rows, new: Rows, name_of: NameOf) -> list[RowChange]:
    """Return what differs between rows by key, in the new order, what was withdrawn last.

    Parameters
    ----------
    old, new
        The rows with the columns that matter; some or all of a table.
    name_of
        Of codes in old and new rows alike.
    """
    found = (_compare_row(table, key, old.get(key), new.get(key), name_of) for key in {**new, **old})
    return [change for change in found if change]


def fold_participations(
    changes: Iterable[RowChange], old: Iterable[Row], new: Iterable[Row], activities: Rows, name_of: NameOf
) -> list[RowChange]:
    """Return the changes of activities with those of who took part in them, as fields.

    Parameters
    ----------
    old, new
        Participations with ``activity``, ``organisation`` and ``role``.
    activities
        Today's activities by id, for those that changed in nothing else.
    """
    told = {change.key: change for change in changes}
    for id, fields in _compare_roles(old, new, name_of).items():
        change = told.get(id)
        if change is None and id in activities:
            told[id] = RowChange("activities", id, "changed", _name_row("activities", activities[id]), fields)
        elif change and change.kind == "changed":
            told[id] = replace(change, fields=(*change.fields, *fields))
    return list(told.values())


def _compare_row(table: str, key: str, old: Row | None, new: Row | None, name_of: NameOf) -> RowChange | None:
    there = new or old
    assert there is not None
    if old is None or new is None:
        return RowChange(table, key, "added" if old is None else "withdrawn", _name_row(table, there))
    fields = tuple(_compare_fields(old, new, name_of))
    # A date that changed is told with the change.
    name = _title(new) if any(field.label == "date" for field in fields) else _name_row(table, new)
    return RowChange(table, key, "changed", name, fields) if fields else None


def _compare_fields(old: Row, new: Row, name_of: NameOf) -> Iterator[FieldChange]:
    if "start" in new and (before := _say_date(old)) != (now := _say_date(new)):
        yield FieldChange("date", before, now, _DATE, _is_refined(old, new))
    for label in new:
        if label in (*_DERIVED, "start", "end") or old.get(label) == new[label]:
            continue
        before, now = (_say(label, row.get(label), name_of) for row in (old, new))
        yield FieldChange(_SAID.get(label, label.replace("_", " ")), before, now, (label,))


def _is_refined(old: Row, new: Row) -> bool:
    """Return whether a date falls into a vaguer one that has no end of its own."""
    dates = [new["start"] or "", new.get("end") or new["start"] or ""]
    vague = old["start"] or ""
    return bool(vague) and not old.get("end") and all(date.startswith(f"{vague}-") for date in dates)


def _compare_roles(
    old: Iterable[Row], new: Iterable[Row], name_of: NameOf
) -> dict[str, tuple[FieldChange, ...]]:
    before, now = _gather_roles(old), _gather_roles(new)
    fields: dict[str, tuple[FieldChange, ...]] = {}
    for activity, organisation in {**now, **before}:
        roles = [" and ".join(roles.get((activity, organisation), ())) for roles in (before, now)]
        if roles[0] != roles[1]:
            field = FieldChange(
                f"role of {name_of('organisations', organisation)}", roles[0], roles[1], _ROLE
            )
            fields[activity] = (*fields.get(activity, ()), field)
    return fields


def _gather_roles(rows: Iterable[Row]) -> dict[tuple[str, str], list[str]]:
    roles: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        roles.setdefault((row["activity"], row["organisation"]), []).append(row["role"])
    return {key: sorted(said) for key, said in roles.items()}


def _name_row(table: str, row: Row) -> str:
    """Return what a reader knows a row by; of an activity, with its date."""
    if table == "activities":
        return f"{_title(row)} ({_say_date(row) or 'undated'})"
    said = next((str(row[label]) for label in _TITLES if row.get(label)), "")
    return f"{_KINDS.get(table, table)} “{_shorten(said)}”"


def _title(row: Row) -> str:
    return str(row.get("short_title") or row["title"])


def _say_date(row: Row) -> str:
    return when(row["start"] or "", row.get("end") or "") if row["start"] else ""


def _say(label: str, value: Any, name_of: NameOf) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return ", ".join(_say(label, item, name_of) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return name_of(_CODES[label], str(value)) if label in _CODES else _shorten(str(value))


def _shorten(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[:_LONG].rsplit(' ', 1)[0]} …"
