"""What a browser forgives and assistive technology does not: stray list items, empty headings and links."""

from __future__ import annotations

from dataclasses import replace

from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.nodes import Element, Node, text_of, words_of


def mend(element: Element, cell: int | None) -> list[Node]:
    """Return an element in a form that assistive technology takes too; nothing if it is an empty one.

    Raises
    ------
    DocumentError
        If it is a figure with nothing in it.
    """
    if element.tag == "a":
        return _link(element)
    if element.tag in ("ul", "ol"):
        return [_list(element)] if element.elements() or text_of(element.children).strip() else []
    if element.tag == "dl":
        return [_definitions(element)]
    if element.tag[0] == "h" and element.tag[1:].isdigit() and not _shows_something(element):
        return []
    if element.tag == "figure" and not _shows_something(element, besides="figcaption"):
        raise DocumentError(cell, f"the figure “{words_of([element])[:60]}” has nothing in it")
    return [element]


def _shows_something(element: Element, besides: str = "") -> bool:
    for child in element.children:
        if isinstance(child, str):
            if child.strip():
                return True
        elif child.tag in ("svg", "img") or (child.tag != besides and _shows_something(child, besides)):
            return True
    return False


def _link(element: Element) -> list[Node]:
    return [element] if "href" in element.attributes and _shows_something(element) else element.children


def _list(element: Element) -> Element:
    items: list[Node] = []
    for child in element.children:
        if isinstance(child, Element) and child.tag == "li":
            items.append(child)
        elif isinstance(child, Element) or child.strip():
            items.append(Element("li", {}, [child]))
    return replace(element, children=items)


def _definitions(element: Element) -> Element:
    allowed = all(child.tag in ("dt", "dd") for child in element.elements())
    loose = any(child.strip() for child in element.children if isinstance(child, str))
    ordered = element.elements() and element.elements()[0].tag == "dt"
    if allowed and ordered and not loose:
        return replace(element, children=list(element.elements()))
    named = {"dt": "p", "dd": "div"}
    parts = [
        replace(child, tag=named.get(child.tag, child.tag)) if isinstance(child, Element) else child
        for child in element.children
    ]
    return Element("div", element.attributes, parts)


def place_items(nodes: list[Node], *, in_list: bool = False) -> None:
    """Turn list items that stand outside a list into ordinary blocks."""
    for node in nodes:
        if isinstance(node, Element) and node.tag != "svg":
            if node.tag == "li" and not in_list:
                node.tag = "div"
            place_items(node.children, in_list=node.tag in ("ul", "ol"))
