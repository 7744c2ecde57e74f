"""The axis of a timeline: years, the ground of those that no source covers, and the line at its end."""

from __future__ import annotations

from collections.abc import Sequence

from pressroom.pages.charts.canvas import Canvas
from pressroom.pages.charts.scale import YearScale
from pressroom.pages.words import find_runs

_EACH = (1, 2, 5, 10, 20)
"""Where years are narrow, one in so many is named."""


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
