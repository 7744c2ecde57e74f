"""The Data Package on disk: what its descriptor says, its tables, and the digests of all its files.

Nothing here imports pandas or frictionless: a build with nothing to do reads this much and no more.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pressroom.data.characters import describe_character, find_refused
from pressroom.data.files import NotPlainError, find_conflict, read_text
from pressroom.data.findings import DatasetError, Finding, quote
from pressroom.data.lists import CodeList, read_lists
from pressroom.data.locate import locate_package
from pressroom.data.resource import (
    Resource,
    describe,
    descriptor_error,
    drop_underivable,
    list_columns,
    merge,
    read_resource,
)
from pressroom.data.shapes import DESCRIPTOR as DESCRIPTOR
from pressroom.data.shapes import require_depth, require_references, require_sources

_OF_THE_NEWEST = ("records", "search")
"""What the newest descriptor says of all states of a dataset."""

Stamps = tuple[tuple[int, ...] | None, ...]
"""What the file system says of the descriptor and the tables; None of a missing one."""

_HALF = re.compile("[\ud800-\udfff]")

_TICK = 2_000_000_000


@dataclass(frozen=True)
class Package:
    """The whole Data Package, read once, so that what is digested is what is queried.

    Attributes
    ----------
    text, descriptor
        The descriptor's bytes, and what it says; not to be changed.
    lists
        The code lists that it declares, by name.
    origin
        The dataset as it lies there, if this is what today's version makes of an earlier one's.
    """

    path: Path
    text: str
    descriptor: Mapping[str, Any] = field(compare=False)
    resources: tuple[Resource, ...]
    lists: Mapping[str, CodeList] = field(default_factory=dict, compare=False)
    _stamps: Stamps = field(default=(), compare=False)
    origin: Package | None = field(default=None, compare=False, repr=False)

    def is_untouched(self) -> bool:
        """Return whether it is certain that nobody wrote to the files since, not even to take it back."""
        resources = (self.origin or self).resources
        return bool(self._stamps) and self._stamps == _stamp_files(self.path, [r.file for r in resources])

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
        if self.origin is not None:
            return self.origin.digests
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
    def records(self) -> Resource:
        """Return the table that briefings are about: the one that the descriptor names, else the first."""
        return self.resource(str(self.descriptor.get("records") or self.resources[0].name))

    def holding(self, held: str) -> Resource | None:
        """Return the table of which the descriptor says that it ``holds`` this, such as ``"sources"``."""
        return next((resource for resource in self.resources if resource.holds == held), None)

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
        merged = [merge(entry, entries.get(entry["name"], entry)) for entry in self.descriptor["resources"]]
        said = {key: newer.descriptor[key] for key in _OF_THE_NEWEST if key in newer.descriptor}
        descriptor = {**self.descriptor, **said, "resources": merged}
        resources = drop_underivable(
            tuple(
                describe(entry, resource.content, resource.refusal)
                for entry, resource in zip(merged, self.resources, strict=True)
            )
        )
        known = set(list_columns(resources))
        lists = {name: one for name, one in newer.lists.items() if known.issuperset(one.list_needs())}
        return replace(self, descriptor=descriptor, resources=resources, lists={**self.lists, **lists})

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the ``table.column`` of all columns, derived ones too."""
        return tuple(list_columns(self.resources))

    def resource(self, name: str) -> Resource:
        """Return the table of that name; a KeyError names those there are."""
        for resource in self.resources:
            if resource.name == name:
                return resource
        raise KeyError(f"no table {name!r} among {', '.join(r.name for r in self.resources)}")


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
    resources = tuple(read_resource(folder, entry) for entry in descriptor["resources"])
    require_references(descriptor)
    lists = read_lists(descriptor)
    names = [resource.name for resource in resources]
    if descriptor.get("records", names[0]) not in names:
        raise descriptor_error(f'names no table under "records": {quote(descriptor["records"])}')
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
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _is_settled(stamps: Stamps, now: int) -> bool:
    """Return whether a later change would show: a file system's clock may tick only every two seconds."""
    return all(stamp is None or max(stamp[3:]) < now - _TICK for stamp in stamps)


def _read_descriptor(folder: Path) -> str:
    try:
        return read_text(folder, DESCRIPTOR)
    except NotPlainError as error:
        raise DatasetError(error.finding) from None
    except UnicodeDecodeError:
        raise descriptor_error("is not UTF-8; save it with the encoding UTF-8") from None
    except OSError as error:
        raise descriptor_error(f"cannot be read: {error.strerror}") from None


def _parse(text: str) -> dict[str, Any]:
    if conflict := find_conflict(text):
        raise DatasetError(Finding(message=conflict, file=DESCRIPTOR))
    twice: list[str] = []

    def join(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        joined = dict(pairs)
        if len(joined) < len(pairs):
            names = [name for name, _ in pairs]
            twice.extend(name for name in joined if names.count(name) > 1)
        return joined

    try:
        descriptor = json.loads(text, object_pairs_hook=join)
    except json.JSONDecodeError as error:
        raise descriptor_error(f"is not JSON: {error.msg} at column {error.colno}", error.lineno) from None
    except (RecursionError, ValueError) as error:
        raise descriptor_error(f"cannot be read: {error}") from None
    if half := _HALF.search(json.dumps(descriptor, ensure_ascii=False)):
        message = f"holds half a character, U+{ord(half[0]):04X}; write the character itself"
        raise descriptor_error(message, _find_line(text, half[0]))
    if twice:
        raise descriptor_error(f"has {quote(twice[0])} twice in one object, so that one of them is lost")
    if odd := find_refused("\n".join(_list_texts(descriptor))):
        raise DatasetError(Finding(message=describe_character(odd[0]), file=DESCRIPTOR))
    entries = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise descriptor_error('describes no tables; it needs a list of objects under "resources"')
    return descriptor  # type: ignore[no-any-return]


def _list_texts(descriptor: object) -> Iterator[str]:
    """Yield all names and texts of a descriptor, however deeply they nest."""
    waiting = [descriptor]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str):
            yield value


def _find_line(text: str, half: str) -> int | None:
    """Return the line of a descriptor in which half a character is escaped."""
    lines = enumerate(text.lower().split("\n"), start=1)
    return next((number for number, line in lines if f"\\u{ord(half):04x}" in line), None)


def locate_helper(package: Package) -> Path | None:
    """Return the folder of the helper package, which is not imported for it; None if there is none."""
    name = package.helper or ""
    spec = find_spec(name) if name.isidentifier() else None
    return Path(spec.origin).parent if spec and spec.origin and spec.submodule_search_locations else None
