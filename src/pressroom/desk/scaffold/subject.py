"""What a new family is about: a code list, and the code that finds the records of one of its values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pressroom.data.findings import Refusal, UnknownCode
from pressroom.data.package import Package
from pressroom.data.resource import Resource
from pressroom.data.select import YEARS, Tables
from pressroom.run.parameters import Parameter, Value, parse_value

NAMES = ("short_name", "short_title", "heading", "name", "title")
"""The columns that may name a row in running text, the shortest first."""

PYTHON = {"integer": "int", "year": "int", "number": "float", "boolean": "bool"}
"""How a parameters cell calls the types of columns."""


@dataclass(frozen=True)
class Subject:
    """What a family has a briefing for each of.

    Attributes
    ----------
    parameter, type, default
        What the parameters cell declares.
    values
        The name of the code list.
    table, label
        Where a value's own row is, and the column that names it; ``""`` if it has no row.
    finding
        Lines of code that put its records into ``found``.
    is_subject
        Whether statements and differences may be about it.
    """

    values: str
    parameter: str
    type: str
    default: Value
    table: str
    label: str
    finding: tuple[str, ...]
    is_subject: bool


def find_subject(package: Package, values: str) -> Subject:
    """Return what a family with a briefing for each of a code list is about.

    Raises
    ------
    Refusal
        If there is no such list, or it is empty.
    """
    try:
        codes = Tables.of(package).list_codes(values)
    except UnknownCode as error:
        raise Refusal(str(error)) from None
    home = package.lists[values].columns[0] if values in package.lists else values
    table, _, key = home.partition(".")
    named = make_singular(values) if values in package.lists else _name_parameter(package, table, key)
    kind = PYTHON.get(_find_type(package, table, key), "str")
    finding = list(_find_records(package, values, table, key, named))
    is_row = package.resource(table).key == (key,)
    return Subject(
        values=values,
        parameter=named,
        type=kind,
        default=choose_default(values, codes, kind),
        table=table if is_row else "",
        label=_find_label(package, table) if is_row else "",
        finding=tuple(finding),
        is_subject=is_row and "subjects" in package.lists and home in package.lists["subjects"].columns,
    )


def make_singular(name: str) -> str:
    """Return what one of several is called, as far as its ending tells.

    Examples
    --------
    >>> [make_singular(name) for name in ("countries", "years", "series", "weather")]
    ['country', 'year', 'series', 'weather']
    """
    if name.endswith("series"):
        return name
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def _name_parameter(package: Package, table: str, key: str) -> str:
    """Return a parameter's name: what one row is, with the column if that is not its key."""
    own = package.resource(table).key == (key,)
    return (make_singular(table) if own else f"{make_singular(table)}_{key}").replace("-", "_")


def choose_default(values: str, codes: tuple[str, ...], kind: str) -> Value:
    """Return the first code that can stand in a parameters cell, which papermill reads by a pattern."""
    plain = [code for code in codes if not set(code) & set("#=\\\"'\n")]
    if not plain:
        raise Refusal(
            f"{values} has no code that could be a parameter's default, so no family can be for each"
        )
    return parse_value(Parameter(values, kind, ""), plain[0])


def _find_label(package: Package, table: str) -> str:
    labels = package.resource(table).labels
    return next((label for label in NAMES if label in labels), "")


def _find_records(package: Package, values: str, table: str, key: str, parameter: str) -> Iterator[str]:
    """Yield lines of code that go from a value of a list to its records, from table to table."""
    records, found = package.records.name, _find_path(package, values, table, key)
    if found is None:
        yield f'found = ds.select("{records}", {{"{package.records.key[0]}": []}})  # nothing ties it to them'
        return
    steps, last = found
    keys = parameter
    for source, by, column in steps:
        yield f'linked = ds.select("{source}", {{"{by}": {keys}}}, strict=False)'
        keys = f'linked.distinct("{column}")'
    strict = ", strict=False" if steps else ""
    yield f'found = ds.select("{records}", {{"{last}": {keys}}}{strict})'


_Step = tuple[str, str, str]
"""A table, the column to look in, and the one to go on with."""


def _find_path(package: Package, values: str, table: str, key: str) -> tuple[list[_Step], str] | None:
    """Return the steps on the way to the records, and the column of theirs to look in at its end."""
    records = package.records
    listed = [name for name, origin in _list_origins(records) if origin == values]
    if listed:  # the records themselves hold the list's codes
        return [], listed[0]
    if table == records.name:
        return [], key
    links = list(_list_links(package))
    own = package.resource(table).key
    for source, column, other in links:
        if (source, other) == (table, records.name):  # its rows name records
            return [(table, key, column)], records.key[0]
    if len(own) != 1:
        return None
    start: list[_Step] = [] if own == (key,) else [(table, key, own[0])]
    for source, column, other in links:
        if (source, other) == (records.name, table):  # records name its rows
            return start, column
    for between, column, other in links:
        for source, onward, end in links:
            # a table names both
            if other == table and (source, end) == (between, records.name) and column != onward:
                return [*start, (between, column, onward)], records.key[0]
    return None


def _list_links(package: Package) -> Iterator[tuple[str, str, str]]:
    """Yield what refers to what: table, column, and the table referred to."""
    for entry in package.descriptor["resources"]:
        for key in entry["schema"].get("foreignKeys", ()):
            label = key["fields"] if isinstance(key["fields"], str) else key["fields"][0]
            yield entry["name"], label, key["reference"].get("resource") or entry["name"]
    for resource in package.resources:
        for field in (field for field in resource.fields if field.items_from and not field.free_after):
            declared = package.lists.get(str(field.items_from))
            for column in declared.columns if declared else (str(field.items_from),):
                yield resource.name, field.name, column.partition(".")[0]


def _list_origins(resource: Resource) -> Iterator[tuple[str, str]]:
    """Yield the columns of a table, derived ones too, whose cells come from a list; and the list."""
    fields = (field for field in resource.fields if field.items_from and not field.free_after)
    yield from ((field.name, str(field.items_from)) for field in fields)
    yield from ((one.label, one.items_from) for one in resource.derivations if one.items_from)


def _find_type(package: Package, table: str, key: str) -> str:
    types = {field.name: field.type for field in package.resource(table).fields}
    return types.get(key, "integer" if key in YEARS else "string")


def quote_python(value: Value) -> str:
    """Return a value as Python writes it, texts between double quotation marks."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
