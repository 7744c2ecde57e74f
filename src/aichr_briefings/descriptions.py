"""The alternative texts of the charts: all that a chart draws, in sentences for those who do not see it.

The words are rows of ``data/wording.csv`` whose keys begin with ``alt``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aichr_briefings.record import Record
from aichr_briefings.rows import when_of
from pressroom.pages import Column, Count, capital, counted, listed, number, year_spans
from pressroom.pages.charts.matrix import UNDATED, Cells
from pressroom.pages.tables import Row


def describe_counts(ds: Record, counts: Sequence[Count], of: str) -> str:
    """Return a sentence on each count.

    Parameters
    ----------
    of
        What the rows are: "Agency", "Theme", "Line".
    """
    sentences = [_describe_count(ds, count, of) for count in counts]
    return " ".join([ds.say("alt.counts", of=of.lower()), *sentences])


def _describe_count(ds: Record, count: Count, of: str) -> str:
    label = " ".join(count.label.split())
    subject = label if of == "Agency" else f"{of} {label}"
    key = "alt.count.highlighted" if count.highlighted else "alt.count"
    has = (
        counted(len(count.marks), "activity") + _say_ongoing(ds, count.marks) if count.marks else count.words
    )
    return ds.say(key, subject=subject, has=has)


def _say_ongoing(ds: Record, marks: Sequence[str]) -> str:
    ongoing = marks.count("ongoing")
    if not ongoing:
        return ""
    return f", {ds.say('mark.ongoing')}" if len(marks) == 1 else ds.say("alt.ongoing", n=number(ongoing))


def describe_lanes(
    ds: Record,
    subject: str,
    lanes: Mapping[str, Sequence[tuple[str, Row]]],
    stated: Mapping[str, int],
    outside: str,
) -> str:
    """Return a sentence on each lane of a timeline.

    Parameters
    ----------
    subject
        Whose activities these are.
    lanes
        The kind of each activity with its row, by the lane's name.
    stated
        The year since when there is a statement, by the lane's name.
    outside
        What the hatching stands for, as a sentence; may be empty.
    """
    sentences = [ds.say("alt.timeline", subject=subject)]
    for lane, points in lanes.items():
        marks = "; ".join(f"{kind}, {when_of(row)}{say_status(row)}" for kind, row in points)
        one, n = "alt.lane.one" if len(points) == 1 else "alt.lane", capital(number(len(points)))
        sentences.append(ds.say(one, n=n, lane=lane, marks=marks))
        if lane in stated:
            sentences.append(ds.say("alt.since", lane=lane, year=stated[lane]))
    return " ".join([*sentences, outside]).strip()


def describe_outside(ds: Record, outside: Sequence[int], covered: Sequence[int]) -> str:
    """Return which years of a timeline are not covered, as a sentence; nothing if all are."""
    if not outside:
        return ""
    if covered and outside[-1] < covered[0]:
        return ds.say("alt.before", year=covered[0])
    return ds.say("alt.outside", years=year_spans(outside))


def describe_months(ds: Record, year: int, named: Sequence[tuple[Row, str]], divider: str) -> str:
    """Return a sentence on each activity of a year, in their order.

    Parameters
    ----------
    named
        Each activity with its agencies in words.
    divider
        The title of the activity from which a line runs; may be empty.
    """
    sentences = [ds.say("alt.months", year=year)]
    sentences += [
        ds.say(
            "alt.month", activity=row["short_title"], when=when_of(row), names=names, status=say_status(row)
        )
        for row, names in named
    ]
    return " ".join(sentences + [ds.say("alt.divider", divider=divider)] * bool(divider))


def describe_matrix(
    ds: Record, cells: Cells, columns: Sequence[Column], totals: Mapping[str, int], muted: str, meeting: str
) -> str:
    """Return a sentence on each agency, and one on the years that the source does not cover.

    Parameters
    ----------
    totals
        How many activities each agency has in all.
    muted
        The row of the activities that name no agency.
    meeting
        What a grey mark is: "the 1st AICHR-UN Meeting".
    """
    sentences = [ds.say("alt.matrix")]
    for agency, years in cells.items():
        there = [column for column in columns if years.get(column.name)]
        own = listed(_describe_cell(ds, column, years[column.name], meeting) for column in there)
        key = "alt.matrix.none" if agency == muted else "alt.matrix.row"
        n = capital(counted(totals[agency], "activity"))
        sentences.append(ds.say(key, agency=agency, n=n if agency == muted else n.lower(), own=own))
    outside = [column.name for column in columns if not column.covered]
    if outside:
        sentences.append(ds.say("alt.outside", years=listed(outside)))
    return " ".join(sentences)


def _describe_cell(ds: Record, column: Column, marks: Sequence[str], meeting: str) -> str:
    when = column.name.lower() if column.name == UNDATED else f"in {column.name}"
    remarks = []
    if "grey" in marks:
        remarks.append(meeting if len(marks) == 1 else ds.say("alt.among", meeting=meeting))
    ongoing = _say_ongoing(ds, marks).removeprefix(", ")
    remarks += [ongoing] if ongoing else []
    return f"{number(len(marks))} {when}" + (f" ({', '.join(remarks)})" if remarks else "")


def say_status(row: Row) -> str:
    """Return how an activity stands, after a comma; nothing of one that was held."""
    return "" if row["status"] == "held" else f", {row['status']}"
