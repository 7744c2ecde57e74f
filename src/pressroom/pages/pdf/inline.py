"""Running text on its way to the PDF: inline HTML as marks ``[kind, attributes, children]``.

Text is a plain string in the tree; nothing in it is ever read as markup.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from pressroom.look.fonts import covered
from pressroom.pages.markup.emphasis import declarations
from pressroom.pages.markup.maths import hang_of
from pressroom.pages.markup.nodes import BLOCKS, Element, Node, has_class, is_for_screen, text_of
from pressroom.pages.pdf.pictures import Picture, make_picture

# ["strong", {}, ["text", ...]]; a string is text.
Mark = list[Any]
Inline = str | Mark

_TAGS = {
    "strong": "strong", "b": "strong", "th": "strong", "dt": "strong",
    "em": "em", "i": "em", "cite": "em", "var": "em", "dfn": "em",
    "code": "code", "kbd": "code", "samp": "code", "sub": "sub", "sup": "sup",
    "del": "del", "s": "del", "u": "u", "ins": "u", "mark": "mark", "small": "small",
    "h1": "strong", "h2": "strong", "h3": "strong", "h4": "strong", "h5": "strong", "h6": "strong",
}  # fmt: skip
_FORMULA = 0.77  # the PDF's text is smaller than the page's
_WIDEST, _TALLEST = 60.0, 40.0  # millimetres, of a picture in a line or in a cell
_SPANS = ("meta", "none", "loc", "k", "tag", "nb", "val", "unit", "lab")
_GLYPHS = ("day", "month", "year", "planned", "ongoing", "grey", "hatch")
_LINED = ("u", "asg", "del", "tag", "link", "goto")
NOWHERE: Mapping[str, str] = MappingProxyType({})
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufffe\uffff\ud800-\udfff]"
)
_INVISIBLE = frozenset("\u00a0\u00ad\u200b\u200c\u200d\u2060\u202f")
_LINE: Mark = ["line", {}, []]
"""Where a block begins or ends inside running text; a line break, unless one is there."""

_SPACES = re.compile(r"[ \t\r\n\f]+")
_LONG = re.compile(r"[!-~\u00a1-\u024f]{45,}")
_LONG_BESIDE = re.compile(r"[!-~\u00a1-\u024f]{25,}")
"""What no line has room for, in letters that part anywhere. Typst breaks other scripts by their own rules."""


class Text:
    """Turns inline HTML into marks, and keeps what is known of the page: link targets and footnotes."""

    def __init__(
        self, footnotes: Mapping[str, Element], warnings: list[str], addresses: Mapping[str, str] = NOWHERE
    ) -> None:
        self.footnotes, self.addresses = footnotes, addresses
        self.pictures: list[Picture] = []
        self.cell: int | None = None
        self.numbered: dict[str, str] = {}
        self.signs: dict[int, str] = {}
        self.warnings = warnings

    def read(self, nodes: Iterable[Node]) -> list[Inline]:
        """Return the nodes as one line of text with marks, trimmed."""
        return list(_underlined_once(_tidy(self._all(nodes))))

    def showable(self, text: str) -> str:
        """Return the text with every character that no bundled font has replaced by its name in brackets."""
        text = _UNPRINTABLE.sub("", text)
        if text.isascii():
            return text
        text = unicodedata.normalize("NFC", text)
        return text if _shown().issuperset(text) else "".join(map(self._showable, text))

    def _showable(self, character: str) -> str:
        if character in _shown():
            return character
        if unicodedata.category(character) in ("Mn", "Cf", "Me", "Cn", "Co"):
            return ""
        if unicodedata.category(character) in ("Zs", "Zl", "Zp"):
            return " "
        name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
        warning = f"no bundled font shows U+{ord(character):04X} ({name}); the PDF names it instead"
        if warning not in self.warnings:
            self.warnings.append(warning)
        return f"[{name}]"

    def _all(self, nodes: Iterable[Node]) -> list[Inline]:
        return [mark for node in nodes for mark in self._one(node)]

    def _one(self, node: Node) -> list[Inline]:
        if isinstance(node, str):
            return [breakable(_SPACES.sub(" ", self.showable(node)))]
        special = _SPECIAL.get(node.tag)
        if special:
            return special(self, node)
        if node.tag in ("ul", "ol"):
            self.signs |= {id(item): sign for item, sign in _sign_items(node)}
        if (has_class(node, "vh", "sep") and node.tag == "span") or is_for_screen(node):
            return []
        if node.tag == "i" and has_class(node, "g"):
            kinds = [name for name in node.classes if name in _GLYPHS]
            return [["glyph", {"kind": kinds[0]}, []]] if kinds else self._all(node.children)
        if node.tag == "sup" and has_class(node, "footnote-ref"):
            return self._footnote(node)
        if node.tag == "pre":
            lines = self.showable(text_of(node.children).expandtabs(4)).strip("\n").split("\n")
            marks = [mark for line in lines for mark in (_LINE, breakable(line.replace("  ", "\u00a0 ")))]
            return [*marks, _LINE]
        marks = self._all(node.children)
        if node.tag in BLOCKS:
            sign = self.signs.pop(id(node), "")
            marks = [_LINE, *([sign] if sign else []), *marks, _LINE]
        return self._dressed(node, marks)

    def _dressed(self, node: Element, marks: list[Inline]) -> list[Inline]:
        kind = "asg" if has_class(node, "asg") else _TAGS.get(node.tag)
        if kind:
            marks = [[kind, {}, marks]]
        for name in node.classes if node.tag == "span" else ():
            if name in _SPANS and not (name == "nb" and all(mark[0] == "ref" for mark in marks)):
                marks = [[name, {}, marks]]
        colour = re.search(r"#[0-9a-f]{6}", declarations(node.get("style")).get("color", ""))
        if colour and node.tag == "span":
            marks = [["ink", {"fill": colour[0]}, marks]]
        return with_language(node.get("lang"), marks) if node.tag != "th" else marks

    def _link(self, node: Element) -> list[Inline]:
        href, marks = node.get("href"), self._all(node.children)
        if has_class(node, "ref") and href.startswith("#"):
            return [["ref", {"to": href[1:]}, [text_of(node.children).strip()]]]
        if has_class(node, "footnote-backref", "anchor-link"):
            return []
        if href.startswith("#"):
            return [["goto", {"to": href[1:]}, marks]]
        # A relative link leads nowhere from a PDF on someone's desk.
        href = self.addresses.get(href, href)
        return [["link", {"url": href}, marks]] if re.match(r"(https?:|mailto:)", href) else marks

    def _footnote(self, node: Element) -> list[Inline]:
        anchor = next((child for child in node.elements() if child.tag == "a"), None)
        key = anchor.get("href")[1:] if anchor else ""
        if key in self.numbered:
            return [["fnref", {"key": self.numbered[key]}, []]]
        if key not in self.footnotes:
            return [["sup", {}, self._all(node.children)]]
        self.numbered[key] = f"footnote-{len(self.numbered) + 1}"
        return [["fn", {"key": self.numbered[key]}, self.read(self.footnotes[key].children)]]

    def _picture(self, node: Element) -> list[Inline]:
        picture = make_picture(node, self.cell)
        self.pictures.append(picture)
        alternative = self.showable(node.get("alt") or node.get("aria-label"))
        is_formula = has_class(node, "math")
        width = picture.width * _FORMULA if is_formula else picture.width_up_to(_WIDEST, _TALLEST)
        hang = 100 * hang_of(node) if is_formula else 0.0
        given = {"file": picture.file, "alternative": alternative, "width": width, "hang": hang}
        return [["image", given, []]]

    def _break(self, node: Element) -> list[Inline]:
        return [["br", {}, []]]

    def _soft(self, node: Element) -> list[Inline]:
        return ["\u200b"]


@cache
def _shown() -> frozenset[str]:
    """Return the characters that can stand in the PDF as they are."""
    return _INVISIBLE.union(map(chr, range(128)), map(chr, covered()))


_SPECIAL = {
    "a": Text._link,
    "img": Text._picture,
    "svg": Text._picture,
    "br": Text._break,
    "hr": Text._break,
    "wbr": Text._soft,
}


def with_language(language: str, marks: list[Inline]) -> list[Inline]:
    """Return marks or blocks as being in a language, if one is given."""
    if not language or not marks:
        return marks
    return [["lang", language_of(language), marks]]


def language_of(tag: str) -> dict[str, str | None]:
    """Return a language as Typst takes it: with a region, or with none."""
    parts = tag.split("-")
    region = parts[-1].upper() if len(parts) > 1 and len(parts[-1]) == 2 else None
    return {"language": parts[0].lower(), "region": region}


def _underlined_once(marks: Iterable[Inline], lined: bool = False) -> Iterator[Inline]:
    """Yield marks with no line inside a line: PDF/UA can tell only one of underlined and struck through."""
    for mark in marks:
        if isinstance(mark, str):
            yield mark
        elif lined and mark[0] in ("u", "asg", "del"):
            yield from _underlined_once(mark[2], lined)
        else:
            inner = list(_underlined_once(mark[2], lined or mark[0] in _LINED))
            bare = {"bare": True} if lined and mark[0] in _LINED else {}
            yield [mark[0], {**mark[1], **bare}, inner]


def without(marks: Iterable[Inline], *kinds: str) -> list[Inline]:
    """Return marks with those of some kinds replaced by what stands in them."""
    flat: list[Inline] = []
    for mark in marks:
        if isinstance(mark, str):
            flat.append(mark)
        elif mark[0] in kinds:
            flat += without(mark[2], *kinds)
        else:
            flat.append([mark[0], mark[1], without(mark[2], *kinds)])
    return flat


def plain(marks: Iterable[Inline]) -> str:
    """Return the text of marks, line breaks as spaces."""
    return "".join(m if isinstance(m, str) else " " if m[0] == "br" else plain(m[2]) for m in marks)


def breakable(text: str) -> str:
    """Return a text with places to break where it has none for long, in Latin letters and signs."""
    return _LONG.sub(_part, text)


def narrowed(marks: Iterable[Inline]) -> list[Inline]:
    """Return marks with places to break in words that a column beside another has no room for."""
    return [
        _LONG_BESIDE.sub(_part, mark) if isinstance(mark, str) else [mark[0], mark[1], narrowed(mark[2])]
        for mark in marks
    ]


def _part(found: re.Match[str]) -> str:
    pieces = re.findall(r"[^/._&?=\-]{1,20}[/._&?=\-]*|[/._&?=\-]+", found[0])
    return "\u200b".join(pieces)


def _sign_items(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield the items of a list inside running text, each with what stands before it."""
    items = [item for item in element.elements() if item.tag == "li"]
    for place, item in enumerate(items, start=int(element.get("start") or 1)):
        yield item, f"{item.get('value') or place}. " if element.tag == "ol" else "• "


def _tidy(marks: list[Inline]) -> list[Inline]:
    tidied: list[Inline] = []
    _join(marks, tidied, after_space=True)
    while tidied and isinstance(tidied[-1], str):
        tidied[-1] = tidied[-1].rstrip(" ")
        if tidied[-1]:
            break
        tidied.pop()
    while tidied and isinstance(tidied[-1], list) and tidied[-1][0] == "br":
        tidied.pop()
    return tidied


def _join(marks: list[Inline], joined: list[Inline], *, after_space: bool) -> bool:
    for mark in marks:
        if isinstance(mark, str):
            text = mark.lstrip(" ") if after_space else mark
            if text:
                after_space = text.endswith(" ")
                _append(text, joined)
        elif mark[0] == "line" and (not joined or joined[-1][0] == "br"):
            after_space = True
        elif mark[0] in ("br", "line"):
            if joined and isinstance(joined[-1], str):
                joined[-1] = joined[-1].rstrip(" ")
            joined.append(["br", {}, []])
            after_space = True
        elif mark[0] in ("glyph", "image", "ref", "fn", "fnref"):
            if mark[0] not in ("glyph", "image") and joined and isinstance(joined[-1], str):
                joined[-1] = joined[-1].rstrip(" ")  # a badge keeps its own distance
            if mark[0] == "ref":
                mark[1]["first"] = not (joined and joined[-1][0] == "ref")
            joined.append(mark)
            after_space = False
        else:
            inner: list[Inline] = []
            after_space = _join(mark[2], inner, after_space=after_space)
            if inner:
                joined.append([mark[0], mark[1], inner])
    return after_space


def _append(text: str, joined: list[Inline]) -> None:
    if joined and isinstance(joined[-1], str):
        joined[-1] += text
    else:
        joined.append(text)
