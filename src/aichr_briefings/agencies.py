"""What an agency's record amounts to, and how it compares with what others did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings import phrases
from aichr_briefings.care import one_entry, through
from aichr_briefings.charts import counts_chart, explain_counts
from aichr_briefings.citations import name_sources, teller, told_in_passing
from aichr_briefings.phrases import alone_or_with, count_of, named_together, presence, to_month
from aichr_briefings.rows import (
    CALLED_OFF,
    ON_RECORD,
    agencies_at,
    at,
    cities_of,
    count_mark,
    last_day,
    meetings_held,
    reference_series,
    short_name,
    short_names,
    theme_names,
    when_of,
)
from aichr_briefings.tables import activities_table, not_placed, role_name
from pressroom.pages import (
    NOTHING,
    CareItem,
    Count,
    Fragment,
    IndexEntry,
    capital,
    counted,
    element,
    few_or_counted,
    join,
    listed,
    number,
    ordinal,
    records,
    section,
    when,
    year_spans,
)
from pressroom.pages.charts.canvas import WIDE
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows


LEFT_COLUMN = 112.0
MOST_LISTED = 40


def concerning(ds: Record, agency: str) -> Rows:
    """Return the planned activities that concern an agency: those that name it, and those that name none."""
    planned = ds.activities(status="planned")
    mine = [row["id"] for row in planned if not row["agencies"] or agency in row["agencies"]]
    return ds.table("activities", keys=mine)


def besides(ds: Record, others: Rows, agency: str, meeting: Row) -> str:
    """Return what an agency did besides a Meeting, as one or two sentences."""
    rows = records(others)
    if rows:
        there = presence(ds, agency, meeting)
        return f"{'Besides it, the' if there else 'The'} record holds {named_together(rows)}"
    if ds.count(agency=agency, status=CALLED_OFF):
        return f"No other activity that {teller(ds)} names it with took place"
    if not ds.count(agency=agency, status=ON_RECORD):
        return "No activity that was held, or is going on, names it"
    counts = {code: _besides(ds, code) for code in agencies_at(ds, meeting)}
    alike = [code for code, n in counts.items() if code != agency and n == 0]
    more = [n for n in counts.values() if n]
    if not more:
        return "The record names it nowhere else"
    names = short_names(ds, alike)
    same = (
        f" The same holds for {few_or_counted([names[code] for code in alike], 'other agency')};"
        if alike
        else ""
    )
    rest = f"the other {number(len(more))} agencies have between {number(min(more))} and {number(max(more))}"
    return f"{capital(teller(ds))} names it nowhere else.{same} {rest} more activities on record"


def _besides(ds: Record, agency: str) -> int:
    """Return how many activities an agency that was at a Meeting has on record besides it."""
    return ds.count(agency=agency, status=ON_RECORD) - 1


def gist(ds: Record, agency: str, mine: Rows) -> str:
    """Return the one thing that matters most about an agency's record, to end its title."""
    rows = records(mine)
    if not rows:
        return _only_ahead(ds, agency)
    if len(rows) == 1 and set(_roles(ds, agency, rows[0])) == {"inviter"}:
        row = rows[0]
        return f"an invitation to the {row['short_title']} {at(to_month(row))}"
    return phrases.gist(ds, rows)


def _only_ahead(ds: Record, agency: str) -> str:
    """Return in how many activities that are not on record an agency is named, to end a title."""
    counts = {status: ds.count(agency=agency, status=status) for status in ("planned", *CALLED_OFF)}
    return listed(f"{number(n)} {status}" for status, n in counts.items() if n) or "and none planned"


def _roles(ds: Record, agency: str, activity: Row) -> list[str]:
    """Return in which roles an agency took part in an activity, each once."""
    parts = ds.participations(activity=activity["id"], agency=agency)
    return list(dict.fromkeys(part["role"] for part in parts))


def index_line(ds: Record, agency: str, mine: Rows) -> str:
    """Return an agency's record in one short line."""
    rows = records(mine)
    return f"{capital(number(len(rows), none='none'))}: {gist(ds, agency, rows)}"


def index_entry(ds: Record, agency: str, mine: Rows, meeting: Row) -> IndexEntry:
    """Return what the index says of an agency: a line, and its activities by year."""
    rows, covered = records(mine), ds.coverage
    key = {"grey": str(meeting["title"]), "day": "another activity", "ongoing": "ongoing"}
    notes = [f"Other: undated, or outside {year_spans(covered)}"]
    strip = strip_by_year(covered, rows, meeting)
    line = index_line(ds, agency, rows)
    return IndexEntry(short_name(ds, agency), line, strip=strip, key=key, notes=notes)


def strip_by_year(covered: Sequence[int], mine: Rows, meeting: Row) -> dict[str, list[str]]:
    """Return the marks of an agency's activities by covered year, all else under "Other"."""
    strip: dict[str, list[str]] = {column: [] for column in [*map(str, covered), "Other"]}
    for row in records(mine):
        kind = "grey" if row["id"] == meeting["id"] else count_mark(row)
        for column in [str(year) for year in row["years"] if year in covered] or ["Other"]:
            strip[column].insert(0 if kind == "grey" else len(strip[column]), kind)
    return strip


def recorded_words(ds: Record, agency: str, mine: Rows, meeting: Row) -> str:
    """Return the definition of the number of an agency's activities."""
    rows = records(mine)
    others = _but_for(rows, meeting)
    there = len(others) < len(rows)
    if len(rows) != 1:
        rest = f"the {meeting['title']} and {counted(len(others), 'other')}" if there else "held or ongoing"
        return f"recorded: {rest}"
    where = f", {cities_of(rows[0])}" if cities_of(rows[0]) else ""
    part = f"; {short_name(ds, agency)} took part in the delegation" if there else ""
    return f"recorded: {rows[0]['short_title']}, {when_of(rows[0])}{where}{part}"


def role_finding(ds: Record, agency: str, activity: Row) -> str:
    """Return in which role an agency took part in its one activity, as a heading."""
    roles, name = _roles(ds, agency, activity), short_name(ds, agency)
    if roles == ["participant"] and activity["type"] == "meeting":
        return f"{name} took part as a member of the UN delegation"
    if roles == ["inviter"]:
        return f"{name} sent the invitation"
    if roles == ["supporter"]:
        return f"{name} supported the {activity['type']}"
    return f"{name} is named as {listed(role_name(role) for role in roles)}"


def _but_for(rows: Sequence[Row], meeting: Row) -> list[Row]:
    return [row for row in rows if row["id"] != meeting["id"]]


def company(ds: Record, agency: str, mine: Rows, meeting: Row) -> str:
    """Return in which role, or with whom, an agency is named, as a heading."""
    rows = records(mine)
    if not rows:
        return f"No activity on record names {short_name(ds, agency)}"
    if len(rows) == 1:
        return role_finding(ds, agency, rows[0])
    others = _but_for(rows, meeting)
    return alone_or_with(ds, others, agency, apart="the Meeting" if len(others) < len(rows) else "")


def care(ds: Record, agency: str, mine: Rows, meeting: Row) -> list[CareItem]:
    """Return what to say with care of an agency: through whom it took part, and what one entry is not."""
    items, rows, covered = through(ds, agency), records(mine), ds.coverage
    outside = sorted({year for row in rows for year in row["years"]} - set(covered))
    if outside:
        years = listed(map(str, outside))
        items.append(CareItem(f"{years} is not covered", f"{told_in_passing(ds, outside)}."))
    if len(rows) < 2:
        meeting_only = bool(rows) and not _but_for(rows, meeting)
        items += one_entry(ds, short_name(ds, agency), meeting_only=meeting_only)
    return items


def since_by_theme(ds: Record, agency: str, mine: Rows) -> dict[str, int]:
    """Return since which year the note says an agency has worked on a theme of its record, by its name."""
    stated = ds.statements(subject=agency, kind="since")
    dated = [row for row in stated if row["date"]]
    if not dated:
        return {}
    names = theme_names(ds, (code for row in records(mine) for code in row["themes"]))
    return {
        name: int(row["date"][:4])
        for row in dated
        for name in names.values()
        if name.lower() in row["text"].lower()
    }


def planned_words(planned: Rows, shown: bool) -> str:
    """Return the rest of a caption, when planned activities stand in the table too."""
    rows = records(planned)
    if not rows or not shown:
        return ""
    whom = "named for it" if any(row["agencies"] for row in rows) else "planned for all agencies"
    return f", and the {number(len(rows))} {whom}"


def caption(name: str, mine: Rows, planned: Rows) -> str:
    """Return what the table of an agency's activities shows."""
    if not len(mine):
        return f"What is ahead for {name}, or was called off"
    return f"{name}'s {count_of(len(mine))}{planned_words(planned, len(mine) > 1)}"


def beside_meeting(ds: Record, meeting: Row, *, highlighted: str, beside_care: bool) -> Fragment:
    """Return the agencies at a Meeting by what else they have on record, one of them highlighted.

    Parameters
    ----------
    beside_care
        Whether the care box stands beside the picture, which then is narrower.
    """
    there = set(agencies_at(ds, meeting))
    names = short_names(ds, there | {highlighted})
    counts: list[Count] = []
    shown: list[Row] = []
    for code, label in names.items():
        own = ds.activities(agency=code, status=ON_RECORD)
        shown += own
        marks, words = _beside(own, there=code in there)
        counts.append(Count(label, marks, words, highlighted=code == highlighted))
    ranked = sorted(counts, key=lambda count: (-len(count.marks), count.label))
    meanings = {"grey": f"the {meeting['title']}", "day": "any other", "ongoing": "ongoing"}
    caption = join(["Agencies by activities. ", explain_counts(counts, meanings), "."])
    width = LEFT_COLUMN if beside_care else WIDE
    source = f"{name_sources(ds, shown, sections='first and last')}."
    return counts_chart(
        ranked,
        name="beside",
        caption=caption,
        source=source,
        of="Agency",
        meeting=meanings["grey"],
        width=width,
    )


def compared(ds: Record, agency: str, meeting: Row) -> list[Row]:
    """Return the activities that the page of an agency with one or none on record compares it with."""
    there = dict.fromkeys([*agencies_at(ds, meeting), agency])
    return [row for code in there for row in ds.activities(agency=code, status=ON_RECORD)]


def _beside(own: Rows, *, there: bool) -> tuple[tuple[str, ...], str]:
    """Return the marks of an agency's activities, the Meeting's first, and their number in words."""
    kinds = [count_mark(row) for row in records(own)]
    if not there:
        return tuple(kinds), f"{len(kinds)}, not at the Meeting"
    kinds.remove("day")  # the Meeting was held, so it is one of these
    return ("grey", *kinds), f"{len(kinds)} more" if kinds else "none besides the Meeting"


def presence_over(ds: Record, agency: str) -> Fragment:
    """Return at which of several held meetings an agency is named, as a line; nothing where one was held."""
    meetings = meetings_held(ds)
    if len(meetings) < 2:
        return NOTHING
    parts = [
        f"{ordinal(row['number']) if row['number'] else when_of(row)} "
        f"{'● named' if presence(ds, agency, row) else '– not named'}"
        for row in meetings
    ]
    return element("p", f"{reference_series(ds)['title']}: {', '.join(parts)}.", class_="source")


def full_name(ds: Record, agency: str) -> str:
    """Return an agency's full name, with those that it had before: ``…, until 2018: DPA``."""
    earlier = ds.table("organisation_names", keys=agency, by="organisation")
    before = [f"until {when(row['to'])}: {row['short_name']}" for row in earlier if row["to"]]
    return ", ".join([str(ds.organisation(agency)["name"]), *before])


def beside_finding(ds: Record, meeting: Row) -> str:
    """Return how many agencies at a Meeting have more on record, as a heading."""
    there = agencies_at(ds, meeting)
    if not there:
        return f"Who took part in the {meeting['title']} is not recorded"
    more = sum(_besides(ds, code) > 0 for code in there)
    return f"{capital(number(more))} of the {number(len(there))} at the Meeting have more on record"


def others_since(ds: Record, agency: str, meeting: Row, *, most: int = MOST_LISTED) -> Fragment:
    """Return what other agencies did since a meeting, with what cannot be placed below.

    Parameters
    ----------
    most
        How many activities are listed at most; of more, only their number is given.
    """
    day = last_day(meeting)
    whole = ds.count(since=day, status="held")
    if whole > most:
        title = f"Since the Meeting, {counted(whole, 'dated activity')} took place"
        return section(title, "They are too many to be listed here; the briefings by year list them.")
    after = _of_others(ds.activities(since=day, status="held"), agency)
    # What may have begun before it or after it, if it is dated at all, began in its year.
    vague = _of_others(ds.unplaced(since=day, year=day[:4], status="held"), agency)
    ongoing = _of_others(ds.activities(status="ongoing"), agency)
    agencies = len({code for row in after for code in row["agencies"]})
    whose = counted(agencies, "other agency", none="no")
    verb = "has" if agencies == 1 else "have"
    title = f"Since the Meeting, {whose} {verb} dated activities with AICHR"
    caption = f"What others did: activities dated after {when_of(meeting)}"
    columns = ("date", "short", "place", "agencies", "source")
    shown = activities_table(ds, after, caption, columns=columns, tight=True)
    unsure = not_placed(vague, "Cannot be placed before or after the Meeting")
    return section(title, shown, unsure, not_placed(ongoing, "Ongoing"))


def _of_others(activities: Rows, agency: str) -> list[Row]:
    return [row for row in records(activities) if row["agencies"] and agency not in row["agencies"]]
