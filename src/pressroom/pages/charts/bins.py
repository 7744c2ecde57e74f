"""Counts of what is too much to be drawn one by one: bars over halves of years, or over more of the axis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from pressroom.pages.charts.canvas import Canvas
from pressroom.pages.charts.places import Point
from pressroom.pages.charts.scale import YearScale

HIGHEST = 9.0
"""Millimetres of the highest bar of a lane."""
UNIT = 1.2
"""Millimetres of a bar for each that it counts, where the highest has room."""

_HALVES = (1, 2, 4, 10, 20)
"""How many halves of a year a bar may stand for."""


@dataclass(frozen=True)
class Bin:
    """A bar from left to right in millimetres, and how many it counts."""

    left: float
    right: float
    n: int

    @property
    def middle(self) -> float:
        """Return where its number stands."""
        return (self.left + self.right) / 2


def count_bins(canvas: Canvas, points: Sequence[Point], scale: YearScale) -> list[Bin]:
    """Return the counts by half-years, or by more of the axis where the numbers have no room.

    What is dated to the year alone is in no half of it.
    """
    whole = 2 * len(scale.years)
    least = 2 if any(point.when.exact == "year" for point in points) else 1
    for size in [size for size in _HALVES if least <= size < whole]:
        bins = _count(points, scale, size)
        if _have_room(canvas, bins):
            return bins
    return _count(points, scale, whole)


def draw_bins(canvas: Canvas, bins: Sequence[Bin], base: float, *, clear: bool) -> None:
    """Draw bars on a base line, each with its number above; `clear` has the number a patch of paper."""
    unit = min(UNIT, HIGHEST / max(each.n for each in bins))
    for each in bins:
        height = unit * each.n
        canvas.bar("count", each.left + 0.3, each.right - 0.3, base - height / 2, height=height)
        number = base - height - 0.28 * canvas.size
        canvas.label(each.middle, number, str(each.n), bold=True, align="center", halo=clear)


def _count(points: Sequence[Point], scale: YearScale, size: int) -> list[Bin]:
    last = 2 * len(scale.years) - 1
    counts: Counter[int] = Counter()
    for point in points:
        first, _ = point.when.days
        half = 2 * (first.year - scale.first) + (first.month > 6)
        counts[min(max(half, 0), last) // size] += 1
    bins = []
    for place, n in sorted(counts.items()):
        left, right = (scale(_begin(scale, place * size + shift)) for shift in (0, size))
        bins.append(Bin(left, right, n) if right - left > 1 else Bin(right - 1, right, n))
    return bins


def _begin(scale: YearScale, half: int) -> date:
    return date(scale.first + half // 2, 7 if half % 2 else 1, 1)


def _have_room(canvas: Canvas, bins: Sequence[Bin]) -> bool:
    """Return whether the numbers stand clear of one another and of what is beside the axis."""
    halves = [max(canvas.measure(str(each.n), bold=True), each.right - each.left - 0.6) / 2 for each in bins]
    if bins[0].middle - halves[0] < -0.5 or bins[-1].middle + halves[-1] > canvas.width + 0.5:
        return False
    return all(
        b.middle - a.middle >= halves[i] + halves[i + 1] + 0.3 for i, (a, b) in enumerate(pairwise(bins))
    )
