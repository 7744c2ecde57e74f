"""What a mail says, as plain text and as HTML: what each briefing says first, in the templates beside this.

The sentences stand in ``words.j2``, the layouts in ``letter.txt.j2`` and ``letter.html.j2``.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pressroom.data.date_words import when
from pressroom.delivery.mail.addresses import flatten
from pressroom.delivery.releases import Release
from pressroom.edition.manifest import Record
from pressroom.look.colours import DARK, LIGHT
from pressroom.pages.words import counted

if TYPE_CHECKING:
    from jinja2 import Environment, Template
    from selectolax.lexbor import LexborHTMLParser, LexborNode


WIDTH = 72

LARGEST = 90_000
"""Bytes that a mail's page may have; Gmail cuts it off after 102 kB."""

_JOINED = re.compile(r"\b[A-Z]{2,}-[A-Z]{2,}\b")


@dataclass(frozen=True)
class Figure:
    """A key figure: its value with the unit, and what it counts."""

    value: str
    unit: str
    definition: str


@dataclass(frozen=True)
class Summary:
    """A briefing in short; a notebook may give no lede and no figures."""

    label: str
    title: str
    lede: str = ""
    figures: tuple[Figure, ...] = ()


def summarise(release: Release, record: Record) -> Summary:
    """Return what a briefing of a release says first."""
    label = name_briefing(record)
    page = find_document(record, ".html")
    if not page:
        return Summary(label, label)
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser((release.edition / page).read_text("utf-8"))
    figures = tuple(_read_figure(item) for item in tree.css("main .figures > li"))
    return Summary(label, _text(tree, "main h1") or label, _text(tree, "main .lede"), figures)


def name_briefing(record: Record) -> str:
    """Return what the index calls a briefing."""
    return flatten(str(record.entry.get("label") or record.slug))


def find_document(record: Record, suffix: str) -> str | None:
    """Return the path of a briefing's document in its edition; None if there is none."""
    return next((name for name in record.documents if PurePosixPath(name).suffix == suffix), None)


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """One briefing in a letter.

    Attributes
    ----------
    since
        The release that the reader has it from; empty if none.
    changes
        What changed since, a line each.
    is_correction
        Whether something that the reader was sent is stated otherwise now.
    attached
        The names of the files that come along.
    links
        Where it is to be read instead, or too: the document's suffix, and its address.
    is_earlier_copy
        Whether it could not be made again for this release.
    is_instead
        Whether it takes the place of a copy that was recalled.
    """

    summary: Summary
    since: str = ""
    changes: tuple[str, ...] = ()
    is_correction: bool = False
    attached: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    is_earlier_copy: bool = False
    is_instead: bool = False


@dataclass(frozen=True)
class Recall:
    """A release that was recalled: when, why, and what the reader has of it."""

    release: str
    at: datetime
    reason: str
    labels: tuple[str, ...]

    @property
    def day(self) -> date:
        """Return the day of the recall, UTC."""
        return self.at.date()


@dataclass(frozen=True, kw_only=True)
class Letter:
    """All that a mail to a subscriber says.

    Attributes
    ----------
    project, release, day
        Whose briefings these are, of which release, and its day.
    address, selectors
        Who gets it, and by which selection.
    sender, leave
        Where to write in order to leave, and with which subject.
    part, parts
        Which mail it is of how many.
    is_draft
        Whether nobody has approved the release yet.
    is_linked
        Whether links come in place of the documents, which are too large.
    recalls
        Releases that the reader has something of and must not use any more.
    is_again, is_test
        Whether it was sent before, or is sent to see how it looks.
    """

    project: str
    release: str
    day: date
    chapters: tuple[Chapter, ...]
    address: str
    selectors: tuple[str, ...]
    sender: str
    leave: str
    part: int = 1
    parts: int = 1
    is_draft: bool = False
    is_linked: bool = False
    recalls: tuple[Recall, ...] = ()
    is_again: bool = False
    is_test: bool = False

    @property
    def is_correction(self) -> bool:
        """Return whether it corrects anything."""
        return any(chapter.is_correction for chapter in self.chapters)

    @property
    def instead(self) -> int:
        """Return how many of the briefings take the place of recalled ones."""
        return sum(chapter.is_instead for chapter in self.chapters)

    @property
    def new(self) -> int:
        """Return how many of the briefings are new to the reader."""
        return sum(not chapter.since for chapter in self.chapters)

    @property
    def changed(self) -> int:
        """Return how many of the briefings the reader has otherwise."""
        return len(self.chapters) - self.new - self.instead

    @property
    def replaced(self) -> list[str]:
        """Return the releases that the reader has them from."""
        return sorted({one.since for one in self.chapters if one.since and not one.is_instead})


def write_subject(letter: Letter) -> str:
    """Return what stands in the header ``Subject``."""
    words = _environment(is_html=False).get_template("words.j2").make_module()
    return flatten(words.subject(letter))  # type: ignore[attr-defined]


def write_text(letter: Letter) -> str:
    """Return a letter as plain text."""
    return _environment(is_html=False).get_template("letter.txt.j2").render(letter=letter)


def write_html(letter: Letter) -> str:
    """Return a letter as a page with its style inside, for light and dark; it loads nothing.

    Where the page would be larger than `LARGEST`, it tells of some briefings only what they are called and
    where they are, and counts those that it has no room even for. The plain text has them all.
    """
    page = _page().render(letter=letter, full=letter.chapters, short=(), left=0)
    return page if _measure(page) <= LARGEST else _shorten(letter)


def _read_figure(item: LexborNode) -> Figure:
    return Figure(_text(item, ".val"), _text(item, ".unit"), _text(item, ".lab"))


def _text(tree: LexborHTMLParser | LexborNode, selector: str) -> str:
    node = tree.css_first(selector)
    return flatten(node.text()) if node else ""


def _shorten(letter: Letter) -> str:
    """Return a page with what fits of each chapter: all of it, a line, or nothing; corrections come first."""
    chapters = letter.chapters
    frame: Any = _page().make_module({"letter": letter, "full": (), "short": (), "left": len(chapters)})
    lines = [_measure(str(frame.set_line(chapter))) for chapter in chapters]
    whole = [_measure(str(frame.set_chapter(chapter))) for chapter in chapters]
    more = [size - line for size, line in zip(whole, lines, strict=True)]
    order = sorted(range(len(chapters)), key=lambda number: not chapters[number].is_correction)
    named, room = _choose(order, lines, LARGEST - _measure(str(frame)))
    full, _ = _choose([number for number in order if number in named], more, room)
    return _page().render(
        letter=letter,
        full=[chapters[number] for number in sorted(full)],
        short=[chapters[number] for number in sorted(named - full)],
        left=len(chapters) - len(named),
    )


def _choose(order: Iterable[int], sizes: Sequence[int], room: int) -> tuple[set[int], int]:
    """Return which of some things fit if each takes its room in order, and the room that is left."""
    chosen = set()
    for number in order:
        if sizes[number] <= room:
            chosen.add(number)
            room -= sizes[number]
    return chosen, room


def _page() -> Template:
    return _environment(is_html=True).get_template("letter.html.j2")


def _measure(page: str) -> int:
    return len(page.encode("utf-8", "replace"))


@cache
def _environment(*, is_html: bool) -> Environment:
    """Return what renders templates; one for each format, since the sentences are escaped in HTML alone."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=is_html,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {"counted": counted, "flatten": flatten, "wrap": _wrap, "keep": _keep}
    made.globals |= {"light": LIGHT, "dark": DARK, "width": WIDTH, "when": when}
    return made


def _wrap(text: str, mark: str = "") -> str:
    """Return a text in lines; as an item of a list, it starts with a mark."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _keep(text: str) -> str:
    """Return a text as HTML in which short names joined by a hyphen, such as ``EU-WHO``, do not break."""
    from markupsafe import Markup, escape

    escaped = str(escape(text)).strip().replace("\n", " ")
    return Markup(_JOINED.sub(r'<span style="white-space:nowrap">\g<0></span>', escaped))
