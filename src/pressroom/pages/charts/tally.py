"""Marks in a row: one for each that is counted, or one of each kind with its number for want of room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pressroom.pages.charts.canvas import RADIUS, STEP, Canvas

_BAR = 1.3
"""Half the length of a month or a year among marks in a row."""
_TO_NUMBER, _TO_KIND = 0.7, 1.6


def tally_width(canvas: Canvas, marks: Sequence[str], step: float = STEP, *, numbered: bool = False) -> float:
    """Return how many millimetres the marks take."""
    if not numbered:
        return 2 * RADIUS + step * max(len(marks) - 1, 0)
    kinds = Counter(marks).values()
    return sum(2 * RADIUS + _number_width(canvas, n) for n in kinds) + _TO_KIND * max(len(kinds) - 1, 0)


def draw_tally(
    canvas: Canvas, marks: Sequence[str], left: float, y: float, step: float = STEP, *, numbered: bool = False
) -> None:
    """Draw the marks from `left` on, centred on y; with `numbered`, each kind once and its number."""
    if not numbered:
        for place, kind in enumerate(marks):
            _draw_mark(canvas, kind, left + RADIUS + place * step, y)
        return
    for kind, n in Counter(marks).items():
        _draw_mark(canvas, kind, left + RADIUS, y)
        if n > 1:
            canvas.label(left + 2 * RADIUS + _TO_NUMBER, y, str(n))
        left += 2 * RADIUS + _number_width(canvas, n) + _TO_KIND


def _number_width(canvas: Canvas, n: int) -> float:
    return _TO_NUMBER + canvas.measure(str(n)) if n > 1 else 0.0


def _draw_mark(canvas: Canvas, kind: str, x: float, y: float) -> None:
    if kind in ("month", "year"):
        canvas.bar(kind, x - _BAR, x + _BAR, y)
    else:
        canvas.mark(kind, x, y)
