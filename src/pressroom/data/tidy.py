"""The tables' files in the form in which they are kept: a correction then is one line of a comparison.

UTF-8 without a byte-order mark, lines that end in LF, commas, quotation marks only where they are needed, the
columns in the descriptor's order, no blank rows, lists without blanks. Rows stand in the order that the
descriptor asks for (``orderBy``); where it asks for none, their order is the editors' and stays. No value
changes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.package import Package, read_package
from pressroom.data.resource import Field, Resource
from pressroom.data.sheets import SEPARATOR, Sheet, read_sheet, split_items

_QUOTED = re.compile('[,"\r\n]')

LAST = "~"
"""What sorts behind all digits: a vague date stands behind the days that it may mean."""


def tidy_tables(package: Package) -> dict[str, bytes]:
    """Return the files that are not in this form, by name, as they should be.

    Raises
    ------
    DatasetError
        If a table cannot be read, or has something that would be lost, such as a column that the descriptor
        does not know.
    """
    sheets = {resource.name: read_sheet(resource) for resource in package.resources}
    for sheet in sheets.values():
        for problem in sheet.problems:
            raise DatasetError(problem)
    return dict(_find_untidy(package, sheets))


def check_tidiness(folder: Path) -> list[Finding]:
    """Return a warning for each table of the dataset in a folder that is not in this form.

    Where a table cannot be read, there are none: the check of the dataset tells of that.
    """
    try:
        files = tidy_tables(read_package(folder))
    except DatasetError:
        return []
    message = "its rows or form are not as they are kept; `briefings tidy` mends that and changes no value"
    return [Finding(message=message, severity="warning", file=file) for file in files]


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, each whole or not at all."""
    for name, content in files.items():
        half = folder / f".{Path(name).name}.half"
        half.unlink(missing_ok=True)  # a link in its place would lead to another file
        half.write_bytes(content)
        half.replace(folder / name)


def _find_untidy(package: Package, sheets: Mapping[str, Sheet]) -> Iterator[tuple[str, bytes]]:
    for sheet in sheets.values():
        content = _write(sheet, _sort(package, sheets, sheet))
        if content != sheet.resource.content:
            yield sheet.resource.file, content


def _sort(package: Package, sheets: Mapping[str, Sheet], sheet: Sheet) -> Sequence[int]:
    """Return where the rows stand in a table, from 0, in their order; equal ones stay as they are."""
    label, places = sheet.resource.order_by, range(len(sheet.numbers))
    if label not in sheet.resource.labels:
        return places
    cells, measure = sheet.column(label), _measure(package, sheets, sheet.resource, label)
    measures = {cell: measure(cell) for cell in {*cells}}
    return sorted(places, key=lambda place: measures[cells[place]])


def _measure(
    package: Package, sheets: Mapping[str, Sheet], resource: Resource, label: str
) -> Callable[[str], tuple[int, str]]:
    """Return what a cell is sorted by: its place in the table that it refers to, its date, or its text."""
    if resource.fields[resource.labels.index(label)].is_partial_date:
        return lambda cell: (0, "-".join([*cell.split("-"), LAST]) if cell else LAST)
    referred = _find_reference(package, resource.name, label)
    if referred in sheets:
        other = sheets[referred]
        keys = other.column(other.resource.key[0])
        places = {keys[place]: n for n, place in enumerate(_sort(package, sheets, other))}
        return lambda cell: (places.get(cell, len(places)), cell)
    return lambda cell: (0, cell)


def _find_reference(package: Package, table: str, label: str) -> str:
    """Return the table that a column refers to, ``""`` if it refers to none."""
    entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == table)
    for key in entry["schema"].get("foreignKeys", ()):
        if key["fields"] in (label, [label]):
            return str(key["reference"]["resource"])
    return ""


def _write(sheet: Sheet, places: Sequence[int]) -> bytes:
    columns = [_spell(*pair) for pair in zip(sheet.resource.fields, sheet.columns, strict=True)]
    rows = zip(*(map(column.__getitem__, places) for column in columns), strict=True)
    return "".join(
        f"{','.join(cells)}\n" for cells in chain([map(_quote, sheet.resource.labels)], rows)
    ).encode()


def _spell(field: Field, cells: Sequence[str]) -> Sequence[str]:
    """Return the cells of a column as they are written: each text is looked at once."""
    texts = {cell: SEPARATOR.join(split_items(cell)) if field.is_list else cell for cell in {*cells}}
    written = {cell: _quote(text) for cell, text in texts.items()}
    return list(map(written.__getitem__, cells))


def _quote(text: str) -> str:
    """Return a cell as `csv` writes it, which is asked only where it may need quotation marks: it is slow."""
    if not _QUOTED.search(text):
        return text
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(["", text])
    return line.getvalue()[1:-1]
