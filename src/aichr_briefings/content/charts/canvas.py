"""A drawing surface in millimetres with the house's marks: the only module that talks to matplotlib.

Axes fill the figure and one data unit is one millimetre, so that text keeps its exact size and no layout
pass is needed.
"""

from __future__ import annotations

import io
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from aichr_briefings.content.words import typographic
from aichr_briefings.look.colours import LIGHT
from aichr_briefings.look.fonts import SANS, font_file, text_width

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MM = 1 / 25.4
POINT = 25.4 / 72
RADIUS = 1.15
STEP = 3.4
BAR = 1.6
BOLD = 600

WIDE = 174.0
NARROW = 92.0

_STYLE: Any = {
    "font.family": SANS,
    "axes.grid": False,
    "lines.solid_capstyle": "butt",
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "figure.dpi": 72,
    "savefig.bbox": "standard",
    "svg.fonttype": "none",
    "svg.hashsalt": "aichr",
}


@cache
def _register_font() -> None:
    from dataclasses import replace

    from matplotlib.font_manager import fontManager

    fontManager.addfont(font_file(SANS))
    # The file is variable, but matplotlib sees its regular weight alone; without an entry for the other
    # weight that the drawings name, it warns and takes the nearest.
    fontManager.ttflist.append(replace(fontManager.ttflist[-1], weight=BOLD))


class Canvas:
    """One drawing of a chart.

    Parameters
    ----------
    width, height
        Size in millimetres; y grows downwards.
    narrow
        Whether this is the drawing for a phone, with larger text.
    """

    def __init__(self, width: float, height: float, *, narrow: bool = False) -> None:
        from matplotlib import rc_context
        from matplotlib.figure import Figure

        _register_font()
        self.width, self.height = width, height
        self.size = 8.5 if narrow else 7.5
        self.marks = 0
        with rc_context(_STYLE):
            self._figure: Figure = Figure(figsize=(width * MM, height * MM))
            self._axes: Axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    # marks ------------------------------------------------------------------------------------------

    def mark(self, kind: str, x: float, y: float) -> None:
        """Draw a round or square mark centred at (x, y): day, planned, ongoing or grey."""
        from matplotlib.patches import Circle, Rectangle, Wedge

        self.marks += 1
        if kind == "grey":
            self._axes.add_patch(Rectangle((x - 1, y - 1), 2, 2, fc=LIGHT["grey"], ec="none", zorder=5))
        elif kind == "day":
            self._axes.add_patch(Circle((x, y), RADIUS, fc=LIGHT["blue"], ec="none", zorder=5))
        else:
            ring = Circle((x, y), RADIUS - 0.15, fc=LIGHT["paper"], ec=LIGHT["blue"], lw=1.1, zorder=5)
            self._axes.add_patch(ring)
            if kind == "ongoing":
                half = Wedge((x, y), RADIUS - 0.15, 90, 270, fc=LIGHT["blue"], ec="none", zorder=6)
                self._axes.add_patch(half)

    def bar(self, kind: str, left: float, right: float, y: float, *, height: float = BAR) -> None:
        """Draw a month (solid), year (tint with outline) or count (solid) bar centred on y."""
        from matplotlib.patches import Rectangle

        self.marks += 1
        face, edge = (LIGHT["tint"], LIGHT["blue"]) if kind == "year" else (LIGHT["blue"], "none")
        width = max(right - left, 2.6) if kind == "month" else right - left
        patch = Rectangle((left, y - height / 2), width, height, fc=face, ec=edge, lw=0.6, zorder=4)
        self._axes.add_patch(patch)

    # ground -----------------------------------------------------------------------------------------

    def hatch(self, left: float, top: float, right: float, bottom: float) -> None:
        """Hatch an area that the source does not cover."""
        from matplotlib.patches import Rectangle

        area = (left, top), right - left, bottom - top
        patch = Rectangle(*area, fc="none", ec=LIGHT["hatch"], hatch="////", lw=0, zorder=0)
        patch.set_hatch_linewidth(0.6)
        self._axes.add_patch(patch)

    def wash(self, top: float, bottom: float) -> None:
        """Lay a pale ground under a highlighted row."""
        from matplotlib.patches import Rectangle

        area = (0, top), self.width, bottom - top
        self._axes.add_patch(Rectangle(*area, fc=LIGHT["wash"], ec="none", zorder=0))

    def patch_paper(self, left: float, top: float, right: float, bottom: float, *, over: float = 3) -> None:
        """Clear an area for a label or a mark that stands on hatch or on a bar."""
        from matplotlib.patches import Rectangle

        area = (left, top), right - left, bottom - top
        self._axes.add_patch(Rectangle(*area, fc=LIGHT["paper"], ec="none", zorder=over))

    def across(self, y: float, *, left: float = 0, right: float | None = None, strong: bool = False) -> None:
        """Draw a horizontal rule: a hairline, or in ink when strong."""
        self._line([left, self.width if right is None else right], [y, y], strong=strong)

    def down(self, x: float, top: float, bottom: float, *, strong: bool = False) -> None:
        """Draw a vertical rule: a hairline, or in ink when strong."""
        self._line([x, x], [top, bottom], strong=strong)

    def dotted(self, left: float, right: float, y: float) -> None:
        """Draw the dotted line of a statement such as "since 2015" that lists no activity."""
        self._axes.plot([left, right], [y, y], color=LIGHT["blue"], lw=1.1, ls=(0, (1, 1.6)), zorder=3)

    def _line(self, xs: list[float], ys: list[float], *, strong: bool) -> None:
        colour, width = (LIGHT["ink"], 0.8) if strong else (LIGHT["rule"], 0.6)
        self._axes.plot(xs, ys, color=colour, lw=width, zorder=2 if strong else 1)

    # words ------------------------------------------------------------------------------------------

    def label(
        self,
        x: float,
        y: float,
        words: str,
        *,
        colour: str = "ink",
        bold: bool = False,
        align: str = "left",
        halo: bool = False,
    ) -> float:
        """Write one line centred on y, and return its width in millimetres."""
        # Capitals are centred on y: half their height is 0.36 em in this typeface.
        written = self._axes.text(
            x,
            y + 0.36 * self.size * POINT,
            typographic(words),
            color=LIGHT[colour],
            fontsize=self.size,
            fontfamily=SANS,
            zorder=9,
            fontweight=BOLD if bold else 400,
            ha=align,
            va="baseline",
        )
        written.set_parse_math(False)
        width = self.measure(words, bold=bold)
        if halo:
            left = {"left": x, "right": x - width, "center": x - width / 2}[align]
            self.patch_paper(
                left - 0.6, y - self.size * 0.22, left + width + 0.6, y + self.size * 0.22, over=8
            )
        return width

    def measure(self, words: str, *, bold: bool = False) -> float:
        """Return the width of one line in millimetres."""
        return text_width(words, size=self.size, weight=BOLD if bold else 400) * POINT

    def svg(self, name: str, *, class_: str, alt: str) -> str:
        """Return the drawing as inline SVG with equal bytes for equal drawings.

        Parameters
        ----------
        name
            Prefix of all ids, unique in the page.
        alt
            The plotted data in words.
        """
        from html import escape

        from matplotlib import rc_context

        buffer = io.StringIO()
        with rc_context(_STYLE):
            metadata = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            self._figure.savefig(buffer, format="svg", metadata=metadata)
        drawing = buffer.getvalue()
        drawing = drawing[drawing.index("<svg") :]
        drawing = re.sub(r"\s*<metadata>.*?</metadata>", "", drawing, flags=re.S)
        drawing = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{name}-", drawing)
        drawing = re.sub(r'^<svg([^>]*?) width="[^"]*"', r"<svg\1", drawing)
        drawing = re.sub(r'^<svg([^>]*?) height="[^"]*"', r"<svg\1", drawing)
        head = f'<svg class="{class_}" role="img" aria-label="{escape(alt)}"'
        return drawing.replace("<svg", head, 1).strip()
