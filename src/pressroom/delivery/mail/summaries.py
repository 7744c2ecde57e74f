"""What a briefing says first: title, lede and key figures, read back from its page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pressroom.delivery.mail.addresses import flatten
from pressroom.delivery.releases import Release
from pressroom.edition.manifest import Record

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode


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


def _read_figure(item: LexborNode) -> Figure:
    return Figure(_text(item, ".val"), _text(item, ".unit"), _text(item, ".lab"))


def _text(tree: LexborHTMLParser | LexborNode, selector: str) -> str:
    node = tree.css_first(selector)
    return flatten(node.text()) if node else ""
