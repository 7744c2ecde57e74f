"""What to say with care: what differs inside the source, what is undated, unplaced or inferred."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from aichr_briefings.citations import newest_first, sources_used
from aichr_briefings.rows import (
    country_names,
    in_order,
    list_countries,
    look_up,
    place,
    replaced,
    when_of,
)
from pressroom.data.sheets import split_items
from pressroom.pages import CareItem, capital, listed, lower_first, records

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Row, Rows

DATES = ("start", "end")

NAMES = ("short_name", "short_title", "title", "name", "heading")
"""The columns that may hold what a row is called, in the order in which they are taken."""

MOST_BESIDE = 4
"""How many items stand beside the lines to take, if the lines themselves bear no more."""


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
    in_order = sorted(found, key=lambda row: order[row["subject"]])
    return [_tell_difference(row, touched[row["subject"]]) for row in in_order]


def _tell_difference(discrepancy: Row, activities: tuple[str, ...]) -> CareItem:
    words = f"{discrepancy['says']} {discrepancy['recorded']}"
    return CareItem(discrepancy["heading"], words, (*activities, discrepancy["id"]))


def revisions(ds: Record, activities: Rows) -> list[CareItem]:
    """Return what a later source corrects, or says more exactly: both values, each with its source."""
    rows = {row["id"]: row for row in records(activities)}
    told = ds.table("revisions", keys=sorted(rows), by="row")
    found: dict[tuple[str, str, str], dict[str, Row]] = {}
    for one in (one for one in told if one["table"] == "activities"):
        column = "start" if one["column"] in DATES else one["column"]
        found.setdefault((one["row"], one["kind"], column), {})[one["column"]] = one
    return [_tell_revision(ds, rows[row], column, changed) for (row, _, column), changed in found.items()]


def other_revisions(ds: Record) -> list[CareItem]:
    """Return what a later source corrects, or says more exactly, of what is no activity."""
    return [
        _tell_values(ds, one, look_up(ds, one["table"], [one["row"]])[one["row"]])
        for one in ds.table("revisions")
        if one["table"] != "activities"
    ]


def _tell_values(ds: Record, revision: Row, row: Row) -> CareItem:
    """Return what a source said of a row that is no activity, as its cell has it, and what holds now."""
    columns = ds.tables[revision["table"]].columns
    name = next((str(row[c]) for c in NAMES if c in columns and row[c]), revision["row"])
    before, now = (_say_value(value) for value in (revision["value"], row[revision["column"]]))
    return _compare(ds, revision, row, (name, before, now))


def _compare(ds: Record, revision: Row, row: Row, told: tuple[str, str, str]) -> CareItem:
    """Return an item that has what an earlier source says, and what a later one says, of a subject."""
    what, before, now = told
    column = "date" if revision["column"] in DATES else ds.label(revision["table"], revision["column"])
    earlier = sources_used(ds, [revision])
    later = [source for source in newest_first(ds, row) if source not in earlier]
    first, last = (listed(source.short_title for source in own) for own in (earlier, later[:1]))
    sources = {"earlier": capital(first or "before"), "later": capital(last or "now")}
    kind = revision["kind"] if revision["value"] else "stated"
    text = ds.say(f"revision.{kind}", before=before, now=now, **sources)
    about = (revision["row"],) if revision["table"] == "activities" else ()
    return CareItem(ds.say("revision", what=what, column=lower_first(column)), text, about)


def _tell_revision(ds: Record, row: Row, column: str, changed: Mapping[str, Row]) -> CareItem:
    # Of a date whose first day alone is told otherwise, the earlier source gave no last day.
    dates = {"start": row["start"], "end": None} if column in DATES else {}
    cells = dates | {name: one["value"] for name, one in changed.items()}
    before = say_cell(ds, column, replaced(row, **cells))
    now = say_cell(ds, column, row)
    return _compare(ds, next(iter(changed.values())), row, (row["short_title"], before, now))


def say_cell(ds: Record, column: str, row: Row) -> str:
    """Return what stands in a column of an activity, in words."""
    value = row[column]
    if column in DATES:
        return when_of(row)
    if column == "places" and value:
        items = tuple(split_items(value)) if isinstance(value, str) else value
        shown, known = replaced(row, places=items), ds.codes("countries.code")
        codes = [code for code in list_countries([shown]) if code in known]
        return place(ds, shown, country_names(ds, codes), venue=False)
    return _say_value(value)


def _say_value(value: object) -> str:
    return (", ".join(value) if isinstance(value, tuple) else str(value or "")) or "not stated"


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
    return sorted(items, key=lambda item: min((place[i] for i in item.about if i in place), default=999))


def part_care(
    care: Sequence[CareItem], *spoken: Rows, most: int = MOST_BESIDE
) -> tuple[list[CareItem], list[CareItem]]:
    """Return the items that stand beside the lines to take, and those that stand below the table.

    What the lines bear stands beside them, however much it is; other items fill up to `most`.

    Parameters
    ----------
    spoken
        What the lines are: rows of ``lines.csv``, or the activities that they tell of.
    """
    rows = chain.from_iterable(map(records, spoken))
    keys = {key for row in rows for key in (row["care"] if "care" in row else (row["id"],))}
    borne = [item for item in care if keys & set(item.about)]
    others = [item for item in care if item not in borne][: max(0, most - len(borne))]
    beside = [item for item in care if item in borne or item in others]
    return beside, [item for item in care if item not in beside]
