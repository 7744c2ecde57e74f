"""What frictionless finds in the tables, in plain words. It alone imports frictionless.

frictionless is handed the rows that `read_sheet` made out, so that a spreadsheet's habits are no findings,
and what is checked is what is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from pressroom.data.findings import Finding, find_nearest, quote
from pressroom.data.lean_imports import lean_imports
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.resource import TYPES, Field, Resource
from pressroom.data.sheets import Row, Sheet, parse_cell

_NO_LIMIT = 1_000_000


def check_schema(package: Package, sheets: Mapping[str, Sheet]) -> list[Finding]:
    """Return what breaks the Table Schema of the tables in `sheets`: types, constraints, keys.

    A foreign key to a table that is not in `sheets`, because it cannot be read, is left unchecked.
    """
    with lean_imports():  # frictionless imports jsonschema only when it validates
        return _validate(package, sheets)


def infer_types(labels: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return what type frictionless takes each column for; ``"string"`` where we do not know its type."""
    with lean_imports():
        from frictionless import Schema

        fields = Schema.describe([list(labels), *map(list, rows)]).fields
    return [field.type if field.type in TYPES else "string" for field in fields]


def _validate(package: Package, sheets: Mapping[str, Sheet]) -> list[Finding]:
    from frictionless import FrictionlessException
    from frictionless import Package as FrictionlessPackage

    try:
        checked = FrictionlessPackage.from_descriptor(_describe(package, sheets))
        for resource in checked.resources:
            resource.data = partial(_list_rows, sheets[resource.name])
        report = checked.validate(limit_errors=_NO_LIMIT)
    except FrictionlessException as exception:
        return [_blame_descriptor(reason.note) for reason in exception.reasons or [exception.error]]
    except Exception as fault:  # what frictionless trips over in a descriptor that it should have refused
        return [_blame_descriptor(f"it cannot be read: {fault}")]
    findings = [_blame_descriptor(error.note) for error in report.errors]
    for task in report.tasks:
        for error in task.errors:
            findings += _reword(sheets, task.name, error)
    return findings


def _describe(package: Package, sheets: Mapping[str, Sheet]) -> dict[str, Any]:
    """Return the descriptor with the readable tables' headers in it, instead of their files' names."""
    resources = []
    for entry in package.descriptor["resources"]:
        if entry["name"] in sheets:
            sheet = sheets[entry["name"]]
            schema = dict(entry["schema"])
            schema["foreignKeys"] = [
                key
                for key in schema.get("foreignKeys", [])
                if key["reference"].get("resource", "") in ("", *sheets, *_unknown_tables(package, key))
            ]
            resources.append({"name": entry["name"], "data": [list(sheet.resource.labels)], "schema": schema})
    return {"name": package.descriptor.get("name", "dataset"), "resources": resources}


def _list_rows(sheet: Sheet) -> Iterator[list[str]]:
    """Yield the header and the rows; frictionless copies a list of them again and again."""
    yield list(sheet.resource.labels)
    for row in sheet.rows:
        yield list(row.cells)


def _unknown_tables(package: Package, key: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the table that a foreign key names if no table has that name: a fault that must be reported."""
    name = key["reference"].get("resource", "")
    return () if name in [resource.name for resource in package.resources] else (name,)


def _reword(sheets: Mapping[str, Sheet], name: str, error: Any) -> Iterator[Finding]:
    sheet = sheets.get(name)
    number = getattr(error, "row_number", None)
    if sheet is None or number is None or not 2 <= number < len(sheet.rows) + 2:
        yield _blame_descriptor(f"{name}: {error.message}")
        return
    row = sheet.rows[number - 2]
    if error.type == "primary-key":
        yield from _reword_key(sheet, row)
    elif error.type == "foreign-key":
        yield _reword_reference(sheets, sheet.resource, row, error)
    elif hasattr(error, "field_name"):
        yield from _reword_cell(sheet, row, error)
    else:
        yield Finding(message=error.message, file=sheet.resource.file, row=row.number)


def _reword_key(sheet: Sheet, row: Row) -> Iterator[Finding]:
    key = sheet.resource.key
    places = [sheet.resource.labels.index(label) for label in key]
    cells = [row.cells[place] for place in places]
    first = next(other for other in sheet.rows if [other.cells[place] for place in places] == cells)
    if first.number == row.number:
        return  # an empty key: that it is required is reported already
    value = ", ".join(cells)
    message = f"the {', '.join(key)} {quote(value)} is in row {first.number} already"
    yield Finding(message=message, file=sheet.resource.file, row=row.number, column=key[0], value=value)


def _reword_reference(sheets: Mapping[str, Sheet], resource: Resource, row: Row, error: Any) -> Finding:
    column, value = error.field_names[0], row.cells[resource.labels.index(error.field_names[0])]
    table, there = error.reference_name or resource.name, error.reference_field_names[0]
    allowed = tuple(cell for _, cell in sheets[table].column(there) if cell) if table in sheets else ()
    file = sheets[table].resource.file if table in sheets else table
    return Finding(
        message=f"{quote(value)} is not a {there} of {file}",
        file=resource.file,
        row=row.number,
        column=column,
        value=value,
        allowed=allowed,
        nearest=find_nearest(value, allowed),
    )


def _reword_cell(sheet: Sheet, row: Row, error: Any) -> Iterator[Finding]:
    field = next(field for field in sheet.resource.fields if field.name == error.field_name)
    value = row.cells[sheet.resource.labels.index(field.name)]
    constraint = re.match(r'constraint "(\w+)" is "?(.*?)"?$', error.note)
    name, limit = constraint.groups() if constraint else ("", "")
    if name == "pattern" and field.is_partial_date:
        return  # the rule on partial dates says it better
    allowed = _list_allowed(field, error.type, name)
    yield Finding(
        message=_explain(sheet, field, row, error, name, limit),
        file=sheet.resource.file,
        row=row.number,
        column=field.name,
        value=value,
        allowed=allowed,
        nearest=find_nearest(value, allowed) if value else None,
    )


def _list_allowed(field: Field, kind: str, constraint: str) -> tuple[str, ...]:
    if constraint in ("enum", "required"):
        return field.enum
    return field.true_values + field.false_values if kind == "type-error" and field.type == "boolean" else ()


def _explain(sheet: Sheet, field: Field, row: Row, error: Any, constraint: str, limit: str) -> str:
    value = row.cells[sheet.resource.labels.index(field.name)]
    texts = {
        "required": "the cell is empty, but every row needs this",
        "enum": f"{quote(value)} is not one of the codes",
        "pattern": f"{quote(value)} is not of the form {field.pattern}",
        "minimum": f"{quote(value)} is less than {limit}",
        "maximum": f"{quote(value)} is more than {limit}",
        "minLength": f"{quote(value)} is shorter than {limit} characters",
        "maxLength": f"{quote(value)} is longer than {limit} characters",
    }
    if constraint in texts:
        return texts[constraint]
    if error.type == "unique-error":
        first = next(number for number, cell in sheet.column(field.name) if cell == value)
        return f"{quote(value)} is in row {first} already"
    try:
        parse_cell(field, value)
    except ValueError as reason:
        return str(reason)
    return f"{quote(value)} is not a valid {field.type}: {error.note}"


def _blame_descriptor(note: str) -> Finding:
    return Finding(message=f"the descriptor is faulty: {note}", file=DESCRIPTOR)
