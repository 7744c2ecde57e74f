"""A drawing surface in millimetres with the house's marks, and what must hold of a finished drawing.

One unit is one millimetre and text keeps its exact size, so that no layout pass is needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from pressroom.data.findings import quote
from pressroom.look.colours import LIGHT
from pressroom.look.fonts import text_width
from pressroom.pages.charts import matplotlib_svg
from pressroom.pages.words import typographic

if TYPE_CHECKING:
    from matplotlib.path import Path


TALLEST = 230.0
"""Millimetres that a page has for a drawing, under its heading and caption and over its source line."""

_SLACK = 0.6
"""Millimetres: about the side bearing of a letter, which is no ink."""

POINT = 25.4 / 72
RADIUS = 1.15
STEP = 3.4
BAR = 1.6
SHORTEST = 2.6
"""A month's bar, where months are narrow."""

WIDE = 174.0
NARROW = 92.0

_ROUNDING = 1e-6
"""By how little words may be wider than their room, which was measured on them and reckoned with since."""

_HATCH = 6 * POINT
"""Distance of the hatch's lines, measured along an edge."""

_BAR = 1.3
"""Half the length of a month or a year among marks in a row."""
_TO_NUMBER, _TO_KIND = 0.7, 1.6


@dataclass(frozen=True)
class Box:
    """Where a mark or a label stands, in millimetres; `words` are those of a label."""

    left: float
    top: float
    right: float
    bottom: float
    words: str = ""

    def overlaps(self, other: Box) -> bool:
        """Return whether they share more than their edges."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > _SLACK and down > _SLACK

    def leaves(self, width: float, height: float) -> bool:
        """Return whether a part of it is off a canvas of that size."""
        across = self.left < -_SLACK or self.right > width + _SLACK
        return across or self.top < -_SLACK or self.bottom > height + _SLACK


def find_faults(boxes: Sequence[Box], width: float, height: float, *, tallest: float) -> Iterator[str]:
    """Yield what is wrong with a drawing, each as the end of a sentence about it."""
    if height > tallest:
        yield f"is {height:.0f} mm high, and a page has room for {tallest:.0f}"
    for box in boxes:
        if box.leaves(width, height):
            named = f"the label {quote(box.words)}" if box.words else "a mark"
            place = f"{box.left:.0f} mm from the left, {box.top:.0f} from the top"
            yield f"has {named} off its canvas, at {place}"
    for first, second in _pair_labels(boxes):
        if first.overlaps(second):
            yield f"has the label {quote(second.words)} over the label {quote(first.words)}"


class Canvas:
    """One drawing of a chart.

    Parameters
    ----------
    width, height
        Size in millimetres; y grows downwards.
    narrow
        Whether this is the drawing for a phone, with larger text.

    Attributes
    ----------
    marks
        How many marks and bars, that is how many data, were drawn.
    boxes
        Where these and the labels stand.
    """

    def __init__(self, width: float, height: float, *, narrow: bool = False) -> None:
        self.width, self.height, self.narrow = width, height, narrow
        self.size = 8.5 if narrow else 7.5
        self.marks = 0
        self.boxes: list[Box] = []
        self._layers: dict[int, list[matplotlib_svg.Shape | matplotlib_svg.Words]] = {}

    # marks ------------------------------------------------------------------------------------------

    def mark(self, kind: str, x: float, y: float) -> None:
        """Draw a round or square mark centred at (x, y): day, planned, ongoing or grey."""
        self.marks += 1
        self.boxes.append(Box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS))
        if kind == "grey":
            self._rectangle(x - 1, y - 1, x + 1, y + 1, fill="grey", layer=5)
        elif kind == "day":
            self._draw(matplotlib_svg.circle(*_points(x, y, RADIUS)), fill="blue", layer=5)
        else:
            place = _points(x, y, RADIUS - 0.15)
            self._draw(matplotlib_svg.circle(*place), fill="paper", stroke="blue", width=1.1, layer=5)
            if kind == "ongoing":
                self._draw(matplotlib_svg.left_half(*place), fill="blue", layer=6)

    def bar(self, kind: str, left: float, right: float, y: float, *, height: float = BAR) -> None:
        """Draw a month (solid), year (tint with outline) or count (solid) bar centred on y."""
        self.marks += 1
        if kind == "month":
            right = min(max(right, left + SHORTEST), self.width)
            left = min(left, right - SHORTEST)
        edges = left, y - height / 2, right, y + height / 2
        self.boxes.append(Box(*edges))
        if kind == "year":
            self._rectangle(*edges, fill="tint", stroke="blue", width=0.6, layer=4)
        else:
            self._rectangle(*edges, fill="blue", layer=4)

    # ground -----------------------------------------------------------------------------------------

    def hatch(self, left: float, top: float, right: float, bottom: float) -> None:
        """Hatch an area that the source does not cover."""
        # The diagonals are where x + y is a multiple of their distance, so that areas side by side match.
        sums = range(ceil((left + top) / _HATCH), floor((right + bottom) / _HATCH) + 1)
        lines = []
        for reach in (number * _HATCH for number in sums):
            low, high = max(left, reach - bottom), min(right, reach - top)
            lines.append((_pair(low, reach - low), _pair(high, reach - high)))
        self._draw(matplotlib_svg.lines(lines), stroke="hatch", width=0.6, layer=0)

    def wash(self, top: float, bottom: float) -> None:
        """Lay a pale ground under a highlighted row."""
        self._rectangle(0, top, self.width, bottom, fill="wash", layer=0)

    def patch_paper(self, left: float, top: float, right: float, bottom: float, *, over: int = 3) -> None:
        """Clear an area for a label or a mark that stands on hatch or on a bar."""
        self._rectangle(left, top, right, bottom, fill="paper", layer=over)

    def across(self, y: float, *, left: float = 0, right: float | None = None, strong: bool = False) -> None:
        """Draw a horizontal rule: a hairline, or in ink when strong."""
        self._rule((left, y), (self.width if right is None else right, y), strong)

    def down(self, x: float, top: float, bottom: float, *, strong: bool = False) -> None:
        """Draw a vertical rule: a hairline, or in ink when strong."""
        self._rule((x, top), (x, bottom), strong)

    def dotted(self, left: float, right: float, y: float) -> None:
        """Draw the dotted line of a statement such as "since 2015" that lists no record."""
        path = matplotlib_svg.line(_pair(left, y), _pair(right, y))
        self._draw(path, stroke="blue", width=1.1, dashes=(1.1, 1.76), layer=3)

    def _rule(self, start: tuple[float, float], end: tuple[float, float], strong: bool) -> None:
        colour, width, layer = ("ink", 0.8, 2) if strong else ("rule", 0.6, 1)
        self._draw(matplotlib_svg.line(_pair(*start), _pair(*end)), stroke=colour, width=width, layer=layer)

    def _rectangle(
        self, left: float, top: float, right: float, bottom: float, *, layer: int, **paint: Any
    ) -> None:
        self._draw(matplotlib_svg.rectangle(*_points(left, top, right, bottom)), layer=layer, **paint)

    # words ------------------------------------------------------------------------------------------

    def label(
        self,
        x: float,
        y: float,
        words: str,
        *,
        colour: str = "ink",
        bold: bool = False,
        align: str = "left",
        halo: bool = False,
    ) -> float:
        """Write one line centred on y, and return its width in millimetres."""
        # Capitals are centred on y: half their height is 0.36 em in this typeface.
        start, base = _points(x, y + 0.36 * self.size * POINT)
        shown = typographic(words)
        written = matplotlib_svg.Words(start, base, shown, LIGHT[colour], self.size, bold=bold, align=align)
        self._layers.setdefault(9, []).append(written)
        width = self.measure(words, bold=bold)
        left = {"left": x, "right": x - width, "center": x - width / 2}[align]
        half = 0.36 * self.size * POINT
        self.boxes.append(Box(left, y - half, left + width, y + half, shown))
        if halo:
            up = self.size * 0.22
            self.patch_paper(left - 0.6, y - up, left + width + 0.6, y + up, over=8)
        return width

    def measure(self, words: str, *, bold: bool = False) -> float:
        """Return the width of one line in millimetres."""
        return text_width(words, size=self.size, weight=matplotlib_svg.BOLD if bold else 400) * POINT

    def fit(self, words: str, room: float, *, bold: bool = False) -> str:
        """Return the words, cut with an ellipsis when they do not fit; text is never shrunk.

        They are cut at a word, the only one inside.
        """
        kept = words
        while self.measure(kept, bold=bold) > room + _ROUNDING and len(kept) > 1:
            kept = kept.removesuffix("…").rstrip()
            start, blank, _ = kept.rpartition(" ")
            kept = f"{start.rstrip(',')} …" if blank else f"{kept[:-1]}…"
        return kept

    def svg(self, *, class_: str, alt: str) -> str:
        """Return the drawing as inline SVG, one unit a point; `alt` is the plotted data in words."""
        drawn = [item for _, layer in sorted(self._layers.items()) for item in layer]
        attributes = f'class="{class_}" role="img" aria-label="{escape(alt)}"'
        width, height = _points(self.width, self.height)
        return matplotlib_svg.write_svg(width, height, drawn, attributes=attributes)

    def _draw(
        self,
        path: Path,
        *,
        layer: int,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0,
        dashes: tuple[float, ...] | None = None,
    ) -> None:
        """Add a shape; what stands in a higher layer lies over it, whenever that was drawn."""
        inside, edge = (LIGHT[colour] if colour else None for colour in (fill, stroke))
        self._layers.setdefault(layer, []).append(matplotlib_svg.Shape(path, inside, edge, width, dashes))


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


def _pair_labels(boxes: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """Yield the pairs of labels of which one begins above where the other ends."""
    labels = sorted((box for box in boxes if box.words), key=lambda box: box.top)
    for place, first in enumerate(labels):
        for second in labels[place + 1 :]:
            if second.top >= first.bottom:
                break
            yield first, second


def _pair(x: float, y: float) -> tuple[float, float]:
    return x / POINT, y / POINT


def _points(*millimetres: float) -> list[float]:
    return [round(length / POINT, 3) for length in millimetres]


def _number_width(canvas: Canvas, n: int) -> float:
    return _TO_NUMBER + canvas.measure(str(n)) if n > 1 else 0.0


def _draw_mark(canvas: Canvas, kind: str, x: float, y: float) -> None:
    if kind in ("month", "year"):
        canvas.bar(kind, x - _BAR, x + _BAR, y)
    else:
        canvas.mark(kind, x, y)
