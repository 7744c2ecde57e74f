"""What the charts draw of activities, with their captions and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aichr_briefings.agencies import by_agency
from aichr_briefings.record import Record, teller
from aichr_briefings.rows import count_mark, few_or_many, in_order, mark_of, name_few, when_of
from pressroom import pages
from pressroom.pages import (
    NOTHING,
    Count,
    Dated,
    Description,
    Divider,
    Entry,
    Fragment,
    Piece,
    Plotted,
    Point,
    Since,
    Years,
    capital,
    ordinal,
    records,
)
from pressroom.pages.charts.matrix import UNDATED
from pressroom.pages.tables import Row, Rows

NO_AGENCY = "none named"

_ORDER = {"grey": 0, "day": 1, "ongoing": 2}


def date_row(row: Row) -> Dated:
    """Return the date of an activity as the charts draw it."""
    if not row["start"]:
        return Dated(mark_of(row), row["precision"])
    return Dated(mark_of(row), row["precision"], row["earliest"], row["latest"])


def _state(row: Row) -> str:
    """Return how an activity stands; nothing of one that was held."""
    return "" if row["status"] == "held" else str(row["status"])


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
    described = Description(
        ds.say("alt.counts", of=of.lower()),
        noun="activity",
        rows=of,
        kind="" if of == "Agency" else of,
        marks={"day": ds.say("mark.held")},
    )
    return pages.counts_chart(counts, name=name, caption=caption, source=source, described=described)


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
    rows, days = records(activities), ds.as_of
    lanes = _lanes(ds, rows)
    points = {lane: [_point(row, ds.coverage) for row in own] for lane, own in lanes.items()}
    stated = {lane: year for lane, year in (since or {}).items() if lane in lanes}
    years = Years.around(
        [point for own in points.values() for point in own],
        ds.coverage,
        since=stated.values(),
        until=days.end if days else None,
        beyond=ds.say("chart.beyond", teller=teller(ds)),
    )
    if years is None:
        return NOTHING
    several = any(len(row["themes"]) > 1 for row in rows)
    return pages.lanes_chart(
        points,
        name=name,
        years=years,
        since={
            lane: Since(year, ds.say("chart.since", year=year), ds.say("chart.since.short", year=year))
            for lane, year in stated.items()
        },
        caption=ds.say("chart.lanes.several" if several else "chart.lanes", subject=subject),
        described=Description(
            ds.say("alt.timeline", subject=subject), noun="activity", marks={"hatch": ds.say("mark.hatch")}
        ),
        source=_source_of(ds, rows),
        data=Plotted(
            ["Activity", "Theme or series", "Date", "Status"],
            [(r["short_title"], lane, when_of(r), r["status"]) for lane, own in lanes.items() for r in own],
        ),
    )


def _lanes(ds: Record, rows: Sequence[Row]) -> dict[str, list[Row]]:
    themes = ds.names("themes", (row["themes"][0] for row in rows if row["themes"]))
    series = ds.names("series", (row["series"] for row in rows if not row["themes"]))
    lanes: dict[str, list[Row]] = {}
    for row in rows:
        lane = (
            themes[row["themes"][0]] if row["themes"] else series.get(row["series"], ds.say("chart.no-theme"))
        )
        lanes.setdefault(lane, []).append(row)
    order = {theme: place for place, theme in enumerate(themes.values())}
    return dict(sorted(lanes.items(), key=lambda lane: order.get(lane[0], 99)))


def _point(row: Row, covered: Sequence[int]) -> Point:
    # Nothing else says the year of what is planned, behind the axis, nor the years of what lasts longer; and
    # years that are not covered may be too narrow for their names.
    with_year = row["status"] == "planned" or len(row["years"]) > 1 or not {*row["years"]} <= {*covered}
    told = ", ".join(filter(None, (when_of(row), _state(row))))
    return Point(date_row(row), _kind(row), when_of(row, short=True, year=with_year), told)


def _kind(row: Row) -> str:
    kind = capital(f"{row['type']}s" if row["stands_for"] == "several" else row["type"])
    return f"{ordinal(row['number'])} {kind}" if row["number"] else kind


def _source_of(ds: Record, rows: Sequence[Row]) -> str:
    assigned = any(row["themes_origin"] == "assigned" for row in rows)
    remark = f" {ds.say('chart.some-assigned')}" if assigned else ""
    return f"{ds.citations.name(rows)}.{remark}"


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
        [
            Entry(date_row(row), _say_time(row), row["short_title"], names, when_of(row), _state(row))
            for row, names in named
        ],
        name=f"months-{year}",
        year=year,
        divider=_divide(rows, divider) if divider is not None else None,
        caption=ds.say("chart.months", year=year),
        described=Description(ds.say("alt.months", year=year), noun="activity"),
        source=f"{ds.citations.name(rows)}.",
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
    place = ids.index(divider["id"]) if divider["id"] in ids else 0
    return Divider(divider["latest"], place, divider["title"])


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
    rows = records(activities)
    gathered = _gather(ds, rows)
    cells = {name: _mark_years(own, meeting["id"] if meeting else "") for name, own in gathered.items()}
    is_drawn = meeting is not None and any(row["id"] == meeting["id"] for row in rows)
    marks = {"day": ds.say("mark.other" if is_drawn else "mark.activity"), "hatch": ds.say("mark.hatch")}
    marks |= {"grey": f"the {meeting['title']}"} if meeting else {}
    return pages.matrix_chart(
        cells,
        name=name,
        columns=pages.year_columns(ds.coverage, cells),
        muted=NO_AGENCY,
        totals={name: len(own) for name, own in gathered.items()},
        caption=caption or ds.say("chart.matrix"),
        described=Description(
            ds.say("alt.matrix"), noun="activity", rows="Agency", marks=marks, muted=ds.say("alt.no-agency")
        ),
        source=f"{ds.citations.name(activities, sections='none')}. {_say_counting(ds, rows)}",
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
