"""The look of briefings for outputs inside a page of somebody else's: JupyterLab's, the documentation's.

It is the page's own sheet, nested below a selector: what it says of the whole page is said of the output, and
what it says of a narrow window is said of a narrow output.
"""

from __future__ import annotations

import re
from functools import cache

from pressroom.look.colours import DARK, LIGHT
from pressroom.pages.html.page import read_rules

# What the page around says of tables, headings and lists is not for these. Drawings keep their attributes.
_RESET = ":where(:not(svg, svg *, img)) { all: revert; }"

# A page sets its head in from the window's edge; an output is as wide as it is.
_FLUSH = "header.masthead { max-width: none; margin: 0; padding: 0; }"


def scoped_style(selector: str, container: str, dark: str) -> str:
    """Return the rules for the elements that a selector finds, and what stands in them; not the typefaces.

    Parameters
    ----------
    selector
        The outputs; it must be more specific than what the page around says of tables and text.
    container
        What each output is in, whose width decides how it is set.
    dark
        What the selector is preceded by while the page is dark, such as ``[data-theme=dark]``.
    """
    return "\n".join(
        (
            f"{container} {{ container-type: inline-size; }}",
            f"{selector} {{ {_say(LIGHT)} }}",
            f"{dark} {selector} {{ {_say(DARK)} img {{ background: #fff; }}\n{_recolour()}\n}}",
            f"{selector} {{\n{_RESET}\n{_nest(read_rules())}\n{_FLUSH}\n}}",
            "",
        )
    )


def _say(tokens: dict[str, str]) -> str:
    return " ".join(f"--{name}: {value};" for name, value in tokens.items())


def _recolour() -> str:
    """Return rules that give drawings the dark colours: outputs name the light ones, attribute or style."""
    return "\n".join(
        f"svg [{part}='{colour}'], svg [style*='{part}: {colour}'] {{ {part}: var(--{name}) !important; }}"
        for part in ("fill", "stroke")
        for name, colour in LIGHT.items()
    )


@cache
def _nest(rules: str) -> str:
    """Return the page's rules as they are nested below a selector; those for paper are left out."""
    kept = [block for block in _split(rules) if not block.startswith(("@media print", "@media (prefers"))]
    text = "\n".join(kept).replace("@media (max-width", "@container (max-width")
    text = re.sub(r"^(\s*)html \{", r"\1& {", text, flags=re.MULTILINE)
    return re.sub(r"^\s*body \{[^}]*\}\n?", "", text, flags=re.MULTILINE)


def _split(rules: str) -> list[str]:
    """Return the rules one by one, those in braces of their own with their braces."""
    blocks, depth, start = [], 0, 0
    for place, mark in enumerate(rules):
        depth += (mark == "{") - (mark == "}")
        if mark == "}" and not depth:
            blocks.append(rules[start : place + 1].strip())
            start = place + 1
    return blocks
