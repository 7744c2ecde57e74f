"""The record: rows of activities in order and in words, what is on record, and the names behind codes.

Only the rows and columns that are needed are asked for, all at once, so that a briefing depends on no other.
"""

from __future__ import annotations

from collections import ChainMap, Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from aichr_briefings.record import Record
from pressroom.data.date_words import UNDATED
from pressroom.data.findings import PlainError
from pressroom.data.partial_dates import PRECISIONS, PartialDate
from pressroom.pages import at_date, keep_whole, listed, number, records, when
from pressroom.pages.names import NamesThen, name_places
from pressroom.pages.tables import Row, Rows

keep_whole("AICHR-UN", "UN-ACT", "UN Women")

LAST_HELD = "last held"
"""The reference of a series that moves on to the meeting that was held last."""

ON_RECORD = ("held", "ongoing")
WHOLE = 3
"""Up to how many agencies of an activity are named; more are counted."""

CALLED_OFF = ("cancelled", "postponed")
_LAST = {"planned": 1, "postponed": 2, "cancelled": 3}
_EXACTNESS = {str(precision): place for place, precision in enumerate(PRECISIONS)}


class EmptyRecordError(PlainError):
    """A briefing that would say nothing, of a family for which that is a failure."""


# which activities ---------------------------------------------------------------------------------


def recorded(activities: Rows, *, of: str, if_empty: str) -> list[Row]:
    """Return the activities that are on record, that is held or ongoing; no other ones are.

    Parameters
    ----------
    of
        Whose record this is, for the message.
    if_empty
        ``"failure"`` where a briefing without any activity is a mistake, ``"finding"`` where it is none.

    Raises
    ------
    EmptyRecordError
        If there is none, and that is a failure.
    """
    if if_empty not in ("failure", "finding"):
        raise ValueError(f"if_empty is {if_empty!r}; it is one of 'failure', 'finding'")
    kept = [row for row in records(activities) if row["status"] in ON_RECORD]
    if not kept and if_empty == "failure":
        raise EmptyRecordError(f"no activity is recorded for {of}, so there is nothing to brief on")
    return kept


def reference_meeting(ds: Record, since: str = "") -> Row:
    """Return the meeting since which a briefing tells what followed: its id, title and date.

    Parameters
    ----------
    since
        Its id; if empty, the reference of the series that has one is taken.
    """
    series = reference_series(ds)
    chosen = since or series["reference"]
    return meetings_held(ds)[-1] if chosen == LAST_HELD else ds.row("activities", chosen)


def reference_series(ds: Record) -> Row:
    """Return the series of meetings from which on briefings tell what followed."""
    return next(row for row in ds.table("series") if row["reference"])


def meetings_held(ds: Record) -> list[Row]:
    """Return the held meetings of the series of reference, in the order of their dates."""
    held = ds.activities(series=reference_series(ds)["id"], status="held")
    return sorted(held, key=lambda row: row["year"] is not None)  # the undated, which come last, may be any


def together(*parts: Rows) -> list[Row]:
    """Return several parts of the record as one."""
    return [row for part in parts for row in records(part)]


def without(activities: Rows, activity: Row) -> list[Row]:
    """Return the activities but one."""
    return [row for row in records(activities) if row["id"] != activity["id"]]


def with_status(activities: Rows, *status: str) -> list[Row]:
    """Return those of the activities that have a status, such as ``"planned"``, or one of several."""
    return [row for row in records(activities) if row["status"] in status]


def ids(activities: Rows) -> list[str]:
    """Return the ids of activities, to ask what belongs to them."""
    return [row["id"] for row in records(activities)]


def in_order(activities: Rows) -> list[Row]:
    """Return activities as readers expect them: by the end of their dates, undated, planned, called off.

    A date that is given to the month or the year stands behind the days that it may hold.
    """
    return sorted(records(activities), key=_rank)


def _rank(row: Row) -> tuple[Any, ...]:
    late, exactness = _LAST.get(row["status"], 0), _EXACTNESS[row["precision"]]
    return (late, False, row["latest"], exactness, row["earliest"]) if row["earliest"] else (late, True)


class Placed(NamedTuple):
    """Activities held after a meeting, before it, and at no certain time to it; and those that go on."""

    after: list[Row]
    before: list[Row]
    unplaced: list[Row]
    ongoing: list[Row]


def around(activities: Rows, meeting: Row) -> Placed:
    """Return how the activities lie to a meeting, itself left out."""
    rows = without(activities, meeting)
    if not rows:
        return Placed([], [], [], [])
    day = PartialDate.parse(last_day(meeting))
    held = [(row, partial_date(row).begins_after(day)) for row in with_status(rows, "held")]
    after, before, unplaced = ([row for row, known in held if known is is_] for is_ in (True, False, None))
    return Placed(after, before, unplaced, with_status(rows, "ongoing"))


class Unstated(NamedTuple):
    """Activities of which no source gives the place, the city in a country, the day, or any date."""

    place: list[Row]
    city: list[Row]
    day: list[Row]
    date: list[Row]

    def together(self) -> list[tuple[list[str], list[Row]]]:
        """Return what is left open, each time with the activities: of the same ones in one piece."""
        found: list[tuple[list[str], list[Row]]] = []
        for what, rows in self._asdict().items():
            alike = [kinds for kinds, own in found if ids(own) == ids(rows)]
            if alike:
                alike[0].append(what)
            elif rows:
                found.append(([what], rows))
        return found


def unstated_of(activities: Rows) -> Unstated:
    """Return of which activities the sources leave open where and when they were."""
    rows = with_status(activities, "held")
    somewhere = [row for row in rows if not row["venue"] and row["format"] != "online"]
    return Unstated(
        [row for row in somewhere if not row["places"]],
        [row for row in somewhere if not all(city for _, city in _split(row))],
        [row for row in rows if row["precision"] in ("month", "year")],
        [row for row in rows if row["precision"] == UNDATED],
    )


def sources_of(rows: Rows, *, most: int = 3) -> list[str]:
    """Return the locators of rows, each once; none where they are too many to be read."""
    found = list(dict.fromkeys(locator for row in records(rows) for locator in row["sources"]))
    return found if len(found) <= most else []


def count_agencies(activities: Rows) -> Counter[str]:
    """Return in how many of the activities each agency is named, by code."""
    return Counter(code for row in records(activities) for code in row["agencies"])


def agencies_at(ds: Record, meeting: Row) -> list[str]:
    """Return the agencies at a meeting, in the order of their codes."""
    there = ds.participations(activity=meeting["id"])
    return sorted({row["agency"] for row in there if row["agency"]})


def replaced(row: Row, **cells: Any) -> Row:
    """Return a row with other cells in place of some."""
    return ChainMap(cells, row)  # type: ignore[arg-type]


# when and where -----------------------------------------------------------------------------------


def when_of(row: Row, *, short: bool = False, year: bool = True) -> str:
    """Return the date of an activity or milestone in words."""
    return when(row["start"] or "", row.get("end") or "", short=short, year=year)


def partial_date(row: Row) -> PartialDate:
    """Return the date of an activity as what compares with three answers."""
    return PartialDate(row["start"] or "", row["end"] or "")


def last_day(row: Row) -> str:
    """Return the day after which something follows an activity, as a partial date."""
    return str(row["end"] or row["start"])


def at(row: Row) -> str:
    """Return the date with its preposition: ``on 15 May 2018``, ``in June 2018``, ``at no stated date``."""
    return at_date(row["start"], row.get("end"))


def mark_of(row: Row) -> str:
    """Return the date mark of an activity: planned, ongoing, day, month, year; else none."""
    if row["status"] in ("planned", "ongoing"):
        return str(row["status"])
    if row["status"] in CALLED_OFF:
        return ""
    return "" if row["precision"] == UNDATED else str(row["precision"])


def count_mark(row: Row) -> str:
    """Return the mark of an activity where it is counted: ongoing, or day for any other."""
    return "ongoing" if row["status"] == "ongoing" else "day"


def place(ds: Record, row: Row, countries: Mapping[str, str], *, venue: bool = True) -> str:
    """Return where an activity took place, saying what the source leaves out; empty if it says nothing.

    Parameters
    ----------
    countries
        Names by code, those of the activity's countries among them.
    venue
        Whether to name the venue, too.
    """
    parts = [part for part in (row["venue"] if venue else "", name_places(_split(row), countries)) if part]
    if row["format"] == "online":
        return ", ".join([*parts, "online"])
    if not parts:
        return ds.say("hybrid-place-not-stated") if row["format"] == "hybrid" else ""
    left_out = [] if _split(row) and all(city for _, city in _split(row)) else [ds.say("city-not-stated")]
    return ", ".join([*parts, *left_out, *["and online"] * (row["format"] == "hybrid")])


def in_city(row: Row) -> str:
    """Return the cities of an activity behind a comma: ``, Bangkok``; nothing without any."""
    return f", {cities_of(row)}" if cities_of(row) else ""


def list_countries(rows: Iterable[Row]) -> list[str]:
    """Return the codes of the countries of activities, each once."""
    return list(dict.fromkeys(country for row in rows for country, _ in _split(row) if country))


def cities_of(row: Row) -> str:
    """Return the cities of an activity, or that it was online; empty if neither is stated."""
    cities = [city for _, city in _split(row) if city]
    return listed(cities + ["online"] * (row["format"] in ("online", "hybrid")))


def where_of(row: Row) -> str:
    """Return where an activity took place, to end a sentence: `` in Bangkok``, ``, online``, or nothing."""
    cities = cities_of(row)
    return f", {cities}" if cities == "online" else f" in {cities}" if cities else ""


def _split(row: Row) -> Sequence[tuple[str, str]]:
    """Return an activity's places, each a country's code and a city; either may be empty."""
    return [item.partition("/")[::2] for item in row["places"]]


# names --------------------------------------------------------------------------------------------


def themes_of(ds: Record, activities: Rows) -> list[Row]:
    """Return the themes of activities, in the order of their table."""
    codes = (code for row in records(activities) for code in row["themes"])
    return list(ds.look_up("themes", codes).values())


def name_few(ds: Record, rows: Iterable[Row]) -> NamesThen:
    """Return the names of the agencies of those activities of which `few_or_many` names them."""
    named = (row["agencies"] for row in rows if len(row["agencies"]) <= WHOLE)
    return ds.names_then(code for codes in named for code in codes)


def few_or_many(names: NamesThen, activity: Row, codes: Sequence[str]) -> str:
    """Return agencies by their names of the time, or their number in words when there are more than three."""
    if len(codes) > WHOLE:
        return f"{number(len(codes))} agencies"
    return ", ".join(names.at(code, activity) for code in codes)
