"""One table of a Data Package: its columns as the descriptor has them, and its file's bytes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from pressroom.data.derivations import DATES, Derivation, read_derivations
from pressroom.data.files import NotPlainError, read_file
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.shapes import DESCRIPTOR, require_order, require_schema

TYPES = ("string", "integer", "number", "boolean", "date", "year", "any")
"""The types of columns that are understood."""

TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
"""What stands for yes and no where a field does not say: Table Schema's own."""

_OF_TABLES = ("wording", "interval", "derived", "holds")
"""What the newest descriptor says of the tables of all states of a dataset."""


@dataclass(frozen=True)
class Field:
    """One column, as the Table Schema describes it.

    Attributes
    ----------
    is_list
        Whether a cell holds several items between ``;`` (the custom property ``list``).
    items_from
        The ``table.column`` that the items of a list come from (``itemsFrom``), or None.
    free_after
        The text behind which an item may hold anything (``freeAfter``), such as the stroke of ``BE/Ghent``;
        empty if none.
    is_partial_date
        Whether a cell holds a partial date (``partialDate``).
    true_values, false_values
        The texts that stand for yes and no in a ``boolean``.
    equals
        The part of another column's cell that a cell has to be (``equals``): that column, ``of``, and the
        text ``after`` or ``before`` which it stands; empty if nothing is said.
    max_words
        How many words a cell, or an item of its list, may have (``maxWords``), or None.
    refused
        The words and phrases that may not stand in it (``refused``).
    only_with
        The columns of which a row that has this cell needs one of some values (``onlyWith``), or any.
    item_for_each
        The column of which this list has an item for each item, in their order (``itemForEach``), or None.
    """

    name: str
    type: str
    required: bool
    enum: tuple[str, ...]
    pattern: str | None
    is_list: bool
    items_from: str | None
    is_partial_date: bool
    true_values: tuple[str, ...]
    false_values: tuple[str, ...]
    equals: Mapping[str, str] = field(default_factory=dict)
    max_words: int | None = None
    refused: tuple[str, ...] = ()
    free_after: str = ""
    only_with: Mapping[str, Sequence[str]] = field(default_factory=dict)
    item_for_each: str | None = None

    @classmethod
    def of(cls, name: str, type: str, *, is_list: bool = False, items_from: str | None = None) -> Field:
        """Return a column of which no more is known."""
        return cls(name, type, False, (), None, is_list, items_from, False, TRUE, FALSE)

    @property
    def is_text(self) -> bool:
        """Return whether a cell is what it says, so that nothing has to be read out of it."""
        return self.type in ("string", "any") and not self.is_list and not self.is_partial_date

    def split_item(self, item: str) -> tuple[str, str]:
        """Return the code of an item, and what stands behind it, from `free_after` on."""
        code = item.partition(self.free_after)[0] if self.free_after else item
        return code, item[len(code) :]


@dataclass(frozen=True)
class Resource:
    """One table: what the descriptor says of it, and its bytes (None if the file is missing).

    Attributes
    ----------
    title
        What it holds, for readers.
    order_by
        The column that its rows are kept in the order of (the custom property ``orderBy``); without it, their
        order is the editors', and means something.
    interval
        The columns of a row's first and last day, partial dates both (``interval``); None if rows have none.
    derivations
        The columns that follow from others (``derived``).
    holds
        What its rows are to the press (``holds``), such as ``"sources"``; None of any other table.
    references
        By column that holds keys of a table: that table and its column.
    refusal
        Why its file was not opened, or None: it is no plain file.
    """

    name: str
    file: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    content: bytes | None
    title: str = ""
    order_by: str | None = None
    interval: tuple[str, str] | None = None
    derivations: tuple[Derivation, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict, compare=False)
    refusal: str | None = None
    holds: str | None = None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the columns' labels, in the descriptor's order."""
        return tuple(field.name for field in self.fields)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Return where each label stands in a row."""
        return {label: place for place, label in enumerate(self.labels)}

    @property
    def derived(self) -> tuple[str, ...]:
        """Return the labels of the columns that follow from others."""
        return (*(DATES if self.interval else ()), *(one.label for one in self.derivations))


def read_resource(folder: Path, entry: Mapping[str, Any]) -> Resource:
    """Return a table of the dataset in a folder; a DatasetError if what is said of it cannot be."""
    name, file = entry.get("name"), entry.get("path")
    if not isinstance(name, str) or not isinstance(file, str):
        raise descriptor_error(f"has a table without a name, or without one path: {name!r}, {file!r}")
    if "\0" in file:
        raise descriptor_error(f"names a file with a character that no name has, U+0000: {quote(file)}")
    if PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
        raise descriptor_error(f'says that the table {name} lies outside the folder: "{file}"')
    schema = entry.get("schema")
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        raise descriptor_error(f'has no "schema" with "fields" for the table {name}')
    require_schema(name, schema)
    require_order(name, entry.get("orderBy"), [field["name"] for field in schema["fields"]])
    content = refusal = None
    try:
        content = read_file(folder, file)
    except NotPlainError as error:
        refusal = error.reason
    except OSError:  # the check says that it is missing
        pass
    return describe(entry, content, refusal)


def describe(entry: Mapping[str, Any], content: bytes | None, refusal: str | None) -> Resource:
    """Return a table as an entry of a descriptor has it."""
    name, schema = entry["name"], entry["schema"]
    key = schema.get("primaryKey", [])
    return Resource(
        name=name,
        file=entry["path"],
        fields=tuple(_read_field(name, field) for field in schema["fields"]),
        key=tuple(list_names(key)),
        content=content,
        title=str(entry.get("title") or name),
        order_by=entry.get("orderBy"),
        interval=_read_interval(name, entry),
        derivations=read_derivations(name, entry),
        references=dict(_list_references(name, schema)),
        refusal=refusal,
        holds=entry.get("holds"),
    )


def list_columns(resources: Iterable[Resource]) -> Iterator[str]:
    """Yield the ``table.column`` of all columns, derived ones too."""
    return (f"{r.name}.{label}" for r in resources for label in (*r.labels, *r.derived))


def drop_underivable(resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """Return the tables without the derived columns that look at what is not there."""
    known = set(list_columns(resources))
    kept = tuple(
        replace(r, derivations=tuple(d for d in r.derivations if known.issuperset(d.list_needs(r.name))))
        for r in resources
    )
    return kept if kept == resources else drop_underivable(kept)


def merge(entry: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a descriptor says of a table, with what a newer one says of its columns."""
    fields = {field["name"]: field for field in newer["schema"]["fields"]}
    merged = {**entry, **{key: newer[key] for key in _OF_TABLES if key in newer}}
    own = [fields.get(field["name"], field) for field in entry["schema"]["fields"]]
    if not {field["name"] for field in own}.issuperset(merged.get("interval", ())):
        del merged["interval"]
    return {**merged, "schema": {**entry["schema"], "fields": own}}


def _read_interval(table: str, entry: Mapping[str, Any]) -> tuple[str, str] | None:
    pair = entry.get("interval")
    if pair is None:
        return None
    labels = [field["name"] for field in entry["schema"]["fields"]]
    if not isinstance(pair, list) or len(pair) != 2 or not all(label in labels for label in pair):
        raise descriptor_error(f'has an "interval" of {table} that is not two of its columns: {quote(pair)}')
    return (pair[0], pair[1])


def _list_references(table: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the columns that hold the keys of a table, each with that ``table.column``."""
    for key in schema.get("foreignKeys", ()):
        reference = key["reference"]
        pair = [list_names(names) for names in (key["fields"], reference["fields"])]
        if len(pair[0]) == 1:
            yield pair[0][0], f"{reference.get('resource') or table}.{pair[1][0]}"


def list_names(names: str | Sequence[str]) -> Sequence[str]:
    """Return the columns that a key of a Table Schema names: one, or a list."""
    return [names] if isinstance(names, str) else names


def _read_field(table: str, field: Mapping[str, Any]) -> Field:
    name, kind = field["name"], field.get("type", "string")
    if kind not in TYPES:
        message = f'gives {table}.{name} the type "{kind}"'
        nearest = find_nearest(str(kind), TYPES)
        raise DatasetError(
            Finding(message=message, file=DESCRIPTOR, value=str(kind), allowed=TYPES, nearest=nearest)
        )
    constraints = field.get("constraints", {})
    return Field(
        name=name,
        type=kind,
        required=bool(constraints.get("required", False)),
        enum=tuple(str(code) for code in constraints.get("enum", ())),
        pattern=constraints.get("pattern"),
        is_list=bool(field.get("list", False)),
        items_from=field.get("itemsFrom"),
        is_partial_date=bool(field.get("partialDate", False)),
        true_values=tuple(field.get("trueValues", TRUE)),
        false_values=tuple(field.get("falseValues", FALSE)),
        equals=field.get("equals", {}),
        max_words=field.get("maxWords"),
        refused=tuple(field.get("refused", ())),
        free_after=field.get("freeAfter", ""),
        only_with=field.get("onlyWith", {}),
        item_for_each=field.get("itemForEach"),
    )


def descriptor_error(message: str, row: int | None = None) -> DatasetError:
    """Return that the descriptor is at fault, in a line of it if that is known."""
    return DatasetError(Finding(message=f"the descriptor {message}", file=DESCRIPTOR, row=row))
