"""What is on record of a theme: what is said of it, what follows what, who led, and the themes beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.charts import counts_chart, explain_counts
from aichr_briefings.citations import name_sources
from aichr_briefings.rows import (
    ON_RECORD,
    count_agencies,
    count_mark,
    country_names,
    look_up,
    theme_names,
)
from pressroom.pages import Count, Fragment, counted, join, records
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows

NEAREST = 12
"""Up to how many themes are compared."""


def statements(ds: Record, theme: Row, activities: Rows) -> list[Row]:
    """Return what the sources say of a theme: of its activities, and of agencies in its own section."""
    rows = records(activities)
    said = ds.statements(subject=[theme["code"], *(row["id"] for row in rows)])
    return [*_statements_within(ds, set(theme["sources"]), sorted(count_agencies(rows))), *said]


def _statements_within(ds: Record, section: set[str], agencies: Sequence[str]) -> list[Row]:
    """Return what a section of a source, and no other place, says of agencies."""
    if not (section and agencies):
        return []
    rows = ds.statements(subject=agencies)
    within = [row["id"] for row in rows if set(row["sources"]) <= section]
    return list(look_up(ds, "statements", within).values())


def with_activities(ds: Record, codes: Sequence[str]) -> list[str]:
    """Return the names of those of the themes that have activities on record."""
    some = [code for code in codes if ds.count(theme=code, status=ON_RECORD)]
    return list(theme_names(ds, some).values())


def follow_ups(ds: Record, activities: Rows) -> list[tuple[Row, Row]]:
    """Return which activity, the first of a pair, is followed by which of these, as the sources state it."""
    following = [row for row in records(activities) if row["follows"]]
    followed = look_up(ds, "activities", (row["follows"] for row in following))
    return [(followed[row["follows"]], row) for row in following]


def leads(ds: Record, activities: Rows) -> list[tuple[list[str], list[Row]]]:
    """Return for which countries a representative in the AICHR is named, each time with the activities."""
    led = [row for row in records(activities) if row["aichr_lead"]]
    names = country_names(ds, (code for row in led for code in row["aichr_lead"]))
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in led:
        found.setdefault(tuple(row["aichr_lead"]), []).append(row)
    return [([names[code] for code in codes], rows) for codes, rows in found.items()]


def instruments(ds: Record, activities: Rows) -> list[Row]:
    """Return the conventions and other texts that the sources name with any of the activities."""
    own = {row["id"] for row in records(activities)}
    return [row for row in ds.table("instruments") if own & set(row["activities"])]


def themes_near(ds: Record, theme: str) -> list[str]:
    """Return a theme and those that stand nearest to it in the order of themes, twelve at most."""
    return nearest(ds.codes("themes"), theme, NEAREST)


def nearest(items: Sequence[str], item: str, most: int) -> list[str]:
    """Return an item and those that stand nearest to it, in their order, at most so many in all.

    >>> nearest(["a", "b", "c", "d", "e"], "d", 3)
    ['c', 'd', 'e']
    """
    start = min(max(items.index(item) - most // 2, 0), max(len(items) - most, 0))
    return list(items[start : start + most])


def themes_compared(ds: Record, *, highlighted: str, caption: str, none: str) -> Fragment:
    """Return the themes nearest to one by their number of recorded activities, it highlighted.

    Parameters
    ----------
    caption
        What is drawn, as a sentence; what the marks mean follows it.
    none
        What stands beside a theme without any.
    """
    near = themes_near(ds, highlighted)
    names = theme_names(ds, near)
    counts, shown = [], [*look_up(ds, "themes", near).values()]
    for code in near:
        rows = ds.activities(theme=code, status=ON_RECORD)
        shown += rows
        words = counted(len(rows), "activity") if rows else none
        counts.append(
            Count(names[code], tuple(map(count_mark, rows)), words, highlighted=code == highlighted)
        )
    whole_caption = join([caption, explain_counts(ds, counts)])
    source = f"{name_sources(ds, shown, sections='first and last')}."
    return counts_chart(ds, counts, name="themes", caption=whole_caption, source=source, of="Theme")
