"""What a chart draws, in words: captions that explain marks, and sentences for those who do not see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NotRequired, TypedDict

from pressroom.pages.charts.figure import ChartWords, Plotted
from pressroom.pages.fragments import NOTHING, Fragment, Piece, join, keyed
from pressroom.pages.phrases import say
from pressroom.pages.words import capital, counted, number, plural

_MEANINGS = {
    "grey": "",
    "day": "mark_day",
    "month": "mark_month",
    "year": "mark_year",
    "ongoing": "mark_ongoing",
    "planned": "mark_planned",
    "hatch": "not_covered",
}
"""The phrases that say what a mark stands for, in the order in which a caption explains them."""


@dataclass(frozen=True)
class Description:
    """How a chart is put in words for those who do not see it, and its marks for those who do.

    Parameters
    ----------
    title
        A sentence on what is drawn, which begins the alternative text.
    noun
        What a mark stands for, such as ``"visit"``.
    rows
        What the rows are, such as ``"Region"``: the heading of the data.
    kind
        What stands before the label of each row, where that would not say it: ``"Line"`` of ``"1.2"``.
    marks
        What marks stand for in the caption, where not what the phrases say that begin with ``mark``; of
        ``"grey"``, only the caller knows.
    muted
        How the row that is set in grey is called, such as ``"in no region"``.
    """

    title: str
    noun: str
    rows: str = ""
    kind: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    muted: str = ""

    def begin(self, *sentences: str) -> str:
        """Return the alternative text, of which these are the other sentences."""
        return " ".join(filter(None, (self.title, *sentences)))

    def count(self, n: int) -> str:
        """Return so many in words."""
        return counted(n, self.noun)

    @property
    def nouns(self) -> str:
        """Return the heading over numbers."""
        return capital(plural(self.noun, 2))


class DrawnWords(TypedDict):
    """What stands around a drawing whose alternative text and data the press can make, if it is described.

    Attributes
    ----------
    caption
        What is drawn; if the chart is described, what the marks stand for follows.
    source
        Where the data is from.
    described
        How the chart is put in words, where these are not the caller's own.
    alt, data
        The words and the data of the caller's own.
    """

    caption: Piece
    source: Piece
    described: NotRequired[Description]
    alt: NotRequired[str]
    data: NotRequired[Plotted]


def complete(words: DrawnWords, caption: Piece, alt: str, data: Plotted) -> ChartWords:
    """Return all that stands around a drawing: what the caller says of it, else these."""
    return ChartWords(
        caption=caption, alt=words.get("alt", alt), source=words["source"], data=words.get("data", data)
    )


def explain(drawn: Piece, described: Description | None, used: Collection[str], *, behind: str = "") -> Piece:
    """Return a caption: what is drawn, and the marks that are used with their meaning.

    Parameters
    ----------
    behind
        What follows the marks.
    """
    return join(filter(None, (drawn, explain_marks(described, used, behind=behind))), " ")


def explain_marks(described: Description | None, used: Collection[str], *, behind: str = "") -> Fragment:
    """Return the marks that are used with their meaning; nothing where no description says it."""
    if described is None:
        return NOTHING
    meant = [
        (mark, described.marks.get(mark) or (say(key) if key else "")) for mark, key in _MEANINGS.items()
    ]
    keys = [keyed(mark, words) for mark, words in meant if mark in used and words]
    return join([join(keys, ", "), f"{behind}."]) if keys or behind else NOTHING


def say_ongoing(marks: Sequence[str]) -> str:
    """Return how many of the marks are of what goes on: ``ongoing``, ``two of them ongoing``, or nothing."""
    n = marks.count("ongoing")
    if not n:
        return ""
    return say("mark_ongoing") if len(marks) == 1 else say("alt_ongoing", n=number(n))
