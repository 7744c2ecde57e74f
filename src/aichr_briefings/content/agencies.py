"""What an agency's record amounts to, and how it compares with what others did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content import phrases
from aichr_briefings.content.care import CareItem, one_entry, through
from aichr_briefings.content.charts.canvas import WIDE
from aichr_briefings.content.charts.counts import Count, counts_chart
from aichr_briefings.content.dates import at, mark_of, when_of
from aichr_briefings.content.entry import IndexEntry
from aichr_briefings.content.fragments import Fragment, join, keyed
from aichr_briefings.content.page import section
from aichr_briefings.content.phrases import (
    alone_or_with,
    named_together,
    theme_names,
    when_iso,
    without,
)
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.sections import not_placed
from aichr_briefings.content.tables import activities_table, role_name
from aichr_briefings.content.words import capital, counted, listed, number

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset

ON_RECORD = ("held", "ongoing")
LEFT_COLUMN = 112.0


def concerning(ds: Dataset, agency: str) -> pd.DataFrame:
    """Return the planned activities that concern an agency: those that name it, and those that name none."""
    planned = ds.activities(status="planned")
    mine = [not row["agencies"] or agency in row["agencies"] for row in records(planned)]
    return planned[mine].reset_index(drop=True)


def besides(ds: Dataset, others: pd.DataFrame, agency: str, meeting: Row) -> str:
    """Return what an agency did besides the first Meeting, as one or two sentences."""
    there = meeting["id"] in set(ds.participations(agency=agency)["activity"])
    if not others.empty:
        return f"{'Besides it, the' if there else 'The'} record holds {named_together(others)}"
    if ds.count(agency=agency, status="cancelled"):
        return "No other activity that the note names it with took place"
    alike = [code for code in _at(ds, meeting) if code != agency and _besides(ds, code, meeting) == 0]
    more = [_besides(ds, code, meeting) for code in _at(ds, meeting) if _besides(ds, code, meeting)]
    same = f" The same holds for {listed(_short(ds, code) for code in alike)};" if alike else ""
    rest = f"the other {number(len(more))} agencies have between {number(min(more))} and {number(max(more))}"
    return f"The note names it nowhere else.{same} {rest} more activities on record"


def _at(ds: Dataset, meeting: Row) -> list[str]:
    return sorted(ds.participations(activity=meeting["id"])["agency"].dropna().unique())


def _besides(ds: Dataset, agency: str, meeting: Row) -> int:
    return len(without(ds.activities(agency=agency, status=ON_RECORD), meeting))


def _short(ds: Dataset, code: str) -> str:
    return str(ds.organisation(code)["short_name"])


def gist(ds: Dataset, agency: str, mine: pd.DataFrame) -> str:
    """Return the one thing that matters most about an agency's record, to end its title."""
    if len(mine) == 1 and set(_roles(ds, agency, mine)) == {"inviter"}:
        row = records(mine)[0]
        return (
            f"an invitation to the {row['short_title']} {at({**row, 'start': row['start'][:7], 'end': None})}"
        )
    return phrases.gist(ds, mine)


def _roles(ds: Dataset, agency: str, mine: pd.DataFrame) -> list[str]:
    parts = ds.participations(agency=agency)
    return list(parts.loc[parts["activity"].isin(mine["id"]), "role"].unique())


def index_line(ds: Dataset, agency: str, mine: pd.DataFrame) -> str:
    """Return an agency's record in one short line."""
    return f"{capital(number(len(mine)))}: {gist(ds, agency, mine)}"


def index_entry(ds: Dataset, agency: str, mine: pd.DataFrame, meeting: Row) -> IndexEntry:
    """Return what the index says of an agency: a line, and its activities by year."""
    key = {"grey": str(meeting["title"]), "day": "another activity", "ongoing": "ongoing"}
    span = f"{ds.coverage[0]} to {ds.coverage[-1]}"
    notes = [f"Other: undated, or outside {span}"]
    strip = strip_by_year(ds, mine, meeting)
    return IndexEntry(_short(ds, agency), index_line(ds, agency, mine), strip=strip, key=key, notes=notes)


def strip_by_year(ds: Dataset, mine: pd.DataFrame, meeting: Row) -> dict[str, list[str]]:
    """Return the marks of an agency's activities by covered year, all else under "Other"."""
    strip: dict[str, list[str]] = {column: [] for column in [*map(str, ds.coverage), "Other"]}
    for row in records(mine):
        column = str(row["year"]) if row["year"] in ds.coverage else "Other"
        kind = "grey" if row["id"] == meeting["id"] else _kind(row)
        strip[column].insert(0 if kind == "grey" else len(strip[column]), kind)
    return strip


def recorded_words(ds: Dataset, agency: str, mine: pd.DataFrame, meeting: Row) -> str:
    """Return the definition of the number of an agency's activities."""
    rows, others = records(mine), without(mine, meeting)
    there = len(others) < len(rows)
    if len(rows) > 1:
        rest = f"the {meeting['title']} and {counted(len(others), 'other')}" if there else "held or ongoing"
        return f"recorded: {rest}"
    where = f", {rows[0]['city']}" if rows[0]["city"] else ""
    part = f"; {_short(ds, agency)} took part in the delegation" if there else ""
    return f"recorded: {rows[0]['short_title']}, {when_of(rows[0])}{where}{part}"


def role_finding(ds: Dataset, agency: str, mine: pd.DataFrame) -> str:
    """Return in which role an agency took part in its one activity, as a heading."""
    activity, roles, name = records(mine)[0], _roles(ds, agency, mine), _short(ds, agency)
    if roles == ["participant"] and activity["type"] == "meeting":
        return f"{name} took part as a member of the UN delegation"
    if roles == ["inviter"]:
        return f"{name} sent the invitation"
    if roles == ["supporter"]:
        return f"{name} supported the {activity['type']}"
    return f"{name} is named as {listed(role_name(role) for role in roles)}"


def company(ds: Dataset, agency: str, mine: pd.DataFrame, meeting: Row) -> str:
    """Return in which role, or with whom, an agency is named, as a heading."""
    if len(mine) == 1:
        return role_finding(ds, agency, mine)
    others = without(mine, meeting)
    return alone_or_with(ds, others, agency, apart="the Meeting" if len(others) < len(mine) else "")


def care(ds: Dataset, agency: str, mine: pd.DataFrame, meeting: Row) -> list[CareItem]:
    """Return what to say with care of an agency: through whom it took part, and what one entry is not."""
    items = through(ds, agency)
    outside = mine["year"].dropna()
    if not outside.isin(list(ds.coverage)).all():
        years = listed(str(year) for year in sorted(set(outside) - set(ds.coverage)))
        items.append(CareItem(f"{years} is not covered", f"{_list(ds)}; it tells of {years} in passing."))
    if len(mine) == 1:
        items += one_entry(_short(ds, agency), meeting_only=without(mine, meeting).empty)
    return items


def _list(ds: Dataset) -> str:
    return f"The note lists activities for {ds.coverage[0]} to {ds.coverage[-1]}"


def since_by_theme(ds: Dataset, agency: str) -> dict[str, int]:
    """Return since which year the note says an agency has worked on a theme, by the theme's name."""
    stated = records(ds.statements(subject=agency, kind="since"))
    return {
        name: int(row["date"][:4])
        for row in stated
        for name in theme_names(ds).values()
        if row["date"] and name.lower() in row["text"].lower()
    }


def planned_words(planned: pd.DataFrame, shown: bool) -> str:
    """Return the rest of a caption, when planned activities stand in the table too."""
    if planned.empty or not shown:
        return ""
    rows = records(planned)
    whom = "named for it" if any(row["agencies"] for row in rows) else "planned for all agencies"
    return f", and the {number(len(rows))} {whom}"


def beside_meeting(ds: Dataset, meeting: Row, *, highlighted: str, beside_care: bool) -> Fragment:
    """Return the agencies at the first Meeting by what else they have on record, one of them highlighted.

    Parameters
    ----------
    beside_care
        Whether the care box stands beside the picture, which then is narrower.
    """
    there = set(ds.participations(activity=meeting["id"])["agency"].dropna()) | {highlighted}
    counts = []
    for code in there:
        own = ds.activities(agency=code, status=("held", "ongoing"))
        others = without(own, meeting)
        marks = ["grey"] * (len(own) - len(others)) + [_kind(row) for row in records(others)]
        words = f"{len(others)} more" if len(marks) > len(others) else f"{len(others)}, not at the Meeting"
        if not len(others):
            words = "none besides the Meeting"
        label = ds.organisation(code)["short_name"]
        counts.append(Count(label, tuple(marks), words, highlighted=code == highlighted))
    ranked = sorted(counts, key=lambda count: (-len(count.marks), count.label))
    meanings = {"grey": f"the {meeting['title']}", "day": "any other", "ongoing": "ongoing"}
    used = {mark for count in counts for mark in count.marks}
    keys = [keyed(kind, said) for kind, said in meanings.items() if kind in used]
    caption = join(["Agencies by activities. ", join(keys, ", "), "."])
    width = LEFT_COLUMN if beside_care else WIDE
    source = "background note, B.I to B.III."
    return counts_chart(ranked, name="beside", caption=caption, source=source, of="Agency", width=width)


def _kind(row: Row) -> str:
    return "ongoing" if mark_of(row) == "ongoing" else "day"


def beside_finding(ds: Dataset, meeting: Row) -> str:
    """Return how many agencies at the first Meeting have more on record, as a heading."""
    there = ds.participations(activity=meeting["id"])["agency"].dropna().unique()
    more = sum(ds.count(agency=code, status=("held", "ongoing")) > 1 for code in there)
    return f"{capital(number(more))} of the {number(len(there))} at the Meeting have more on record"


def others_since(ds: Dataset, agency: str, meeting: Row) -> Fragment:
    """Return what other agencies did since a meeting, with what cannot be placed below."""
    day = when_iso(meeting)
    after = _of_others(ds.activities(since=day, status="held"), agency)
    vague = _of_others(ds.unplaced(since=day, status="held"), agency)
    agencies = after["agencies"].explode().nunique()
    whose = counted(agencies, "other agency", none="no")
    verb = "has" if agencies == 1 else "have"
    title = f"Since the Meeting, {whose} {verb} dated activities with AICHR"
    caption = f"What others did: activities dated after {when_of(meeting)}"
    columns = ("date", "short", "place", "agencies", "source")
    shown = activities_table(ds, after, caption, columns=columns, tight=True)
    ongoing = _of_others(ds.activities(status="ongoing"), agency)
    unsure = not_placed(vague, "Cannot be placed before or after the Meeting")
    return section(title, shown, unsure, not_placed(ongoing, "Ongoing"))


def _of_others(activities: pd.DataFrame, agency: str) -> pd.DataFrame:
    keep = [bool(row["agencies"]) and agency not in row["agencies"] for row in records(activities)]
    return activities[keep].reset_index(drop=True)
