"""The parts of a page whose dataset tells its sources: head and foot with their dates, and what is cited.

Which tables there are is the desk's own: what is asked of a dataset stands in `Sourced`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, Literal, Protocol

from pressroom.data.names import make_slug
from pressroom.data.sources import Source
from pressroom.pages import page
from pressroom.pages.citations import Citations, date_sources
from pressroom.pages.fragments import NOTHING, Fragment, Piece
from pressroom.pages.phrases import Described, use_phrases
from pressroom.pages.related_pages import Imprint, Published, colophon
from pressroom.pages.tables import Row, Rows, records
from pressroom.pages.talking_points import CareItem, LineToTake, letters
from pressroom.pages.words import when


class Citing:
    """What a dataset has to have besides, to be told as sourced: put it before the class of datasets.

    Attributes
    ----------
    head
        What the last masthead says, for the end of its page: title, family, and what it is as of.
    """

    sources: dict[str, Source]
    head: tuple[str, str, dict[str, Any]] | None = None

    @cached_property
    def citations(self) -> Citations:
        """Return the sources that pages cite, with what a page has cited until now."""
        return Citations(self.sources)


class Sourced(Described, Published, Protocol):
    """A dataset whose pages cite sources."""

    head: tuple[str, str, dict[str, Any]] | None

    @property
    def citations(self) -> Citations:
        """Return the sources that pages cite."""

    def commentary(self, family: str, slug: str) -> str | None:
        """Return what an analyst wrote about one briefing; None if nothing."""


def cited(ds: Sourced, locators: Iterable[str]) -> list[str]:
    """Return locators as pages print them: ``p12``, and ``R p12`` where several sources are cited."""
    return ds.citations.cite(locators)


def name_sources(
    ds: Sourced, *shown: Rows, sections: Literal["each", "first and last", "none"] = "each"
) -> str:
    """Return the sources of what is shown, with their sections, for the line below a chart."""
    return ds.citations.name(*shown, sections=sections)


def as_of_words(ds: Sourced, row: Row) -> str:
    """Return the month that the newest source of a row is as of: ``November 2019``.

    Nothing where one source speaks for all, or where the newest does not say.
    """
    newest = next(iter(ds.citations.newest_first(row)), None)
    if newest is None or newest.as_of is None or len(ds.citations.sources) == 1:
        return ""
    return when(newest.as_of.end.isoformat()[:7])


def masthead(
    ds: Sourced,
    family: str,
    *,
    title: str,
    lede: Sequence[str],
    subject: str = "",
    short: str = "",
    shown: Rows = (),
    language: str | None = None,
) -> Fragment:
    """Return the head of a briefing: bar, subject, title and lede.

    Parameters
    ----------
    family
        What kind of briefing this is, such as "Regional briefing".
    title
        The message in at most 14 words, starting with the subject.
    lede
        Two or three sentences; empty ones are left out.
    subject
        The subject's full name, unless the title begins with it.
    short
        Name for the running head from page 2 on; the family when empty.
    shown
        What the briefing shows: the newest and the oldest of its sources say what it is as of; else of all.
    language
        A tag such as ``"id"``, for a briefing in another language than the descriptor's.
    """
    use_phrases(ds, language)
    ds.citations.note(shown)
    days = date_sources(ds.citations.of(shown) or [*ds.citations.sources.values()])
    ds.head = title, family, days
    return page.masthead(
        family, project=ds.project, title=title, lede=lede, **days, subject=subject, short=short
    )


def commentary(ds: Sourced, family: str, value: str) -> Fragment:
    """Return what the analyst wrote about a briefing, with a byline; nothing when there is no file.

    The file is ``data/commentary/<family>/<slug>.md``: Markdown, with ``author:`` and ``date:`` between two
    lines of three hyphens at its head. HTML in it is shown as text.

    Parameters
    ----------
    value
        The briefing's parameter, such as ``"North"``; the file is named by its slug.
    """
    return page.commentary(ds.commentary(family, make_slug(value)))


def method(ds: Sourced, *shown: Rows, said: Iterable[Piece] = ()) -> Fragment:
    """Return the closing section: the sources that the page used, how to read it, and who publishes it.

    Parameters
    ----------
    shown
        What the briefing printed.
    said
        How to read it.
    """
    used = ds.citations.until_now(*shown)
    days = date_sources(used)
    title, family, at_head = ds.head or ("", "", days)
    # What the masthead could not know yet, such as the source of a line to take, is dated at the end.
    dated = page.information_as_of(**days) if days["as_of"] and days != at_head else NOTHING
    after = colophon(Imprint.of(ds), title=title, family=family) + dated
    return page.method(*ds.citations.describe(used), *said, after=after)


def written_lines(
    ds: Sourced, lines: Rows, care: Sequence[CareItem], *, too: Sequence[str] = (), of: Rows | None = None
) -> list[LineToTake]:
    """Return lines to take that analysts wrote, each with the letters of its care items.

    Parameters
    ----------
    lines
        Rows with ``text``, ``sources`` and ``care``.
    care
        The items of the page, in the order of their letters.
    too
        Letters that each of the lines bears besides.
    of
        Records with ``sources``: only lines that share a place with one of them bear those letters.
    """
    given = letters(care)
    places = None if of is None else {place for row in records(of) for place in row["sources"]}
    return [
        LineToTake(
            row["text"],
            ds.citations.cite_briefly(row["sources"]),
            _order(
                *(too if places is None or not places.isdisjoint(row["sources"]) else ()),
                *(letter for code in row["care"] for letter in given.get(code, ())),
            ),
        )
        for row in records(lines)
    ]


def _order(*marks: str) -> list[str]:
    """Return letters in the order in which they are given: z before aa."""
    return sorted({*marks}, key=lambda letter: (len(letter), letter))


MOST_BESIDE = 4
"""How many items stand beside the lines to take, if the lines themselves bear no more."""


def part_care(
    care: Sequence[CareItem], *spoken: Rows, most: int = MOST_BESIDE
) -> tuple[list[CareItem], list[CareItem]]:
    """Return the items that stand beside the lines to take, and those that stand below the table.

    What the lines bear stands beside them, however much it is; other items fill up to `most`.

    Parameters
    ----------
    spoken
        What the lines are: rows of lines, which say their ``care``, or records with an ``id``.
    """
    rows = [row for part in spoken for row in records(part)]
    keys = {key for row in rows for key in (row["care"] if "care" in row else (row["id"],))}
    borne = [item for item in care if keys & set(item.about)]
    others = [item for item in care if item not in borne][: max(0, most - len(borne))]
    beside = [item for item in care if item in borne or item in others]
    return beside, [item for item in care if item not in beside]
