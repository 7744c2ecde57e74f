"""What is on record of a meeting of the series of reference, and of the time after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aichr_briefings.rows import (
    ON_RECORD,
    around,
    country_names,
    last_day,
    list_countries,
    look_up,
    meetings_held,
    place,
)
from pressroom.pages import Fragment, cell, header_cell, records, table, unknown
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aichr_briefings.record import Record


def before(ds: Record, meeting: Row) -> Row | None:
    """Return the meeting that was held before one; of one that is not held, the last that was."""
    held = meetings_held(ds)
    ids = [row["id"] for row in held]
    earlier = held[: ids.index(meeting["id"])] if meeting["id"] in ids else held
    return earlier[-1] if earlier else None


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
    """Return the short names of the bodies of a group, such as ``ASEAN``, that are named at a meeting."""
    there = [part["organisation"] for part in ds.participations(activity=meeting["id"])]
    found = look_up(ds, "organisations", there)
    return [str(row["short_name"]) for row in found.values() if row["group"] == group]


def statements_on(ds: Record, meeting: Row, *kinds: str) -> str:
    """Return what the sources say of a meeting in statements of some kinds, one after the other."""
    said = ds.statements(subject=meeting["id"])
    return " ".join(str(row["text"]) for row in records(said) if row["kind"] in kinds)


def where(ds: Record, meeting: Row) -> str:
    """Return where a meeting was or will be, as exactly as the sources say."""
    return place(ds, meeting, country_names(ds, list_countries([meeting])))


def side_by_side(caption: str, headings: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Fragment:
    """Return a table that compares; a cell without words says that nothing is stated."""
    made = [
        [
            header_cell(name),
            *(
                cell(words or unknown("not stated"), label=of)
                for of, words in zip(headings, cells, strict=True)
            ),
        ]
        for name, *cells in rows
    ]
    return table(caption, ["", *headings], made, class_="rec bare")
