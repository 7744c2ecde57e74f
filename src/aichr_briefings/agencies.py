"""What is on record of an agency: its part in meetings and activities, and how others compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from aichr_briefings.record import Record
from aichr_briefings.rows import ON_RECORD, agencies_at, count_agencies, count_mark, in_order, meetings_held
from pressroom.pages import CareItem, IndexEntry, records, when, year_spans
from pressroom.pages.tables import Row, Rows

PASSIVE = {"recipient": "intended recipient", "invitee": "invited"}
"""The roles in which an agency did nothing itself, and what they are called."""

OUTCOMES = ("outcome", "finding", "commitment")
"""The kinds of statements that say what came of an activity, those that say most first."""


class Topic(NamedTuple):
    """A theme of an agency's work, and since when a source says that the agency has worked on it."""

    code: str
    name: str
    since: str = ""


class Part(NamedTuple):
    """What an agency did in one role, through a project or office of its own if one is named."""

    role: str
    through: str
    activities: list[Row]

    @property
    def is_over(self) -> bool:
        """Return whether none of the activities goes on."""
        return all(row["status"] != "ongoing" for row in self.activities)


class Delegation(NamedTuple):
    """Who is named at a meeting, by short names of then, and what the sources say of who was there."""

    leads: list[str]
    leading: list[str]
    others: list[str]
    audiences: list[Row]


def concerning(ds: Record, agency: str) -> Rows:
    """Return the planned activities that concern an agency: those that name it, and those that name none."""
    planned = ds.activities(status="planned")
    mine = [row["id"] for row in planned if not row["agencies"] or agency in row["agencies"]]
    return ds.table("activities", keys=mine)


def full_name(ds: Record, agency: str) -> str:
    """Return an agency's full name, with those that it had before: ``…, until 2018: DPA``."""
    earlier = ds.table("organisation_names", keys=agency, by="organisation")
    before = [f"until {when(row['to'])}: {row['short_name']}" for row in earlier if row["to"]]
    return ", ".join([str(ds.organisation(agency)["name"]), *before])


def topics(ds: Record, agency: str, activities: Rows) -> list[Topic]:
    """Return the themes of activities that a title may name, those of most activities first.

    A theme that the editors assigned is one of them only if the title of an activity says it itself; one that
    a source states of what they take for the activity (inferred) is.

    Parameters
    ----------
    agency
        Whose activities these are: what has lasted with it comes first; empty for those of several.
    """
    rows = records(activities)
    names = ds.names("themes", (code for row in rows for code in row["themes"]))
    lasting = ds.statements(subject=agency, kind="since") if agency else []
    stated = [row for row in lasting if row["date"]]
    counts = {
        code: sum(code in row["themes"] and _says(row, name) for row in rows) for code, name in names.items()
    }
    since = {
        code: row["date"][:4]
        for row in stated
        for code, name in names.items()
        if _mentions(row["text"], name)
    }
    # What has lasted comes first, then what most activities are about.
    ranked = sorted((code for code, n in counts.items() if n), key=lambda c: (c not in since, -counts[c]))
    return [Topic(code, names[code], since.get(code, "")) for code in ranked]


def _says(row: Row, theme: str) -> bool:
    return row["themes_origin"] != "assigned" or _mentions(row["title"], theme)


def _mentions(text: str, theme: str) -> bool:
    return theme.lower() in text.lower()


def role_of(ds: Record, part: Row) -> str:
    """Return the role in which somebody took part; of several who led a delegation, none led it alone."""
    led = part["role"] == "delegation-lead"
    leads = ds.participations(activity=part["activity"], role="delegation-lead") if led else ()
    return "delegation-co-lead" if len(leads) > 1 else str(part["role"])


def parts(ds: Record, agency: str, activities: Rows) -> list[Part]:
    """Return what an agency did, by role: in each activity the role that the first source names.

    The activities that it shares a role in stand together, in the order of their dates.
    """
    found: dict[tuple[str, str], list[Row]] = {}
    for row in in_order(activities):
        named = ds.participations(activity=row["id"], agency=agency)
        if named:
            found.setdefault((role_of(ds, named[0]), named[0]["via"] or ""), []).append(row)
    offices = ds.names("organisations", [via for _, via in found])
    return [Part(role, offices.get(via, ""), rows) for (role, via), rows in found.items()]


def presence_over(ds: Record, agency: str) -> list[tuple[Row, bool]]:
    """Return of each held meeting of the series of reference whether the agency is named at it."""
    return [(row, bool(ds.participations(activity=row["id"], agency=agency))) for row in meetings_held(ds)]


def delegation(ds: Record, meeting: Row, *, apart: str = "") -> Delegation:
    """Return who is named at a meeting, but for one agency; ``leading`` are the codes of who led."""
    led = ds.participations(activity=meeting["id"], role="delegation-lead")
    leading = [row["organisation"] for row in led]
    there = [code for code in agencies_at(ds, meeting) if code not in (*leading, apart)]
    names = ds.names_then([*there, *leading])
    leads, others = ([names.at(code, meeting) for code in codes] for codes in (leading, there))
    return Delegation(leads, leading, others, records(ds.statements(subject=meeting["id"], kind="audience")))


def came_of(ds: Record, activities: Rows) -> dict[str, list[Row]]:
    """Return by activity the statements on what came of it, outcomes first."""
    found: dict[str, list[Row]] = {}
    for row in records(ds.statements(subject=[row["id"] for row in records(activities)])):
        if row["kind"] in OUTCOMES:
            found.setdefault(row["subject"], []).append(row)
    return {key: sorted(rows, key=lambda row: OUTCOMES.index(row["kind"])) for key, rows in found.items()}


def sharing(ds: Record, agency: str, theme: str) -> dict[str, bool]:
    """Return the other agencies that activities on a theme name, and whether only by assignment."""
    assigned: dict[str, bool] = {}
    for row in ds.activities(theme=theme, status=ON_RECORD):
        for code in row["agencies"]:
            assigned[code] = assigned.get(code, True) and row["themes_origin"] == "assigned"
    names = ds.names("organisations", assigned.keys() - {agency})
    return {name: assigned[code] for code, name in names.items()}


def by_agency(ds: Record, activities: Rows) -> dict[str, list[Row]]:
    """Return the activities that name each agency, by its short name, those with most first."""
    rows = records(activities)
    names = ds.names("organisations", (code for row in rows for code in row["agencies"]))
    own = {name: [row for row in rows if code in row["agencies"]] for code, name in names.items()}
    return dict(sorted(own.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def by_part(ds: Record, activities: Rows) -> dict[str, list[Row]]:
    """Return `by_agency`, but apart what an agency had a passive part in: ``UNICEF (invited)``."""
    rows = records(activities)
    roles: dict[tuple[str, str], list[str]] = {}
    for part in chain.from_iterable(ds.participations(activity=row["id"]) for row in rows):
        roles.setdefault((part["activity"], part["agency"]), []).append(part["role"])
    told: dict[str, list[Row]] = {}
    for code, name in named_in(ds, rows).items():
        for row in (row for row in rows if code in row["agencies"]):
            own = roles[row["id"], code]
            apart = f" ({PASSIVE[own[0]]})" if {*own} <= {*PASSIVE} else ""
            told.setdefault(name + apart, []).append(row)
    return told


def named_in(ds: Record, activities: Rows) -> dict[str, str]:
    """Return the short names by code of the agencies that the activities name, those with most first."""
    counts = count_agencies(activities)
    names = ds.names("organisations", counts)
    return {code: names[code] for code in sorted(counts, key=lambda code: (-counts[code], code))}


def alone_at(ds: Record, meeting: Row, *, apart: str = "") -> list[str]:
    """Return the short names of the agencies that are named at a meeting, and in no other activity."""
    there = [code for code in agencies_at(ds, meeting) if code != apart]
    alone = [code for code in there if ds.count(agency=code, status=ON_RECORD) == 1]
    return list(ds.names("organisations", alone).values())


def of_others(activities: Rows, agency: str) -> list[Row]:
    """Return the activities that name agencies, but not this one."""
    return [row for row in records(activities) if row["agencies"] and agency not in row["agencies"]]


def of_others_alone(care: Sequence[CareItem], mine: Rows, others: Rows) -> list[CareItem]:
    """Return the items that are about activities of others, and about none of an agency's own."""
    own, theirs = ({row["id"] for row in records(rows)} for rows in (mine, others))
    return [item for item in care if theirs & {*item.about} and not own & {*item.about}]


def index_entry(
    ds: Record, agency: str, mine: Rows, meeting: Row, line: str, key: Mapping[str, str]
) -> IndexEntry:
    """Return what the index says of an agency: a line, and its activities by year.

    Parameters
    ----------
    key
        What the marks ``grey`` (the meeting), ``day`` and ``ongoing`` stand for.
    """
    covered = ds.coverage
    notes = [ds.say("index.other", years=year_spans(covered))]
    strip = strip_by_year(covered, records(mine), meeting)
    return IndexEntry(ds.organisation(agency)["short_name"], line, strip=strip, key=key, notes=notes)


def strip_by_year(covered: Sequence[int], mine: Rows, meeting: Row) -> dict[str, list[str]]:
    """Return the marks of an agency's activities by covered year, all else under "Other"."""
    strip: dict[str, list[str]] = {column: [] for column in [*map(str, covered), "Other"]}
    for row in records(mine):
        kind = "grey" if row["id"] == meeting["id"] else count_mark(row)
        for column in [str(year) for year in row["years"] if year in covered] or ["Other"]:
            strip[column].insert(0 if kind == "grey" else len(strip[column]), kind)
    return strip


def count_by_year(ds: Record) -> dict[int, int]:
    """Return how many agencies the activities of each covered year name."""
    return {year: len(count_agencies(ds.activities(year=year, status=ON_RECORD))) for year in ds.coverage}
