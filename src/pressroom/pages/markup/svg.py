"""Drawings inside a page: kept to shapes and text, their styles on each shape, their colours tokens.

A page has many drawings, and rules such as ``.a {fill: red}`` would reach all of them; so none stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pressroom.look.colours import LIGHT
from pressroom.look.fonts import SANS, families_beside
from pressroom.pages.markup.nodes import Element, Node, text_of, walk

Declarations = Mapping[str, str]

_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->|<!\[CDATA\[|\]\]>", re.S)
_AT = re.compile(r"@[\w-]+[^;{]*(?:;|\{(?:[^{}]|\{[^{}]*\})*\})")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PART = re.compile(r"[.#]?-?[A-Za-z_][\w-]*")
_STEP = re.compile(r"(?:[.#]?-?[A-Za-z_][\w-]*)+|\*")

_SHAPES = frozenset((
    "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use", "image",
))  # fmt: skip
_KEPT = _SHAPES | frozenset((
    "svg", "g", "defs", "symbol", "marker", "clipPath", "mask", "pattern", "linearGradient",
    "radialGradient", "stop", "text", "tspan", "title", "desc",
))  # fmt: skip
_OUTSIDE = re.compile(r"url\((?!\s*['\"]?#)")
_PAINT = re.compile(
    r"(fill|stroke|font|clip|stop|marker)(-[a-z]+)*|text-anchor|opacity|mask|color|dominant-baseline|paint-order"
    r"|letter-spacing|vector-effect|image-rendering|visibility|text-rendering"
)
_ATTRIBUTE = re.compile(r"[a-z][A-Za-z-]*(:[a-z]+)?")
_BASELINE = 5.0  # from the middle of a line down to where its letters stand, at a browser's own size
_TOKENS = {hex_code: name for name, hex_code in LIGHT.items()}
_HEX = re.compile("|".join(_TOKENS), re.I)
_PAINTED = ("fill", "stroke", "stop-color", "color")


def set_styles(drawing: Element, sheet: str, read: Callable[[str], Declarations]) -> None:
    """Give every element of a drawing the style that a sheet has for it, before what it has itself.

    Selectors of tags, classes and ids are followed, one inside the other; rules with others, such as
    ``:hover``, are for a screen that reacts. A rule for all, ``*``, is none of a shape's own.

    Parameters
    ----------
    read
        Returns the declarations of a rule's body that a drawing may have.
    """
    rules = sorted(_read_rules(sheet, read), key=lambda rule: rule.weight)
    if rules:
        _set(drawing, (), rules)


def clean_svg(element: Element) -> Element:
    """Return a drawing without scripts, events and references out of the page, its styles on its shapes."""
    drawing = _clean(element)
    sheets = " ".join(text_of(child.children) for child in walk(element.children) if child.tag == "style")
    # matplotlib writes "*{stroke-linejoin: round}", which would reach every drawing of the page.
    everywhere = re.search(r"\*\s*\{([^{}]*)\}", sheets)
    if everywhere and not _is_unsafe(everywhere[1]):
        drawing.attributes["style"] = _painting(f"{everywhere[1]};{drawing.get('style')}")
    if sheets:
        set_styles(drawing, sheets, _read_painting)
    if "viewBox" not in drawing.attributes:
        sizes = [re.match(r"[\d.]+", drawing.get(side)) for side in ("width", "height")]
        if all(sizes):
            drawing.attributes["viewBox"] = "0 0 " + " ".join(size[0] for size in sizes if size)
    drawing.attributes["xmlns"] = "http://www.w3.org/2000/svg"
    return drawing


def with_tokens(drawing: Element) -> Element:
    """Return the drawing with every colour of the light palette replaced by its CSS variable."""
    # var() works in style declarations, not in presentation attributes.
    attributes = dict(drawing.attributes)
    moved = {name: _TOKENS.get(attributes.get(name, "").lower()) for name in _PAINTED}
    styles = [f"{name}:var(--{token})" for name, token in moved.items() if token]
    for name, token in moved.items():
        if token:
            del attributes[name]
    if drawing.tag == "text" and (others := families_beside(text_of(drawing.children))):
        named = ", ".join(f"'{name}'" for name in (SANS, *others))
        attributes["style"] = attributes.get("style", "").replace(f"'{SANS}'", named)
    if attributes.get("style"):
        styles.append(_HEX.sub(_variable, attributes["style"]))
    if styles:
        attributes["style"] = ";".join(styles)
    children = [with_tokens(child) if isinstance(child, Element) else child for child in drawing.children]
    return Element(drawing.tag, attributes, children)


def draws_something(drawing: Element) -> bool:
    """Return whether a drawing shows more than its ground, its axes and their labels."""
    return any(_drawn(drawing, inside_axes=False))


@dataclass(frozen=True)
class _Rule:
    """A selector as its steps from the outside in, each the tags, classes and ids that an element has."""

    steps: tuple[tuple[str, ...], ...]
    declarations: Declarations

    @property
    def weight(self) -> tuple[int, int, int]:
        """Return how specific the selector is: ids, classes, tags."""
        parts = [part for step in self.steps for part in step]
        ids, classes = (sum(part.startswith(sign) for part in parts) for sign in "#.")
        return ids, classes, len(parts) - ids - classes


def _set(element: Element, around: tuple[Element, ...], rules: Sequence[_Rule]) -> None:
    lineage = (*around, element)
    found: dict[str, str] = {}
    for rule in rules:
        if _fits(rule.steps, lineage):
            found |= rule.declarations
    if found:
        own = ";".join(f"{name}:{value}" for name, value in found.items())
        element.attributes["style"] = f"{own};{element.get('style')}".rstrip(";")
    for child in element.elements():
        _set(child, lineage, rules)


def _fits(steps: Sequence[tuple[str, ...]], lineage: Sequence[Element]) -> bool:
    *outer, last = steps
    if not _has(lineage[-1], last):
        return False
    above = list(lineage[:-1])
    for step in reversed(outer):
        while above and not _has(above[-1], step):
            above.pop()
        if not above:
            return False
        above.pop()
    return True


def _has(element: Element, parts: Sequence[str]) -> bool:
    for part in parts:
        if part.startswith("."):
            fits = part[1:] in element.classes
        elif part.startswith("#"):
            fits = part[1:] == element.get("id")
        else:
            fits = part == element.tag
        if not fits:
            return False
    return True


def _read_rules(sheet: str, read: Callable[[str], Declarations]) -> Iterator[_Rule]:
    for selectors, body in _RULE.findall(_AT.sub("", _COMMENT.sub("", sheet))):
        declarations = read(body)
        for selector in selectors.split(",") if declarations else ():
            words = selector.replace(">", " ").split()
            if words and words[-1] != "*" and all(_STEP.fullmatch(word) for word in words):
                steps = [tuple(_PART.findall(word)) for word in words if word != "*"]
                yield _Rule(tuple(steps), declarations)


def _clean(element: Element) -> Element:
    children: list[Node] = []
    for child in element.children:
        if isinstance(child, str):
            children.append(child if element.tag in ("text", "tspan", "title", "desc") else child.strip())
        elif child.tag in ("a", "switch"):
            children.append(Element("g", {}, _clean(child).children))
        elif child.tag == "foreignObject":
            children.append(Element("text", _find_middle(child), [" ".join(text_of(child.children).split())]))
        elif child.tag in _KEPT:
            children.append(_clean(child))
    return Element(element.tag, dict(_attributes(element)), [child for child in children if child != ""])


def _find_middle(box: Element) -> dict[str, str]:
    """Return where the words of a box stand as a text of the drawing: in its middle."""
    x, y, width, height = (
        float(box.get(name)) if re.fullmatch(r"-?\d*\.?\d+", box.get(name)) else 0.0
        for name in ("x", "y", "width", "height")
    )
    place = {"x": f"{x + width / 2:g}", "y": f"{y + height / 2 + _BASELINE:g}"}
    return {**place, "text-anchor": "middle"} if width else place


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attributes.items():
        if not _is_kept(name):
            continue
        if name in ("href", "xlink:href"):
            picture = element.tag == "image" and value.startswith("data:image/png;base64,")
            if value.startswith("#") or picture:
                yield "href", value
        elif not _is_unsafe(value):
            yield name, _painting(value) if name == "style" else value


# A drawing has thousands of attributes, with few names and few styles.
@lru_cache(maxsize=1024)
def _is_kept(name: str) -> bool:
    outside = name.startswith(("on", "xmlns", "role", "aria-", "tabindex"))
    return not outside and _ATTRIBUTE.fullmatch(name) is not None


def _is_unsafe(value: str) -> bool:
    value = value.lower()
    if "url(" in value and _OUTSIDE.search(value):
        return True
    return "javascript:" in value or "expression" in value or "@import" in value


@lru_cache(maxsize=1024)
def _painting(style: str) -> str:
    kept = {name: value for name, value in _declarations(style).items() if _PAINT.fullmatch(name)}
    return ";".join(f"{name}:{value}" for name, value in kept.items())


def _read_painting(body: str) -> dict[str, str]:
    """Return the declarations of a rule that a drawing may have."""
    return {} if _is_unsafe(body) else _declarations(_painting(body.replace("!important", "")))


def _declarations(style: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in style.split(";"))
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}


def _variable(found: re.Match[str]) -> str:
    return f"var(--{_TOKENS[found[0].lower()]})"


def _drawn(element: Element, *, inside_axes: bool) -> Iterator[bool]:
    for child in element.elements():
        name = child.get("id")
        if child.tag in ("defs", "clipPath", "symbol", "marker", "pattern", "mask"):
            continue
        # matplotlib's names: the grounds of figure and axes, and everything that belongs to an axis.
        if re.search(r"(^|-)(patch_[12]|matplotlib\.axis_\d+)$", name):
            continue
        if child.tag in _SHAPES and not (inside_axes and _is_frame(element, child)):
            yield True
        if child.tag == "text" and not inside_axes and text_of(child.children).strip():
            yield True
        yield from _drawn(child, inside_axes=inside_axes or bool(re.search(r"(^|-)axes_\d+$", name)))


def _is_frame(group: Element, shape: Element) -> bool:
    """Whether a shape is one of the four lines around an empty coordinate system."""
    style = _declarations(shape.get("style"))
    patch = re.search(r"(^|-)patch_\d+$", group.get("id"))
    return bool(patch) and style.get("fill", shape.get("fill")) == "none"
