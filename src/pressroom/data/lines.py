"""Lines to take: what rows each rests on, which differences it has to mark, and whether it still holds.

A line cites places of sources and tells of some of the records. It rests on what is recorded of these, and on
what its places say besides; a digest keeps how that was when somebody compared it (`pressroom.data.reviews`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pressroom.data.findings import Finding, quote
from pressroom.data.records import Record, Sheets
from pressroom.data.reviews import find_unreviewed
from pressroom.data.sheets import split_items
from pressroom.data.tables import Row

if TYPE_CHECKING:
    from pressroom.data.dataset import Dataset

LINES = "lines"
COLUMNS = ("subject", "order", "text", "sources", "care", "holds_while", "reviewed")
"""The table of the lines, and what it must have."""

_YEAR = re.compile(r"\b\d{4}\b")
_NAME = re.compile(r"“([^”]+)”")


def list_lines(ds: Dataset, subject: str) -> list[Row]:
    """Return the lines on a subject, in their order; none where nobody has written any.

    A line that holds while what it tells of has a status is left out as soon as it has another.
    """
    rows = sorted(ds.select(LINES, {"subject": subject}), key=lambda row: row["order"])
    return [row for row in rows if row["holds_while"] is None or _holds(ds, row)]


def _holds(ds: Dataset, line: Row) -> bool:
    """Return whether a line's subject, or what its places tell of, has the status that it says."""
    records = ds.package.records
    return any(
        row[records.key[0]] == line["subject"] or not {*line["sources"]}.isdisjoint(row["sources"])
        for row in ds.select(records.name, {"status": line["holds_while"]})
    )


@dataclass(frozen=True)
class Basis:
    """What the lines of a dataset rest on.

    Attributes
    ----------
    about
        The tables whose rows a line may rest on, each with the column that says what a row is about.
    named
        The columns that name what a line may name, by table.
    statements, differences
        The tables of what is said of a subject, and of what a line has to mark: where sources differ.
    group
        The column of what records belong to, about which a difference may be.
    over
        The status of what stays so, once it was.
    without
        The columns whose change leaves a line as true as it was.
    """

    about: Mapping[str, str]
    named: Mapping[str, str]
    statements: str
    differences: str
    group: str
    over: str
    without: Collection[str] = ()


def check_lines(sheets: Sheets, *, basis: Basis) -> Iterator[Finding]:
    """Yield the lines that rest on nothing or lack a mark and, as warnings, those to be reviewed."""
    ground = _Ground(sheets, basis)
    for line in sheets.records(LINES, *COLUMNS):
        rows, marked = ground.list_rows(line), split_items(line.cells["care"])
        if not rows and line.cells["sources"]:
            yield line.find("sources", "no row cites any of these places, so the line rests on nothing")
        for row in ground.list_due(line):
            if row.cells["id"] not in marked:
                message = (
                    f"the line needs the mark of the difference {quote(row.cells['id'])} on "
                    f"{quote(row.cells['subject'])}, {quote(row.cells.get('heading', ''))}"
                )
                yield line.find("care", message)
        named = f"line {line.cells['order']} on {quote(line.cells['subject'])}"
        yield from _find_outdated(line, ground, named)
        yield from find_unreviewed(line, "reviewed", rows, named=named, without=basis.without)


def _find_outdated(line: Record, ground: _Ground, named: str) -> Iterator[Finding]:
    """Yield a warning if a line is left out by now, or would be printed when it is no longer so."""
    (own, near), known = ground.list_statuses(line), line.cells["holds_while"]
    if known and known not in near:
        message = f"{named} is left out of pages: nothing that it tells of is {known} any more"
        yield line.find("holds_while", message, severity="warning")
    elif not known and own and own.isdisjoint((ground.basis.over, "")):
        message = f"{named} tells of what is {' or '.join(sorted(own))}; say here while what it holds"
        yield line.find("holds_while", message, severity="warning")


class _Ground:
    """The rows that lines may rest on."""

    def __init__(self, sheets: Sheets, basis: Basis) -> None:
        self._sheets, self.basis = sheets, basis

    @cached_property
    def _rows(self) -> Mapping[str, list[Record]]:
        about = self.basis.about
        return {table: list(self._sheets.records(table, own, "sources")) for table, own in about.items()}

    def list_rows(self, line: Record) -> list[Record]:
        """Return what a line rests on.

        These are the records that it tells of, with all that is said of them; what its places say that is
        about no record; and the differences that it marks.
        """
        own, marked = self.list_records(line), split_items(line.cells["care"])
        return [
            row
            for table, rows in self._rows.items()
            for row in rows
            if (about := row.cells[self.basis.about[table]]) in own
            or (about not in self._records and _share_place(line, row) and table != self.basis.differences)
            or (table == self.basis.differences and row.cells.get("id") in marked)
        ]

    def list_due(self, line: Record) -> Iterator[Record]:
        """Yield the differences that a line has to mark.

        They are about its subject, if that is a record; about a record that it tells of; or they share a
        place with it and are about the group of such a record, its subject, or what it names.
        A difference that is about a name, which it quotes, is due where the line says this name.
        """
        own = self.list_records(line) | ({line.cells["subject"]} & self._records.keys())
        near = {self._records[code].cells.get(self.basis.group, "") for code in own}
        for row in self._rows[self.basis.differences]:
            about = row.cells["subject"]
            is_near = about in near or about == line.cells["subject"] or self._is_named(line, about)
            if about in own or (is_near and _share_place(line, row)):
                quoted = [name for name in _NAME.findall(row.cells.get("says", "")) if _is_name(name)]
                if not quoted or any(_says(line.cells["text"], name) for name in quoted):
                    yield row

    def list_records(self, line: Record) -> set[str]:
        """Return the keys of the records that a line tells of.

        A place that tells of one record alone says which. Of several, the line means those whose year it
        says; if it says none of these years, all of them, unless the place also has a statement about the
        line's subject or about what it names, on which the line may then rest alone.
        """
        found: set[str] = set()
        for place in split_items(line.cells["sources"]):
            there = self._records_at.get(place, [])
            named = there if len(there) < 2 else [row for row in there if self._says_year(line, row)]
            found |= {self._key(row) for row in named or ([] if self._is_stated(line, place) else there)}
        return found

    def list_statuses(self, line: Record) -> tuple[set[str], set[str]]:
        """Return the statuses of what a line tells of, and of all that its places, or it, are about."""
        places = split_items(line.cells["sources"])
        near = {self._key(row) for place in places for row in self._records_at.get(place, ())}
        near |= {line.cells["subject"]} & self._records.keys()
        own, all_ = (
            {self._records[code].cells.get("status", "") for code in codes}
            for codes in (self.list_records(line), near)
        )
        return own, all_

    def _key(self, record: Record) -> str:
        return record.cells[self.basis.about[record.resource.name]]

    @cached_property
    def _records(self) -> dict[str, Record]:
        return {self._key(row): row for row in self._rows[self._sheets.package.records.name]}

    @cached_property
    def _records_at(self) -> dict[str, list[Record]]:
        by_place: dict[str, list[Record]] = {}
        for row in self._records.values():
            for place in split_items(row.cells["sources"]):
                by_place.setdefault(place, []).append(row)
        return by_place

    @cached_property
    def _names(self) -> dict[str, str]:
        return {
            row.cells[row.resource.key[0]]: row.cells[label]
            for table, label in self.basis.named.items()
            for row in self._sheets.records(table, label)
            if row.resource.key
        }

    def _is_stated(self, line: Record, place: str) -> bool:
        """Return whether a place has a statement about the line's subject, or about what the line names."""
        return any(
            place in split_items(row.cells["sources"])
            and (row.cells["subject"] == line.cells["subject"] or self._is_named(line, row.cells["subject"]))
            for row in self._rows[self.basis.statements]
        )

    def _is_named(self, line: Record, code: str) -> bool:
        return _says(line.cells["text"], self._names.get(code, ""))

    def _says_year(self, line: Record, record: Record) -> bool:
        """Return whether a line says a year of a record; an undated one may always be meant."""
        dates = self._sheets.package.records.interval or ()
        years = {record.cells.get(label, "")[:4] for label in dates} - {""}
        return not years or bool(years & {*_YEAR.findall(line.cells["text"])})


def _share_place(one: Record, other: Record) -> bool:
    return bool({*split_items(one.cells["sources"])} & {*split_items(other.cells["sources"])})


def _says(text: str, name: str) -> bool:
    return bool(name) and bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE))


def _is_name(text: str) -> bool:
    """Return whether what is quoted is a name: several words that begin with a capital letter."""
    return text[:1].isupper() and " " in text and not any(character.isdigit() for character in text)
