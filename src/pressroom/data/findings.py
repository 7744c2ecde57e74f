"""What can be wrong, in the words of whoever can mend it: findings, and the errors that carry them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")

_CELLS = "ipykernel_"
"""What stands in the names of the files that a kernel takes cells for."""

Severity = Literal["error", "warning"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, or doubtful, and where it stands.

    Attributes
    ----------
    message
        A sentence without its place; it quotes the value.
    severity
        ``"error"`` stops a build, ``"warning"`` does not.
    file
        Name of the file inside the dataset's folder; of a notebook, inside the project's. Of what is in no
        file, what it is about: a briefing, a step of a run, an address.
    cell
        Of a notebook: which cell, as JupyterLab numbers it, such as ``"cell [3]"``.
    row
        The row as a spreadsheet counts it: the header is row 1.
    column, value
        The label of the column and the text of the cell (or of one item of its list).
    allowed, nearest
        What could stand there, and the one of these that resembles `value` most.
    advice
        What to do about it, where that is not plain.
    """

    message: str
    severity: Severity = "error"
    file: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    allowed: tuple[str, ...] = ()
    nearest: str | None = None
    advice: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason

    @property
    def place(self) -> str:
        """Return where it is: ``sales.csv, row 5, column end``; ``""`` if nowhere."""
        row, column = self.row and f"row {self.row}", self.column and f"column {self.column}"
        return ", ".join(escape_unseen(part) for part in (self.file, self.cell, row, column) if part)

    @property
    def reason(self) -> str:
        """Return what is wrong, and what could stand there."""
        return self.message + advise(self.allowed, self.nearest)


class PlainError(ValueError):
    """An error whose message says all: notebooks show it with the lines of cells, not the way below."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython prints in place of a traceback."""
        import traceback

        frames = [frame for frame in traceback.extract_tb(self.__traceback__) if _CELLS in frame.filename]
        return [
            f"{type(self).__name__}: {self}",
            *(f"  line {frame.lineno} of the cell: {frame.line}" for frame in frames),
        ]


class Refusal(PlainError):  # noqa: N818 - it is what a user gets to read
    """Something cannot be done as it was asked; the message says why, and what to do.

    All that a user can mend is one: commands print its message and end with the exit code for it.
    """


class DatasetError(Refusal):
    """The dataset cannot be read; `finding` says where and why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding

    def __reduce__(self) -> tuple[type[DatasetError], tuple[Finding]]:
        return type(self), (self.finding,)


class UnknownCode(PlainError):  # noqa: N818 - the name is part of the dataset's contract
    """A query was asked for a code that the dataset does not have.

    Attributes
    ----------
    value, kind
        What was asked for and what it should have been one of, such as ``"regions"``.
    allowed, nearest
        The codes there are, and the one that resembles `value` most (or None).
    """

    def __init__(self, value: object, kind: str, allowed: Iterable[str]) -> None:
        self.value, self.kind, self.allowed = value, kind, tuple(allowed)
        self.nearest = find_nearest(str(value), self.allowed)
        super().__init__(f"{quote(value)} is not one of {kind}{advise(self.allowed, self.nearest)}")

    def __reduce__(self) -> tuple[type[UnknownCode], tuple[object, str, tuple[str, ...]]]:
        return type(self), (self.value, self.kind, self.allowed)


def find_nearest(value: str, allowed: Iterable[str]) -> str | None:
    """Return the allowed text that resembles `value` most, or None if none does.

    Examples
    --------
    >>> find_nearest("north east", ["NORTH", "NORTH-EAST"])
    'NORTH-EAST'
    >>> find_nearest("EATS", ["WEST", "EAST"])
    'EAST'
    >>> find_nearest("zebra", ["NORTH", "NORTH-EAST"]) is None
    True
    """
    best, score = None, 0.5
    for text in allowed:
        likeness = _compare(value.strip().casefold(), text.strip().casefold())
        if likeness > score:
            best, score = text, likeness
    return best


def escape_unseen(text: str, kept: str = "") -> str:
    """Return `text` with what is not seen, but moves, hides or turns what is, in the way of JSON.

    These are controls, line and paragraph breaks, marks of direction, joiners, and halves of a character:
    a terminal would obey them. Those in `kept` stay.

    Examples
    --------
    >>> print(escape_unseen("a\\x1b[2Jb\\u202ec\\u2028d"))
    a\\u001b[2Jb\\u202ec\\u2028d
    """
    if text.isprintable():
        return text
    return "".join(_escape(c) if c not in kept and unicodedata.category(c) in _UNSEEN else c for c in text)


def quote(value: object, limit: int = 60) -> str:
    """Return `value` between quotation marks on one line, shortened to about `limit` characters."""
    text = str(value)
    return json.dumps(text if len(text) <= limit else text[: limit - 1] + "…", ensure_ascii=False)


def advise(allowed: Sequence[str], nearest: str | None, limit: int = 20) -> str:
    """Return what to say after an error: what is allowed (at most `limit` of it) and what is nearest."""
    text = ""
    if allowed:
        more = f", … ({len(allowed)} in all)" if len(allowed) > limit else ""
        text += f"; allowed: {', '.join(allowed[:limit])}{more}"
    return text + (f"; nearest: {nearest}" if nearest else "")


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def _compare(one: str, other: str) -> float:
    # Two letters in the wrong order are a common slip, and no likelier to difflib than two wrong ones.
    swapped = 0.2 if sorted(one) == sorted(other) else 0.0
    return SequenceMatcher(None, one, other).ratio() + swapped
