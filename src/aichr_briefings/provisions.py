"""What answers a Plan-of-Action line, as far as the editors assigned it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.care import care_items
from aichr_briefings.charts import counts_chart, explain_counts
from aichr_briefings.citations import name_sources, teller
from aichr_briefings.phrases import FEW, agencies_named, carried_by, carrier_finding
from aichr_briefings.record import name_line, span_plan
from aichr_briefings.rows import ON_RECORD, count_agencies, count_mark, look_up
from pressroom.pages import (
    CareItem,
    Count,
    Fragment,
    KeyFigure,
    capital,
    counted,
    join,
    number,
    records,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows


def index_line(ds: Record, line: Row, mine: Rows) -> str:
    """Return a line's record in one short line."""
    rows = records(mine)
    if not rows:
        return f"{line['heading']}: none assigned"
    return f"{line['heading']}: {counted(len(rows), 'activity')}, {_whom(ds, rows)}"


def _whom(ds: Record, rows: Sequence[Row]) -> str:
    everyone = len(count_agencies(rows)) == len(ds.codes("agencies"))
    return f"with {agencies_named(ds, rows)}" if everyone else carried_by(ds, rows)


def lines_compared(ds: Record, line: Row) -> Fragment:
    """Return the lines of a line's plan by the activities assigned to them, it highlighted."""
    lines = look_up(ds, "provisions", lines_of(ds, line["plan"]))
    counts = []
    for own in lines.values():
        rows = ds.activities(provision=own["id"], status=ON_RECORD)
        marks = tuple(map(count_mark, rows))
        label = f"{own['paragraph']}  {own['heading']}"
        words = str(len(rows)) if rows else "none assigned"
        highlighted = own["id"] == line["id"]
        counts.append(Count(label, marks, words, highlighted=highlighted, short=own["paragraph"]))
    caption = join(["Recorded activities assigned to each line. ", explain_counts(counts), "."])
    source = f"{name_sources(ds, list(lines.values()))}; assignment by the editors."
    return counts_chart(counts, name="lines", caption=caption, source=source, of="Line")


def compared(ds: Record, line: Row) -> list[Row]:
    """Return the activities that the picture of a line compares: those of all lines of its plan."""
    return [
        row for own in lines_of(ds, line["plan"]) for row in ds.activities(provision=own, status=ON_RECORD)
    ]


def lines_of(ds: Record, plan: str = "") -> list[str]:
    """Return the lines of a plan, or of all, that the source gives, in their order."""
    if not plan:
        return list(ds.codes("provisions"))
    lines = ds.table("provisions", keys=[plan], by="plan")
    return [line["id"] for line in lines if line["status"] == "given"]


def lines_finding(ds: Record, plan: str = "") -> str:
    """Return how the record is spread over the lines of a plan, or of all, as a heading."""
    counts = _count_by_line(ds, plan)
    if not counts:
        return "No line is recorded"
    most = max(counts, key=lambda line: counts[line])
    none = sum(n == 0 for n in counts.values())
    if not counts[most]:
        return "No line has an activity assigned"
    rest = f"; {number(none)} of {number(len(counts))} have none" if none else ""
    name = name_line(ds, look_up(ds, "provisions", [most])[most])
    return f"{capital(name)} has the most activities assigned{rest}"


def carriers_finding(ds: Record, mine: Rows) -> str:
    """Return who answers a line, as a heading."""
    rows = records(mine)
    codes = count_agencies(rows)
    if len(codes) == len(ds.codes("agencies")):
        return f"All {number(len(codes))} agencies are named in what answers this line"
    return carrier_finding(ds, rows)


def assignment_words(ds: Record, mine: Rows) -> str:
    """Return that the assignment is the editors' own, as a sentence."""
    assigned, own = len(records(mine)), f"{teller(ds)} itself assigns none to any line"
    if not assigned:
        return f"The editors found no recorded activity that answers it; {own}"
    return f"The editors assigned {counted(assigned, 'recorded activity')} to it; {own}"


def agencies_figure(ds: Record, line: Row, mine: Rows) -> KeyFigure:
    """Return how many agencies the activities name as a key figure; without any, how many lines are alike."""
    rows = records(mine)
    if not rows:
        counts = _count_by_line(ds, line["plan"])
        alike = sum(n == 0 for n in counts.values())
        return KeyFigure(
            str(alike), f"of {len(counts)} lines", "have no recorded activity assigned, this one too"
        )
    named = len(count_agencies(rows))
    words = agencies_named(ds, rows) if named <= FEW else "are named in at least one of them"
    return KeyFigure(str(named), f"of {len(ds.codes('agencies'))} agencies", words)


def _count_by_line(ds: Record, plan: str) -> dict[str, int]:
    return {line: ds.count(provision=line, status=ON_RECORD) for line in lines_of(ds, plan)}


def care(ds: Record, line: Row, mine: Rows) -> list[CareItem]:
    """Return what to say with care of an assignment; of few activities, their own differences too."""
    rows, plan = records(mine), span_plan(ds.plan_of(line["id"]))
    own = CareItem(
        "An assignment, not a statement",
        f"{capital(teller(ds))} links no activity to a line; the editors did. Say “assigned”.",
    )
    none = CareItem("None assigned", "It says what the editors found, not that nothing was done.")
    years = CareItem("The plan's years", f"Activities outside {plan}, or undated, count to no line.")
    general = [own if rows else none, years]
    return care_items(ds, rows, more=general) if len(rows) <= FEW else general
