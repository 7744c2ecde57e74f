"""What to say with care: what differs inside the source, what is undated, unplaced or inferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from aichr_briefings.citations import newest_first, note_sources, sources_used
from aichr_briefings.record import name_line
from aichr_briefings.rows import (
    country_names,
    in_order,
    list_countries,
    look_up,
    place,
    replaced,
    when_of,
)
from pressroom.data.comparison import say_value
from pressroom.data.sheets import split_items
from pressroom.data.wording import read_wordings
from pressroom.pages import CareItem, capital, listed, records, when

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Row, Rows

ACTIVITIES = "activities"
DATES = ("start", "end")


def differences(ds: Record, activities: Rows, *, about: Sequence[str] = ()) -> list[CareItem]:
    """Return the recorded discrepancies that touch the activities, their series, or the subjects `about`.

    In the order of the activities, then of what else is asked about.
    """
    rows = records(activities)
    subjects = [(row["id"], row["id"]) for row in rows]
    subjects += [(row["series"], row["id"]) for row in rows if row["series"]]
    subjects += [(subject, "") for subject in about]
    touched: dict[str, tuple[str, ...]] = {}
    for subject, activity in subjects:
        touched[subject] = tuple(filter(None, (*touched.get(subject, ()), activity)))
    if not touched:
        return []
    found = ds.discrepancies(subject=list(touched))
    order = {subject: place for place, subject in enumerate(touched)}
    note_sources(ds, found)
    in_order = sorted(found, key=lambda row: order[row["subject"]])
    return [_tell_difference(row, touched[row["subject"]]) for row in in_order]


def _tell_difference(discrepancy: Row, activities: tuple[str, ...]) -> CareItem:
    words = f"{discrepancy['says']} {discrepancy['recorded']}"
    return CareItem(discrepancy["heading"], words, (*activities, discrepancy["id"]))


def revisions(ds: Record, activities: Rows) -> list[CareItem]:
    """Return what a later source corrects, or says more exactly: both values, each with its source."""
    rows = {row["id"]: row for row in records(activities)}
    listed_revisions = ds.table("revisions", keys=sorted(rows), by="row")
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for one in (one for one in listed_revisions if one["table"] == ACTIVITIES):
        column = "start" if one["column"] in DATES else one["column"]
        found.setdefault((one["row"], one["kind"], column), {})[one["column"]] = one
    return [
        _tell_revision(ds, rows[row], kind, column, changed) for (row, kind, column), changed in found.items()
    ]


def other_revisions(ds: Record) -> list[CareItem]:
    """Return what a later source corrects, or says more exactly, of what is no activity."""
    return [_tell_other(ds, one) for one in ds.table("revisions") if one["table"] != ACTIVITIES]


def _tell_other(ds: Record, one: Row) -> CareItem:
    table, column = one["table"], one["column"]
    wording = read_wordings(ds.package)[table]
    rows = records(ds.select(table, {ds.package.resource(table).key[0]: one["row"]}))
    name = next((str(rows[0][label]) for label in wording.headings if rows[0][label]), one["row"])
    # Of several rows with the same code, nothing says which of them it is.
    later = _say_later(ds, table, column, rows[0], [one]) if len(rows) == 1 else ""
    text = _say_earlier(ds, table, column, replaced(rows[0], **{column: one["value"]}), one)
    return CareItem(f"{name}, {ds.label(table, column)} {one['kind']}", f"{text}{later}")


def _tell_revision(ds: Record, row: Row, kind: str, column: str, changed: Mapping[str, Row]) -> CareItem:
    label = "Date" if column in DATES else capital(ds.label(ACTIVITIES, column))
    # Of a date whose first day alone is stated otherwise, the earlier source gave no last day.
    dates = {"start": row["start"], "end": None} if column in DATES else {}
    cells = dates | {name: one["value"] for name, one in changed.items()}
    told = list(changed.values())
    text = _say_earlier(ds, ACTIVITIES, column, replaced(row, **cells), told[0])
    return CareItem(f"{label} {kind}", f"{text}{_say_later(ds, ACTIVITIES, column, row, told)}", (row["id"],))


def _say_earlier(ds: Record, table: str, column: str, row: Row, one: Row) -> str:
    """Return what an earlier source says, whose values stand in a row, as a sentence."""
    note_sources(ds, [one])
    whose = listed(source.short_title for source in sources_used(ds, [one]))
    return f"{capital(whose or 'before')}: {say_cell(ds, column, row, table=table)}."


def _say_later(ds: Record, table: str, column: str, row: Row, told: Sequence[Row]) -> str:
    """Return what the newest source says that does not say what is told of an earlier one."""
    earlier = sources_used(ds, told[:1])
    later = [source.short_title for source in newest_first(ds, row) if source not in earlier]
    return f" {capital(later[0] if later else 'now')}: {say_cell(ds, column, row, table=table)}, as recorded."


def say_cell(ds: Record, column: str, row: Row, *, table: str = ACTIVITIES) -> str:
    """Return what stands in a column of a row, in words; a list may be a text, as a revision has it."""
    field = next(field for field in ds.package.resource(table).fields if field.name == column)
    value = split_items(row[column] or "") if field.is_list and isinstance(row[column], str) else row[column]
    if (table, column) in ((ACTIVITIES, "start"), (ACTIVITIES, "end")):
        return when_of(row)
    if value in (None, "", ()):
        return "not stated"
    if (table, column) == (ACTIVITIES, "places"):
        shown, known = replaced(row, places=value), ds.codes("countries.code")
        codes = [code for code in list_countries([shown]) if code in known]
        return place(ds, shown, country_names(ds, codes), venue=False)
    if (table, column) == (ACTIVITIES, "provisions"):
        lines = look_up(ds, "provisions", set(value) & {*ds.codes("provisions.id")})
        return listed(name_line(ds, lines[code]) if code in lines else code for code in value)
    if field.is_partial_date:
        return when(str(value))
    return say_value(read_wordings(ds.package)[table], column, value, partial(_name_code, ds))


def _name_code(ds: Record, table: str, code: str) -> str:
    """Return the name of a code; itself if it is none, as what was wrong before may be."""
    label, key = read_wordings(ds.package)[table].name, ds.package.resource(table).key[0]
    return next((str(row[label]) for row in records(ds.select(table, {key: code}, strict=False))), code)


def doubts(
    ds: Record,
    activities: Rows,
    *,
    about: Sequence[str] = (),
    lines: Rows = (),
    more: Sequence[CareItem] = (),
) -> list[CareItem]:
    """Return what the sources leave in doubt of the activities: differences, revisions, and `more`.

    Parameters
    ----------
    about
        Further subjects whose discrepancies belong here, such as an agency.
    lines
        Lines to take that stand on the page: the discrepancies that they rest on belong here, too.
    more
        Items of one's own.

    Returns
    -------
    list of CareItem
        In the order of the activities, so that letters in a table run from a on; the general ones last.
    """
    rows = records(activities)
    items = differences(ds, rows, about=about)
    known = {key for item in items for key in item.about}
    marks = dict.fromkeys(mark for line in records(lines) for mark in line["care"] if mark not in known)
    items += (
        [_tell_difference(row, ()) for row in ds.table("discrepancies", keys=list(marks))] if marks else []
    )
    items += [*revisions(ds, rows), *more]
    place = {row["id"]: number for number, row in enumerate(in_order(rows))}
    return sorted(
        items, key=lambda item: min((place[i] for i in item.about if i in place), default=len(rows))
    )
