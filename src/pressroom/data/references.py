"""What the rows of tables owe each other: no key is there twice, and no reference leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from operator import not_
from typing import Any

from pressroom.data.findings import Finding, quote
from pressroom.data.records import Sheets, list_records
from pressroom.data.resource import Field, list_names
from pressroom.data.sheets import Sheet, parse_cell

_Key = tuple[Any, ...]
"""The typed cells of a row in the columns of a key."""


def check_references(sheets: Sheets) -> Iterator[Finding]:
    """Yield the keys that are empty or another row's, and what names no row of the table it refers to."""
    for entry in sheets.package.descriptor["resources"]:
        sheet = sheets.sheets.get(entry["name"])
        if sheet is not None:
            yield from _find_empty(sheet)
            for columns in dict.fromkeys(_list_unique(sheet, entry["schema"])):
                yield from _find_twins(sheet, columns)
            for key in entry["schema"].get("foreignKeys", ()):
                yield from _find_strays(sheets, sheet, key)


def _list_unique(sheet: Sheet, schema: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the columns that no two rows have alike."""
    yield sheet.resource.key
    yield from ((field["name"],) for field in schema["fields"] if field.get("constraints", {}).get("unique"))
    yield from (tuple(list_names(columns)) for columns in schema.get("uniqueKeys", ()))


def _find_empty(sheet: Sheet) -> Iterator[Finding]:
    """Yield the rows without a key, if the schema does not require any part of it."""
    key = sheet.resource.key
    if not any(field.required for field in sheet.resource.fields if field.name in key):
        has_key = list(map(any, _list_keys(sheet, key)))
        for record in list_records(sheet, map(not_, has_key)) if not all(has_key) else ():
            message = "the cell is empty, but every row needs this: it is the key"
            yield record.find(key[0], message)


def _find_twins(sheet: Sheet, columns: Sequence[str]) -> Iterator[Finding]:
    """Yield the rows that have in some columns what a row before them has.

    What is empty is no twin: of the table's own key if all of it is, of other columns if one of them is.
    """
    keys = list(_list_keys(sheet, columns))
    if len({*keys}) == len(keys):
        return
    first: dict[_Key, int] = {}
    most = len(columns) - 1 if tuple(columns) == sheet.resource.key else 0
    for record, cells in zip(list_records(sheet), keys, strict=True):
        number = first.setdefault(cells, record.number)
        if number != record.number and cells.count(None) <= most:
            value = ", ".join(record.cells[column] for column in columns)
            message = f"the {', '.join(columns)} {quote(value)} is in row {number} already"
            yield record.find(columns[0], message, value=value)


def _find_strays(sheets: Sheets, sheet: Sheet, key: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the rows that a foreign key leads to no row of a table, if that can be read."""
    columns, named = list_names(key["fields"]), list_names(key["reference"]["fields"])
    other = sheets.sheets.get(key["reference"].get("resource") or sheet.resource.name)
    if other is None:
        return
    known = {*_list_keys(other, named), (None,) * len(columns)}
    keys = list(_list_keys(sheet, columns))
    strays = [] if known.issuperset(keys) else [cells not in known for cells in keys]
    for record in list_records(sheet, strays) if strays else ():
        value = ", ".join(record.cells[column] for column in columns)
        allowed = tuple(filter(None, other.column(named[0]))) if len(named) == 1 else ()
        message = f"{quote(value)} is not a {', '.join(named)} of {other.resource.file}"
        yield record.find(columns[0], message, value=value, allowed=allowed)


def _list_keys(sheet: Sheet, columns: Sequence[str]) -> Iterator[_Key]:
    """Yield the typed cells of each row in some columns; None for an empty one."""
    fields = [sheet.resource.fields[sheet.resource.places[column]] for column in columns]
    return zip(*(_read(sheet, field) for field in fields), strict=True)  # none of no columns


def _read(sheet: Sheet, field: Field) -> Iterator[Any]:
    """Yield what the cells of a column stand for, as 01 is the same number as 1."""
    cells = sheet.column(field.name)
    if field.is_text:
        return (cell or None for cell in cells)
    return map({cell: _type(field, cell) for cell in {*cells}}.__getitem__, cells)


def _type(field: Field, cell: str) -> Any:
    try:
        return parse_cell(field, cell)
    except ValueError:  # told elsewhere
        return cell
