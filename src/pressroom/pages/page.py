"""The parts of a page: masthead, key figures, sections, commentary, method; and what an index says of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from pressroom.data.characters import is_blank
from pressroom.data.commentary import split_front_matter
from pressroom.data.names import ENTRY
from pressroom.pages.fragments import (
    NOTHING,
    Fragment,
    Piece,
    cite,
    element,
    join,
    keep_spans,
    span,
    strong,
    text,
    undotted,
)
from pressroom.pages.phrases import LANGUAGE, say, used_phrases
from pressroom.pages.rich import take
from pressroom.pages.words import capital, listed, number, paragraph, typographic, when

_KINDS = ("corrected", "added", "updated", "withdrawn")


def masthead(
    family: str,
    *,
    project: str,
    title: Piece,
    lede: Sequence[Piece],
    as_of: tuple[date, date] | None = None,
    origin: str = "",
    oldest: tuple[date, date] | None = None,
    oldest_origin: str = "",
    undated: bool = False,
    subject: Piece = "",
    short: str = "",
) -> Fragment:
    """Return the head of a briefing: bar, subject, title and lede.

    Parameters
    ----------
    family
        What kind of briefing this is, such as "Regional briefing".
    project
        Whose briefings these are.
    title
        The message in at most 14 words, starting with the subject.
    lede
        Two or three sentences; empty ones are left out.
    as_of, origin, oldest, oldest_origin, undated
        Of which days the information is, as `information_as_of` has it; None if nobody says.
    subject
        The subject's full name, unless the title begins with it.
    short
        Name for the running head from page 2 on; the family when empty.
    """
    names = span("names", element("b", family, class_="family"), " ", span("project", project))
    dated = NOTHING
    if as_of:
        dated = information_as_of(as_of, origin, oldest, oldest_origin, undated=undated)
    phrases = used_phrases()
    bar = element(
        "header",
        element("p", names, dated, class_="bar"),
        class_="masthead",
        data_short=typographic(short or family),
        lang=phrases.language if phrases.language != LANGUAGE else None,
        data_phrases=phrases.to_json() or None,
    )
    over = element("p", subject, class_="subject") if subject else NOTHING
    return bar + over + element("h1", keep_spans(title)) + element("p", _join_sentences(lede), class_="lede")


def information_as_of(
    as_of: tuple[date, date],
    origin: str = "",
    oldest: tuple[date, date] | None = None,
    oldest_origin: str = "",
    *,
    undated: bool = False,
) -> Fragment:
    """Return of which days information is, for the masthead; displayed later, it stands there instead.

    Parameters
    ----------
    as_of, origin
        The days between which the newest information was true, and how that is known.
    oldest, oldest_origin
        The same of the oldest information, where it is of other days.
    undated
        Whether some of it bears no days at all, and so counts as the oldest.
    """
    spans = [("as_of", as_of, origin)]
    spans += [("oldest", oldest, oldest_origin)] if oldest and not undated else []
    rest = f"; {say('oldest_undated')}" if undated else ""
    full = "; ".join(
        say(key, days=_span(*days)) + (f" ({known})" if known else "") for key, days, known in spans
    )
    brief = join((_date_briefly(key, days, known) for key, days, known in spans), "; ")
    return element("span", brief, rest, class_="as-of", data_long=full + rest)


@dataclass(frozen=True)
class KeyFigure:
    """A figure with its unit on the same line and its definition below.

    `planned` starts the definition of a figure about the future.
    """

    value: Piece
    unit: Piece
    definition: Piece
    planned: bool = False


def key_figures(*figures: KeyFigure | None) -> Fragment:
    """Return the row of key figures; those that are None are left out, and the row without any."""
    given = [figure for figure in figures if figure]
    if not given:
        return NOTHING
    items = [
        element(
            "li",
            span("val", figure.value),
            " ",
            span("unit", figure.unit),
            " ",
            span("lab", strong(say("planned")) + text(" ") if figure.planned else NOTHING, figure.definition),
        )
        for figure in given
    ]
    return element("ul", *items, class_=f"figures n{len(given)}")


def date_figure(start: str | None, end: str | None, definition: Piece, *, planned: bool = False) -> KeyFigure:
    """Return a partial date or a span as a key figure, with the year as its unit."""
    said, year = when(start or "", end or "", short=True), (end or start or "")[:4]
    day = said.removesuffix(f" {year}") if year else said
    return KeyFigure(day, year if day != said else "", definition, planned)


def section(title: Piece, *content: object, tag: str = "", class_: str | None = None) -> Fragment:
    """Return a section under its heading; a section with nothing in it is left out.

    Parameters
    ----------
    content
        Fragments; texts, which become paragraphs; and whatever a notebook can display, such as a frame, a
        styled one or a matplotlib figure.
    tag
        A small remark beside the heading, as "Assigned".
    class_
        ``"screen"`` for what neither print nor the PDF shows; ``"spare"`` for what the PDF shows only where
        it takes no further page.
    """
    parts = [part for part in map(take, content) if part]
    if not parts:
        return NOTHING
    remark = text(" ") + span("tag", undotted(tag)) if tag else NOTHING
    return element("section", element("h2", title, remark), *parts, class_=class_)


def columns(left: object, right: object, *, wide_left: bool = False, stack: bool = False) -> Fragment:
    """Return two parts side by side, or one above the other; one alone takes the whole width.

    They are what `section` takes as its content.
    """
    first, second = take(left), take(right)
    if stack or not (first and second):
        return first + second
    return element("div", first, second, class_="cols wide-left" if wide_left else "cols")


class Line(NamedTuple):
    """A lead word, what it leads to, and the source marks behind it."""

    lead: Piece
    words: Piece
    marks: Sequence[str] = ()


def line_list(lines: Iterable[Line]) -> Fragment:
    """Return lines below each other, each with its lead word and source marks; nothing without any."""
    items = [
        element("li", span("k", lead), " ", words, *((" ", cite(marks)) if marks else ()))
        for lead, words, marks in lines
    ]
    return element("ul", *items, class_="says") if items else NOTHING


def change_list(
    changes: Sequence[tuple[str, str]], *, release: str, day: str, class_: str | None = None
) -> Fragment:
    """Return what has changed since a release, the kinds of changes counted in the heading.

    Parameters
    ----------
    changes
        Of each its kind (``"corrected"``, ``"added"``, ``"updated"`` or ``"withdrawn"``) and what it is.
    release, day
        The release's name, and the day on which it was made, in words.
    """
    if not changes:
        return NOTHING
    kinds = [kind for kind, _ in changes]
    counts = listed(_count(kind, kinds.count(kind)) for kind in _KINDS if kind in kinds)
    heading = say("changes", counts=capital(counts), release=release, day=day)
    return section(heading, line_list(Line(say(kind), words) for kind, words in changes), class_=class_)


def commentary(written: str | None) -> Fragment:
    """Return what an analyst wrote, with a byline; nothing where nothing is written.

    Parameters
    ----------
    written
        Markdown, with ``author:`` and ``date:`` between two lines of three hyphens at its head. HTML in it
        is shown as text.
    """
    if not written or is_blank(written):
        return NOTHING
    fields, body = split_front_matter(written)
    said = ", ".join(fields[key] for key in ("author", "date") if fields and fields.get(key))
    byline = say("signed", author=said) if said else say("unsigned")
    heading = element("h2", say("commentary"))
    return element(
        "section", heading, _markdown(body), element("p", byline, class_="by"), class_="commentary"
    )


def method(*content: Piece, after: Fragment = NOTHING) -> Fragment:
    """Return the closing section: how to read the briefing, and where it is from.

    Parameters
    ----------
    after
        What stands below that, such as the colophon.
    """
    heading = element("h2", say("method"))
    return element("section", heading, element("p", *content), after, class_="method")


def abbreviations(names: dict[str, str]) -> list[Piece]:
    """Return abbreviations in the order of the alphabet with what they stand for; nothing without any."""
    found = [f"{short}, {names[short]}" for short in sorted(names)]
    return [strong(say("abbreviations")), f" {'; '.join(found)}. "] if found else []


@dataclass(frozen=True)
class IndexEntry:
    """A line of the index; displays as nothing.

    Parameters
    ----------
    label
        Name of the briefing in the index.
    line
        Its content in one short line.
    strip
        Marks by column, such as ``{"2017": ["day"], "2018": ["grey", "day"]}``.
    key
        What each mark of the strip stands for, such as ``{"day": "one visit"}``.
    notes
        Remarks on the strip's columns.
    front
        Title and lede of the whole edition; at most one briefing gives them.
    """

    label: str
    line: str
    strip: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    front: Mapping[str, str] = field(default_factory=dict)

    def _ipython_display_(self) -> None:
        from IPython.display import display

        # Raw, so that no plain text goes along that a page would show.
        display(self._content(), raw=True)  # type: ignore[no-untyped-call]

    def _content(self) -> dict[str, Any]:
        content: dict[str, Any] = {"label": typographic(self.label), "line": typographic(self.line)}
        if (spoken := used_phrases().language) != LANGUAGE:
            content["lang"] = spoken
        if self.strip:
            content["strip"] = {
                "columns": list(self.strip),
                "marks": [list(marks) for marks in self.strip.values()],
                "key": [list(pair) for pair in self.key.items()],
                "notes": list(self.notes),
            }
        if self.front:
            content["front"] = {name: typographic(words) for name, words in self.front.items()}
        return {ENTRY: content}


def _join_sentences(sentences: Sequence[Piece]) -> Piece:
    """Return sentences as a paragraph; a fragment is a sentence that is finished."""
    if not any(isinstance(sentence, Fragment) for sentence in sentences):
        return paragraph([str(sentence) for sentence in sentences])
    return join([s if isinstance(s, Fragment) else paragraph([s]) for s in sentences], " ")


def _date_briefly(key: str, days: tuple[date, date], origin: str) -> Fragment:
    how = join([", ", element("em", origin)]) if origin else NOTHING
    return text(say(key, days=_span(*days, short=True))) + how


def _span(start: date, end: date, *, short: bool = False) -> str:
    if (start.year, start.month) == (end.year, end.month):
        return when(start.isoformat(), end.isoformat() if end > start else "", short=short)
    first = when(start.isoformat(), short=short, year=start.year != end.year)
    last = when(end.isoformat(), short=short)
    return say("date_span" if short else "days", first=first, last=last)


def _count(kind: str, n: int) -> str:
    return say(f"{kind}_one") if n == 1 else say(f"{kind}_many", n=number(n))


def _markdown(body: str) -> Fragment:
    from markdown_it import MarkdownIt

    # Headings of a commentary stand below its own, so that the outline of the page stays whole.
    renderer = MarkdownIt("commonmark", {"html": False, "maxNesting": 200}).enable("table").disable("image")
    html = renderer.render(body)
    return Fragment(re.sub(r"(</?h)[12]>", r"\g<1>3>", html))
