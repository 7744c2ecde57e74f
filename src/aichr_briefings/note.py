"""The background note as a whole: its introduction, meetings, themes, lists and annex, regenerated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.care import other_revisions, revisions
from aichr_briefings.citations import cited, find_lists, name_sources, teller
from aichr_briefings.phrases import agencies_named
from aichr_briefings.record import name_plan, plan_years
from aichr_briefings.rows import (
    ON_RECORD,
    NamesThen,
    agencies_at,
    count_mark,
    country_names,
    look_up,
    name_places,
    partial_date,
    short_names,
    when_of,
    where_of,
)
from aichr_briefings.statements import statement_list
from aichr_briefings.tables import activities_table
from aichr_briefings.themes import statements
from pressroom.pages import (
    NOT_APPLICABLE,
    NOTHING,
    CareItem,
    Fragment,
    KeyFigure,
    Line,
    by_count,
    capital,
    cell,
    counted,
    counted_kinds,
    element,
    glyph,
    header_cell,
    join,
    line_list,
    listed,
    lower_first,
    number,
    plural,
    records,
    sources_cell,
    table,
    unknown,
    when,
    year_spans,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.data.partial_dates import PartialDate
    from pressroom.pages.tables import Rows


MOST_MARKS = 15
"""Up to how many activities a cell has a mark for each; of more, it has their number alone."""

_COLUMNS = ("date", "activity", "agencies", "source")


def entries_by_agency(ds: Record) -> dict[str, int]:
    """Return how many recorded activities name each agency, by short name, most first."""
    counts = {code: ds.count(agency=code, status=ON_RECORD) for code in ds.codes("agencies")}
    names = short_names(ds, counts)
    ranked = sorted(counts, key=lambda code: (-counts[code], code))
    return {names[code]: counts[code] for code in ranked if counts[code]}


def leaders(entries: dict[str, int]) -> list[str]:
    """Return the fewest agencies that together hold more than half of all entries."""
    total, names = 0, []
    for name, n in entries.items():
        names.append(name)
        total += n
        if 2 * total > sum(entries.values()):
            break
    return names


def busiest_year(activities: Rows) -> tuple[int, int]:
    """Return the year with most of the activities, the first of several, and their number."""
    counts = Counter(year for row in records(activities) for year in row["years"])
    year = max(sorted(counts), key=lambda year: counts[year])
    return year, counts[year]


def part_of(part: int, whole: int) -> str:
    """Return a part as readers say it: "half of the activities", "eight of the 16 activities"."""
    return "half of the activities" if 2 * part == whole else f"{number(part)} of the {whole} activities"


def busiest_words(activities: Rows) -> str:
    """Return how much of the record falls in its busiest year, as a sentence."""
    rows = records(activities)
    year, most = busiest_year(rows)
    verb = "falls" if most == 1 else "fall"
    return f"{part_of(most, len(rows))} that name a UN agency {verb} in {year}"


def agencies_figure(ds: Record, entries: dict[str, int], meeting: Row) -> KeyFigure:
    """Return how many agencies are on record as a key figure."""
    there = len(agencies_at(ds, meeting))
    words = f"on record, {number(there)} of them at the {meeting['title']}" if there else "on record"
    return KeyFigure(str(len(entries)), plural("UN agency", len(entries)), words)


def entries_figure(entries: dict[str, int], lead: list[str]) -> KeyFigure:
    """Return how many of all entries are those of the leading agencies as a key figure."""
    words = f"are those of {listed(lead)}; an activity is an entry for each agency it names"
    return KeyFigure(str(sum(entries[name] for name in lead)), f"of {sum(entries.values())} entries", words)


def alone_at_meeting(ds: Record, meeting: Row) -> str:
    """Return how many agencies appear at a Meeting alone, as a heading; who was there may not be recorded."""
    if not agencies_at(ds, meeting):
        return f"Who took part in the {meeting['title']} is not recorded"
    alone = sum(ds.count(agency=code, status=ON_RECORD) == 1 for code in agencies_at(ds, meeting))
    whole = f"the {meeting['title']}"
    return by_count(
        alone,
        none=f"Every agency at {whole} has more on record",
        one=f"One agency appears at {whole} alone",
        many=f"{capital(number(alone))} agencies appear at {whole} alone",
    )


def milestones_table(ds: Record) -> Fragment:
    """Return the dates that frame the cooperation, in order."""
    milestones = ds.table("milestones")
    countries = country_names(ds, (row["country"] for row in milestones if row["city"]))
    rows = []
    for row in sorted(milestones, key=lambda row: str(row["date"])):
        exact = {4: "year", 7: "month", 10: "day"}[len(row["date"])]
        where = name_places([(row["country"], row["city"])], countries) if row["city"] else ""
        rows.append(
            [
                header_cell(glyph(exact), " ", when(row["date"], short=True)),
                cell(row["title"], label="Milestone"),
                cell(where or NOT_APPLICABLE, label="Place"),
                sources_cell(cited(ds, row["sources"])),
            ]
        )
    headings = ["Date", "Milestone", "Place", "Source"]
    return table(f"Milestones named in {teller(ds)}", headings, rows, class_="rec tight")


def milestones_finding(ds: Record) -> str:
    """Return how many dates frame the cooperation, as a heading."""
    dates = ds.table("milestones")
    return f"{capital(counted(len(dates), 'date'))} frame the cooperation"


def series_sections(ds: Record, names: tuple[str, ...]) -> Fragment:
    """Return each series with its activities and with what the note says of them."""
    series = look_up(ds, "series", names)
    everything = ds.activities()
    parts = []
    for name in names:
        mine = [row for row in everything if row["series"] == name]
        said = ds.statements(subject=[name, *(row["id"] for row in mine)])
        parts.append(element("h3", series[name]["title"]))
        parts.append(activities_table(ds, mine, series[name]["summary"], columns=_COLUMNS))
        parts.append(statement_list(ds, said, dates=_dates(mine)))
    return join(parts)


def theme_sections(ds: Record) -> Fragment:
    """Return the activities of each theme, with what the note says of them; a theme without any says so."""
    everything = ds.activities()
    parts = []
    for theme in ds.table("themes"):
        mine = [row for row in everything if theme["code"] in row["themes"]]
        parts += [element("h3", theme["name"]), *_theme_section(ds, theme, mine)]
    rest = [row for row in everything if not row["themes"] and not row["series"]]
    if rest:
        caption = f"Activities on which neither {teller(ds)} nor the editors put a theme"
        parts.append(element("h3", "No theme assigned"))
        parts.append(activities_table(ds, rest, caption, columns=_COLUMNS))
    return join(parts)


def _theme_section(ds: Record, theme: Row, mine: Sequence[Row]) -> list[Fragment]:
    if not mine:
        return [element("p", unknown("Named in the introduction; no activity is recorded."))]
    # What is said of an activity stands under its first theme, not under each.
    said = statements(ds, theme, [row for row in mine if row["themes"][0] == theme["code"]])
    others = sum(row["status"] not in ON_RECORD for row in mine)
    rest = f", and {number(others)} planned or called off" if others else ""
    caption = f"{capital(counted(len(mine) - others, 'activity'))} on {theme['name'].lower()}{rest}"
    shown = activities_table(ds, mine, caption, columns=_COLUMNS, tight=True)
    return [shown, statement_list(ds, said, dates=_dates(mine))]


def year_lists(ds: Record) -> Fragment:
    """Return the note's own list for each covered year, each bullet with the activity that it tells."""
    years, rows = [year for year in ds.coverage if find_lists(ds, year)], []
    activities = ds.activities()
    names = NamesThen(ds, (code for row in activities for code in row["agencies"]))
    for year in years:
        for bullet, row in _bullets(ds, activities, year):
            agencies = listed(names.at(code, row) for code in row["agencies"])
            rows.append(
                [
                    header_cell(bullet),
                    cell(row["short_title"], label="Activity"),
                    cell(when_of(row, short=True), label="Recorded as"),
                    cell(agencies or unknown("none named"), label="UN agencies"),
                ]
            )
    caption = f"What each bullet of the list for {year_spans(years)} tells"
    return table(caption, ["Bullet", "Activity", "Recorded as", "UN agencies"], rows, class_="tight")


def _bullets(ds: Record, activities: Sequence[Row], year: int) -> list[tuple[str, Row]]:
    """Return the places in the sources' lists for a year, each with the activity that it tells, in order."""
    pairs = [
        (locator.removeprefix(start), row)
        for start in find_lists(ds, year)
        for row in activities
        for locator in row["sources"]
        if locator.startswith(start)
    ]
    ordered = sorted(pairs, key=lambda pair: (not pair[0].isdecimal(), pair[0].zfill(6)))
    return [(f"{year}/{place}", row) for place, row in ordered]


def annex_table(ds: Record) -> Fragment:
    """Return the lines of each plan with the marks of what the editors assigned to each."""
    plans = ds.table("plans")
    caption = "What the record holds for each line"
    tables = [
        _table_lines(ds, plan, f"{caption} of the {name_plan(plan)}" if len(plans) > 1 else caption)
        for plan in plans
    ]
    return join(tables)


def _table_lines(ds: Record, plan: Row, caption: str) -> Fragment:
    rows = []
    for line in ds.table("provisions", keys=plan["code"], by="plan"):
        if line["status"] == "elided":
            silent = element("td", unknown("not in the source"), class_="hatch", colspan="2")
            rows.append([header_cell(line["paragraph"]), cell(unknown(f"left out by {teller(ds)}")), silent])
            continue
        mine = ds.activities(provision=line["id"], status=ON_RECORD)
        planned = ds.count(provision=line["id"], status="planned")
        names = agencies_named(ds, mine).removesuffix(" agencies") if mine else NOT_APPLICABLE
        marks = join(glyph(count_mark(row)) for row in (mine if len(mine) <= MOST_MARKS else ()))
        words = f" {len(mine)}" + (f" and {number(planned)} planned" if planned else "")
        count = cell(marks, words) if mine else cell(unknown("none assigned"))
        rows.append([header_cell(line["paragraph"]), cell(line["summary"]), count, cell(names)])
    headings = ["Line", "In brief", "Activities", "UN agencies"]
    return table(caption, headings, rows, class_="plan") if rows else NOTHING


def annex_source(ds: Record) -> Fragment:
    """Return where the lines of the plans come from, and what no line counts, as a source line."""
    source = f"Source: {name_sources(ds, ds.table('provisions'))}; assignment by the editors. "
    return element("p", source, not_counted(ds), class_="source")


def not_counted(ds: Record) -> str:
    """Return which activities no line counts, with the reason, as a source line."""
    everything = ds.activities(status=ON_RECORD)
    serving = [ds.activities(provision=line) for line in ds.codes("provisions")]
    counted_ids = {row["id"] for rows in serving for row in rows}
    left = [row for row in everything if row["id"] not in counted_ids]
    plans = [plan_years(plan) for plan in ds.table("plans")]
    reasons = [f"{lower_first(row['short_title'])} ({_reason(row, plans)})" for row in left]
    return f"Not counted to any line: {listed(reasons)}." if reasons else ""


def _reason(row: Row, plans: Sequence[PartialDate]) -> str:
    if not row["start"]:
        return "undated, cannot be placed" if row["provisions"] else "none assigned"
    touched = any(partial_date(row).touches(plan) for plan in plans)
    return "none assigned" if touched else f"{row['year']}, outside the {plural('plan', len(plans))}"


def planned_sentence(planned: Rows) -> str:
    """Return what is planned, as a sentence; empty when nothing is."""
    rows = records(planned)
    parts = [f"the {row['title']} is planned for {when_of(row)}{where_of(row)}" for row in rows]
    return listed(parts)


def edition_title(ds: Record, planned: Rows) -> str:
    """Return the title of the edition's index."""
    agencies, rows = counted(len(entries_by_agency(ds)), "UN agency"), records(planned)
    ahead = f", and {counted_kinds(row['type'] for row in rows)} ahead" if rows else ""
    return f"{capital(agencies)} on record with AICHR{ahead}"


def edition_lede(planned: Rows) -> str:
    """Return the lede of the edition's index."""
    rows = records(planned)
    first = planned_sentence(rows)
    concerns = " and names no agency, so it concerns all" if rows and not rows[0]["agencies"] else ""
    find = "Find yours: each briefing says what is on record, in which role, and what to say with care."
    return f"{capital(first)}{concerns}. {find}" if first else find


def revision_list(ds: Record) -> Fragment:
    """Return what later sources corrected, or said more exactly, one value per line; nothing if none did."""
    items = [*revisions(ds, ds.activities()), *other_revisions(ds)]
    titles = look_up(ds, "activities", (subject for item in items for subject in item.about))
    named = {subject: str(row["short_title"]) for subject, row in titles.items()}
    return line_list(
        Line(
            ", ".join([*(named[subject] for subject in item.about), lower_first(item.heading)]),
            item.words,
            (),
        )
        for item in items
    )


def care(ds: Record) -> list[CareItem]:
    """Return what to say with care of the whole."""
    return [
        CareItem(
            "None assigned", f"It says what the editors found in {_this(ds)}, not that nothing was done."
        ),
        CareItem(
            "Not covered", f"Outside the list's years {teller(ds)} tells in passing; say so with any count."
        ),
    ]


def _this(ds: Record) -> str:
    return teller(ds).replace("the note", "this note")


def _dates(activities: Rows) -> dict[str, str]:
    return {row["id"]: when_of(row, short=True) for row in records(activities)}
