"""What a Table Schema cannot say: each rule takes the readable tables and yields what breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from pressroom.data.characters import (
    describe_character,
    describe_misread,
    find_misread,
    find_unshowable,
    is_blank,
    list_unshowable,
)
from pressroom.data.commentary import check_commentary, list_commentary
from pressroom.data.conflicts import find_helper_conflicts
from pressroom.data.files import NotPlainError, read_file
from pressroom.data.findings import DatasetError, Finding, Severity, find_nearest, quote
from pressroom.data.keys import find_unknown_keys
from pressroom.data.locate import locate_helper
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.partial_dates import PartialDate, find_fault
from pressroom.data.resource import Field, Resource
from pressroom.data.select import find_faults
from pressroom.data.sheets import Sheet, parse_cell, split_items
from pressroom.data.wording import find_unknown, read_wordings

Rule = Callable[["Sheets"], Iterator[Finding]]
"""Takes the readable tables and yields what breaks it."""

GROUP = "pressroom.rules"
"""The entry points by which a desk's helper package offers rules of its own."""

SOURCES = "sources"
"""The column, of any table, that holds locators."""

LOCATOR = re.compile(r"([a-z0-9-]+)#[A-Za-z0-9.]+(?:/[A-Za-z0-9.]+)?")


@dataclass(frozen=True)
class Record:
    """One row: which it is, and its cells by label."""

    resource: Resource
    number: int
    cells: Mapping[str, str]

    def find(
        self,
        column: str,
        message: str,
        *,
        value: str | None = None,
        allowed: Iterable[str] = (),
        severity: Severity = "error",
    ) -> Finding:
        """Return a finding about this row's cell in `column`, or about one item, `value`, of its list."""
        value, allowed = self.cells[column] if value is None else value, tuple(allowed)
        return Finding(
            message=message,
            severity=severity,
            file=self.resource.file,
            row=self.number,
            column=column,
            value=value,
            allowed=allowed,
            nearest=find_nearest(value, allowed),
        )


@dataclass(frozen=True)
class Sheets:
    """The tables that could be read, as text."""

    package: Package
    sheets: Mapping[str, Sheet]

    def records(self, table: str, *needed: str) -> Iterator[Record]:
        """Yield the rows of a table; none if it could not be read or lacks a column that is needed."""
        sheet = self.sheets.get(table)
        if sheet is not None and set(needed) <= set(sheet.resource.labels):
            for row in sheet.rows:
                yield Record(
                    sheet.resource, row.number, dict(zip(sheet.resource.labels, row.cells, strict=True))
                )

    def values(self, name: str) -> tuple[str, ...] | None:
        """Return what stands in ``table.column``; None if the table could not be read."""
        table, _, column = name.partition(".")
        if table not in self.sheets or column not in self.sheets[table].resource.labels:
            return None
        return tuple(cell for _, cell in self.sheets[table].column(column) if cell)

    def cells(self, wanted: Callable[[Field], bool]) -> Iterator[tuple[Record, Field]]:
        """Yield every row with each of its fields that is `wanted`."""
        for name, sheet in self.sheets.items():
            chosen = [field for field in sheet.resource.fields if wanted(field)]
            for record in self.records(name):
                for field in chosen:
                    yield record, field


def check_items(sheets: Sheets) -> Iterator[Finding]:
    """Yield the items that are not where they should come from, may mean two things, or are there twice."""
    origins = {name: find_homes(sheets, name) for name in _list_origins(sheets.package)}
    for record, field in sheets.cells(lambda field: field.is_list or bool(field.items_from)):
        cell = record.cells[field.name]
        items = split_items(cell) if field.is_list else (cell,) if cell else ()
        for item in sorted(set(items), key=items.index):
            if items.count(item) > 1:
                yield record.find(field.name, f"{quote(item)} is in the list twice", value=item)
        homes_of = origins[field.items_from] if field.items_from else None
        for item in items if homes_of is not None else ():
            yield from _check_item(record, field, item, homes_of or {})


def _check_item(
    record: Record, field: Field, item: str, homes_of: Mapping[str, list[str]]
) -> Iterator[Finding]:
    if item not in homes_of:
        kind = "in the column" if "." in str(field.items_from) else "on the list"
        message = f"{quote(item)} is not {kind} {field.items_from}"
        yield record.find(field.name, message, value=item, allowed=homes_of)
    elif len(homes_of[item]) > 1:
        message = f"{quote(item)} may mean two things: it is in {' and in '.join(homes_of[item])}"
        yield record.find(field.name, message, value=item)


def _list_origins(package: Package) -> set[str]:
    return {field.items_from for r in package.resources for field in r.fields if field.items_from}


def find_homes(sheets: Sheets, origin: str) -> dict[str, list[str]] | None:
    """Return in which columns each code of a column or a declared list stands; None if one is unreadable.

    What stands in a table that cannot be read is not to be called unknown.
    """
    declared = sheets.package.lists.get(origin)
    homes: dict[str, list[str]] = {code: [] for code in (declared.values if declared else ())}
    for name in declared.columns if declared else (origin,):
        values = sheets.values(name)
        if values is None:
            return None
        for code in dict.fromkeys(values):
            homes.setdefault(code, []).append(name)
    return homes


def check_sources(sheets: Sheets) -> Iterator[Finding]:
    """Yield the locators that are malformed, or of a source that the descriptor does not list."""
    known = [str(source.get("name")) for source in sheets.package.descriptor.get("sources", ())]
    for record, field in sheets.cells(lambda field: field.is_list and field.name == SOURCES):
        for item in split_items(record.cells[field.name]):
            match = LOCATOR.fullmatch(item)
            if match is None:
                message = (
                    f"{quote(item)} is not a locator such as {known[0] if known else 'source'}#B.III.2018/4"
                )
                yield record.find(field.name, message, value=item)
            elif match[1] not in known:
                message = f"{quote(match[1])} is not a source that the descriptor names"
                yield record.find(field.name, message, value=match[1], allowed=known)


def check_partial_dates(sheets: Sheets) -> Iterator[Finding]:
    """Yield what is no partial date."""
    for record, field in sheets.cells(lambda field: field.is_partial_date):
        try:
            PartialDate.parse(record.cells[field.name])
        except ValueError as error:
            yield record.find(field.name, str(error))


def check_intervals(sheets: Sheets) -> Iterator[Finding]:
    """Yield the ends that stand before their start, or have none, and the cells that hold two dates."""
    for resource in sheets.package.resources:
        start, end = resource.interval or ("", "")
        for record in sheets.records(resource.name, start, end) if start else ():
            fault = find_fault(record.cells[start], record.cells[end])
            if fault is not None:
                yield record.find({"start": start, "end": end}[fault[0]], fault[1])


def check_parts(sheets: Sheets) -> Iterator[Finding]:
    """Yield the cells that are not the part of another cell of their row that the descriptor says."""
    for record, field in sheets.cells(lambda field: bool(field.equals)):
        whole, cell = record.cells.get(field.equals["of"], ""), record.cells[field.name]
        side = "after" if "after" in field.equals else "before"
        head, mark, tail = whole.partition(field.equals[side])
        part = (tail if side == "after" else head) if mark else ""
        if cell and whole and cell != part:
            of = f"{field.equals['of']} says {quote(whole)}"
            message = f"{quote(cell)} is not what stands {side} {quote(field.equals[side])} in it: {of}"
            yield record.find(field.name, message, allowed=[part] if part else [])


def check_circles(sheets: Sheets) -> Iterator[Finding]:
    """Yield what leads back to itself through a column that holds keys of its own table."""
    for resource in sheets.package.resources:
        key = resource.key[0] if len(resource.key) == 1 else ""
        for column in (c for c, other in resource.references.items() if other == f"{resource.name}.{key}"):
            records = {record.cells[key]: record for record in sheets.records(resource.name, key, column)}
            for code, record in records.items():
                here, steps = record.cells[column], 0
                while here in records and here != code and steps < len(records):
                    here, steps = records[here].cells[column], steps + 1
                if code and here == code:
                    message = f"{quote(code)} leads back to itself through the column {column}"
                    yield record.find(column, message)


def check_characters(sheets: Sheets) -> Iterator[Finding]:
    """Yield what no page can show, in tables and descriptor, with row and column."""
    # A look at all characters at once is a hundred times as fast as one at each cell.
    characters = "".join({*"".join("".join(row.cells) for s in sheets.sheets.values() for row in s.rows)})
    odd = frozenset(list_unshowable(characters))
    for record, field in sheets.cells(lambda field: True) if odd else ():
        for character in dict.fromkeys(c for c in record.cells[field.name] if c in odd):
            yield record.find(field.name, describe_character(character), value=character)
    for row, character in find_unshowable(sheets.package.text):
        yield Finding(message=describe_character(character), file=DESCRIPTOR, row=row, value=character)


def check_encoding(sheets: Sheets) -> Iterator[Finding]:
    """Yield, as warnings, what looks like text that was read in another encoding on its way here."""
    for record, field in sheets.cells(lambda field: field.type == "string"):
        for found in find_misread(record.cells[field.name]):
            yield record.find(field.name, describe_misread(found), value=found, severity="warning")
    for row, line in enumerate(sheets.package.text.split("\n"), start=1):
        for found in find_misread(line):
            message = describe_misread(found)
            yield Finding(message=message, file=DESCRIPTOR, row=row, value=found, severity="warning")


def check_commentary_files(sheets: Sheets) -> Iterator[Finding]:
    """Yield the commentary that is no plain file of the dataset's folder, or cannot be read at all."""
    folder = sheets.package.path
    try:
        files = list_commentary(folder)
    except DatasetError as error:
        yield error.finding
        return
    for file in files:
        try:
            read_file(folder, file)
        except (NotPlainError, OSError):
            yield from check_commentary(folder, file)
    yield from _warn_of_links(folder, [*sheets.package.digests, *files])


def _warn_of_links(folder: Path, files: Sequence[str]) -> Iterator[Finding]:
    """Yield a warning if files have several names: what they hold may change elsewhere."""
    linked = [file for file in files if _count_names(folder / file) > 1]
    if linked:
        others = f", as {len(linked) - 1} more files have" if linked[1:] else ""
        message = f"it has another name elsewhere (a hard link){others}: what changes there changes here"
        yield Finding(message=message, severity="warning", file=linked[0])


def _count_names(path: Path) -> int:
    return path.lstat().st_nlink if path.is_file() else 0


def check_blanks(sheets: Sheets) -> Iterator[Finding]:
    """Yield the cells that every row needs and that hold only what cannot be seen."""
    for record, field in sheets.cells(lambda field: field.required):
        cell = record.cells[field.name]
        if cell and (is_blank(cell) or (field.is_list and not split_items(cell))):
            points = " ".join(f"U+{ord(character):04X}" for character in cell[:5])
            yield record.find(
                field.name, f"the cell is empty, but every row needs this; it holds only {points}"
            )


def check_derived(sheets: Sheets) -> Iterator[Finding]:
    """Yield the empty cells of which a derived column would have to know what they hold."""
    for resource in sheets.package.resources:
        for one in resource.derivations:
            for record in sheets.records(resource.name, *one.where):
                for column in (column for column in one.where if not record.cells[column]):
                    message = f"the cell is empty, but {one.label} follows from it; every row needs it"
                    yield record.find(column, message)


def check_integers(sheets: Sheets) -> Iterator[Finding]:
    """Yield the whole numbers that are not in plain digits, or too large to be read."""
    for record, field in sheets.cells(lambda field: field.type in ("integer", "year")):
        try:
            parse_cell(field, record.cells[field.name])
        except ValueError as error:
            yield record.find(field.name, str(error))


def check_descriptor(sheets: Sheets) -> Iterator[Finding]:
    """Yield what the descriptor lacks of what it declares, and the tables that it does not describe."""
    package = sheets.package
    for name in (name for name in ("as_of", "coverage") if name in package.descriptor):
        try:
            getattr(package, name)
        except DatasetError as error:
            yield error.finding
    yield from find_unknown_keys(package.descriptor)
    yield from find_faults(package)
    try:
        read_wordings(package)
        yield from find_unknown(package)
    except DatasetError as error:
        yield error.finding
    described = {resource.file for resource in package.resources}
    for path in sorted(package.path.glob("*.csv")):
        if path.name not in described:
            message = "the descriptor does not describe this table; nothing reads it"
            yield Finding(message=message, file=path.name, severity="warning")


RULES: tuple[Rule, ...] = (
    check_descriptor,
    check_blanks,
    check_derived,
    check_integers,
    check_items,
    check_sources,
    check_partial_dates,
    check_intervals,
    check_parts,
    check_circles,
    check_characters,
    check_encoding,
    check_commentary_files,
)


def find_rules(package: Package) -> Sequence[Rule]:
    """Return the rules of the helper package that a descriptor names under ``helper``, if it has any.

    It is an installed package, which registers its rules under its name as an entry point of the group
    ``pressroom.rules``: nothing that lies in a kit is imported to check it.

    Raises
    ------
    DatasetError
        If no package of that name is installed, or a merge was not finished in it.
    """
    if "helper" not in package.descriptor:
        return ()
    helper = locate_helper(package)
    if helper is None:
        named = quote(package.descriptor["helper"])
        message = f'the descriptor names the "helper" {named}, which is no installed package'
        raise DatasetError(Finding(message=message, file=DESCRIPTOR))
    for finding in find_helper_conflicts(helper):
        raise DatasetError(finding)
    rules: Sequence[Rule] = ()
    for point in entry_points(group=GROUP, name=package.helper or ""):
        rules = point.load()
    return rules
