"""The text of a finished PDF, run by run, with its place: what the page really shows.

It reads what Typst writes: fonts of two-byte codes with a map to Unicode, one transformation after the other.
What is marked as an artifact (head, foot, the head of a table that is repeated) is no text of the document.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

_STRING = rb"\((?:[^()\\]++|\\[\s\S])*+\)"
_STEP = re.compile(
    rb"\[(?:" + _STRING + rb"|[^][()<>]++)*+\]|" + _STRING + rb"|\(|<(?<!<<)[0-9A-Fa-f]++>"
    rb"|(?:q(?<![\w/]q)|Q(?<![\w/]Q)|c(?<![\w/]c)m|T(?<![\w/]T)[mfjJ]|B(?<![\w/]B)[DM]C|E(?<![\w/]E)MC)(?![\w*])"
)
"""Strings, the begin of one that holds others, or an operator that matters; most are of drawings.

Each part begins with a letter of its own, so that what lies between is passed over at once.
"""

_PIECE = re.compile(b"(" + _STRING + rb")([^()\]]*)")
"""A string of an array, and the number behind it."""

_PARENTHESIS = re.compile(rb"[()]|\\[\s\S]")
_NUMBER = re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)")

_MAPPED = re.compile(rb"beginbf(char|range)(.*?)endbf", re.S)
_PAIR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_TRIPLE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
_WIDTHS = re.compile(rb"(\d+)\s*\[([^\]]*)\]|(\d+)\s+(\d+)\s+([\d.]+)")

_PLACE = re.compile(rb"/MCID (\d+)")

Matrix = tuple[float, ...]
_UNMOVED: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Run:
    """Some text on one line; all lengths in points, from the lower left corner of its page.

    `place` is the marked part that it is in, by which the structure knows it; -1 outside any.
    """

    page: int
    text: str
    x: float
    y: float
    end: float
    size: float
    place: int = -1


@dataclass(frozen=True)
class Font:
    """By two-byte code, what a font's glyphs say, and their widths in thousandths of its size."""

    texts: Mapping[int, str]
    widths: Mapping[int, float]
    _known: dict[bytes, tuple[str, float]] = field(default_factory=dict)

    def read(self, string: bytes) -> tuple[str, float]:
        """Return what a string says, as it is written, and its width; most pieces of words come again."""
        if string not in self._known:
            data = _unescape(string)
            codes = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
            text = "".join([self.texts.get(code, "") for code in codes])
            self._known[string] = text, sum([self.widths.get(code, 0.0) for code in codes])
        return self._known[string]


@dataclass
class _State:
    """What the operators so far have set.

    Attributes
    ----------
    at, text
        The transformations of all that is drawn, and of text.
    marks
        Of each marked part that is open: whether it is an artifact, and what it says for its glyphs.
    said
        What the glyphs of such a part have shown so far.
    """

    page: int
    fonts: Mapping[str, Font]
    at: Matrix = _UNMOVED
    text: Matrix = _UNMOVED
    font: Font | None = None
    size: float = 0.0
    saved: list[Matrix] = field(default_factory=list)
    marks: list[tuple[bool, str | None]] = field(default_factory=list)
    said: Run | None = None
    place: int = -1

    @property
    def is_told(self) -> bool:
        """Whether what is shown is said by a marked part."""
        return any(actual is not None for _, actual in self.marks)

    def tell(self, run: Run) -> None:
        """Add a run to what a marked part says for its glyphs."""
        said = self.said or run
        self.said = replace(said, x=min(said.x, run.x), end=max(said.end, run.end))

    def end_telling(self) -> Run | None:
        """Return what a marked part has said for its glyphs."""
        said, self.said = self.said, None
        return said


def read_runs(pdf: Any) -> Iterator[Run]:
    """Yield the runs of an open PDF in the order in which they are painted, artifacts left out."""
    known: dict[tuple[int, int], Font] = {}
    for number, page in enumerate(pdf.pages, start=1):
        fonts = read_fonts(page, known)
        yield from _read_page(page.Contents.read_bytes(), _State(number, fonts))


def read_fonts(page: Any, known: dict[tuple[int, int], Font] | None = None) -> dict[str, Font]:
    """Return the fonts of a page by their names on it.

    Parameters
    ----------
    known
        Those of earlier pages, to which new ones are added.
    """
    known = {} if known is None else known
    fonts = {}
    for name, font in page.get("/Resources", {}).get("/Font", {}).items():
        fonts[name] = known.setdefault(font.objgen, known.get(font.objgen) or _read_font(font))
    return fonts


def _read_page(content: bytes, state: _State) -> Iterator[Run]:
    strings, between, since, place = list[bytes](), b"", 0, 0
    while step := _STEP.search(content, place):
        start, place = step.span()
        before = content[since:start]
        if step[0][:1] in b"[(<":
            if step[0] == b"(":
                place = _find_end(content, start)
            strings.append(content[start:place])
            between += before + b" "
        else:
            if run := _apply(step[0], between + before, strings, state):
                yield run
            strings, between = [], b""
        since = place


def _find_end(content: bytes, start: int) -> int:
    """Return where a string ends that has pairs of parentheses inside."""
    depth = 0
    for found in _PARENTHESIS.finditer(content, start):
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        if depth == 0:
            return found.end()
    return len(content)


def _apply(operator: bytes, before: bytes, strings: list[bytes], state: _State) -> Run | None:
    """Do what an operator says, with the operands before it and the strings among them."""
    if operator == b"q":
        state.saved.append(state.at)
    elif operator == b"Q":
        state.at = state.saved.pop() if state.saved else _UNMOVED
    elif operator == b"cm":
        state.at = _multiply(_read_matrix(before), state.at)
    elif operator == b"Tm":
        state.text = _read_matrix(before)
    elif operator == b"Tf":
        name, size = before.rpartition(b"/")[2].split()
        state.font, state.size = state.fonts.get(f"/{name.decode('latin-1')}"), float(size)
    elif operator in (b"BDC", b"BMC"):
        state.marks.append((b"/Artifact" in before, _read_actual(before, strings)))
        if found := _PLACE.search(before):
            state.place = int(found[1])
    elif operator == b"EMC":
        del state.marks[-1:]
        return None if state.is_told else state.end_telling()
    elif state.font and not any(is_artifact for is_artifact, _ in state.marks):
        run = _show(before, strings, state, state.font)
        if not state.is_told:
            return run
        state.tell(run)
    return None


def _show(before: bytes, strings: list[bytes], state: _State, font: Font) -> Run:
    pieces = [pair for string in strings for pair in _list_pieces(string)]
    shown = [font.read(string) for string, _ in pieces]
    text = next((actual for _, actual in state.marks if actual is not None), "".join(t for t, _ in shown))
    # What stands between the strings moves what follows to the left.
    numbers = [number for _, number in pieces]
    if b"[" in before:  # of an array with a string that holds others
        numbers += _NUMBER.findall(before.rpartition(b"[")[2])
    shift = sum([float(number) for number in numbers if number])
    length = (sum([width for _, width in shown]) - shift) / 1000 * state.size
    a, *_, x, y = _multiply(state.text, state.at)
    return Run(state.page, text, x, y, x + length * abs(a or 1.0), state.size, state.place)


def _list_pieces(string: bytes) -> list[tuple[bytes, bytes]]:
    """Return the strings of an array, each with the number behind it; or the one that this is."""
    return _PIECE.findall(string) if string[:1] == b"[" else [(string, b"")]


def _read_matrix(before: bytes) -> Matrix:
    return tuple(map(float, before.rsplit(None, 6)[-6:]))


def _multiply(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _read_actual(before: bytes, strings: list[bytes]) -> str | None:
    """Return what a marked part says for its glyphs, if it does."""
    if b"/ActualText" not in before or not strings:
        return None
    data = _unescape(strings[-1])
    return data[2:].decode("utf-16-be", "replace") if data[:2] == b"\xfe\xff" else data.decode("latin-1")


def _unescape(string: bytes) -> bytes:
    """Return the bytes of a string as it is written: between parentheses, or in hexadecimal digits."""
    if string[:1] == b"<":
        return bytes.fromhex(string[1:-1].decode())
    octal = string[1:-1].replace(b"\\\\", b"\\134").replace(b"\\(", b"\\050").replace(b"\\)", b"\\051")
    return octal.decode("unicode_escape").encode("latin-1")


def _read_font(font: Any) -> Font:
    to_unicode = font.ToUnicode.read_bytes() if "/ToUnicode" in font else b""
    return Font(dict(_read_texts(to_unicode)), dict(_read_widths(font)))


def _read_texts(to_unicode: bytes) -> Iterator[tuple[int, str]]:
    for kind, entries in _MAPPED.findall(to_unicode):
        if kind == b"char":
            for code, text in _PAIR.findall(entries):
                yield int(code, 16), bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
        else:
            for first, last, text in _TRIPLE.findall(entries):
                for step in range(int(last, 16) - int(first, 16) + 1):
                    yield int(first, 16) + step, chr(int(text, 16) + step)


def _read_widths(font: Any) -> Iterator[tuple[int, float]]:
    """Yield code and width in thousandths of the font's size; the array has runs and ranges."""
    entry = font.DescendantFonts[0].get("/W") if "/DescendantFonts" in font else None
    for first, widths, start, stop, width in _WIDTHS.findall(entry.unparse()[1:-1] if entry else b""):
        if first:
            yield from enumerate(map(float, widths.split()), start=int(first))
        else:
            yield from ((code, float(width)) for code in range(int(start), int(stop) + 1))
