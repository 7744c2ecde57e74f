"""What a site says to browsers, search engines and feed readers: on each page, and of all pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape
from urllib.parse import quote
from xml.etree import ElementTree

from pressroom.delivery.site.addresses import FEED, Addresses, link_between
from pressroom.look.colours import LIGHT

ICON = "icon.svg"

_END = b"</title>"


def draw_icon() -> str:
    """Return the site's icon as SVG: a page with its heading and two lines."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<rect width="16" height="16" rx="2" fill="{LIGHT["blue"]}"/>'
        f'<path d="M4 4.5h4M4 8h8M4 11.5h8" stroke="{LIGHT["paper"]}" stroke-width="1.5"/></svg>'
    )


ICON_LINK = f'<link rel="icon" type="image/svg+xml" href="data:image/svg+xml,{quote(draw_icon())}">'
"""The icon stands in each page, since the policy of a briefing's page allows no other picture."""

ROBOTS, SITEMAP = "robots.txt", "sitemap.xml"

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


@dataclass(frozen=True)
class Heads:
    """Fills the heads of a site's pages.

    Attributes
    ----------
    families
        The titles of the families that have a feed of their own.
    """

    addresses: Addresses
    families: Mapping[str, str]

    def put(
        self,
        page: bytes,
        name: str,
        description: str,
        *,
        family: str = "",
        canonical: str = "",
        release: str = "",
        is_superseded: bool = False,
    ) -> bytes:
        """Return a page with a fuller head.

        Parameters
        ----------
        name
            Where the page stands in the site.
        description
            What search engines show of it: text.
        family
            The family that it is of, if it is of one.
        canonical
            The file that search engines show instead of this one, as of two equal ones.
        release
            The release whose copy this is, for the title to tell it from others.
        is_superseded
            Whether search engines should leave it out, since another page says what is so now.
        """
        tags = [
            *_describe(description),
            *(['<meta name="robots" content="noindex">'] if is_superseded else []),
            *_name_canonical(self.addresses.find(canonical or name)),
            *self._list_feeds(name, family),
            ICON_LINK,
        ]
        return fill_head(page, tags, f" (release {release})" if release else "")

    def _list_feeds(self, name: str, family: str) -> Iterator[str]:
        feeds = {FEED: "Releases"}
        if family in self.families:
            feeds[f"{family}/{FEED}"] = self.families[family]
        for feed, title in feeds.items():
            href = escape(link_between(feed, name))
            yield f'<link rel="alternate" type="application/atom+xml" title="{escape(title)}" href="{href}">'


def fill_head(page: bytes, tags: Iterable[str], title_end: str = "") -> bytes:
    """Return a page with elements after its title, which goes on with more text.

    Raises
    ------
    ValueError
        If the page has no title.
    """
    start, end, rest = page.partition(_END)
    if not end or b"<body" in start:
        raise ValueError("the page has no title, so nothing can be put into its head")
    added = "".join(f"\n{tag}" for tag in tags)
    return start + escape(title_end).encode() + end + added.encode() + rest


def write_sitemap(pages: Mapping[str, date | None], addresses: Addresses) -> bytes:
    """Return the list of pages, by their files, each with the day it was last changed if that is known."""
    listed = ElementTree.Element("urlset", {"xmlns": _SITEMAPS})
    for name, day in pages.items():
        entry = ElementTree.SubElement(listed, "url")
        ElementTree.SubElement(entry, "loc").text = addresses.find(name)
        if day:
            ElementTree.SubElement(entry, "lastmod").text = day.isoformat()
    ElementTree.indent(listed, "")
    written: bytes = ElementTree.tostring(listed, "utf-8", xml_declaration=True)
    return written + b"\n"


def write_robots(addresses: Addresses) -> bytes:
    """Return what every crawler may do: visit all, and find the list of pages."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {addresses.find(SITEMAP)}\n".encode()


def _describe(description: str) -> Iterator[str]:
    if description:
        yield f'<meta name="description" content="{escape(" ".join(description.split()))}">'


def _name_canonical(address: str) -> Iterator[str]:
    if address:
        yield f'<link rel="canonical" href="{escape(address)}">'
