"""A timeline: lanes below each other, marks as exact as their dates, labels kept apart, crowds counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf
from typing import Unpack

from pressroom.pages.charts.alternative_text import Description, DrawnWords, complete, explain
from pressroom.pages.charts.canvas import NARROW, RADIUS, WIDE, Canvas
from pressroom.pages.charts.figure import Plotted, chart, part
from pressroom.pages.charts.label_positions import (
    HIGHEST,
    Bin,
    Geometry,
    Place,
    Placed,
    Point,
    Taken,
    count_bins,
    draw_bins,
    gather_beyond,
)
from pressroom.pages.charts.scale import Dated, YearScale, draw_end, draw_years, year_scale
from pressroom.pages.fragments import Fragment, join
from pressroom.pages.phrases import say
from pressroom.pages.words import capital, year_spans

TOP = 8.0
UNDATED_WIDTH = 22.0
HIGHEST_SHEET = 150.0
"""How high one drawing may be, so that it has room below the head of a first page; the rest is another."""


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

    @classmethod
    def around(
        cls,
        points: Iterable[Point],
        covered: Sequence[int],
        *,
        since: Iterable[int] = (),
        until: date | None = None,
        beyond: str = "",
    ) -> Years | None:
        """Return the axis on which all points stand; None if neither they nor anything else say when it ends.

        Parameters
        ----------
        since
            Years about which there is a statement alone: a phone has no room for them.
        until
            The day that what is drawn is as of, if anybody says it.
        """
        dated = [point.when for point in points if point.when.first]
        ends = [when.days[0] for when in dated if when.mark != "planned"]
        ends += [until] if until else [date(year, 12, 31) for year in covered[-1:]]
        if not ends:
            return None
        first = min([*covered[:1], *(when.days[0].year for when in dated)])
        return cls(min([first, *since]), first, max(ends), covered, beyond)

    @property
    def outside(self) -> list[int]:
        """Return the years that are hatched."""
        return [year for year in range(self.first, self.stop.year + 1) if year not in self.covered]


def lanes_chart(
    lanes: Mapping[str, Sequence[Point]],
    *,
    name: str,
    years: Years,
    since: Mapping[str, Since] | None = None,
    **words: Unpack[DrawnWords],
) -> Fragment:
    """Return points in lanes along the years.

    Parameters
    ----------
    lanes
        The points of each lane, by the lane's name, from top to bottom. What was planned for a day that the
        axis has passed stands at its date.
    name
        Short name, unique in the briefing.
    years
        The axis.
    since
        By lane, from when there is a statement alone.
    words
        Caption, source, and how it is described, see `DrawnWords`; the data is the caller's. The caption
        explains the marks that are drawn: of a crowd, none.
    """

    described, since = words.get("described"), since or {}
    timeline = _Timeline(
        {lane: [_find_past(p, years.stop) for p in own] for lane, own in lanes.items()}, since, years
    )
    drawings = [timeline.lay_out(width, narrow=width != WIDE) for width in (WIDE, NARROW)]
    used = {mark for drawing in drawings for mark in drawing.list_marks()}
    used |= {"hatch"} if years.outside else set()
    caption = explain(words["caption"], described and timeline.tell_planned(described), used)
    if any(lane.bins for lane in drawings[0].lanes):
        caption = join([caption, say("binned")], " ")
    around = complete(words, caption, timeline.tell(described) if described else "", Plotted((), ()))
    return chart(name, lambda width, narrow: timeline.lay_out(width, narrow=narrow).draw(), **around)


def _find_past(point: Point, stop: date) -> Point:
    when = point.when
    return replace(point, is_past=when.mark == "planned" and bool(when.last and when.last < stop))


_WIDE = Geometry(names=29, after=20, line=3.5, narrow=False, name_height=0, foot=4.6)
_NARROW = Geometry(names=0, after=22, line=4.0, narrow=True, name_height=5.0, foot=4.2)


@dataclass(frozen=True)
class _Timeline:
    """What is drawn."""

    lanes: Mapping[str, Sequence[Point]]
    since: Mapping[str, Since]
    years: Years

    def tell_planned(self, described: Description) -> Description:
        """Return what marks stand for: what is planned stands after the line, unless some of it is past."""
        past = any(point.is_past for points in self.lanes.values() for point in points)
        planned = say("mark_planned" if past else "mark_ahead")
        return replace(described, marks={"planned": planned, **described.marks})

    def tell(self, described: Description) -> str:
        """Return a sentence on each lane, on what is stated of it alone, and on the hatched years."""
        sentences = []
        for lane, points in self.lanes.items():
            marks = "; ".join(f"{point.first}, {point.in_full or point.second}" for point in points)
            key, n = "alt_lane_one" if len(points) == 1 else "alt_lane", capital(described.count(len(points)))
            sentences.append(say(key, n=n, lane=lane, marks=marks))
            if lane in self.since:
                sentences.append(say("alt_since", lane=lane, year=str(self.since[lane].year)))
        return described.begin(*sentences, self._tell_outside())

    def _tell_outside(self) -> str:
        outside, covered = self.years.outside, self.years.covered
        if outside and covered and outside[-1] < covered[0]:
            return say("alt_before", year=str(covered[0]))
        return say("alt_outside", years=year_spans(outside)) if outside else ""

    def lay_out(self, width: float, *, narrow: bool) -> _Drawing:
        """Return it with a place for all that is in it."""
        geo = _NARROW if narrow else _WIDE
        beyond = [point for points in self.lanes.values() for point in points if point.is_beyond]
        undated = any(point.when.first is None for point in beyond) and not narrow
        planned = any(point.when.mark == "planned" for point in beyond)
        if planned and not narrow:
            named = Canvas(width, 10, narrow=narrow).measure(self.years.beyond) + 1.3
            geo = replace(geo, after=max(geo.after, min(named, width / 5)))
        end = width - (geo.after if planned else 0.5) - (UNDATED_WIDTH if undated else 0)
        years = self.years
        first = years.first_narrow if narrow else years.first
        scale = year_scale(geo.names, end, first, years.stop, years.covered)
        place = Place(Canvas(width, 10, narrow=narrow), scale, geo, has_end=planned)
        lanes = [
            _lay_out(name, points, self.since.get(name), years, place) for name, points in self.lanes.items()
        ]
        return _Drawing(lanes, years, scale, geo, width, planned, undated)


@dataclass(frozen=True)
class _Lane:
    """A lane with its name on one or more lines, and its marks: the crowd of them as bars, if it is one."""

    names: list[str]
    since: Since | None
    placed: list[Placed]
    bins: list[Bin]
    height: float


def _lay_out(name: str, points: Sequence[Point], since: Since | None, years: Years, place: Place) -> _Lane:
    canvas, geo, points = place.canvas, place.geo, gather_beyond(points)
    drawn = since if since and _has_room(since, points, place.scale) else None
    dots = [_span_since(canvas, drawn, years, place.scale)] if drawn else []
    if dots and dots[0][2] > place.scale.edges[-1]:
        drawn, dots = None, []
    placed, bins = place.place(points, dots), []
    if place.is_crowded(placed):
        # What is planned is counted nowhere.
        beyond = [point for point in points if point.is_beyond or point.is_past]
        bins = count_bins(canvas, [point for point in points if point not in beyond], place.scale)
        # The bars and their numbers are about as high as two labels.
        axis = [(level, geo.names, place.scale.edges[-1]) for level in (0, 1) if bins]
        drawn, placed = None, place.place(beyond, axis)
    label = f"{name} ({since.short})" if since and not drawn else name
    names = (
        [canvas.fit(label, canvas.width - 2, bold=True)]
        if geo.narrow
        else _wrap(canvas, label, geo.names - 2)
    )
    return _Lane(names, drawn, placed, bins, _measure(names, placed, bins, geo))


def _measure(names: Sequence[str], placed: Sequence[Placed], bins: Sequence[Bin], geo: Geometry) -> float:
    """Return how high a lane must be."""
    levels = max((mark.level for mark in placed), default=0) + 1
    needs = [levels * 2 * geo.line + 8.0]
    if not geo.narrow:
        needs.append(len(names) * geo.line + 2)
    if bins:
        needs.append(HIGHEST + geo.line + geo.foot + 2)
    return geo.name_height + max(needs)


def _has_room(since: Since, points: Sequence[Point], scale: YearScale) -> bool:
    """Return whether the line of a statement begins on the axis, before all that is on record."""
    dated = [point.when.year for point in points if not point.is_beyond]
    return since.year >= scale.first and all(year is None or year >= since.year for year in dated)


def _span_since(canvas: Canvas, since: Since, years: Years, scale: YearScale) -> Taken:
    """Return what the words on the dots take of the lowest level."""
    left = scale.left(since.year) + 1.2
    return 0, left - 0.6, left + canvas.measure(_say_since(canvas, since, years, scale)) + 0.6


def _say_since(canvas: Canvas, since: Since, years: Years, scale: YearScale) -> str:
    listed = next((year for year in years.covered if year in scale.years), scale.stop.year)
    fits = canvas.measure(since.words) + 2 <= scale.left(listed) - scale.left(since.year)
    return since.words if fits else since.short


@dataclass(frozen=True)
class _Drawing:
    """A timeline laid out, to be drawn on as many canvases as pages need."""

    lanes: list[_Lane]
    years: Years
    scale: YearScale
    geo: Geometry
    width: float
    planned: bool
    undated: bool

    def list_marks(self) -> set[str]:
        """Return the marks of dates that are drawn one by one."""
        return {placed.point.when.mark for lane in self.lanes for placed in lane.placed} - {""}

    def draw(self) -> list[Canvas]:
        """Return the drawings, each with the axis over its lanes."""
        room = inf if self.geo.narrow else HIGHEST_SHEET - TOP - 1
        return [
            self._draw_sheet(self.lanes[rows.start : rows.stop])
            for rows in part([lane.height for lane in self.lanes], room)
        ]

    def _draw_sheet(self, lanes: Sequence[_Lane]) -> Canvas:
        height = TOP + sum(lane.height for lane in lanes) + 1
        canvas = Canvas(self.width, height, narrow=self.geo.narrow)
        draw_years(canvas, self.years.covered, self.scale, TOP)
        if self.planned:
            draw_end(canvas, self.scale, self.years.beyond, self.geo.after, TOP)
        if self.undated:
            canvas.label(self.width, 3.6, say("undated"), colour="muted", align="right")
        top = TOP
        for lane in lanes:
            self._draw_lane(canvas, lane, top)
            top += lane.height
        return canvas

    def _draw_lane(self, canvas: Canvas, lane: _Lane, top: float) -> None:
        base = top + lane.height
        canvas.across(base)
        _draw_name(canvas, lane, top, self.geo)
        if lane.since:
            self._draw_since(canvas, lane, lane.since, base - self.geo.foot)
        if lane.bins:
            clear = set(self.scale.years) - set(self.years.covered)
            draw_bins(canvas, lane.bins, base - self.geo.foot + RADIUS, clear=bool(clear))
        for mark in lane.placed:
            self._draw_mark(canvas, mark, base - self.geo.foot)

    def _draw_since(self, canvas: Canvas, lane: _Lane, since: Since, y: float) -> None:
        end = min((mark.x for mark in lane.placed), default=self.scale.edges[-1])
        left = self.scale.left(since.year)
        canvas.dotted(left, end - RADIUS, y)
        words = _say_since(canvas, since, self.years, self.scale)
        canvas.label(left + 1.2, y - self.geo.line - 0.2, words, colour="muted", halo=True)

    def _draw_mark(self, canvas: Canvas, mark: Placed, y: float) -> None:
        when, geo = mark.point.when, self.geo
        # On hatched ground a mark and its label need a clear patch of paper.
        outside = when.year is not None and when.year not in self.years.covered
        is_bar = self._draw_span(canvas, when, y)
        if when.mark in ("planned", "ongoing") or (when.mark == "day" and not is_bar):
            if outside:
                canvas.patch_paper(mark.x - 2, y - 2, mark.x + 2, y + 2)
            canvas.mark(when.mark, mark.x, y)
        x = mark.x - RADIUS if mark.align == "left" else mark.x + RADIUS
        raised = y - mark.level * 2 * geo.line
        # So does a label that may run over the line at the end of the axis.
        over = mark.point.is_beyond and when.mark == "planned" and mark.align == "right"
        # On a phone, lines of years are close to each other.
        halo = outside or over or geo.narrow
        canvas.label(x, raised - 2 * geo.line, mark.point.first, bold=True, align=mark.align, halo=halo)
        second = raised - geo.line - 0.1
        canvas.label(x, second, mark.point.second, colour="muted", align=mark.align, halo=halo)

    def _draw_span(self, canvas: Canvas, when: Dated, y: float) -> bool:
        """Draw what lasts: a month, a year, or from one year into another; return whether it does."""
        scale, years = self.scale, when.years
        if not years or when.mark in ("", "planned"):
            return False
        if when.exact == "year":
            first, last = max(years[0], scale.first), min(years[-1], scale.stop.year)
            canvas.bar("year", scale.left(first) + 0.4, scale.right(last) - 0.4, y)
        elif when.mark == "month" or len(years) > 1:
            start, end = map(scale, when.days)
            canvas.bar("month", start, end, y)
        return when.exact != "day" or len(years) > 1


def _draw_name(canvas: Canvas, lane: _Lane, top: float, geo: Geometry) -> None:
    if geo.narrow:
        canvas.label(0.6, top + 3.4, lane.names[0], bold=True, halo=True)
        return
    first = top + lane.height / 2 - geo.line * (len(lane.names) - 1) / 2
    for place, line in enumerate(lane.names):
        canvas.label(0, first + place * geo.line, line, bold=True)


def _wrap(canvas: Canvas, words: str, room: float) -> list[str]:
    """Return the words on as few lines as they need, of as equal a width as can be."""
    words = " ".join(canvas.fit(word, room, bold=True) for word in words.split())
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
