"""What an earlier version kept otherwise, brought to today's tables: in a kit, and in a release when read.

Each step changes a draft of the dataset, and does nothing where nothing is due. A helper package offers steps
of its own as an entry point of the group ``pressroom.upgrades``.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from importlib.metadata import entry_points
from importlib.resources import files
from typing import Any

from pressroom.data.findings import DatasetError
from pressroom.data.lists import read_lists
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.resource import Resource, describe
from pressroom.data.sheets import read_sheet, split_items
from pressroom.data.sources import SOURCES

GROUP = "pressroom.upgrades"
"""The entry points by which a desk's helper package offers steps of its own."""

Cells = dict[str, str]

_ENTRIES = "sources.json"


@dataclass
class Draft:
    """A dataset that is being changed.

    Attributes
    ----------
    package
        As it was.
    descriptor
        Its descriptor, to be changed in place.
    tables
        The rows of those tables that were looked at, each a cell by label, to be changed in place.
    """

    package: Package
    descriptor: dict[str, Any]
    tables: dict[str, list[Cells]] = field(default_factory=dict)

    def rows(self, table: str) -> list[Cells]:
        """Return the rows of a table; none if the descriptor has no such table.

        Raises
        ------
        DatasetError
            If the table cannot be read, or has something that would be lost.
        """
        if table not in self.tables:
            found = [resource for resource in self.package.resources if resource.name == table]
            self.tables[table] = [row for resource in found for row in _read(resource)]
        return self.tables[table]

    def entry(self, table: str) -> dict[str, Any]:
        """Return what the descriptor says of a table; an empty object if nothing."""
        return next((entry for entry in self.descriptor["resources"] if entry["name"] == table), {})

    def fields(self, table: str) -> list[dict[str, Any]]:
        """Return what the descriptor says of a table's columns, to be changed in place."""
        fields: list[dict[str, Any]] = self.entry(table).get("schema", {}).get("fields", [])
        return fields

    def insert(self, table: str, field: Mapping[str, Any], *, before: str) -> bool:
        """Describe a column before another one, and return whether it was missing; its cells are empty."""
        fields = self.fields(table)
        if not fields or any(other["name"] == field["name"] for other in fields):
            return False
        self.rows(table)  # what is looked at is written
        place = next((i for i, other in enumerate(fields) if other["name"] == before), len(fields))
        fields.insert(place, deepcopy(dict(field)))
        return True

    def add_lists(self, lists: Mapping[str, Any]) -> None:
        """Add lists of codes; what it has of the same name stays."""
        declared = self.descriptor.setdefault("lists", {})
        self.descriptor["lists"] = {**declared, **{k: v for k, v in lists.items() if k not in declared}}

    def add_table(self, entry: Mapping[str, Any], rows: Iterable[Cells]) -> None:
        """Add a table; what it has of the same name stays."""
        if not self.entry(entry["name"]):
            self.descriptor["resources"].append(deepcopy(dict(entry)))
            self.tables[entry["name"]] = list(rows)


Step = Callable[[Draft], None]


def upgrade(package: Package) -> Package:
    """Return a dataset as today's version keeps it; the same one if nothing is due."""
    contents = upgrade_files(package)
    if not contents:
        return package
    descriptor = json.loads(contents.get(DESCRIPTOR, package.text.encode()))
    before = {resource.file: (resource.content, resource.refusal) for resource in package.resources}
    before |= {file: (content, None) for file, content in contents.items()}
    resources = tuple(describe(entry, *before[entry["path"]]) for entry in descriptor["resources"])
    lists = read_lists(descriptor)
    return replace(package, descriptor=descriptor, resources=resources, lists=lists, origin=package)


def upgrade_files(package: Package) -> dict[str, bytes]:
    """Return the files that today's version keeps otherwise, by name; none if nothing is due.

    Raises
    ------
    DatasetError
        If a table that is to be changed cannot be read, or has something that would be lost.
    """
    draft = Draft(package, deepcopy(dict(package.descriptor)))
    for step in (move_sources, *_find_steps(package)):
        step(draft)
    if draft.descriptor == package.descriptor:
        return {}
    before = {resource.name: resource.content for resource in package.resources}
    written = {name: _write(draft, name) for name in draft.tables if draft.entry(name)}
    changed = {draft.entry(name)["path"]: new for name, new in written.items() if new != before.get(name)}
    return {DESCRIPTOR: f"{json.dumps(draft.descriptor, indent=2, ensure_ascii=False)}\n".encode(), **changed}


def move_sources(draft: Draft) -> None:
    """Move the sources, what they are as of and what they cover out of the descriptor into tables."""
    descriptor = draft.descriptor
    if not {"as_of", "coverage"} & descriptor.keys():
        return
    entries = json.loads(files("pressroom.data").joinpath(_ENTRIES).read_text("utf-8"))
    listed = descriptor.pop("sources", [])
    cited = {
        locator.partition("#")[0]
        for row in draft.rows(draft.package.records.name)
        for locator in split_items(row.get(SOURCES, ""))
    }
    days, years = (_read_object(descriptor.pop(key, None)) for key in ("as_of", "coverage"))
    marks: set[str] = set()
    sources = [_describe_source(source, days, marks, source["name"] in cited) for source in listed]
    covered = [
        {"source": source["code"], "from": str(years["start"]), "to": str(years["end"]),
         "scope": "records", "reason": str(years.get("reason", ""))}
        for source in sources if source["mark"] and {"start", "end"} <= years.keys()
    ]  # fmt: skip
    for entry, rows in zip(entries, (sources, covered), strict=True):
        draft.add_table(entry, rows)


def _describe_source(
    source: Mapping[str, Any], days: Mapping[str, Any], marks: set[str], is_cited: bool
) -> Cells:
    """Return the row of a source; what a record cites has a mark, all else is common knowledge."""
    code, title = str(source["name"]), str(source.get("title") or source["name"])
    cells = {
        "code": code,
        "mark": "",
        "title": title,
        "short_title": title,
        "url": str(source.get("path", "")),
    }
    if is_cited:
        initial = code.rpartition("-")[2][:1].upper()
        others = (f"{initial}{number}" for number in range(2, len(marks) + 3))
        cells["mark"] = next(mark for mark in (initial, *others) if mark not in marks)
        cells |= {f"as_of_{key}": str(value) for key, value in days.items()}
        marks.add(cells["mark"])
    return cells


def _read_object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _find_steps(package: Package) -> Sequence[Step]:
    steps: Sequence[Step] = ()
    for point in entry_points(group=GROUP, name=package.helper or ""):
        steps = point.load()
    return steps


def _read(resource: Resource) -> list[Cells]:
    sheet = read_sheet(resource)
    for problem in sheet.problems:
        raise DatasetError(problem)
    return [dict(zip(resource.labels, row.cells, strict=True)) for row in sheet.rows]


def _write(draft: Draft, table: str) -> bytes:
    labels = [field["name"] for field in draft.fields(table)]
    text = io.StringIO()
    writer = csv.DictWriter(text, labels, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(draft.tables[table])
    return text.getvalue().encode()
