"""CSV into typed cells: a spreadsheet's habits are survived, what would be misread is refused.

Survived: a byte-order mark, either line end, blank rows and rows of only commas, empty columns at the right,
columns in another order. Refused: another separator than the comma, another encoding than UTF-8.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, islice
from typing import Any, NamedTuple

from pressroom.data.files import find_conflict
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.partial_dates import PartialDate
from pressroom.data.resource import Field, Resource

SEPARATOR = ";"
"""What stands between the items of a list column."""

_OTHER_MARKS = ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"))

_INTEGER = re.compile(r"-?[0-9]+")

_BLOCK = 200
"""How many records are turned into columns at once: few enough to lie in a processor's cache."""

_kept: list[dict[tuple[Any, ...], Sheet]] = []
"""What has been parsed, in each block of `reading_once`."""


class Row(NamedTuple):
    """One record: its row number as a spreadsheet counts, and its cells in the descriptor's order."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """The text of one table, rectangular; `problems` are what did not fit.

    A column lies in one piece: nearly all that is asked is asked of the texts of a column, each once.

    Attributes
    ----------
    numbers
        The rows' numbers as a spreadsheet counts.
    columns
        The cells of each column, in the descriptor's order.
    """

    resource: Resource
    numbers: Sequence[int]
    columns: Sequence[Sequence[str]]
    problems: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, resource: Resource, rows: Sequence[Row]) -> Sheet:
        """Return a table with these rows."""
        columns = list(zip(*(row.cells for row in rows), strict=True)) or [()] * len(resource.fields)
        return cls(resource, [row.number for row in rows], columns)

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the rows, made for whoever asks."""
        return tuple(map(Row, self.numbers, zip(*self.columns, strict=True)))

    def column(self, label: str) -> Sequence[str]:
        """Return the cells of the column `label`."""
        return self.columns[self.resource.places[label]]


@contextmanager
def reading_once() -> Iterator[None]:
    """Parse a table once in the block, however often it is read: a large one takes seconds."""
    _kept.append({})
    try:
        yield
    finally:
        _kept.pop()


def read_sheet(resource: Resource) -> Sheet:
    """Return the text of a table, not to be changed.

    Raises
    ------
    DatasetError
        If the file is missing, is not UTF-8, is not separated by commas, lacks a column or breaks off in a
        quotation. Lesser faults (a row with too few or too many cells) are in the sheet's `problems`.
    """
    if not _kept:
        return _parse(resource)
    known, read = _kept[-1], (resource.file, resource.labels, resource.content)
    if read not in known:
        known[read] = _parse(resource)
    return replace(known[read], resource=resource)


def read_header(resource: Resource) -> list[str]:
    """Return the labels in the first row of a table of which no column is known yet.

    Raises
    ------
    DatasetError
        If the file cannot be read, is not separated by commas, or a column has no label, or that of another.
    """
    lines = [line for block in _read_blocks(resource, _decode(resource)) for line in block]
    header = [label.strip() for label in lines[0]] if lines else []
    while header and not header[-1]:
        header.pop()
    _refuse_separator(resource, header)
    for mark, name in _OTHER_MARKS:
        if len(header) == 1 and mark in header[0]:
            message = f"the columns are separated by {name}; save it separated by commas"
            raise _unreadable(resource, message, row=1)
    for label in header:
        if not label or header.count(label) > 1:
            message = f"the column {label} is there twice" if label else "a column has no name"
            raise _unreadable(resource, message, row=1, column=label or None)
    return header


def read_cells(resource: Resource) -> tuple[Sequence[int], dict[str, list[Any]]]:
    """Return the rows' numbers as a spreadsheet counts, and the typed cells of each column.

    An empty cell is None. A list column holds tuples of texts, an empty one the empty tuple. A partial date
    stays the text that it is.

    Raises
    ------
    DatasetError
        As `read_sheet`, and for the first cell that is not of its column's type.
    """
    sheet = read_sheet(resource)
    if sheet.problems:
        raise DatasetError(sheet.problems[0])
    pairs = zip(resource.fields, sheet.columns, strict=True)
    return sheet.numbers, {f.name: _parse_column(resource, f, sheet.numbers, cells) for f, cells in pairs}


def split_items(cell: str) -> tuple[str, ...]:
    """Return the items of a list cell, blanks around them and empty ones left out.

    Examples
    --------
    >>> split_items("bhr; environment;")
    ('bhr', 'environment')
    """
    return tuple(item.strip() for item in cell.split(SEPARATOR) if item.strip())


def parse_cell(field: Field, cell: str) -> Any:
    """Return the value that a cell's text stands for in `field`; None for an empty cell, a tuple for a list.

    Raises
    ------
    ValueError
        If the text is not of the field's type; the message says what was expected.
    """
    if field.is_list:
        return split_items(cell)
    if not cell:
        return None
    if field.is_partial_date:
        return str(PartialDate.parse(cell))
    if field.type == "boolean":
        return _parse_boolean(field, cell)
    return _PARSERS.get(field.type, str)(cell)


def _parse_column(
    resource: Resource, field: Field, numbers: Sequence[int], cells: Sequence[str]
) -> list[Any]:
    if field.is_text:
        return [cell or None for cell in cells]
    parsed: dict[str, Any] = {}
    for cell in dict.fromkeys(cells):
        try:
            parsed[cell] = parse_cell(field, cell)
        except ValueError as error:
            row = numbers[cells.index(cell)]
            raise DatasetError(
                Finding(message=str(error), file=resource.file, row=row, column=field.name, value=cell)
            ) from None
    return list(map(parsed.__getitem__, cells))


def _parse_integer(cell: str) -> int:
    if not _INTEGER.fullmatch(cell):
        raise ValueError(f"{quote(cell)} is not a whole number in plain digits, such as 30")
    # More digits than that are too many for Python to read, too.
    if len(cell) > 20 or not -(2**63) <= int(cell) < 2**63:
        raise ValueError(f"{quote(cell)} is too large a whole number; at most {2**63 - 1}")
    return int(cell)


def _parse_number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise ValueError(f"{quote(cell)} is not a number") from None


def _parse_boolean(field: Field, cell: str) -> bool:
    if cell not in field.true_values + field.false_values:
        raise ValueError(f"{quote(cell)} is neither {field.true_values[0]} nor {field.false_values[0]}")
    return cell in field.true_values


def _parse_date(cell: str) -> date:
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"{quote(cell)} is not a day, YYYY-MM-DD") from None


_PARSERS: dict[str, Callable[[str], Any]] = {
    "integer": _parse_integer,
    "year": _parse_integer,
    "number": _parse_number,
    "date": _parse_date,
}


def _decode(resource: Resource) -> str:
    content = resource.content
    if content is None:
        missing = "there is no such file, but the descriptor names it"
        raise _unreadable(resource, resource.refusal or missing)
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise _unreadable(resource, "the file is UTF-16, not UTF-8; save it as “CSV UTF-8”")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        byte = f"byte 0x{content[error.start]:02X} on line {line}"
        raise _unreadable(resource, f"the file is not UTF-8 ({byte}); save it as “CSV UTF-8”") from None
    if conflict := find_conflict(text):
        raise _unreadable(resource, conflict)
    return text


def _parse(resource: Resource) -> Sheet:
    blocks = _read_blocks(resource, _decode(resource))
    first = next(blocks, [list[str]()])
    header = [label.strip() for label in first[0]]
    try:
        order, problems = _match_header(resource, header)
    except DatasetError:
        deque(blocks, 0)  # a quotation that breaks off is told first: it may have swallowed the rest
        raise
    numbers, columns, number = array("L"), [list[str]() for _ in order], 2
    for lines in chain([first[1:]], blocks):
        own, cells, faults = _square(resource, lines, number, header, order)
        numbers.extend(own)
        problems += faults
        for column, texts in zip(columns, cells, strict=False):
            # One text for equal cells: a large table then takes a third of the memory, which each fork maps.
            column.extend(map(sys.intern, texts))
        number += len(lines)
    return Sheet(resource, numbers, columns, tuple(problems))


def _read_blocks(resource: Resource, text: str) -> Iterator[list[list[str]]]:
    """Yield the records of a table in their order, the header first, some at a time."""
    reader: Iterator[list[str]] = csv.reader(io.StringIO(text, newline=""), strict=True)
    # The limit is one of the whole process, and small; frictionless changes it when it is imported.
    limit = csv.field_size_limit(max(len(text), 1))
    lines, done = list[list[str]](), 0
    try:
        while True:
            lines.extend(islice(reader, _BLOCK))
            if not lines:
                return
            yield lines
            lines, done = [], done + len(lines)
    except csv.Error as error:
        # The record that breaks off is the one after the last whole one.
        message = f'a quotation mark is not closed or not doubled ({error}); write "" inside a quoted cell'
        number = done + len(lines) + 1
        raise DatasetError(Finding(message=message, file=resource.file, row=number)) from None
    finally:
        csv.field_size_limit(limit)


def _square(
    resource: Resource, lines: list[list[str]], number: int, header: list[str], order: list[int]
) -> tuple[Sequence[int], Iterable[Sequence[str]], list[Finding]]:
    """Return some records by column in the descriptor's order, with their numbers and what does not fit."""
    columns = list(zip(*lines, strict=False))
    # As nearly all are: no column without a name, no row that is longer or shorter, none that is blank.
    if all(header) and {*map(len, lines)} == {len(header)} and all(map(str.strip, columns[0])):
        return range(number, number + len(lines)), [columns[place] for place in order], []
    numbers, rows, problems = [], [], list[Finding]()
    for own, cells in enumerate(lines, start=number):
        if any(map(str.strip, cells)):
            problems += _check_width(resource, own, cells, header)
            padded = cells + [""] * (len(header) - len(cells))
            numbers.append(own)
            rows.append([padded[place] for place in order])
    return numbers, zip(*rows, strict=True), problems


def _match_header(resource: Resource, header: list[str]) -> tuple[list[int], list[Finding]]:
    """Return where each column of the descriptor stands in `header`, and what else stands there."""
    _refuse_separator(resource, header)
    missing = [label for label in resource.labels if label not in header]
    if missing:
        extra = [label for label in header if label and label not in resource.labels]
        near = find_nearest(missing[0], extra)
        message = f"the column {missing[0]} is missing" + (
            f"; is {quote(near)} meant to be it?" if near else ""
        )
        raise _unreadable(resource, message, row=1, column=missing[0])
    problems = [
        _describe_label(resource, label) for label in header if label and label not in resource.labels
    ]
    for label in resource.labels:
        if header.count(label) > 1:
            raise _unreadable(resource, f"the column {label} is there twice", row=1, column=label)
    return [header.index(label) for label in resource.labels], problems


def _describe_label(resource: Resource, label: str) -> Finding:
    return Finding(
        message=f"the column {quote(label)} is not described in the descriptor",
        file=resource.file,
        row=1,
        column=label,
        value=label,
        allowed=resource.labels,
        nearest=find_nearest(label, resource.labels),
    )


def _refuse_separator(resource: Resource, header: list[str]) -> None:
    if not any(header):
        raise _unreadable(resource, "the file is empty; its first row must name the columns")
    for mark, name in _OTHER_MARKS:
        parts = [part.strip() for part in mark.join(header).split(mark)]
        found_apart = set(parts) & set(resource.labels)
        if mark in "".join(header) and len(found_apart) > len(set(header) & set(resource.labels)):
            raise _unreadable(
                resource, f"the columns are separated by {name}; save it separated by commas", row=1
            )
    if header[0].casefold().startswith("sep="):
        raise _unreadable(resource, "the first row must name the columns; delete the “sep=” line", row=1)


def _check_width(resource: Resource, number: int, cells: list[str], header: list[str]) -> list[Finding]:
    unnamed = [i for i, cell in enumerate(cells) if cell.strip() and not (i < len(header) and header[i])]
    if unnamed:
        value = cells[unnamed[0]]
        message = (
            f"{quote(value)} stands in no named column; a text with a comma needs quotation marks around it"
        )
        return [Finding(message=message, file=resource.file, row=number, value=value)]
    if len(cells) < len(resource.labels):
        message = f"the row has {len(cells)} cells, the table {len(resource.labels)} columns"
        return [Finding(message=message, file=resource.file, row=number)]
    return []


def _unreadable(
    resource: Resource, message: str, *, row: int | None = None, column: str | None = None
) -> DatasetError:
    return DatasetError(Finding(message=message, file=resource.file, row=row, column=column))
