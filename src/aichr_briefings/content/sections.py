"""Sections that several families share: what lies ahead, Plan-of-Action lines, what others did."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from aichr_briefings.content.dates import partial_date, when_of
from aichr_briefings.content.fragments import NOTHING, Fragment, cite, join
from aichr_briefings.content.names import country_names, look_up
from aichr_briefings.content.page import KeyFigure, date_figure, section
from aichr_briefings.content.phrases import dated_since
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.tables import cell, header_cell, place, table
from aichr_briefings.content.words import by_count, listed, paragraph
from aichr_briefings.dataset.partial_dates import read_plan

if TYPE_CHECKING:
    from aichr_briefings.content.rows import Rows
    from aichr_briefings.dataset import Dataset

ASSIGNED = "Assigned by the editors"


def planned_figure(planned: Rows) -> KeyFigure | None:
    """Return the next planned activity as a key figure, or None when nothing is planned."""
    rows = records(planned)
    if not rows:
        return None
    row = rows[0]
    where = f", {row['city']}" if row["city"] else ""
    whom = "" if row["agencies"] else "; names no agency, so concerns all"
    return date_figure(row, f"{row['short_title']}{where}{whom}")


def last_figure(ds: Dataset, activities: Rows) -> KeyFigure | None:
    """Return the last activity that is dated to the day or month as a key figure, or None without one."""
    held = [row for row in records(activities) if row["status"] == "held"]
    exact = [row for row in held if row["precision"] in ("day", "month")]
    if not exact:
        return None
    row = exact[-1]
    where = row["city"] or place(row, country_names(ds, [row["country"]]), venue=False).partition(",")[0]
    return date_figure(row, f"last dated activity: {row['type']}{f', {where}' if where else ''}")


def since_figure(activities: Rows, meeting: Row) -> KeyFigure:
    """Return how many activities were held after a meeting as a key figure; ongoing ones are told apart."""
    rows = records(activities)
    held = [row for row in rows if row["status"] == "held"]
    after, before, unsure = dated_since(held, meeting)
    ongoing = len(rows) - len(held)
    rest = [
        by_count(before, none="", one="one is dated before it", many="{n} are dated before it"),
        by_count(unsure, none="", one="one cannot be placed", many="{n} cannot be placed"),
        by_count(ongoing, none="", one="one is ongoing", many="{n} are ongoing"),
    ]
    said = listed(part for part in rest if part)
    words = f"dated after {when_of(meeting)}"
    return KeyFigure(str(after), "since the Meeting", f"{words}; {said}" if said else words)


def ahead(ds: Dataset, planned: Rows, meeting: Row) -> Fragment:
    """Return what is planned, where and when, and what the note does not say of it."""
    rows = records(planned)
    if not rows:
        return section("Ahead: nothing is named", "The note names no planned activity.")
    sentences, sources = [], []
    for row in rows:
        where = f" in {row['city']}" if row["city"] else ""
        open_points = ["gives no agenda"] + ([] if row["agencies"] else ["names no agency"])
        sentences.append(
            f"The {row['title']} is planned for {when_of(row)}{where}; the note {listed(open_points)}"
        )
        sources += row["sources"]
    topics = ds.rows("statements", subject=meeting["id"], kind="topic", columns=("text", "sources"))
    for said in topics:
        sentences.append(f"At the {meeting['title']}, {said['text'][:1].lower()}{said['text'][1:]}")
        sources += said["sources"]
    whom = "" if any(row["agencies"] for row in rows) else ", for all agencies"
    heading = f"Ahead: {listed('the ' + row['title'] for row in rows)}{whom}"
    words = Fragment(f"<p>{join([paragraph(sentences), ' ', cite(dict.fromkeys(sources))]).html}</p>")
    return section(heading, words)


def lines_served(
    ds: Dataset, activities: Rows, *, heading: str = "The Plan of Action lines it serves"
) -> Fragment:
    """Return the Plan-of-Action lines that the activities serve, with their number for each."""
    activities = records(activities)
    if not activities:
        return NOTHING
    assigned = {line for row in activities for line in row["provisions"]}
    lines = look_up(ds, "provisions", assigned, "plan", "paragraph", "summary").values()
    counts = [(line, _count_serving(line, activities)) for line in lines]
    rows = [[header_cell(line["paragraph"]), cell(line["summary"]), cell(str(n))] for line, n in counts if n]
    if not rows:
        return section(
            heading,
            "None assigned: the activities fall outside the plan's years or fit no line.",
            tag=ASSIGNED,
        )
    plan = next(line["plan"] for line, n in counts if n).replace("-", "–")
    caption = f"ASEAN-UN Plan of Action {plan}; an activity may serve several lines"
    return section(
        heading, table(caption, ["Line", "In brief", "Activities"], rows, class_="plan"), tag=ASSIGNED
    )


def _count_serving(line: Row, activities: Iterable[Row]) -> int:
    """Return how many activities are assigned to a line and fall certainly in the years of its plan."""
    own = (row for row in activities if line["id"] in row["provisions"])
    return sum(partial_date(row).falls_within(read_plan(line["plan"])) is True for row in own)


def lower_first(words: str) -> str:
    """Return the words with a small first letter, unless they start with a name or a number."""
    first = words.partition(" ")[0]
    return words if first[1:].lower() != first[1:] or first[:1].isdigit() else words[:1].lower() + words[1:]


def not_placed(activities: Rows, lead: str) -> Fragment:
    """Return a line on activities that cannot be placed in time; nothing when there are none."""
    rows = records(activities)
    if not rows:
        return NOTHING
    names = listed(f"{lower_first(row['short_title'])} ({when_of(row, short=True)})" for row in rows)
    return Fragment(f'<p class="source">{join([f"{lead}: {names}."]).html}</p>')
