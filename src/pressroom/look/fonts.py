"""The bundled typefaces: where they lie, which characters they cover, how wide a text is.

All come from the packages ``justmytype-western-core`` and ``justmytype-intl-sea`` (SIL Open Font License).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uharfbuzz

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
    ModuleNotFoundError
        If the package with its file is missing.
    """
    package, name = _FILES[family]
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            f"the package {package}, which holds {family}, is not installed", name=package
        )
    return Path(spec.origin).parent / "fonts" / "ofl" / name


def font_files() -> tuple[Path, ...]:
    """Return the files of all bundled families, in a fixed order."""
    return tuple(font_file(family) for family in _FILES)


@cache
def covered() -> frozenset[int]:
    """Return the code points that the bundled fonts can show, taken together."""
    return frozenset[int]().union(*map(covered_by, _FILES))


@cache
def covered_by(family: str) -> frozenset[int]:
    """Return the code points that a bundled family can show."""
    return frozenset(_face(family).unicodes)


def unshowable(text: str) -> list[str]:
    """Return the characters of `text` that no bundled font can show, each once, in order of appearance.

    Line breaks, tabs and the invisible joiners of South-East Asian scripts need no glyph.
    """
    invisible = set("\n\r\t\u00ad\u200b\u200c\u200d\u2060")
    wanted = dict.fromkeys(c for c in text if not c.isascii() or c < " ")
    return [c for c in wanted if c not in invisible and ord(c) not in covered()]


def text_width(text: str, *, size: float, weight: int = 400, family: str = SANS) -> float:
    """Return the width of `text` set on one line, in the unit of `size`; kerning is left out."""
    widths = advances(family, weight)
    return size * sum(widths[ord(c)] for c in text)


@cache
def advances(family: str, weight: int) -> Mapping[int, float]:
    """Return how wide the characters of a family are, in em, by code point; those it lacks as a blank box."""
    return _Advances(family, weight)


class _Advances(dict[int, float]):
    """Widths, each looked up once."""

    def __init__(self, family: str, weight: int) -> None:
        import uharfbuzz

        super().__init__()
        face = _face(family)
        self._em = face.upem
        self._font = uharfbuzz.Font(face)
        self._font.set_variations({"wght": weight})

    def __missing__(self, point: int) -> float:
        glyph = self._font.get_nominal_glyph(point) or 0
        width: float = self._font.get_glyph_h_advance(glyph) / self._em
        self[point] = width
        return width


def subset(
    family: str, location: Mapping[str, float], characters: str, features: Collection[str] | None = None
) -> bytes:
    """Return a TrueType font with some characters of one cut of a family; equal calls, equal bytes.

    Parameters
    ----------
    family
        As `font_file` takes it.
    location
        The cut, a value for each axis along which the family varies.
    characters
        What the font can show; its names and hints are left out but for family and style.
    features
        The OpenType features that are kept, all if None.
    """
    import uharfbuzz

    face, flags = _face(family), uharfbuzz.SubsetFlags
    wanted = uharfbuzz.SubsetInput()
    for axis, value in location.items():
        wanted.pin_axis_location(face, axis, value)
    wanted.unicode_set.update(map(ord, characters))
    wanted.flags = flags.NO_HINTING | flags.NOTDEF_OUTLINE
    wanted.drop_table_tag_set.add(_tag("STAT"))  # it tells of other cuts
    wanted.name_id_set.clear()
    wanted.name_id_set.update((1, 2))
    wanted.layout_feature_tag_set.clear()
    if features is None:
        wanted.layout_feature_tag_set.invert()
    else:
        wanted.layout_feature_tag_set.update(map(_tag, features))
    made = wanted.subset(face)
    return bytes(made.blob.data)


def _tag(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")


@cache
def _face(family: str) -> uharfbuzz.Face:
    import uharfbuzz

    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_file(family))))
