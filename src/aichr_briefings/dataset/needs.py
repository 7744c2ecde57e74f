"""What the queries need of a descriptor: tables, columns, lists, and where the items of a list come from."""

from __future__ import annotations

from collections.abc import Iterator

from aichr_briefings.dataset.findings import Finding, find_nearest
from aichr_briefings.dataset.lists import find_unknown_columns
from aichr_briefings.dataset.package import DESCRIPTOR, Package, Resource

NEEDED = {
    "activities": ("id", "start", "end", "status", "themes", "provisions"),
    "participations": ("activity", "organisation", "role"),
    "organisations": ("code", "group", "parent", "is_agency"),
    "themes": ("code", "order"),
    "provisions": ("id", "plan", "status"),
    "statements": ("subject", "kind"),
    "discrepancies": ("subject",),
}
"""The columns that the queries ask for, by table."""

LISTS = (("activities", "themes"), ("activities", "provisions"))
"""Those that hold lists; the others must not."""

_BOOLEANS = (("organisations", "is_agency"),)


def find_needs(package: Package) -> Iterator[Finding]:
    """Yield what the queries need and the descriptor does not describe, or describes otherwise."""
    there = {resource.name: resource for resource in package.resources}
    for table, columns in NEEDED.items():
        if table in there:
            yield from _find_columns(there[table], columns)
        else:
            yield _blame(f"the descriptor describes no table {table}", table, tuple(there))
    names = tuple(f"{name}.{label}" for name, resource in there.items() for label in resource.labels)
    derived = (f"{r.name}.{label}" for r in package.resources for label in r.derived)
    yield from find_unknown_columns(package.lists.values(), (*names, *derived))
    for resource in package.resources:
        for field in resource.fields:
            known = (*package.lists, *names)
            if field.items_from is not None and field.items_from not in known:
                message = f"itemsFrom of {resource.name}.{field.name} names no list and no column of a table"
                yield _blame(f'{message}: "{field.items_from}"', field.items_from, known)


def _find_columns(resource: Resource, columns: tuple[str, ...]) -> Iterator[Finding]:
    fields = {field.name: field for field in resource.fields}
    for column in columns:
        name, pair = f"{resource.name}.{column}", (resource.name, column)
        if column not in fields:
            message = f"the descriptor describes no column {name}, which the queries need"
            yield _blame(message, column, resource.labels)
        elif fields[column].is_list != (pair in LISTS):
            needs = "needs" if pair in LISTS else "must not have"
            yield _blame(f'the column {name} {needs} "list": true, as the queries use it')
        elif (fields[column].type == "boolean") != (pair in _BOOLEANS):
            needs = "be" if pair in _BOOLEANS else "not be"
            yield _blame(f"the column {name} must {needs} boolean, as the queries use it")


def _blame(message: str, value: str = "", allowed: tuple[str, ...] = ()) -> Finding:
    return Finding(message=message, file=DESCRIPTOR, nearest=find_nearest(value, allowed))
