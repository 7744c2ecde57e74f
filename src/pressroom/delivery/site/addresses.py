"""What the site's files are called, and where readers find them."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import dirname, relpath
from urllib.parse import quote

from pressroom.edition.manifest import INDEX

MISSING = "404.html"
FEED = "feed.xml"
RELEASES = "releases"
"""The folder of the releases."""


@dataclass(frozen=True)
class Addresses:
    """The addresses of a site's files, each named by its path in the site.

    Attributes
    ----------
    site_url
        Where readers find the site, such as ``https://briefings.example.org``; empty if nobody says.
    """

    site_url: str = ""

    def find(self, name: str) -> str:
        """Return the whole address of a file, that of its folder for an index; ``""`` if nobody says where.

        Examples
        --------
        >>> Addresses("https://example.org/").find("region/index.html")
        'https://example.org/region/'
        """
        if not self.site_url:
            return ""
        folder, slash, file = name.rpartition("/")
        return f"{self.site_url.rstrip('/')}/{quote(f'{folder}{slash}' if file == INDEX else name)}"

    def link(self, name: str, origin: str) -> str:
        """Return how a file is linked to from another that is read elsewhere, too: whole, if that is known.

        Examples
        --------
        >>> Addresses().link("region/north.html", origin="region/feed.xml")
        'north.html'
        """
        return self.find(name) or link_between(name, origin)


def link_between(name: str, origin: str) -> str:
    """Return how a file is linked to from another of the site, by their paths in it.

    Examples
    --------
    >>> link_between("feed.xml", origin="releases/1.0.0/region/north.html")
    '../../../feed.xml'
    """
    return quote(relpath(name, dirname(origin) or "."))
