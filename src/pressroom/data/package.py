"""The Data Package on disk: where it lies, what its descriptor says, its tables' bytes, and their digests.

Nothing here imports pandas or frictionless: a build with nothing to do reads this much and no more.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from typing import Any

from pressroom.data.conflicts import find_conflict
from pressroom.data.derivations import DATES, Derivation, read_derivations
from pressroom.data.files import NotPlainError, read_file, read_text
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.lists import CodeList, read_lists
from pressroom.data.names import PREFIX
from pressroom.data.shapes import DESCRIPTOR as DESCRIPTOR
from pressroom.data.shapes import require_depth, require_references, require_schema, require_sources

VARIABLE = f"{PREFIX}DATA"

LONGEST_COVERAGE = 500
"""How many years a source may list: each of them is looked at, and stands in tables and charts."""

TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
"""What stands for yes and no where a field does not say: Table Schema's own."""

_OF_THE_NEWEST = ("records", "search")
"""What the newest descriptor says of all states of a dataset."""

_OF_TABLES = ("wording", "interval", "derived")
"""What it says of their tables."""

Stamps = tuple[tuple[int, ...] | None, ...]
"""What the file system says of the descriptor and the tables; None of a missing one."""

_HALF = re.compile("[\ud800-\udfff]")

_TICK = 2_000_000_000

_HOME = Path(__file__).resolve().parents[3]
"""The project's folder, if the package is installed from one (editable); else some folder without data."""


@dataclass(frozen=True)
class Field:
    """One column, as the Table Schema describes it.

    Attributes
    ----------
    is_list
        Whether a cell holds several items between ``;`` (the custom property ``list``).
    items_from
        The ``table.column`` that the items of a list come from (``itemsFrom``), or None.
    is_partial_date
        Whether a cell holds a partial date (``partialDate``).
    true_values, false_values
        The texts that stand for yes and no in a ``boolean``.
    equals
        The part of another column's cell that a cell has to be (``equals``): that column, ``of``, and the
        text ``after`` or ``before`` which it stands; empty if nothing is said.
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

    @classmethod
    def of(cls, name: str, type: str, *, is_list: bool = False, items_from: str | None = None) -> Field:
        """Return a column of which no more is known."""
        return cls(name, type, False, (), None, is_list, items_from, False, TRUE, FALSE)


@dataclass(frozen=True)
class AsOf:
    """The days between which the information was true, how this is known, and why."""

    start: date
    end: date
    reason: str
    origin: str


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

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Return the columns' labels, in the descriptor's order."""
        return tuple(field.name for field in self.fields)

    @property
    def derived(self) -> tuple[str, ...]:
        """Return the labels of the columns that follow from others."""
        return (*(DATES if self.interval else ()), *(one.label for one in self.derivations))


@dataclass(frozen=True)
class Package:
    """The whole Data Package, read once, so that what is digested is what is queried.

    Attributes
    ----------
    text, descriptor
        The descriptor's bytes, and what it says; not to be changed.
    lists
        The code lists that it declares, by name.
    """

    path: Path
    text: str
    descriptor: Mapping[str, Any] = field(compare=False)
    resources: tuple[Resource, ...]
    lists: Mapping[str, CodeList] = field(default_factory=dict, compare=False)
    _stamps: Stamps = field(default=(), compare=False)

    def is_untouched(self) -> bool:
        """Return whether it is certain that nobody wrote to the files since, not even to take it back."""
        return bool(self._stamps) and self._stamps == _stamp_files(
            self.path, [r.file for r in self.resources]
        )

    def is_current(self) -> bool:
        """Return whether the files on disk are what was read; a few stats tell, if nothing touched them."""
        if self.is_untouched():
            return True
        try:
            return read_package(self.path).digest == self.digest
        except DatasetError:
            return False

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """Return the SHA-256 of each file by name; a missing file has none."""
        digests = {DESCRIPTOR: digest_bytes(self.text.encode())}
        return digests | {r.file: digest_bytes(r.content) for r in self.resources if r.content is not None}

    @cached_property
    def digest(self) -> str:
        """Return one SHA-256 over all files and their names."""
        lines = (f"{digest}  {file}\n" for file, digest in sorted(self.digests.items()))
        return sha256("".join(lines).encode()).hexdigest()

    @property
    def title(self) -> str:
        """Return the dataset's title; ``""`` if it has none."""
        return str(self.descriptor.get("title") or "")

    @property
    def project(self) -> str:
        """Return what stands over each page: the project's name, else the dataset's title."""
        return str(self.descriptor.get("project") or self.title)

    @property
    def as_of(self) -> AsOf:
        """Return the days between which the information was true."""
        told = self.descriptor.get("as_of")
        try:
            start, end = date.fromisoformat(told["start"]), date.fromisoformat(told["end"])  # type: ignore[index]
            if start > end:
                raise ValueError
        except (KeyError, TypeError, ValueError):
            raise _descriptor_error(
                'needs "as_of" with the days "start" and "end", YYYY-MM-DD, the end not before the start'
            ) from None
        return AsOf(start, end, str(told.get("reason", "")), str(told.get("origin", "")))  # type: ignore[union-attr]

    @property
    def coverage(self) -> range:
        """Return the years that the source lists systematically."""
        told = self.descriptor.get("coverage")
        try:
            start, end = int(told["start"]), int(told["end"])  # type: ignore[index]
            if not 1 <= start <= end <= 9999 or end - start >= LONGEST_COVERAGE:
                raise ValueError
        except (KeyError, TypeError, ValueError, OverflowError):
            raise _descriptor_error(
                'needs "coverage" with the years "start" and "end", four digits each, the end not before the'
                f" start, and at most {LONGEST_COVERAGE} years in all"
            ) from None
        return range(start, end + 1)

    @property
    def records(self) -> Resource:
        """Return the table that briefings are about: the one that the descriptor names, else the first."""
        return self.resource(str(self.descriptor.get("records") or self.resources[0].name))

    @property
    def helper(self) -> str | None:
        """Return the name of the installed package that the notebooks of this dataset import, if any."""
        name = self.descriptor.get("helper")
        return name if isinstance(name, str) else None

    def described_by(self, newer: Package) -> Package:
        """Return this package as a newer descriptor of the same dataset has it: an older one may say less.

        Tables and columns are matched by name; what the newer one does not have stays as it was described.
        """
        entries = {entry["name"]: entry for entry in newer.descriptor["resources"]}
        merged = [_merge(entry, entries.get(entry["name"], entry)) for entry in self.descriptor["resources"]]
        said = {key: newer.descriptor[key] for key in _OF_THE_NEWEST if key in newer.descriptor}
        descriptor = {**self.descriptor, **said, "resources": merged}
        resources = _drop_underivable(
            tuple(
                _describe(entry, resource.content, resource.refusal)
                for entry, resource in zip(merged, self.resources, strict=True)
            )
        )
        known = set(_list_columns(resources))
        lists = {name: one for name, one in newer.lists.items() if known.issuperset(one.list_needs())}
        return replace(self, descriptor=descriptor, resources=resources, lists={**self.lists, **lists})

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the ``table.column`` of all columns, derived ones too."""
        return tuple(_list_columns(self.resources))

    def resource(self, name: str) -> Resource:
        """Return the table of that name; a KeyError names those there are."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise KeyError(f"no table {name!r} among {', '.join(r.name for r in self.resources)}")


def locate_package(path: str | os.PathLike[str] | None = None) -> Path:
    """Return the absolute folder that holds the dataset's descriptor.

    Parameters
    ----------
    path
        The folder (or the descriptor itself). Without it, the folder that the environment variable
        PRESSROOM_DATA names; without that, the nearest ``data/`` at or above the working directory, or
        that of the project which this package is installed from. A notebook may be run from anywhere.

    Raises
    ------
    DatasetError
        If there is no descriptor there.
    """
    named = path if path is not None else locate_named()
    if named:
        folder = Path(named).absolute()
        folder = folder.parent if folder.name == DESCRIPTOR else folder
        if os.path.lexists(folder / DESCRIPTOR):
            return folder
        raise DatasetError(Finding(message=f"there is no {DESCRIPTOR} in {folder}", file=DESCRIPTOR))
    here = Path.cwd()
    for parent in (here, *here.parents, _HOME):
        if os.path.lexists(parent / "data" / DESCRIPTOR):
            return parent / "data"
    raise DatasetError(
        Finding(
            message=f"there is no data/{DESCRIPTOR} at or above {here}; name the folder, or set {VARIABLE}"
        )
    )


def locate_named() -> Path | None:
    """Return the folder that PRESSROOM_DATA names, or None; who names a link means what it leads to."""
    named = os.environ.get(VARIABLE)
    return Path(named).resolve() if named else None


def locate_helper(package: Package) -> Path | None:
    """Return the folder of the helper package, which is not imported for it; None if there is none."""
    name = package.helper or ""
    spec = find_spec(name) if name.isidentifier() else None
    return Path(spec.origin).parent if spec and spec.origin and spec.submodule_search_locations else None


def read_package(path: str | os.PathLike[str] | None = None) -> Package:
    """Return the Data Package at `path` (see `locate_package`), its tables' bytes read but not parsed.

    Raises
    ------
    DatasetError
        If the descriptor cannot be read or describes no tables. A missing table is no error here.
    """
    folder, now = locate_package(path), time.time_ns()
    before = _stamp_file(folder / DESCRIPTOR)
    text = _read_descriptor(folder)
    descriptor = _parse(text)
    files = [str(entry.get("path")) for entry in descriptor["resources"]]
    stamps = (before, *_stamp_files(folder, files)[1:])
    require_depth(descriptor)
    require_sources(descriptor)
    resources = tuple(_read_resource(folder, entry) for entry in descriptor["resources"])
    require_references(descriptor)
    lists = read_lists(descriptor)
    names = [resource.name for resource in resources]
    if descriptor.get("records", names[0]) not in names:
        raise _descriptor_error(f'names no table under "records": {quote(descriptor["records"])}')
    return Package(folder, text, descriptor, resources, lists, stamps if _is_settled(stamps, now) else ())


def digest_bytes(content: bytes) -> str:
    """Return the SHA-256 of a text file, the same with or without BOM and whichever its line ends."""
    plain = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return sha256(plain).hexdigest()


def _stamp_files(folder: Path, files: Iterable[str]) -> Stamps:
    """Return what changes when the descriptor or one of the files is written to."""
    return tuple(_stamp_file(folder / file) for file in (DESCRIPTOR, *files) if "\0" not in file)


def _stamp_file(path: Path) -> tuple[int, ...] | None:
    try:
        told = path.lstat()
    except OSError:
        return None
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _is_settled(stamps: Stamps, now: int) -> bool:
    """Return whether a later change would show: a file system's clock may tick only every two seconds."""
    return all(stamp is None or max(stamp[3:]) < now - _TICK for stamp in stamps)


def _read_descriptor(folder: Path) -> str:
    try:
        return read_text(folder, DESCRIPTOR)
    except NotPlainError as error:
        raise DatasetError(error.finding) from None
    except UnicodeDecodeError:
        raise _descriptor_error("is not UTF-8; save it with the encoding UTF-8") from None
    except OSError as error:
        raise _descriptor_error(f"cannot be read: {error.strerror}") from None


def _parse(text: str) -> dict[str, Any]:
    if conflict := find_conflict(text):
        raise DatasetError(Finding(message=conflict, file=DESCRIPTOR))
    try:
        descriptor = json.loads(text)
    except json.JSONDecodeError as error:
        raise _descriptor_error(f"is not JSON: {error.msg} at column {error.colno}", error.lineno) from None
    except (RecursionError, ValueError) as error:
        raise _descriptor_error(f"cannot be read: {error}") from None
    if half := _HALF.search(json.dumps(descriptor, ensure_ascii=False)):
        message = f"holds half a character, U+{ord(half[0]):04X}; write the character itself"
        raise _descriptor_error(message, _find_line(text, half[0]))
    entries = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise _descriptor_error('describes no tables; it needs a list of objects under "resources"')
    return descriptor  # type: ignore[no-any-return]


def _find_line(text: str, half: str) -> int | None:
    """Return the line of a descriptor in which half a character is escaped."""
    lines = enumerate(text.lower().split("\n"), start=1)
    return next((number for number, line in lines if f"\\u{ord(half):04x}" in line), None)


def _read_resource(folder: Path, entry: Mapping[str, Any]) -> Resource:
    name, file = entry.get("name"), entry.get("path")
    if not isinstance(name, str) or not isinstance(file, str):
        raise _descriptor_error(f"has a table without a name, or without one path: {name!r}, {file!r}")
    if "\0" in file:
        raise _descriptor_error(f"names a file with a character that no name has, U+0000: {quote(file)}")
    if PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
        raise _descriptor_error(f'says that the table {name} lies outside the folder: "{file}"')
    schema = entry.get("schema")
    if not isinstance(schema, dict) or not isinstance(schema.get("fields"), list):
        raise _descriptor_error(f'has no "schema" with "fields" for the table {name}')
    require_schema(name, schema)
    content = refusal = None
    try:
        content = read_file(folder, file)
    except NotPlainError as error:
        refusal = error.reason
    except OSError:  # the check says that it is missing
        pass
    return _describe(entry, content, refusal)


def _describe(entry: Mapping[str, Any], content: bytes | None, refusal: str | None) -> Resource:
    name, schema = entry["name"], entry["schema"]
    key = schema.get("primaryKey", [])
    return Resource(
        name=name,
        file=entry["path"],
        fields=tuple(_read_field(name, field) for field in schema["fields"]),
        key=tuple(_list_names(key)),
        content=content,
        title=str(entry.get("title") or name),
        order_by=entry.get("orderBy"),
        interval=_read_interval(name, entry),
        derivations=read_derivations(name, entry),
        references=dict(_list_references(name, schema)),
        refusal=refusal,
    )


def _list_columns(resources: Iterable[Resource]) -> Iterator[str]:
    return (f"{r.name}.{label}" for r in resources for label in (*r.labels, *r.derived))


def _drop_underivable(resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
    """Return the tables without the derived columns that look at what is not there."""
    known = set(_list_columns(resources))
    kept = tuple(
        replace(r, derivations=tuple(d for d in r.derivations if known.issuperset(d.list_needs(r.name))))
        for r in resources
    )
    return kept if kept == resources else _drop_underivable(kept)


def _merge(entry: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a descriptor says of a table, with what a newer one says of its columns."""
    fields = {field["name"]: field for field in newer["schema"]["fields"]}
    merged = {**entry, **{key: newer[key] for key in _OF_TABLES if key in newer}}
    own = [fields.get(field["name"], field) for field in entry["schema"]["fields"]]
    if not {field["name"] for field in own}.issuperset(merged.get("interval", ())):
        del merged["interval"]
    return {**merged, "schema": {**entry["schema"], "fields": own}}


def _read_interval(table: str, entry: Mapping[str, Any]) -> tuple[str, str] | None:
    told = entry.get("interval")
    if told is None:
        return None
    labels = [field["name"] for field in entry["schema"]["fields"]]
    if not isinstance(told, list) or len(told) != 2 or not all(label in labels for label in told):
        raise _descriptor_error(f'has an "interval" of {table} that is not two of its columns: {quote(told)}')
    return (told[0], told[1])


def _list_references(table: str, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the columns that hold the keys of a table, each with that ``table.column``."""
    for key in schema.get("foreignKeys", ()):
        reference = key["reference"]
        pair = [
            [names] if isinstance(names, str) else names for names in (key["fields"], reference["fields"])
        ]
        if len(pair[0]) == 1:
            yield pair[0][0], f"{reference.get('resource') or table}.{pair[1][0]}"


def _list_names(told: str | Sequence[str]) -> Sequence[str]:
    return [told] if isinstance(told, str) else told


TYPES = ("string", "integer", "number", "boolean", "date", "year", "any")


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
    )


def _descriptor_error(message: str, row: int | None = None) -> DatasetError:
    return DatasetError(Finding(message=f"the descriptor {message}", file=DESCRIPTOR, row=row))
