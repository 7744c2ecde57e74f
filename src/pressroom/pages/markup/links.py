"""Links of a page: to its own headings, and to other briefings of its edition; none may lead nowhere.

A notebook writes ``briefing:theme=water`` for another briefing; who sets the page knows where that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Protocol
from urllib.parse import unquote

from pressroom.data.names import BRIEFING, AddressError, Place, make_slug
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.arrange import headings, make_unused
from pressroom.pages.markup.nodes import Element, Node, has_class, walk_text, words_of

_OUTSIDE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PAGE = re.compile(r"(?:\.\./)*[\w./-]+\.html(?:#.*)?")


OPTIONAL = "optional"
"""The class of a link that is words where the edition has no such briefing."""


_ADDRESS = re.compile(r"(?:https?://|\bwww\.(?=[\w-]+\.))[^\s<>\"]*[^\s<>\".,;:!?)\]}'*_]")
_NO_TEXT = ("a", "svg", "code", "summary", "button")


class Links(Protocol):
    """Knows the briefings of an edition."""

    def find(self, address: str) -> Place:
        """Return where the briefing of an address is; an AddressError if there is none."""


def follow_briefings(nodes: Sequence[Node], links: Links | None, cell: int | None) -> Iterator[Place | str]:
    """Let links to briefings lead to their pages; yield the places, and the addresses that became words.

    Parameters
    ----------
    links
        None where there is no edition: its links are words then.

    Raises
    ------
    DocumentError
        If there is no such briefing.
    """
    for link in walk_text(nodes):
        address = link.get("href") if link.tag == "a" else ""
        if not address.startswith(BRIEFING):
            continue
        place, why = _find(links, address)
        if place:
            link.attributes["href"] = place.href
            yield place
        elif why and not has_class(link, OPTIONAL):
            raise DocumentError(cell, why)
        else:
            link.tag = "span"
            del link.attributes["href"]
            if not has_class(link, OPTIONAL):
                yield address


def _find(links: Links | None, address: str) -> tuple[Place | None, str]:
    """Return where a briefing is, or why there is none; neither where there is no edition."""
    try:
        return (links.find(address) if links else None), ""
    except AddressError as error:
        return None, str(error)


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


def link_addresses(nodes: list[Node]) -> None:
    """Make a link of each bare address in the text of nodes."""
    linked: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            linked += _part(node)
            continue
        if node.tag not in _NO_TEXT:
            link_addresses(node.children)
        linked.append(node)
    nodes[:] = linked


def _part(text: str) -> Iterator[Node]:
    end = 0
    for found in _ADDRESS.finditer(text):
        yield text[end : found.start()]
        whole = found[0] if "://" in found[0] else f"https://{found[0]}"
        yield Element("a", {"href": whole}, [found[0]])
        end = found.end()
    yield text[end:]


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
