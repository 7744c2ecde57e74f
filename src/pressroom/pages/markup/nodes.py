"""A small tree of HTML elements: parsed by lexbor, changed in plain Python, written back in one way.

Whatever the input looked like, what `to_html` writes is well-formed and has all its text escaped.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track",
    "wbr",
))  # fmt: skip
SECTIONS = frozenset(["article", "aside", "footer", "header", "main", "nav", "section"])
BLOCKS = SECTIONS | frozenset((
    "address", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "form", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "html",
    "legend", "li", "menu", "ol", "optgroup", "option", "p", "pre", "search", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
))  # fmt: skip
_SCREEN = ("nav", "section", "ul", "li", "p", "span")  # tools for manuals write `<pre class="screen">`
_PHRASES = ("a", "b", "code", "del", "em", "i", "ins", "s", "small", "span", "strong", "sub", "sup", "u")
_BLOCK_PARTS = ("table", "svg", "img", "ul", "ol", "p", "pre", "figure", "div")
# Deeper elements lose their tags, not their text: recursion below this depth is safe everywhere.
DEEPEST = 60
_SPECIAL = re.compile("[&<>\"']")


@dataclass(slots=True)
class Element:
    """An element with its attributes and children; text is a plain ``str`` among the children."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def get(self, name: str) -> str:
        """Return an attribute, or an empty string."""
        return self.attributes.get(name, "")

    @property
    def classes(self) -> list[str]:
        return self.get("class").split()

    def elements(self) -> list[Element]:
        """Return the children that are elements."""
        return [child for child in self.children if isinstance(child, Element)]


Node = Element | str


def parse(html: str) -> list[Node]:
    """Return the nodes of an HTML fragment, without comments; never fails."""
    from selectolax.lexbor import LexborHTMLParser

    # The marker keeps text at the start, and gives an empty fragment a root.
    parser = LexborHTMLParser(f"<div></div>{html}", is_fragment=True)
    assert parser.root is not None
    top = Element("body")
    node, parent, depth = parser.root.next, top, 0
    waiting: list[tuple[LexborNode | None, Element, int]] = []
    while node is not None or waiting:
        if node is None:
            node, parent, depth = waiting.pop()
            continue
        below = _adopt(node, parent, depth)
        child = node.child if below is not None else None
        if below is not None and child is not None:
            waiting.append((node.next, parent, depth))
            node, parent, depth = child, below, depth + 1
        else:
            node = node.next
    return top.children


def _adopt(node: LexborNode, parent: Element, depth: int) -> Element | None:
    if node.is_text_node:
        parent.children.append(node.text_content or "")
        return None
    if not node.is_element_node or node.tag is None:
        return None
    if depth >= DEEPEST and node.tag not in VOID:
        return parent
    attributes = {name: value or "" for name, value in node.attributes.items()}
    element = Element(node.tag, attributes)
    parent.children.append(element)
    # Inside MathML even a void element may hold text; it stands behind the element then.
    return parent if node.tag in VOID else element


def to_html(nodes: Iterable[Node]) -> str:
    """Return the nodes as HTML."""
    parts: list[str] = []
    for node in nodes:
        _write(node, parts)
    return "".join(parts)


def _write(node: Node, parts: list[str]) -> None:
    if isinstance(node, str):
        parts.append(escape(node, quote=False) if _SPECIAL.search(node) else node)
        return
    parts.append(f"<{node.tag}")
    for name, value in node.attributes.items():
        parts.append(f' {name}="{escape(value) if _SPECIAL.search(value) else value}"')
    parts.append(">")
    if node.tag in VOID:
        return
    if node.tag == "pre" and text_of([node]).startswith("\n"):
        parts.append("\n")  # a parser swallows the first line break of a pre
    for child in node.children:
        _write(child, parts)
    parts.append(f"</{node.tag}>")


def walk(nodes: Iterable[Node]) -> Iterator[Element]:
    """Yield every element, parents before their children, in the order of the document."""
    waiting = [node for node in nodes if isinstance(node, Element)]
    waiting.reverse()
    while waiting:
        element = waiting.pop()
        yield element
        waiting += [child for child in reversed(element.children) if isinstance(child, Element)]


def walk_text(nodes: Iterable[Node]) -> Iterator[Element]:
    """Yield like `walk`, but nothing of what is inside a drawing: it has neither headings nor links."""
    waiting = [node for node in nodes if isinstance(node, Element)]
    waiting.reverse()
    while waiting:
        element = waiting.pop()
        yield element
        if element.tag != "svg":
            waiting += [child for child in reversed(element.children) if isinstance(child, Element)]


def text_of(nodes: Iterable[Node]) -> str:
    """Return the text of the nodes, exactly as it stands."""
    parts: list[str] = []
    waiting = [*nodes]
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            parts.append(node)
        else:
            waiting += reversed(node.children)
    return "".join(parts)


def words_of(nodes: Iterable[Node]) -> str:
    """Return the text of the nodes in one line, blocks and line breaks parted by a space."""
    return " ".join(_words(nodes).split())


def _words(nodes: Iterable[Node]) -> str:
    parts = []
    for node in nodes:
        if isinstance(node, str):
            parts.append(node)
        elif node.tag in BLOCKS or node.tag == "br":
            parts.append(f" {_words(node.children)} ")
        else:
            parts.append(_words(node.children))
    return "".join(parts)


def has_class(element: Element, *names: str) -> bool:
    """Return whether the element has any of the classes."""
    given = element.get("class")
    return bool(given) and not set(names).isdisjoint(given.split())


def is_hidden(element: Element) -> bool:
    """Return whether a browser would show nothing of the element."""
    if "hidden" in element.attributes:
        return True
    style = re.sub(r"\s", "", element.get("style").lower())
    return "display:none" in style or "visibility:hidden" in style


def is_for_screen(node: Node) -> bool:
    """Return whether a node is left out of print and of the PDF, such as links to other pages."""
    return isinstance(node, Element) and node.tag in _SCREEN and has_class(node, "screen")


def is_block(node: Node) -> bool:
    """Return whether a node stands on its own, or holds something that does."""
    if isinstance(node, str):
        return False
    if node.tag in _PHRASES:
        return any(part.tag in _BLOCK_PARTS and not has_class(part, "math") for part in walk(node.children))
    return node.tag in BLOCKS or (node.tag in ("aside", "svg", "img") and not has_class(node, "math"))


def without_screen(node: Node) -> Node | None:
    """Return a node without what only the screen shows; None if nothing is left of it."""
    if isinstance(node, str) or not any("screen" in each.get("class") for each in walk([node])):
        return node
    if is_for_screen(node):
        return None
    kept = [child for child in map(without_screen, node.children) if child is not None]
    return replace(node, children=kept)


def without_ids(node: Node, ids: Collection[str]) -> Node | None:
    """Return a node without the elements that have one of the ids; None if nothing is left of it."""
    if isinstance(node, str):
        return node
    if node.get("id") in ids:
        return None
    kept = [child for child in (without_ids(child, ids) for child in node.children) if child is not None]
    return replace(node, children=kept)
