"""Paths and words written as SVG by matplotlib's renderer: the only module that talks to matplotlib.

The renderer is driven directly. A figure with axes would lay out, measure and style each of a hundred
artists, which takes ten times as long and gives the same picture.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pressroom.look.fonts import SANS, font_file

if TYPE_CHECKING:
    from matplotlib.path import Path

BOLD = 600

_SETTINGS: Any = {"svg.fonttype": "none", "svg.id": None}


@dataclass(frozen=True)
class Shape:
    """A path in points from the top left, and its paint: colours as ``#rrggbb``, None for none."""

    path: Path
    fill: str | None = None
    stroke: str | None = None
    width: float = 0
    dashes: tuple[float, ...] | None = None

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        from matplotlib.colors import to_rgba

        context = _context(renderer, self.stroke or "none", self.width if self.stroke else 0)
        if self.dashes:
            context.set_dashes(0, self.dashes)
        renderer.draw_path(context, self.path, _upright(renderer), self.fill and to_rgba(self.fill))


@dataclass(frozen=True)
class Words:
    """One line of text with its baseline at (x, y), in points from the top left."""

    x: float
    y: float
    words: str
    colour: str
    size: float
    bold: bool = False
    align: str = "left"

    def draw(self, renderer: Any) -> None:
        """Draw it."""
        context = _context(renderer, self.colour, 0)
        # With its artist given, the renderer writes the anchor, and the reader's own font decides the width.
        artist = _artist(self.align, renderer.height)
        artist.set_position((self.x, self.y))
        font = _font(self.size, self.bold)
        renderer.draw_text(context, self.x, self.y, self.words, font, 0, False, artist)


def line(*points: tuple[float, float]) -> Path:
    """Return the path from point to point."""
    from matplotlib.path import Path

    return Path(points)


def lines(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> Path:
    """Return lines side by side as one path."""
    from matplotlib.path import Path

    points = [point for pair in pairs for point in pair]
    return Path(points, [Path.MOVETO, Path.LINETO] * len(pairs))


def rectangle(left: float, top: float, right: float, bottom: float) -> Path:
    """Return a rectangle."""
    from matplotlib.path import Path

    return Path([(left, top), (right, top), (right, bottom), (left, bottom), (left, top)], closed=True)


def circle(x: float, y: float, radius: float) -> Path:
    """Return a circle."""
    from matplotlib.path import Path

    return Path.circle((x, y), radius)


def left_half(x: float, y: float, radius: float) -> Path:
    """Return the left half of a disc."""
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    return Affine2D().scale(radius).translate(x, y).transform_path(Path.wedge(90, 270))


def write_svg(width: float, height: float, drawn: Sequence[Shape | Words], *, attributes: str) -> str:
    """Return a drawing as inline SVG with equal bytes for equal drawings.

    Parameters
    ----------
    width, height
        In points.
    drawn
        The lowest first.
    attributes
        What stands in the root element beside the size.
    """
    from matplotlib.backends.backend_svg import RendererSVG

    _register_font()
    buffer = io.StringIO()
    with _settings():
        renderer: Any = RendererSVG(  # type: ignore[no-untyped-call]
            width, height, buffer, metadata=dict.fromkeys(_METADATA)
        )
        for item in drawn:
            item.draw(renderer)
        renderer.finalize()
    content = _HEAD.sub("", buffer.getvalue(), count=1)
    box = f'viewBox="0 0 {width:g} {height:g}" stroke-linejoin="round"'
    return f'<svg {attributes} {box} xmlns="http://www.w3.org/2000/svg">\n{content.strip()}'


@contextmanager
def _settings() -> Iterator[None]:
    """Set what we need alone: matplotlib's own context copies each of its three hundred settings."""
    from matplotlib import rcParams

    before = {name: rcParams[name] for name in _SETTINGS}
    rcParams.update(_SETTINGS)
    try:
        yield
    finally:
        rcParams.update(before)


_METADATA = ("Date", "Creator", "Format", "Type")
_HEAD = re.compile(r".*?<svg[^>]*>\s*(?:<metadata>.*?</metadata>\s*)?(?:<defs>.*?</defs>\s*)?", re.S)
"""The prolog, the root element, and a style that would hold for the whole page."""


def _context(renderer: Any, colour: str, width: float) -> Any:
    context = renderer.new_gc()
    context.set_foreground(colour)
    context.set_linewidth(width)
    return context


def _upright(renderer: Any) -> Any:
    """Return the transform from points below the top, as we count, to points above the bottom."""
    return _flip(renderer.height)


@cache
def _flip(height: float) -> Any:
    from matplotlib.transforms import Affine2D

    return Affine2D().scale(1, -1).translate(0, height)


@cache
def _artist(align: str, height: float) -> Any:
    from matplotlib.text import Text

    return Text(ha=align, transform=_flip(height))


@cache
def _font(size: float, bold: bool) -> Any:
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=SANS, size=size, weight=BOLD if bold else 400)


@cache
def _register_font() -> None:
    from matplotlib.font_manager import fontManager

    fontManager.addfont(font_file(SANS))
    # The file is variable, but matplotlib sees its regular weight alone; without an entry for the other
    # weight that the drawings name, it warns and takes the nearest.
    fontManager.ttflist.append(replace(fontManager.ttflist[-1], weight=BOLD))
