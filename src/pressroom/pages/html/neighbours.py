"""What lies beside a page in its edition: the same briefing in other forms, and the pages next to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Neighbour(NamedTuple):
    """A page beside this one: its relative address, and its name."""

    href: str
    name: str


@dataclass(frozen=True)
class Around:
    """What of its edition the press links to from a page.

    Attributes
    ----------
    pdf
        Where the same briefing is as a PDF, relative to the page; ``""`` if it is none.
    rows
        Where the rows are that the page was made from, too; ``""`` if there are none.
    previous, following
        The pages before and after it.
    """

    pdf: str = ""
    rows: str = ""
    previous: Neighbour | None = None
    following: Neighbour | None = None


ALONE = Around()
