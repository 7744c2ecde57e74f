"""How a table's rows are described to readers: what a row is called, and what a change of a column means.

A table's ``wording`` in the descriptor says it: ``"noun": "visit", "name": "short_title", "updates":
["status"]``. Without it a row is known by its key, and every column counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pressroom.data.date_words import ENGLISH
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.resource import Resource

_COLUMN = re.compile(r"\{(\w+)\}")
_KEYS = ("noun", "name", "heading", "columns", "updates", "silent", "part")


@dataclass(frozen=True)
class Part:
    """A table whose rows belong to those of another one, and are described with them.

    Attributes
    ----------
    table, by
        The other table, and the column that holds its keys.
    who, who_table, what
        The columns that hold who took part, with the table of these codes, and as what.
    shown_in
        The columns of the other table that follow from this one.
    """

    table: str
    by: str
    who: str
    who_table: str
    what: str
    shown_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wording:
    """How one table's rows are described to readers.

    Attributes
    ----------
    noun
        What one row is.
    columns
        Those that the descriptor describes.
    name
        The column by which a text names a row whose code it holds.
    headings
        The columns of which the first that is filled names a row on its own; or texts with columns in
        braces, such as ``{title}, {from} to {to}``, of which all have to be filled.
    labels
        What a column is called, where its own name does not say it.
    updates
        The columns whose new value is news, and corrects nothing.
    silent
        The columns whose changes readers are not shown.
    references
        By column that holds codes of another table: that table.
    free_after
        By such a column, behind which text an item may hold more than the code.
    interval
        The columns of the first and the last day; None if rows have none.
    part
        What its rows belong to, or None.
    dates
        The words and patterns of dates, by the keys of `date_words.ENGLISH`.
    """

    table: str
    noun: str
    columns: tuple[str, ...]
    name: str = ""
    headings: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    updates: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    free_after: Mapping[str, str] = field(default_factory=dict)
    interval: tuple[str, str] | None = None
    part: Part | None = None
    dates: Mapping[str, str] = field(default_factory=lambda: ENGLISH)

    def find_heading(self, row: Mapping[str, Any]) -> str:
        """Return what names a row on its own; ``""`` if nothing does."""
        for heading in self.headings:
            if all(row.get(column) for column in list_named(heading)):
                pattern = heading if "{" in heading else f"{{{heading}}}"
                return _COLUMN.sub(lambda found: str(row[found[1]]), pattern)
        return ""

    def label(self, column: str) -> str:
        """Return what a column is called."""
        return self.labels.get(column, column.replace("_", " "))


def list_named(heading: str) -> Sequence[str]:
    """Return the columns that a heading names: itself, or those in braces."""
    return _COLUMN.findall(heading) if "{" in heading else (heading,)


def read_wordings(package: Package, *, dates: Mapping[str, str] = ENGLISH) -> dict[str, Wording]:
    """Return how each table's rows are described to readers, by the table's name.

    Parameters
    ----------
    dates
        The words and patterns of dates in the readers' language.

    Raises
    ------
    DatasetError
        If a table's ``wording`` is not of the form that this module's first lines describe.
    """
    entries = {entry["name"]: entry for entry in package.descriptor["resources"]}
    return {r.name: replace(_read_wording(r, entries[r.name]), dates=dates) for r in package.resources}


def find_unknown(package: Package) -> Iterator[Finding]:
    """Yield the columns that wordings name and that their tables do not have."""
    for entry, resource in zip(package.descriptor["resources"], package.resources, strict=True):
        wording = entry.get("wording", {})
        part = wording.get("part", {})
        named = [wording.get(key, ()) for key in ("name", "updates", "silent")]
        headings = wording.get("heading", ())
        headings = [headings] if isinstance(headings, str) else headings
        named += [list_named(heading) for heading in headings]
        named += [list(wording.get("columns", ())), *(part.get(key, ()) for key in ("by", "who", "what"))]
        for column in (c for names in named for c in ([names] if isinstance(names, str) else names)):
            if column not in resource.labels:
                message = f'the "wording" of the table {resource.name} names no column: {quote(column)}'
                nearest = find_nearest(str(column), resource.labels)
                yield Finding(message=message, file=DESCRIPTOR, value=str(column), nearest=nearest)


def _read_wording(resource: Resource, entry: Mapping[str, Any]) -> Wording:
    wording = entry.get("wording", {})
    _require(resource, isinstance(wording, dict), "is not an object")
    unknown = next((key for key in wording if key not in _KEYS), None)
    _require(resource, unknown is None, f"has {quote(unknown)}; allowed: {', '.join(_KEYS)}")
    name = _list_columns(resource, wording, "name")
    heading = _list_columns(resource, wording, "heading")
    labels = wording.get("columns", {})
    references = dict(_list_references(resource, entry))
    _require(resource, isinstance(labels, dict), '"columns" is not an object')
    return Wording(
        table=resource.name,
        noun=str(wording.get("noun", resource.name)),
        columns=resource.labels,
        name=(name or resource.key[:1] or resource.labels[:1])[0],
        headings=heading or name or resource.key,
        labels=labels,
        updates=_list_columns(resource, wording, "updates"),
        silent=(*resource.key, *_list_columns(resource, wording, "silent")),
        references=references,
        free_after={one.name: one.free_after for one in resource.fields if one.free_after},
        interval=resource.interval,
        part=_read_part(resource, wording.get("part"), references),
    )


def _list_columns(resource: Resource, wording: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the columns that a wording names; an older state of a table may lack some."""
    columns = wording.get(key, [])
    columns = [columns] if isinstance(columns, str) else columns
    _require(resource, isinstance(columns, list), f"{quote(key)} is neither a column nor a list of columns")
    return tuple(column for column in columns if {*list_named(str(column))} <= {*resource.labels})


def _list_references(resource: Resource, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the columns that hold codes of another table, each with the table."""
    keys = [
        (key["fields"], key["reference"].get("resource") or resource.name)
        for key in entry["schema"].get("foreignKeys", ())
    ]
    single = [(fields if isinstance(fields, str) else fields[0], table) for fields, table in keys]
    origins = {field.name: field.items_from or "" for field in resource.fields}
    items = [(name, origin.partition(".")[0]) for name, origin in origins.items() if "." in origin]
    return [*single, *items]


def _read_part(resource: Resource, part: Any, references: Mapping[str, str]) -> Part | None:
    if part is None:
        return None
    is_whole = isinstance(part, dict) and part.keys() - {"shownIn"} == {"of", "by", "who", "what"}
    _require(resource, is_whole, '"part" needs "of", a table, and the columns "by", "who" and "what"')
    columns = [column for key in ("by", "who", "what") for column in _list_columns(resource, part, key)]
    if len(columns) < 3 or columns[1] not in references:
        return None
    by, who, what = columns
    return Part(str(part["of"]), by, who, references[who], what, tuple(part.get("shownIn", ())))


def _require(resource: Resource, right: bool, message: str) -> None:
    if not right:
        message = f'the descriptor is faulty: the "wording" of the table {resource.name} {message}'
        raise DatasetError(Finding(message=message, file=DESCRIPTOR))
