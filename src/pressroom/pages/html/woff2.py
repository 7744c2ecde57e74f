"""Fonts as browsers read them: WOFF2, every table as it is, all compressed together.

The form is that of https://www.w3.org/TR/WOFF2/. Glyphs are not transformed: that would make a page smaller
by a twentieth, and take ten times as long as all the rest.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator

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
