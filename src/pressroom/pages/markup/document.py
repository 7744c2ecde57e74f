"""A briefing as a document: masthead, title and printable blocks, read from an executed notebook."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pressroom.data.findings import DatasetError
from pressroom.data.names import METADATA, Place
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.arrange import arrange, headings, order_headings
from pressroom.pages.markup.cells import family_title, read_cells
from pressroom.pages.markup.links import Links, follow_briefings, follow_links, name_headings
from pressroom.pages.markup.nodes import Element, Node, has_class, is_block, parse, walk, words_of
from pressroom.pages.markup.output_forms import choose_nodes, shows_something
from pressroom.pages.phrases import Phrases, read_phrases, speaking

if TYPE_CHECKING:
    from nbformat import NotebookNode


_SPARE = "spare"
"""The class of what paper has only where it takes no further page."""

_MASTHEAD = re.compile(r'<header\b[^>]*\bclass="masthead"[^>]*>')
_PROPERTIES = ("publisher", "keywords", "day")
"""What a colophon carries for the PDF's properties, as ``data-`` attributes."""


@dataclass(frozen=True)
class Masthead:
    """What stands on top of a page, and at the head and foot of those that follow.

    Attributes
    ----------
    family, project
        What kind of page this is, and the project it belongs to.
    as_of
        "Information as of …", short, as nodes.
    as_of_long
        The same with its dates in full, for the foot.
    short
        Name for the running head.
    phrases
        The words in which the page itself speaks.
    """

    family: str
    project: str = ""
    as_of: tuple[Node, ...] = ()
    as_of_long: str = ""
    short: str = ""
    phrases: Phrases = field(default_factory=Phrases)


@dataclass(frozen=True)
class Block:
    """What one output prints, and the cell that it comes from."""

    cell: int | None
    nodes: list[Node]


@dataclass(frozen=True)
class Properties:
    """Who publishes a document, what it is about, and of which day it is; empty where nobody says."""

    publisher: str = ""
    keywords: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True)
class Document:
    """A page ready to be rendered.

    Attributes
    ----------
    warnings
        What was left out or changed.
    addresses
        Where linked pages of the edition are on the web, as far as that is known, by their relative address.
    properties
        What its colophon says for the PDF's properties.
    """

    title: str
    masthead: Masthead
    blocks: tuple[Block, ...]
    warnings: list[str] = field(default_factory=list)
    addresses: Mapping[str, str] = field(default_factory=dict)
    properties: Properties = field(default_factory=Properties)

    @property
    def language(self) -> str:
        """The language that it is in, but for parts that say otherwise."""
        return self.masthead.phrases.language

    @property
    def lean(self) -> Document | None:
        """The document with what paper may spare for screens alone; None if it has no such thing."""
        spare = [each for each in walk(self.nodes) if has_class(each, _SPARE)]
        if not spare:
            return None
        blocks = [Block(block.cell, [_spare(node) for node in block.nodes]) for block in self.blocks]
        return replace(self, blocks=tuple(blocks))

    @property
    def nodes(self) -> list[Node]:
        """All blocks' nodes, one after the other."""
        return [node for block in self.blocks for node in block.nodes]


def _spare(node: Node) -> Node:
    if isinstance(node, str):
        return node
    names = ["screen" if name == _SPARE else name for name in node.classes]
    attributes = {**node.attributes, **({"class": " ".join(names)} if names else {})}
    return replace(node, attributes=attributes, children=[_spare(child) for child in node.children])


def read_document(notebook: NotebookNode, name: str = "", links: Links | None = None) -> Document:
    """Return the document that an executed notebook makes.

    Parameters
    ----------
    notebook
        Executed; it is not changed.
    name
        The file's name without its suffix, the title where the notebook has none.
    links
        Knows the other briefings of its edition; without, links to them are words.

    Raises
    ------
    DocumentError
        If a cell raised, a picture is empty or has no alternative text, or a link leads to no briefing.
    """
    with speaking(_find_phrases(notebook)):
        return _read_document(notebook, name, links)


def _read_document(notebook: NotebookNode, name: str, links: Links | None) -> Document:
    warnings: list[str] = []
    unnamed: list[int] = []
    used = {"main"}
    masthead: Masthead | None = None
    blocks: list[Block] = []
    places: list[Place | str] = []
    for piece in read_cells(notebook, warnings):
        nodes = choose_nodes(piece, warnings, unnamed)
        places += follow_briefings(nodes, links, piece.cell)
        masthead = _date_anew(_take_masthead(nodes, piece.cell) or masthead, nodes)
        blocks.append(Block(piece.cell, _stand_alone(arrange(nodes, used))))
    _require_alternatives(unnamed)
    if not any(shows_something(block.nodes) for block in blocks):
        raise DocumentError(None, "nothing that its cells display can be printed: the page would be empty")
    made = _made_title(notebook, name)
    if masthead is None:
        masthead = Masthead(family_title(notebook, name), short=made)
    title = _settle_headings(blocks, made, warnings)
    name_headings([node for block in blocks for node in block.nodes], used)
    warnings += follow_links([node for block in blocks for node in block.nodes], used)
    warnings += dict.fromkeys(_say_words(place) for place in places if isinstance(place, str))
    addresses = {place.href: place.url for place in places if isinstance(place, Place) and place.url}
    properties = _take_properties([node for block in blocks for node in block.nodes])
    return Document(title, masthead, tuple(blocks), warnings, addresses, properties)


def _take_properties(nodes: list[Node]) -> Properties:
    """Return what the first colophon says of the document, and leave its words on the page."""
    found = [element for element in walk(nodes) if element.tag == "ul"]
    given = [{name: e.attributes.pop(f"data-{name}", "") for name in _PROPERTIES} for e in found]
    properties = next((one for one in given if any(one.values())), dict.fromkeys(_PROPERTIES, ""))
    words = tuple(word for word in properties["keywords"].split(", ") if word)
    try:
        day = date.fromisoformat(properties["day"])
    except ValueError:  # a year or a month is no day, and none is invented
        day = None
    return Properties(properties["publisher"], words, day)


def _say_words(address: str) -> str:
    return f"the link to {address} is set as words: only an edition has other briefings"


def _require_alternatives(unnamed: list[int]) -> None:
    """Raise a DocumentError that tells of all pictures without alternative text, by their cells."""
    if not unnamed:
        return
    n = unnamed.count(unnamed[0])
    which = "a picture has" if n == 1 else f"{n} pictures have"
    message = f"{which} no alternative text; say in words what it shows (alt, aria-label, cell metadata alt)"
    raise DocumentError(unnamed[0], message, also=unnamed[n:])


def _stand_alone(nodes: list[Node]) -> list[Node]:
    """Return the nodes of one output as blocks, so that its text does not run into that of the next."""
    blocks: list[Node] = []
    for is_apart, group in groupby(nodes, is_block):
        loose = list(group)
        blocks += loose if is_apart or not shows_something(loose) else [Element("div", {}, loose)]
    return blocks


def _made_title(notebook: NotebookNode, name: str) -> str:
    metadata: Mapping[str, Any] = notebook.metadata
    known = metadata.get(METADATA, {}).get("parameters")
    values = (known or metadata.get("papermill", {}).get("parameters") or {}).values()
    given = ", ".join(str(value) for value in values if value not in ("", None))
    family = family_title(notebook, name)
    return f"{family}: {given}" if given else family


def _settle_headings(blocks: list[Block], made: str, warnings: list[str]) -> str:
    found = [(block.cell, heading) for block in blocks for heading in headings(block.nodes)]
    if not found or found[0][1].tag != "h1":
        title = Element("h1", {}, [made])
        blocks.insert(0, Block(None, [title]))
        found.insert(0, (None, title))
    for change in order_headings([heading for _, heading in found]):
        warnings.append(change)
    return words_of([found[0][1]])


def _take_masthead(nodes: list[Node], cell: int | None) -> Masthead | None:
    head = next((n for n in nodes if isinstance(n, Element) and n.tag == "header"), None)
    if head is None:
        return None
    nodes.remove(head)
    parts = {name: part for part in walk([head]) for name in part.classes}
    family = words_of([parts["family"]]) if "family" in parts else words_of([head])
    made = Masthead(
        family=family,
        project=words_of([parts["project"]]) if "project" in parts else "",
        short=head.get("data-short") or family,
        phrases=_read_phrases(head, cell),
    )
    return _date_anew(made, [head])


def _date_anew(masthead: Masthead | None, nodes: list[Node]) -> Masthead | None:
    """Return a masthead with the days that an output says its page is as of, which are taken out of it.

    All that a page shows is known at its end alone.
    """
    if masthead is None:
        return None
    for parent in list(walk([Element("div", {}, nodes)])):
        for child in [child for child in parent.elements() if has_class(child, "as-of")]:
            parent.children.remove(child)
            masthead = replace(
                masthead,
                as_of=tuple(child.children),
                as_of_long=child.get("data-long") or words_of([child]),
            )
    return masthead


def _find_phrases(notebook: NotebookNode) -> Phrases:
    """Return the words of a notebook's masthead, in which what is read before it speaks, too."""
    found = Phrases()
    for index, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", ()):
            html = "".join(output.get("data", {}).get("text/html", ""))
            if head := _MASTHEAD.search(html):
                [element] = parse(f"{head[0]}</header>")
                with suppress(DocumentError):  # one that is faulty is refused when it is taken
                    found = _read_phrases(element, index) if isinstance(element, Element) else found
    return found


def _read_phrases(head: Element, cell: int | None) -> Phrases:
    """Return the words that a masthead carries for its page; they are what the notebook displayed."""
    try:
        own = json.loads(head.get("data-phrases") or "{}")
        return read_phrases({"language": head.get("lang") or None, "phrases": own})
    except (DatasetError, ValueError) as error:
        raise DocumentError(cell, f"the masthead carries words that no page can use: {error}") from None
