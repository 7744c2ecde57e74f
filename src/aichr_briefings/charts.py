"""What the charts draw of activities, with their captions, words and data."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from aichr_briefings.agencies import by_agency
from aichr_briefings.descriptions import (
    describe_counts,
    describe_lanes,
    describe_matrix,
    describe_months,
    describe_outside,
)
from aichr_briefings.page import name_sources, teller
from aichr_briefings.record import Record
from aichr_briefings.rows import (
    count_mark,
    few_or_many,
    in_order,
    mark_of,
    name_few,
    names_of,
    when_of,
)
from pressroom import pages
from pressroom.pages import (
    NOTHING,
    Column,
    Count,
    Dated,
    Divider,
    Entry,
    Fragment,
    Piece,
    Plotted,
    Point,
    Since,
    capital,
    join,
    keyed,
    ordinal,
    records,
)
from pressroom.pages.charts.matrix import UNDATED, Cells
from pressroom.pages.tables import Row, Rows

NO_AGENCY = "none named"

MARKS = ("grey", "day", "month", "year", "ongoing", "planned", "hatch")
"""The marks, in the order in which a caption explains them."""

_ORDER = {"grey": 0, "day": 1, "ongoing": 2}


def explain(
    ds: Record, drawn: Piece, used: Collection[str], *, behind: str = "", **meanings: str
) -> Fragment:
    """Return a caption: what is drawn, and the marks that are used with their meaning.

    Parameters
    ----------
    behind
        What follows the marks.
    meanings
        What a mark means here, where not what the wording says that begins with ``mark``.
    """
    return join([drawn, " ", explain_marks(ds, used, behind=behind, **meanings)])


def explain_marks(ds: Record, used: Collection[str], *, behind: str = "", **meanings: str) -> Fragment:
    """Return the marks that are used with their meaning, as `explain` does; nothing where there is none."""
    keys = [keyed(mark, meanings.get(mark) or ds.say(f"mark.{mark}")) for mark in MARKS if mark in used]
    return join([join(keys, ", "), f"{behind}."]) if keys or behind else NOTHING


def date_row(row: Row) -> Dated:
    """Return the date of an activity as the charts draw it."""
    if not row["start"]:
        return Dated(mark_of(row), row["precision"])
    return Dated(mark_of(row), row["precision"], row["earliest"], row["latest"])


# counts -------------------------------------------------------------------------------------------


def counts_chart(
    ds: Record, counts: Sequence[Count], *, name: str, caption: Piece, source: str, of: str
) -> Fragment:
    """Return counts of activities as rows of marks, or as bars when one of them is above fifteen.

    Nothing is drawn where no row has a mark.

    Parameters
    ----------
    counts
        Rows from top to bottom.
    caption
        What is drawn, as a sentence; what the marks mean follows it.
    of
        What the rows are, as the heading of the data: "Agency", "Theme", "Line".
    """
    if not any(count.marks for count in counts):
        return NOTHING
    rows = [(count.label, len(count.marks), count.words) for count in counts]
    used = {mark for count in counts for mark in count.marks}
    return pages.counts_chart(
        counts,
        name=name,
        caption=caption if pages.are_bars(counts) else explain(ds, caption, used, day=ds.say("mark.held")),
        alt=describe_counts(ds, counts, of),
        source=source,
        data=Plotted([of, "Activities", "In words"], rows),
    )


# a timeline ---------------------------------------------------------------------------------------


def timeline_chart(
    ds: Record, activities: Rows, *, name: str, subject: str, since: Mapping[str, int] | None = None
) -> Fragment:
    """Return a timeline with one lane per first theme, or per series where there is no theme.

    Parameters
    ----------
    activities
        Rows as `Record.activities` returns them; planned ones may be among them.
    name
        Short name, unique in the briefing.
    subject
        Whose activities these are, as in "UNDP's recorded activities".
    since
        First year stated for a lane by name, drawn dotted where no activity is listed.
    """
    rows, covered, days = records(activities), ds.coverage, ds.as_of
    lanes = _lanes(ds, rows)
    stated = {lane: year for lane, year in (since or {}).items() if lane in lanes}
    ends = [row["earliest"] for row in rows if row["start"] and row["status"] != "planned"]
    ends += [days.end] if days else [date(year, 12, 31) for year in covered[-1:]]
    if not ends:
        return NOTHING
    end = max(ends)
    listed_from = min([*covered[:1], *(row["year"] for row in rows if row["year"])])
    first = min([listed_from, *stated.values()])
    outside = [year for year in range(first, end.year + 1) if year not in covered]
    past = [row["id"] for row in rows if row["status"] == "planned" and row["start"] and row["latest"] < end]
    hatched = ["hatch"] if outside else []
    planned = ds.say("mark.planned" if past else "mark.planned-after")
    return pages.lanes_chart(
        {lane: [_point(row, is_past=row["id"] in past) for row in own] for lane, own in lanes.items()},
        name=name,
        # A phone has no room for years about which there is a statement alone.
        years=pages.Years(first, listed_from, end, covered, beyond=ds.say("chart.beyond", teller=teller(ds))),
        since={
            lane: Since(year, ds.say("chart.since", year=year), ds.say("chart.since.short", year=year))
            for lane, year in stated.items()
        },
        key=lambda drawn: explain_marks(ds, {*drawn, *hatched}, planned=planned),
        caption=_caption_lanes(ds, subject, rows),
        alt=describe_lanes(
            ds,
            subject,
            {lane: [(_kind(row), row) for row in own] for lane, own in lanes.items()},
            stated,
            describe_outside(ds, outside, covered),
        ),
        source=_source_of(ds, rows),
        data=Plotted(
            ["Activity", "Theme or series", "Date", "Status"],
            [(r["short_title"], lane, when_of(r), r["status"]) for lane, own in lanes.items() for r in own],
        ),
    )


def _lanes(ds: Record, rows: Sequence[Row]) -> dict[str, list[Row]]:
    themes = names_of(ds, "themes", (row["themes"][0] for row in rows if row["themes"]))
    series = names_of(ds, "series", (row["series"] for row in rows if not row["themes"]))
    lanes: dict[str, list[Row]] = {}
    for row in rows:
        lane = (
            themes[row["themes"][0]] if row["themes"] else series.get(row["series"], ds.say("chart.no-theme"))
        )
        lanes.setdefault(lane, []).append(row)
    order = {theme: place for place, theme in enumerate(themes.values())}
    return dict(sorted(lanes.items(), key=lambda lane: order.get(lane[0], 99)))


def _point(row: Row, *, is_past: bool) -> Point:
    # Nothing else says the year of what is planned, behind the axis, nor the years of what lasts longer.
    with_year = row["status"] == "planned" or len(row["years"]) > 1
    return Point(date_row(row), _kind(row), when_of(row, short=True, year=with_year), is_past)


def _kind(row: Row) -> str:
    kind = capital(f"{row['type']}s" if row["stands_for"] == "several" else row["type"])
    return f"{ordinal(row['number'])} {kind}" if row["number"] else kind


def _caption_lanes(ds: Record, subject: str, rows: Sequence[Row]) -> str:
    several = any(len(row["themes"]) > 1 for row in rows)
    return ds.say("chart.lanes.several" if several else "chart.lanes", subject=subject)


def _source_of(ds: Record, rows: Sequence[Row]) -> str:
    assigned = any(row["themes_origin"] == "assigned" for row in rows)
    remark = f" {ds.say('chart.some-assigned')}" if assigned else ""
    return f"{name_sources(ds, rows)}.{remark}"


# one year -----------------------------------------------------------------------------------------


def months_chart(ds: Record, activities: Rows, *, year: int, divider: Row | None = None) -> Fragment:
    """Return the year's activities by month, in order of their dates.

    Parameters
    ----------
    activities
        Rows of that year, as `Record.activities` returns them.
    divider
        An activity of that year from which a line runs through the chart.
    """
    rows = in_order(activities)
    short = name_few(ds, rows)
    named = [(row, few_or_many(short, row, row["agencies"]) or ds.say("chart.no-agency")) for row in rows]
    return pages.months_chart(
        [Entry(date_row(row), _say_time(row), row["short_title"], names) for row, names in named],
        name=f"months-{year}",
        year=year,
        divider=_divide(rows, divider) if divider is not None else None,
        caption=_caption_months(ds, rows, year, divider),
        alt=describe_months(ds, year, named, divider["title"] if divider is not None else ""),
        source=f"{name_sources(ds, rows)}.",
        data=Plotted(
            ["Activity", "Date", "Status", "UN agencies"],
            [(row["short_title"], when_of(row), row["status"], names) for row, names in named],
        ),
    )


def _say_time(row: Row) -> str:
    """Return when an activity was, as the chart of a year has room for it."""
    years = row["years"]
    if len(years) > 1:
        return f"{years[0]} – {years[-1]}"
    return when_of(row, short=True, year=len(row["start"]) == 4)


def _divide(rows: Sequence[Row], divider: Row) -> Divider:
    ids = [row["id"] for row in rows]
    return Divider(divider["latest"], ids.index(divider["id"]) if divider["id"] in ids else 0)


def _caption_months(ds: Record, rows: Sequence[Row], year: int, divider: Row | None) -> Fragment:
    to_the_year = ["year"] * any(row["precision"] == "year" for row in rows)
    line = ds.say("chart.divider", title=divider["title"]) if divider else ""
    return explain(ds, ds.say("chart.months", year=year), [*map(mark_of, rows), *to_the_year], behind=line)


# agencies by years --------------------------------------------------------------------------------


def matrix_chart(
    ds: Record, activities: Rows, *, name: str, meeting: Row | None = None, caption: Piece = ""
) -> Fragment:
    """Return the matrix of the agencies that the activities name, most entries first.

    Parameters
    ----------
    activities
        Held and ongoing rows, as `Record.activities` returns them.
    meeting
        The activity drawn as a grey square, where all else is counted.
    caption
        What is drawn, if not what the wording ``chart.matrix`` says; what the marks mean follows it.
    """
    called = f"the {meeting['title']}" if meeting else ""
    rows = records(activities)
    gathered = _gather(ds, rows)
    cells = {name: _mark_years(own, meeting["id"] if meeting else "") for name, own in gathered.items()}
    totals = {name: len(own) for name, own in gathered.items()}
    columns = pages.year_columns(ds.coverage, cells)
    return pages.matrix_chart(
        cells,
        name=name,
        columns=columns,
        muted=NO_AGENCY,
        totals=totals,
        caption=_caption_matrix(ds, caption, cells, columns, called),
        alt=describe_matrix(ds, cells, columns, totals, NO_AGENCY, called),
        source=f"{name_sources(ds, activities, sections='none')}. {_say_counting(ds, rows)}",
        data=_plot_matrix(cells, columns, totals),
    )


def _gather(ds: Record, rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the activities that name each agency, those with most first, and last those that name none."""
    unnamed = [row for row in rows if not row["agencies"]]
    return {**by_agency(ds, rows), **({NO_AGENCY: unnamed} if unnamed else {})}


def _mark_years(rows: Sequence[Row], meeting: str) -> dict[str, list[str]]:
    """Return the marks of activities by year."""
    marks: dict[str, list[str]] = {}
    for row in rows:
        for year in row["years"] or [UNDATED]:
            marks.setdefault(str(year), []).append("grey" if row["id"] == meeting else count_mark(row))
    return {year: sorted(own, key=_ORDER.__getitem__) for year, own in marks.items()}


def _say_counting(ds: Record, rows: Sequence[Row]) -> str:
    several = any(len(row["years"]) > 1 for row in rows)
    return ds.say("chart.entries") + (f" {ds.say('chart.years')}" if several else "")


def _caption_matrix(
    ds: Record, caption: Piece, cells: Cells, columns: Sequence[Column], meeting: str
) -> Fragment:
    used = {kind for years in cells.values() for marks in years.values() for kind in marks}
    used |= {"hatch"} if any(not column.covered for column in columns) else set()
    day = ds.say("mark.other" if "grey" in used else "mark.activity")
    return explain(ds, caption or ds.say("chart.matrix"), used, grey=meeting, day=day)


def _plot_matrix(cells: Cells, columns: Sequence[Column], totals: Mapping[str, int]) -> Plotted:
    rows = [
        [
            agency,
            *(len(years.get(c.name, ())) or (0 if c.covered else "not covered") for c in columns),
            totals[agency],
        ]
        for agency, years in cells.items()
    ]
    return Plotted(["Agency", *(column.name for column in columns), "Total"], rows)
