"""What the cells of a new row may hold, asked of the descriptor, of the other rows and of the rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pressroom.data.findings import Finding, Refusal, UnknownCode, advise, find_nearest, quote
from pressroom.data.names import make_slug
from pressroom.data.package import Package
from pressroom.data.records import Record, Rule, Sheets, find_homes
from pressroom.data.resource import Field, Resource
from pressroom.data.rules import RULES, find_rules
from pressroom.data.schema import find_cell_faults
from pressroom.data.sheets import SEPARATOR, Row, Sheet, read_sheet, split_items
from pressroom.data.sources import SOURCES
from pressroom.data.wording import Wording, read_wordings

Cells = Mapping[str, str]

_SMALL = {"a", "an", "and", "at", "for", "from", "in", "of", "on", "the", "to", "with"}


class CellError(ValueError):
    """A cell cannot hold a text; the message says why, what can stand there, and the nearest."""


@dataclass(frozen=True)
class Form:
    """A table, as whoever fills in a new row of it is asked."""

    package: Package
    sheets: dict[str, Sheet]
    resource: Resource
    wording: Wording

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Return the labels in the order in which they are asked for.

        It is the descriptor's, but a start comes before its end, and a key that a name proposes comes last.
        """
        places: dict[str | None, float] = {label: n for n, label in enumerate(self.resource.labels)}
        if self.resource.interval:
            start, end = self.resource.interval
            places[end] = max(places[end], places[start] + 0.5)
        places[self._proposed_key] = len(places)
        return tuple(sorted(self.resource.labels, key=lambda label: places[label]))

    @property
    def key(self) -> str:
        """Return the column by which other tables know a row."""
        return (self.resource.key or self.resource.labels)[0]

    @property
    def by(self) -> str:
        """Return the column that says to which row of another table a row belongs; ``""`` without one."""
        return self.wording.part.by if self.wording.part else ""

    @property
    def who(self) -> str:
        """Return the column that says who took part; ``""`` without one."""
        return self.wording.part.who if self.wording.part else ""

    def describe(self, label: str, *, if_empty: str = "may be empty") -> str:
        """Return what a column holds, in the descriptor's words, and whether its cell may be empty."""
        said = str(self._entries[label].get("description") or self.wording.label(label)).rstrip(".")
        is_needed = self._fields[label].required and if_empty == "may be empty"
        return f"{said} ({label})" if is_needed else f"{said} ({label}; {if_empty})"

    def needs(self, label: str, cells: Cells) -> bool:
        """Return whether a column is to be asked for: an end is not where there is no start."""
        start, end = self.resource.interval or ("", "")
        return label != end or bool(cells.get(start))

    def list_codes(self, label: str) -> tuple[str, ...]:
        """Return what a cell, or an item of its list, must be one of; none if it is free."""
        field = self._fields[label]
        if field.enum:
            return field.enum
        if field.type == "boolean":
            return (field.true_values[0], field.false_values[0])
        origin = self.resource.references.get(label) or field.items_from
        return tuple(find_homes(self._tables, origin) or ()) if origin else ()

    def propose(self, label: str, cells: Cells, *, sources: str = "") -> str:
        """Return what may stand in a cell, going by those that are filled in; ``""`` without an idea."""
        field, name, text = self._fields[label], next((cells[c] for c in self._names if cells.get(c)), ""), ""
        if label == self._proposed_key:
            start = cells.get(self.resource.interval[0], "") if self.resource.interval else ""
            taken = self._tables.values(f"{self.resource.name}.{label}") or ()
            text = propose_id(name, start, taken, noun=self.wording.noun)
        elif label == SOURCES:
            text = sources
        elif field.required:
            text = name if label in self._names else field.enum[0] if len(field.enum) == 1 else ""
        try:
            return self.read(label, text, cells)
        except CellError:
            return ""

    def read(self, label: str, text: str, cells: Cells) -> str:
        """Return the cell that a text typed by a person means: codes in their own case, lists without blanks.

        Parameters
        ----------
        cells
            What the row holds so far.

        Raises
        ------
        CellError
            If the column's cell in this row cannot hold it.
        """
        text, codes = " ".join(text.split()), self.list_codes(label)
        items: tuple[str, ...] = (text,)
        if self._fields[label].is_list:
            items = split_items(text.replace(",", SEPARATOR) if codes or label == SOURCES else text)
        own = {code.casefold(): code for code in codes} | {code: code for code in codes}
        parts = map(self._fields[label].split_item, items)
        cell = SEPARATOR.join(
            dict.fromkeys(own.get(code, own.get(code.casefold(), code)) + more for code, more in parts)
        )
        for reason in self._find_reasons(label, {**cells, label: cell}):
            raise CellError(reason)
        return cell

    def add(self, cells: Cells) -> None:
        """Count a row among those of its table from now on, for all forms that were opened together."""
        rows = self.sheets[self.resource.name].rows
        self.sheets[self.resource.name] = Sheet.of(self.resource, (*rows, self._make_row(cells)))

    def find_fault(self, cells: Cells) -> tuple[str, str] | None:
        """Return the first column of a row in full that breaks a rule, and why; None if none does."""
        rules = (*RULES, *find_rules(self.package))
        return next(((str(found.column), found.reason) for found in self._ask(rules, cells)), None)

    @property
    def _tables(self) -> Sheets:
        return Sheets(self.package, self.sheets)

    @cached_property
    def _fields(self) -> dict[str, Field]:
        return {field.name: field for field in self.resource.fields}

    @cached_property
    def _entries(self) -> dict[str, Mapping[str, object]]:
        tables = self.package.descriptor["resources"]
        entry = next(entry for entry in tables if entry["name"] == self.resource.name)
        return {field["name"]: field for field in entry["schema"]["fields"]}

    @cached_property
    def _names(self) -> list[str]:
        """Return the columns that name a row, but for its key."""
        names = dict.fromkeys((self.wording.name, *self.wording.headings))
        return [name for name in names if name in self._fields and name not in self.resource.key]

    @cached_property
    def _proposed_key(self) -> str | None:
        """Return the key, if it can be made of a row's name."""
        is_own = len(self.resource.key) == 1 and not self.list_codes(self.key)
        return self.key if is_own and self._names else None

    def _make_row(self, cells: Cells) -> Row:
        return Row(2, tuple(cells.get(label, "") for label in self.resource.labels))

    def _find_reasons(self, label: str, cells: Cells) -> Iterator[str]:
        """Yield why a cell cannot stand in its row, as far as the row is filled in."""
        if not cells[label] and self._fields[label].required:
            yield "every row needs this" + advise(self.list_codes(label), None)
            return
        yield from self._find_unknown(label, cells[label])
        yield from self._find_twin(label, cells)
        if cells[label]:
            yield from find_cell_faults(self._fields[label], self._entries[label], cells[label])
        yield from (found.reason for found in self._ask(RULES, cells) if found.column == label)

    def _find_unknown(self, label: str, cell: str) -> Iterator[str]:
        there = self.resource.references.get(label)
        if cell and there and cell not in (codes := self.list_codes(label)):
            table, _, column = there.partition(".")
            file = self.package.resource(table).file
            yield f"{quote(cell)} is not a {column} of {file}" + advise(codes, find_nearest(cell, codes))

    def _find_twin(self, label: str, cells: Cells) -> Iterator[str]:
        constraints = self._entries[label].get("constraints", {})
        unique = (label,) if isinstance(constraints, dict) and constraints.get("unique") else ()
        for columns in (columns for columns in (self.resource.key, unique) if label in columns):
            own = [cells.get(column, "") for column in columns]
            others = self._tables.records(self.resource.name)
            if all(own) and any(own == [other.cells[column] for column in columns] for other in others):
                yield f"{quote(', '.join(own))} is there already; choose another"

    def _ask(self, rules: Iterable[Rule], cells: Cells) -> Iterator[Finding]:
        """Yield the errors that rules find in the row."""
        sheets = {**self.sheets, self.resource.name: Sheet.of(self.resource, [self._make_row(cells)])}
        alone = _RowAlone(self.package, sheets, self._tables, self.resource)
        for found in (found for rule in rules for found in rule(alone)):
            is_ours = found.file == self.resource.file and found.column in self.resource.labels
            if is_ours and found.severity == "error":
                yield found


@dataclass(frozen=True)
class _RowAlone(Sheets):
    """The tables as a rule is shown them that is asked of one row: the others of its table are codes only."""

    whole: Sheets
    resource: Resource

    def values(self, name: str) -> tuple[str, ...] | None:
        return self.whole.values(name)

    def cells(
        self, wanted: Callable[[Field], bool], suspect: Callable[[Field, str], object] | None = None
    ) -> Iterator[tuple[Record, Field]]:
        alone = Sheets(self.package, {self.resource.name: self.sheets[self.resource.name]})
        return alone.cells(wanted, suspect)


def open_forms(package: Package, table: str) -> tuple[Form, dict[str, Form]]:
    """Return the form of a table, and by name those of the tables whose rows belong to its rows.

    Raises
    ------
    Refusal
        If there is no such table.
    """
    wordings = read_wordings(package)
    if table not in wordings:
        raise Refusal(str(UnknownCode(table, "the tables", tuple(wordings))))
    sheets = {resource.name: read_sheet(resource) for resource in package.resources}
    forms = {r.name: Form(package, sheets, r, wordings[r.name]) for r in package.resources}
    parts = {n: form for n, form in forms.items() if (part := form.wording.part) and part.table == table}
    return forms[table], parts


def propose_id(name: str, start: str, taken: Collection[str], *, noun: str) -> str:
    """Return an id of a few words and the year that is used nowhere else.

    Examples
    --------
    >>> propose_id("Visit to the Port of the North", "2019-05", ["a"], noun="visit")
    'visit-port-north-2019'
    """
    words = [
        word for word in make_slug(name).split("-") if word not in _SMALL and not re.fullmatch(r"\d{4}", word)
    ]
    base = "-".join([*words[:4], start[:4]]).strip("-") or make_slug(noun)
    number, proposed = 2, base
    while proposed in taken:
        proposed, number = f"{base}-{number}", number + 1
    return proposed
