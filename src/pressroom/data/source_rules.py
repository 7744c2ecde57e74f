"""What must hold of the sources, of what they cover, and of the locators that cite them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial

from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.partial_dates import PartialDate
from pressroom.data.records import Rule, Sheets
from pressroom.data.resource import Field
from pressroom.data.sheets import split_items
from pressroom.data.sources import (
    COVERAGE,
    LONGEST_COVERAGE,
    NEEDED,
    REVISIONS,
    SOURCES,
    Source,
    read_sources,
)

LOCATOR = re.compile(r"([^#;\s]+)#\S(?:[^;]*[^;\s])?")
"""A source and where in it: anything but ``;``, and no blanks at its ends."""


def check_locators(sheets: Sheets) -> Iterator[Finding]:
    """Yield the locators that are malformed, or of a source that is nowhere described."""
    known = list_sources(sheets)
    if known is None:
        return

    def list_faults(_: Field, cell: str) -> list[tuple[str, str, Sequence[str]]]:
        return [fault for item in split_items(cell) for fault in _find_faults(item, known)]

    for record, field in sheets.cells(lambda field: field.is_list and field.name == SOURCES, list_faults):
        for message, value, allowed in list_faults(field, record.cells[field.name]):
            yield record.find(field.name, message, value=value, allowed=allowed)


def _find_faults(item: str, known: Sequence[str]) -> Iterator[tuple[str, str, Sequence[str]]]:
    match = LOCATOR.fullmatch(item)
    if match is None:
        example = f"{known[0] if known else 'source'}#page-12"
        yield f"{quote(item)} is not a locator such as {example}", item, ()
    elif any(f"{code}#" in item[match.end(1) + 1 :] for code in known):
        yield f"{quote(item)} holds two locators; write ; between them", item, ()
    elif match[1] not in known:
        yield f"{quote(match[1])} is not a source of this dataset", match[1], known


def list_sources(sheets: Sheets) -> Sequence[str] | None:
    """Return the codes of the sources, of their table or the descriptor; None if that cannot be read."""
    table = sheets.package.holding(SOURCES)
    if table is None:
        return [str(source.get("name")) for source in sheets.package.descriptor.get("sources", ())]
    return sheets.values(f"{table.name}.code")


def check_held(sheets: Sheets) -> Iterator[Finding]:
    """Yield what a table is said to hold that the press does not know, twice, or without its columns."""
    seen: set[str] = set()
    for resource in (resource for resource in sheets.package.resources if resource.holds is not None):
        held, place = str(resource.holds), f"the table {resource.name}"
        if held not in NEEDED:
            message = f'"holds" of {place} is {quote(held)}; allowed: {", ".join(NEEDED)}'
            yield Finding(message=message, file=DESCRIPTOR, value=held, nearest=find_nearest(held, NEEDED))
        elif held in seen:
            yield Finding(message=f"{place} holds the {held}, as another table does", file=DESCRIPTOR)
        for column in NEEDED.get(held, ()):
            if column not in resource.labels:
                yield Finding(message=f"{place} holds the {held} and has no column {column}", file=DESCRIPTOR)
        seen.add(held)


def check_sources(sheets: Sheets) -> Iterator[Finding]:
    """Yield the sources that are true until before they begin, and the marks that two of them have."""
    table, marks = sheets.package.holding(SOURCES), set[str]()
    for record in sheets.records(table.name, *NEEDED[SOURCES]) if table else ():
        start, end = (record.cells.get(f"as_of_{side}", "") for side in ("start", "end"))
        if start and end and end < start:
            yield record.find("as_of_end", f"the end, {quote(end)}, is before the start, {quote(start)}")
        mark = record.cells["mark"]
        if mark in marks:
            yield record.find("mark", f"{quote(mark)} is the mark of another source, too")
        marks.update({mark} - {""})


def check_coverage(sheets: Sheets) -> Iterator[Finding]:
    """Yield the years of a source that end before they begin, or are too many."""
    table = sheets.package.holding(COVERAGE)
    for record in sheets.records(table.name, *NEEDED[COVERAGE]) if table else ():
        first, last = record.cells["from"], record.cells["to"]
        if not (first.isdecimal() and last.isdecimal() and len(first) == len(last) == 4):
            column = "to" if first.isdecimal() and len(first) == 4 else "from"
            yield record.find(column, f"{quote(record.cells[column])} is no year of four digits")
        elif not 0 <= int(last) - int(first) < LONGEST_COVERAGE:
            message = f"{first} to {last} are not from one to {LONGEST_COVERAGE} years"
            yield record.find("to", message)


def check_citations(sheets: Sheets) -> Iterator[Finding]:
    """Yield the records of which a page could cite no source: none of theirs has a mark."""
    table, records = sheets.package.holding(SOURCES), sheets.package.records
    rows = [record.cells for record in sheets.records(table.name, *NEEDED[SOURCES])] if table else []
    marked = {row["code"] for row in rows if row["mark"]}

    def is_uncited(cell: str) -> bool:
        codes = {item.partition("#")[0] for item in split_items(cell)}
        return bool(codes) and not codes & marked and codes <= {row["code"] for row in rows}

    for record in sheets.suspects(records.name, [SOURCES], is_uncited) if rows else ():
        yield record.find(SOURCES, "no source of this row has a mark, so no page could cite it")


def check_ties(sheets: Sheets) -> Iterator[Finding]:
    """Yield, as warnings, the records whose two newest sources are of the same day: neither is the newer.

    It is for a helper whose pages take the newest source of a record at its word.
    """
    find = cache(partial(_find_tie, read_known(sheets.package)))
    for record in sheets.suspects(sheets.package.records.name, [SOURCES], find):
        pair = find(record.cells[SOURCES])
        message = f"{pair} are as of the same day, so it is unknown which of them is the newer"
        yield record.find(SOURCES, message, severity="warning")


def _find_tie(sources: Mapping[str, Source], cell: str) -> str:
    """Return the two newest sources that a cell cites if they are as of the same day; else nothing."""
    codes = dict.fromkeys(locator.partition("#")[0] for locator in split_items(cell))
    dated = [(sources[code].as_of, code) for code in codes if code in sources]
    ends = sorted((days.end, code) for days, code in dated if days is not None)
    is_tie = len(ends) > 1 and ends[-1][0] == ends[-2][0]
    return f"{quote(ends[-2][1])} and {quote(ends[-1][1])}" if is_tie else ""


def read_known(package: Package) -> Mapping[str, Source]:
    """Return the sources by their codes; none if their table is faulty, which another rule says."""
    try:
        return read_sources(package)
    except DatasetError:
        return {}


def check_revisions(sheets: Sheets) -> Iterator[Finding]:
    """Yield the revisions of what is no cell of a table, and those of a date by what is none."""
    held, tables = sheets.package.holding(REVISIONS), {r.name: r for r in sheets.package.resources}
    for record in sheets.records(held.name, *NEEDED[REVISIONS]) if held else ():
        table, row, column = (record.cells[part] for part in ("table", "row", "column"))
        if table not in tables:
            yield record.find("table", f"{quote(table)} is no table", allowed=tables)
            continue
        fields = {field.name: field for field in tables[table].fields}
        keys = sheets.values(f"{table}.{tables[table].key[0]}") if tables[table].key else ()
        if column not in fields:
            yield record.find("column", f"{quote(column)} is no column of {table}", allowed=fields)
        elif keys is not None and row not in keys:
            yield record.find("row", f"{quote(row)} is no row of {table}", allowed=keys)
        elif fields[column].is_partial_date:
            try:
                PartialDate.parse(record.cells["value"])
            except ValueError as error:
                yield record.find("value", str(error))


SOURCE_RULES: tuple[Rule, ...] = (
    check_held,
    check_locators,
    check_sources,
    check_coverage,
    check_citations,
    check_revisions,
)
