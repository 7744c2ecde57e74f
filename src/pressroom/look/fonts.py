"""The bundled typefaces: where they lie, which characters they cover, how wide a text is.

All come from the packages ``justmytype-western-core`` and ``justmytype-intl-sea`` (SIL Open Font License).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import uharfbuzz

SANS = "Inter"
EASTERN = ("Noto Sans Thai", "Noto Sans Lao", "Noto Sans Khmer", "Noto Sans Myanmar")
"""The families of the scripts that the sans lacks."""

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


def families_of(text: str) -> list[tuple[str, str]]:
    """Return a text in runs, each with the bundled family that shows it: the sans, or that of its script."""
    runs: list[tuple[str, str]] = []
    for character in text:
        family = _find_family(character)
        if runs and (family == runs[-1][0] or character == " "):
            runs[-1] = (runs[-1][0], runs[-1][1] + character)
        else:
            runs.append((family, character))
    return runs


def families_beside(text: str) -> list[str]:
    """Return the families of scripts that a text needs beside the sans."""
    return list(dict.fromkeys(family for family, _ in families_of(text) if family != SANS))


@cache
def _find_family(character: str) -> str:
    return next((family for family in (SANS, *EASTERN) if ord(character) in covered_by(family)), SANS)


class _Advances(dict[int, float]):
    """Widths, each looked up once."""

    def __init__(self, family: str, weight: int) -> None:
        super().__init__()
        self._family, self._weight = family, weight
        self._em = _face(family).upem
        self._font = _font(family, weight)

    def __missing__(self, point: int) -> float:
        glyph = self._font.get_nominal_glyph(point) or 0
        other = self._family if glyph else _find_family(chr(point))
        if other in EASTERN and other != self._family:
            width = advances(other, self._weight)[point]
        else:
            width = self._font.get_glyph_h_advance(glyph) / self._em
        self[point] = width
        return width


def outline(text: str, *, size: float, weight: int = 400) -> tuple[str, float]:
    """Return the shapes of a text on one line as SVG's path data, from (0, 0) on, and its width.

    Scripts of South-East Asia are shaped as their typefaces say: a vowel stands above its letter.
    """
    import uharfbuzz

    pen, at = _Pen(), 0.0
    for family, words in families_of(text):
        font, scale = _font(family, weight), size / _face(family).upem
        buffer = uharfbuzz.Buffer()
        buffer.add_str(words)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        for info, place in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            pen.move(at + place.x_offset * scale, -place.y_offset * scale, scale)
            font.draw_glyph_with_pen(info.codepoint, pen)
            at += place.x_advance * scale
    return " ".join(pen.parts), at


class _Pen:
    """Writes what it has to draw as SVG's path data; y grows downwards."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._x = self._y = 0.0
        self._scale = 1.0

    def move(self, x: float, y: float, scale: float) -> None:
        """Go on at another place."""
        self._x, self._y, self._scale = x, y, scale

    def moveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802, as the font asks for it
        self._add("M", points)

    def lineTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("L", points)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("Q", points)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802
        self._add("C", points)

    def closePath(self) -> None:  # noqa: N802
        self.parts.append("Z")

    def _add(self, command: str, points: Iterable[tuple[float, float]]) -> None:
        places = (f"{self._x + x * self._scale:.2f} {self._y - y * self._scale:.2f}" for x, y in points)
        self.parts.append(command + " ".join(places))


@cache
def _font(family: str, weight: int) -> uharfbuzz.Font:
    import uharfbuzz

    font = uharfbuzz.Font(_face(family))
    font.set_variations({"wght": weight})
    return font


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
