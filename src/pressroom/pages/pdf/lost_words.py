"""What a document shows and its PDF lacks: each word, as often, inside the page's area.

The words are read from the finished PDF, so that it does not matter why one is missing: a row that is higher
than a page, a line that is wider, a block that no template draws. What only a browser shows on purpose is
left out: the data behind a chart, drawings, links of the class ``screen``, and what is there for screen
readers alone. What only the PDF shows (the words of a drawing, those over the page) counts for no other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from string import digits
from typing import Any

from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.document import Document
from pressroom.pages.markup.nodes import BLOCKS, Element, Node, has_class, is_for_screen, text_of
from pressroom.pages.pdf import margins
from pressroom.pages.pdf.runs import Run, read_runs
from pressroom.pages.pdf.structure import list_places, walk_structure

_POINT = 25.4 / 72
_SLACK = 4.0  # points
_JOINED = 0.15  # of the size: a gap that is smaller is none between words
_SAME_LINE = 0.6  # of the size
_MOST = 12

_SIGNS = re.compile(r"[^\w\u0300-\u036f\u0e31-\u0ece\u102b-\u109d\u17b6-\u17dd]|_")
"""What is no letter, digit or part of a syllable."""

_DRAWN = frozenset(("svg", "img", "script", "style"))
_PARTED = BLOCKS | {"br", "td", "th"}
_UNSEEN = ("vh", "sep", "footnote-backref", "anchor-link", "screen")


def require_words(document: Document, pdf: Any, showable: Callable[[str], str]) -> None:
    """Raise a DocumentError if a word of a document is missing in its PDF.

    Parameters
    ----------
    pdf
        Open, as Typst wrote it.
    showable
        Returns a text as the PDF has it: without what no bundled font can show.
    """
    drawings = set(_find_drawings(pdf))
    runs = (run for run in read_runs(pdf) if (run.page, run.place) not in drawings)
    printed = _Printed(runs, [_find_area(page) for page in pdf.pages])
    # What stands over the page must not stand for words of the same kind that are missing below.
    head = document.masthead
    over = [head.family, head.project, text_of(head.as_of)]
    printed.find_missing(" ".join(showable(text) for text in over))
    for cell, texts in _list_texts(document, showable):
        missing = [word for text in texts for word in printed.find_missing(text)]
        if missing:
            shown = " ".join(missing[:_MOST]) + (" …" if missing[_MOST:] else "")
            words = f"{len(missing)} words are" if missing[1:] else "one word is"
            raise DocumentError(
                cell,
                f"{words} shown that the PDF has no room for: {shown}; break the text up, or give it"
                " a wider column",
            )


class _Printed:
    """The words of a PDF; those that were found are taken away."""

    def __init__(self, runs: Iterable[Run], areas: list[tuple[float, float, float, float]]) -> None:
        words = _split("".join(_join(run for run in runs if _is_inside(run, areas[run.page - 1]))))
        self.words, self.asked = Counter(words), Counter[str]()
        self.all = "".join(words)
        self.numbered = Counter(
            word.strip(digits) for word in words if word[0] in digits or word[-1] in digits
        )

    def find_missing(self, text: str) -> list[str]:
        """Return the words of a text that are not there as often."""
        pairs = [(key, word) for word in text.split() for key in _split(word)]
        words, missing = [key for key, _ in pairs], []
        for place, (key, word) in enumerate(pairs):
            self.asked[key] += 1
            if self.words[key]:
                self.words[key] -= 1
            elif not self._is_broken(words, place):
                missing.append(word)
        return missing

    def _is_broken(self, words: list[str], place: int) -> bool:
        """Return whether a word is there in parts, or together with its neighbours or a note's number."""
        if self.numbered[words[place]]:
            self.numbered[words[place]] -= 1
            return True
        first = max(0, place - 1)
        parts = [words[first : place + 2], words[first : place + 1], words[place : place + 2]]
        joined = {"".join(part) for part in parts if len(part) > 1}
        if any(len(part) >= 4 and part in self.all for part in joined):
            return True
        word = words[place]
        return len(word) >= 4 and self.all.count(word) >= self.asked[word]


def _find_drawings(pdf: Any) -> Iterator[tuple[int, int]]:
    """Yield page and place of what is drawn as a picture: its words are told by its alternative text."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    for part in walk_structure(pdf.Root.StructTreeRoot):
        if part.S == "/Figure":
            for place, page in list_places(part):
                yield numbers[page.objgen], place


def _list_texts(document: Document, showable: Callable[[str], str]) -> Iterator[tuple[int | None, list[str]]]:
    for block in document.blocks:
        texts: list[str] = [""]
        _gather(block.nodes, texts)
        yield block.cell, [showable(text) for text in texts if text.strip()]


def _gather(nodes: Iterable[Node], texts: list[str]) -> None:
    """Add the texts of nodes, parted where a block begins and ends."""
    for node in nodes:
        if isinstance(node, str):
            texts[-1] += node
        elif not _is_unseen(node):
            parts = node.tag in _PARTED
            if parts:
                texts.append("")
            _gather(_list_shown(node), texts)
            if parts:
                texts.append("")


def _is_unseen(element: Element) -> bool:
    if element.tag in _DRAWN or has_class(element, *_UNSEEN) or is_for_screen(element):
        return True
    return element.tag == "details" and has_class(element, "data")


def _list_shown(element: Element) -> list[Node]:
    """Return what the PDF tells of an element: over related pages it has a word of its own."""
    if element.tag != "nav" or not has_class(element, "see"):
        return element.children
    return [child for child in element.children if isinstance(child, str) or child.tag != "h2"]


def _split(text: str) -> list[str]:
    """Return the words of a text as they can be compared: of letters and digits only, ligatures undone."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return [word for word in (_SIGNS.sub("", word) for word in text.split()) if word]


def _join(runs: Iterable[Run]) -> Iterator[str]:
    """Yield the texts of runs, with a blank before each that does not go on where the last one ended."""
    last: Run | None = None
    for run in runs:
        if last is not None:
            apart = abs(run.y - last.y) > _SAME_LINE * last.size or run.page != last.page
            if apart or not -_SLACK < run.x - last.end < _JOINED * last.size:
                yield " "
        yield run.text
        last = run


def _find_area(page: Any) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of where a page's text may stand, in points."""
    left, bottom, right, top = map(float, page.mediabox)
    side = margins.SIDE / _POINT
    return left + side, bottom + margins.BOTTOM / _POINT, right - side, top - margins.TOP / _POINT


def _is_inside(run: Run, area: tuple[float, float, float, float]) -> bool:
    left, bottom, right, top = area
    return left - _SLACK < run.x and run.end < right + _SLACK and bottom - _SLACK < run.y < top + _SLACK
