"""What a Table Schema cannot say: each rule takes the readable tables and yields what breaks it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from aichr_briefings.dataset.characters import describe_character, find_controls, find_unshowable, is_blank
from aichr_briefings.dataset.commentary import check_commentary, list_commentary
from aichr_briefings.dataset.files import NotPlainError, read_file
from aichr_briefings.dataset.findings import DatasetError, Finding, Severity, find_nearest, quote
from aichr_briefings.dataset.needs import find_needs
from aichr_briefings.dataset.package import DESCRIPTOR, AsOf, Field, Package, Resource
from aichr_briefings.dataset.partial_dates import PartialDate, find_fault, read_plan
from aichr_briefings.dataset.tables import Sheet, parse_cell, split_items
from aichr_briefings.dataset.wording import find_unknown, read_wordings
from aichr_briefings.look.fonts import unshowable

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
class Tables:
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


def check_items(tables: Tables) -> Iterator[Finding]:
    """Yield the items that are not where they should come from, may mean two things, or are there twice."""
    origins = {name: _find_homes(tables, name) for name in _list_origins(tables.package)}
    for record, field in tables.cells(lambda field: field.is_list or bool(field.items_from)):
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


def _find_homes(tables: Tables, origin: str) -> dict[str, list[str]] | None:
    """Return where each code of a column or a declared list stands; None if one of the tables is unreadable.

    What stands in a table that cannot be read is not to be called unknown.
    """
    declared = tables.package.lists.get(origin)
    homes: dict[str, list[str]] = {code: [] for code in (declared.values if declared else ())}
    for name in declared.columns if declared else (origin,):
        values = tables.values(name)
        if values is None:
            return None
        for code in dict.fromkeys(values):
            homes.setdefault(code, []).append(name)
    return homes


def check_sources(tables: Tables) -> Iterator[Finding]:
    """Yield the locators that are malformed, or of a source that the descriptor does not list."""
    known = [str(source.get("name")) for source in tables.package.descriptor.get("sources", ())]
    for record, field in tables.cells(lambda field: field.is_list and field.name == "sources"):
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


def check_partial_dates(tables: Tables) -> Iterator[Finding]:
    """Yield what is no partial date."""
    for record, field in tables.cells(lambda field: field.is_partial_date):
        try:
            PartialDate.parse(record.cells[field.name])
        except ValueError as error:
            yield record.find(field.name, str(error))


def check_intervals(tables: Tables) -> Iterator[Finding]:
    """Yield the ends that stand before their start, or have none, and the cells that hold two dates."""
    for resource in tables.package.resources:
        start, end = resource.interval or ("", "")
        for record in tables.records(resource.name, start, end) if start else ():
            fault = find_fault(record.cells[start], record.cells[end])
            if fault is not None:
                yield record.find({"start": start, "end": end}[fault[0]], fault[1])


def check_circles(tables: Tables) -> Iterator[Finding]:
    """Yield what belongs to itself, or follows itself, by whatever way round."""
    for table, key, column in (("organisations", "code", "parent"), ("activities", "id", "follows")):
        records = {record.cells[key]: record for record in tables.records(table, key, column)}
        for code, record in records.items():
            here, steps = record.cells[column], 0
            while here in records and here != code and steps < len(records):
                here, steps = records[here].cells[column], steps + 1
            if code and here == code:
                yield record.find(column, f"{quote(code)} leads back to itself through the column {column}")


def check_origins(tables: Tables) -> Iterator[Finding]:
    """Yield the activities that do not say who gave them their themes, or say it of no theme."""
    for record in tables.records("activities", "themes", "themes_origin"):
        themes, origin = split_items(record.cells["themes"]), record.cells["themes_origin"]
        if themes and not origin:
            yield record.find(
                "themes_origin", "the cell is empty; say whether the themes are stated or assigned"
            )
        if origin and not themes:
            yield record.find("themes_origin", f"{quote(origin)} is said of no theme")


def check_status(tables: Tables) -> Iterator[Finding]:
    """Yield, as warnings, the planned that are past and the held that are ahead, as of the dataset's days."""
    days = _read_as_of(tables.package)
    for record in tables.records("activities", "start", "end", "status") if days else ():
        when, status = _parse_interval(record), record.cells["status"]
        if not when or days is None:
            continue
        if status == "planned" and when.latest is not None and when.latest < days.start:
            message = f"{when} is past as of {days.start}, but the status is planned"
            yield record.find("start", message, severity="warning")
        if status == "held" and when.earliest is not None and when.earliest > days.end:
            message = f"{when} is still ahead as of {days.end}, but the status is held"
            yield record.find("start", message, severity="warning")


def check_plans(tables: Tables) -> Iterator[Finding]:
    """Yield the plans that are no years, and the activities certainly outside a plan assigned to them."""
    plans: dict[str, PartialDate] = {}
    for record in tables.records("provisions", "id", "plan"):
        try:
            plans[record.cells["id"]] = read_plan(record.cells["plan"])
        except ValueError as error:
            yield record.find("plan", str(error))
    for record in tables.records("activities", "start", "end", "provisions"):
        when = _parse_interval(record)
        for item in split_items(record.cells["provisions"]) if when else ():
            if item in plans and when is not None and when.falls_within(plans[item]) is False:
                plan = f"{plans[item].start}-{plans[item].end}"
                message = f"{quote(item)} is of the plan {plan}, the activity of {when}"
                yield record.find("provisions", message, value=item)


def check_characters(tables: Tables) -> Iterator[Finding]:
    """Yield what no bundled font can show, in tables and descriptor."""
    # A look at all characters at once is a hundred times as fast as one at each cell.
    characters = "".join({*"".join("".join(row.cells) for s in tables.sheets.values() for row in s.rows)})
    odd = frozenset([*find_controls(characters), *unshowable(characters)])
    for record, field in tables.cells(lambda field: True) if odd else ():
        for character in dict.fromkeys(c for c in record.cells[field.name] if c in odd):
            yield record.find(field.name, describe_character(character), value=character)
    for row, character in find_unshowable(tables.package.text):
        yield Finding(message=describe_character(character), file=DESCRIPTOR, row=row, value=character)


def check_commentary_files(tables: Tables) -> Iterator[Finding]:
    """Yield the commentary that is no plain file of the dataset's folder, or cannot be read at all."""
    folder = tables.package.path
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
    yield from _warn_of_links(folder, [*tables.package.digests, *files])


def _warn_of_links(folder: Path, files: Sequence[str]) -> Iterator[Finding]:
    """Yield a warning if files have several names: what they hold may change elsewhere."""
    linked = [file for file in files if _count_names(folder / file) > 1]
    if linked:
        others = f", as {len(linked) - 1} more files have" if linked[1:] else ""
        message = f"it has another name elsewhere (a hard link){others}: what changes there changes here"
        yield Finding(message=message, severity="warning", file=linked[0])


def _count_names(path: Path) -> int:
    return path.lstat().st_nlink if path.is_file() else 0


def check_blanks(tables: Tables) -> Iterator[Finding]:
    """Yield the cells that every row needs and that hold only what cannot be seen."""
    for record, field in tables.cells(lambda field: field.required):
        cell = record.cells[field.name]
        if cell and (is_blank(cell) or (field.is_list and not split_items(cell))):
            points = " ".join(f"U+{ord(character):04X}" for character in cell[:5])
            yield record.find(
                field.name, f"the cell is empty, but every row needs this; it holds only {points}"
            )


def check_integers(tables: Tables) -> Iterator[Finding]:
    """Yield the whole numbers that are not in plain digits, or too large to be read."""
    for record, field in tables.cells(lambda field: field.type in ("integer", "year")):
        try:
            parse_cell(field, record.cells[field.name])
        except ValueError as error:
            yield record.find(field.name, str(error))


def check_descriptor(tables: Tables) -> Iterator[Finding]:
    """Yield what the descriptor lacks of what the queries need, and the tables that it does not describe."""
    package = tables.package
    for name in ("as_of", "coverage"):
        try:
            getattr(package, name)
        except DatasetError as error:
            yield error.finding
    yield from find_needs(package)
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


RULES: tuple[Callable[[Tables], Iterator[Finding]], ...] = (
    check_descriptor,
    check_blanks,
    check_integers,
    check_items,
    check_sources,
    check_partial_dates,
    check_intervals,
    check_circles,
    check_origins,
    check_status,
    check_plans,
    check_characters,
    check_commentary_files,
)


def _parse_interval(record: Record) -> PartialDate | None:
    """Return when an activity was; None if its dates are faulty, which another rule says."""
    try:
        return PartialDate(record.cells["start"], record.cells["end"])
    except ValueError:
        return None


def _read_as_of(package: Package) -> AsOf | None:
    try:
        return package.as_of
    except DatasetError:
        return None
