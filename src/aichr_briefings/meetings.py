"""What is on record of a meeting of the series of reference, and of the time after it."""

from __future__ import annotations

from typing import NamedTuple

from aichr_briefings.record import Record
from aichr_briefings.rows import (
    ON_RECORD,
    around,
    last_day,
    list_countries,
    meetings_held,
    partial_date,
    place,
    when_of,
)
from pressroom.data.partial_dates import PartialDate
from pressroom.pages import records, when
from pressroom.pages.tables import Row


def before(ds: Record, meeting: Row) -> Row | None:
    """Return the dated meeting that was held last before one; of one without a date, the last that was."""
    held = [row for row in meetings_held(ds) if row["start"] and row["id"] != meeting["id"]]
    if meeting["start"]:
        day = PartialDate.parse(last_day(meeting))
        # Of two in the same year or month, their order in the record decides.
        later = {row["id"] for row in held if partial_date(row).begins_after(day)}
        ids = [row["id"] for row in meetings_held(ds)]
        later |= {*ids[ids.index(meeting["id"]) :]} if meeting["id"] in ids else set()
        held = [row for row in held if row["id"] not in later]
    elif meeting["status"] == "held":
        return None
    return held[-1] if held else None


def later(ds: Record, meeting: Row) -> list[Row]:
    """Return the meetings of its series that come after one, planned ones among them."""
    if not meeting["start"]:
        return []
    rows = records(ds.activities(series=meeting["series"], since=last_day(meeting)))
    return [row for row in rows if row["id"] != meeting["id"]]


def after(ds: Record, meeting: Row) -> list[Row]:
    """Return the activities with UN agencies that were certainly held after a meeting, but for meetings."""
    if not meeting["start"]:
        return []
    rows = records(ds.activities(since=last_day(meeting), status="held"))
    return [row for row in rows if row["agencies"] and row["series"] != meeting["series"]]


class LeftOut(NamedTuple):
    """What may come after a meeting, or does, and is none of the activities `after` it."""

    unplaced: list[Row]
    ongoing: list[Row]
    meetings: list[Row]
    unnamed: list[Row]


def left_out(ds: Record, meeting: Row) -> LeftOut:
    """Return what cannot be placed after a meeting, goes on, is a later meeting, or names no agency."""
    if not meeting["start"]:
        return LeftOut([], [], [], [])
    placed = around(ds.activities(status=ON_RECORD), meeting)
    later = [row for row in placed.after if row["series"] == meeting["series"]]
    unnamed = [row for row in placed.after if row not in later and not row["agencies"]]
    return LeftOut(
        [row for row in placed.unplaced if row["agencies"]],
        [row for row in placed.ongoing if row["agencies"]],
        later,
        unnamed,
    )


def bodies(ds: Record, meeting: Row, group: str) -> list[str]:
    """Return the bodies of a group, such as ``ASEAN``, that are named at a meeting, as they were then."""
    there = [part["organisation"] for part in ds.participations(activity=meeting["id"])]
    found = ds.look_up("organisations", there)
    own = [code for code, row in found.items() if row["group"] == group]
    names = ds.names_then(own)
    return [names.at(code, meeting) for code in own]


def statements_on(ds: Record, meeting: Row, *kinds: str) -> str:
    """Return what the sources say of a meeting in statements of some kinds, one after the other."""
    said = ds.statements(subject=meeting["id"])
    return " ".join(str(row["text"]) for row in records(said) if row["kind"] in kinds)


def when_told(meeting: Row) -> str:
    """Return when a meeting was or is to be, and to when it was postponed; empty if nothing is stated."""
    moved = f"postponed to {moved_to(meeting)}" if moved_to(meeting) else ""
    return ", ".join(filter(None, (when_of(meeting) if meeting["start"] else "", moved)))


def moved_to(meeting: Row) -> str:
    """Return to when a meeting was postponed, in words; empty if it was not, or nobody says."""
    is_moved = meeting["status"] == "postponed" and meeting["moved_to"]
    return when(meeting["moved_to"]) if is_moved else ""


def where(ds: Record, meeting: Row) -> str:
    """Return where a meeting was or will be, as exactly as the sources say."""
    return place(ds, meeting, ds.names("countries", list_countries([meeting])))
