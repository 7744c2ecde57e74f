"""What has no room on one page or in one width, parted."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf

from pressroom.pages.charts.bounds import TALLEST


def part(sizes: Sequence[float], room: float) -> list[range]:
    """Return ranges of what fits into the room together, of one at least, in as few parts of about a length.

    >>> part([4, 4, 4, 4], 12), part([20, 4], 12)
    ([range(0, 2), range(2, 4)], [range(0, 1), range(1, 2)])
    """
    parts = _fill(sizes, room, len(sizes))
    even = _fill(sizes, room, ceil(len(sizes) / len(parts))) if parts else []
    return even if len(even) == len(parts) else parts


def page_room(narrow: bool) -> float:
    """Return how high a drawing may be; a phone scrolls."""
    return inf if narrow else TALLEST


def _fill(sizes: Sequence[float], room: float, most: int) -> list[range]:
    parts: list[range] = []
    start, taken = 0, 0.0
    for place, size in enumerate(sizes):
        if place > start and (taken + size > room or place - start == most):
            parts.append(range(start, place))
            start, taken = place, 0.0
        taken += size
    return [*parts, range(start, len(sizes))] if sizes else []
