"""The tables' files in the form in which they are kept: a correction then is one line of a comparison.

UTF-8 without a byte-order mark, lines that end in LF, commas, quotation marks only where they are needed, the
columns in the descriptor's order, no blank rows, lists without blanks. Rows stand in the order that the
descriptor asks for (``orderBy``); where it asks for none, their order is the editors' and stays. No value
changes.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.package import Package, read_package
from pressroom.data.resource import Resource
from pressroom.data.sheets import SEPARATOR, Row, Sheet, read_sheet, split_items

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
        content = _write(sheet.resource, _sort(package, sheets, sheet))
        if content != sheet.resource.content:
            yield sheet.resource.file, content


def _sort(package: Package, sheets: Mapping[str, Sheet], sheet: Sheet) -> list[Row]:
    """Return the rows in order; equal ones stay as they are."""
    label = sheet.resource.order_by
    if label not in sheet.resource.labels:
        return list(sheet.rows)
    place = sheet.resource.labels.index(label)
    measure = _measure(package, sheets, sheet.resource, label)
    return sorted(sheet.rows, key=lambda row: measure(row.cells[place]))


def _measure(
    package: Package, sheets: Mapping[str, Sheet], resource: Resource, label: str
) -> Callable[[str], tuple[int, str]]:
    """Return what a cell is sorted by: its place in the table that it refers to, its date, or its text."""
    if resource.fields[resource.labels.index(label)].is_partial_date:
        return lambda cell: (0, "-".join([*cell.split("-"), LAST]) if cell else LAST)
    referred = _find_reference(package, resource.name, label)
    if referred in sheets:
        other = sheets[referred]
        column = other.resource.labels.index(other.resource.key[0])
        places = {row.cells[column]: n for n, row in enumerate(_sort(package, sheets, other))}
        return lambda cell: (places.get(cell, len(places)), cell)
    return lambda cell: (0, cell)


def _find_reference(package: Package, table: str, label: str) -> str:
    """Return the table that a column refers to, ``""`` if it refers to none."""
    entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == table)
    for key in entry["schema"].get("foreignKeys", ()):
        if key["fields"] in (label, [label]):
            return str(key["reference"]["resource"])
    return ""


def _write(resource: Resource, rows: list[Row]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(resource.labels)
    for row in rows:
        pairs = zip(resource.fields, row.cells, strict=True)
        writer.writerow(SEPARATOR.join(split_items(cell)) if field.is_list else cell for field, cell in pairs)
    return text.getvalue().encode()
