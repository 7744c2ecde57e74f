"""Say with care: lettered items in a box, and the badges that repeat a letter beside what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pressroom.pages.fragments import NOTHING, Fragment, Piece, element, join, span, strong, text
from pressroom.pages.phrases import say
from pressroom.pages.words import letter_of


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


def _badge(letter: str) -> Fragment:
    name = say("care_letter", letter=letter)
    return element("a", letter, class_="ref", href=f"#care-{letter}", aria_label=name)
