"""The typefaces that a page carries: WOFF2 subsets, restricted to the characters that it shows.

The form is that of https://www.w3.org/TR/WOFF2/. Glyphs are not transformed: that would make a page smaller
by a twentieth, and take ten times as long as all the rest.

Every page has the same Latin base, made once a process; a page with other characters gets the base and these.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from pressroom.look.fonts import covered, covered_by, subset

# The directory calls these by their place; the tables of all our fonts are among them.
_KNOWN = (
    b"cmap", b"head", b"hhea", b"hmtx", b"maxp", b"name", b"OS/2", b"post", b"cvt ", b"fpgm",
    b"glyf", b"loca", b"prep", b"CFF ", b"VORG", b"EBDT", b"EBLC", b"gasp", b"hdmx", b"kern",
    b"LTSH", b"PCLT", b"VDMX", b"vhea", b"vmtx", b"BASE", b"GDEF", b"GPOS", b"GSUB",
)  # fmt: skip
_OTHER = 63
_AS_IT_IS = 3 << 6  # the sign of glyphs that are not transformed
_HEADER = struct.Struct(">4s4sIHHIIHHIIIII")

# More would save a twentieth, and take forty times as long. A large window is slow to set up, a font small.
_QUALITY, _WINDOW = 9, 16

Table = tuple[bytes, bytes]


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


def pack(font: bytes) -> bytes:
    """Return an OpenType font as WOFF2; equal fonts, equal bytes."""
    import brotli

    tables = sorted(_tables(font), key=_order)
    directory = b"".join(_entry(tag, len(data)) for tag, data in tables)
    joined = b"".join(data for _, data in tables)
    data: bytes = brotli.compress(joined, mode=brotli.MODE_FONT, quality=_QUALITY, lgwin=_WINDOW)
    length = -(-(_HEADER.size + len(directory) + len(data)) // 4) * 4
    size = 12 + sum(16 + -(-len(data) // 4) * 4 for _, data in tables)
    header = _HEADER.pack(b"wOF2", font[:4], length, len(tables), 0, size, len(data), 1, 0, 0, 0, 0, 0, 0)
    return (header + directory + data).ljust(length, b"\0")


def font_faces(text: str) -> str:
    """Return the ``@font-face`` rules of a page that shows `text`; equal text, equal bytes."""
    return _rules(_shown().intersection(text) - _BASE)


def subset_font(face: Face, characters: str) -> bytes:
    """Return a WOFF2 font with the given characters of a face; nothing in it varies between builds."""
    features = _FEATURES if face in _LATIN else None
    return pack(subset(face.source, face.location, characters, features))


def _tables(font: bytes) -> Iterator[Table]:
    (count,) = struct.unpack_from(">H", font, 4)
    for place in range(count):
        tag, _, start, length = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        data = font[start : start + length]
        yield tag, _marked(data) if tag == b"head" else data


def _marked(head: bytes) -> bytes:
    """Return the font's header with the flag that says that it went through a lossless compression."""
    (flags,) = struct.unpack_from(">H", head, 16)
    return head[:16] + struct.pack(">H", flags | 1 << 11) + head[18:]


def _order(table: Table) -> tuple[bytes, bool]:
    # The offsets of glyphs come right behind the glyphs.
    return (b"glyf", True) if table[0] == b"loca" else (table[0], False)


def _entry(tag: bytes, length: int) -> bytes:
    flags = _KNOWN.index(tag) if tag in _KNOWN else _OTHER
    if tag in (b"glyf", b"loca"):
        flags |= _AS_IT_IS
    return bytes([flags]) + (tag if flags == _OTHER else b"") + bytes(_in_sevens(length))


def _in_sevens(number: int) -> Iterable[int]:
    """Return a number as the format writes lengths: seven bits a byte, the last byte below 128."""
    sevens = [number & 127]
    while number := number >> 7:
        sevens.insert(0, number & 127 | 128)
    return sevens


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
