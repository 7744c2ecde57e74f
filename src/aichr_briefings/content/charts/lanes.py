"""The drawing of a timeline: lanes below each other, marks as exact as their dates, labels kept apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from aichr_briefings.content.charts.canvas import RADIUS, Canvas
from aichr_briefings.content.charts.scale import YearScale, year_scale
from aichr_briefings.content.dates import mark_of
from aichr_briefings.content.rows import Row

TOP = 8.0
UNDATED_WIDTH = 22.0


@dataclass(frozen=True)
class Note:
    """A mark with its two lines of label."""

    row: Row
    first: str
    second: str


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


def draw_lanes(
    lanes: Mapping[str, Sequence[Note]],
    stated: Mapping[str, int],
    *,
    first: int,
    stop: date,
    covered: range,
    width: float,
    narrow: bool,
) -> Canvas:
    """Return the drawing of a timeline.

    Parameters
    ----------
    lanes
        The marks of each lane, by the lane's name, from top to bottom.
    stated
        First year stated for a lane by name, drawn dotted where no activity is listed.
    first
        The year at which the axis begins.
    stop
        The day at which it ends.
    covered
        The years that the source lists systematically.
    """
    geo = _NARROW if narrow else _WIDE
    ruler = Canvas(width, 10, narrow=geo.narrow)
    undated = any(note.row["precision"] == "undated" for notes in lanes.values() for note in notes)
    planned = any(note.row["status"] == "planned" for notes in lanes.values() for note in notes)
    axis_end = width - (geo.after if planned else 0.5) - (UNDATED_WIDTH if undated and not geo.narrow else 0)
    scale = year_scale(geo.names, axis_end, first, stop, covered)
    placed = {lane: _place_labels(ruler, notes, scale, width, geo) for lane, notes in lanes.items()}
    heights = {lane: _lane_height(marks, geo) for lane, marks in placed.items()}
    canvas = Canvas(width, TOP + sum(heights.values()) + 1, narrow=geo.narrow)
    bottom = canvas.height - 1
    _draw_ground(canvas, covered, scale, bottom, planned=planned, narrow=geo.narrow)
    if undated and not geo.narrow:
        canvas.label(width, 3.6, "undated", colour="muted", align="right")
    top = TOP
    for lane, marks in placed.items():
        base = top + heights[lane]
        canvas.across(base)
        hidden = lane in stated and stated[lane] < scale.first
        name = f"{lane} (“since {stated[lane]}”)" if hidden else lane
        _draw_name(canvas, name, top, heights[lane], geo)
        if lane in stated:
            _draw_since(canvas, covered, scale, stated[lane], marks, base - _foot(geo), geo)
        for mark in marks:
            _draw_mark(canvas, mark, base, scale, geo, covered)
        top = base
    return canvas


@dataclass(frozen=True)
class _Placed:
    """A mark at x whose label stands `level` rows above the lowest, aligned left or right of it."""

    note: Note
    x: float
    align: str
    level: int


def _foot(geo: _Geometry) -> float:
    return 4.2 if geo.narrow else 4.6


def _lane_height(marks: Sequence[_Placed], geo: _Geometry) -> float:
    levels = max((mark.level for mark in marks), default=0) + 1
    return geo.name_height + levels * 2 * geo.line + 8.0


def _place_labels(
    ruler: Canvas, notes: Sequence[Note], scale: YearScale, width: float, geo: _Geometry
) -> list[_Placed]:
    """Return where marks and labels stand: beside one another where they fit, else one above the other."""
    placed: list[_Placed] = []
    taken: list[tuple[int, float, float]] = []
    for note in notes:
        x = _position(note.row, scale, width, geo)
        room = max(ruler.measure(note.first, bold=True), ruler.measure(note.second)) + 1.5
        choices = [("left", x - RADIUS, x - RADIUS + room), ("right", x + RADIUS - room, x + RADIUS)]
        if not note.row["start"] or _crosses(note.row, scale, choices):
            choices.reverse()
        level, align, left, right = _free(choices, taken, (geo.names - 0.5, width + 0.5))
        taken.append((level, left, right))
        placed.append(_Placed(note, x, align, level))
    return placed


def _crosses(row: Row, scale: YearScale, choices: Sequence[tuple[str, float, float]]) -> bool:
    """Return whether a label right of its mark runs out of its year, while one left of it does not."""
    year = int(row["year"])
    if row["status"] == "planned" or year not in scale.years:
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


def _position(row: Row, scale: YearScale, width: float, geo: _Geometry) -> float:
    if not row["start"]:
        return width - RADIUS
    if row["status"] == "planned":
        return scale.edges[-1] + 1.2 + RADIUS
    if row["precision"] == "year":
        return scale.left(int(row["year"])) + 0.6 + RADIUS
    start, end = row["earliest"], row["latest"]
    return scale(start) + RADIUS if row["precision"] == "month" else scale(start + (end - start) / 2)


def _draw_ground(
    canvas: Canvas, covered: range, scale: YearScale, bottom: float, *, planned: bool, narrow: bool
) -> None:
    if scale.first < covered[0]:
        canvas.hatch(scale.edges[0], TOP, scale.left(covered[0]), bottom)
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
    if planned:
        end = scale.edges[-1]
        canvas.down(end, TOP if narrow else TOP - 6.2, bottom, strong=True)
        if not narrow:
            canvas.label(end + 1.2, 3.6, "after the note")


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
    covered: range,
    scale: YearScale,
    year: int,
    marks: Sequence[_Placed],
    y: float,
    geo: _Geometry,
) -> None:
    if year < scale.first:
        return
    end = min((mark.x for mark in marks), default=scale.edges[-1])
    canvas.dotted(scale.left(year), end - RADIUS, y)
    words = f"“since {year}”, no activity listed"
    room = scale.left(covered[0]) - scale.left(year)
    if canvas.measure(words) + 2 > room:
        words = f"“since {year}”"
    canvas.label(scale.left(year) + 1.2, y - geo.line - 0.2, words, colour="muted", halo=True)


def _draw_mark(
    canvas: Canvas, mark: _Placed, base: float, scale: YearScale, geo: _Geometry, covered: range
) -> None:
    row, y = mark.note.row, base - _foot(geo)
    kind = mark_of(row)
    # On hatched ground a mark and its label need a clear patch of paper.
    outside = bool(row["start"]) and row["year"] not in covered
    if kind in ("year", "ongoing") and row["precision"] == "year":
        left, right = scale.left(int(row["year"])), scale.right(int(row["year"]))
        canvas.bar("year", left + 0.4, right - 0.4, y)
    if kind == "month":
        start, end = row["earliest"], row["latest"]
        canvas.bar("month", scale(start), scale(end), y)
    elif kind in ("day", "planned", "ongoing"):
        if outside:
            canvas.patch_paper(mark.x - 2, y - 2, mark.x + 2, y + 2)
        canvas.mark(kind, mark.x, y)
    x = mark.x - RADIUS if mark.align == "left" else mark.x + RADIUS
    raised = y - mark.level * 2 * geo.line
    # So does a label that may run over the line at the end of the axis.
    halo = outside or (geo.narrow and kind in ("", "planned"))
    canvas.label(x, raised - 2 * geo.line, mark.note.first, bold=True, align=mark.align, halo=halo)
    canvas.label(x, raised - geo.line - 0.1, mark.note.second, colour="muted", align=mark.align, halo=halo)
