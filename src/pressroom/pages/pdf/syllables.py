"""Text whose syllables are drawn in parts, as Burmese, Khmer, Lao and Thai are: said once for each line.

Typst sets a sign that stands higher or lower than its line as a text of its own, and each has the text of the
whole syllable. So a reader that takes them one after the other finds syllables twice, and words in pieces.
Here such texts become one, which says what its line says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pressroom.pages.pdf.runs import Font, read_fonts

_WRITING = ("Tr", "Tf", "Tm", "Tj", "TJ")
_DRAWING = frozenset(("q", "Q", "cm", "cs", "scn", "BT", "ET", "BDC", "EMC", *_WRITING))
_PARTED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
_SAME_LINE = 0.6  # of the size


@dataclass(frozen=True)
class _Known:
    """What is known of a page: its fonts, and what of the structure holds each of its marked parts."""

    fonts: Mapping[str, Font]
    holders: Sequence[object]


@dataclass(frozen=True)
class _Unit:
    """What some glyphs say together."""

    text: str
    first: int


@dataclass(frozen=True)
class _Item:
    """A text as Typst draws it.

    Attributes
    ----------
    begun
        The operands that mark it, which name its place in the structure.
    before, writing, after
        The instructions up to its letters, those that write them, and those behind.
    look
        Its font with the size, its colour, its language, and what of the structure it is in.
    is_told
        Whether any of its glyphs are marked with what they say.
    """

    begun: Sequence[Any]
    before: Sequence[Any]
    writing: Sequence[Any]
    after: Sequence[Any]
    x: float
    y: float
    size: float
    look: str
    units: tuple[_Unit, ...]
    is_told: bool


def join_syllables(pdf: Any) -> None:
    """Let each line of an open PDF that has syllables in parts say its text once."""
    import pikepdf

    known: dict[tuple[int, int], Font] = {}
    for page in pdf.pages:
        fonts = read_fonts(page, known)
        if not any(_PARTED.search("".join(font.texts.values())) for font in fonts.values()):
            continue
        instructions = list(pikepdf.parse_content_stream(page))
        joined = list(_join_all(instructions, _Known(fonts, _list_holders(pdf, page))))
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(joined))


def _list_holders(pdf: Any, page: Any) -> list[object]:
    """Return what holds each marked part of a page, by the part's number."""
    pairs = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    holders = dict(zip(map(int, pairs[::2]), pairs[1::2], strict=True))
    return [getattr(holder, "objgen", None) for holder in holders[int(page.StructParents)]]


def _join_all(instructions: Sequence[Any], known: _Known) -> Iterator[Any]:
    group: list[_Item] = []
    text: list[_Unit] = []
    aside: list[Any] = []
    for part in _split(instructions, known):
        if isinstance(part, list):
            aside += part  # what a line is underlined with, maybe
            continue
        said = _go_on(group, text, part) if isinstance(part, _Item) and group else None
        if said is None:
            yield from (*_write(group, text), *aside)
            group, text = [], []
        else:
            yield from aside
        aside = []
        if isinstance(part, _Item):
            group.append(part)
            text += part.units if said is None else said
        else:
            yield part
    yield from (*_write(group, text), *aside)


def _go_on(group: Sequence[_Item], text: Sequence[_Unit], item: _Item) -> Sequence[_Unit] | None:
    """Return what an item adds to what is said before it on its line; None if it is no part of that."""
    begun, last = group[0], group[-1]
    if item.look != last.look or item.y == last.y or abs(item.y - begun.y) > _SAME_LINE * item.size:
        return None
    first, before = item.units[0], text[-1]
    # A syllable that is said again begins with the same glyph; one that goes on does not.
    goes_on = first.text == before.text and (item.y != begun.y or first.first != before.first)
    return item.units[1:] if goes_on else item.units


def _write(group: Sequence[_Item], text: Sequence[_Unit]) -> Iterator[Any]:
    from pikepdf import Dictionary, Name, String

    if not group:
        return
    first = group[0]
    yield _do("BDC", *first.begun)
    yield from first.before
    if len(group) == 1 and not first.is_told:
        yield from first.writing
    else:
        # Readers ask where the letters stand when the mark ends: all of them in one text.
        yield _do("BDC", Name("/Span"), Dictionary(ActualText=String("".join(unit.text for unit in text))))
        for item in group:
            yield from _move(item, item.x - first.x, first.y - item.y)
        yield _do("EMC")
    yield from (*first.after, _do("EMC"))
    for item in group[1:]:
        yield from (_do("BDC", *item.begun), _do("EMC"))  # the structure has a place for it


def _move(item: _Item, right: float, down: float) -> Iterator[Any]:
    """Yield what writes an item's letters, from the place of another."""
    for step in item.writing:
        if str(step.operator) == "Tm":
            *turned, x, y = step.operands
            yield _do("Tm", *turned, round(float(x) + right, 5), round(float(y) + down, 5))
        elif str(step.operator) in _WRITING:
            yield step


def _do(operator: str, *operands: Any) -> Any:
    from pikepdf import ContentStreamInstruction, Operator

    return ContentStreamInstruction(operands, Operator(operator))


def _split(instructions: Sequence[Any], known: _Known) -> Iterator[Any]:
    """Yield texts as items, artifacts as lists, and all other instructions as they are."""
    place = 0
    while place < len(instructions):
        end = _find_end(instructions, place)
        steps = instructions[place : end + 1]
        item = _read_item(steps, known) if end > place else None
        if item:
            yield item
        elif end > place and str(steps[0].operands[0]) == "/Artifact":
            yield list(steps)
        else:
            yield from steps
        place = end + 1


def _find_end(instructions: Sequence[Any], place: int) -> int:
    """Return where the marked part that begins at a place ends; the place itself if none begins."""
    depth = 0
    for end in range(place, len(instructions)):
        name = str(instructions[end].operator)
        depth += {"BDC": 1, "BMC": 1, "EMC": -1}.get(name, 0)
        if depth <= 0:
            return end
    return place


def _read_item(steps: Sequence[Any], known: _Known) -> _Item | None:
    names = [str(step.operator) for step in steps]
    if names[0] != "BDC" or "/MCID" not in steps[0].operands[1] or not _DRAWING.issuperset(names):
        return None
    if any(names.count(name) != 1 for name in ("cm", "BT", "ET")) or "Tf" not in names:
        return None
    begun, ended = names.index("BT") + 1, names.index("ET")
    name, size = steps[names.index("Tf")].operands
    colour = [str(step.operands) for step in steps[:begun] if str(step.operator) in ("cs", "scn")]
    properties = steps[0].operands[1]
    held = known.holders[int(properties["/MCID"])], str(properties.get("/Lang"))
    units = tuple(_read_units(steps[begun:ended], known.fonts[str(name)]))
    if not units:
        return None
    *_, x, y = map(float, steps[names.index("cm")].operands)
    return _Item(
        steps[0].operands,
        steps[1:begun],
        steps[begun:ended],
        steps[ended:-1],
        x,
        y,
        float(size),
        f"{name} {size} {colour} {held}",
        units,
        "BDC" in names[begun:ended],
    )


def _read_units(steps: Sequence[Any], font: Font) -> Iterator[_Unit]:
    actual: str | None = None
    for step in steps:
        name = str(step.operator)
        if name == "BDC":
            actual = str(step.operands[1].get("/ActualText", ""))
        elif name == "EMC":
            actual = None
        elif name in ("Tj", "TJ"):
            codes = list(_read_codes(step.operands[0]))
            if actual is None:
                yield from (_Unit(font.texts.get(code, ""), code) for code in codes)
            elif actual and codes:
                yield _Unit(actual, codes[0])
                actual = ""


def _read_codes(shown: Any) -> Iterator[int]:
    from pikepdf import String

    parts = [shown] if isinstance(shown, String) else [part for part in shown if isinstance(part, String)]
    for part in parts:
        data = bytes(part)
        yield from (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data) - 1, 2))
