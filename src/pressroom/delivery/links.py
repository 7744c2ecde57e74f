"""Links of pages that are taken out of their edition: what is left behind is linked to no more."""

from __future__ import annotations

import re
from collections.abc import Collection
from html import unescape
from posixpath import dirname, join, normpath
from urllib.parse import unquote

_NAV = re.compile(r'<nav class="(?:top|turn) screen".*?</nav>', re.DOTALL)
_ITEM = re.compile(r"<li>(<a\b[^>]*>).*?</li>", re.DOTALL)
_LINK = re.compile(r"(<a\b[^>]*>)(.*?)</a>", re.DOTALL)
_HREF = re.compile(r'\shref="([^"]*)"')
_OUTSIDE = re.compile(r"#|//|[A-Za-z][A-Za-z0-9+.-]*:")


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
