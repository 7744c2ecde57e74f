"""Notes on top of a briefing's page: that it is superseded, or an earlier copy."""

from __future__ import annotations

from html import escape

_START = b'<main id="main">'
_STYLE = (
    "max-width:57rem;margin:1rem auto 0;padding:.75rem 1.5rem;border-top:2px solid var(--ochre);"
    "background:var(--cream)"
)


def say_superseded(name: str, newer: str, href: str, *, is_there: bool) -> str:
    """Return the note on a superseded page as HTML; without the briefing in the newer release, it says so."""
    told, link = f"This is release {escape(name)}", f'<a href="{escape(href)}">'
    if is_there:
        return f"<strong>Superseded.</strong> {told}. {link}Read it in {escape(newer)}</a>."
    return (
        f"<strong>Superseded.</strong> {told}; this briefing is not in "
        f"{link}{escape(newer)}</a>, which replaces it."
    )


def say_kept() -> str:
    """Return the note on a page that could not be made again, as HTML."""
    return (
        "<strong>An earlier copy.</strong> This briefing could not be made again for this release. "
        "It is as of the date on this page, and was right then."
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
