"""The background note as a whole, regenerated, and the sources' own lists for a year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from aichr_briefings.differences import other_revisions, revisions
from aichr_briefings.naming import pick
from aichr_briefings.record import Record, find_lists, name_plan, plan_years
from aichr_briefings.rows import ON_RECORD, WHOLE, count_agencies, count_mark, partial_date, when_of
from pressroom.data.partial_dates import PartialDate
from pressroom.pages import (
    NOT_APPLICABLE,
    NOTHING,
    Fragment,
    Line,
    Piece,
    cell,
    counted,
    element,
    glyph,
    header_cell,
    join,
    line_list,
    listed,
    number,
    paragraph,
    plain_table,
    records,
    sources_cell,
    span,
    table,
    unknown,
    when,
    year_spans,
)
from pressroom.pages.names import name_places
from pressroom.pages.tables import Row, Rows
from pressroom.pages.words import FEW

MOST_MARKS = 15
"""Up to how many activities a cell has a mark for each; of more, it has their number alone."""


def entries_by_agency(ds: Record) -> dict[str, int]:
    """Return how many recorded activities name each agency, by short name, most first."""
    counts = {code: ds.count(agency=code, status=ON_RECORD) for code in ds.codes("agencies")}
    names = ds.names("organisations", counts)
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
    """Return the year with most of the activities, the first of several, and their number; 0 if undated."""
    counts = Counter(year for row in records(activities) for year in row["years"])
    year = max(sorted(counts), key=lambda year: counts[year], default=0)
    return year, counts[year]


def uncounted(ds: Record) -> dict[str, list[Row]]:
    """Return the activities on record that count to no line of a plan, by why.

    ``undated``: they fit a line, and no date places them; ``outside``: they touch no plan's years; ``none``:
    the editors found no line that fits.
    """
    serving = [ds.activities(provision=line) for line in ds.codes("provisions")]
    counted_ids = {row["id"] for rows in serving for row in rows}
    plans = [plan_years(plan) for plan in ds.table("plans")]
    found: dict[str, list[Row]] = {"undated": [], "outside": [], "none": []}
    for row in ds.activities(status=ON_RECORD):
        if row["id"] not in counted_ids:
            found[_why(row, plans)].append(row)
    return found


def uncounted_told(ds: Record, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return by why they are `uncounted` what activities are called, or, where they are many, how many."""
    return [
        (why, phrase)
        for why, rows in uncounted(ds).items()
        for phrase in (pick(rows, names) if len(rows) <= FEW else [counted(len(rows), "activity")])
    ]


def _why(row: Row, plans: Sequence[PartialDate]) -> str:
    if not row["start"]:
        return "undated" if row["provisions"] else "none"
    return "none" if any(partial_date(row).touches(plan) for plan in plans) else "outside"


def milestones_table(ds: Record, caption: str) -> Fragment:
    """Return the dates that frame the cooperation, in order."""
    milestones = ds.table("milestones")
    countries = ds.names("countries", (row["country"] for row in milestones if row["city"]))
    rows = []
    for row in sorted(milestones, key=lambda row: str(row["date"])):
        exact = {4: "year", 7: "month", 10: "day"}[len(row["date"])]
        where = name_places([(row["country"], row["city"])], countries) if row["city"] else ""
        rows.append(
            [
                header_cell(glyph(exact), " ", when(row["date"], short=True)),
                cell(row["title"], Fragment("<br>"), span("meta", row["summary"]), label="Milestone"),
                cell(where or NOT_APPLICABLE, label="Place"),
                sources_cell(ds.citations.cite(row["sources"])),
            ]
        )
    headings = ["Date", "Milestone", "Place", "Source"]
    return table(caption, headings, rows, class_="rec tight")


def instrument_list(ds: Record, names: Mapping[str, str]) -> Fragment:
    """Return the texts that the sources name, with what they are and the activities that refer to them.

    Parameters
    ----------
    names
        What activities are called, by their ids.
    """
    return line_list(
        Line(row["short_name"], _tell_instrument(row, names), ds.citations.cite(row["sources"]))
        for row in ds.table("instruments")
    )


def _tell_instrument(row: Row, names: Mapping[str, str]) -> str:
    adopted = f" ({when(row['adopted'])})" if row["adopted"] else ""
    named = listed(names[activity] for activity in row["activities"] if activity in names)
    return paragraph([f"{row['name']}{adopted}", row["summary"].rstrip("."), named])


def year_lists(ds: Record, caption: str) -> Fragment:
    """Return the sources' own lists by year, each bullet with the activity that it tells.

    Parameters
    ----------
    caption
        What stands over the table; ``{years}`` in it becomes the years that have a list.
    """
    years, rows = [year for year in ds.coverage if find_lists(ds, year)], []
    activities = ds.activities()
    names = ds.names_then(code for row in activities for code in row["agencies"])
    for year in years:
        for bullet, row in _bullets(ds, activities, year):
            agencies = listed(names.at(code, row) for code in row["agencies"])
            rows.append((bullet, row["short_title"], when_of(row, short=True), agencies))
    over = caption.replace("{years}", year_spans(years))
    headings = ["Bullet", "Activity", "Recorded as", "UN agencies"]
    return plain_table(over, headings, rows, silent="none named", class_="tight")


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


def annex_table(ds: Record, *, caption: str, none: Piece, left_out: str, not_there: str) -> Fragment:
    """Return the lines of each plan with the marks of what the editors assigned to each.

    Parameters
    ----------
    caption
        What stands over the lines; where there are several plans, with the plan's name.
    none
        What is said of a line without activities.
    left_out, not_there
        What is said of a line that the source leaves out: in its place, and in place of its activities.
    """
    plans, tables = ds.table("plans"), []
    for plan in plans:
        rows = _list_lines(ds, plan, none, (left_out, not_there))
        over = f"{caption} of the {name_plan(plan)}" if len(plans) > 1 else caption
        headings = ["Line", "In brief", "Activities", "UN agencies"]
        tables.append(table(over, headings, rows, class_="plan") if rows else NOTHING)
    return join(tables)


def _list_lines(ds: Record, plan: Row, none: Piece, left_out: tuple[str, str]) -> list[list[Fragment]]:
    rows = []
    for line in ds.table("provisions", keys=plan["code"], by="plan"):
        if line["status"] == "elided":
            silent = element("td", unknown(left_out[1]), class_="hatch", colspan="2")
            rows.append([header_cell(line["paragraph"]), cell(unknown(left_out[0])), silent])
            continue
        mine = ds.activities(provision=line["id"], status=ON_RECORD)
        planned = ds.count(provision=line["id"], status="planned")
        names = listed_or_counted(ds, mine) if mine else NOT_APPLICABLE
        marks = join(glyph(count_mark(row)) for row in (mine if len(mine) <= MOST_MARKS else ()))
        label = f" {len(mine)}" + (f" and {number(planned)} planned" if planned else "")
        count = cell(marks, label) if mine else cell(unknown(none))
        rows.append([header_cell(line["paragraph"]), cell(line["summary"]), count, cell(names)])
    return rows


def listed_or_counted(ds: Record, activities: Rows) -> str:
    """Return the agencies that activities name: ``OHCHR, UNICEF``; of more than three, their number."""
    names = ds.names("organisations", sorted(count_agencies(activities)))
    return ", ".join(names.values()) if len(names) <= WHOLE else number(len(names))


def revision_list(ds: Record) -> Fragment:
    """Return what later sources corrected, or said more exactly, one value per line; nothing if none did."""
    items = [*revisions(ds, ds.activities()), *other_revisions(ds)]
    return line_list(Line(item.heading, item.words) for item in items)


def listed_inside(ds: Record, activities: Rows, year: int) -> list[Row]:
    """Return the activities that a source's own list for a year tells as of that year."""
    lists = tuple(find_lists(ds, year))
    return [row for row in records(activities) if any(source.startswith(lists) for source in row["sources"])]


def listed_of_others(ds: Record, activities: Rows, year: int) -> list[Row]:
    """Return what a source's own list for a year tells of another year, beside the activities of the year."""
    own = {row["id"] for row in records(activities)}
    inside = listed_inside(ds, ds.activities(), year)
    others = [row["id"] for row in inside if row["id"] not in own and row["year"] != year]
    return list(ds.look_up("activities", others).values())
