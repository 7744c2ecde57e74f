"""What a book of several documents has before them: its cover, and the parts of its contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pressroom.pages.markup.document import Masthead
from pressroom.pages.pdf.inline import Text

_LONGEST = 70
"""Characters of a title that fit into one line at the head of a page."""


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
