"""What is on record of a year, beside the sources' own lists for it and beside other years."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aichr_briefings.citations import find_lists
from aichr_briefings.rows import ON_RECORD, count_agencies, look_up
from pressroom.pages import records
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows


def compared(ds: Record) -> Rows:
    """Return the activities that the page of a year compares it with: those of all years, and the undated."""
    return ds.activities(status=(*ON_RECORD, "planned"))


def has_list(ds: Record, year: int) -> bool:
    """Return whether a source has a list of its own for a year."""
    return bool(find_lists(ds, year))


def listed_inside(ds: Record, activities: Rows, year: int) -> list[Row]:
    """Return the activities that a source's own list for a year tells as of that year."""
    lists = tuple(find_lists(ds, year))
    return [row for row in records(activities) if any(source.startswith(lists) for source in row["sources"])]


def listed_of_others(ds: Record, activities: Rows, year: int) -> list[Row]:
    """Return what a source's own list for a year tells of another year, beside the activities of the year."""
    own = {row["id"] for row in records(activities)}
    inside = listed_inside(ds, ds.activities(), year)
    others = [row["id"] for row in inside if row["id"] not in own and row["year"] != year]
    return list(look_up(ds, "activities", others).values())


def agencies_by_year(ds: Record) -> dict[int, int]:
    """Return how many agencies the activities of each covered year name."""
    return {year: len(count_agencies(ds.activities(year=year, status=ON_RECORD))) for year in ds.coverage}
