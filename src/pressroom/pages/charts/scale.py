"""Dates as exact as they are known, where they stand on an axis of years, and the axis itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from pressroom.pages.charts.canvas import Canvas
from pressroom.pages.words import find_runs

_EACH = (1, 2, 5, 10, 20)
"""Where years are narrow, one in so many is named."""


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


def draw_years(canvas: Canvas, covered: Sequence[int], scale: YearScale, top: float) -> None:
    """Draw the years over the ground below `top`, hatched where they are not covered."""
    bottom = canvas.height - 1
    for years in find_runs(set(scale.years) - set(covered)):
        canvas.hatch(scale.left(years[0]), top, scale.right(years[-1]), bottom)
    for year in scale.years:
        canvas.down(scale.left(year), top, bottom)
    named = _name_wide(canvas, scale)
    # The last year may be too short for its name; any other that is covered has one, or all are thinned out.
    if not set(covered) & set(scale.years[:-1]) <= set(named):
        named = next((some for n in _EACH if (some := _name_each(canvas, scale, n))), named)
    for year, x in named.items():
        canvas.label(x, 3.6, str(year), colour="muted", align=_align(canvas))
    canvas.across(top)


def draw_end(canvas: Canvas, scale: YearScale, beyond: str, room: float, top: float) -> None:
    """Draw the line at the end of the axis, and what stands behind it in so much room."""
    end = scale.edges[-1]
    canvas.down(end, top if canvas.narrow else top - 6.2, canvas.height - 1, strong=True)
    if not canvas.narrow:
        canvas.label(end + 1.2, 3.6, canvas.fit(beyond, room - 1.2))


def _align(canvas: Canvas) -> str:
    return "left" if canvas.narrow else "center"


def _anchor(canvas: Canvas, scale: YearScale, year: int) -> float:
    left, right = scale.left(year), scale.right(year)
    return left + 0.8 if canvas.narrow else (left + right) / 2


def _name_wide(canvas: Canvas, scale: YearScale) -> dict[int, float]:
    """Return where the names of the years stand that are as wide as their names."""
    named: dict[int, float] = {}
    busy = 0.0
    for year in scale.years:
        left, right = scale.left(year), scale.right(year)
        room = canvas.measure(str(year)) + 1
        if right - left >= room and left >= busy:
            named[year] = _anchor(canvas, scale, year)
            busy = left + room if canvas.narrow else left
    return named


def _name_each(canvas: Canvas, scale: YearScale, n: int) -> dict[int, float]:
    """Return where the names of one year in `n` stand; of none if they have no room."""
    named: dict[int, float] = {}
    busy = 0.0
    for year in scale.years:
        if year % n:
            continue
        x, room = _anchor(canvas, scale, year), canvas.measure(str(year))
        start = x if canvas.narrow else x - room / 2
        if start + room > scale.edges[-1] - 0.5:
            continue
        if start < busy:
            return {}
        named[year], busy = x, start + room + 1
    return named
