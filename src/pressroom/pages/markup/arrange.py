"""A page put in order for people who hear it: headings, names, languages, tables, charts, and unique ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pressroom.pages.markup.nodes import Element, Node, has_class, text_of, walk, walk_text, words_of
from pressroom.pages.phrases import say

HOUSE = ("rec", "plan", "idx", "tight")
_NUMBER = re.compile(
    r"[-−–+(]?\s?[^\w\s(]?\s?\d[\d.,\u00a0\u202f ]*(?:[eE][-+]?\d+)?\s?[%)]{0,2}"
    r"|nan|<na>|nat|none|n/a|–|—|-|",
    re.I,
)
_WIDE = 6  # columns from which a table may need to scroll on a phone

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


def arrange_table(table: Element) -> Element:
    """Return the table with its header cells named, wrapped so that it can scroll if it is wide."""
    rows = rows_of(table)
    for section, row in rows:
        for cell in row.elements():
            _scope(cell, section, row)
    if has_class(table, *HOUSE):
        _label_cells(rows)
        return table
    if table.get("role") == "presentation":
        return table
    table.attributes["class"] = f"{table.get('class')} plain".strip()
    _align_numbers(rows)
    return _scrolling(table) if max((len(row.elements()) for _, row in rows), default=0) >= _WIDE else table


def rows_of(table: Element) -> list[tuple[str, Element]]:
    """Return the table's own rows with the section (head, body, foot) that each belongs to."""
    rows = []
    for part in table.elements():
        if part.tag == "tr":
            rows.append(("body", part))
        elif part.tag in ("thead", "tbody", "tfoot"):
            rows += [(part.tag[1:], row) for row in part.elements() if row.tag == "tr"]
    if rows and not any(section == "head" for section, _ in rows):
        cells = rows[0][1].elements()
        if len(cells) > 1 and all(cell.tag == "th" for cell in cells):
            rows[0] = ("head", rows[0][1])
    return rows


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


def make_unused(name: str, used: set[str]) -> str:
    """Return a name that no element of the page has, and add it to those that are used."""
    fresh, number = name, 2
    while fresh in used:
        fresh, number = f"{name}-{number}", number + 1
    used.add(fresh)
    return fresh


def _scope(cell: Element, section: str, row: Element) -> None:
    if cell.tag == "th" and not words_of([cell]):
        cell.tag = "td"  # a header without a name names nothing
        cell.attributes.pop("scope", None)
    elif cell.tag == "th" and "scope" not in cell.attributes:
        whole = len(row.elements()) == 1 and "colspan" in cell.attributes
        cell.attributes["scope"] = "col" if section == "head" or whole else "row"
    elif cell.tag == "td":
        cell.attributes.pop("scope", None)


def _label_cells(rows: list[tuple[str, Element]]) -> None:
    names = next(([words_of([c]) for c in row.elements()] for section, row in rows if section == "head"), [])
    for section, row in rows:
        cells = row.elements()
        if section == "body" and len(cells) == len(names):
            for name, cell in zip(names, cells, strict=True):
                if cell.tag == "td" and name and not has_class(cell, "src"):
                    cell.attributes.setdefault("data-l", name)


def _align_numbers(rows: list[tuple[str, Element]]) -> None:
    cells = [cell for _, row in rows for cell in row.elements()]
    if any({"rowspan", "colspan"} & cell.attributes.keys() for cell in cells):
        return
    body = [row.elements() for section, row in rows if section != "head"]
    for index in range(max(map(len, body), default=0)):
        column = [row[index] for row in body if index < len(row)]
        texts = [words_of([cell]) for cell in column if cell.tag == "td"]
        if any(any(c.isdigit() for c in text) for text in texts) and all(map(_NUMBER.fullmatch, texts)):
            for _, row in rows:
                if index < len(row.elements()):
                    _set_right(row.elements()[index])


def _set_right(cell: Element) -> None:
    cell.attributes["class"] = f"{cell.get('class')} num".strip()


def _scrolling(table: Element) -> Element:
    caption = next((words_of([part]) for part in table.elements() if part.tag == "caption"), "")
    attributes = {"class": "scroll", "role": "group", "tabindex": "0", "aria-label": caption or say("table")}
    return Element("div", attributes, [table])


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
