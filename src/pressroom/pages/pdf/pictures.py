"""Pictures on their way to the PDF: files that Typst reads, named by their content."""

from __future__ import annotations

import hashlib
import io
import re
from base64 import b64decode
from dataclasses import dataclass

from pressroom.look.fonts import SANS, outline, unshowable
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.emphasis import declarations
from pressroom.pages.markup.nodes import Element, text_of, to_html, walk

_PIXEL = 25.4 / 96  # millimetres; matplotlib's inline backend draws 72 to 100 pixels an inch
_TALLEST = 215.0
_UNIT = {"pt": 25.4 / 72, "px": _PIXEL, "": _PIXEL, "in": 25.4, "cm": 10.0, "mm": 1.0}
_SIGNATURES = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}
_BOLD = 600
_LENGTH = re.compile(r"\b(\d+(?:\.\d+)?)px")
_SHAPED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")


@dataclass(frozen=True)
class Picture:
    """A file for the template, and its natural size in millimetres (0 where it is not known)."""

    file: str
    data: bytes
    width: float = 0.0
    height: float = 0.0

    def width_up_to(self, room: float, tallest: float = _TALLEST) -> float:
        """Return the width in millimetres at which the picture fits into `room`, and on a page."""
        width = min(self.width or room, room)
        tall = self.height / self.width * width if self.width else 0.0
        return round(width * min(1.0, tallest / tall) if tall else width, 2)


def make_picture(element: Element, cell: int | None) -> Picture:
    """Return the file of an ``<svg>`` or ``<img>``.

    Raises
    ------
    DocumentError
        If it cannot be drawn.
    """
    return _drawing(element, cell) if element.tag == "svg" else _photograph(element, cell)


def _drawing(element: Element, cell: int | None) -> Picture:
    element = _with_outlines(element)
    texts = "".join(text_of(part.children) for part in walk([element]) if part.tag in ("text", "tspan"))
    missing = unshowable(texts) + _SHAPED.findall(texts)
    if missing:
        raise DocumentError(
            cell,
            f"a chart's label has {missing[0]!r} (U+{ord(missing[0]):04X}), which a PDF cannot show as SVG "
            'text; draw it with matplotlib.rcParams["svg.fonttype"] = "path"',
        )
    source = to_html([element]).replace("'DejaVu Sans'", f"'{SANS}'")
    data = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", source).encode()
    width, height = _size(element)
    return Picture(_name(data, "svg"), data, width, height)


def _with_outlines(element: Element) -> Element:
    """Return a drawing with its labels in scripts that a PDF cannot show as SVG text drawn as shapes."""
    if element.tag == "text" and not element.elements() and _SHAPED.search(text_of(element.children)):
        return _outline(element)
    children = [_with_outlines(child) if isinstance(child, Element) else child for child in element.children]
    return Element(element.tag, element.attributes, children)


def _outline(label: Element) -> Element:
    """Return a label as shapes; one that does not say how large it is stays as it is."""
    style = declarations(label.get("style"))
    size = _LENGTH.search(style.get("font-size") or style.get("font") or "")
    if size is None:
        return label
    bold = "bold" in style.get("font", "") or style.get("font-weight", "400") not in ("400", "normal")
    words = " ".join(text_of(label.children).split())
    path, width = outline(words, size=float(size[1]), weight=_BOLD if bold else 400)
    left = width * {"middle": 0.5, "end": 1.0}.get(style.get("text-anchor", ""), 0.0)
    place = f"translate({float(label.get('x') or 0) - left:.3f} {label.get('y') or 0})"
    paint = ";".join(f"{name}:{value}" for name, value in style.items() if name.startswith("fill"))
    transform = f"{label.get('transform')} {place}".strip()
    return Element("path", {"d": path, "style": paint, "transform": transform}, [])


def _size(element: Element) -> tuple[float, float]:
    sides = [re.fullmatch(r"([\d.]+)\s*([a-z]*)", element.get(name)) for name in ("width", "height")]
    if all(side and side[2] in _UNIT for side in sides):
        width, height = (float(side[1]) * _UNIT[side[2]] for side in sides if side)
        return width, height
    box = re.findall(r"-?[\d.]+", element.get("viewBox"))
    return (float(box[2]) * _UNIT["pt"], float(box[3]) * _UNIT["pt"]) if len(box) == 4 else (0.0, 0.0)


def _photograph(element: Element, cell: int | None) -> Picture:
    kind, _, encoded = element.get("src").removeprefix("data:image/").partition(";base64,")
    try:
        data = b64decode(encoded, validate=True)
    except ValueError:
        data = b""
    if not data.startswith(_SIGNATURES[kind]):
        raise DocumentError(cell, f"a picture's data is not {kind.upper()} ({element.get('alt')[:60]})")
    width, height = _asked_size(element, *_measure(data, element, cell))
    return Picture(_name(data, "jpg" if kind == "jpeg" else kind), data, width * _PIXEL, height * _PIXEL)


def _measure(data: bytes, element: Element, cell: int | None) -> tuple[float, float]:
    """Return a picture's width and height in pixels, of which there are 96 to an inch of CSS."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return image.size
    except (OSError, SyntaxError, ValueError) as error:
        raise DocumentError(cell, f"a picture is damaged: {error} ({element.get('alt')[:60]})") from None


def _asked_size(element: Element, width: float, height: float) -> tuple[float, float]:
    """Return the size that somebody asked for, in the picture's own proportions where one side is given."""
    asked = [float(element.get(side) or 0) for side in ("width", "height")]
    if all(asked):
        return asked[0], asked[1]
    scale = asked[0] / width if asked[0] else asked[1] / height if asked[1] else 1.0
    return width * scale, height * scale


def _name(data: bytes, suffix: str) -> str:
    return f"{hashlib.sha256(data).hexdigest()[:16]}.{suffix}"
