"""How wide a table's columns are: measured with the bundled fonts, as in CSS' automatic layout.

A column gets at least its longest word and at most its longest line; what may not break gets all it
needs, and the rest share what is left in proportion to what they lack.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations
from typing import TYPE_CHECKING

from pressroom.look.fonts import SANS, advances, covered_by

if TYPE_CHECKING:
    from pressroom.pages.pdf.inline import Inline

POINT = 25.4 / 72  # millimetres
TABLE_SIZE, SMALL_SIZE = 8.2, 7.2  # points, as in page.typ
_WEIGHTS = {"strong": 600, "k": 600, "meta": 400, "loc": 400}
_SMALL = ("loc", "tag")
_WIDTHS = {"ref": 4.2, "fn": 1.5, "fnref": 1.5}  # millimetres, as in page.typ
_LETTER = 1.4  # what a badge is longer by for each letter behind the first
_GLYPHS = {"grey": 2.6, "month": 4.2, "year": 4.2, "hatch": 4.8}
_ROUND_GLYPH = 2.9
MARK = 4.8  # the column of date marks in front of a row's header
_STEPS = (30.0, 20.0, 12.0, 8.0, 5.0, 3.0, 1.5)  # millimetres
_LARGE = 12.0  # more than this is worth a row that becomes lower
_ROWS_WEIGHED = 40
_UNSPACED = 7  # letters of a script without spaces that stay together


@dataclass(frozen=True)
class Need:
    """What a cell or column needs, in millimetres: its longest word, its longest line."""

    least: float = 0.0
    most: float = 0.0

    def __or__(self, other: Need) -> Need:
        return Need(max(self.least, other.least), max(self.most, other.most))

    def __mul__(self, factor: float) -> Need:
        return Need(self.least * factor, self.most * factor)


@dataclass(frozen=True)
class Extent:
    """The widths of a text's words, line by line, each with the space behind it; millimetres.

    `before` is what stands in front of every line.
    """

    lines: tuple[tuple[float, ...], ...] = ()
    before: float = 0.0

    @property
    def need(self) -> Need:
        return Need(
            self.before + max((word for line in self.lines for word in line), default=0.0),
            self.before + max((sum(line) for line in self.lines), default=0.0),
        )

    def height(self, width: float) -> int:
        """Return the number of lines that the text takes at a width."""
        return sum(self._wrapped(line, width - self.before) for line in self.lines)

    @staticmethod
    def _wrapped(words: Sequence[float], width: float) -> int:
        count, filled = 1, 0.0
        for word in words:
            if filled and filled + word > width:
                count, filled = count + 1, 0.0
            filled += word
        return count


@dataclass
class _Ruler:
    """Adds up the widths of words and lines."""

    word: float = 0.0
    words: list[float] = field(default_factory=list)
    lines: list[tuple[float, ...]] = field(default_factory=list)

    def add(self, width: float) -> None:
        self.word += width

    def end_word(self) -> None:
        if self.word:
            self.words.append(self.word)
        self.word = 0.0

    def end_line(self) -> None:
        self.end_word()
        if self.words:
            self.lines.append(tuple(self.words))
        self.words = []


def measure(
    marks: Iterable[Inline], *, bold: bool = False, small: bool = False, before: float = 0.0
) -> Extent:
    """Return how wide the words of a run of marks are, each line with `before` millimetres in front."""
    ruler = _Ruler()
    _measure(marks, ruler, 600 if bold else 400, SMALL_SIZE if small else TABLE_SIZE, whole=False)
    ruler.end_line()
    return Extent(tuple(ruler.lines), before)


def _measure(marks: Iterable[Inline], ruler: _Ruler, weight: int, size: float, *, whole: bool) -> None:
    for mark in marks:
        if isinstance(mark, str):
            _measure_text(mark, ruler, weight, size, whole)
        elif mark[0] == "br":
            ruler.end_line()
        elif mark[0] in _WIDTHS:
            more = len("".join(mark[2])) - 1 if mark[0] == "ref" else 0
            ruler.add(_WIDTHS[mark[0]] + _LETTER * more)
        elif mark[0] == "image":
            ruler.add(mark[1]["width"])
        elif mark[0] == "glyph":
            ruler.add(_GLYPHS.get(mark[1]["kind"], _ROUND_GLYPH))
        else:
            heavier = _WEIGHTS.get(mark[0], weight)
            smaller = SMALL_SIZE if mark[0] in _SMALL else size
            _measure(mark[2], ruler, heavier, smaller, whole=whole or mark[0] in ("nb", "tag"))


def _measure_text(text: str, ruler: _Ruler, weight: int, size: float, whole: bool) -> None:
    together = 0
    for character in text:
        ruler.add(_advance(character, weight) * size * POINT)
        together = together + 1 if "\u0e00" <= character <= "\u1fff" else 0
        if not whole and (character in " \u200b" or together >= _UNSPACED):
            ruler.end_word()
            together = 0


@cache
def _advance(character: str, weight: int) -> float:
    """Return the width of a character in ems."""
    if ord(character) in covered_by(SANS):
        return advances(SANS, weight)[ord(character)]
    return 0.0 if character in "\u00ad\u200b\u200c\u200d\u2060" else 0.7


def share(needs: Sequence[Need], available: float, *, fill: bool = True) -> list[float] | None:
    """Return the widths of columns in `available` millimetres, None if their longest words do not fit.

    With `fill` they take all of it; without, no more than they need.

    >>> share([Need(10, 10), Need(20, 90)], 80)
    [10.0, 70.0]
    >>> share([Need(50, 50), Need(50, 50)], 80) is None
    True
    """
    least, most = sum(need.least for need in needs), sum(need.most for need in needs)
    if least > available:
        return None
    if most <= available and not fill:
        return [need.most for need in needs]
    if most <= available:
        return _spread([need.most for need in needs], needs, available)
    lack = most - least
    return [need.least + (available - least) * (need.most - need.least) / lack for need in needs]


def _spread(widths: list[float], needs: Sequence[Need], available: float) -> list[float]:
    """Give what is left by half to the columns of running text, the longest first, and by half to all."""
    texts = [need.most**2 if need.most - need.least > 1 else 0.0 for need in needs]
    shares = [texts, widths] if any(texts) else [widths]
    spare = (available - sum(widths)) / len(shares)
    return [
        width + sum(spare * weights[i] / (sum(weights) or 1) for weights in shares)
        for i, width in enumerate(widths)
    ]


def save_lines(
    widths: list[float], needs: Sequence[Need], rows: Sequence[Mapping[int, Extent]]
) -> list[float]:
    """Return the widths moved a little where that saves lines in the whole table.

    Parameters
    ----------
    widths, needs
        As `share` gives and takes them.
    rows
        For every row the cells of one column each, by column.
    """
    if len(rows) > _ROWS_WEIGHED:
        return widths
    movable = [i for i, need in enumerate(needs) if need.most - need.least > 1]
    best, used = widths, _lines(widths, rows)
    for step in _STEPS:
        for giver, taker in permutations(movable, 2):
            if best[giver] - step >= needs[giver].least:
                moved = list(best)
                moved[giver], moved[taker] = moved[giver] - step, moved[taker] + step
                weighed = 1 if step > _LARGE else 2
                if (fewer := _lines(moved, rows))[:weighed] < used[:weighed]:
                    best, used = moved, fewer
    return _nearest(widths, best, rows)


def _nearest(start: list[float], end: list[float], rows: Sequence[Mapping[int, Extent]]) -> list[float]:
    """Return the first widths on the way from start to end that need no more lines than the end."""
    wanted = _lines(end, rows)
    for tenth in range(10):
        between = [a + (b - a) * tenth / 10 for a, b in zip(start, end, strict=True)]
        if _lines(between, rows) <= wanted:
            return between
    return end


def _lines(widths: Sequence[float], rows: Sequence[Mapping[int, Extent]]) -> tuple[int, int]:
    """Return the height of the table in lines, and the lines of all cells."""
    heights = [[cell.height(widths[i]) for i, cell in row.items()] for row in rows]
    return sum(max(row, default=1) for row in heights), sum(map(sum, heights))
