"""A page put in order for people who hear it: headings, names, languages, charts, and unique ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pressroom.pages.markup.nodes import Element, Node, has_class, text_of, walk, walk_text
from pressroom.pages.markup.table_roles import arrange_table

_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))
_SCRIPTS = {
    "th": "\u0e01-\u0e7f",
    "lo": "\u0e80-\u0eff",
    "km": "\u1780-\u17ff\u19e0-\u19ff",
    "my": "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f",
}
_RUNS = re.compile(
    "|".join(f"(?P<{lang}>[{s}](?:[{s}\u200b-\u200d\\s]*[{s}])?)" for lang, s in _SCRIPTS.items())
)


def arrange(nodes: list[Node], used: set[str]) -> list[Node]:
    """Return the nodes of one output with tables, charts, ids and languages in order.

    Parameters
    ----------
    nodes
        Cleaned nodes; they are changed in place.
    used
        Ids that the page has already; those of the nodes are added.
    """
    _make_ids_unique(nodes, used)
    marked = list(_mark_languages(nodes))
    marked = [_framed(node) for node in marked]
    return list(_arranged(marked))


def _arranged(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, str) or node.tag == "svg":
            yield node
            continue
        node.children = list(_arranged(node.children))
        if node.tag == "table":
            yield arrange_table(node)
        elif node.tag == "figure":
            yield _figure(node)
        else:
            if node.tag == "pre":
                node.attributes["tabindex"] = "0"
            yield node


def _framed(node: Node) -> Node:
    if isinstance(node, Element) and node.tag in ("svg", "img"):
        return Element("figure", {"class": "chart"}, [node])
    return node


def _figure(figure: Element) -> Element:
    drawings = [child for child in figure.elements() if child.tag == "svg"]
    if drawings and not any(has_class(drawing, "narrow") for drawing in drawings):
        for drawing in drawings:
            names = dict.fromkeys([*drawing.classes, "only"])
            drawing.attributes["class"] = " ".join(names)
    return figure


# Headings ---------------------------------------------------------------------------------------


def headings(nodes: Iterable[Node]) -> list[Element]:
    """Return the headings in the order of the page."""
    return [element for element in walk_text(nodes) if element.tag in _HEADINGS]


def order_headings(found: list[Element]) -> list[str]:
    """Leave one h1, the first, and no level skipped; return what was changed, one line each.

    The first heading must be the h1.
    """
    changes, level, first = [], 0, True
    for heading in found:
        wanted = int(heading.tag[1])
        given = 1 if first else max(2, min(wanted, level + 1))
        if given != wanted:
            changes.append(f"heading “{text_of([heading]).strip()[:50]}” set from h{wanted} to h{given}")
        heading.tag, level, first = f"h{given}", given, False
    return changes


# Ids --------------------------------------------------------------------------------------------


def _make_ids_unique(nodes: list[Node], used: set[str]) -> None:
    renamed: dict[str, str] = {}
    for element in walk(nodes):
        if "id" in element.attributes:
            name = element.attributes["id"]
            element.attributes["id"] = make_unused(name, used)
            renamed.setdefault(name, element.attributes["id"])
    changed = {old: new for old, new in renamed.items() if old != new}
    for element in walk(nodes) if changed else ():
        _follow(element, changed)


def make_unused(name: str, used: set[str]) -> str:
    """Return a name that no element of the page has, and add it to those that are used."""
    fresh, number = name, 2
    while fresh in used:
        fresh, number = f"{name}-{number}", number + 1
    used.add(fresh)
    return fresh


def _follow(element: Element, changed: dict[str, str]) -> None:
    for key, value in element.attributes.items():
        if key == "href" and value[1:] in changed and value.startswith("#"):
            element.attributes[key] = f"#{changed[value[1:]]}"
        elif "url(" in value:
            element.attributes[key] = re.sub(
                r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)",
                lambda found: f"url(#{changed.get(found[1], found[1])})",
                value,
            )


# Languages --------------------------------------------------------------------------------------


def _mark_languages(nodes: Iterable[Node]) -> Iterator[Node]:
    """Yield the nodes with runs of Thai, Lao, Khmer and Burmese letters marked as such, unless they are."""
    for node in nodes:
        if isinstance(node, str):
            yield from [node] if node.isascii() else _runs(node)
        else:
            if node.tag != "svg" and "lang" not in node.attributes:
                node.children = list(_mark_languages(node.children))
            yield node


def _runs(text: str) -> Iterator[Node]:
    end = 0
    for found in _RUNS.finditer(text):
        if found.start() > end:
            yield text[end : found.start()]
        assert found.lastgroup is not None
        yield Element("span", {"lang": found.lastgroup}, [found[0]])
        end = found.end()
    if end < len(text):
        yield text[end:]
