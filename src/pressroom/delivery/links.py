"""Links of pages that are taken out of their edition: what is left behind is linked to no more."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import escape, unescape
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from pressroom.edition.manifest import INDEX, Record

if TYPE_CHECKING:
    from pressroom.delivery.releases import Release

_NAV = re.compile(r'<nav class="(?:top|turn) screen".*?</nav>', re.DOTALL)
_ITEM = re.compile(r"<li>(<a\b[^>]*>).*?</li>", re.DOTALL)
_LINK = re.compile(r"(<a\b[^>]*>)(.*?)</a>", re.DOTALL)
_ANCHOR = re.compile(r"<a\b[^>]*>")
_HREF = re.compile(r'\shref="([^"]*)"')
_OUTSIDE = re.compile(r"#|//|[A-Za-z][A-Za-z0-9+.-]*:")


def list_files(release: Release) -> set[str]:
    """Return the files of a release that its pages may lead to: a briefing that failed has none."""
    pages = {f"{record.id}.html" for record in release.records()}
    return {INDEX, *pages, *(name for record in release.records() for name in list_beside(record))}


def list_beside(record: Record) -> list[str]:
    """Return what a briefing's page leads to beside it: its PDF, and its rows if it has some."""
    return [f"{record.id}.pdf", *([record.rows] if record.rows in record.documents else [])]


def send_away(page: bytes, name: str, there: Collection[str], base: str = "") -> bytes:
    """Return a page that is read on its own: its links lead to where its edition is, or to itself alone.

    Parameters
    ----------
    name, there
        As for `keep_links`.
    base
        The address of the edition; empty if nobody says, and then no link to another page is left.
    """
    if not base:
        return keep_links(page, name, {name})

    def find(link: re.Match[str]) -> str:
        href = unescape(link[1])
        if not href or _OUTSIDE.match(href):
            return link[0]
        path, hash, part = href.partition("#")
        path = quote(normpath(join(dirname(name), unquote(path))))
        address = f"{base.rstrip('/')}/{path}{hash}{part}"
        return f' href="{escape(address)}"'

    text = keep_links(page, name, there).decode()
    start = text.find("<body")
    body = _ANCHOR.sub(lambda tag: _HREF.sub(find, tag[0]), text[start:])
    return (text[:start] + body).encode()


def keep_links(page: bytes, name: str, there: Collection[str]) -> bytes:
    """Return a page with no link to a file that is not there: its words stay, the press's own links go.

    A page whose links all hold is the same, byte for byte.

    Parameters
    ----------
    name
        Where the page stands, such as ``region/north.html``.
    there
        All files that it may lead to.
    """
    text = page.decode()
    start = text.find("<body")
    head, body = text[:start], text[start:]

    def holds(tag: str) -> bool:
        found = _HREF.search(tag)
        href = unescape(found[1]) if found else ""
        if not href or _OUTSIDE.match(href):
            return True
        return normpath(join(dirname(name), unquote(href.partition("#")[0]))) in there

    def shorten(nav: re.Match[str]) -> str:
        left = _ITEM.sub(lambda item: item[0] if holds(item[1]) else "", nav[0])
        return left if "<li>" in left else ""

    body = _NAV.sub(shorten, body)
    body = _LINK.sub(lambda link: link[0] if holds(link[1]) else f"<span>{link[2]}</span>", body)
    return (head + body).encode()
