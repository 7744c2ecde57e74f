"""What must hold of a finished drawing: all on its canvas, no label over another, no more than a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pressroom.data.findings import quote

TALLEST = 230.0
"""Millimetres that a page has for a drawing, under its heading and caption and over its source line."""

_SLACK = 0.6
"""Millimetres: about the side bearing of a letter, which is no ink."""


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


def _pair_labels(boxes: Sequence[Box]) -> Iterator[tuple[Box, Box]]:
    """Yield the pairs of labels of which one begins above where the other ends."""
    labels = sorted((box for box in boxes if box.words), key=lambda box: box.top)
    for place, first in enumerate(labels):
        for second in labels[place + 1 :]:
            if second.top >= first.bottom:
                break
            yield first, second
