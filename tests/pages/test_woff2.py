"""WOFF2 files, read back by somebody else."""

from __future__ import annotations

import struct
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from pressroom.look.fonts import subset
from pressroom.pages.html.typefaces import pack

FONTS = {
    "Inter": ({"opsz": 14, "wght": 400}, "Human rights, 1–2"),
    "Source Serif 4": ({"opsz": 32, "wght": 600}, "Human rights"),
    "Noto Sans Khmer": ({"wdth": 100, "wght": 400}, "សិទ្ធិមនុស្ស"),
}


@pytest.mark.parametrize("family", FONTS)
def test_all_tables_come_back_as_they_were(family: str) -> None:
    plain = subset(family, *FONTS[family])
    before, after = TTFont(BytesIO(plain)), TTFont(BytesIO(pack(plain)))
    assert after.flavor == "woff2"
    assert sorted(after.reader.keys()) == sorted(before.reader.keys())
    for tag in sorted(before.reader.keys()):
        if tag != "head":
            assert after.reader[tag] == before.reader[tag], tag
    assert after["head"].flags == before["head"].flags | 1 << 11
    assert after["head"].unitsPerEm == before["head"].unitsPerEm


@pytest.mark.parametrize("family", FONTS)
def test_the_header_tells_the_sizes(family: str) -> None:
    plain = subset(family, *FONTS[family])
    packed = pack(plain)
    signature, flavor, length, tables, reserved, size = struct.unpack_from(">4s4sIHHI", packed)
    assert (signature, flavor, reserved) == (b"wOF2", plain[:4], 0)
    assert length == len(packed)
    assert len(packed) % 4 == 0
    assert size == len(plain)
    assert tables == len(TTFont(BytesIO(plain)).reader.keys())


def test_it_is_smaller_and_always_the_same() -> None:
    plain = subset("Inter", *FONTS["Inter"])
    assert len(pack(plain)) < 0.7 * len(plain)
    assert pack(plain) == pack(plain)
