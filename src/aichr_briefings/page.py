"""Parts of a page, filled from the dataset: masthead, key figures, what lies ahead, commentary, method."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.rows import (
    country_names,
    dated_since,
    locators,
    name_few,
    place,
    when_of,
)
from pressroom import pages
from pressroom.data.slugs import make_slug
from pressroom.data.tables import looked_at
from pressroom.pages import (
    Fragment,
    KeyFigure,
    Piece,
    by_count,
    cite,
    date_figure,
    element,
    listed,
    paragraph,
    records,
    section,
    strong,
    use_phrases,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows

_WORD = re.compile(r"[\w/-]+")


def masthead(
    ds: Record, family: str, *, title: str, lede: Sequence[str], subject: str = "", short: str = ""
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
    """
    use_phrases(ds)
    days = ds.as_of
    return pages.masthead(
        family,
        project=ds.project,
        as_of=(days.start, days.end),
        origin=days.origin,
        title=title,
        lede=lede,
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
    where = f", {row['city']}" if row["city"] else ""
    whom = "" if row["agencies"] else "; names no agency, so concerns all"
    return _date_figure(row, f"{row['short_title']}{where}{whom}")


def last_figure(ds: Record, activities: Rows) -> KeyFigure | None:
    """Return the last activity that is dated to the day or month as a key figure, or None without one."""
    held = [row for row in records(activities) if row["status"] == "held"]
    exact = [row for row in held if row["precision"] in ("day", "month")]
    if not exact:
        return None
    row = exact[-1]
    where = row["city"] or place(row, country_names(ds, [row["country"]]), venue=False).partition(",")[0]
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
        return section("Ahead: nothing is named", "The note names no planned activity.")
    sentences, sources = [], []
    for row in rows:
        where = f" in {row['city']}" if row["city"] else ""
        open_points = ["gives no agenda"] + ([] if row["agencies"] else ["names no agency"])
        sentences.append(
            f"The {row['title']} is planned for {when_of(row)}{where}; the note {listed(open_points)}"
        )
        sources += row["sources"]
    topics = ds.statements(subject=meeting["id"], kind="topic")
    for topic in topics:
        sentences.append(f"At the {meeting['title']}, {topic['text'][:1].lower()}{topic['text'][1:]}")
        sources += topic["sources"]
    whom = "" if any(row["agencies"] for row in rows) else ", for all agencies"
    heading = f"Ahead: {listed('the ' + row['title'] for row in rows)}{whom}"
    marks = cite(locators(dict.fromkeys(sources)))
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
    source, covered = next(iter(ds.sources.values())), ds.coverage
    years = f"{covered[0]} to {covered[-1]}"
    return pages.method(
        strong("Source."),
        f" {source['title']}. {ds.as_of.reason}",
        " B.II.1/2 is section and paragraph or bullet. ",
        strong("Recorded activity:"),
        " a meeting, training, workshop, dialogue, seminar, consultation or study",
        " that the note names; told twice, it is counted once. ",
        strong("Coverage:"),
        f" the note lists activities for {years}; other years are not covered, which is not zero. ",
        strong("Stated"),
        " is what the note says; ",
        pages.element("u", "assigned", class_="asg"),
        " is an editor's classification; inferred is a conclusion of the editors. ",
        *abbreviations(ds, *shown),
        "Names of places and bodies are the note's and imply no opinion on legal status.",
    )


def abbreviations(ds: Record, *shown: Rows) -> list[Piece]:
    """Return the abbreviations found in what is shown, and in the project's name, with their full names."""
    rows = [row for part in shown for row in records(part)]
    cells = (value for row in rows for value in looked_at(row).values())
    texts = [ds.project, *(cell for cell in cells if isinstance(cell, str))]
    agencies = name_few(ds, [row for row in rows if "agencies" in looked_at(row)])
    words = {word for text in (*texts, *agencies.values()) for word in _WORD.findall(text)}
    return pages.abbreviations(_names_behind(ds, sorted(word for word in words if word.isupper())))


def _names_behind(ds: Record, words: Sequence[str]) -> dict[str, str]:
    """Return the full names of those of the words that are short names."""
    found: dict[str, str] = {}
    for table in ("organisations", "instruments"):
        rows = ds.table(table, keys=words, by="short_name")
        found |= {row["short_name"]: row["name"] for row in rows}
    return found
