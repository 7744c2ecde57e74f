"""Phrases that say what a set of activities amounts to, right for one, none, many and undated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.rows import (
    CALLED_OFF,
    at,
    count_agencies,
    replaced,
    short_names,
    when_of,
)
from pressroom.pages import (
    article,
    by_count,
    counted,
    counted_kinds,
    few_or_counted,
    listed,
    number,
    plural,
    records,
    share,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows

FEW_TOLD = 5
"""Up to how many activities a phrase tells with their times; more are counted by kind."""

FEW = 3
"""Up to how many agencies are named in a phrase; more are counted."""


def named_once(row: Row) -> str:
    """Return an activity with its date: ``a workshop in June 2018``, ``undated dialogues``."""
    kind = row["type"]
    if row["stands_for"] == "several":
        return f"undated {plural(kind, 2)}" if not row["start"] else f"{plural(kind, 2)} {at(row)}"
    if row["status"] == "ongoing":
        return f"an ongoing {kind}"
    return f"an undated {kind}" if not row["start"] else f"{article(kind)} {at(to_month(row))}"


def named_together(activities: Rows) -> str:
    """Return the activities as a phrase, those of one type together, with their times; many are counted.

    ``a training in November 2017, dialogues in June 2018 and June 2019, and an ongoing study``, or
    ``three trainings, two dialogues and one study, from 2017 to 2019``
    """
    if len(activities) > FEW_TOLD:
        return _count_kinds(records(activities))
    groups: dict[tuple[str, bool], list[Row]] = {}
    for row in records(activities):
        plain = row["status"] == "held" and row["stands_for"] == "one" and bool(row["start"])
        groups.setdefault((row["type"], plain), []).append(row)
    phrases = []
    for (kind, plain), rows in groups.items():
        if plain and len(rows) > 1:
            times = list(dict.fromkeys(when_of(to_month(row)) for row in rows))
            many = number(len(rows)) + " " if len(times) == 1 and len(rows) > 2 else ""
            phrases.append(f"{many}{plural(kind, 2)} in {listed(times)}")
        else:
            phrases.extend(named_once(row) for row in rows)
    return listed(phrases)


def _count_kinds(rows: Sequence[Row]) -> str:
    said = counted_kinds(row["type"] for row in rows)
    years = sorted({year for row in rows for year in row["years"]})
    if not years:
        return f"{said}, none of them dated"
    span = f"in {years[0]}" if len(years) == 1 else f"from {years[0]} to {years[-1]}"
    return f"{said}, {span}"


def to_month(row: Row) -> Row:
    """Return the row with its date cut to the month, as running text tells it."""
    return replaced(row, start=(row["start"] or "")[:7], end=None)


def called_off_words(activities: Rows) -> str:
    """Return how many of the activities were cancelled or postponed, as a sentence; empty when none was."""
    counts = Counter(row["status"] for row in records(activities))
    said = [
        by_count(counts[status], none="", one=f"one more was {status}", many=f"{{n}} more were {status}")
        for status in CALLED_OFF
    ]
    return listed(part for part in said if part)


def count_of(n: int) -> str:
    """Return ``five recorded activities``."""
    return counted(n, "recorded activity")


def carriers(ds: Record, activities: Rows) -> dict[str, str]:
    """Return the short names by code of the agencies that the activities name, those with most first."""
    counts = count_agencies(activities)
    names = short_names(ds, counts)
    return {code: names[code] for code in sorted(counts, key=lambda code: (-counts[code], code))}


def carried_by(ds: Record, activities: Rows) -> str:
    """Return who is named in the activities, to end a title."""
    rows = records(activities)
    names = carriers(ds, rows)
    if not names:
        return "naming no UN agency"
    named, whole = sum(bool(row["agencies"]) for row in rows), len(rows)
    if named < whole:
        return f"{number(named)} of them with {few_or_counted(names.values(), 'agency')}"
    shared = set.intersection(*(set(row["agencies"]) for row in rows))
    if len(shared) == 1 or len(shared) == len(names):
        both = [name for code, name in names.items() if code in shared]
        return f"{_all(whole)}with {few_or_counted(both, 'agency')}"
    return f"with {listed(names.values())}" if len(names) < 4 else f"with {number(len(names))} agencies"


def _all(whole: int) -> str:
    return {1: "", 2: "both "}.get(whole, "all ")


def carrier_finding(ds: Record, activities: Rows) -> str:
    """Return in how many of the activities each agency is named, as a heading."""
    rows = records(activities)
    counts, named, whole = count_agencies(rows), carriers(ds, rows), len(rows)
    names = list(named.values())
    if not names:
        return "No UN agency is named"
    if whole == 1:
        return f"{listed(names)} {'is' if len(names) == 1 else 'are'} named, in the one activity"
    most, *fewer = (counts[code] for code in named)
    first, *others = names
    lead = f"{first} is named in {share(most, whole)}"
    if not others:
        return f"{lead}, no other agency is"
    if len(set(fewer)) == 1 and len(others) < 4:
        return f"{lead}, {listed(others)} in {number(fewer[0])}{' each' if len(others) > 1 else ''}"
    return f"{lead}, {number(len(others))} others in fewer"


def agencies_named(ds: Record, mine: Rows) -> str:
    """Return which agencies the activities name: "all twelve agencies", "UNICEF", "two agencies"."""
    codes = sorted(count_agencies(mine))
    if not codes:
        return "no UN agency named"
    if len(codes) == len(ds.codes("agencies")):
        return f"all {number(len(codes))} agencies"
    if len(codes) > FEW:
        return f"{number(len(codes))} agencies"
    names = short_names(ds, codes)
    return listed(names[code] for code in codes)
