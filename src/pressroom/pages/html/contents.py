"""What stands on a long page, as links below its beginning; the screen alone shows them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pressroom.pages.markup.nodes import Element, Node, has_class, text_of
from pressroom.pages.phrases import Phrases

FEWEST = 8
"""Headings of a page that is long enough for a list of them."""

_ASIDE = ("vh", "tag")
"""What a heading has besides its words: marks, and what is said of them."""


def list_contents(nodes: list[Node], phrases: Phrases) -> list[Node]:
    """Return nodes with a list of their headings before the first part that has some, if there are enough."""
    found = [list(_find(node)) for node in nodes]
    headings = [heading for part in found for heading in part if heading.get("id")]
    if len(headings) < FEWEST:
        return nodes
    first = next(number for number, part in enumerate(found) if part)
    # Of parts under the same heading, such as a box that goes on further below, the first is listed.
    first_of: dict[str, Element] = {}
    for link in map(_link, headings):
        first_of.setdefault(text_of(link.children), link)
    items: list[Node] = [Element("li", {}, [link]) for link in first_of.values()]
    summary = Element("summary", {}, [phrases.say("contents")])
    listed = Element("details", {}, [summary, Element("ol", {}, items)])
    nav = Element("nav", {"class": "contents screen", "aria-label": phrases.say("contents")}, [listed])
    return [*nodes[:first], nav, *nodes[first:]]


def _find(node: Node) -> Iterator[Element]:
    if isinstance(node, str):
        return
    if node.tag == "h2":
        yield node
    for child in node.children:
        yield from _find(child)


def _link(heading: Element) -> Element:
    words = " ".join(text_of(_leave_out(heading.children)).split())
    return Element("a", {"href": f"#{heading.get('id')}"}, [words])


def _leave_out(nodes: Iterable[Node]) -> list[Node]:
    kept = [node for node in nodes if isinstance(node, str) or not any(has_class(node, c) for c in _ASIDE)]
    return [
        node if isinstance(node, str) else Element(node.tag, node.attributes, _leave_out(node.children))
        for node in kept
    ]
