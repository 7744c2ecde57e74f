"""What a reader speaks from: lines to take, what to say with care, questions to expect, words explained."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pressroom.pages.fragments import NOTHING, Fragment, Piece, cite, element, join, span, strong, text
from pressroom.pages.phrases import say
from pressroom.pages.words import letter_of, paragraph, within

MOST_WORDS = 50
"""Up to how many words an answer has that nobody has to look for in a page."""


@dataclass(frozen=True)
class CareItem:
    """One thing to say with care: a heading, what to say, and the keys of the records that it is about."""

    heading: str
    words: Piece
    about: tuple[str, ...] = ()


def letters(items: Sequence[CareItem], *, start: int = 1) -> dict[str, list[str]]:
    """Return the letters of the items by the record that they are about, for the badges in tables.

    Parameters
    ----------
    start
        The place of the first item's letter: 3 begins with c, where a box before this one has a and b.
    """
    found: dict[str, list[str]] = {}
    for place, item in enumerate(items, start):
        for key in item.about:
            found.setdefault(key, []).append(letter_of(place))
    return found


def care_box(items: Sequence[CareItem], *, start: int = 1, heading: str | None = None) -> Fragment:
    """Return the box with one lettered entry per item, or nothing when there is none.

    Parameters
    ----------
    start
        The place of the first letter, as for `letters`: in a second box of a page the letters run on.
    heading
        What stands over the box, if not the phrase ``care``.
    """
    if not items:
        return NOTHING
    entries = [
        element(
            "li",
            strong(say("sentence", sentence=item.heading)),
            " ",
            item.words,
            id=f"care-{letter_of(place)}",
        )
        for place, item in enumerate(items, start)
    ]
    box = element("ol", *entries, class_="alpha", start=str(start) if start > 1 else None)
    title = heading or say("care")
    # Two parts of a page that are heard by the same name could not be told apart.
    name = say("care_letter", letter=letter_of(start)) if start > 1 and not heading else title
    return element("aside", element("h2", title), box, class_="care", aria_label=name)


def badged(title: Piece, given: Iterable[str]) -> Fragment:
    """Return a title with badges that lead to the items of these letters."""
    badges = join(map(_badge, given))
    if isinstance(title, Fragment):
        return title + badges
    # A badge does not part from the last word of the title.
    start, space, last = title.rpartition(" ")
    return text(start + space) + span("nb", last, badges) if badges else text(title)


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


def _badge(letter: str) -> Fragment:
    name = say("care_letter", letter=letter)
    return element("a", letter, class_="ref", href=f"#care-{letter}", aria_label=name)


def _cited(marks: Sequence[str]) -> tuple[Piece, ...]:
    return (" ", cite(marks)) if marks else ()
