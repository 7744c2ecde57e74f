"""About how high blocks will be before anything is set: which may break, and how columns are halved."""

from __future__ import annotations

from typing import Any

from pressroom.pages.pdf.inline import Mark

_LONG = 180.0  # millimetres; a box higher than this might be higher than a page
_LINE, _CHARACTER = 5.5, 1.9  # millimetres
_NARROWEST = 20.0
_BLOCKS = {
    "paragraph": 3.0,
    "item": 3.0,
    "heading": 8.0,
    "figure": 20.0,
    "chart": 215.0,
}  # millimetres, without text


def is_long(blocks: list[Mark], width: float) -> bool:
    """Return whether blocks might take more than a page; rather too often than too seldom."""
    return _estimate(blocks, width) > _LONG


def _estimate(marks: list[Any], width: float) -> float:
    """Return about how many millimetres marks take below each other, rather too many."""
    high = 0.0
    for mark in marks:
        if isinstance(mark, str):
            high += _LINE * (len(mark) * _CHARACTER / max(width, _NARROWEST) + mark.count("\n"))
        elif mark[0] == "table":
            high += mark[1]["height"] + _estimate(mark[1]["caption"], width)
        elif mark[0] in ("lettered", "asked"):
            high += _estimate(mark[2], width / mark[1]["columns"]) / mark[1]["columns"] * 1.5
        else:
            high += _BLOCKS.get(mark[0], 0.0)
            high += _estimate(mark[2], width / 2 if mark[0] in ("columns", "terms") else width)
    return high


def halve(items: list[Mark], width: float) -> tuple[list[Mark], list[Mark]]:
    """Return items in two columns of about equal height, the first no lower: Typst's do not balance."""
    heights = [_estimate([item], width) for item in items]
    cut = min(range(len(items) + 1), key=lambda n: (round(abs(sum(heights[:n]) - sum(heights[n:])), 3), -n))
    return items[:cut], items[cut:]
