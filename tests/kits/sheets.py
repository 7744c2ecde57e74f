"""The tables of a kit as rows of cells, to be read and written."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

Cells = dict[str, str]

PRESS = {"code": "press", "mark": "P", "title": "Press", "short_title": "press", "as_of_end": "2021-06-30"}
"""A row of the sources: one that is newer than the note."""


def read_rows(path: Path) -> list[Cells]:
    """Return a table's rows, each by the names of its columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path: Path, rows: Iterable[Cells]) -> None:
    """Write rows in place of those of a table, whose columns stay; cells that are left out are empty."""
    labels = path.read_text("utf-8").partition("\n")[0].split(",")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, labels, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def fill_row(data: Path, table: str, cells: Cells) -> None:
    """Fill cells of the row that has the first of them, or add a row; where no column is a key, add one."""
    path = data / f"{table}.csv"
    rows, key = read_rows(path), next(iter(cells))
    own = next((row for row in rows if row[key] == cells[key] and table not in _WITHOUT_KEY), None)
    if own is None:
        rows.append(cells)
    else:
        own |= cells
    write_rows(path, rows)


_WITHOUT_KEY = ("coverage", "organisation_names", "participations", "revisions")
