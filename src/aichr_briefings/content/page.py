"""The parts of a page: masthead, key figures, sections, statements, commentary, method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from aichr_briefings.content.abbreviations import abbreviations
from aichr_briefings.content.dates import when
from aichr_briefings.content.fragments import (
    NOTHING,
    Fragment,
    Piece,
    cite,
    element,
    span,
    strong,
    text,
)
from aichr_briefings.content.rows import Row, records
from aichr_briefings.content.words import paragraph

if TYPE_CHECKING:
    from aichr_briefings.content.rows import Rows
    from aichr_briefings.dataset import Dataset


def masthead(
    ds: Dataset, family: str, *, title: str, lede: Sequence[str], subject: str = "", short: str = ""
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
    names = span("names", element("b", family, class_="family"), " ", span("project", ds.project))
    told = ds.as_of
    origin = told.origin
    spans = (_span(told.start, told.end, short=True), _span(told.start, told.end))
    as_of = element(
        "span",
        f"Information as of {spans[0]}, ",
        element("em", origin),
        class_="as-of",
        data_long=f"Information as of {spans[1]} ({origin})",
    )
    bar = element(
        "header", element("p", names, as_of, class_="bar"), class_="masthead", data_short=short or family
    )
    over = element("p", subject, class_="subject") if subject else NOTHING
    return bar + over + element("h1", title) + element("p", paragraph(lede), class_="lede")


def _span(start: date, end: date, *, short: bool = False) -> str:
    first = when(start.isoformat(), short=short, year=start.year != end.year)
    return f"{first} {'–' if short else 'to'} {when(end.isoformat(), short=short)}"


@dataclass(frozen=True)
class KeyFigure:
    """A figure with its unit on the same line and its definition below.

    `planned` starts the definition of a figure about the future.
    """

    value: str
    unit: str
    definition: str
    planned: bool = False


def key_figures(*figures: KeyFigure | None) -> Fragment:
    """Return the row of key figures; those that are None are left out."""
    given = [figure for figure in figures if figure]
    items = [
        element(
            "li",
            span("val", figure.value),
            " ",
            span("unit", figure.unit),
            " ",
            span("lab", strong("planned:") + text(" ") if figure.planned else NOTHING, figure.definition),
        )
        for figure in given
    ]
    return element("ul", *items, class_=f"figures n{len(given)}")


def date_figure(row: Row, definition: str) -> KeyFigure:
    """Return the date of an activity as a key figure, with the year as its unit."""
    words = when(row["start"] or "", row["end"] or "", short=True)
    day, _, year = words.rpartition(" ")
    planned = row["status"] == "planned"
    return KeyFigure(day or year, year if day else "", definition, planned)


def section(title: str, *content: Piece, tag: str = "", class_: str | None = None) -> Fragment:
    """Return a section under its heading; `tag` is a small remark beside it, as "Assigned".

    Plain strings among the content become paragraphs; a section with nothing in it is left out.
    """
    parts = [element("p", piece) if isinstance(piece, str) else piece for piece in content if piece]
    if not parts:
        return NOTHING
    remark = text(" ") + span("tag", tag) if tag else NOTHING
    return element("section", element("h2", title, remark), *parts, class_=class_)


def columns(left: Fragment, right: Fragment, *, wide_left: bool = False, stack: bool = False) -> Fragment:
    """Return two parts side by side, or one above the other; one alone takes the whole width."""
    if stack or not (left and right):
        return left + right
    return element("div", left, right, class_="cols wide-left" if wide_left else "cols")


STATED = ("subject", "kind", "text", "date", "sources")
"""What is printed of a statement."""

_KINDS = {
    "aim": "Aim",
    "topic": "Topic",
    "audience": "Audience",
    "outcome": "Outcome",
    "finding": "Finding",
    "expected-output": "Expected",
    "mandate": "Mandate",
    "since": "Since",
    "commitment": "Commitment",
}


def statement_list(statements: Rows, *, dates: Mapping[str, str] | None = None) -> Fragment:
    """Return what the source says, one statement per line with its lead word and source mark.

    Parameters
    ----------
    statements
        Rows as `Dataset.statements` returns them.
    dates
        The date in words of each subject, in the order of the subjects; others come before them.
    """
    told, lines = dates or {}, []
    place = {subject: number for number, subject in enumerate(told)}
    for row in sorted(records(statements), key=lambda row: place.get(row["subject"], -1)):
        kind, date_words = _KINDS[row["kind"]], told.get(row["subject"], "")
        lead = f"{kind}, {date_words}" if date_words else kind
        if row["kind"] == "since":
            lead = f"{kind} {when(row['date'], short=True)}"
        lines.append(element("li", span("k", lead), " ", text(row["text"]), " ", cite(row["sources"])))
    return element("ul", *lines, class_="says") if lines else NOTHING


def difference_list(discrepancies: Rows) -> Fragment:
    """Return the differences inside the source: what each place says and how it was recorded."""
    lines = [
        element("li", span("k", row["heading"]), f" {row['says']} {row['recorded']} ", cite(row["sources"]))
        for row in records(discrepancies)
    ]
    return element("ul", *lines, class_="says") if lines else NOTHING


def method(ds: Dataset, *shown: Rows) -> Fragment:
    """Return the closing section: source, definitions, coverage, abbreviations, designations.

    Parameters
    ----------
    shown
        What the briefing printed; abbreviations found in them are spelled out.
    """
    source, covered = next(iter(ds.sources.values())), ds.coverage
    years = f"{covered[0]} to {covered[-1]}"
    dotted = element("u", "assigned", class_="asg")
    parts: list[Sequence[Piece]] = [
        [strong("Source."), f" {source['title']}. {ds.as_of.reason}"],
        [" B.II.1/2 is section and paragraph or bullet. "],
        [
            strong("Recorded activity:"),
            " a meeting, training, workshop, dialogue, seminar, consultation or study",
        ],
        [" that the note names; told twice, it is counted once. "],
        [strong("Coverage:"), f" the note lists activities for {years}; other years are not covered, "],
        ["which is not zero. ", strong("Stated"), " is what the note says; ", dotted, " is an editor's "],
        ["classification; inferred is a conclusion of the editors. ", *abbreviations(ds, *shown)],
        ["Names of places and bodies are the note's and imply no opinion on legal status."],
    ]
    words = element("p", *(piece for part in parts for piece in part))
    return element("section", element("h2", "Method, definitions, sources"), words, class_="method")
