"""About how high blocks will be before anything is set: which may break, and which need a page of their own.

All lengths are millimetres.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pressroom.pages.pdf.inline import Mark

_LONG = 180.0  # millimetres; a box higher than this might be higher than a page
_LINE, _CHARACTER = 4.8, 2.0  # millimetres, of running text; rather too many, also for Thai and capitals
_SMALL = frozenset(("asked", "care", "lettered", "method", "says", "terms"))
_AREA = (8.2 / 9.2) ** 2  # what their text takes of what running text would, as in page.typ
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


def halve(items: list[Mark], width: float) -> tuple[list[Mark], list[Mark]]:
    """Return items in two columns of about equal height, the first no lower: Typst's do not balance."""
    heights = [_estimate([item], width) for item in items]
    cut = min(range(len(items) + 1), key=lambda n: (round(abs(sum(heights[:n]) - sum(heights[n:])), 3), -n))
    return items[:cut], items[cut:]


def turns_page(block: Mark) -> bool:
    """Whether a block needs a page of its own, which nothing can be put around."""
    return block[0] in ("annex", "turned")


def lead_turned(blocks: list[Mark]) -> list[Mark]:
    """Return blocks with the headings over what turns the page on that page: none stays behind."""
    led: list[Mark] = []
    for block in blocks:
        over: list[Mark] = []
        while block[0] == "turned" and led and _is_heading(led[-1]):
            over.insert(0, led.pop())
        led.append([block[0], block[1], [*over, *block[2]]] if over else block)
    return led


def mark_boxes(blocks: list[Mark]) -> None:
    """Mark each box of items that stands right below a table of several rows: they belong on one page."""
    for before, block in pairwise(blocks):
        if block[0] == "care" and _ends_in_table(before):
            block[1]["follows"] = True


def _ends_in_table(block: Mark) -> bool:
    if block[0] == "table":
        return any("ends" in cell[1] for cell in block[2])
    last = block[2][-1] if block[0] in ("section", "anchor") and block[2] else ""
    return not isinstance(last, str) and _ends_in_table(last)


def group(kind: str, blocks: list[Mark]) -> list[Mark]:
    """Return blocks as a section, or as several with those between that turn the page."""
    groups: list[Mark] = []
    open_group = False
    for block in lead_turned(blocks):
        if turns_page(block):
            groups.append(block)
        elif open_group:
            groups[-1][2].append(block)
        else:
            groups.append([kind if not groups else "section", {}, [block]])
        open_group = not turns_page(block)
    return groups


def _estimate(marks: list[Any], width: float, area: float = 1.0) -> float:
    """Return about how many millimetres marks take below each other, rather too many."""
    high = 0.0
    for mark in marks:
        if isinstance(mark, str):
            lines = len(mark) * _CHARACTER * area / max(width, _NARROWEST) + mark.count("\n")
            high += _LINE * lines
            continue
        kind, given, inside = mark
        within = _AREA if kind in _SMALL else area
        if kind == "table":
            high += given["height"] + _estimate(given["caption"], width)
        elif kind in ("lettered", "asked"):
            columns = given["columns"]
            heights = [_estimate([item], width / columns, within) for item in inside]
            high += sum(max(heights[i : i + columns]) for i in range(0, len(heights), columns))
        else:
            room = width / 2 if kind in ("columns", "terms") else width
            high += _BLOCKS.get(kind, 0.0) + _estimate(inside, room, within)
    return high


def _is_heading(block: Mark) -> bool:
    """Return whether a block is a heading below the title, or nothing but such."""
    if block[0] in ("anchor", "lang"):
        return bool(block[2]) and all(not isinstance(part, str) and _is_heading(part) for part in block[2])
    return block[0] == "heading" and int(block[1]["level"]) > 1
