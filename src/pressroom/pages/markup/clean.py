"""Outputs made safe: what an HTML fragment may keep on a page that runs nothing and asks nobody for anything.

Elements and attributes are kept by name; all else loses its tags but not its text.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import unquote

from pressroom.data.names import BRIEFING
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.emphasis import cell_rules, declarations, keep_emphasis
from pressroom.pages.markup.links import link_addresses
from pressroom.pages.markup.markdown import TASKS
from pressroom.pages.markup.maths import LINEAR, MATHML, FormulaError, draw_mathml, hang_of
from pressroom.pages.markup.mend import mend, place_items, read_frames, read_printed
from pressroom.pages.markup.nodes import (
    BLOCKS,
    Element,
    Node,
    has_class,
    is_hidden,
    parse,
    text_of,
    to_html,
    walk,
    words_of,
)
from pressroom.pages.markup.svg import clean_svg, draws_something

_KEPT = frozenset((
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "blockquote", "br", "caption", "cite",
    "code", "col", "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption",
    "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "ins", "kbd", "li", "mark", "nav",
    "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strong", "sub",
    "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var", "wbr",
))  # fmt: skip
# These show nothing by themselves; what stands in them is no text of the page.
_SILENT = frozenset((
    "script", "style", "template", "head", "title", "meta", "link", "base", "param", "source",
    "track",
))  # fmt: skip
_OTHER_NAMES = {
    "main": "div", "footer": "div", "center": "div", "form": "div", "fieldset": "div", "legend": "p",
    "dialog": "div", "search": "div", "tt": "code", "strike": "s", "acronym": "abbr", "font": "span",
    "big": "span", "address": "div", "menu": "ul", "dir": "ul", "listing": "pre", "xmp": "pre",
    "plaintext": "pre", "optgroup": "div", "option": "div", "hgroup": "div", "article": "div",
}  # fmt: skip
_EVERYWHERE = frozenset(("class", "id", "lang", "dir", "title", "aria-hidden", "aria-label"))
_ATTRIBUTES = {
    "ol": frozenset(("start", "reversed", "type")),
    "li": frozenset(("value",)),
    "td": frozenset(("colspan", "rowspan", "data-l")),
    "th": frozenset(("colspan", "rowspan", "scope", "abbr", "data-l")),
    "col": frozenset(("span",)),
    "colgroup": frozenset(("span",)),
    "time": frozenset(("datetime",)),
    "details": frozenset(("open",)),
    "header": frozenset(("data-short", "data-phrases")),
    "ul": frozenset(("data-publisher", "data-keywords", "data-day")),
    "span": frozenset(("data-long",)),
}
_NUMBERS = {
    **dict.fromkeys(("colspan", "rowspan", "span"), r"[1-9]\d{0,2}"),
    **dict.fromkeys(("start", "value"), r"\d{1,9}"),
    "type": "[1aAiI]",
}
_LEADING = frozenset(("http:", "https:", "mailto:"))
_NAMEABLE = frozenset(["a", "section", "nav", "aside", "table", "figure"])
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_SIDE = re.compile(r"(\d{1,5}(?:\.\d+)?)(px|pt|mm|cm|in|em|rem|%|)", re.I)
_PIXELS = {
    "": 1.0, "px": 1.0, "pt": 96 / 72, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0, "em": 16.0, "rem": 16.0,
    "%": 6.58,
}  # fmt: skip
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2})?")


@dataclass
class Report:
    """Where a fragment comes from, what is known of its picture, and what was noticed on the way.

    `size` is the width and height that its picture was displayed with, in pixels of CSS. `unnamed` has the
    cell of each picture without alternative text: all are named at once.
    """

    cell: int | None = None
    alternative: str = ""
    warnings: list[str] = field(default_factory=list)
    rules: dict[str, dict[str, str]] = field(default_factory=dict)
    size: tuple[float | None, float | None] = (None, None)
    unnamed: list[int] = field(default_factory=list)

    def warn(self, message: str) -> None:
        """Note what was left out or changed, once."""
        line = message if self.cell is None else f"cell {self.cell}: {message}"
        if line not in self.warnings:
            self.warnings.append(line)

    def miss(self) -> str:
        """Note a picture without alternative text; return what stands for it until all are named."""
        self.unnamed.append(self.cell or 0)
        return "?"


def clean(html: str, report: Report) -> list[Node]:
    """Return the nodes of a fragment that may be printed.

    Raises
    ------
    DocumentError
        If nothing is drawn in a picture.
    """
    nodes = parse(html)
    inner = replace(report, rules=cell_rules(_sheets(nodes))) if "<style" in html.lower() else report
    kept = _clean_all(nodes, inner)
    place_items(kept)
    if "://" in html or "www." in html:
        link_addresses(kept)
    if "<table" in html.lower():
        read_frames(kept, report.warn)
    if "<pre" in html.lower():
        read_printed(kept, report.warn)
    return kept


def _sheets(nodes: list[Node]) -> str:
    return "".join(text_of(element.children) for element in walk(nodes) if element.tag == "style")


def _clean_all(nodes: list[Node], report: Report) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        kept += [node] if isinstance(node, str) else _clean(node, report)
    return kept


def _clean(element: Element, report: Report) -> list[Node]:
    if element.tag == "script" and "src" in element.attributes:
        report.warn("a script was left out: pages run nothing")
    if element.tag in _SILENT or is_hidden(element):
        return []
    special = _SPECIAL.get(element.tag)
    if special:
        return special(element, report)
    tag = _OTHER_NAMES.get(element.tag, element.tag)
    if tag == "header" and not has_class(element, "masthead"):
        tag = "div"
    children = _clean_all(element.children, report)
    if tag not in _KEPT:
        return children
    cleaned = Element(tag, _attributes(tag, element, report), children)
    return mend(cleaned, report.cell)


def _attributes(tag: str, element: Element, report: Report) -> dict[str, str]:
    if not element.attributes:
        return {}
    own = _ATTRIBUTES.get(tag, ())
    kept = {name: value for name, value in element.attributes.items() if name in _EVERYWHERE or name in own}
    if kept.get("lang") and not _LANGUAGE.fullmatch(kept["lang"]):
        del kept["lang"]
    if kept.get("dir", "ltr") not in ("ltr", "rtl", "auto"):
        del kept["dir"]
    if re.search(r"\s|^$", kept.get("id", "x")):
        del kept["id"]
    if "aria-label" in kept and tag not in _NAMEABLE:
        del kept["aria-label"]
    if "aria-hidden" in kept and text_of(element.children).strip():
        del kept["aria-hidden"]
    if tag == "th" and kept.get("scope", "col") not in ("col", "row", "colgroup", "rowgroup"):
        del kept["scope"]
    for name, allowed in _NUMBERS.items():
        if name in kept and not re.fullmatch(allowed, kept[name]):
            del kept[name]
    style = {**report.rules.get(element.get("id"), {}), **declarations(element.get("style"))}
    emphasis = keep_emphasis(style) if style else ""
    return {**kept, "style": emphasis} if emphasis else kept


# Elements with a rule of their own --------------------------------------------------------------


def _anchor(element: Element, report: Report) -> list[Node]:
    children = _clean_all(element.children, report)
    kept = _attributes("a", element, report)
    if name := element.get("name"):
        kept.setdefault("id", name)
    href = re.sub(r"[\x00-\x20]+", "", element.get("href"))
    scheme = re.match(r"[^/?#]*?:", href)
    if href and (not scheme or scheme[0].lower() in _LEADING or scheme[0] == BRIEFING):
        kept["href"] = element.get("href").strip() if scheme and scheme[0] == BRIEFING else href
    elif "href" in element.attributes and href:
        report.warn(f"a link to {href[:40]!r} was left out: only http, https and mailto lead out of a page")
    return (
        mend(Element("a", kept, children), report.cell)
        if "href" in kept
        else [Element("span", kept, children)]
    )


def _item(element: Element, report: Report) -> list[Node]:
    return [Element("li", _attributes("li", element, report), _clean_all(element.children, report))]


def _picture(element: Element, report: Report) -> list[Node]:
    if element.get("role") in ("presentation", "none") or element.get("aria-hidden") == "true":
        return []
    alternative = element.get("alt").strip() or element.get("aria-label").strip() or report.alternative
    source = element.get("src")
    if source.startswith("data:image/svg+xml"):
        drawing = next((e for e in walk(parse(_read_drawing(source))) if e.tag == "svg"), None)
        if drawing is not None:
            return _drawing(drawing, replace(report, alternative=alternative))
    if not _PICTURE.fullmatch(source):
        report.warn(f"a picture was left out: {source[:60]!r} is not in the notebook")
        return [
            Element("em", {}, [f"[picture not in the notebook: {alternative or source[:60] or 'no name'}]"])
        ]
    attributes = {"src": re.sub(r"\s", "", source), "alt": alternative or report.miss()}
    return [Element("img", attributes | dict(_sizes(element, report)))]


def _read_drawing(address: str) -> str:
    """Return the drawing that an address holds, in whichever way it holds it."""
    head, _, content = address.partition(",")
    if not head.endswith(";base64"):
        return unquote(content)
    try:
        return b64decode(re.sub(r"\s", "", unquote(content))).decode()
    except ValueError:
        return ""


def _sizes(element: Element, report: Report) -> Iterator[tuple[str, str]]:
    """Yield the sides of a picture that somebody asked for, in pixels of CSS."""
    style = declarations(element.get("style"))
    for name, asked in zip(("width", "height"), report.size, strict=True):
        side = _read_side(style.get(name, "")) or _read_side(element.get(name)) or round(asked or 0)
        if side:
            yield name, str(side)


def _read_side(given: str) -> int:
    """Return a length in pixels of CSS; one in per cent is of a page's width; 0 without any."""
    found = _SIDE.fullmatch(given.strip())
    return round(float(found[1]) * _PIXELS[found[2].lower()]) if found else 0


def _drawing(element: Element, report: Report) -> list[Node]:
    if element.get("aria-hidden") == "true" or element.get("role") in ("presentation", "none"):
        return []
    cleaned = clean_svg(element)
    titles = [text_of(child.children) for child in element.elements() if child.tag == "title"]
    label = element.get("aria-label").strip() or "".join(titles).strip() or report.alternative
    if not draws_something(cleaned):
        raise DocumentError(report.cell, f"a chart has nothing drawn in it ({label[:60] or 'no name'})")
    cleaned.attributes = {**cleaned.attributes, "role": "img", "aria-label": label or report.miss()}
    if has_class(cleaned, "math"):
        _stand_on_line(cleaned)
    return [cleaned]


def _formula(element: Element, report: Report) -> list[Node]:
    _presented(element)
    parts = list(walk([element]))
    odd = [part.tag for part in parts if part.tag not in MATHML]
    if odd and LINEAR.issuperset(part.tag for part in parts if part.tag in MATHML):
        return _container(element, report)  # not what MathML is, but its words say what it says
    if odd:
        raise DocumentError(
            report.cell, f"a formula in MathML cannot be drawn: <{odd[0]}> is none of its parts"
        )
    for part in parts:
        part.attributes = {name: value for name, value in part.attributes.items() if name.isalpha()}
        part.attributes.pop("xmlns", None)
    source = to_html([element])
    label = element.get("alttext") or element.get("aria-label") or words_of([element])
    try:
        [drawing] = parse(draw_mathml(source, label))
    except (FormulaError, ValueError) as error:
        raise DocumentError(report.cell, str(error)) from None
    return _drawing(drawing, report) if isinstance(drawing, Element) else []


def _presented(element: Element) -> None:
    """Let a formula be what it shows alone, without what it means or what it was made of."""
    element.children = [
        child.elements()[0]
        if isinstance(child, Element) and child.tag == "semantics" and child.elements()
        else child
        for child in element.children
    ]
    for child in element.elements():
        _presented(child)


def _stand_on_line(formula: Element) -> None:
    """Let a formula in a line stand as its letters do: what is below its baseline hangs below."""
    formula.attributes["style"] = f"vertical-align:-{hang_of(formula) * float(formula.get('height')):.2f}px"


def _frame(element: Element, report: Report) -> list[Node]:
    inner = _clean_all(parse(element.get("srcdoc")), report)
    report.warn("an embedded page was left out")
    source = element.get("src")
    if not inner and not source:
        return []
    return [Element("div", {}, inner or ["[embedded page left out: ", Element("code", {}, [source]), "]"])]


def _control(element: Element, report: Report) -> list[Node]:
    kind = element.get("type").lower()
    if kind in ("checkbox", "radio"):
        return parse(TASKS["checked" in element.attributes])
    if kind in ("hidden", "file", "password"):
        return []
    return [element.get("value") or element.get("placeholder")]


def _container(element: Element, report: Report) -> list[Node]:
    inner = _clean_all(element.children, report)
    block = any(child.tag in BLOCKS for child in walk(inner))
    return [Element("div" if block else "span", {}, inner)] if inner else []


_SPECIAL = {
    "a": _anchor,
    "li": _item,
    "img": _picture,
    "svg": _drawing,
    "iframe": _frame,
    "input": _control,
    "select": _container,
    "button": _container,
    "label": _container,
    "object": _container,
    "video": _container,
    "audio": _container,
    "canvas": _container,
    "math": _formula,
    "textarea": _container,
}
