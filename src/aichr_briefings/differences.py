"""What to say with care, and what has changed: within a source, between sources, between releases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aichr_briefings.record import Record, name_line
from aichr_briefings.rows import in_order, list_countries, place
from pressroom.data.cell_words import CellWords
from pressroom.data.comparison import TwoStates
from pressroom.data.findings import UnknownCode
from pressroom.data.previous import CHANGED
from pressroom.data.revisions import Revision, list_others, list_revisions
from pressroom.pages import NOTHING, CareItem, Fragment, capital, listed, lower_first, records
from pressroom.pages.differences import list_changes
from pressroom.pages.phrases import used_phrases
from pressroom.pages.tables import Row, Rows

LEADING = "AICHR"
"""Whose representatives lead activities; a difference about it touches those that it shares a place with."""


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
    found = list_revisions(ds, words_of(ds), records(activities))
    return [_compare(ds, one, (str(one.row["row"]),)) for one in found]


def other_revisions(ds: Record) -> list[CareItem]:
    """Return what a later source corrects, or says more exactly, of what is no activity."""
    return [_compare(ds, one) for one in list_others(ds, words_of(ds))]


def _compare(ds: Record, one: Revision, about: tuple[str, ...] = ()) -> CareItem:
    """Return an item that has what an earlier source says, and what a later one says, of a subject."""
    ds.citations.note([one.row])
    earlier = ds.citations.of([one.row])
    later = [source for source in ds.citations.newest_first(one.of) if source not in earlier]
    first, last = (listed(source.short_title for source in own) for own in (earlier, later[:1]))
    sources = {"earlier": capital(first or "before"), "later": capital(last or "now")}
    kind = "earlier" if not one.now else one.row["kind"] if one.row["value"] else "stated"
    text = ds.say(f"revision.{kind}", before=one.before, now=one.now, **sources)
    return CareItem(ds.say("revision", what=one.heading, column=lower_first(one.label)), text, about)


def words_of(ds: Record, *, silent: str = "not stated") -> CellWords:
    """Return what says a cell in words: places as pages do, and lines of plans by their numbers."""

    def say_places(row: Row) -> str:
        known = ds.codes("countries.code")
        codes = [code for code in list_countries([row]) if code in known]
        return place(ds, row, ds.names("countries", codes), venue=False)

    def say_lines(row: Row) -> str:
        lines = ds.look_up("provisions", {*row["provisions"]} & {*ds.codes("provisions.id")})
        return listed(name_line(ds, lines[code]) if code in lines else code for code in row["provisions"])

    own = {"activities.places": say_places, "activities.provisions": say_lines}
    return CellWords(ds, dates=used_phrases().date_words, own=own, silent=silent)


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
    return list_changes(found, release=previous.name, day=previous.day, class_=CHANGED)


def _select(ds: Record, selection: Mapping[str, Any]) -> list[str]:
    """Return the ids of the activities that count; none if the dataset does not know a code yet."""
    try:
        return [row["id"] for row in ds.activities(**selection)]
    except UnknownCode:
        return []
