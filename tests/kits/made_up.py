"""Made-up records in place of the note's: few activities and many, of each status, with each kind of date.

Each agency has its own activities, as many and as odd as `PROFILES` says; a theme and a line go with them. So
one record shows many counts at once, and several records, each beginning at another profile, show them all.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from kits import NOTE
from kits.grown import GROWN
from kits.sheets import Cells, read_rows, write_rows
from pressroom.pages import lower_first, plural

SHAPES: dict[str, Cells] = {
    "day": {"start": "{year}-{month}-14"},
    "days": {"start": "{year}-{month}-14", "end": "{year}-{month}-16", "places": "THA/Bangkok"},
    "month": {"start": "{year}-{month}", "places": "IDN/Jakarta;PHL/Manila"},
    "year": {"start": "{year}", "format": "online"},
    "undated": {"places": "VNM"},
    "several": {"stands_for": "several"},
    "several-dated": {"stands_for": "several", "start": "{year}"},
    "long": {"start": "2016-11", "end": "2018-02", "format": "hybrid"},
    "alike": {"type": "workshop", "start": "2018-06-04", "title": "AICHR Workshop",
              "short_title": "Workshop"},
    "named": {"type": "seminar", "start": "{year}", "title": "Global Raphael Lemkin Seminar: A Test",
              "short_title": "Raphael Lemkin Seminar"},
    "ongoing": {"status": "ongoing", "start": "{year}", "type": "study"},
    "ongoing-undated": {"status": "ongoing", "aichr_lead": "THA"},
    "planned": {"status": "planned", "start": "2020-{month}", "places": "THA/Bangkok"},
    "planned-undated": {"status": "planned"},
    "cancelled": {"status": "cancelled", "start": "{year}-{month}-14"},
    "cancelled-undated": {"status": "cancelled"},
    "postponed": {"status": "postponed", "start": "{year}-{month}", "moved_to": "2021"},
    "postponed-open": {"status": "postponed", "start": "{year}"},
}  # fmt: skip
"""What an activity may be like, by the cells that say so."""

PROFILES: tuple[str, ...] = (
    "", "day", "undated", "planned", "ongoing", "several", "cancelled", "several-dated", "long", "year",
    "postponed", "named", "planned-undated", "ongoing-undated", "month", "cancelled-undated",
    "day day", "undated undated", "ongoing ongoing-undated", "several several", "alike alike", "day planned",
    "planned planned", "cancelled postponed", "month cancelled", "undated day", "year postponed-open",
    "several several-dated", "long ongoing", "named named", "planned planned-undated planned",
    "day undated ongoing", "alike alike alike", "day month year undated several",
    "undated undated undated undated undated", "day day days month planned cancelled",
    "days long ongoing several planned postponed day", "alike alike alike alike alike",
    "day day day month month year year undated", "ongoing ongoing ongoing",
)  # fmt: skip
"""Which activities an agency may have."""

ROLES = ("supporter", "organiser", "partner", "participant", "technical-input", "co-host", "inviter",
         "invitee", "recipient", "co-organiser")  # fmt: skip
KINDS = ("training", "workshop", "dialogue", "consultation", "study", "seminar", "meeting")
SAID = ("outcome", "topic", "finding", "aim", "commitment", "audience", "expected-output")
SECTIONS = ("background-note#B.II.1", "background-note#B.III.2018", "background-note#B.II.5")
MEETINGS = "background-note#B.I.1/1"
LATER = "asean-press#2"
HELD = (("2018-05-15", "", "IDN/Jakarta"), ("2019-02-04", "2019-02-05", ""), ("2019-06", "", "THA/Bangkok"))
"""When and where the meetings of reference were."""


@dataclass(frozen=True)
class MadeUp:
    """What is made up of a record.

    Attributes
    ----------
    first
        The profile of the first agency; the next has the next one.
    meetings
        How many of the meetings of reference were held; another one is planned if `ahead`.
    seats
        How many agencies are named at each; the last, none at the one before.
    sources
        One, or two that tell of some activities together.
    shared
        Of how many agencies further activities are: 0 for one that names none, 12 for one that names all.
    unnamed
        Whether activities name no agency at all.
    years
        From when to when activities are dated.
    """

    first: int = 0
    meetings: int = 1
    seats: int = 4
    ahead: bool = True
    sources: int = 1
    shared: tuple[int, ...] = ()
    unnamed: bool = False
    years: tuple[int, ...] = (2017, 2018, 2018, 2019, 2016, 2018)


def make_record(root: Path, made: MadeUp) -> Path:
    """Write a made-up record beside the tables of the note that stay; return its folder.

    Parameters
    ----------
    root
        A folder that is not there yet.
    """
    data = root / "data"
    shutil.copytree(NOTE / "data", data)
    if made.sources > 1:
        add_source(data)
    agencies = [row["code"] for row in read_rows(data / "organisations.csv") if row["is_agency"] == "true"]
    activities, parts = _make_activities(data, made, agencies)
    write_rows(data / "activities.csv", activities)
    write_rows(data / "participations.csv", parts)
    gone = {row["id"] for row in read_rows(NOTE / "data" / "activities.csv")}
    for table, said in (
        ("statements", _make_statements(activities)),
        ("discrepancies", _make_doubts(activities)),
    ):
        kept = [row for row in read_rows(data / f"{table}.csv") if row["subject"] not in gone]
        write_rows(data / f"{table}.csv", [*kept, *said])
    instruments = read_rows(data / "instruments.csv")
    write_rows(data / "instruments.csv", [row | {"activities": ""} for row in instruments])
    return data


def add_source(data: Path) -> None:
    """Add the first source that the grown kit has beside the note."""
    note, *others = read_rows(data / "sources.csv")
    write_rows(data / "sources.csv", [note, read_rows(GROWN / "sources.csv")[0], *others])


def _make_activities(data: Path, made: MadeUp, agencies: list[str]) -> tuple[list[Cells], list[Cells]]:
    numbers = count()
    rows, parts = _make_meetings(made, agencies)
    themes = [row["code"] for row in read_rows(data / "themes.csv")]
    names = {row["code"]: row["name"] for row in read_rows(data / "themes.csv")}
    lines = [row["id"] for row in read_rows(data / "provisions.csv") if row["status"] == "given"]
    owners = [
        (place, shape, [agency])
        for place, agency in enumerate(agencies)
        for shape in PROFILES[(made.first + place) % len(PROFILES)].split()
    ]
    owners += [(n, "days", agencies[:n]) for n in made.shared]
    for place, shape, who in owners:
        number, theme = next(numbers), themes[place % len(themes)]
        row = _make_activity(number, shape, made, names[theme])
        # A theme without an agency's activities has none at all; every third is assigned, and every fourth
        # activity has no theme or a second one.
        row["themes"] = ";".join(dict.fromkeys([theme, *([themes[0]] if number % 4 == 1 else [])]))
        row["themes_origin"] = "assigned" if place % 3 == 1 else "stated"
        if number % 4 == 3:
            row |= {"themes": "", "themes_origin": ""}
        row["provisions"] = lines[place % len(lines)] if number % 5 and made.years[0] > 2015 else ""
        rows.append(row)
        for code in [] if made.unnamed else who:
            role = ROLES[(number + len(parts)) % len(ROLES)]
            via = "UN-ACT" if code == "UNDP" and number % 2 else ""
            parts.append({"activity": row["id"], "organisation": via or code, "role": role})
    sources = {row["id"]: row["sources"] for row in rows}
    return rows, [part | {"sources": sources[part["activity"]]} for part in parts]


def _make_meetings(made: MadeUp, agencies: list[str]) -> tuple[list[Cells], list[Cells]]:
    """Return the meetings of reference with who was there; who led the last one depends on `seats`."""
    rows, parts = [], []
    for number in range(1, made.meetings + 1 + made.ahead):
        held = number <= made.meetings
        start, end, place = HELD[number - 1] if held else ("2020-01-19", "", "THA/Bangkok")
        title, key = (
            f"{number}{('st', 'nd', 'rd', 'th')[number - 1]} AICHR-UN Meeting",
            f"aichr-un-meeting-{number}",
        )
        rows.append(
            {"id": key, "title": title, "short_title": title, "type": "meeting", "start": start, "end": end,
             "status": "held" if held else "planned", "places": place, "stands_for": "one",
             "series": "aichr-un-meetings", "number": str(number), "summary": f"Meeting {number}.",
             "sources": MEETINGS if made.sources == 1 else f"{MEETINGS};asean-press#1"}
        )  # fmt: skip
        there = agencies[: made.seats] if held and number % 2 == made.meetings % 2 else []
        leads = there[:1] if made.seats % 3 == 1 else there[:2] if made.seats % 3 == 2 else []
        parts += [
            {
                "activity": key,
                "organisation": code,
                "role": "delegation-lead" if code in leads else "participant",
            }
            for code in there
        ]
    return rows, parts


def _make_activity(number: int, shape: str, made: MadeUp, theme: str) -> Cells:
    """Return an activity of a shape; all depends on its number alone."""
    kind = SHAPES[shape].get("type", KINDS[number % len(KINDS)])
    named = plural(kind, 2 if shape.startswith("several") else 1)
    about, source = lower_first(theme), f"{SECTIONS[number % len(SECTIONS)]}/{number}"
    cells = {
        "id": f"made-up-{number}", "title": f"AICHR {kind.capitalize()} on {theme}: Sharing Good Practice",
        "short_title": f"{named.capitalize()} on {about}", "type": kind,
        "status": "held", "stands_for": "one", "summary": f"A {kind} on {about}, made up for tests.",
        "sources": f"{source};{LATER}" if made.sources > 1 and number % 3 == 0 else source,
        "participants": "40" if number % 6 == 2 else "",
    }  # fmt: skip
    year, month = made.years[number % len(made.years)], f"{1 + number * 5 % 9:02}"
    return cells | {label: cell.format(year=year, month=month) for label, cell in SHAPES[shape].items()}


def _make_statements(activities: list[Cells]) -> Iterator[Cells]:
    """Yield what is said of every second activity that was held or goes on."""
    told = [row for row in activities if row["status"] in ("held", "ongoing")]
    for number, row in enumerate(told[::2]):
        for kind in (SAID[number % len(SAID)], SAID[(number + 3) % len(SAID)]):
            yield {"id": f"{row['id']}-{kind}", "subject": row["id"], "kind": kind,
                   "text": f"Participants spoke of {row['id']}.", "sources": row["sources"]}  # fmt: skip


def _make_doubts(activities: list[Cells]) -> Iterator[Cells]:
    for row in activities[1::3]:
        yield {"id": f"{row['id']}-told-twice", "subject": row["id"], "heading": f"Of {row['id']}",
               "says": "Mentioned twice, with different roles.", "recorded": "Taken as one event (inferred).",
               "sources": row["sources"]}  # fmt: skip


RECORDS: dict[str, MadeUp] = {
    "from-none": MadeUp(0, seats=4),
    "ahead-only": MadeUp(12, meetings=2, seats=5, sources=2, shared=(0, 2)),
    "in-pairs": MadeUp(16, meetings=3, seats=12, sources=2, shared=(12,)),
    "in-numbers": MadeUp(28, seats=2, ahead=False, shared=(0, 12)),
    "nobody-named": MadeUp(5, seats=0, unnamed=True),
    "two-meetings": MadeUp(33, meetings=2, seats=1, shared=(0, 0, 3), years=(2018, 2019)),
    "before-any": MadeUp(23, meetings=3, seats=3, ahead=False, years=(2017, 2017, 2018)),
    "one-seat": MadeUp(8, seats=1, sources=2, shared=(0, 2, 3, 12)),
}  # fmt: skip
"""Those that together show each profile, and each of the rest at least twice."""

TURNS: dict[str, MadeUp] = {
    f"turn-{n}": MadeUp(
        n,
        meetings=1 + n % 3,
        seats=n % 13,
        ahead=n % 4 > 0,
        sources=1 + n % 2,
        shared=((), (0,), (1, 4), (12, 0))[n % 4],
        years=((2017, 2018, 2018, 2019, 2016, 2018), (2019,), (2018, 2019))[n % 3],
    )
    for n in range(1, len(PROFILES), 3)
}
"""Further ones, in which all else goes along with where the profiles begin."""
