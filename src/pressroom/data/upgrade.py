"""What an earlier version kept otherwise, brought to today's tables: in a kit, and in a release when read.

Each step changes a draft of the dataset, and does nothing where nothing is due. A helper package offers steps
of its own as an entry point of the group ``pressroom.upgrades``.

A step is an object; what it says of is ``table`` or ``table.column``:

- ``if``, ``unless``: what must be there, and what must not, for the step to be taken at all;
- ``tables``: entries of tables to add; ``columns``: fields to insert, each ``before`` another;
- ``dropped``: columns to leave out; ``renamed``: what lists and search ask for instead of a column;
- ``codes``: more codes of a column; ``fields``: what is said of a column in place of what was;
- ``foreignKeys``: more of them; ``keyless``: columns that are none any more;
- ``missing``: what a column, a table's entry or the descriptor (``""``) says, where it does not say it;
- ``lists``: lists of codes to add; ``wording``: more columns under a key of a table's wording.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import partial
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

Said = Mapping[str, Any]


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


def read_steps(
    text: str,
    *,
    rows: Mapping[str, Callable[[Draft], Iterable[Cells]]],
    cells: Mapping[str, Callable[[Cells], str]],
) -> tuple[Step, ...]:
    """Return the steps of a JSON text, in order.

    Parameters
    ----------
    rows
        By table, makes the rows with which it is added; without it, it is added without any.
    cells
        By ``table.column``, makes the cell of a row when the column is inserted; without it, it stays empty.
    """
    return tuple(partial(_take, said=said, rows=rows, cells=cells) for said in json.loads(text))


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


def _take(
    draft: Draft,
    *,
    said: Said,
    rows: Mapping[str, Callable[[Draft], Iterable[Cells]]],
    cells: Mapping[str, Callable[[Cells], str]],
) -> None:
    """Take a step if it is due."""
    has = partial(_find, draft)
    if not all(map(has, said.get("if", ()))) or any(map(has, said.get("unless", ()))):
        return
    made = {entry["name"]: rows.get(entry["name"]) for entry in said.get("tables", ())}
    added = {name: list(make(draft)) if make else [] for name, make in made.items()}
    for entry in said.get("tables", ()):
        draft.add_table(entry, added[entry["name"]])
    for name, column in said.get("columns", {}).items():
        _insert(draft, name, column, cells.get(name))
    for change in (_drop, _say_anew, _add_codes, _change_keys, _fill_in, _add_wording, _rename):
        change(draft, said)
    if "lists" in said:
        draft.add_lists(said["lists"])


def _find(draft: Draft, name: str) -> dict[str, Any]:
    """Return what the descriptor says of ``table`` or ``table.column``; an empty object if nothing."""
    table, _, column = name.partition(".")
    if not column:
        return draft.entry(table)
    return next((field for field in draft.fields(table) if field["name"] == column), {})


def _insert(draft: Draft, name: str, column: Said, make: Callable[[Cells], str] | None) -> None:
    table, _, label = name.partition(".")
    if draft.insert(table, column["field"], before=column["before"]) and make:
        for row in draft.rows(table):
            row[label] = make(row)


def _drop(draft: Draft, said: Said) -> None:
    for name in said.get("dropped", ()):
        fields = draft.fields(name.partition(".")[0])
        fields[:] = [field for field in fields if field["name"] != name.partition(".")[2]]


def _say_anew(draft: Draft, said: Said) -> None:
    for name, new in said.get("fields", {}).items():
        field = _find(draft, name)
        for key in [key for key in field if key in new and isinstance(new[key], dict)]:
            del field[key]  # what it says stands last
        field |= deepcopy(new)


def _add_codes(draft: Draft, said: Said) -> None:
    for name, codes in said.get("codes", {}).items():
        known = _find(draft, name)["constraints"]["enum"]
        known += [code for code in codes if code not in known]


def _change_keys(draft: Draft, said: Said) -> None:
    for table, keys in said.get("foreignKeys", {}).items():
        draft.entry(table)["schema"].setdefault("foreignKeys", []).extend(deepcopy(keys))
    for name in said.get("keyless", ()):
        table, _, column = name.partition(".")
        schema = draft.entry(table)["schema"]
        schema["foreignKeys"] = [key for key in schema["foreignKeys"] if key["fields"] != column]


def _fill_in(draft: Draft, said: Said) -> None:
    for name, missing in said.get("missing", {}).items():
        if there := _find(draft, name) if name else draft.descriptor:
            _merge(there, missing)


def _merge(there: dict[str, Any], missing: Said) -> None:
    """Add what is missing, in objects within objects, too."""
    for key, value in missing.items():
        if isinstance(value, dict) and isinstance(there.get(key), dict):
            _merge(there[key], value)
        else:
            there.setdefault(key, deepcopy(value))


def _add_wording(draft: Draft, said: Said) -> None:
    for name, columns in said.get("wording", {}).items():
        table, _, key = name.partition(".")
        wording = draft.entry(table).get("wording", {})
        known = wording.get(key, [])
        wording[key] = list(dict.fromkeys([*([known] if isinstance(known, str) else known), *columns]))


def _rename(draft: Draft, said: Said) -> None:
    """Ask for other columns wherever lists of codes and the search ask for these."""
    for name, new in said.get("renamed", {}).items():
        table, _, old = name.partition(".")
        for one in draft.descriptor.get("lists", {}).values():
            one["from"] = f"{table}.{new}" if one.get("from") == name else one.get("from")
        search = draft.descriptor.get("search", {})
        if "words" in search:
            search["words"] = [new if word == old else word for word in search["words"]]
        for one in search.get("filters", {}).values():
            one["column"] = new if one["column"] == old else one["column"]
