"""What a site tells search engines: which pages there are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from xml.etree import ElementTree

from pressroom.delivery.site.addresses import Addresses

ROBOTS, SITEMAP = "robots.txt", "sitemap.xml"

_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"


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
