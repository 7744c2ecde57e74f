"""Whether what somebody wrote was compared with the rows that it rests on, and since when they differ.

A cell holds the digest of these rows as they were when they were compared; another one asks for a new look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256

from pressroom.data.findings import Finding
from pressroom.data.records import Record

_DIGEST = 8


def find_unreviewed(
    written: Record, column: str, rows: Sequence[Record], *, named: str, without: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield a warning if the rows of a text are not those of its review, with the digest to write.

    Parameters
    ----------
    written, column
        The row of the text, and the column of its review.
    named
        What messages call it.
    without
        The columns whose change leaves a text as true as it was.
    """
    now, then = digest_rows(rows, without), written.cells[column]
    if not rows or then == now:
        return
    if then:
        message = f"{named} was reviewed before its rows changed: {_tell_change(rows, then, without)}"
    else:
        message = f"{named} has not been compared with its rows, {_name_rows(rows)}"
    yield written.find(column, f"{message}; if it holds, write {now}", severity="warning")


def digest_rows(rows: Sequence[Record], without: Collection[str] = ()) -> str:
    """Return the digest of what rows hold that a text may say; their order and empty cells do not count."""
    texts = sorted("\x1e".join([row.resource.name, *_list_cells(row, without)]) for row in rows)
    return sha256("\x1d".join(texts).encode()).hexdigest()[:_DIGEST]


def _list_cells(row: Record, without: Collection[str]) -> list[str]:
    return [f"{label}\x1f{cell}" for label, cell in row.cells.items() if cell and label not in without]


def _tell_change(rows: Sequence[Record], then: str, without: Collection[str]) -> str:
    """Return what has changed, where the digest of before tells it: a row or a cell that was not there."""
    for row in rows:
        others = [other for other in rows if other is not row]
        if digest_rows(others, without) == then:
            return f"{_name_rows([row])} is new"
        for label in (label for label, cell in row.cells.items() if cell):
            emptied = Record(row.resource, row.number, {**row.cells, label: ""})
            if digest_rows([*others, emptied], without) == then:
                return f"{_name_rows([row])}, column {label} was empty"
    return f"one or more of {_name_rows(rows)}"


def _name_rows(rows: Sequence[Record]) -> str:
    """Return rows by file and number: ``visits.csv, row 3; parts.csv, rows 4, 5``."""
    numbers: dict[str, list[int]] = {}
    for row in rows:
        numbers.setdefault(row.resource.file, []).append(row.number)
    parts = ((file, own, "s" if len(own) > 1 else "") for file, own in numbers.items())
    return "; ".join(f"{file}, row{plural} {', '.join(map(str, own))}" for file, own, plural in parts)
