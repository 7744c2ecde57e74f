"""The alternative texts of the charts: all that a chart draws, in sentences for those who do not see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.rows import when_of
from pressroom.pages import by_count, capital, counted, listed, number, year_spans
from pressroom.pages.charts.matrix import UNDATED

if TYPE_CHECKING:
    from pressroom.pages import Column, Count
    from pressroom.pages.charts.matrix import Cells
    from pressroom.pages.tables import Row


def describe_counts(counts: Sequence[Count], of: str) -> str:
    """Return a sentence on each count.

    Parameters
    ----------
    of
        What the rows are: "Agency", "Theme", "Line".
    """
    lead = {"Agency": "", "Theme": "The theme "}.get(of, f"{of} ")
    sentences = [_describe_count(count, lead) for count in counts]
    return " ".join([f"Recorded activities by {of.lower()}.", *sentences])


def _describe_count(count: Count, lead: str) -> str:
    label = " ".join(count.label.split())
    subject = f"{lead}{label}, highlighted, has" if count.highlighted else f"{lead}{label} has"
    if not count.marks:
        return f"{subject} {count.words}."
    return f"{subject} {counted(len(count.marks), 'activity')}{_say_ongoing(count.marks)}."


def _say_ongoing(marks: Sequence[str]) -> str:
    ongoing = marks.count("ongoing")
    if not ongoing:
        return ""
    return ", ongoing" if len(marks) == 1 else f", {number(ongoing)} of them ongoing"


def describe_lanes(
    subject: str, lanes: Mapping[str, Sequence[tuple[str, Row]]], stated: Mapping[str, int], outside: str
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
    sentences = [f"Timeline of {subject}, by theme."]
    for lane, points in lanes.items():
        stand = by_count(
            len(points), none="no activity stands", one="one activity stands", many="{n} activities stand"
        )
        marks = "; ".join(f"{kind}, {when_of(row)}{say_status(row)}" for kind, row in points)
        sentences.append(f"{capital(stand)} under {lane}: {marks}.")
        if lane in stated:
            sentences.append(f"The line of {lane} begins in {stated[lane]}, as stated.")
    return " ".join([*sentences, outside]).strip()


def describe_outside(outside: Sequence[int], covered: Sequence[int]) -> str:
    """Return which years of a timeline are not covered, as a sentence; nothing if all are."""
    if not outside:
        return ""
    if covered and outside[-1] < covered[0]:
        return f"The years before {covered[0]} are not covered by the source."
    return f"Not covered by any source: {year_spans(outside)}."


def describe_months(year: int, named: Sequence[tuple[Row, str]], divider: str) -> str:
    """Return a sentence on each activity of a year, in their order.

    Parameters
    ----------
    named
        Each activity with its agencies in words.
    divider
        The title of the activity from which a line runs; may be empty.
    """
    sentences = [f"Recorded activities of {year} by month."]
    sentences += [
        f"{row['short_title']} is dated {when_of(row)}, with {names}{say_status(row)}."
        for row, names in named
    ]
    return " ".join(sentences + [f"A line marks the {divider}."] * bool(divider))


def describe_matrix(
    cells: Cells, columns: Sequence[Column], totals: Mapping[str, int], muted: str, meeting: str
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
    sentences = ["Recorded activities by agency and year."]
    for agency, years in cells.items():
        there = [column for column in columns if years.get(column.name)]
        own = listed(_describe_cell(column, years[column.name], meeting) for column in there)
        n = totals[agency]
        one, many = f"{agency} has one activity", f"{agency} has {{n}} activities"
        if agency == muted:
            one, many = "one activity names no agency", "{n} activities name no agency"
        sentences.append(f"{capital(by_count(n, none='', one=one, many=many))}: {own}.")
    outside = [column.name for column in columns if not column.covered]
    if outside:
        are = "is" if len(outside) == 1 else "are"
        sentences.append(f"{listed(outside)} {are} not covered by the source.")
    return " ".join(sentences)


def _describe_cell(column: Column, marks: Sequence[str], meeting: str) -> str:
    when = "undated" if column.name == UNDATED else f"in {column.name}"
    remarks = []
    if "grey" in marks:
        remarks.append(meeting if len(marks) == 1 else f"{meeting} among them")
    if ongoing := marks.count("ongoing"):
        remarks.append("ongoing" if len(marks) == 1 else f"{number(ongoing)} of them ongoing")
    return f"{number(len(marks))} {when}" + (f" ({', '.join(remarks)})" if remarks else "")


def say_status(row: Row) -> str:
    """Return how an activity stands, after a comma; nothing of one that was held."""
    return "" if row["status"] == "held" else f", {row['status']}"
