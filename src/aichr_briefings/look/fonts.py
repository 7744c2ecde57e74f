"""The bundled typefaces: where they lie, which characters they cover, how wide a text is.

All come from the packages ``justmytype-western-core`` and ``justmytype-intl-sea`` (SIL Open Font License).
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

SANS = "Inter"

_FILES = {
    "Inter": ("justmytype_western_core", "inter/Inter[opsz,wght].ttf"),
    "Inter Italic": ("justmytype_western_core", "inter/Inter-Italic[opsz,wght].ttf"),
    "Source Serif 4": ("justmytype_western_core", "sourceserif4/SourceSerif4[opsz,wght].ttf"),
    "JetBrains Mono": ("justmytype_western_core", "jetbrainsmono/JetBrainsMono[wght].ttf"),
    "Noto Sans Thai": ("justmytype_intl_sea", "notosansthai/NotoSansThai[wdth,wght].ttf"),
    "Noto Sans Lao": ("justmytype_intl_sea", "notosanslao/NotoSansLao[wdth,wght].ttf"),
    "Noto Sans Khmer": ("justmytype_intl_sea", "notosanskhmer/NotoSansKhmer[wdth,wght].ttf"),
    "Noto Sans Myanmar": ("justmytype_intl_sea", "notosansmyanmar/NotoSansMyanmar[wdth,wght].ttf"),
}


def font_file(family: str) -> Path:
    """Return the file of a bundled family, such as ``"Inter"`` or ``"Inter Italic"``.

    Raises
    ------
    KeyError
        If no such family is bundled.
    """
    package, name = _FILES[family]
    spec = find_spec(package)
    assert spec is not None, f"the package {package} is a dependency of this one"
    assert spec.origin is not None
    return Path(spec.origin).parent / "fonts" / "ofl" / name


def font_files() -> tuple[Path, ...]:
    """Return the files of all bundled families, in a fixed order."""
    return tuple(font_file(family) for family in _FILES)


@cache
def covered() -> frozenset[int]:
    """Return the code points that the bundled fonts can show, taken together."""
    from fontTools.ttLib import TTFont

    points: set[int] = set()
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            points |= font.getBestCmap().keys()
    return frozenset(points)


def unshowable(text: str) -> list[str]:
    """Return the characters of `text` that no bundled font can show, each once, in order of appearance.

    Line breaks, tabs and the invisible joiners of South-East Asian scripts need no glyph.
    """
    invisible = set("\n\r\t\u00ad\u200b\u200c\u200d\u2060")
    wanted = dict.fromkeys(c for c in text if not c.isascii() or c < " ")
    return [c for c in wanted if c not in invisible and ord(c) not in covered()]


@cache
def _advances(family: str, weight: int) -> tuple[dict[int, float], float]:
    """Return advance widths by code point, in em, and the width of a character that the font lacks."""
    from fontTools.ttLib import TTFont

    with TTFont(font_file(family), lazy=True) as font:
        glyphs = font.getGlyphSet(location={"wght": weight})
        em = font["head"].unitsPerEm
        cmap = font.getBestCmap()
        common = [point for point in cmap if point < 0x250 or 0x2010 <= point < 0x2040]
        return {point: glyphs[cmap[point]].width / em for point in common}, glyphs[".notdef"].width / em


def text_width(text: str, *, size: float, weight: int = 400, family: str = SANS) -> float:
    """Return the width of `text` set on one line, in the unit of `size`; kerning is left out."""
    widths, unknown = _advances(family, weight)
    return size * sum(widths.get(ord(c), unknown) for c in text)
