"""What every page has: its head, the places that it cites, and at its end the sources and how to read it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from aichr_briefings.record import Record
from pressroom import pages
from pressroom.data.slugs import make_slug
from pressroom.pages import (
    NOTHING,
    Fragment,
    Imprint,
    KeyFigure,
    Line,
    briefing_link,
    capital,
    colophon,
    date_figure,
    date_sources,
    line_list,
    listed,
    records,
    use_phrases,
    when,
    year_spans,
)
from pressroom.pages.tables import Row, Rows


def cited(ds: Record, locators: Iterable[str]) -> list[str]:
    """Return locators as pages print them: ``B.I.1/1``, and ``N B.I.1/1`` where several sources are cited."""
    return ds.citations.cite(locators)


def name_sources(
    ds: Record, *shown: Rows, sections: Literal["each", "first and last", "none"] = "each"
) -> str:
    """Return the sources of what is shown, with their sections, for the line below a chart."""
    return ds.citations.name(*shown, sections=sections)


def as_of_words(ds: Record, row: Mapping[str, Any]) -> str:
    """Return what the newest source of a row is as of: `` as of November 2019``.

    Nothing where one source speaks for all, or where the newest does not say.
    """
    newest = next(iter(ds.citations.newest_first(row)), None)
    if newest is None or newest.as_of is None or len(ds.citations.sources) == 1:
        return ""
    return f" as of {when(newest.as_of.end.isoformat()[:7])}"


def teller(ds: Record) -> str:
    """Return who tells what is recorded: ``the note`` where there is no other source, else ``the record``."""
    return "the note" if len(ds.citations.sources) == 1 else "the record"


def lists(ds: Record) -> str:
    """Return which years are listed by which source: ``the note lists activities for 2017 to 2019``."""
    spans = {source: year_spans(ds.coverage_of(code)) for code, source in ds.citations.sources.items()}
    if len(spans) == 1 and ds.coverage:
        return ds.say("lists.one", years=next(iter(spans.values())))
    said = listed(f"{span} ({source.short_title})" for source, span in spans.items() if span)
    return ds.say("lists.several", years=said) if said else ds.say("lists.none")


def find_lists(ds: Record, year: int) -> list[str]:
    """Return what the locators begin with under which sources list a year, such as ``note#B.III.2018/``."""
    return [
        f"{row['source']}#{row['listed_at'].replace('{year}', str(year))}"
        for row in ds.table("coverage")
        if row["listed_at"] and row["from"] <= year <= row["to"]
    ]


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
    ds.citations.note(shown)
    days = date_sources(ds.citations.of(shown) or [*ds.citations.sources.values()])
    ds.head = title, family, days
    return pages.masthead(
        family, project=ds.project, title=title, lede=lede, **days, subject=subject, short=short
    )


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
    used = ds.citations.until_now(*shown)
    days = date_sources(used)
    title, family, at_head = ds.head or ("", "", days)
    # What the masthead could not know yet, such as the source of a line to take, is dated at the end.
    dated = pages.information_as_of(**days) if days["as_of"] and days != at_head else NOTHING
    return pages.method(
        *ds.citations.describe(used),
        f"{ds.say('how-to-read', lists=capital(lists(ds)))} ",
        ds.say("more-in"),
        " ",
        briefing_link(ds.say("about"), "about", optional=True),
        ".",
        after=colophon(Imprint.of(ds), title=title, family=family) + dated,
    )


def list_sources(ds: Record) -> Fragment:
    """Return all sources that pages cite: title, dates, how these are known, how places are read, years."""
    return line_list(Line(mark, words) for mark, words in ds.citations.describe_all(ds.table("coverage")))


def list_abbreviations(ds: Record) -> list[tuple[str, str]]:
    """Return all abbreviations that pages may print, in the order of the alphabet, with their full names."""
    tables = ("organisations", "organisation_names", "instruments")
    named = {
        row["short_name"].removeprefix("the "): row["name"]
        for table in tables
        for row in records(ds.table(table))
    }
    named |= {row["short"]: row["name"] for row in ds.terms(kind="abbreviation") if row["name"]}
    return [(short, named[short]) for short in sorted(named) if short != named[short]]
