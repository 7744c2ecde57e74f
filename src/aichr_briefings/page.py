"""Parts of a page, filled from the dataset: masthead, key figures, what lies ahead, commentary, method."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.citations import cited, cited_so_far, lists, sources_used, teller
from aichr_briefings.rows import (
    cities_of,
    country_names,
    dated_since,
    list_countries,
    name_few,
    place,
    when_of,
    where_of,
)
from pressroom import pages
from pressroom.data.slugs import make_slug
from pressroom.data.sources import find_as_of
from pressroom.data.tables import looked_at
from pressroom.pages import (
    Fragment,
    KeyFigure,
    Piece,
    at_date,
    by_count,
    capital,
    cite,
    date_figure,
    element,
    listed,
    paragraph,
    records,
    section,
    strong,
    use_phrases,
    when,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.data.sources import Source
    from pressroom.pages.tables import Rows

_WORD = re.compile(r"[\w/-]+")


def masthead(
    ds: Record,
    family: str,
    *,
    title: str,
    lede: Sequence[str],
    subject: str = "",
    short: str = "",
    shown: Rows = (),
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
    """
    use_phrases(ds)
    days = find_as_of(sources_used(ds, shown) or ds.sources.values())
    spans = [(one.start, one.end) for one in days]
    return pages.masthead(
        family,
        project=ds.project,
        title=title,
        lede=lede,
        as_of=spans[0] if spans else None,
        origin=days[0].origin if days else "",
        oldest=spans[1] if spans[1:] else None,
        subject=subject,
        short=short,
    )


# key figures --------------------------------------------------------------------------------------


def planned_figure(planned: Rows) -> KeyFigure | None:
    """Return the next planned activity as a key figure, or None when nothing is planned."""
    rows = records(planned)
    if not rows:
        return None
    row = rows[0]
    where = f", {cities_of(row)}" if cities_of(row) else ""
    whom = "" if row["agencies"] else "; names no agency, so concerns all"
    return _date_figure(row, f"{row['short_title']}{where}{whom}")


def last_figure(ds: Record, activities: Rows) -> KeyFigure | None:
    """Return the last activity that is dated to the day or month as a key figure, or None without one."""
    held = [row for row in records(activities) if row["status"] == "held"]
    exact = [row for row in held if row["precision"] in ("day", "month")]
    if not exact:
        return None
    row = exact[-1]
    countries = country_names(ds, list_countries([row]))
    where = cities_of(row) or place(row, countries, venue=False).partition(",")[0]
    return _date_figure(row, f"last dated activity: {row['type']}{f', {where}' if where else ''}")


def _date_figure(row: Row, definition: str) -> KeyFigure:
    return date_figure(row["start"], row["end"], definition, planned=row["status"] == "planned")


def since_figure(activities: Rows, meeting: Row) -> KeyFigure:
    """Return how many activities were held after a meeting as a key figure, the ongoing ones set apart."""
    rows = records(activities)
    held = [row for row in rows if row["status"] == "held"]
    after, before, unsure = dated_since(held, meeting)
    ongoing = len(rows) - len(held)
    rest = [
        by_count(before, none="", one="one is dated before it", many="{n} are dated before it"),
        by_count(unsure, none="", one="one cannot be placed", many="{n} cannot be placed"),
        by_count(ongoing, none="", one="one is ongoing", many="{n} are ongoing"),
    ]
    said = listed(part for part in rest if part)
    words = f"dated after {when_of(meeting)}"
    return KeyFigure(str(after), "since the Meeting", f"{words}; {said}" if said else words)


# the end of the page ------------------------------------------------------------------------------


def ahead(ds: Record, planned: Rows, meeting: Row) -> Fragment:
    """Return what is planned, where and when, and what the note does not say of it."""
    rows = records(planned)
    if not rows:
        return section("Ahead: nothing is named", f"{capital(teller(ds))} names no planned activity.")
    sentences, sources, told = [], [], teller(ds)
    for row in rows:
        open_points = ["gives no agenda"] + ([] if row["agencies"] else ["names no agency"])
        sentences.append(
            f"The {row['title']} is planned for {when_of(row)}{where_of(row)}; {told} {listed(open_points)}"
        )
        sources += row["sources"]
    topics = ds.statements(subject=meeting["id"], kind="topic")
    for topic in topics:
        sentences.append(f"At the {meeting['title']}, {topic['text'][:1].lower()}{topic['text'][1:]}")
        sources += topic["sources"]
    whom = "" if any(row["agencies"] for row in rows) else ", for all agencies"
    heading = f"Ahead: {listed('the ' + row['title'] for row in rows)}{whom}"
    marks = cite(cited(ds, dict.fromkeys(sources)))
    return section(heading, element("p", paragraph(sentences), " ", marks))


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
    """Return the closing section: source, definitions, coverage, abbreviations, designations.

    Parameters
    ----------
    shown
        What the briefing printed; abbreviations found in them are spelled out.
    """
    one = teller(ds).replace("the record", "a source")
    return pages.method(
        *_describe_sources(ds, shown),
        strong("Recorded activity:"),
        " a meeting, training, workshop, dialogue, seminar, consultation or study",
        f" that {one} names; told twice, it is counted once. ",
        strong("Coverage:"),
        f" {lists(ds)}; other years are not covered, which is not zero. ",
        strong("Stated"),
        f" is what {one} says; ",
        pages.element("u", "assigned", class_="asg"),
        " is an editor's classification; inferred is a conclusion of the editors. ",
        *abbreviations(ds, *shown),
        f"Names of places and bodies are {'the note' if one == 'the note' else 'the source'}'s "
        "and imply no opinion on legal status.",
    )


def _describe_sources(ds: Record, shown: Iterable[Rows]) -> list[Piece]:
    """Return the sources that a briefing used, all if it shows none; of several, each with its dates."""
    every = [source for source in ds.sources.values() if source.mark]
    told = {source.code for source in (*sources_used(ds, *shown), *cited_so_far(ds))}
    used = [source for source in every if source.code in told] or every
    if len(every) == 1:
        return [strong("Source."), f" {used[0].title}. {_say_reason(used[0])}"]
    pieces: list[Piece] = [strong("Sources." if len(used) > 1 else "Source."), " "]
    return pieces + [f"{source.mark}: {_say_dates(source)}. {_say_reason(source)}" for source in used]


def _say_dates(source: Source) -> str:
    """Return a source's title with the date that it bears and the days that it is as of."""
    days, said = source.as_of, [source.title]
    said += [f"published {at_date(source.published, None)}"] if source.published else []
    said += [f"as of {when(days.start.isoformat(), days.end.isoformat())}"] if days else []
    return ", ".join(said)


def _say_reason(source: Source) -> str:
    """Return how a source's days are known and its locators read, with a blank behind each sentence."""
    said = [source.as_of.reason if source.as_of else "", source.locator_hint]
    return "".join(f"{sentence} " for sentence in said if sentence)


def abbreviations(ds: Record, *shown: Rows) -> list[Piece]:
    """Return the abbreviations found in what is shown, and in the project's name, with their full names."""
    rows = [row for part in shown for row in records(part)]
    cells = (value for row in rows for value in looked_at(row).values())
    texts = [ds.project, *(cell for cell in cells if isinstance(cell, str))]
    names = name_few(ds, [row for row in rows if "agencies" in looked_at(row)]).list_all()
    words = {word for text in (*texts, *names) for word in _WORD.findall(text)}
    return pages.abbreviations(_names_behind(ds, sorted(word for word in words if word.isupper())))


def _names_behind(ds: Record, words: Sequence[str]) -> dict[str, str]:
    """Return the full names of those of the words that are short names."""
    found: dict[str, str] = {}
    for table in ("organisations", "organisation_names", "instruments"):
        rows = ds.table(table, keys=words, by="short_name")
        found |= {row["short_name"]: row["name"] for row in rows}
    return found
