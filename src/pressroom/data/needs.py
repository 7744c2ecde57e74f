"""What a helper package asks of a dataset: tables, columns, and codes that it has words for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pressroom.data.findings import Finding, find_nearest, quote
from pressroom.data.package import DESCRIPTOR
from pressroom.data.records import Sheets
from pressroom.data.resource import Field, Resource

Needs = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""By table and column, what its cells have to be: ``{"status": {"codes": ["held", "planned"]}}``."""


def find_unmet(sheets: Sheets, needs: Needs) -> Iterator[Finding]:
    """Yield what briefings ask for and the dataset does not have, or has otherwise.

    Parameters
    ----------
    needs
        By table and column: ``"list": true`` of a list, ``"type": "boolean"``, and the ``"codes"`` that
        briefings tell apart. A column that is no list, or not boolean, must not be described as one. With
        ``"some": true``, a cell of it has to be filled.
    """
    there = {resource.name: resource for resource in sheets.package.resources}
    for table, columns in needs.items():
        if table not in there:
            yield _blame(f"the descriptor describes no table {table}", table, there)
        for column, need in columns.items() if table in there else ():
            yield from _find_column(there[table], column, need)
            yield from _find_codes(sheets, there[table], column, need.get("codes", ()))
            if need.get("some") and sheets.values(f"{table}.{column}") == ():
                message = f"no row has a {column}, and briefings ask for one"
                yield Finding(message=message, file=there[table].file, column=column)


def _find_column(resource: Resource, column: str, need: Mapping[str, Any]) -> Iterator[Finding]:
    field, name = _find_field(resource, column), f"{resource.name}.{column}"
    is_list, is_boolean = bool(need.get("list")), need.get("type") == "boolean"
    if field is None:
        message = f"the descriptor describes no column {name}, which briefings ask for"
        yield _blame(message, column, resource.labels)
    elif field.is_list != is_list:
        needs = "needs" if is_list else "must not have"
        yield _blame(f'the column {name} {needs} "list": true, as briefings use it')
    elif (field.type == "boolean") != is_boolean:
        yield _blame(f"the column {name} must {'' if is_boolean else 'not '}be boolean, as briefings use it")


def _find_codes(sheets: Sheets, resource: Resource, column: str, known: Iterable[str]) -> Iterator[Finding]:
    """Yield the codes that a column may hold and briefings have no word for, or take for another."""
    field, known = _find_field(resource, column), tuple(known)
    if field is None or not known:
        return
    for code in (code for code in field.enum if code not in known):
        message = f"briefings have no word for {quote(code)}, which {resource.name}.{column} may hold"
        yield _blame(f"{message}; they know {', '.join(known)}", code, known)
    for record in sheets.records(resource.name, column) if not field.enum else ():
        if record.cells[column] not in ("", *known):
            message = f"briefings have no word for {quote(record.cells[column])}"
            yield record.find(column, message, allowed=known)


def _find_field(resource: Resource, column: str) -> Field | None:
    return next((field for field in resource.fields if field.name == column), None)


def _blame(message: str, value: str = "", allowed: Iterable[str] = ()) -> Finding:
    return Finding(message=message, file=DESCRIPTOR, nearest=find_nearest(value, tuple(allowed)))
