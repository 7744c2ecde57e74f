"""Parts of a page, filled from the dataset: masthead, key figures, what lies ahead, commentary, method."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from aichr_briefings.citations import cited_so_far, lists, note_sources, sources_used
from pressroom import pages
from pressroom.data.slugs import make_slug
from pressroom.data.sources import find_as_of, has_undated
from pressroom.pages import (
    NOTHING,
    Fragment,
    Imprint,
    KeyFigure,
    Line,
    Piece,
    at_date,
    briefing_link,
    capital,
    colophon,
    date_figure,
    line_list,
    records,
    strong,
    use_phrases,
    when,
    year_spans,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.data.sources import Source
    from pressroom.pages.tables import Rows

_heads: WeakKeyDictionary[Record, tuple[str, str, dict[str, Any]]] = WeakKeyDictionary()
"""What a dataset's last masthead says, for the end of its page: title, family, and what it is as of."""


def masthead(
    ds: Record,
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
        What kind of briefing this is, such as "Agency briefing".
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
    note_sources(ds, shown)
    days = _date(sources_used(ds, shown) or _list_marked(ds))
    _heads[ds] = title, family, days
    return pages.masthead(
        family,
        project=ds.project,
        title=title,
        lede=lede,
        **days,
        subject=subject,
        short=short,
    )


def _date(sources: Sequence[Source]) -> dict[str, Any]:
    """Return of which days sources are, as a masthead takes it."""
    days = [*find_as_of(sources), None, None][:2]
    newest, oldest = ((one.start, one.end) if one else None for one in days)
    first, second = (one.origin if one else "" for one in days)
    days_of = {"as_of": newest, "origin": first, "oldest": oldest, "oldest_origin": second}
    return {**days_of, "undated": has_undated(sources)}


# key figures --------------------------------------------------------------------------------------


def row_figure(row: Row, definition: str) -> KeyFigure:
    """Return the date of an activity as a key figure; ``planned`` stands before that of a planned one."""
    return date_figure(row["start"], row["end"], definition, planned=row["status"] == "planned")


# the end of the page ------------------------------------------------------------------------------


def commentary(ds: Record, family: str, value: str) -> Fragment:
    """Return what the analyst wrote about a briefing, with a byline; nothing when there is no file.

    The file is ``data/commentary/<family>/<slug>.md``: Markdown, with ``author:`` and ``date:`` between two
    lines of three hyphens at its head. HTML in it is shown as text.

    Parameters
    ----------
    value
        The briefing's parameter, such as ``"UNDP"``; the file is named by its slug.
    """
    return pages.commentary(ds.commentary(family, make_slug(value)))


def method(ds: Record, *shown: Rows) -> Fragment:
    """Return the closing section: the sources that the page used, how to read it, and who publishes it.

    The rest stands once per edition, on the page that ``about`` presses.

    Parameters
    ----------
    shown
        What the briefing printed.
    """
    used = _list_sources(ds, shown)
    days = _date(used)
    title, family, at_head = _heads.get(ds, ("", "", days))
    # What the masthead could not know yet, such as the source of a line to take, is dated at the end.
    dated = pages.information_as_of(**days) if days["as_of"] and days != at_head else NOTHING
    return pages.method(
        *_describe_sources(ds, used),
        f"{ds.say('how-to-read', lists=capital(lists(ds)))} ",
        ds.say("more-in"),
        " ",
        briefing_link(ds.say("about"), "about", optional=True),
        ".",
        after=colophon(Imprint.of(ds), title=title, family=family) + dated,
    )


def list_sources(ds: Record) -> Fragment:
    """Return all sources that pages cite: title, dates, how these are known, how places are read, years."""
    covered: dict[str, list[Row]] = {}
    for row in ds.table("coverage"):
        covered.setdefault(row["source"], []).append(row)
    return line_list(
        Line(
            source.mark, f"{_say_dates(source)}. {_say_reason(source)}{_say_coverage(covered.get(code, ()))}"
        )
        for code, source in ds.sources.items()
        if source.mark
    )


def list_abbreviations(ds: Record) -> list[tuple[str, str]]:
    """Return all abbreviations that pages may print, in the order of the alphabet, with their full names."""
    tables = (ds.organisations(), ds.table("organisation_names"), ds.table("instruments"))
    named = {row["short_name"]: row["name"] for table in tables for row in records(table)}
    named |= {row["short"]: row["name"] for row in ds.terms(kind="abbreviation") if row["name"]}
    return [(short, named[short]) for short in sorted(named) if short != named[short]]


def _list_sources(ds: Record, shown: Iterable[Rows]) -> list[Source]:
    """Return the sources that a page used until now; all that pages cite if it shows none."""
    every = _list_marked(ds)
    cited_codes = {source.code for source in (*sources_used(ds, *shown), *cited_so_far(ds))}
    return [source for source in every if source.code in cited_codes] or every


def _list_marked(ds: Record) -> list[Source]:
    return [source for source in ds.sources.values() if source.mark]


def _describe_sources(ds: Record, used: Sequence[Source]) -> list[Piece]:
    """Return the sources that a page used; where the record has several, each with its dates."""
    if len(_list_marked(ds)) == 1:
        return [strong("Source."), f" {used[0].title}. {used[0].locator_hint} "]
    pieces: list[Piece] = [strong("Sources." if len(used) > 1 else "Source."), " "]
    return pieces + [f"{source.mark}: {_say_dates(source)}. {source.locator_hint} " for source in used]


def _say_dates(source: Source) -> str:
    """Return a source's title with the date that it bears and the days that it is as of."""
    days, said = source.as_of, [source.title]
    said += [source.url] if source.url else []
    said += [f"published {at_date(source.published, None)}"] if source.published else []
    said += [f"as of {when(days.start.isoformat(), days.end.isoformat())}"] if days else []
    return ", ".join(said)


def _say_reason(source: Source) -> str:
    """Return how a source's days are known and its locators read, with a blank behind each sentence."""
    said = [source.as_of.reason if source.as_of else "", source.locator_hint]
    return "".join(f"{sentence} " for sentence in said if sentence)


def _say_coverage(rows: Iterable[Row]) -> str:
    """Return what a source lists for which years, and why these."""
    spans = [(year_spans(range(row["from"], row["to"] + 1)), row) for row in rows]
    return " ".join(f"{years}: {row['scope']}. {row['reason'] or ''}" for years, row in spans)
