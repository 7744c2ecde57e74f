"""A timeline: lanes below each other, marks as exact as their dates, labels kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Unpack

from pressroom.pages.charts.canvas import RADIUS, Canvas
from pressroom.pages.charts.figure import ChartWords, chart
from pressroom.pages.charts.scale import Dated, YearScale, year_scale
from pressroom.pages.fragments import Fragment
from pressroom.pages.phrases import say
from pressroom.pages.words import find_runs

TOP = 8.0
UNDATED_WIDTH = 22.0


@dataclass(frozen=True)
class Point:
    """A mark with its two lines of label."""

    when: Dated
    first: str
    second: str


@dataclass(frozen=True)
class Since:
    """A year from which a lane is drawn dotted, and the words on the dots; `short` where room is scarce."""

    year: int
    words: str
    short: str


@dataclass(frozen=True)
class Years:
    """The axis of a timeline.

    Parameters
    ----------
    first, first_narrow
        The years at which it begins; on a phone there may be no room for as many.
    stop
        The day at which it ends; what is planned stands behind it.
    covered
        The years that some source lists systematically, in order; all others are hatched.
    beyond
        What stands over the marks behind the end.
    """

    first: int
    first_narrow: int
    stop: date
    covered: Sequence[int]
    beyond: str = ""


def lanes_chart(
    lanes: Mapping[str, Sequence[Point]],
    *,
    name: str,
    years: Years,
    since: Mapping[str, Since] | None = None,
    **words: Unpack[ChartWords],
) -> Fragment:
    """Return points in lanes along the years.

    Parameters
    ----------
    lanes
        The points of each lane, by the lane's name, from top to bottom.
    name
        Short name, unique in the briefing.
    years
        The axis.
    since
        By lane, from when there is a statement alone.
    words
        Caption, alternative text, source and data.
    """

    def draw(width: float, narrow: bool) -> Canvas:
        return _draw(lanes, since or {}, years, width, narrow)

    return chart(name, draw, **words)


@dataclass(frozen=True)
class _Geometry:
    """Measures that differ between the wide and the narrow drawing, in millimetres."""

    names: float
    after: float
    line: float
    narrow: bool
    name_height: float


_WIDE = _Geometry(names=29, after=20, line=3.5, narrow=False, name_height=0)
_NARROW = _Geometry(names=0, after=22, line=4.0, narrow=True, name_height=5.0)


def _draw(
    lanes: Mapping[str, Sequence[Point]],
    since: Mapping[str, Since],
    years: Years,
    width: float,
    narrow: bool,
) -> Canvas:
    geo = _NARROW if narrow else _WIDE
    ruler = Canvas(width, 10, narrow=narrow)
    dates = [point.when for points in lanes.values() for point in points]
    undated = any(when.first is None for when in dates) and not narrow
    planned = any(when.mark == "planned" for when in dates)
    axis_end = width - (geo.after if planned else 0.5) - (UNDATED_WIDTH if undated else 0)
    first = years.first_narrow if narrow else years.first
    scale = year_scale(geo.names, axis_end, first, years.stop, years.covered)
    placed = {lane: _place_labels(ruler, points, scale, width, geo) for lane, points in lanes.items()}
    heights = {lane: _lane_height(marks, geo) for lane, marks in placed.items()}
    canvas = Canvas(width, TOP + sum(heights.values()) + 1, narrow=narrow)
    _draw_ground(canvas, years.covered, scale, canvas.height - 1, narrow)
    if planned:
        _draw_end(canvas, scale, years.beyond, narrow)
    if undated:
        canvas.label(width, 3.6, say("undated"), colour="muted", align="right")
    top = TOP
    for lane, marks in placed.items():
        base = top + heights[lane]
        canvas.across(base)
        stated = since.get(lane)
        hidden = stated is not None and stated.year < scale.first
        _draw_name(canvas, f"{lane} ({stated.short})" if stated and hidden else lane, top, heights[lane], geo)
        if stated and not hidden:
            _draw_since(canvas, years.covered, scale, stated, marks, base - _foot(geo), geo)
        for mark in marks:
            _draw_mark(canvas, mark, base, scale, geo, years.covered)
        top = base
    return canvas


@dataclass(frozen=True)
class _Placed:
    """A mark at x whose label stands `level` rows above the lowest, aligned left or right of it."""

    point: Point
    x: float
    align: str
    level: int


def _foot(geo: _Geometry) -> float:
    return 4.2 if geo.narrow else 4.6


def _lane_height(marks: Sequence[_Placed], geo: _Geometry) -> float:
    levels = max((mark.level for mark in marks), default=0) + 1
    return geo.name_height + levels * 2 * geo.line + 8.0


def _place_labels(
    ruler: Canvas, points: Sequence[Point], scale: YearScale, width: float, geo: _Geometry
) -> list[_Placed]:
    """Return where marks and labels stand: beside one another where they fit, else one above the other."""
    placed: list[_Placed] = []
    taken: list[tuple[int, float, float]] = []
    for point in points:
        x = _position(point.when, scale, width, geo)
        room = max(ruler.measure(point.first, bold=True), ruler.measure(point.second)) + 1.5
        choices = [("left", x - RADIUS, x - RADIUS + room), ("right", x + RADIUS - room, x + RADIUS)]
        if point.when.first is None or _crosses(point.when, scale, choices):
            choices.reverse()
        level, align, left, right = _free(choices, taken, (geo.names - 0.5, width + 0.5))
        taken.append((level, left, right))
        placed.append(_Placed(point, x, align, level))
    return placed


def _crosses(when: Dated, scale: YearScale, choices: Sequence[tuple[str, float, float]]) -> bool:
    """Return whether a label right of its mark runs out of its year, while one left of it does not."""
    year = when.year
    if year is None or when.mark == "planned" or year not in scale.years:
        return False
    fits = choices[1][1] >= scale.left(year) - 1
    # Over the line at the end of the axis no label runs, even if it then begins in the year before.
    return choices[0][2] - 1.5 > scale.right(year) and (fits or year == scale.stop.year)


def _free(
    choices: Sequence[tuple[str, float, float]],
    taken: Sequence[tuple[int, float, float]],
    bounds: tuple[float, float],
) -> tuple[int, str, float, float]:
    """Return the lowest level, and the side, at which a label is clear of others and inside the bounds."""
    inside = [choice for choice in choices if choice[1] >= bounds[0] and choice[2] <= bounds[1]] or choices
    for level in range(len(taken) + 1):
        for align, left, right in inside:
            if all(right <= a or left >= b for at, a, b in taken if at == level):
                return level, align, left, right
    raise AssertionError("a level above all others is free")


def _position(when: Dated, scale: YearScale, width: float, geo: _Geometry) -> float:
    if when.first is None:
        return width - RADIUS
    if when.mark == "planned":
        return scale.edges[-1] + 1.2 + RADIUS
    start, end = when.days
    if when.exact == "year":
        return scale.left(start.year) + 0.6 + RADIUS
    return scale(start) + RADIUS if when.exact == "month" else scale(start + (end - start) / 2)


def _draw_ground(
    canvas: Canvas, covered: Sequence[int], scale: YearScale, bottom: float, narrow: bool
) -> None:
    for years in find_runs(set(scale.years) - set(covered)):
        canvas.hatch(scale.left(years[0]), TOP, scale.right(years[-1]), bottom)
    busy = 0.0
    for year in scale.years:
        left, right = scale.left(year), scale.right(year)
        canvas.down(left, TOP, bottom)
        room = canvas.measure(str(year)) + 1
        if right - left >= room and left >= busy:
            x, align = (left + 0.8, "left") if narrow else ((left + right) / 2, "center")
            canvas.label(x, 3.6, str(year), colour="muted", align=align)
            busy = left + room if narrow else left
    canvas.across(TOP)


def _draw_end(canvas: Canvas, scale: YearScale, beyond: str, narrow: bool) -> None:
    end = scale.edges[-1]
    canvas.down(end, TOP if narrow else TOP - 6.2, canvas.height - 1, strong=True)
    if not narrow:
        canvas.label(end + 1.2, 3.6, beyond)


def _draw_name(canvas: Canvas, lane: str, top: float, height: float, geo: _Geometry) -> None:
    if geo.narrow:
        canvas.label(0.6, top + 3.4, lane, bold=True, halo=True)
        return
    lines = _wrap(canvas, lane, geo.names - 2)
    first = top + height / 2 - geo.line * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        canvas.label(0, first + place * geo.line, line, bold=True)


def _wrap(canvas: Canvas, words: str, room: float) -> list[str]:
    """Return the words on as few lines as they need, of as equal a width as can be."""
    lines = _fill(canvas, words, room)
    narrower = room
    while len(lines) > 1 and narrower > room / 2:
        narrower -= 1
        tried = _fill(canvas, words, narrower)
        if len(tried) > len(lines):
            break
        lines = tried
    return lines


def _fill(canvas: Canvas, words: str, room: float) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and canvas.measure(f"{lines[-1]} {word}", bold=True) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _draw_since(
    canvas: Canvas,
    covered: Sequence[int],
    scale: YearScale,
    since: Since,
    marks: Sequence[_Placed],
    y: float,
    geo: _Geometry,
) -> None:
    end = min((mark.x for mark in marks), default=scale.edges[-1])
    left = scale.left(since.year)
    canvas.dotted(left, end - RADIUS, y)
    listed = next((year for year in covered if year in scale.years), scale.stop.year)
    fits = canvas.measure(since.words) + 2 <= scale.left(listed) - left
    words = since.words if fits else since.short
    canvas.label(left + 1.2, y - geo.line - 0.2, words, colour="muted", halo=True)


def _draw_mark(
    canvas: Canvas, mark: _Placed, base: float, scale: YearScale, geo: _Geometry, covered: Sequence[int]
) -> None:
    when, y = mark.point.when, base - _foot(geo)
    # On hatched ground a mark and its label need a clear patch of paper.
    outside = when.year is not None and when.year not in covered
    if when.year is not None and when.exact == "year" and when.mark in ("year", "ongoing"):
        canvas.bar("year", scale.left(when.year) + 0.4, scale.right(when.year) - 0.4, y)
    if when.mark == "month":
        start, end = when.days
        canvas.bar("month", scale(start), scale(end), y)
    elif when.mark in ("day", "planned", "ongoing"):
        if outside:
            canvas.patch_paper(mark.x - 2, y - 2, mark.x + 2, y + 2)
        canvas.mark(when.mark, mark.x, y)
    x = mark.x - RADIUS if mark.align == "left" else mark.x + RADIUS
    raised = y - mark.level * 2 * geo.line
    # So does a label that may run over the line at the end of the axis.
    halo = outside or (geo.narrow and when.mark in ("", "planned"))
    canvas.label(x, raised - 2 * geo.line, mark.point.first, bold=True, align=mark.align, halo=halo)
    canvas.label(x, raised - geo.line - 0.1, mark.point.second, colour="muted", align=mark.align, halo=halo)
