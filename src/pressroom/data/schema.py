"""What a Table Schema asks: types by frictionless, which this module alone imports; keys and references.

frictionless is shown the cells that `read_sheet` made out, so that a spreadsheet's habits are no findings,
and what is checked is what is read; and each value of a column once, as many stand in thousands of rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import not_
from typing import Any

from pressroom.data.findings import Finding, advise, find_nearest, quote
from pressroom.data.lean_imports import lean_imports
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.records import Sheets, list_records
from pressroom.data.resource import TYPES, Field, list_names
from pressroom.data.sheets import Sheet, parse_cell

_Key = tuple[Any, ...]
"""The typed cells of a row in the columns of a key."""


def check_schema(sheets: Sheets) -> list[Finding]:
    """Return what is wrong with the descriptor, or else the cells that are not as it has them."""
    with lean_imports():  # frictionless imports jsonschema only when it validates
        return _check_descriptor(sheets.package) or list(_check_cells(sheets))


def find_cell_faults(field: Field, entry: Mapping[str, Any], cell: str) -> list[str]:
    """Return why a cell cannot stand in a column, which a descriptor has under "fields" as `entry`."""
    with lean_imports():
        read = _make_reader(entry)
        faults = _explain(field, cell, read(cell))
        return [message + advise(allowed, find_nearest(cell, allowed)) for message, allowed in faults]


def infer_types(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return what type frictionless takes each column for; ``"string"`` where we do not know its type."""
    with lean_imports():
        from frictionless import Schema

        fields = Schema.describe([list(labels), *map(list, rows)]).fields
    return [field.type if field.type in TYPES else "string" for field in fields]


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


def _check_descriptor(package: Package) -> list[Finding]:
    """Return what frictionless finds in the descriptor, with no row of any table."""
    return [_blame_descriptor(fault) for fault in _find_faults(json.dumps(_without_rows(package)))]


@lru_cache(maxsize=8)  # a preview checks at each save, and seldom is it the descriptor that was saved
def _find_faults(descriptor: str) -> tuple[str, ...]:
    from frictionless import FrictionlessException
    from frictionless import Package as FrictionlessPackage

    try:
        FrictionlessPackage.from_descriptor(json.loads(descriptor))
    except FrictionlessException as exception:
        return tuple(reason.note for reason in exception.reasons or [exception.error])
    except Exception as fault:  # what frictionless trips over in a descriptor that it should have refused
        return (f"it cannot be read: {fault}",)
    return ()


def _without_rows(package: Package) -> dict[str, Any]:
    """Return the descriptor with the tables' headers in it, instead of their files' names."""
    labels = {resource.name: list(resource.labels) for resource in package.resources}
    entries = package.descriptor["resources"]
    tables = [{"name": e["name"], "data": [labels[e["name"]]], "schema": e["schema"]} for e in entries]
    return {"name": package.descriptor.get("name", "dataset"), "resources": tables}


def _check_cells(sheets: Sheets) -> Iterator[Finding]:
    for entry in sheets.package.descriptor["resources"]:
        if sheet := sheets.sheets.get(entry["name"]):
            for field in entry["schema"]["fields"]:
                yield from _check_column(sheet, field)


def _check_column(sheet: Sheet, entry: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the cells of a column that cannot stand where its entry in the descriptor is as it is."""
    place = sheet.resource.labels.index(entry["name"])
    field = sheet.resource.fields[place]
    try:
        read = _make_reader(entry)
        texts = {*sheet.columns[place]} & {""} if _takes_any(entry) else {*sheet.columns[place]}
        broken = {cell: read(cell) for cell in texts}
    except Exception as fault:  # a limit that is no value of the column's type
        named = f"{sheet.resource.name}.{field.name}"
        yield _blame_descriptor(f'"constraints" of {named} cannot be read: {fault}')
        return
    faulty = {cell: list(_explain(field, cell, names)) for cell, names in broken.items() if names}
    chosen = (cell in faulty for cell in sheet.columns[place])
    for record in list_records(sheet, chosen) if faulty else ():
        for message, allowed in faulty[record.cells[field.name]]:
            yield record.find(field.name, message, allowed=allowed)


def _takes_any(entry: Mapping[str, Any]) -> bool:
    """Return whether a column may hold any text: of a large table, that is most of the texts there are."""
    is_text = entry.get("type", "any") in ("string", "any") and {"format", "missingValues"}.isdisjoint(entry)
    return is_text and {"required", "unique"}.issuperset(entry.get("constraints", {}))


def _make_reader(entry: Mapping[str, Any]) -> Callable[[str], Mapping[str, str]]:
    """Return what gives, by name, the constraints that a cell of a column breaks; ``type`` is one of them."""
    return _make_kept_reader(json.dumps(entry))


@lru_cache(maxsize=512)
def _make_kept_reader(entry: str) -> Callable[[str], Mapping[str, str]]:
    from frictionless import Field as FrictionlessField

    described = json.loads(entry)
    read = FrictionlessField.from_descriptor(dict(described)).create_cell_reader()
    limits = {"required": "", "type": "", **described.get("constraints", {})}
    return lambda cell: {name: str(limits[name]) for name in read(cell)[1] or ()}


def _explain(field: Field, cell: str, broken: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield why a cell cannot stand, and what can, for each constraint that it breaks."""
    for name, limit in broken.items():
        if name == "pattern" and field.is_partial_date:
            continue  # the rule on partial dates says it better
        texts = {
            "required": "the cell is empty, but every row needs this",
            "enum": f"{quote(cell)} is not one of the codes",
            "pattern": f"{quote(cell)} is not of the form {limit}",
            "minimum": f"{quote(cell)} is less than {limit}",
            "maximum": f"{quote(cell)} is more than {limit}",
            "minLength": f"{quote(cell)} is shorter than {limit} characters",
            "maxLength": f"{quote(cell)} is longer than {limit} characters",
        }
        yield texts.get(name) or _explain_type(field, cell), _list_allowed(field, name)


def _explain_type(field: Field, cell: str) -> str:
    try:
        parse_cell(field, cell)
    except ValueError as reason:
        return str(reason)
    return f"{quote(cell)} is not a valid {field.type}"


def _list_allowed(field: Field, constraint: str) -> tuple[str, ...]:
    if constraint in ("enum", "required"):
        return field.enum
    is_yes_or_no = constraint == "type" and field.type == "boolean"
    return field.true_values + field.false_values if is_yes_or_no else ()


def _blame_descriptor(note: str) -> Finding:
    return Finding(message=f"the descriptor is faulty: {note}", file=DESCRIPTOR)


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
