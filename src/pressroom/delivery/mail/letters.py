"""The words of a mail: the same as plain text and as HTML, which asks for nothing from elsewhere."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape

from pressroom.delivery.mail.addresses import flatten
from pressroom.delivery.mail.summaries import Figure, Summary
from pressroom.look.colours import DARK, LIGHT

_JOINED = re.compile(r"\b[A-Z]{2,}-[A-Z]{2,}\b")

WIDTH = 72
SANS = "Inter,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
SERIF = "'Source Serif 4',Georgia,'Times New Roman',serif"


@dataclass(frozen=True)
class Chapter:
    """One briefing in a letter.

    Attributes
    ----------
    since
        The release that the reader has it from; empty if none.
    changes
        What changed since, a line each.
    is_correction
        Whether something that the reader was told is stated otherwise now.
    attached
        The names of the files that come along.
    links
        Where it is to be read instead, or too: what it is, and its address.
    note
        What has to be known of this copy, or ``""``.
    """

    summary: Summary
    since: str = ""
    changes: tuple[str, ...] = ()
    is_correction: bool = False
    attached: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """All that a mail says.

    Attributes
    ----------
    project, release
        The head: whose briefings these are, and of which release.
    opening
        Sentences before the briefings.
    closing
        Sentences after them: why the reader gets this, and how to leave.
    """

    project: str
    release: str
    opening: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    closing: tuple[str, ...]


def write_text(letter: Letter) -> str:
    """Return a letter as plain text."""
    parts = [f"{flatten(letter.project)}\n{flatten(letter.release)}", _wrap(" ".join(letter.opening))]
    parts += [_write_chapter(chapter) for chapter in letter.chapters]
    parts.append("\n".join(["-- ", *map(_wrap, letter.closing)]))
    return "\n\n".join(parts) + "\n"


def write_html(letter: Letter) -> str:
    """Return a letter as a page with its style inside, for light and dark."""
    opening = f'<p style="{_M};margin:0 0 12px">{_keep(" ".join(letter.opening))}</p>'
    chapters = "".join(_set_chapter(chapter) for chapter in letter.chapters)
    closing = "".join(
        f'<p class="muted" style="{_XS};color:{LIGHT["muted"]};margin:0 0 6px">{escape(line)}</p>'
        for line in letter.closing
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(letter.project)}</title>{_META}<style>{_STYLE}</style></head>\n"
        f'<body class="paper" style="margin:0;padding:0;background:{LIGHT["paper"]}">'
        f'<div class="paper ink" style="{_PAGE}">{_set_masthead(letter)}{opening}{chapters}'
        f'<div class="rule" style="{_RULE};margin:40px 0 0;padding:12px 0 0">{closing}</div>'
        "</div></body></html>\n"
    )


def _write_chapter(chapter: Chapter) -> str:
    summary = chapter.summary
    rule = "=" * min(WIDTH, len(summary.title))
    parts = [f"{_wrap(summary.title)}\n{rule}", _wrap(chapter.note)]
    if chapter.changes:
        parts.append("\n".join([_wrap(f"{_head_changes(chapter)}:"), *map(_item, chapter.changes)]))
    parts.append(_wrap(summary.lede))
    parts.append("\n".join(_item(_say_figure(figure)) for figure in summary.figures))
    where = [f"Attached: {', '.join(chapter.attached)}"] if chapter.attached else []
    where += [f"{name}: {address}" for name, address in chapter.links]
    parts.append("\n".join(map(flatten, where)))
    return "\n\n".join(part for part in parts if part)


def _say_figure(figure: Figure) -> str:
    value = " ".join(part for part in (figure.value, figure.unit) if part)
    return f"{value} ({figure.definition})" if figure.definition else value


def _head_changes(chapter: Chapter) -> str:
    return f"What changed since release {chapter.since}"


def _wrap(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def _item(text: str) -> str:
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent="- ",
        subsequent_indent="  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _set_masthead(letter: Letter) -> str:
    tag = (
        f'<div class="blue" style="width:48px;border-top:4px solid {LIGHT["blue"]};font-size:0">&nbsp;</div>'
    )
    return (
        f'<div class="strong" style="border-top:1px solid {LIGHT["ink"]}">{tag}'
        f'<h1 style="{_S};margin:0 0 24px"><b>{escape(letter.project)}</b> '
        f'<span class="muted" style="color:{LIGHT["muted"]}">{escape(letter.release)}</span></h1></div>'
    )


def _set_chapter(chapter: Chapter) -> str:
    summary = chapter.summary
    title = f'<h2 style="{_TITLE}">{_keep(summary.title)}</h2>'
    note = f'<p style="{_S};margin:0 0 12px"><b>{_keep(chapter.note)}</b></p>' if chapter.note else ""
    lede = f'<p style="{_LEDE}">{_keep(summary.lede)}</p>' if summary.lede else ""
    figures = "".join(map(_set_figure, summary.figures))
    listed = (
        f'<ul role="list" style="list-style:none;margin:0 0 8px;padding:0">{figures}</ul>' if figures else ""
    )
    return (
        f'<div class="rule" style="border-top:1px solid {LIGHT["rule"]};margin:32px 0 0;padding:24px 0 0">'
        f"{title}{note}{_set_changes(chapter)}{lede}{listed}{_set_places(chapter)}</div>"
    )


def _set_figure(figure: Figure) -> str:
    value = f'<span style="font:600 26px/1.2 {SERIF}">{_keep(figure.value)}</span>'
    unit = f' <span style="{_S}">{_keep(figure.unit)}</span>' if figure.unit else ""
    words = f'<span class="muted" style="color:{LIGHT["muted"]}">{_keep(figure.definition)}</span>'
    return f'<li class="strong" style="{_FIGURE}">{value}{unit}<br>{words}</li>'


def _set_changes(chapter: Chapter) -> str:
    if not chapter.changes:
        return ""
    lines = "".join(f'<li style="margin:0 0 4px">{_keep(line)}</li>' for line in chapter.changes)
    box, head = (_CARE, f";color:{LIGHT['ochre']}") if chapter.is_correction else ("margin:0 0 20px", "")
    kind, ochre = (' class="care"', ' class="ochre"') if chapter.is_correction else ("", "")
    heading = f'<h3{ochre} style="{_HEAD}{head}">{escape(_head_changes(chapter))}</h3>'
    return (
        f'<div{kind} style="{box}">{heading}<ul style="{_S};margin:0;padding:0 0 0 18px">{lines}</ul></div>'
    )


def _set_places(chapter: Chapter) -> str:
    links = [_link(name, address) for name, address in chapter.links]
    attached = [f"Attached: {escape(', '.join(chapter.attached))}"] if chapter.attached else []
    return (
        f'<p style="{_S};margin:12px 0 0">{" · ".join([*links, *attached])}</p>' if links or attached else ""
    )


def _link(name: str, address: str) -> str:
    return f'<a class="link" href="{escape(address)}" style="color:{LIGHT["blue"]}">{escape(name)}</a>'


def _keep(text: str) -> str:
    """Return a text as HTML in which short names joined by a hyphen, such as ``EU-WHO``, do not break."""
    return _JOINED.sub(r'<span style="white-space:nowrap">\g<0></span>', escape(text))


_M, _S, _XS = (f"font:400 {size}px/1.5 {SANS}" for size in (16, 14, 13))
_PAGE = (
    f"max-width:640px;margin:0 auto;padding:24px 20px 40px;{_M};"
    f"color:{LIGHT['ink']};background:{LIGHT['paper']}"
)
_RULE = f"border-top:1px solid {LIGHT['rule']}"
_TITLE = f"font:600 26px/1.2 {SERIF};letter-spacing:-.01em;margin:0 0 12px"
_HEAD = f"font:600 15px/1.4 {SANS};margin:0 0 6px"
_LEDE = f"font:400 18px/1.5 {SERIF};margin:0 0 20px"
_FIGURE = (
    f"font:400 14px/1.4 {SANS};border-top:2px solid {LIGHT['ink']};padding:6px 0 0;margin:0 3% 16px 0;"
    "display:inline-block;vertical-align:top;width:46%;min-width:150px;box-sizing:border-box"
)
_CARE = f"border-top:2px solid {LIGHT['ochre']};background:{LIGHT['cream']};padding:12px 16px;margin:0 0 20px"

_META = (
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark">'
)
_STYLE = (
    "@media (prefers-color-scheme:dark){"
    + "".join(
        f".{name}{{{rule} !important}}"
        for name, rule in {
            "paper": f"background:{DARK['paper']}",
            "ink": f"color:{DARK['ink']}",
            "muted": f"color:{DARK['muted']}",
            "rule": f"border-color:{DARK['rule']}",
            "strong": f"border-color:{DARK['ink']}",
            "blue": f"border-color:{DARK['blue']}",
            "link": f"color:{DARK['blue']}",
            "ochre": f"color:{DARK['ochre']}",
            "care": f"background:{DARK['cream']} !important;border-color:{DARK['ochre']}",
        }.items()
    )
    + "}"
)
