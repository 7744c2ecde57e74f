"""Where the marks of a lane and their labels stand, and what is drawn where it is too crowded for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from pressroom.pages.charts.canvas import RADIUS, SHORTEST, STEP, Canvas
from pressroom.pages.charts.scale import Dated, YearScale
from pressroom.pages.phrases import say

CROWD = 8
"""From so many marks in one year on, they are counted; fewer are, too, where they would run together."""
MOST_LEVELS = 4
"""Labels of a lane above one another; of more, the marks are counted."""
MOST_BEYOND = 3
"""Planned or undated ones that a lane shows one by one; of more it says the number."""

_CLOSEST = 2.2
"""Millimetres between the middles of two marks."""

Taken = tuple[int, float, float]
"""A level with the ends of what stands there."""

HIGHEST = 9.0
"""Millimetres of the highest bar of a lane."""
UNIT = 1.2
"""Millimetres of a bar for each that it counts, where the highest has room."""

_HALVES = (1, 2, 4, 10, 20)
"""How many halves of a year a bar may stand for."""


@dataclass(frozen=True)
class Point:
    """A mark with its two lines of label.

    Attributes
    ----------
    in_full
        Its date in full, and how it stands, for those who do not see it; the second line where empty.
    is_past
        Whether it is planned for a time that the axis has passed, and so stands at its date.
    """

    when: Dated
    first: str
    second: str
    in_full: str = ""
    is_past: bool = False

    @property
    def is_beyond(self) -> bool:
        """Return whether it stands behind the axis, as what is planned or undated does."""
        return self.when.first is None or (self.when.mark == "planned" and not self.is_past)


@dataclass(frozen=True)
class Geometry:
    """Measures that differ between the wide and the narrow drawing, in millimetres."""

    names: float
    after: float
    line: float
    narrow: bool
    name_height: float
    foot: float


@dataclass(frozen=True)
class Placed:
    """A mark at x whose label stands `level` rows above the lowest, aligned left or right of it."""

    point: Point
    x: float
    align: str
    level: int


class Place:
    """Places points along an axis.

    Parameters
    ----------
    canvas
        Of the drawing's width, to measure on.
    has_end
        Whether a line ends the axis, which labels should not cross.
    """

    def __init__(self, canvas: Canvas, scale: YearScale, geo: Geometry, *, has_end: bool) -> None:
        self.canvas, self.scale, self.geo = canvas, scale, geo
        self.limit = scale.edges[-1] + 1 if has_end else canvas.width + 0.5

    def place(self, points: Sequence[Point], taken: Sequence[Taken] = ()) -> list[Placed]:
        """Return where marks and labels stand: beside one another where they fit, else above."""
        placed: list[Placed] = []
        held = list(taken)
        beyond: Counter[bool] = Counter()
        for point in points:
            x = self._find_x(point, beyond)
            label = self._shorten(point)
            level, align, left, right = self._find_room(point, label, x, held)
            held.append((level, left, right))
            placed.append(Placed(label, x, align, level))
        return placed

    def is_crowded(self, placed: Sequence[Placed]) -> bool:
        """Return whether marks on the axis are too many or too close, or their labels a tower."""
        marks = [mark for mark in placed if not mark.point.is_beyond]
        years = Counter(mark.point.when.year for mark in marks)
        spans = sorted(self._span(mark) for mark in marks)
        close = any(right > left for (_, right), (left, _) in pairwise(spans))
        bars = Counter(
            year for mark in marks if mark.point.when.exact == "year" for year in mark.point.when.years
        )
        tall = any(mark.level >= MOST_LEVELS for mark in marks)
        return close or tall or max([0, *years.values()]) >= CROWD or max([0, *bars.values()]) > 1

    def _span(self, mark: Placed) -> tuple[float, float]:
        """Return the ends of what no other mark may stand on."""
        if mark.point.when.mark == "month" or len(mark.point.when.years) > 1:
            start, end = map(self.scale, mark.point.when.days)
            return start, max(end, start + SHORTEST) - 0.5
        return mark.x - _CLOSEST / 2, mark.x + _CLOSEST / 2

    def _find_x(self, point: Point, beyond: Counter[bool]) -> float:
        """Return the middle of a mark; those behind the axis stand beside one another."""
        end, when = self.canvas.width - RADIUS, point.when
        if point.is_beyond:
            undated = when.first is None
            shift = STEP * beyond[undated]
            beyond[undated] += bool(when.mark)
            return end - shift if undated else self.scale.edges[-1] + 1.2 + RADIUS + shift
        start, last = when.days
        if when.exact == "year":
            return self.scale.left(max(start.year, self.scale.first)) + 0.6 + RADIUS
        exact = (
            self.scale(start) + RADIUS
            if when.exact == "month" or len(when.years) > 1
            else self.scale(start + (last - start) / 2)
        )
        return min(max(exact, self.geo.names + RADIUS), end)

    def _shorten(self, point: Point) -> Point:
        room = (self.canvas.width - self.geo.names) / 2 - 2
        first = self.canvas.fit(point.first, room, bold=True)
        return replace(point, first=first, second=self.canvas.fit(point.second, room))

    def _find_room(
        self, point: Point, label: Point, x: float, held: Sequence[Taken]
    ) -> tuple[int, str, float, float]:
        measure = self.canvas.measure
        room = max(measure(label.first, bold=True), measure(label.second)) + 1.5
        choices = [("left", x - RADIUS, x - RADIUS + room), ("right", x + RADIUS - room, x + RADIUS)]
        if point.when.first is None or (not point.is_beyond and self._crosses(point.when, choices)):
            choices.reverse()
        ends = [self.canvas.width + 0.5] if point.is_beyond else [self.limit, self.canvas.width + 0.5]
        for end in ends:
            inside = [choice for choice in choices if self.geo.names - 0.5 <= choice[1] and choice[2] <= end]
            if inside:
                return _free(inside, held)
        return _free(choices, held)

    def _crosses(self, when: Dated, choices: Sequence[tuple[str, float, float]]) -> bool:
        """Return whether a label right of its mark runs out of its year, while one left of it does not."""
        year, scale = when.year, self.scale
        if year is None or year not in scale.years:
            return False
        fits = choices[1][1] >= scale.left(year) - 1
        # Over the line at the end of the axis no label runs, even if it then begins in the year before.
        return choices[0][2] - 1.5 > scale.right(year) and (fits or year == scale.stop.year)


def gather_beyond(points: Sequence[Point]) -> list[Point]:
    """Return the points, those planned as one with their number where they are many, and so those undated."""
    undated = [point for point in points if point.when.first is None]
    planned = [point for point in points if point.is_beyond and point.when.first is not None]
    if max(len(planned), len(undated)) <= MOST_BEYOND:
        return list(points)
    kept = [point for point in points if not point.is_beyond]
    for group, words in ((planned, say("ahead")), (undated, say("undated"))):
        many = len(group) > MOST_BEYOND
        kept += [Point(group[0].when, str(len(group)), words)] if many else group
    return kept


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


def _free(
    choices: Sequence[tuple[str, float, float]], held: Sequence[Taken]
) -> tuple[int, str, float, float]:
    """Return the lowest level, and the side, at which a label is clear of others."""
    for level in range(len(held) + 1):
        for align, left, right in choices:
            if all(right <= a or left >= b for at, a, b in held if at == level):
                return level, align, left, right
    raise AssertionError("a level above all others is free")


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
    if not bins:
        return True
    halves = [max(canvas.measure(str(each.n), bold=True), each.right - each.left - 0.6) / 2 for each in bins]
    if bins[0].middle - halves[0] < -0.5 or bins[-1].middle + halves[-1] > canvas.width + 0.5:
        return False
    return all(
        b.middle - a.middle >= halves[i] + halves[i + 1] + 0.3 for i, (a, b) in enumerate(pairwise(bins))
    )
