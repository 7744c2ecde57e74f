"""What no longer holds: notes on top of an earlier briefing, and pages in the place of a recalled one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from pressroom.delivery.approvals import Decision
from pressroom.delivery.releases import Release
from pressroom.delivery.site.addresses import RELEASES, Addresses, link_between
from pressroom.delivery.site.head import Heads
from pressroom.delivery.site.search import rules
from pressroom.edition.generation import Generation
from pressroom.edition.index import label_of, say_as_of, say_day
from pressroom.edition.manifest import INDEX, Record
from pressroom.pages.html.page import page

_START = b'<main id="main">'
_STYLE = (
    "max-width:57rem;margin:1rem auto 0;padding:.75rem 1rem;border-top:2px solid var(--ochre);"
    "background:var(--cream)"
)

RECALLED = "recalled.txt"
"""The file in a recalled release's folder that says when: a site remembers what a state may lose."""


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


@dataclass(frozen=True)
class Recalled:
    """A release that was recalled, and the decision to."""

    release: Release
    decision: Decision

    @property
    def reason(self) -> str:
        """Return why, as a sentence."""
        return f"{self.decision.reason.rstrip('. ')}."

    @property
    def day(self) -> str:
        """Return the day of the recall, in words."""
        return say_day(self.decision.at.date())


def write_notices(
    site: Generation, recalled: Sequence[Recalled], newest: Release | None, addresses: Addresses
) -> None:
    """Write a notice at each address that a recalled release had; the PDFs and data there are gone.

    Parameters
    ----------
    newest
        The release that readers have; None if there is none: then the site's top says so, too.
    """
    heads = Heads(addresses, {})
    for one in recalled:
        at = one.decision.at.isoformat(timespec="seconds")
        site.write(f"{RELEASES}/{one.release.name}/{RECALLED}", f"{at}\n".encode())
        for name, record in _list_pages(one.release, f"{RELEASES}/{one.release.name}/"):
            _write(site, heads, one, newest, name, record)
    if newest is None:
        for name, record in _list_pages(recalled[-1].release, ""):
            _write(site, heads, recalled[-1], newest, name, record)


def _write(
    site: Generation, heads: Heads, one: Recalled, newest: Release | None, name: str, record: Record | None
) -> None:
    notice = _render(one, newest, name, record).encode()
    description = f"Release {one.release.name} was recalled: {one.reason}"
    site.write(name, heads.put(notice, name, description, is_superseded=True))


def _list_pages(release: Release, base: str) -> Iterator[tuple[str, Record | None]]:
    yield base + INDEX, None
    for record in release.records():
        yield f"{base}{record.id}.html", record


def _render(one: Recalled, newest: Release | None, name: str, record: Record | None) -> str:
    package, release = one.release.package, escape(one.release.name)
    what = f"{escape(label_of(record))}: r" if record else "R"
    heading = f"{what}elease {release} was recalled"
    body = (
        f'<p class="subject">Recalled on {one.day}</p><h1>{heading}</h1>'
        f'<p class="lede">{escape(one.reason)}</p>'
        f"<p>Please stop using it. {_say_instead(newest, name, record)}</p>"
    )
    return page(
        title=f"Release {one.release.name} was recalled",
        body=body,
        family="Recalled",
        project=package.project,
        as_of=say_as_of(package),
        foot=f"Release {one.release.name}, recalled on {one.day}",
        css=rules(),
        index_href=link_between(INDEX, name),
        index_label="All briefings",
    )


def _say_instead(newest: Release | None, name: str, record: Record | None) -> str:
    if newest is None:
        return "Nothing takes its place yet."
    there = newest.manifest.records.get(record.id) if record else None
    if there and there.documents:
        link, what = link_between(f"{there.id}.html", name), f"this briefing in release {newest.name}"
    else:
        link, what = link_between(INDEX, name), f"release {newest.name}"
    return f'What holds instead: <a href="{escape(link)}">{escape(what)}</a>.'
