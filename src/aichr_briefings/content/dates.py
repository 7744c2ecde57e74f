"""Partial dates as a reader writes them, and the marks that show how exact they are.

A date is told as exactly as it is recorded: nothing here invents a day or a month.
"""

from __future__ import annotations

from aichr_briefings.content.rows import Row
from aichr_briefings.dataset.date_words import MONTHS as MONTHS
from aichr_briefings.dataset.date_words import UNDATED as UNDATED
from aichr_briefings.dataset.date_words import month_name as month_name
from aichr_briefings.dataset.date_words import when as when
from aichr_briefings.dataset.partial_dates import PartialDate


def when_of(row: Row, *, short: bool = False, year: bool = True) -> str:
    """Return the date of an activity or milestone in words."""
    return when(row["start"] or "", row.get("end") or "", short=short, year=year)


def partial_date(row: Row) -> PartialDate:
    """Return the date of an activity as what compares with three answers."""
    return PartialDate(row["start"] or "", row["end"] or "")


def at(row: Row) -> str:
    """Return the date with its preposition: ``on 15 May 2018``, ``in June 2018``, ``at no stated date``."""
    if not row["start"]:
        return "at no stated date"
    return f"{'on' if len(row['start']) == 10 else 'in'} {when_of(row)}"


def mark_of(row: Row) -> str:
    """Return the date mark of an activity: planned, ongoing, day, month, year; else none."""
    if row["status"] in ("planned", "ongoing"):
        return str(row["status"])
    if row["status"] == "cancelled":
        return ""
    return "" if row["precision"] == UNDATED else str(row["precision"])
