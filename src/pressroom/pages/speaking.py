"""What a reader speaks from: lines to take, questions to expect with their answers, and words explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pressroom.pages.care import badged
from pressroom.pages.fragments import NOTHING, Fragment, Piece, cite, element, span
from pressroom.pages.phrases import say
from pressroom.pages.words import paragraph, within

MOST_WORDS = 50
"""Up to how many words an answer has that nobody has to look for in a page."""


@dataclass(frozen=True)
class LineToTake:
    """A sentence that can be read out as it stands, where it is from, and the letters of its care items."""

    words: Piece
    sources: Sequence[str] = ()
    care: Sequence[str] = ()


def lines_to_take(lines: Iterable[LineToTake | None], *, heading: str | None = None) -> Fragment:
    """Return the lines below each other, each with its badges and source marks; nothing without any.

    Parameters
    ----------
    lines
        In the order in which they may be said; one that is None or has no words is left out.
    heading
        What stands over them, if not the phrase ``lines``.
    """
    items = [
        element("li", badged(line.words, line.care), *_cited(line.sources))
        for line in lines
        if line and line.words
    ]
    if not items:
        return NOTHING
    title = element("h2", heading or say("lines"))
    return element("section", title, element("ol", *items, class_="lines"), class_="say")


@dataclass(frozen=True)
class Question:
    """What a reader may be asked, what can be answered, and where the answer is from."""

    question: Piece
    answer: Piece
    sources: Sequence[str] = ()


def questions(*asked: Question | None) -> Fragment:
    """Return questions with their answers, side by side in pairs; nothing without any.

    One that is None, or that has no answer, is left out: nobody is helped by a question alone.
    """
    items = [
        element("li", element("h3", each.question), element("p", each.answer, *_cited(each.sources)))
        for each in asked
        if each and each.answer
    ]
    return element("ul", *items, class_="asked") if items else NOTHING


def brief(sentences: Callable[[int], Sequence[str]]) -> str:
    """Return an answer of at most 50 words, in as many of them as it may have.

    Parameters
    ----------
    sentences
        Returns the answer's sentences, given up to how many things of a kind they name: first five, then
        ever fewer, in the end none, where all are counted.

    Examples
    --------
    >>> brief(lambda few: ["nobody is named"])
    'Nobody is named.'
    """
    return within(MOST_WORDS, *(paragraph(sentences(few)) for few in (5, 3, 2, 1, 0)))


def terms(pairs: Iterable[tuple[Piece, Piece]]) -> Fragment:
    """Return names with what they mean, in two columns; nothing without any."""
    items = [element("li", span("k", name), " ", words) for name, words in pairs]
    return element("ul", *items, class_="terms") if items else NOTHING


def _cited(marks: Sequence[str]) -> tuple[Piece, ...]:
    return (" ", cite(marks)) if marks else ()
