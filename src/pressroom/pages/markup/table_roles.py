"""Tables put in order: header cells with a scope, labels for the phone layout, numbers right."""

from __future__ import annotations

import re

from pressroom.pages.markup.nodes import Element, has_class, words_of
from pressroom.pages.phrases import say

HOUSE = ("rec", "plan", "idx", "tight")
_NUMBER = re.compile(
    r"[-−–+(]?\s?[^\w\s(]?\s?\d[\d.,\u00a0\u202f ]*(?:[eE][-+]?\d+)?\s?[%)]{0,2}"
    r"|nan|<na>|nat|none|n/a|–|—|-|",
    re.I,
)
_WIDE = 6  # columns from which a table may need to scroll on a phone


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
