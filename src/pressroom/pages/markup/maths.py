"""Formulas drawn as SVG, without a LaTeX installation; their source is what a listener gets."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from pressroom.data.findings import PlainError
from pressroom.pages.markup.nodes import Element

SIZE = 16.0
"""Pixels of CSS, as the page's running text."""

MATHML = frozenset((
    "math", "mrow", "mfrac", "msqrt", "mroot", "mstyle", "merror", "mpadded", "mphantom", "mfenced",
    "menclose", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts", "mprescripts",
    "none", "mtable", "mtr", "mtd", "mlabeledtr", "mi", "mn", "mo", "mtext", "mspace", "ms",
))  # fmt: skip
"""The elements of MathML that can be drawn."""

LINEAR = frozenset(("math", "mrow", "mstyle", "mi", "mn", "mo", "mtext", "mspace", "ms"))
"""Those of them whose words, one after the other, say the same."""

_WHOLE = re.compile(r"\s*(?:\$\$(.+)\$\$|\$([^$]+)\$|\\\[(.+)\\\]|(\\begin\{.+\}))\s*", re.S)


_COMMAND = re.compile(r"\\[A-Za-z]+")
"""A command that nobody knows is left as it was written."""


class FormulaError(PlainError):
    """A formula cannot be drawn; the message says why."""


def find_formula(text: str) -> str | None:
    """Return the LaTeX of a text that is one formula from end to end; None if it is none.

    Examples
    --------
    >>> find_formula(r"$\\displaystyle x^2$"), find_formula("costs $5 and $10")
    ('\\\\displaystyle x^2', None)
    """
    found = _WHOLE.fullmatch(text)
    return next(part for part in found.groups() if part is not None) if found else None


def draw_latex(source: str) -> str:
    r"""Return a formula in LaTeX, such as ``\frac{1}{2}``, as an ``<svg>`` that stands in a line.

    Raises
    ------
    FormulaError
        If it cannot be drawn.
    """
    import ziamath

    fault = f"the formula {source.strip()[:60]!r} cannot be drawn"
    try:
        formula = ziamath.Latex(source.strip(), size=SIZE)
        drawn = _draw(formula, source)
    except Exception as error:  # the library raises whatever its parts do
        raise FormulaError(f"{fault}: {str(error) or 'it is not complete'}") from None
    _require_known(formula, fault)
    return drawn


def draw_mathml(source: str, label: str) -> str:
    """Return a ``<math>`` element as an ``<svg>`` that stands in a line.

    Raises
    ------
    FormulaError
        If it cannot be drawn.
    """
    import ziamath

    fault = "a formula in MathML cannot be drawn"
    try:
        formula = ziamath.Math(source, size=SIZE)
        drawn = _draw(formula, label)
    except Exception as error:  # the library raises whatever its parts do
        raise FormulaError(f"{fault}: {error}") from None
    _require_known(formula, fault)
    return drawn


def hang_of(drawing: Element) -> float:
    """Return which share of a drawn formula's height is below its baseline."""
    _, top, _, height = map(float, drawing.get("viewBox").split())
    return (top + height) / height


def _require_known(formula: Any, fault: str) -> None:
    """Raise a FormulaError if a command or a letter of a formula is drawn as something that says nothing."""
    text = "".join(formula.mathml.itertext())
    if unknown := _COMMAND.findall(text):
        raise FormulaError(f"{fault}: {', '.join(dict.fromkeys(unknown))} is no command that can be drawn")
    lacking = [c for c in text if c.isprintable() and not c.isspace() and not formula.font.glyphindex(c)]
    if lacking:
        raise FormulaError(f"{fault}: its font has no {', '.join(dict.fromkeys(lacking))}")


def _draw(formula: object, label: str) -> str:
    import ziamath

    before, ziamath.config.svg2 = ziamath.config.svg2, False  # shapes where they are, no ids that may clash
    try:
        drawn = str(formula.svg())  # type: ignore[attr-defined]
    finally:
        ziamath.config.svg2 = before
    spoken = escape(" ".join(label.split()))
    return drawn.replace("<svg ", f'<svg class="math" fill="currentColor" aria-label="{spoken}" ', 1)
