"""The bundled typefaces: what they cover, how wide they run, cuts of them with fewer characters."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from pressroom.look.fonts import (
    SANS,
    advances,
    covered,
    covered_by,
    families_beside,
    families_of,
    font_file,
    font_files,
    outline,
    subset,
    text_width,
    unshowable,
)

CUT = {"opsz": 14, "wght": 600}


def test_every_family_has_a_file() -> None:
    assert all(path.is_file() for path in font_files())
    with pytest.raises(KeyError):
        font_file("Comic Sans")


def test_what_is_covered_is_what_the_files_say() -> None:
    points: set[int] = set()
    for path in font_files():
        with TTFont(path, lazy=True) as font:
            points |= font.getBestCmap().keys()
    assert covered() == points
    assert {ord("A"), ord("ế")} <= covered_by(SANS)
    assert ord("ก") not in covered_by(SANS)


def test_unshowable_characters_are_named_once_and_in_order() -> None:
    assert unshowable("Việt\u200b สิทธิ\n🎉x漢🎉") == ["🎉", "漢"]


@pytest.mark.parametrize("weight", [400, 600])
def test_advances_are_those_of_the_cut(weight: int) -> None:
    with TTFont(font_file(SANS), lazy=True) as font:
        glyphs, names = font.getGlyphSet(location={"wght": weight}), font.getBestCmap()
        em = font["head"].unitsPerEm
        for character in "AVimw0–é":
            exact = glyphs[names[ord(character)]].width
            assert advances(SANS, weight)[ord(character)] * em == pytest.approx(exact, abs=0.51)


def test_a_character_that_is_not_there_is_as_wide_as_the_blank_box() -> None:
    with TTFont(font_file(SANS), lazy=True) as font:
        box = font.getGlyphSet()[".notdef"].width / font["head"].unitsPerEm
    assert text_width("漢漢", size=10) == pytest.approx(20 * box, abs=0.01)


def test_bold_runs_wider() -> None:
    assert text_width("Human rights", size=9, weight=600) > text_width("Human rights", size=9) > 40


def test_a_subset_is_one_cut_with_the_characters_and_their_kerning() -> None:
    font = TTFont(BytesIO(subset(SANS, CUT, "AV01", ("kern", "tnum"))))
    assert set(map(chr, font.getBestCmap())) == set("AV01")
    assert not {"fvar", "gvar", "HVAR", "STAT", "fpgm"} & set(font.keys())
    assert font["OS/2"].usWeightClass == 600
    assert features(font, "GPOS") == {"kern"}
    assert features(font, "GSUB") == {"tnum"}
    assert [str(name) for name in font["name"].names] == ["Inter", "Regular"]


def features(font: TTFont, table: str) -> set[str]:
    return {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord}


def test_a_subset_has_the_outlines_and_widths_of_its_cut() -> None:
    font = TTFont(BytesIO(subset(SANS, CUT, "AVim")))
    for character in "AVim":
        width, _ = font["hmtx"][font.getBestCmap()[ord(character)]]
        assert width / font["head"].unitsPerEm == pytest.approx(text_width(character, size=1, weight=600))
    light = TTFont(BytesIO(subset(SANS, {**CUT, "wght": 400}, "AVim")))
    assert stem(font) > stem(light) > 0


def stem(font: TTFont) -> int:
    """How thick the stroke of the i is, in font units."""
    glyph = font["glyf"]["i"] if "i" in font.getGlyphOrder() else font["glyf"][font.getBestCmap()[ord("i")]]
    coordinates, _, _ = glyph.getCoordinates(font["glyf"])
    foot = [x for x, y in coordinates if y == 0]
    return int(max(foot) - min(foot))


def test_all_features_of_the_eastern_scripts_are_kept() -> None:
    letters = "ကြျွှ\u200c\u25cc"
    font = TTFont(BytesIO(subset("Noto Sans Myanmar", {"wdth": 100, "wght": 400}, letters)))
    with TTFont(font_file("Noto Sans Myanmar")) as whole:
        assert {"blwf", "blws", "ccmp"} <= features(font, "GSUB") <= features(whole, "GSUB")


def test_equal_calls_give_equal_bytes() -> None:
    assert subset(SANS, CUT, "AV") == subset(SANS, CUT, "VA")


def test_a_text_is_set_in_the_family_of_each_script() -> None:
    assert families_of("ภาค 4 Mei") == [("Noto Sans Thai", "ภาค "), ("Inter", "4 Mei")]
    assert families_beside("Mei") == []
    assert families_beside("ภาค 4") == ["Noto Sans Thai"]


def test_a_text_is_as_wide_as_its_shapes() -> None:
    for words in ("Mei 2018", "ภาค", "ที่", "សិទ្ធិ"):
        path, width = outline(words, size=10)
        numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", path)]
        assert path.startswith("M")
        assert -1 < min(numbers[::2]) < max(numbers[::2]) < width + 1
    # The marks above a letter take no room.
    assert text_width("ที่", size=10) == pytest.approx(outline("ที่", size=10)[1])
    assert outline("ภาค", size=20)[1] == pytest.approx(2 * outline("ภาค", size=10)[1])
