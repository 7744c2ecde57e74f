"""A document, or a book of several with its cover, as the tree that the Typst template draws."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from pressroom.pages.markup.document import Document, Masthead, Properties
from pressroom.pages.pdf.blocks import Reader
from pressroom.pages.pdf.grid import CellTags
from pressroom.pages.pdf.heights import lead_turned, mark_boxes, turns_page
from pressroom.pages.pdf.inline import Inline, Mark, Text, language_of, plain
from pressroom.pages.pdf.pictures import Picture
from pressroom.pages.phrases import speaking

_LONGEST = 70
"""Characters of a title that fit into one line at the head of a page."""

_DEEPEST = 24  # Typst stops near 40 nested calls
_NAMES = {"name", "to", "key"}  # of what a link leads to, as attributes have it


@dataclass(frozen=True)
class Part:
    """Some documents of a book, listed under one title; `size` says how many."""

    title: str
    size: int


@dataclass(frozen=True)
class Cover:
    """A book's first page, and how its contents are divided.

    Attributes
    ----------
    masthead
        As on the documents' own pages; `as_of_long` stands at the foot.
    subject, title, lede
        A line above the title, the title, and what the book holds.
    facts
        Names and what there is to know, a line each.
    parts
        In the order of the documents; together they are all of them.
    """

    masthead: Masthead
    subject: str
    title: str
    lede: str
    facts: Sequence[tuple[str, str]]
    parts: Sequence[Part]

    def read(self) -> tuple[dict[str, Any], list[str]]:
        """Return what the template needs, JSON-able, and what of it no bundled font shows."""
        text = Text({}, [])
        head, say = self.masthead, text.showable
        data = {
            "family": say(head.family),
            "project": say(head.project),
            "as_of": text.read(list(head.as_of)),
            "foot": say(head.as_of_long),
            "subject": say(self.subject),
            "title": say(self.title),
            "short": say(self.title if len(self.title) <= _LONGEST else self.subject),
            "lede": say(self.lede),
            "facts": [[say(name), say(value)] for name, value in self.facts],
            "parts": self._locate_parts(text),
        }
        return data, text.warnings

    def _locate_parts(self, text: Text) -> list[dict[str, Any]]:
        """Return each part with the place of its first document and of the one after its last."""
        located, first = [], 0
        for part in self.parts:
            located.append({"title": text.showable(part.title), "first": first, "end": first + part.size})
            first += part.size
        return located


@dataclass
class Tree:
    """All that the template needs, and what the finished PDF still has to be given.

    Attributes
    ----------
    data
        JSON-able: metadata and the blocks.
    tables
        The tags of every table's cells, in the order of the tables.
    pictures
        Files that the template reads.
    showable
        Returns a text as the PDF has it: without what no bundled font can show.
    """

    data: dict[str, Any]
    tables: list[CellTags]
    pictures: list[Picture]
    showable: Callable[[str], str]
    warnings: list[str] = field(default_factory=list)

    @property
    def can_gather(self) -> int:
        """How many of the last blocks may be kept on one page: those behind the first, and what turns one."""
        last = takewhile(lambda block: not turns_page(block), reversed(self.data["blocks"][1:]))
        return sum(1 for _ in last)


def make_tree(document: Document, place: int = 0) -> Tree:
    """Return the tree of a document.

    Parameters
    ----------
    place
        Which of a book's documents it is: it tells the targets of links in one from those in another.

    Raises
    ------
    DocumentError
        If a picture cannot be read.
    """
    reader = Reader(document)
    with speaking(document.masthead.phrases):
        blocks = lead_turned([mark for block in document.blocks for mark in reader.read(block)])
    mark_boxes(blocks)
    head = document.masthead
    text = reader.text
    settled = _settle(blocks, reader.anchors)
    _place(settled, f"{place}-")
    data = {
        "begin": f"{place}-begin",
        "title": text.showable(document.title),
        "family": text.showable(head.family),
        "project": text.showable(head.project),
        **_describe(document.properties, text.showable),
        "short": text.showable(head.short),
        "as_of": text.read(list(head.as_of)),
        "foot": text.showable(head.as_of_long),
        "words": {key: text.showable(head.phrases.wording(key)) for key in ("page", "contents")},
        "language": language_of(document.language),
        "blocks": _titled(settled, text.showable(document.title)),
    }
    return Tree(data, reader.tables, reader.pictures, text.showable, text.warnings)


def _describe(properties: Properties, showable: Callable[[str], str]) -> dict[str, Any]:
    """Return the properties of a PDF but for its title: lists of names and words, and year, month and day."""
    day = properties.day
    return {
        "author": [showable(properties.publisher)] if properties.publisher else [],
        "keywords": [showable(word) for word in properties.keywords],
        "day": [day.year, day.month, day.day] if day else None,
    }


def _titled(blocks: list[Mark], title: str) -> list[Mark]:
    """Return blocks that start with an h1 and skip no level: in a cell or a line, a heading is only bold."""
    headings = list(_headings(blocks))
    if not headings or headings[0][1]["level"] != 1:
        blocks = [["heading", {"level": 1}, [title]], *blocks]
    level = 1
    for heading in list(_headings(blocks))[1:]:
        level = heading[1]["level"] = max(2, min(heading[1]["level"], level + 1))
    return blocks


def _place(value: Any, prefix: str) -> None:
    """Put a prefix before each name that a link leads to, in marks at any depth."""
    if isinstance(value, list):
        for each in value:
            _place(each, prefix)
    elif isinstance(value, dict):
        for name in value.keys() & _NAMES:
            value[name] = f"{prefix}{value[name]}"
        for each in value.values():
            _place(each, prefix)


def _headings(marks: list[Any]) -> Iterator[Mark]:
    for mark in marks:
        if not isinstance(mark, str):
            if mark[0] == "heading":
                yield mark
            yield from _headings(mark[2])


def _settle(blocks: list[Mark], anchors: set[str]) -> list[Mark]:
    return [mark for block in blocks for mark in _settled(block, anchors, 0) if not isinstance(mark, str)]


def _settled(mark: Inline, anchors: set[str], depth: int) -> Iterator[Inline]:
    """Yield a mark without links to places that are not there, and flat below what Typst can nest."""
    if isinstance(mark, str):
        yield mark
        return
    kind, attributes, children = mark
    if kind in ("ref", "goto") and attributes["to"] not in anchors:
        yield from children
    elif depth >= _DEEPEST and children and kind not in ("pre", "cell"):
        text = re.sub(r"\s+", " ", plain(children))
        yield ["item", {}, [text]] if kind == "item" else text
    else:
        inner = [child for each in children for child in _settled(each, anchors, depth + 1)]
        yield [kind, _settled_attributes(attributes, anchors, depth), inner]


def _settled_attributes(attributes: dict[str, Any], anchors: set[str], depth: int) -> dict[str, Any]:
    inline = ("caption", "value", "unit", "rest")
    return {
        name: [m for each in value for m in _settled(each, anchors, depth + 1)] if name in inline else value
        for name, value in attributes.items()
    }
