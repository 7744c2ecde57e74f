"""Counts side by side: one mark each while they are few, sorted bars once they are many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Unpack

from pressroom.pages.charts.alternative_text import Description, DrawnWords, complete, explain, say_ongoing
from pressroom.pages.charts.canvas import RADIUS, STEP, WIDE, Canvas
from pressroom.pages.charts.figure import Plotted, chart, page_room, part
from pressroom.pages.fragments import Fragment
from pressroom.pages.phrases import say

MANY = 15
CLOSEST = 2.5
SHORTEST = 4.0
"""Of the longest bar, beside words that leave no room."""
WIDEST_NAME = 0.55
"""The part of the width that the labels take at most."""


@dataclass(frozen=True)
class Count:
    """A row of the chart: a label (`short` on a phone), its marks, and what stands behind them."""

    label: str
    marks: tuple[str, ...]
    words: str
    highlighted: bool = False
    short: str = ""


def counts_chart(
    counts: Sequence[Count], *, name: str, width: float = WIDE, **words: Unpack[DrawnWords]
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
        Caption, source, and how it is described, see `DrawnWords`.
    """

    def draw(size: float, narrow: bool) -> list[Canvas]:
        pitch = 6.4 if narrow else 4.8
        parts = part([pitch] * len(counts), page_room(narrow) - 1.4)
        scale = _measure(counts, size, narrow)
        return [_draw(counts[rows.start : rows.stop], scale, size, narrow) for rows in parts]

    described, caption = words.get("described"), words["caption"]
    if not are_bars(counts, width=width):
        caption = explain(caption, described, {mark for count in counts for mark in count.marks})
    return chart(name, draw, width=width, **complete(words, caption, *_tell(counts, described)))


def _tell(counts: Sequence[Count], described: Description | None) -> tuple[str, Plotted]:
    """Return a sentence on each count, and the counts as a table."""
    if described is None:
        return "", Plotted((), ())
    rows = [(count.label, len(count.marks), count.words) for count in counts]
    plotted = Plotted([described.rows, described.nouns, say("in_words")], rows)
    return described.begin(*(_tell_count(count, described) for count in counts)), plotted


def _tell_count(count: Count, described: Description) -> str:
    ongoing = say_ongoing(count.marks)
    has = described.count(len(count.marks)) if count.marks else count.words
    key = "alt_highlighted" if count.highlighted else "alt_row"
    label = f"{described.kind} {' '.join(count.label.split())}".strip()
    return say(key, row=label, has=f"{has}, {ongoing}" if ongoing else has)


def are_bars(counts: Sequence[Count], *, width: float = WIDE) -> bool:
    """Return whether counts are so many that the wide drawing has a bar for each, in place of marks."""
    return _measure(counts, width, narrow=False).bars


@dataclass(frozen=True)
class _Scale:
    """Where the marks begin, how far apart they stand, and whether they are bars, for all rows alike."""

    left: float
    step: float
    bars: bool
    pitch: float


def _measure(counts: Sequence[Count], width: float, narrow: bool) -> _Scale:
    ruler = Canvas(width, 1, narrow=narrow)
    widest = max(ruler.measure(_name(count, narrow), bold=True) for count in counts)
    left = min(widest, WIDEST_NAME * width) + 4
    most = max(len(count.marks) for count in counts)
    steps = [
        (width - left - ruler.measure(count.words, bold=True) - 2) / len(count.marks)
        for count in counts
        if count.marks
    ]
    step = max(min([STEP, *steps]), SHORTEST / max(most, 1))
    return _Scale(left, step, most > MANY or step < CLOSEST, 6.4 if narrow else 4.8)


def _name(count: Count, narrow: bool) -> str:
    return count.short if narrow and count.short else count.label


def _draw(counts: Sequence[Count], scale: _Scale, width: float, narrow: bool) -> Canvas:
    pitch = scale.pitch
    canvas = Canvas(width, 1.4 + pitch * len(counts), narrow=narrow)
    canvas.across(0.4, strong=True)
    for place, count in enumerate(counts):
        top = 0.4 + pitch * place
        if count.highlighted:
            canvas.wash(top, top + pitch)
        canvas.across(top + pitch)
        _draw_count(canvas, count, scale, top + pitch / 2)
    return canvas


def _draw_count(canvas: Canvas, count: Count, scale: _Scale, y: float) -> None:
    bold, left = count.highlighted, scale.left
    canvas.label(0, y, canvas.fit(_name(count, canvas.narrow), left - 4, bold=True), bold=bold)
    end = left + scale.step * len(count.marks)
    if scale.bars and count.marks:
        canvas.bar("count", left, end, y, height=2.4)
    for place, kind in enumerate(() if scale.bars else count.marks):
        canvas.mark(kind, left + RADIUS + scale.step * place, y)
    silent = not count.marks or set(count.marks) == {"grey"}
    colour = "muted" if silent and not bold else "ink"
    start = end + (1.6 if count.marks else 0)
    words = canvas.fit(count.words, canvas.width - start, bold=bold)
    canvas.label(start, y, words, bold=bold, colour=colour)
