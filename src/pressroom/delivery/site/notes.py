"""Notes on top of a briefing's page: that it is superseded, or an earlier copy."""

from __future__ import annotations

from html import escape

_START = b'<main id="main">'
_STYLE = (
    "max-width:57rem;margin:1rem auto 0;padding:.75rem 1rem;border-top:2px solid var(--ochre);"
    "background:var(--cream)"
)


def say_superseded(name: str, newer: str, href: str, *, is_there: bool) -> str:
    """Return the remark on a superseded page as HTML; it says so where the newer release has no such page."""
    newer, link = escape(newer), f'<a href="{escape(href)}">'
    notice = f"<strong>Superseded by release {newer}.</strong> This page is of release {escape(name)}"
    if is_there:
        return f"{notice}; {link}read it in {newer}</a>."
    return f"{notice}; the briefing is not in {link}{newer}</a>."


def say_kept(origin: str = "") -> str:
    """Return a remark on a page that could not be made again, as HTML; `origin` is what it was made for."""
    made = f"It was made for {escape(origin)}" if origin else "It was made before"
    return (
        "<strong>An earlier copy.</strong> This briefing could not be made again for this release. "
        f"{made}, and is as of the date on this page."
    )


def put_notes(page: bytes, notes: list[str]) -> bytes:
    """Return a page with notes above its main part; without notes, the page itself, byte for byte.

    Raises
    ------
    ValueError
        If the page has no one place for them: a note is never lost.
    """
    if not notes:
        return page
    if page.count(_START) != 1:
        raise ValueError("the page has no main part, or several, so that no note can be put on it")
    texts = "".join(f'<p style="max-width:none;margin:0">{note}</p>' for note in notes)
    aside = f'<aside aria-label="About this copy" style="{_STYLE}">{texts}</aside>\n'
    return page.replace(_START, aside.encode() + _START)
