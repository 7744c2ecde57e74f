"""What answers a Plan-of-Action line, as far as the editors assigned it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.content.care import CareItem, care_items
from aichr_briefings.content.charts.counts import Count, counts_chart
from aichr_briefings.content.fragments import Fragment, join, keyed
from aichr_briefings.content.page import KeyFigure
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.themes import carried_by, carrier_finding
from aichr_briefings.content.words import counted, listed, number

FEW = 3

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset


def agencies_named(ds: Dataset, mine: pd.DataFrame) -> str:
    """Return which agencies the activities name: "all twelve agencies", "UNICEF", "two agencies"."""
    codes = sorted(set(mine["agencies"].explode().dropna()))
    everyone = ds.codes("agencies")
    if not codes:
        return "no UN agency named"
    if len(codes) == len(everyone):
        return f"all {number(len(codes))} agencies"
    names = [str(ds.organisation(code)["short_name"]) for code in codes]
    return listed(names) if len(names) < 4 else f"{number(len(names))} agencies"


def line_title(ds: Dataset, line: Row, mine: pd.DataFrame) -> str:
    """Return the title of a line: its number, count and agencies; none assigned is a finding."""
    if mine.empty:
        return f"Line {line['paragraph']}: no recorded activity assigned"
    return f"Line {line['paragraph']}: {counted(len(mine), 'recorded activity')}, {_whom(ds, mine)}"


def index_line(ds: Dataset, line: Row, mine: pd.DataFrame) -> str:
    """Return a line's record in one short line."""
    if mine.empty:
        return f"{line['heading']}: none assigned"
    return f"{line['heading']}: {counted(len(mine), 'activity')}, {_whom(ds, mine)}"


def _whom(ds: Dataset, mine: pd.DataFrame) -> str:
    everyone = mine["agencies"].explode().nunique() == len(ds.codes("agencies"))
    return f"with {agencies_named(ds, mine)}" if everyone else carried_by(ds, mine)


def lines_compared(ds: Dataset, *, highlighted: str) -> Fragment:
    """Return the lines that the source gives, by the activities assigned to them, one highlighted."""
    counts = []
    for line in records(ds.table("provisions")):
        if line["status"] != "given":
            continue
        rows = records(ds.activities(provision=line["id"], status=("held", "ongoing")))
        marks = tuple("ongoing" if row["status"] == "ongoing" else "day" for row in rows)
        label = f"{line['paragraph']}  {line['heading']}"
        words = str(len(rows)) if rows else "none assigned"
        own = line["id"] == highlighted
        counts.append(Count(label, marks, words, highlighted=own, short=line["paragraph"]))
    used = {mark for count in counts for mark in count.marks}
    words_of = {"day": "held", "ongoing": "ongoing"}
    keys = [keyed(kind, words) for kind, words in words_of.items() if kind in used]
    caption = join(["Recorded activities assigned to each line. ", join(keys, ", "), "."])
    source = "background note, Annex; assignment by the editors."
    return counts_chart(counts, name="lines", caption=caption, source=source, of="Line")


def lines_finding(ds: Dataset) -> str:
    """Return how the record is spread over the lines, as a heading."""
    counts = _line_counts(ds)
    rows = {line["id"]: line for line in records(ds.table("provisions"))}
    most = max(counts, key=lambda line: counts[line])
    none = sum(n == 0 for n in counts.values())
    if not counts[most]:
        return "No line has an activity assigned"
    rest = f"; {number(none)} of {number(len(counts))} have none" if none else ""
    return f"Line {rows[most]['paragraph']} gathers most of the record{rest}"


def carriers_finding(ds: Dataset, mine: pd.DataFrame) -> str:
    """Return who answers a line, as a heading."""
    codes = set(mine["agencies"].explode().dropna())
    if len(codes) == len(ds.codes("agencies")):
        return f"All {number(len(codes))} agencies are named in what answers this line"
    return carrier_finding(ds, mine)


def assignment_words(mine: pd.DataFrame) -> str:
    """Return that the assignment is the editors' own, as a sentence."""
    own = "the note itself assigns none to any line"
    if mine.empty:
        return f"The editors found no recorded activity that answers it; {own}"
    return f"The editors assigned {counted(len(mine), 'recorded activity')} to it; {own}"


def agencies_figure(ds: Dataset, mine: pd.DataFrame) -> KeyFigure:
    """Return how many agencies the activities name as a key figure; without any, how many lines are alike."""
    if mine.empty:
        counts = _line_counts(ds)
        alike = sum(n == 0 for n in counts.values())
        return KeyFigure(
            str(alike), f"of {len(counts)} lines", "have no recorded activity assigned, this one too"
        )
    named = int(mine["agencies"].explode().nunique())
    words = agencies_named(ds, mine) if named <= FEW else "are named in at least one of them"
    return KeyFigure(str(named), f"of {len(ds.codes('agencies'))} agencies", words)


def _line_counts(ds: Dataset) -> dict[str, int]:
    return {line: ds.count(provision=line, status=("held", "ongoing")) for line in ds.codes("provisions")}


def care(ds: Dataset, line: Row, mine: pd.DataFrame) -> list[CareItem]:
    """Return what to say with care of an assignment; of few activities, their own differences too."""
    plan = line["plan"].replace("-", " to ")
    own = CareItem(
        "An assignment, not a statement",
        "The note links no activity to a line; the editors did. Say “assigned”.",
    )
    none = CareItem("None assigned", "It says what the editors found, not that nothing was done.")
    years = CareItem("The plan's years", f"Activities outside {plan}, or undated, count to no line.")
    general = [none if mine.empty else own, years]
    return care_items(ds, mine, more=general) if len(mine) <= FEW else general
