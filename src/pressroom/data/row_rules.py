"""Rules on rows for a helper to choose from: cells that stand together, periods, states, and terms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial

from pressroom.data.findings import Finding, quote
from pressroom.data.partial_dates import PartialDate
from pressroom.data.records import Record, Sheets
from pressroom.data.sheets import split_items
from pressroom.data.source_rules import read_known
from pressroom.data.sources import SOURCES, AsOf, Source, find_as_of


def find_halves(sheets: Sheets, *, table: str, column: str, of: str) -> Iterator[Finding]:
    """Yield the rows of which one cell has to say something of another, where one of the two is empty."""

    def is_half(said: str, held: str) -> bool:
        return bool(said) != bool(split_items(held))

    for record in sheets.suspects(table, (column, of), is_half):
        said = record.cells[column]
        field = next(field for field in record.resource.fields if field.name == column)
        choice = f"; write {' or '.join(field.enum)}" if field.enum else ""
        empty = f"the cell is empty, and says nothing of {of}{choice}"
        yield record.find(column, f"{quote(said)} is said of no {of}, which is empty" if said else empty)


def find_gaps(sheets: Sheets, *, table: str, column: str, of: str) -> Iterator[Finding]:
    """Yield, as warnings, the rows that say nothing of what the column `of` holds, where others do."""
    if any(said for (said,) in sheets.texts(table, column)):
        for record in sheets.suspects(table, (column, of), lambda said, held: held and not said):
            message = f"the cell says nothing of {of}, as other rows do"
            yield record.find(column, message, severity="warning")


def find_outside(
    sheets: Sheets, *, table: str, column: str, through: str, periods: tuple[str, str, str]
) -> Iterator[Finding]:
    """Yield the periods that end before they begin, and the rows that are certainly outside one of theirs.

    Parameters
    ----------
    table, column
        A table with dates, and the keys of what its rows belong to.
    through
        Where the period of that stands, as ``table.column``.
    periods
        The table of periods, and the columns of their first and last date.
    """
    name, first, last = periods
    own, _, label = through.partition(".")
    known: dict[str, PartialDate] = {}
    for record in sheets.records(name, first, last):
        try:
            known[_key(record)] = PartialDate(record.cells[first], record.cells[last])
        except ValueError as error:
            yield record.find(last, str(error))
    period_of = {_key(record): known.get(record.cells[label]) for record in sheets.records(own, label)}

    def list_faults(cell: str, *dates: str) -> list[tuple[str, str]]:
        when = _parse_interval(*dates) if cell else None
        placed = [(item, period_of.get(item)) for item in split_items(cell)] if when else []
        return [
            (item, f"{quote(item)} is of {period.start} to {period.end}, and this row of {when}")
            for item, period in placed
            if period is not None and when is not None and when.touches(period) is False
        ]

    columns = (column, *_list_dates(sheets, table))
    for record in sheets.suspects(table, columns, list_faults):
        for item, message in list_faults(*map(record.cells.__getitem__, columns)):
            yield record.find(column, message, value=item)


def find_untimely(sheets: Sheets, *, ahead: str, over: str) -> Iterator[Finding]:
    """Yield, as warnings, the records that are past or ahead against their status, as their sources know it.

    Parameters
    ----------
    ahead, over
        The status of what is still to come, and of what is over.
    """
    sources = read_known(sheets.package)
    newest = next(iter(find_as_of(sources.values())), None)
    find_newest = cache(partial(_find_newest, sources))

    def judge(status: str, cited: str, *dates: str) -> str:
        when = _parse_interval(*dates) if status in (ahead, over) else None
        days = find_newest(cited)
        if not when or when.latest is None or when.earliest is None or days is None:
            return ""
        if status == over:
            is_ahead = when.earliest > days.end
            return f"{when} is still ahead as of {days.end}, but the status is {over}" if is_ahead else ""
        if when.latest < days.start:
            return f"{when} is past as of {days.start}, but the status is {ahead}"
        if newest and when.latest < newest.start:
            return f"{when} is past as of {newest.start}, of another source, but the status is {ahead}"
        return ""

    table = sheets.package.records.name
    dates = _list_dates(sheets, table)
    columns = ("status", SOURCES, *dates)
    for record in sheets.suspects(table, columns, judge) if dates else ():
        yield record.find(dates[0], judge(*map(record.cells.__getitem__, columns)), severity="warning")


def _list_dates(sheets: Sheets, table: str) -> tuple[str, ...]:
    """Return the columns of the first and the last date of a table's rows; none if they have none."""
    sheet = sheets.sheets.get(table)
    return (sheet.resource.interval or ()) if sheet else ()


def check_terms(
    sheets: Sheets, *, homes: Sequence[str], table: str = "terms", short: str = "short_name"
) -> Iterator[Finding]:
    """Yield the terms that say nothing, and the names that another table has already.

    Parameters
    ----------
    homes, short
        The tables whose rows have a full name, and the column in which a term may stand there.
    table
        The abbreviations and terms, with ``short``, ``name``, ``explanation`` and ``kind``.
    """
    known = {row.cells[short]: row.resource.file for home in homes for row in sheets.records(home, short)}
    for record in sheets.records(table, "short", "name", "explanation", "kind"):
        term, name, home = record.cells["short"], record.cells["name"], known.get(record.cells["short"])
        if name and home:
            yield record.find("name", f"the name of {quote(term)} stands in {home}; leave it empty here")
        elif not name and not home and record.cells["kind"] == "abbreviation":
            yield record.find("name", f"the cell is empty; write what {quote(term)} stands for")
        elif not name and not record.cells["explanation"]:
            yield record.find("explanation", f"the cell is empty; nothing is said of {quote(term)}")


def _key(record: Record) -> str:
    return record.cells[record.resource.key[0]] if record.resource.key else ""


def _parse_interval(*dates: str) -> PartialDate | None:
    """Return when something was; None if nothing has dates, or they are faulty, which another rule says."""
    try:
        return PartialDate(*dates)
    except ValueError:
        return None


def _find_newest(sources: Mapping[str, Source], cell: str) -> AsOf | None:
    """Return what the newest source of a row is as of; None if none of them says."""
    codes = {locator.partition("#")[0] for locator in split_items(cell)}
    return next(iter(find_as_of(source for code, source in sources.items() if code in codes)), None)
