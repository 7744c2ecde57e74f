"""Blocks on their way to the PDF, as marks ``[kind, attributes, children]`` like running text.

Unknown HTML degrades to its text. What is left out on purpose is the data behind a chart, which the
alternative text tells too, the chart's drawing for phones, and what is for a screen alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.document import Block, Document
from pressroom.pages.markup.nodes import (
    Element,
    Node,
    has_class,
    is_block,
    is_for_screen,
    text_of,
    walk,
    walk_text,
    without_ids,
    without_screen,
)
from pressroom.pages.pdf.grid import CellTags
from pressroom.pages.pdf.heights import group, halve, is_long, turns_page
from pressroom.pages.pdf.inline import Inline, Mark, Text, breakable, narrowed, with_language, without
from pressroom.pages.pdf.margins import TEXT_WIDTH
from pressroom.pages.pdf.pictures import make_picture
from pressroom.pages.pdf.tables import TooWideError, make_table

_MEASURE = 160.0  # millimetres; lines longer than this are hard to read
_GUTTER = 8.0  # millimetres between columns
_INSET = 4.0
_NESTED = 0.01  # what stands in a box has less than the page's width, and so never turns the page
_HEADINGS = tuple(f"h{level}" for level in range(1, 7))
_PARAGRAPHS = ("lede", "subject", "source", "by")
_BOXES = ("care", "commentary", "method", "say")
_OPEN = ("method", "say")  # boxes whose text reaches the edge
_BESIDE = 65.0  # millimetres; what is narrower has no room for a long word
_ONE_COLUMN = 100.0  # millimetres; what is narrower has one column of items


class Reader:
    """Turns a document's blocks into marks; keeps tables' tags, pictures and targets of links."""

    def __init__(self, document: Document) -> None:
        elements = list(walk_text(document.nodes))
        notes = [e for e in elements if e.tag == "section" and has_class(e, "footnotes")]
        footnotes = {item.get("id"): item for note in notes for item in walk([note]) if item.tag == "li"}
        self.text = Text(footnotes, [], document.addresses)
        self.phrases = document.masthead.phrases
        self.tables: list[CellTags] = []
        self.pictures = self.text.pictures
        self.anchors: set[str] = set()
        self.cell: int | None = None
        self.wanted = {e.get("href")[1:] for e in elements if e.get("href").startswith("#")}

    def read(self, block: Block) -> list[Mark]:
        """Return the blocks of one output."""
        self.cell = self.text.cell = block.cell
        nodes = [node for node in map(without_screen, block.nodes) if node is not None]
        return self.flow(nodes, TEXT_WIDTH)

    def flow(self, nodes: list[Node], width: float) -> list[Mark]:
        """Return nodes as blocks; text between blocks becomes a paragraph."""
        blocks: list[Mark] = []
        loose: list[Node] = []

        def gather() -> None:
            marks = self._read(loose, width)
            loose.clear()
            if marks:
                blocks.append(["paragraph", _measured(width), marks])

        for node in nodes:
            if is_for_screen(node):
                continue
            if isinstance(node, Element) and is_block(node):
                gather()
                blocks += self.block(node, width)
            else:
                loose.append(node)
        gather()
        _keep_sources(blocks)
        _set_captions_apart(blocks)
        return blocks

    def block(self, element: Element, width: float) -> list[Mark]:
        """Return one block element as blocks."""
        blocks = self._dressed(element, width)
        name = element.get("id")
        if any(map(turns_page, blocks)):
            return blocks
        if name in self.wanted and blocks:
            self.anchors.add(name)
            blocks = [["anchor", {"name": name}, blocks]]
        return with_language(element.get("lang"), blocks)  # type: ignore[arg-type, return-value]

    def _dressed(self, element: Element, width: float) -> list[Mark]:
        for name, (tags, make) in _CLASSES.items():
            if has_class(element, name) and element.tag in tags:
                return make(self, element, width)
        return _TAGS.get(element.tag, Reader._contents)(self, element, width)

    def _contents(self, element: Element, width: float) -> list[Mark]:
        return self.flow(element.children, width)

    # Text ----------------------------------------------------------------------------------------

    def _paragraph(self, element: Element, width: float) -> list[Mark]:
        if any(is_block(child) for child in element.elements()):
            return self.flow(element.children, width)
        marks = self._read(element.children, width)
        kind = next((name for name in element.classes if name in _PARAGRAPHS), "")
        attributes = {**_measured(width), "class": kind}
        return [["paragraph", attributes, marks]] if marks else []

    def _read(self, nodes: list[Node], width: float) -> list[Inline]:
        marks = self.text.read(nodes)
        return narrowed(marks) if width < _BESIDE else marks

    def _heading(self, element: Element, width: float) -> list[Mark]:
        # It is bold as a whole; its bookmark takes plain text; and its size shows a word without a line.
        marks = without(self.text.read(element.children), "strong", "asg")
        return [["heading", {"level": int(element.tag[1])}, marks]] if marks else []

    def _quote(self, element: Element, width: float) -> list[Mark]:
        return [["quote", {}, self.flow(element.children, width - 2 * _INSET)]]

    def _pre(self, element: Element, width: float) -> list[Mark]:
        text = self.text.showable(text_of(element.children).expandtabs(4)).strip("\n")
        return [["pre", {}, [breakable(text)]]] if text.strip() else []

    def _rule(self, element: Element, width: float) -> list[Mark]:
        return [["rule", {}, []]]

    # Lists ---------------------------------------------------------------------------------------

    def _list(self, element: Element, width: float) -> list[Mark]:
        items = self._items(element, width - 6)
        if not items:
            return []
        attributes: dict[str, Any] = {**_measured(width), "ordered": element.tag == "ol"}
        if element.get("start"):
            attributes["start"] = int(element.get("start"))
        if element.get("type"):
            attributes["numbering"] = f"{element.get('type')}."
        return [["list", attributes, items]]

    def _items(self, element: Element, width: float) -> list[Mark]:
        items: list[Mark] = []
        for child, number in zip(element.elements(), _number_items(element), strict=True):
            blocks = self.flow([] if is_for_screen(child) else child.children, width)
            attributes: dict[str, Any] = {} if number is None else {"number": number}
            if child.get("id") in self.wanted:
                attributes["name"] = child.get("id")
                self.anchors.add(child.get("id"))
            if blocks:
                items.append(["item", attributes, with_language(child.get("lang"), blocks)])  # type: ignore[arg-type]
        return items

    def _definitions(self, element: Element, width: float) -> list[Mark]:
        blocks: list[Mark] = []
        for child in element.elements():
            if child.tag == "dt":
                marks = self.text.read(child.children)
                blocks += [["paragraph", {"class": "term"}, [["strong", {}, marks]]]] if marks else []
            else:
                blocks.append(["indent", {}, self.flow(child.children, width - 6)])
        return blocks

    def _figures(self, element: Element, width: float) -> list[Mark]:
        figures: list[Mark] = []
        for item in element.elements():
            parts = {name: part for part in item.elements() for name in part.classes}
            rest = [
                child
                for child in item.children
                if isinstance(child, str) or not has_class(child, "val", "unit", "lab")
            ]
            texts = [
                without(self.text.read(parts[name].children), "asg") if name in parts else []
                for name in ("val", "unit")
            ]
            label = self.text.read(parts["lab"].children) if "lab" in parts else []
            figures.append(
                ["figure", {"value": texts[0], "unit": texts[1], "rest": self.text.read(rest)}, label]
            )
        return [["figures", {}, figures]] if figures else []

    def _says(self, element: Element, width: float) -> list[Mark]:
        return [["says", {}, self._sized(element, width)]]

    def _lines(self, element: Element, width: float) -> list[Mark]:
        items = self._sized(element, width)
        return [["lines", {}, items]] if items else []

    def _asked(self, element: Element, width: float) -> list[Mark]:
        columns = 1 if width < _ONE_COLUMN else 2
        items = self._sized(element, width if columns == 1 else (width - _GUTTER) / 2)
        return [["asked", {"columns": columns}, items]] if items else []

    def _terms(self, element: Element, width: float) -> list[Mark]:
        if width < _ONE_COLUMN:
            return self._says(element, width)
        room = (width - _GUTTER) / 2
        items = self._sized(element, room)
        sides = [part for part in halve(items, room) if part]
        terms: Mark = ["terms", {}, [["side", {}, part] for part in sides]]
        terms[1]["long"] = is_long([terms], width)
        return [terms] if items else []

    def _sized(self, element: Element, width: float) -> list[Mark]:
        """Return the items of a list, each with whether it may be higher than a page."""
        items = self._items(element, width - _NESTED)
        for item in items:
            item[1]["long"] = is_long(item[2], width)
        return items

    def _lettered(self, element: Element, width: float) -> list[Mark]:
        items = self._items(element, width - _NESTED)
        columns = 1 if width < _ONE_COLUMN or len(items) == 1 else 3 if len(items) == 3 else 2
        start = int(element.get("start") or 1)
        return [["lettered", {"columns": columns, "start": start}, items]] if items else []

    # What is said of the edition -----------------------------------------------------------------

    def _see(self, element: Element, width: float) -> list[Mark]:
        """Return related pages as one line."""
        items = [self.text.read(part.children) for part in walk([element]) if part.tag == "li"]
        links = [mark for item in items if item for mark in (" · ", *item)][1:]
        lead: Mark = ["k", {}, [self.text.showable(self.phrases.say("see_printed"))]]
        return [["see", {}, [["paragraph", {"class": "source"}, [lead, " ", *links]]]]] if links else []

    def _imprint(self, element: Element, width: float) -> list[Mark]:
        """Return the colophon: each lead word over what it leads to."""
        items: list[Mark] = []
        for child in element.elements():
            led = [part for part in child.elements() if has_class(part, "k")]
            rest = [part for part in child.children if part not in led]
            lead = self.text.read(led)
            wide = {"wide": has_class(child, "cite")}
            lines = [
                ["paragraph", {"class": "source"}, marks] for marks in (lead, self.text.read(rest)) if marks
            ]
            items.append(["item", wide, lines])
        return [["imprint", {}, items]] if items else []

    # Parts of the page ---------------------------------------------------------------------------

    def _box(self, element: Element, width: float) -> list[Mark]:
        kind = next(name for name in element.classes if name in _BOXES)
        inset = _NESTED if kind in _OPEN else 2 * _INSET
        blocks = self.flow(element.children, width - inset)
        box: Mark = [kind, {}, blocks]
        box[1]["long"] = is_long([box], width - inset)
        return [box] if blocks else []

    def _section(self, element: Element, width: float) -> list[Mark]:
        blocks = self.flow(element.children, width)
        sections = group("section", blocks)
        if len(sections) == 1 and any(block[0] == "asked" for block in blocks):
            sections[0][1].update(keep=True, long=is_long(blocks, width))
        return sections

    def _annex(self, element: Element, width: float) -> list[Mark]:
        kind = "annex" if width == TEXT_WIDTH else "section"
        return group(kind, self.flow(element.children, width))

    def _columns(self, element: Element, width: float) -> list[Mark]:
        parts = element.elements()
        loose = any(isinstance(child, str) and child.strip() for child in element.children)
        left = (width - _GUTTER) * (2 / 3 if has_class(element, "wide-left") else 0.5)
        if len(parts) != 2 or loose:
            return self.flow(element.children, width)
        sides = [
            self.flow([part], room) for part, room in zip(parts, (left, width - _GUTTER - left), strict=True)
        ]
        return [["columns", {"left": round(left, 2)}, [["side", {}, side] for side in sides]]]

    def _details(self, element: Element, width: float) -> list[Mark]:
        if has_class(element, "data"):
            return []
        summary = [child for child in element.elements() if child.tag == "summary"]
        marks = self.text.read([node for part in summary for node in part.children])
        rest = [child for child in element.children if child not in summary]
        head: list[Mark] = [["paragraph", {"class": "term"}, [["strong", {}, marks]]]] if marks else []
        return head + self.flow(rest, width)

    def _footnotes(self, element: Element, width: float) -> list[Mark]:
        """Notes stand at the foot of their page; here stays what no text refers to."""
        rest = [without_ids(child, self.text.numbered) for child in element.children]
        return self.flow([node for node in rest if node is not None], width)

    # Tables and pictures -------------------------------------------------------------------------

    def _table(self, element: Element, width: float) -> list[Mark]:
        try:
            made = make_table(element, self.text, width)
        except TooWideError as error:
            raise DocumentError(self.cell, str(error)) from None
        if not made:
            caption = [part for part in element.elements() if part.tag == "caption"]
            return self.flow([node for part in caption for node in part.children], width)
        self.tables += [tags for _, tags in made]
        tables = [table for table, _ in made]
        return [["turned", {}, tables]] if tables[0][1]["landscape"] else tables

    def _figure(self, element: Element, width: float) -> list[Mark]:
        drawings = [part for part in walk([element]) if part.tag in ("svg", "img")]
        shown = [part for part in drawings if not has_class(part, "narrow")]
        captions = [part for part in element.elements() if part.tag == "figcaption"]
        caption = self.text.read([node for part in captions for node in part.children])
        rest = [
            n for n in element.children if isinstance(n, str) or n.tag not in ("figcaption", "svg", "img")
        ]
        if not shown:
            head: list[Mark] = [["paragraph", {"class": "caption"}, caption]] if caption else []
            return head + self.flow(rest, width)
        # What one page has no room for goes on in a second drawing.
        return [
            self._picture(shown[0], width, caption),
            *(self._picture(part, width, []) for part in shown[1:]),
            *self.flow([n for n in rest if not _wraps(n, drawings)], width),
        ]

    def _alone(self, element: Element, width: float) -> list[Mark]:
        return [self._picture(element, width, [])]

    def _picture(self, element: Element, width: float, caption: list[Inline]) -> Mark:
        picture = make_picture(element, self.cell)
        self.pictures.append(picture)
        attributes = {
            "file": picture.file,
            "alternative": self.text.showable(element.get("alt") or element.get("aria-label")),
            "width": None if has_class(element, "wide") else picture.width_up_to(width),
        }
        return ["chart", attributes, caption]


_Maker = Callable[[Reader, Element, float], list[Mark]]
_CLASSES: dict[str, tuple[tuple[str, ...], _Maker]] = {
    "figures": (("ul",), Reader._figures),
    "says": (("ul",), Reader._says),
    "alpha": (("ol",), Reader._lettered),
    "lines": (("ul", "ol"), Reader._lines),
    "asked": (("ul",), Reader._asked),
    "terms": (("ul",), Reader._terms),
    "say": (("section",), Reader._box),
    "see": (("nav",), Reader._see),
    "imprint": (("ul",), Reader._imprint),
    "care": (("aside", "section"), Reader._box),
    "commentary": (("section",), Reader._box),
    "method": (("section",), Reader._box),
    "annex": (("section",), Reader._annex),
    "cols": (("div",), Reader._columns),
    "footnotes": (("section",), Reader._footnotes),
}
_TAGS: dict[str, _Maker] = {
    "p": Reader._paragraph,
    **dict.fromkeys(_HEADINGS, Reader._heading),
    "ul": Reader._list,
    "ol": Reader._list,
    "dl": Reader._definitions,
    "blockquote": Reader._quote,
    "pre": Reader._pre,
    "hr": Reader._rule,
    "section": Reader._section,
    "aside": Reader._section,
    "details": Reader._details,
    "table": Reader._table,
    "figure": Reader._figure,
    "svg": Reader._alone,
    "img": Reader._alone,
}


def _keep_sources(blocks: list[Mark]) -> None:
    """Keep each chart on the page of the line below it that names its source."""
    for chart, source in pairwise(blocks):
        if chart[0] == "chart" and source[0] == "paragraph" and source[1].get("class") == "source":
            chart[1]["sticky"] = True


def _set_captions_apart(blocks: list[Mark]) -> None:
    """Let a captioned table or chart stand apart from the one before it, and from the line of its source."""
    for before, block in pairwise(blocks):
        is_end = before[0] in ("table", "chart") or before[1].get("class") == "source"
        if is_end and (block[1].get("caption") if block[0] == "table" else block[0] == "chart" and block[2]):
            block[1]["apart"] = True


def _number_items(element: Element) -> Iterator[int | None]:
    """Yield the number of each item of a list; None where it only counts on."""
    items = element.elements()
    turned = "reversed" in element.attributes
    if not turned and not any(item.get("value") for item in items):
        yield from (None for _ in items)
        return
    number = int(element.get("start") or (len(items) if turned else 1))
    for item in items:
        number = int(item.get("value") or number)
        yield number
        number += -1 if turned else 1


def _measured(width: float) -> dict[str, Any]:
    return {"measure": _MEASURE} if width > 1.05 * _MEASURE else {}


def _wraps(node: Node, drawings: list[Element]) -> bool:
    return (
        isinstance(node, Element)
        and any(part in drawings for part in walk([node]))
        and not text_of([node]).strip()
    )
