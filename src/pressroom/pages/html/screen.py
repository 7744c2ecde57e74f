"""What the screen alone has of a long page: links to what stands on it, and lists and tables that unfold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import is_

from pressroom.pages.markup.nodes import Element, Node, has_class, text_of
from pressroom.pages.phrases import Phrases

FEWEST = 8
"""Headings of a page that is long enough for a list of them."""

_ASIDE = ("vh", "tag")
"""What a heading has besides its words: marks, and what is said of them."""

LONGEST = 20
"""Items or rows that stand open; of more, fewer do, so that a disclosure is worth its click."""
SHOWN = 15


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


def fold(nodes: Iterable[Node], phrases: Phrases) -> list[Node]:
    """Return nodes with the rest of each long list and tight table behind a disclosure with its number."""
    return [part for node in nodes for part in _parted(node, phrases)]


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


def _fold_inside(node: Node, phrases: Phrases) -> Node:
    if isinstance(node, str) or node.tag in ("svg", "details"):
        return node
    children = fold(node.children, phrases)
    same = len(children) == len(node.children) and all(map(is_, children, node.children))
    return node if same else Element(node.tag, node.attributes, children)


def _parted(node: Node, phrases: Phrases) -> list[Node]:
    """Return a list or table as what stands open and a disclosure, if it is long; else the node."""
    if isinstance(node, Element) and node.tag == "ul" and has_class(node, "says"):
        items = node.elements()
        if len(items) > LONGEST:
            shown, rest = (Element("ul", node.attributes, list(part)) for part in _halves(items))
            return [shown, _disclose(_without_id(rest), len(items) - SHOWN, phrases)]
    if isinstance(node, Element) and node.tag == "table" and has_class(node, "tight"):
        return _part_table(node, phrases)
    return [_fold_inside(node, phrases)]


def _part_table(table: Element, phrases: Phrases) -> list[Node]:
    bodies = [part for part in table.elements() if part.tag == "tbody"]
    rows = [row for body in bodies for row in body.elements()]
    feet = any(part.tag == "tfoot" for part in table.elements())
    joined = any("rowspan" in cell.attributes for row in rows for cell in row.elements())
    if len(bodies) != 1 or len(rows) <= LONGEST or joined or feet:
        return [table]
    shown, rest = (Element("tbody", bodies[0].attributes, list(part)) for part in _halves(rows))
    # The style sheet keeps the data of a chart narrow; this table goes on as wide as it began.
    wide = {**table.attributes, "style": "max-width:none"}
    more = Element("table", wide, [_hide_caption(part, bodies[0], rest) for part in table.elements()])
    first = Element(
        "table", table.attributes, [shown if part is bodies[0] else part for part in table.children]
    )
    return [first, _disclose(_without_id(more), len(rows) - SHOWN, phrases)]


def _hide_caption(part: Element, body: Element, rest: Element) -> Element:
    """Return a part of the table that goes on: its caption is for those alone who hear it."""
    if part.tag == "caption":
        return Element(
            "caption", {**part.attributes, "class": f"{part.get('class')} vh".strip()}, part.children
        )
    return rest if part is body else part


def _halves(items: list[Element]) -> tuple[list[Element], list[Element]]:
    return items[:SHOWN], items[SHOWN:]


def _without_id(element: Element) -> Element:
    kept = {name: value for name, value in element.attributes.items() if name != "id"}
    return Element(element.tag, kept, element.children)


def _disclose(rest: Element, n: int, phrases: Phrases) -> Element:
    summary = Element("summary", {}, [phrases.say("more", n=str(n))])
    return Element("details", {"class": "more"}, [summary, rest])
