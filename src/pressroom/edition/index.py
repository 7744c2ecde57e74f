"""The index page of an edition: all its briefings by family, a line each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from html import escape
from typing import Any

from pressroom.data.date_words import when
from pressroom.data.package import Package
from pressroom.data.sources import AsOf, find_as_of, has_undated, read_sources
from pressroom.edition.manifest import Manifest, Record, Shelf
from pressroom.edition.phrases import read_kit_phrases
from pressroom.pages.phrases import LANGUAGE, Phrases, say, speaking, used_phrases
from pressroom.run.catalogue import Briefing

MARKS = ("day", "month", "year", "planned", "ongoing", "grey", "hatch")

LONG = 14
"""Characters above which a label widens its column."""

COLUMNS = 6
"""Columns of a strip that there is room for; of more, the first share one."""

MOST = 5
"""Marks that a cell of a strip shows one by one; of more it shows each kind once, with its number."""


def render_index(manifest: Manifest, package: Package) -> str:
    """Return the page that lists an edition's briefings.

    Title and lede are those that a briefing gave (``front`` of its index entry), else the dataset's title.
    """
    from pressroom.pages.html.page import page

    front, version = find_front(manifest), str(manifest.dataset["version"])
    with speaking(read_kit_phrases(package)) as phrases:
        title = str(front.get("title") or package.title or say("briefings"))
        return page(
            title=title,
            body=_main(manifest, title, str(front.get("lede") or "")),
            family=say("edition"),
            project=package.project,
            as_of=say_as_of(package),
            foot=say("built_from", dataset=package.title, version=version),
            phrases=phrases,
        )


def render_missing(briefing: Briefing, record: Record | None, kit: Phrases) -> str:
    """Return the page to which others lead while there is no copy of a briefing; it says why.

    Parameters
    ----------
    record
        How its last build failed; None if there was none.
    kit
        The phrases of the kit's language.
    """
    from pressroom.pages.html.page import page

    values = ", ".join(str(value) for value in briefing.parameters.values() if value != "")
    with speaking(kit) as phrases:
        title = say("no_briefing", name=values or briefing.slug)
        why = say("last_failed", reason=record.message.rstrip(". ")) if record else say("not_built")
        body = f'<h1>{escape(title)}</h1><p class="lede">{escape(why)}</p>'
        return page(
            title=title, body=body, family=say("edition"), index_href="../index.html", phrases=phrases
        )


def say_period(as_of: AsOf) -> str:
    """Return the days that information is as of, as HTML.

    Examples
    --------
    >>> say_period(AsOf(date(2019, 10, 3), date(2019, 11, 18), "inferred"))
    '3 Oct – 18 Nov 2019, <em>inferred</em>'
    """
    phrases = used_phrases()
    words, inferred = phrases.date_words, phrases.list("inferred_words")[0]
    said = when(as_of.start.isoformat(), as_of.end.isoformat(), short=True, words=words)
    return said + (f", <em>{escape(inferred)}</em>" if as_of.origin == "inferred" else "")


def say_day(day: date) -> str:
    """Return a day in words, such as ``3 Oct 2019``."""
    return when(day.isoformat(), short=True, words=used_phrases().date_words)


def find_front(manifest: Manifest) -> Mapping[str, Any]:
    """Return the first title and lede that a briefing gives, in the order of the index."""
    for record in _in_order(manifest):
        if record.entry.get("front"):
            front: Mapping[str, Any] = record.entry["front"]
            return front
    return {}


def _in_order(manifest: Manifest) -> list[Record]:
    return [manifest.records[f"{shelf.family}/{slug}"] for shelf in manifest.shelves for slug in shelf.slugs]


def say_as_of(package: Package) -> str:
    """Return what the newest source is as of, and the oldest, if it differs, as HTML; ``""`` if none says."""
    sources = read_sources(package).values()
    said = [say_period(days) for days in find_as_of(sources)]
    old = f"; {say('oldest', days=said[1])}" if said[1:] else ""
    old = f"; {say('oldest_undated')}" if said and has_undated(sources) else old
    return say("as_of", days=said[0]) + old if said else ""


def _main(manifest: Manifest, title: str, lede: str) -> str:
    introduction = f'<p class="lede">{escape(lede)}</p>' if lede else ""
    families = list_families(manifest.list_shelves())
    head = f'<p class="subject">{escape(say("current"))}</p><h1>{escape(title)}</h1>'
    return f"{head}{introduction}{families}"


def list_families(
    shelves: Sequence[tuple[Shelf, Sequence[Record]]],
    base: str = "",
    more: Callable[[Record], str] = lambda record: "",
    has_pages: bool = False,
) -> str:
    """Return the lists of briefings by family as HTML, with links to each family above them.

    Parameters
    ----------
    base
        Where the edition is, relative to the page: ``""`` or a path that ends in ``/``.
    more
        Gives HTML that stands after the link to a briefing's PDF.
    has_pages
        Whether each family has a page of its own, which its title then leads to.
    """
    jumps = "".join(
        f'<li><a href="#{escape(shelf.family)}">{inline(shelf.title)}</a> {len(records)}</li>'
        for shelf, records in shelves
    )
    nav = (
        f'<nav aria-label="{escape(say("families"))}"><ul class="jump">{jumps}</ul></nav>'
        if len(shelves) > 1
        else ""
    )
    none = "" if shelves else f"<p>{escape(say('unbuilt'))}</p>"
    return nav + none + "".join(_section(shelf, records, base, more, has_pages) for shelf, records in shelves)


def _section(
    shelf: Shelf,
    records: Sequence[Record],
    base: str,
    more: Callable[[Record], str],
    has_page: bool,
) -> str:
    columns, key = _find_columns(records)
    family, title = escape(shelf.family), inline(shelf.title)
    question = f'<p class="n">{inline(shelf.question)}</p>' if shelf.question else ""
    headed = f'<a href="{base}{family}/index.html">{title}</a>' if has_page else title
    rows = "".join(_row(record, columns, base, more) for record in records)
    wide = " long" if max(len(label_of(record)) for record in records) > LONG else ""
    return (
        f'<section class="fam" id="{family}"><div><h2>{headed}</h2>{question}{key}</div>'
        f'<table class="idx {family}{wide}"><caption class="vh">{title}</caption>{_head(records, columns)}'
        f"<tbody>{rows}</tbody></table></section>"
    )


Group = tuple[str, ...]
"""Columns of strips that share one on the page."""


def _join_columns(columns: list[str]) -> list[Group]:
    joined = len(columns) - COLUMNS + 1 if len(columns) > COLUMNS else 1
    return [tuple(columns[:joined]), *((column,) for column in columns[joined:])]


def _find_columns(records: Sequence[Record]) -> tuple[list[Group], str]:
    """Return the columns of the strips, and the key to their marks as HTML."""
    for record in records:
        strip = record.entry.get("strip")
        if strip:
            lines = [f"{_mark(str(mark))} {escape(str(words))}" for mark, words in strip.get("key", ())]
            lines += [escape(str(note)) for note in strip.get("notes", ())]
            key = f'<p class="n key">{"<br>".join(lines)}</p>' if lines else ""
            return _join_columns([str(column) for column in strip["columns"]]), key
    return [], ""


def _head(records: Sequence[Record], columns: Sequence[Group]) -> str:
    if not columns:
        return ""
    names = [name for name, value in records[0].parameters.items() if value != ""]
    name = escape(names[0].capitalize()) if len(names) == 1 else escape(say("briefing"))
    heads = [group[0] if len(group) == 1 else f"{group[0]}–{group[-1]}" for group in columns]
    years = "".join(f'<th scope="col" class="yr">{escape(head)}</th>' for head in heads)
    return (
        f'<thead><tr><th scope="col">{name}</th><th scope="col">{escape(say("in_short"))}</th>{years}'
        '<th scope="col" class="fm"><span class="vh">PDF</span></th></tr></thead>'
    )


def _row(record: Record, columns: Sequence[Group], base: str, more: Callable[[Record], str]) -> str:
    label = escape(label_of(record))
    line = escape(str(record.entry.get("line", "")))
    if record.status == "kept":
        line += f'{" " if line else ""}<span class="meta">{escape(say("earlier"))}</span>'
    href = escape(base + record.id)
    language = str(record.entry.get("lang") or LANGUAGE)
    spoken = f' lang="{escape(language)}"' if language != used_phrases().language else ""
    return (
        f'<tr><th scope="row"{spoken}><a href="{href}.html">{label}</a></th><td{spoken}>{line}</td>'
        f"{_strip(record, columns)}"
        f'<td class="fm"><a href="{href}.pdf"><span class="vh">{label}, </span>PDF</a>{more(record)}'
        "</td></tr>"
    )


def label_of(record: Record) -> str:
    """Return the short name of a briefing, such as ``North``."""
    values = [str(value) for value in record.parameters.values() if value != ""]
    return str(record.entry.get("label") or ", ".join(values) or record.slug)


def _strip(record: Record, columns: Sequence[Group]) -> str:
    strip = record.entry.get("strip") or {"columns": [], "marks": []}
    marks = dict(zip(map(str, strip["columns"]), strip["marks"], strict=False))
    groups = ([mark for column in group for mark in marks.get(column, ())] for group in columns)
    return "".join(map(_cell, groups))


def _cell(marks: Sequence[str]) -> str:
    """Return a column's marks, with their number for those who cannot see them."""
    if len(marks) > MOST:
        return f'<td class="yr">{_count_kinds(marks)}</td>'
    shown = "".join(map(_mark, marks))
    number = f'<span class="vh">{len(marks)}</span>' if marks else ""
    return f'<td class="yr">{shown}{number}</td>'


def _count_kinds(marks: Sequence[str]) -> str:
    """Return each kind of mark once, followed by its number if that is above one; the sum is for the ear."""
    order = ("grey", *MARKS)
    kinds = Counter(sorted(marks, key=lambda mark: order.index(mark) if mark in order else 0))
    shown = " ".join(_mark(kind) + (str(n) if n > 1 else "") for kind, n in kinds.items())
    return shown + (f' <span class="vh">{say("in_all", n=str(len(marks)))}</span>' if len(kinds) > 1 else "")


def _mark(name: str) -> str:
    return f'<i class="g {name if name in MARKS else "day"}" aria-hidden="true"></i>'


def inline(markdown: str) -> str:
    """Return a line of Markdown as HTML; HTML in it is text."""
    from markdown_it import MarkdownIt

    html: str = MarkdownIt("commonmark", {"html": False, "typographer": False}).renderInline(markdown)
    return html
