"""Dates as exact as they are known, and where they stand on an axis of years."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Dated:
    """When something was, as exactly as that is known, and the mark that it is drawn as.

    Parameters
    ----------
    mark
        ``"day"``, ``"month"``, ``"year"``, ``"ongoing"`` or ``"planned"``; ``""`` for none.
    exact
        To what it is dated: ``"day"``, ``"month"``, ``"year"`` or ``"undated"``.
    first, last
        The days between which it was; None if undated.
    """

    mark: str
    exact: str
    first: date | None = None
    last: date | None = None

    @property
    def year(self) -> int | None:
        """Return the year in which it began; None if undated."""
        return self.first.year if self.first else None

    @property
    def years(self) -> range:
        """Return the years that it touches; none if undated."""
        return range(self.first.year, self.last.year + 1) if self.first and self.last else range(0)

    @property
    def days(self) -> tuple[date, date]:
        """Return the first and the last day of what is dated."""
        if self.first is None or self.last is None:
            raise ValueError("what is undated has no days")
        return self.first, self.last


@dataclass(frozen=True)
class YearScale:
    """A piecewise linear axis.

    Parameters
    ----------
    edges
        Left edge of each year, in order, and the axis' right end last, in millimetres.
    first
        The first year.
    stop
        The date at which the axis ends.
    """

    edges: tuple[float, ...]
    first: int
    stop: date

    @property
    def years(self) -> range:
        """The years on the axis."""
        return range(self.first, self.stop.year + 1)

    def left(self, year: int) -> float:
        """Return the left edge of a year."""
        return self.edges[year - self.first]

    def right(self, year: int) -> float:
        """Return the right edge of a year, or the end of the axis in the last one."""
        return self.edges[year - self.first + 1]

    def __call__(self, day: date) -> float:
        """Return where a day stands; days beyond either end stand at that end."""
        if day.year < self.first:
            return self.edges[0]
        if day >= self.stop:
            return self.edges[-1]
        start, end = date(day.year, 1, 1), min(date(day.year + 1, 1, 1), self.stop)
        part = (day - start).days / (end - start).days
        return self.left(day.year) + part * (self.right(day.year) - self.left(day.year))


def year_scale(
    left: float, right: float, first: int, stop: date, covered: Collection[int], *, squeeze: float = 0.62
) -> YearScale:
    """Return a scale from the first of January of `first` to `stop`.

    Years outside `covered` get `squeeze` of a covered year's width, and less when there are many of them, so
    that the covered ones stay readable.
    """
    years = range(first, stop.year + 1)
    outside = sum(year not in covered for year in years)
    slim = min(squeeze, 1.6 / outside) if outside else squeeze
    weights = [1.0 if year in covered else slim for year in years]
    weights[-1] *= (stop - date(stop.year, 1, 1)).days / 365
    unit = (right - left) / sum(weights)
    edges = [left]
    for weight in weights:
        edges.append(edges[-1] + weight * unit)
    return YearScale(tuple(edges), first, stop)
