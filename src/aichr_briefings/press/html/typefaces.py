"""The typefaces that a page carries: WOFF2 subsets, restricted to the characters that it shows.

Every page has the same Latin base, made once a process; a page with other characters gets the base and these.
"""

from __future__ import annotations

import io
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from aichr_briefings.look.fonts import font_file

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont


@dataclass(frozen=True)
class Face:
    """One cut of a bundled variable font, and how CSS calls it."""

    source: str
    family: str
    weight: int
    axes: tuple[tuple[str, float], ...]
    italic: bool = False

    @property
    def location(self) -> dict[str, float]:
        return {**dict(self.axes), "wght": self.weight}


_LATIN = (
    Face("Inter", "Inter", 400, (("opsz", 14),)),
    Face("Inter", "Inter", 600, (("opsz", 14),)),
    Face("Inter Italic", "Inter", 400, (("opsz", 14),), italic=True),
    Face("Source Serif 4", "Source Serif 4", 400, (("opsz", 20),)),
    Face("Source Serif 4", "Source Serif 4", 600, (("opsz", 32),)),
)
_EASTERN = {
    name: tuple(
        Face(f"Noto Sans {name}", f"Noto Sans {name}", weight, (("wdth", 100),)) for weight in (400, 600)
    )
    for name in ("Thai", "Lao", "Khmer", "Myanmar")
}
_BASE = frozenset(map(chr, range(0x20, 0x7F))) | frozenset("\u00a0–—‘’“”…·•×é°½−")
_FEATURES = ["kern", "liga", "ccmp", "mark", "mkmk", "locl", "lnum", "pnum", "tnum"]
_VARIATIONS = ("fvar", "gvar", "avar", "HVAR", "VVAR", "MVAR", "STAT")
_EASTERN_FEATURES = ["*"]
_JOINERS = frozenset("\u200b\u200c\u200d\u25cc")


def font_faces(text: str) -> str:
    """Return the ``@font-face`` rules of a page that shows `text`; equal text, equal bytes."""
    wanted = frozenset(text)
    rules = [_rule(face, _characters(face, _BASE | wanted)) for face in _LATIN]
    for faces in _EASTERN.values():
        for face in faces:
            shown = _characters(face, wanted) - _BASE - _JOINERS
            if shown:
                rules.append(_rule(face, shown | _characters(face, _JOINERS)))
    return "\n".join(rules)


@cache
def _covered(source: str) -> frozenset[str]:
    from fontTools.ttLib import TTFont

    with TTFont(font_file(source), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def _characters(face: Face, wanted: frozenset[str]) -> frozenset[str]:
    return wanted & _covered(face.source)


def _rule(face: Face, characters: frozenset[str]) -> str:
    style = "italic" if face.italic else "normal"
    data = b64encode(subset_font(face, "".join(sorted(characters)))).decode("ascii")
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:{style};'
        f'font-display:block;src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


@cache
def subset_font(face: Face, characters: str) -> bytes:
    """Return a WOFF2 font with the given characters of a face; nothing in it varies between builds."""
    from fontTools.varLib import instancer

    instance = _fewer_glyphs(face, characters)
    if "fvar" in instance:
        instance = instancer.instantiateVariableFont(instance, face.location, inplace=True)
    instance["head"].modified = instance["head"].created
    instance.recalcTimestamp = False
    instance.flavor = "woff2"
    buffer = io.BytesIO()
    instance.save(buffer, reorderTables=False)
    return buffer.getvalue()


def _is_default(font: TTFont, face: Face) -> bool:
    return all(axis.defaultValue == face.location[axis.axisTag] for axis in font["fvar"].axes)


def _forget_variations(font: TTFont) -> None:
    """Drop what kerning would add along the axes: the device half of its value records."""
    for lookup in font["GPOS"].table.LookupList.Lookup:
        for part in lookup.SubTable:
            table = getattr(part, "ExtSubTable", part)
            for name in ("ValueFormat", "ValueFormat1", "ValueFormat2"):
                if hasattr(table, name):
                    setattr(table, name, getattr(table, name) & 0x0F)


def _fewer_glyphs(face: Face, characters: str) -> TTFont:
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(font_file(face.source).read_bytes()), lazy=True, recalcTimestamp=False)
    options = subset.Options()
    options.layout_features = _FEATURES if face in _LATIN else _EASTERN_FEATURES
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [1, 2]
    if _is_default(font, face):
        # The outlines are those of the default cut: there is nothing to interpolate, which takes long.
        options.drop_tables = [*options.drop_tables, *_VARIATIONS]
    chosen = subset.Subsetter(options)
    chosen.populate(text=characters)
    chosen.subset(font)
    if "fvar" not in font:
        _forget_variations(font)
    buffer = io.BytesIO()
    font.save(buffer)
    return TTFont(io.BytesIO(buffer.getvalue()), recalcTimestamp=False)
