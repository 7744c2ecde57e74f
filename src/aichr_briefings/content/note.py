"""The background note as a whole: its introduction, meetings, themes, lists and annex, regenerated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content.care import CareItem
from aichr_briefings.content.dates import when, when_of
from aichr_briefings.content.fragments import Fragment, element, glyph, join, locators
from aichr_briefings.content.page import KeyFigure, statement_list
from aichr_briefings.content.phrases import theme_names
from aichr_briefings.content.provisions import agencies_named
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.tables import (
    NOT_APPLICABLE,
    activities_table,
    cell,
    header_cell,
    place,
    sources_cell,
    table,
    unknown,
)
from aichr_briefings.content.themes import statements
from aichr_briefings.content.words import by_count, capital, counted, listed, number, plural

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset

ON_RECORD = ("held", "ongoing")


def entries_by_agency(ds: Dataset) -> dict[str, int]:
    """Return how many recorded activities name each agency, by short name, most first."""
    counts = {code: ds.count(agency=code, status=ON_RECORD) for code in ds.codes("agencies")}
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {str(ds.organisation(code)["short_name"]): n for code, n in ranked}


def leaders(entries: dict[str, int]) -> list[str]:
    """Return the fewest agencies that together hold more than half of all entries."""
    total, names = 0, []
    for name, n in entries.items():
        names.append(name)
        total += n
        if 2 * total > sum(entries.values()):
            break
    return names


def busiest_year(activities: pd.DataFrame) -> tuple[int, int]:
    """Return the year with most of the activities, and their number."""
    counts = activities["year"].value_counts().sort_index()
    year = int(str(counts.idxmax()))
    return year, int(counts[year])


def part_of(part: int, whole: int) -> str:
    """Return a part as readers say it: "half of the activities", "eight of the 16 activities"."""
    return "half of the activities" if 2 * part == whole else f"{number(part)} of the {whole} activities"


def busiest_words(activities: pd.DataFrame) -> str:
    """Return how much of the record falls in its busiest year, as a sentence."""
    year, most = busiest_year(activities)
    verb = "falls" if most == 1 else "fall"
    return f"{part_of(most, len(activities))} that name a UN agency {verb} in {year}"


def agencies_figure(ds: Dataset, entries: dict[str, int], meeting: Row) -> KeyFigure:
    """Return how many agencies are on record as a key figure."""
    there = number(ds.participations(activity=meeting["id"])["agency"].nunique())
    words = f"on record, {there} of them at the {meeting['title']}"
    return KeyFigure(str(len(entries)), plural("UN agency", len(entries)), words)


def entries_figure(entries: dict[str, int], lead: list[str]) -> KeyFigure:
    """Return how many of all entries are those of the leading agencies as a key figure."""
    words = f"are those of {listed(lead)}; an activity is an entry for each agency it names"
    return KeyFigure(str(sum(entries[name] for name in lead)), f"of {sum(entries.values())} entries", words)


def alone_at_meeting(ds: Dataset, meeting: Row) -> str:
    """Return how many agencies appear at the first Meeting alone, as a heading."""
    there = ds.participations(activity=meeting["id"])["agency"].dropna().unique()
    alone = sum(ds.count(agency=code, status=ON_RECORD) == 1 for code in there)
    whole = f"the {meeting['title']}"
    return by_count(
        alone,
        none=f"Every agency at {whole} has more on record",
        one=f"One agency appears at {whole} alone",
        many=f"{capital(number(alone))} agencies appear at {whole} alone",
    )


def milestones_table(ds: Dataset) -> Fragment:
    """Return the dates that frame the cooperation, in order."""
    rows = []
    for row in records(ds.table("milestones").sort_values("date", kind="stable")):
        exact = {4: "year", 7: "month", 10: "day"}[len(row["date"])]
        where = place(ds, {**row, "venue": None}) if row["city"] else ""
        rows.append(
            [
                header_cell(glyph(exact), " ", when(row["date"], short=True)),
                cell(row["title"], label="Milestone"),
                cell(where or NOT_APPLICABLE, label="Place"),
                sources_cell(row["sources"]),
            ]
        )
    headings = ["Date", "Milestone", "Place", "Source"]
    return table("Milestones named in the note", headings, rows, class_="rec tight")


def milestones_finding(ds: Dataset) -> str:
    """Return how many dates frame the cooperation, as a heading."""
    return f"{capital(counted(len(ds.table('milestones')), 'date'))} frame the cooperation"


def series_sections(ds: Dataset, names: tuple[str, ...]) -> Fragment:
    """Return each series with its activities and with what the note says of them."""
    rows = {row["id"]: row for row in records(ds.table("series"))}
    everything = ds.activities()
    parts = []
    for name in names:
        mine = everything[everything["series"] == name]
        said = ds.statements(subject=[name, *mine["id"]])
        caption = rows[name]["summary"]
        columns = ("date", "activity", "agencies", "source")
        parts.append(element("h3", rows[name]["title"]))
        parts.append(activities_table(ds, mine, caption, columns=columns))
        parts.append(statement_list(said, dates=_dates(mine)))
    return join(parts)


def theme_sections(ds: Dataset) -> Fragment:
    """Return the activities of each theme, with what the note says of them; a theme without any says so."""
    parts = []
    for code, name in theme_names(ds).items():
        mine = ds.activities(theme=code)
        # What is said of an activity stands under its first theme, not under each.
        own = [row["id"] for row in records(mine) if row["themes"][0] == code]
        said = statements(ds, code, mine[mine["id"].isin(own)])
        parts.append(element("h3", name))
        if mine.empty:
            parts.append(element("p", unknown("Named in the introduction; no activity is recorded.")))
            continue
        caption = f"{capital(counted(len(mine), 'activity'))} on {name.lower()}"
        columns = ("date", "activity", "agencies", "source")
        parts.append(activities_table(ds, mine, caption, columns=columns, tight=True))
        parts.append(statement_list(said, dates=_dates(mine)))
    everything = ds.activities()
    bare = [not row["themes"] and not row["series"] for row in records(everything)]
    caption = "Activities on which neither the note nor the editors put a theme"
    rest = activities_table(ds, everything[bare], caption, columns=("date", "activity", "agencies", "source"))
    return join([*parts, element("h3", "No theme assigned"), rest] if any(bare) else parts)


def year_lists(ds: Dataset) -> Fragment:
    """Return the note's own list for each covered year, each bullet with the activity that it tells."""
    rows = []
    for year in ds.coverage:
        for bullet, row in _bullets(ds, year):
            names = [ds.organisation(code)["short_name"] for code in row["agencies"]]
            rows.append(
                [
                    header_cell(bullet.removeprefix("B.III.")),
                    cell(row["short_title"], label="Activity"),
                    cell(when_of(row, short=True), label="Recorded as"),
                    cell(listed(names) or unknown("none named"), label="UN agencies"),
                ]
            )
    caption = f"What each bullet of the list for {ds.coverage[0]} to {ds.coverage[-1]} tells"
    return table(caption, ["Bullet", "Activity", "Recorded as", "UN agencies"], rows, class_="tight")


def _bullets(ds: Dataset, year: int) -> list[tuple[str, Row]]:
    pairs = [
        (locator, row)
        for row in records(ds.activities())
        for locator in locators(row["sources"])
        if locator.startswith(f"B.III.{year}/")
    ]
    return sorted(pairs, key=lambda pair: int(pair[0].partition("/")[2]))


def annex_table(ds: Dataset) -> Fragment:
    """Return the lines of the plan with the marks of what the editors assigned to each."""
    rows = []
    for line in records(ds.table("provisions")):
        if line["status"] == "elided":
            silent = element("td", unknown("not in the source"), class_="hatch", colspan="2")
            rows.append([header_cell(line["paragraph"]), cell(unknown("left out by the note")), silent])
            continue
        mine = ds.activities(provision=line["id"], status=ON_RECORD)
        planned = ds.count(provision=line["id"], status="planned")
        names = agencies_named(ds, mine).removesuffix(" agencies") if len(mine) else NOT_APPLICABLE
        marks = join(glyph("ongoing" if row["status"] == "ongoing" else "day") for row in records(mine))
        words = f" {len(mine)}" + (f" and {number(planned)} planned" if planned else "")
        count = cell(marks, words) if len(mine) else cell(unknown("none assigned"))
        rows.append([header_cell(line["paragraph"]), cell(line["summary"]), count, cell(names)])
    headings = ["Line", "In brief", "Activities", "UN agencies"]
    return table("What the record holds for each line", headings, rows, class_="plan")


def not_counted(ds: Dataset) -> str:
    """Return which activities no line counts, with the reason, as a source line."""
    everything = records(ds.activities(status=ON_RECORD))
    counted_ids = {i for line in ds.codes("provisions") for i in ds.activities(provision=line)["id"]}
    left = [row for row in everything if row["id"] not in counted_ids]
    first, last = ds.table("provisions")["plan"].iloc[0].split("-")
    plan = range(int(first), int(last) + 1)
    reasons = [f"{row['short_title'].lower()} ({_reason(row, plan)})" for row in left]
    return f"Not counted to any line: {listed(reasons)}." if reasons else ""


def _reason(row: Row, plan: range) -> str:
    if not row["start"]:
        return "undated, cannot be placed"
    return "none assigned" if row["year"] in plan else f"{row['year']}, outside the plan"


def planned_sentence(planned: pd.DataFrame) -> str:
    """Return what is planned, as a sentence; empty when nothing is."""
    rows = records(planned)
    parts = [
        f"the {row['title']} is planned for {when_of(row)}" + (f" in {row['city']}" if row["city"] else "")
        for row in rows
    ]
    return listed(parts)


def edition_title(ds: Dataset, planned: pd.DataFrame) -> str:
    """Return the title of the edition's index."""
    agencies = counted(len(ds.codes("agencies")), "UN agency")
    ahead = f", and {counted(len(planned), planned['type'].iloc[0])} ahead" if len(planned) else ""
    return f"{capital(agencies)} on record with AICHR{ahead}"


def edition_lede(planned: pd.DataFrame) -> str:
    """Return the lede of the edition's index."""
    first = planned_sentence(planned)
    concerns = (
        " and names no agency, so it concerns all" if len(planned) and not planned["agencies"].iloc[0] else ""
    )
    find = "Find yours: each briefing says what is on record, in which role, and what to say with care."
    return f"{capital(first)}{concerns}. {find}" if first else find


def care() -> list[CareItem]:
    """Return what to say with care of the whole."""
    return [
        CareItem("None assigned", "It says what the editors found in this note, not that nothing was done."),
        CareItem("Not covered", "Outside the list's years the note tells in passing; say so with any count."),
    ]


def _dates(activities: pd.DataFrame) -> dict[str, str]:
    return {row["id"]: when_of(row, short=True) for row in records(activities)}
