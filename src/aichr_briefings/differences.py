"""What to say with care, and what has changed: within a source, between sources, between releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

from aichr_briefings.record import Record, name_line
from aichr_briefings.rows import in_order, list_countries, look_up, names_of, place, replaced, when_of
from pressroom.data.comparison import TwoStates, say_value
from pressroom.data.findings import UnknownCode
from pressroom.data.previous import CHANGED
from pressroom.data.sheets import split_items
from pressroom.data.wording import read_wordings
from pressroom.pages import (
    NOTHING,
    CareItem,
    Fragment,
    capital,
    change_list,
    listed,
    lower_first,
    records,
    when,
)
from pressroom.pages.differences import say_values
from pressroom.pages.phrases import used_phrases
from pressroom.pages.tables import Row, Rows

ACTIVITIES = "activities"
DATES = ("start", "end")

LEADING = "AICHR"
"""Whose representatives lead activities; a difference about it touches those that it shares a place with."""

MOST_BESIDE = 4
"""How many items stand beside the lines to take, if the lines themselves bear no more."""


def differences(ds: Record, activities: Rows, *, about: Sequence[str] = ()) -> list[CareItem]:
    """Return the recorded discrepancies that touch the activities, their series, or the subjects `about`.

    In the order of the activities, then of what else is asked about.
    """
    pairs = [
        (subject, row)
        for row in records(activities)
        for subject in (row["id"], row["series"], LEADING if row["aichr_lead"] else None)
        if subject
    ]
    order = list(dict.fromkeys([*(row["id"] for _, row in pairs), *(s for s, _ in pairs), *about]))
    found, items = ds.discrepancies(subject=order) if order else (), []
    for one in sorted(found, key=lambda row: order.index(row["subject"])):
        own = [row["id"] for subject, row in pairs if subject == one["subject"] and _touches(one, row)]
        if own or one["subject"] in about:
            ds.citations.note([one])
            items.append(_tell_difference(one, tuple(own)))
    return items


def _touches(discrepancy: Row, activity: Row) -> bool:
    """Return whether a difference is about an activity, not just about who led it."""
    is_of_leader = discrepancy["subject"] == LEADING
    return not is_of_leader or bool({*discrepancy["sources"]} & {*activity["sources"]})


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
    return [_tell_revision(ds, rows[row], column, changed) for (row, _, column), changed in found.items()]


def other_revisions(ds: Record) -> list[CareItem]:
    """Return what a later source corrects, or says more exactly, of what is no activity."""
    return [_tell_other(ds, one) for one in ds.table("revisions") if one["table"] != ACTIVITIES]


def _tell_other(ds: Record, one: Row) -> CareItem:
    """Return what a source said of a row that is no activity, as its cell has it, and what holds now."""
    table, column = one["table"], one["column"]
    wording = read_wordings(ds.package)[table]
    rows = records(ds.select(table, {ds.package.resource(table).key[0]: one["row"]}))
    name = next((str(rows[0][label]) for label in wording.headings if rows[0][label]), one["row"])
    before = say_cell(ds, column, replaced(rows[0], **{column: one["value"]}), table=table)
    # Of several rows with the same code, nothing says which of them it is.
    now = say_cell(ds, column, rows[0], table=table) if len(rows) == 1 else ""
    return _compare(ds, one, rows[0], (name, before, now))


def _compare(ds: Record, revision: Row, row: Row, values: tuple[str, str, str]) -> CareItem:
    """Return an item that has what an earlier source says, and what a later one says, of a subject."""
    ds.citations.note([revision])
    what, before, now = values
    column = "date" if revision["column"] in DATES else ds.label(revision["table"], revision["column"])
    earlier = ds.citations.of([revision])
    later = [source for source in ds.citations.newest_first(row) if source not in earlier]
    first, last = (listed(source.short_title for source in own) for own in (earlier, later[:1]))
    sources = {"earlier": capital(first or "before"), "later": capital(last or "now")}
    kind = "earlier" if not now else revision["kind"] if revision["value"] else "stated"
    text = ds.say(f"revision.{kind}", before=before, now=now, **sources)
    about = (revision["row"],) if revision["table"] == ACTIVITIES else ()
    return CareItem(ds.say("revision", what=what, column=lower_first(column)), text, about)


def _tell_revision(ds: Record, row: Row, column: str, changed: Mapping[str, Row]) -> CareItem:
    # Of a date whose first day alone is stated otherwise, the earlier source gave no last day.
    dates = {"start": row["start"], "end": None} if column in DATES else {}
    cells = dates | {name: one["value"] for name, one in changed.items()}
    before = say_cell(ds, column, replaced(row, **cells))
    now = say_cell(ds, column, row)
    return _compare(ds, next(iter(changed.values())), row, (row["short_title"], before, now))


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
        return place(ds, shown, names_of(ds, "countries", codes), venue=False)
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


COMPARED = (
    "id", "title", "short_title", "type", "status", "start", "end", "moved_to", "format", "venue", "places",
    "participants_target", "participants", "aichr_lead", "number", "series", "themes", "provisions",
    "sources",
)  # fmt: skip
"""What is compared of an activity, beside who took part in which role."""

_ABOUT = {
    "statements": ("id", "subject", "text", "number", "date"),
    "discrepancies": ("id", "subject", "heading", "says", "recorded"),
}
"""What is compared of the records that are about something."""


def what_changed(ds: Record, *, about: Iterable[str] = (), **selection: Any) -> Fragment:
    """Return what was added, corrected and withdrawn since the last release; nothing where nothing was.

    It is the last approved release whose dataset differs from today's, so that the section does not empty
    itself when a release is made, and says what differs from what readers have. A change of the notebook or
    the program is none of the data; the release says it.

    Parameters
    ----------
    about
        What else than the activities statements and differences may be about, such as an agency's code.
    selection
        The activities that count, as `Record.activities` has it; without any, all.
    """
    previous = ds.previous
    if previous is None:
        return NOTHING
    old = Record(previous.dataset.tables, recorded=False)
    both = TwoStates(old, ds, dates=used_phrases().date_words)
    ids = sorted({*_select(old, selection), *_select(ds, selection)})
    found = both.compare("activities", ids, COMPARED)
    for table, columns in _ABOUT.items():
        found += both.compare(table, [*ids, *about], columns, by="subject")
    changes = [
        (change.verb.lower(), f"{change.name}: {values}" if (values := say_values(change)) else change.name)
        for change in found
    ]
    return change_list(changes, release=previous.name, day=when(previous.day.isoformat()), class_=CHANGED)


def _select(ds: Record, selection: Mapping[str, Any]) -> list[str]:
    """Return the ids of the activities that count; none if the dataset does not know a code yet."""
    try:
        return [row["id"] for row in ds.activities(**selection)]
    except UnknownCode:
        return []
