"""What an analyst's output may keep of its own styling: weight, slant, alignment, and readable colours.

Everything else in ``style`` attributes and style sheets is dropped, so that no output can move, cover or
restyle the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from pressroom.look.colours import DARK, LIGHT

READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast of text on its ground
_ALLOWED = {
    "font-weight": r"bold|bolder|normal|[1-9]00",
    "font-style": r"italic|normal",
    "text-align": r"left|right|center",
    "text-decoration": r"underline|line-through",
}
_NAMED = {
    "black": "#000000", "white": "#ffffff", "red": "#ff0000", "green": "#008000", "blue": "#0000ff",
    "yellow": "#ffff00", "orange": "#ffa500", "grey": "#808080", "gray": "#808080", "pink": "#ffc0cb",
    "purple": "#800080", "brown": "#a52a2a", "lightgreen": "#90ee90", "lightblue": "#add8e6",
    "darkred": "#8b0000", "darkgreen": "#006400", "darkblue": "#00008b", "crimson": "#dc143c",
    "gold": "#ffd700", "lightgrey": "#d3d3d3", "lightgray": "#d3d3d3",
}  # fmt: skip

Declarations = Mapping[str, str]


def declarations(style: str) -> dict[str, str]:
    """Return the declarations of a ``style`` attribute, later ones winning, names in lower case."""
    pairs = (part.partition(":") for part in style.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip().lower()
        for name, colon, value in pairs
        if colon and value.strip()
    }


def cell_rules(sheet: str) -> dict[str, dict[str, str]]:
    """Return the rules of a style sheet that address one element by its id, as pandas' Styler writes them."""
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        for selector in selectors.split(","):
            if re.fullmatch(r"#[\w-]+", selector.strip()):
                rules.setdefault(selector.strip()[1:], {}).update(declarations(body))
    return rules


def keep_emphasis(given: Declarations) -> str:
    """Return the ``style`` attribute that is left of the given declarations.

    Text keeps its colour where that can be read on its ground, and takes the nearest that can elsewhere, on
    light and on dark paper.

    >>> keep_emphasis({"position": "fixed", "font-weight": "bold"})
    'font-weight:bold'
    >>> keep_emphasis({"background-color": "#ffff00"})
    'background-color:#ffff00;color:#000000'
    """
    kept = {
        name: given[name] for name, allowed in _ALLOWED.items() if re.fullmatch(allowed, given.get(name, ""))
    }
    ground = _colour(given.get("background-color") or given.get("background", ""))
    text = _colour(given.get("color", ""))
    if ground and ground != "#ffffff":
        kept["background-color"] = ground
        kept["color"] = text if text and contrast(text, ground) >= READABLE else _black_or_white(ground)
    elif text and text != "#000000":
        light, dark = _readable(text, LIGHT), _readable(text, DARK)
        kept["color"] = f"light-dark({light},{dark})"
    return ";".join(f"{name}:{value}" for name, value in kept.items())


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours given as ``#rrggbb``."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _colour(value: str) -> str | None:
    value = _NAMED.get(value, value)
    if re.fullmatch(r"#[0-9a-f]{6}", value):
        return value
    if re.fullmatch(r"#[0-9a-f]{3}", value):
        return "#" + "".join(2 * digit for digit in value[1:])
    found = re.fullmatch(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*1(?:\.0)?\s*)?\)", value)
    return "#" + "".join(f"{min(255, int(number)):02x}" for number in found.groups()) if found else None


def _black_or_white(ground: str) -> str:
    return max("#000000", "#ffffff", key=lambda colour: contrast(colour, ground))


def _readable(colour: str, tokens: Mapping[str, str]) -> str:
    for tenth in range(11):
        mixed = _mix(colour, tokens["ink"], tenth / 10)
        if min(contrast(mixed, tokens["paper"]), contrast(mixed, tokens["wash"])) >= READABLE:
            return mixed
    return tokens["ink"]


def _mix(first: str, second: str, share: float) -> str:
    pairs = [(int(first[i : i + 2], 16), int(second[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
