"""What pandas writes for programmers, as a reader expects it: missing values, truth, rows that are cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pressroom.pages.markup.nodes import Element, Node, has_class, walk, words_of
from pressroom.pages.phrases import say

_MISSING = ("NaN", "NaT", "<NA>", "None", "nan")
_TRUTH = {"True": "true", "False": "false"}
_SIZE = re.compile(r"(\d+) rows × (\d+) columns")
_CUT = ("...", "…", "⋮", "⋯", "⋱")


def read_frames(nodes: Sequence[Node], warn: Callable[[str], None]) -> None:
    """Put the tables that pandas wrote into a reader's words; a table that it has cut says so.

    Parameters
    ----------
    warn
        Takes what was cut, and how to print all of it.
    """
    for table in (element for element in walk(nodes) if element.tag == "table"):
        for cell in walk([table]):
            if cell.tag == "td" and (has_class(table, "dataframe") or has_class(cell, "data")):
                word = _say_cell(words_of([cell]))
                if word and not cell.elements():
                    cell.children = [word]
    for parent in walk(nodes):
        for table, note in zip(parent.elements(), parent.elements()[1:], strict=False):
            size = _SIZE.fullmatch(words_of([note])) if note.tag == "p" else None
            if size and has_class(table, "dataframe"):
                note.children = [_tell_cut(table, int(size[1]), int(size[2]), warn)]


def _say_cell(words: str) -> str:
    """Return what a reader gets in place of pandas' words; ``""`` if these are a reader's."""
    return "–" if words in _MISSING else say(_TRUTH[words]) if words in _TRUTH else ""


def _tell_cut(table: Element, rows: int, columns: int, warn: Callable[[str], None]) -> str:
    """Return how much of a frame its table shows."""
    lines = [row for body in walk([table]) if body.tag == "tbody" for row in body.elements()]
    cells = [[words_of([cell]) for cell in line.elements() if cell.tag == "td"] for line in lines]
    shown = sum(not line or any(cell not in _CUT for cell in line) for line in cells)
    across = len(cells[0]) - sum(cell in _CUT for cell in cells[0]) if cells else columns
    parts = []
    for here, whole, what in ((shown, rows, "rows"), (across, columns, "columns")):
        if here < whole:
            parts.append(say(f"{what}_of", n=str(here), all=str(whole)))
            warn(
                f"pandas shows {here} of {whole} {what}; pd.set_option('display.max_{what}', None) prints all"
            )
    if not parts:
        return say("size", rows=say("rows", n=str(rows)), columns=say("columns", n=str(columns)))
    first, *more = parts
    both = say("list_two", **{"first": first, "and": say("and"), "last": more[0]}) if more else first
    return say("cut", parts=both)
