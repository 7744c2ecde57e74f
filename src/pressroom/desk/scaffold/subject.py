"""What a new family is about: a code list, and the pandas that finds the activities of one of its values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pressroom.data.findings import Refusal, UnknownCode
from pressroom.data.package import Field, Package
from pressroom.data.select import Tables
from pressroom.run.parameters import Parameter, Value, parse_value

COMMON = {
    "agencies": ("agency", "organisations", "code", "ds.activities(agency=agency)"),
    "themes": ("theme", "themes", "code", "ds.activities(theme=theme)"),
    "years": ("year", "", "", "ds.activities(year=year)"),
    "provisions": ("provision", "provisions", "id", "ds.activities(provision=provision)"),
}
"""The lists with a name of their own: parameter, table, key, and how their activities are asked for."""

NAMES = ("short_name", "short_title", "heading", "name", "title")
"""The columns that may name a row in running text, the shortest first."""

_TYPES = {"integer": "int", "year": "int", "number": "float", "boolean": "bool"}


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
        Lines of code that put its activities into ``found``.
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
    if values in COMMON:
        parameter, table, key, asked = COMMON[values]
        kind = "int" if values == "years" else "str"
        finding = [f"found = {asked}"]
    else:
        table, _, key = values.partition(".")
        field = _field(package, table, key)
        parameter, kind = _name_parameter(package, table, key), _TYPES.get(field.type, "str")
        finding = list(_find_activities(package, table, key, parameter))
    is_row = bool(table) and package.resource(table).key == (key,)
    return Subject(
        values=values,
        parameter=parameter,
        type=kind,
        default=choose_default(values, codes, kind),
        table=table if is_row else "",
        label=_find_label(package, table) if is_row else "",
        finding=tuple(finding),
        is_subject=is_row and f"{table}.{key}" in package.lists["subjects"].columns,
    )


def _name_parameter(package: Package, table: str, key: str) -> str:
    """Return a parameter's name: what one row is, with the column if that is not its key."""
    one = {
        "activities": "activity",
        "countries": "country",
        "discrepancies": "discrepancy",
        "series": "series",
    }
    name = one.get(table, table.removesuffix("s"))
    own = package.resource(table).key == (key,)
    return (name if own else f"{name}_{key}").replace("-", "_")


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


def _find_activities(package: Package, table: str, key: str, value: str) -> Iterator[str]:
    """Yield lines of pandas that go from a value of ``table.key`` to its activities, from table to table."""
    found = _find_path(package, table, key)
    if found is None:
        yield 'found = ds.table("activities", keys=[])  # nothing in the dataset ties it to activities'
        return
    steps, last = found
    keys = f"[{value}]"
    for source, by, column in steps:
        yield f'linked = ds.table("{source}", keys={keys}, by="{by}")'
        keys = f'linked.distinct("{column}")'
    yield f'found = ds.table("activities", keys={keys}, by="{last}")'


_Step = tuple[str, str, str]
"""A table, the column to look in, and the one to go on with."""


def _find_path(package: Package, table: str, key: str) -> tuple[list[_Step], str] | None:
    """Return the steps on the way to the activities, and the column of theirs to look in at its end."""
    if table == "activities":
        return [], key
    links = list(_list_links(package))
    own, [id] = package.resource(table).key, package.resource("activities").key
    for source, column, other in links:
        if (source, other) == (table, "activities"):  # its rows name activities
            return [(table, key, column)], id
    if len(own) != 1:
        return None
    start: list[_Step] = [] if own == (key,) else [(table, key, own[0])]
    for source, column, other in links:
        if (source, other) == ("activities", table):  # activities name its rows
            return start, column
    for between, column, other in links:
        for source, onward, end in links:
            if other == table and (source, end) == (between, "activities"):  # a table names both
                return [*start, (between, column, onward)], id
    return None


def _list_links(package: Package) -> Iterator[tuple[str, str, str]]:
    """Yield what refers to what: table, column, and the table referred to.

    A subject of statements may be an activity; whatever else it is finds none.
    """
    for entry in package.descriptor["resources"]:
        for key in entry["schema"].get("foreignKeys", ()):
            label = key["fields"] if isinstance(key["fields"], str) else key["fields"][0]
            yield entry["name"], label, key["reference"].get("resource") or entry["name"]
    for resource in package.resources:
        for field in resource.fields:
            if field.items_from:
                yield resource.name, field.name, field.items_from.partition(".")[0]
            elif field.name == "subject":
                yield resource.name, field.name, "activities"


def _field(package: Package, table: str, key: str) -> Field:
    return next(field for field in package.resource(table).fields if field.name == key)


def quote_python(value: Value) -> str:
    """Return a value as Python writes it, texts between double quotation marks."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
