"""Counts side by side: one mark each while they are few, sorted bars once they are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from pressroom.pages.charts.canvas import RADIUS, STEP, WIDE, Canvas
from pressroom.pages.charts.figure import ChartWords, chart
from pressroom.pages.fragments import Fragment

MANY = 15
CLOSEST = 2.5


@dataclass(frozen=True)
class Count:
    """A row of the chart: a label (`short` on a phone), its marks, and what stands behind them."""

    label: str
    marks: tuple[str, ...]
    words: str
    highlighted: bool = False
    short: str = ""


def counts_chart(
    counts: Sequence[Count], *, name: str, width: float = WIDE, **words: Unpack[ChartWords]
) -> Fragment:
    """Return the counts as rows of marks, or as bars when one of them is above fifteen.

    Parameters
    ----------
    counts
        Rows from top to bottom.
    name
        Short name, unique in the briefing.
    width
        Width in millimetres of the wide drawing: that of the column where it stands.
    words
        Caption, alternative text, source and data.
    """

    def draw(size: float, narrow: bool) -> Canvas:
        return _draw(counts, size, narrow)

    return chart(name, draw, width=width, **words)


def _draw(counts: Sequence[Count], width: float, narrow: bool) -> Canvas:
    pitch = 6.4 if narrow else 4.8
    canvas = Canvas(width, 1.4 + pitch * len(counts), narrow=narrow)
    labels = [count.short if narrow and count.short else count.label for count in counts]
    left = max(canvas.measure(label, bold=True) for label in labels) + 4
    most = max(len(count.marks) for count in counts)
    words = max(canvas.measure(count.words, bold=True) for count in counts if len(count.marks) == most)
    step = min(STEP, (width - left - words - 2) / max(most, 1))
    bars = most > MANY or step < CLOSEST
    canvas.across(0.4, strong=True)
    for place, count in enumerate(counts):
        top = 0.4 + pitch * place
        if count.highlighted:
            canvas.wash(top, top + pitch)
        canvas.across(top + pitch)
        _draw_count(canvas, count, left, top + pitch / 2, step, bars=bars, narrow=narrow)
    return canvas


def _draw_count(
    canvas: Canvas, count: Count, left: float, y: float, step: float, *, bars: bool, narrow: bool
) -> None:
    bold = count.highlighted
    canvas.label(0, y, count.short if narrow and count.short else count.label, bold=bold)
    end = left + step * len(count.marks)
    if bars and count.marks:
        canvas.bar("count", left, end, y, height=2.4)
    for place, kind in enumerate(() if bars else count.marks):
        canvas.mark(kind, left + RADIUS + step * place, y)
    silent = not count.marks or set(count.marks) == {"grey"}
    colour = "muted" if silent and not bold else "ink"
    canvas.label(end + (1.6 if count.marks else 0), y, count.words, bold=bold, colour=colour)
