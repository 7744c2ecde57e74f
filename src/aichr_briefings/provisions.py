"""What is on record of a Plan-of-Action line, as far as the editors assigned it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.charts import counts_chart, explain_counts
from aichr_briefings.citations import name_sources
from aichr_briefings.naming import tell
from aichr_briefings.record import name_line
from aichr_briefings.rows import ON_RECORD, count_mark, look_up
from pressroom.pages import Count, Fragment, counted, join, listed, lower_first, records
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows


MOST_TOLD = 3
"""Up to how many lines, or groups of lines with the same activities, are told one by one."""


def lines_of(ds: Record, plan: str = "") -> list[str]:
    """Return the ids of the lines of a plan, or of all, that the source gives, in their order."""
    if not plan:
        return list(ds.codes("provisions"))
    lines = ds.table("provisions", keys=[plan], by="plan")
    return [line["id"] for line in lines if line["status"] == "given"]


def count_by_line(ds: Record, plan: str = "") -> dict[str, int]:
    """Return how many activities on record are assigned to each line of a plan, or of all, by its id."""
    return {line: ds.count(provision=line, status=ON_RECORD) for line in lines_of(ds, plan)}


def named(ds: Record, lines: list[str]) -> list[Row]:
    """Return lines by their ids, in the order of their table."""
    return list(look_up(ds, "provisions", lines).values())


def compared(ds: Record, line: Row) -> list[Row]:
    """Return the activities that the picture of a line compares: those of all lines of its plan."""
    return [
        row for own in lines_of(ds, line["plan"]) for row in ds.activities(provision=own, status=ON_RECORD)
    ]


def assigned_to(
    ds: Record, served: Sequence[tuple[list[Row], list[Row]]], names: Mapping[str, str]
) -> list[str]:
    """Return which activities are assigned to which lines: ``the workshop of 2017 to line 1.2.6 (texts)``.

    Of more than `MOST_TOLD`, the last are counted.

    Parameters
    ----------
    served
        As `serving_together` returns them.
    """
    phrases = [
        f"{tell(rows, names, few=3)} to {listed(_call_line(ds, line) for line in lines)}"
        for lines, rows in served[:MOST_TOLD]
    ]
    rest = sum(len(lines) for lines, _ in served[MOST_TOLD:])
    return [*phrases, f"others to {counted(rest, 'more line')}"] if rest else phrases


def _call_line(ds: Record, line: Row) -> str:
    """Return a line with its heading; where its plan has to be told, without."""
    named = name_line(ds, line)
    return named if len(ds.table("plans")) > 1 else f"{named} ({lower_first(line['heading'])})"


def reasons(activities: Rows, line: Row) -> dict[str, str]:
    """Return why the editors assigned each of the activities to a line, by its id, where they say it."""
    found = {}
    for row in records(activities):
        by_line = dict(zip(row["provisions"], row["provisions_reason"], strict=False))
        if by_line.get(line["id"]):
            found[row["id"]] = str(by_line[line["id"]])
    return found


def lines_compared(ds: Record, line: Row, *, caption: str, none: str, source: str) -> Fragment:
    """Return the lines of a line's plan by the activities assigned to them, it highlighted.

    Parameters
    ----------
    caption
        What is drawn, as a sentence; what the marks mean follows it.
    none
        What stands beside a line without any.
    source
        Whose assignment it is, behind the sources of the lines.
    """
    lines = look_up(ds, "provisions", lines_of(ds, line["plan"]))
    counts = []
    for own in lines.values():
        rows = ds.activities(provision=own["id"], status=ON_RECORD)
        marks = tuple(map(count_mark, rows))
        label = f"{own['paragraph']}  {own['heading']}"
        words = str(len(rows)) if rows else none
        highlighted = own["id"] == line["id"]
        counts.append(Count(label, marks, words, highlighted=highlighted, short=own["paragraph"]))
    whole_caption = join([caption, explain_counts(ds, counts)])
    cited = f"{name_sources(ds, list(lines.values()))}; {source}"
    return counts_chart(ds, counts, name="lines", caption=whole_caption, source=cited, of="Line")
