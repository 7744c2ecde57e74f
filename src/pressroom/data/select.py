"""The one way to ask a dataset: rows by what stands in their columns and by their dates; its code lists.

A date has three answers to every question: yes, no, or unknown. What is unknown is never counted
among the certain, and never lost. Nothing here is recorded: see `Dataset`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pressroom.data.derivations import find_circles, find_unknown
from pressroom.data.derive import make_tables
from pressroom.data.findings import DatasetError, Finding, UnknownCode, find_nearest
from pressroom.data.lists import CodeList, find_unknown_columns
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.partial_dates import PartialDate
from pressroom.data.reads import Question, digest_answer
from pressroom.data.resource import Field, Resource
from pressroom.data.sheets import parse_cell
from pressroom.data.tables import Rows, Table, rank_day

Select = Callable[[Question], Rows]

YEARS = ("year", "years")
"""The derived columns that an undated row leaves open."""


def list_codes(package: Package, name: str, select: Select) -> tuple[str, ...]:
    """Return the codes of a list, each once: one that the descriptor declares, or ``table.column``.

    Parameters
    ----------
    select
        Answers the questions for the rows that hold them.

    Raises
    ------
    UnknownCode
        If there is no such list, nor such a column.
    """
    return tuple(dict.fromkeys(_gather_codes(package, name, select)))


@dataclass(frozen=True, eq=False, repr=False)
class Tables:
    """The typed tables of one package, and what can be asked of them."""

    package: Package
    tables: Mapping[str, Table]
    _lists: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _members: dict[str, frozenset[Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package) -> Tables:
        """Return the tables of a package, read and derived.

        Raises
        ------
        DatasetError
            If a table cannot be read, or what a list or a derived column needs is not described.
        """
        for finding in find_faults(package):
            raise DatasetError(finding)
        return cls(package, make_tables(package))

    def __getitem__(self, name: str) -> Table:
        if name not in self.tables:
            raise UnknownCode(name, "tables", self.tables)
        return self.tables[name]

    def select(self, question: Question) -> Rows:
        """Return the rows that a question asks for.

        Raises
        ------
        UnknownCode
            If a table, a column or a value is none that the descriptor knows.
        """
        table = self[question.table]
        asked = {
            c: tuple(self._read_values(table, c, v, question.is_strict)) for c, v in question.where.items()
        }
        positions = _locate(table, asked, question)
        return Rows(table, positions, asked=question.to_json())

    def all_rows(self, table: str) -> Rows:
        """Return all rows of a table."""
        return self.select(Question(table))

    def ask_again(self, asked: Mapping[str, Any]) -> Rows | None:
        """Return the rows of a recorded question, looked at as then; None if it is refused today."""
        try:
            rows = self.select(Question.from_json(asked))
            rows.use(*asked["columns"])
        except (KeyError, TypeError, ValueError):  # of a code that is no more, or of another version
            return None
        return rows

    def digest(self, asked: Mapping[str, Any]) -> str:
        """Return the digest of the answer to a recorded question; a refusal is an answer."""
        try:
            return self.select(Question.from_json(asked)).digest(asked.get("columns", ()))
        except UnknownCode as refusal:
            return digest_refusal(refusal)

    def list_codes(self, name: str) -> tuple[str, ...]:
        """Return the codes of a list, each once: one that is declared, or ``table.column``."""
        if name not in self._lists:
            self._lists[name] = list_codes(self.package, name, self.select)
        return self._lists[name]

    def index_codes(self) -> None:
        """Build what finds rows by codes, and the lists of these, before a fork, so that none has to."""
        for name, table in self.tables.items():
            tied = {*table.key, *self.package.resource(name).references}
            for one in table.fields.values():
                if one.name in tied or one.enum or one.items_from:
                    table.index(one.name)
                    self._list_members(table, one)

    def _list_members(self, table: Table, field: Field) -> frozenset[Any]:
        """Return what a column may hold as a set; an empty one if that is anything."""
        key = f"{table.name}.{field.name}"
        if key not in self._members:
            allowed = self._list_allowed(table, field)
            self._members[key] = frozenset(allowed[1] if allowed else ())
        return self._members[key]

    def _read_values(
        self, table: Table, column: str, values: Iterable[Any], is_strict: bool
    ) -> Iterator[Any]:
        (column,) = table.require_columns([column])
        field = table.fields[column]
        allowed = self._list_allowed(table, field) if is_strict else None
        for value in values:
            value = value if value is None else self._type_value(table, field, value)
            is_known = not isinstance(value, bool) and value in self._list_members(table, field)
            if allowed is not None and not is_known:
                raise UnknownCode(value, *allowed)
            yield value

    def _type_value(self, table: Table, field: Field, value: Any) -> Any:
        """Return a text as a column has it; refuse what is no year, where a date's year is asked."""
        typed = _parse(field, value)
        if typed is None or (field.name in YEARS and table.dates is not None and len(str(typed)) != 4):
            name = self._name_list(f"{table.name}.{field.name}")
            raise UnknownCode(value, name, self.list_codes(name))
        return typed

    def _list_allowed(self, table: Table, field: Field) -> tuple[str, Sequence[Any]] | None:
        """Return what a column may hold, with its name; None if that is anything."""
        if field.enum:
            return f"{table.name}.{field.name}", field.enum
        if field.free_after:
            return None
        name = field.items_from or self._find_resource(table).references.get(field.name)
        name = name or (f"{table.name}.{field.name}" if table.key == (field.name,) else None)
        return (name, self.list_codes(name)) if name and field.type in ("string", "any") else None

    def _find_resource(self, table: Table) -> Resource:
        return self.package.resource(table.name)

    def _name_list(self, column: str) -> str:
        """Return the name of the list that a column's values are on, else the column's own."""
        return next((one.name for one in self.package.lists.values() if column in one.columns), column)


def find_faults(package: Package) -> Iterator[Finding]:
    """Yield what lists, list columns and derived ones need and the descriptor does not describe."""
    known = package.columns
    yield from find_unknown_columns(package.lists.values(), known)
    needs = [
        (f"{r.name}.{one.label}", name)
        for r in package.resources
        for one in r.derivations
        for name in one.list_needs(r.name)
    ]
    yield from find_unknown(needs, known)
    yield from find_circles(needs)
    for resource in package.resources:
        origins = {field.name: field.items_from for field in resource.fields}
        origins |= {one.label: one.items_from for one in resource.derivations}
        for label, origin in origins.items():
            allowed = (*package.lists, *known)
            if origin is not None and origin not in allowed:
                message = f'itemsFrom of {resource.name}.{label} names no list and no column: "{origin}"'
                nearest = find_nearest(origin, allowed)
                yield Finding(message=message, file=DESCRIPTOR, nearest=nearest)


def digest_descriptor(package: Package, path: Iterable[str]) -> tuple[str, Any]:
    """Return what the descriptor says under these keys, one inside the other, after its digest.

    What stands in a list is found by its name, as tables and columns are.
    """
    part: Any = package.descriptor
    for key in path:
        if isinstance(part, list):
            part = next((one for one in part if isinstance(one, dict) and one.get("name") == key), None)
        else:
            part = part.get(key) if isinstance(part, dict) else None
    return digest_answer(part), part


def digest_refusal(refusal: UnknownCode) -> str:
    """Return the digest of a refused question: a notebook may go on without what was refused."""
    return digest_answer({"refused": str(refusal)})


def _gather_codes(package: Package, name: str, select: Select) -> Iterator[str]:
    columns = package.columns
    if name not in package.lists and name not in columns:
        raise UnknownCode(name, "code lists", (*package.lists, *columns))
    declared = package.lists.get(name, CodeList(name, (name,)))
    yield from declared.values
    for table, _, column in (place.partition(".") for place in declared.columns):
        rows = select(Question(table, dict(declared.where), is_strict=False))
        yield from _list_cells(rows, column, declared.order_by)


def _list_cells(rows: Rows, column: str, order_by: str) -> Iterator[str]:
    cells = rows.values(column)
    order = rows.values(order_by) if order_by else [None] * len(cells)
    for _, cell in sorted(zip(order, cells, strict=True), key=lambda pair: (pair[0] is None, pair[0] or 0)):
        yield from (str(c) for c in (cell if isinstance(cell, tuple) else (cell,)) if c is not None)


def _parse(field: Field, value: Any) -> Any:
    """Return a text as a column has it; None if it cannot be of the column's type."""
    if field.type in ("string", "any", "boolean") and not isinstance(value, str):
        return value
    if isinstance(value, bool):
        return None
    try:
        item = replace(field, is_list=False)
        return parse_cell(item, value) if isinstance(value, str) and field.type != "string" else value
    except ValueError:
        return None


def _locate(table: Table, asked: Mapping[str, tuple[Any, ...]], question: Question) -> Sequence[int]:
    """Return the positions of the rows that certainly fit, or of those that cannot be placed."""
    open_ = [column for column in YEARS if column in asked] if table.dates is not None else []
    if question.dates and table.dates is None:
        raise ValueError(f"the table {table.name} has no dates that could be {' or '.join(question.dates)}")
    if not question.is_placed:
        if not (question.dates or open_):
            return ()
        asked = {**asked, **{column: (*asked[column], None) for column in open_}}
    first = _find_first(table, question.after) if question.is_placed and question.after else 0
    found = table.locate(asked, first=first)
    places: Sequence[int] = range(first, len(table)) if found is None else found
    if not question.dates and (question.is_placed or not open_):
        return places
    wanted = True if question.is_placed else None
    return [i for i in places if _place(table.dates[i], question, bool(open_)) is wanted]  # type: ignore[index]


def _place(date: PartialDate, question: Question, is_of_years: bool) -> bool | None:
    """Return whether a date is all that was asked: True, False, or None (unknown)."""
    # Of the dated, only those of the years that were asked for have been found.
    answers: list[bool | None] = [True if date else None] if is_of_years else []
    if question.after is not None:
        answers.append(date.begins_after(question.after))
    if question.before is not None:
        answers.append(question.before.begins_after(date))
    if question.touching is not None:
        answers.append(date.touches(question.touching))
    if False in answers:
        return False
    return None if None in answers else True


def _find_first(table: Table, after: PartialDate) -> int:
    """Return the position of the first row that may certainly begin after a date."""
    return bisect_right(table.dates or (), rank_day(after.latest), key=lambda date: rank_day(date.earliest))
