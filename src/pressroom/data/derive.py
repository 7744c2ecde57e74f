"""The typed tables of a package, made of its files: cells, dates, and the columns that follow from others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pressroom.data.derivations import DATES, Derivation
from pressroom.data.findings import DatasetError, Finding
from pressroom.data.package import Package
from pressroom.data.partial_dates import PartialDate, find_fault
from pressroom.data.resource import Field, Resource
from pressroom.data.sheets import read_cells
from pressroom.data.tables import Table, rank_day

Cells = dict[str, list[Any]]
Pair = tuple[str, str]


def make_tables(package: Package) -> dict[str, Table]:
    """Return the tables of a package by name; one with dates in their order, the undated last.

    Raises
    ------
    DatasetError
        If a table cannot be read.
    """
    return _Maker(package).make()


class _Maker:
    """Makes the tables of a package, each derived column after those that it looks at."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.numbers: dict[str, Sequence[int]] = {}
        self.cells: dict[str, dict[str, list[Any]]] = {}
        self.dates: dict[str, list[PartialDate]] = {}

    def make(self) -> dict[str, Table]:
        for resource in self.package.resources:
            self.numbers[resource.name], self.cells[resource.name] = read_cells(resource)
            if resource.interval:
                self._date(resource, resource.interval)
        waiting = [(r, one) for r in self.package.resources for one in r.derivations]
        while waiting:
            ready = [(r, one) for r, one in waiting if all(map(self._has, one.list_needs(r.name)))]
            for resource, one in ready:
                self.cells[resource.name][one.label] = self._derive(resource, one)
            waiting = [pair for pair in waiting if pair not in ready]
        return {resource.name: self._finish(resource) for resource in self.package.resources}

    def _has(self, name: str) -> bool:
        table, _, column = name.partition(".")
        return column in self.cells[table]

    def _date(self, resource: Resource, interval: tuple[str, str]) -> None:
        """Sort a table by its dates, the undated last, and add what follows from them."""
        cells, numbers = self.cells[resource.name], self.numbers[resource.name]
        pairs = [(start or "", end or "") for start, end in zip(*(cells[c] for c in interval), strict=True)]
        dates = _read_dates(pairs, interval, numbers, resource.file)
        ranks = {pair: (rank_day(date.earliest), rank_day(date.latest)) for pair, date in dates.items()}
        order = sorted(range(len(pairs)), key=lambda i: ranks[pairs[i]])
        pairs = [pairs[i] for i in order]
        self.dates[resource.name] = [dates[pair] for pair in pairs]
        self.numbers[resource.name] = [numbers[i] for i in order]
        for label, column in cells.items():
            cells[label] = [column[i] for i in order]
        for label in DATES:
            derived = {pair: getattr(date, label) for pair, date in dates.items()}
            cells[label] = [derived[pair] for pair in pairs]

    def _derive(self, resource: Resource, one: Derivation) -> list[Any]:
        cells = self.cells[resource.name]
        if one.kind == "climb":
            return _climb_all(one, resource.key[0], cells)
        other, _, column = one.source.partition(".")
        if one.kind == "gather":
            return _gather(cells[resource.key[0]], self.cells[other][one.by], self.cells[other][column])
        key = self.package.resource(other).key[0]
        return _look_up(cells[one.by], self.cells[other][key], self.cells[other][column])

    def _finish(self, resource: Resource) -> Table:
        name = resource.name
        return Table(
            name,
            _list_fields(resource),
            self.cells[name],
            numbers=self.numbers[name],
            key=resource.key,
            dates=self.dates.get(name),
        )


def _list_fields(resource: Resource) -> list[Field]:
    """Return a table's columns, each derived one after what it follows from, or last."""
    fields = list(resource.fields)
    if resource.interval:
        kinds = {"year": "integer", "years": "integer", "precision": "string"}
        fields += [Field.of(label, kinds.get(label, "date"), is_list=label == "years") for label in DATES]
    for one in resource.derivations:
        added = Field.of(one.label, "string", is_list=one.kind == "gather", items_from=one.items_from)
        beside = {"climb": resource.key[0], "lookUp": one.by}.get(one.kind)
        place = next((i + 1 for i, f in enumerate(fields) if f.name == beside), len(fields))
        fields.insert(place, added)
    return fields


def _read_dates(
    pairs: Iterable[Pair], interval: Pair, numbers: Iterable[int], file: str
) -> dict[Pair, PartialDate]:
    """Return when rows were, by their start and end: many have the same.

    Raises
    ------
    DatasetError
        If an end stands before its start, or alone.
    """
    dates: dict[Pair, PartialDate] = {}
    for number, pair in zip(numbers, pairs, strict=True):
        if pair in dates:
            continue
        fault = find_fault(*pair)
        if fault is not None:
            place = 0 if fault[0] == "start" else 1
            value, column = pair[place], interval[place]
            raise DatasetError(Finding(message=fault[1], file=file, row=number, column=column, value=value))
        dates[pair] = PartialDate(*pair)
    return dates


def _climb_all(derivation: Derivation, key: str, cells: Cells) -> list[Any]:
    """Return for each row the key of the nearest one, from it upwards, that fits; None where none does."""
    parents = dict(zip(cells[key], cells[derivation.source], strict=True))
    asked = [[cell == value for cell in cells[column]] for column, value in derivation.where.items()]
    fits = [all(answers) for answers in zip(*asked, strict=True)]
    there = {code for code, fit in zip(cells[key], fits, strict=True) if fit}
    return [_climb(code, parents, there) for code in cells[key]]


def _look_up(keys: Iterable[Any], other_keys: Iterable[Any], other_cells: Iterable[Any]) -> list[Any]:
    """Return for each key the cell of the row of another table that has it; None where none has."""
    found = dict(zip(other_keys, other_cells, strict=True))
    return [found.get(key) for key in keys]


def _gather(keys: Iterable[Any], other_by: Iterable[Any], other_cells: Iterable[Any]) -> list[Any]:
    """Return for each key what stands in the rows of another table that name it, each once, in order."""
    found: dict[Any, set[Any]] = {}
    for key, cell in zip(other_by, other_cells, strict=True):
        if cell is not None:
            found.setdefault(key, set()).add(cell)
    return [tuple(sorted(found.get(key, ()))) for key in keys]


def _climb(code: Any, parents: Mapping[Any, Any], there: set[Any]) -> Any:
    seen: set[Any] = set()
    while code is not None and code not in there and code not in seen:
        seen.add(code)  # a circle is the check's to report, not ours to hang in
        code = parents.get(code)
    return code if code in there else None
