"""Links inside a page: each heading can be linked to, and a link that leads nowhere is named."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from pressroom.data.slugs import make_slug
from pressroom.pages.markup.arrange import headings, make_unused
from pressroom.pages.markup.nodes import Node, walk_text, words_of

_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PAGE = re.compile(r"(?:\.\./)*[\w./-]+\.html(?:#.*)?")


def name_headings(nodes: Sequence[Node], used: set[str]) -> None:
    """Give each heading of a page an id made of its words, unless it has one.

    Parameters
    ----------
    used
        Ids that the page has already; those of the headings are added.
    """
    for heading in headings(nodes):
        if "id" not in heading.attributes:
            slug = make_slug(words_of([heading]))
            if slug:
                heading.attributes["id"] = make_unused(slug, used)


def follow_links(nodes: Sequence[Node], used: set[str]) -> Iterator[str]:
    """Let links to headings lead there, however they are written; yield those that lead nowhere.

    JupyterLab links to ``#The-Words-of-a-Heading``.
    """
    for link in walk_text(nodes):
        href = link.get("href") if link.tag == "a" else ""
        if href.startswith("#"):
            place = unquote(href[1:])
            slug = make_slug(place)
            if place not in used and slug in used:
                link.attributes["href"] = f"#{slug}"
            elif place not in used and place:
                yield f"a link to {href} leads nowhere: no heading of the page has these words"
        elif href and not _OUTSIDE.match(href) and not _PAGE.fullmatch(href):
            yield f"a link leads to {href}, which is no page of the edition: readers do not have it"
