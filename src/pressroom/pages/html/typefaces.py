"""The typefaces that a page carries: WOFF2 subsets, restricted to the characters that it shows.

Every page has the same Latin base, made once a process; a page with other characters gets the base and these.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from functools import cache, lru_cache

from pressroom.look.fonts import covered, covered_by, subset
from pressroom.pages.html.woff2 import pack


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
_FEATURES = ("kern", "liga", "ccmp", "mark", "mkmk", "locl", "lnum", "pnum", "tnum")
_JOINERS = frozenset("\u200b\u200c\u200d\u25cc")
# What a browser takes the vowels apart into that stand on two sides of their letter: Thai, Lao and Khmer.
_PARTS = frozenset("\u0e32\u0e4d\u0eb2\u0ecd\u17c1")


def font_faces(text: str) -> str:
    """Return the ``@font-face`` rules of a page that shows `text`; equal text, equal bytes."""
    return _rules(_shown().intersection(text) - _BASE)


@cache
def _shown() -> frozenset[str]:
    return frozenset(map(chr, covered()))


@lru_cache(maxsize=16)
def _rules(more: frozenset[str]) -> str:
    rules = [_rule(face, _characters(face, _BASE | more)) for face in _LATIN]
    for faces in _EASTERN.values():
        for face in faces:
            shown = _characters(face, more) - _JOINERS
            if shown:
                rules.append(_rule(face, shown | _characters(face, _JOINERS | _PARTS)))
    return "\n".join(rules)


def _characters(face: Face, wanted: frozenset[str]) -> frozenset[str]:
    return frozenset(c for c in wanted if ord(c) in covered_by(face.source))


@lru_cache(maxsize=64)
def _rule(face: Face, characters: frozenset[str]) -> str:
    style = "italic" if face.italic else "normal"
    data = b64encode(subset_font(face, "".join(sorted(characters)))).decode("ascii")
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:{style};'
        f'font-display:block;src:url(data:font/woff2;base64,{data}) format("woff2")}}'
    )


def subset_font(face: Face, characters: str) -> bytes:
    """Return a WOFF2 font with the given characters of a face; nothing in it varies between builds."""
    features = _FEATURES if face in _LATIN else None
    return pack(subset(face.source, face.location, characters, features))
