"""What a cell of a new row may hold, asked of the descriptor and of the other tables."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pressroom.data.findings import advise, find_nearest, quote
from pressroom.data.package import Field, Package
from pressroom.data.partial_dates import find_fault
from pressroom.data.rules import LOCATOR
from pressroom.data.sheets import SEPARATOR, parse_cell, read_sheet, split_items


class CellError(ValueError):
    """A cell cannot hold a text; the message says why, what can stand there, and the nearest."""


@dataclass(frozen=True)
class Column:
    """One column of a table, and what its cells may hold.

    Attributes
    ----------
    allowed
        The codes that a cell, or an item of its list, must be one of; empty if it is free.
    taken
        What no other cell may hold again.
    """

    field: Field
    description: str
    allowed: tuple[str, ...] = ()
    taken: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """Return the column's label."""
        return self.field.name

    def read(self, text: str) -> str:
        """Return the cell that a text typed by a person means: codes in their own case, lists without blanks.

        Raises
        ------
        CellError
            If no cell of this column may hold it.
        """
        text = " ".join(text.split())
        if not text:
            if self.field.required:
                raise CellError("every row needs this" + advise(self.field.enum, None))
            return ""
        items = split_items(text.replace(",", SEPARATOR)) if self.field.is_list else (text,)
        cell = SEPARATOR.join(dict.fromkeys(self._read_item(item) for item in items))
        self._check_form(cell)
        return cell

    def _read_item(self, item: str) -> str:
        if self.label == "sources" and not LOCATOR.fullmatch(item):
            raise CellError(f"{quote(item)} is not a locator such as report#B.III.2018/4")
        if not self.allowed:
            return item
        own = {code.casefold(): code for code in self.allowed}.get(item.casefold())
        if own is None:
            raise CellError(
                f"{quote(item)} is not one of the codes"
                + advise(self.allowed, find_nearest(item, self.allowed), limit=30)
            )
        return own

    def _check_form(self, cell: str) -> None:
        if cell in self.taken:
            raise CellError(f"{quote(cell)} is there already; choose another")
        if (
            self.field.pattern
            and not self.field.is_partial_date
            and not re.fullmatch(self.field.pattern, cell)
        ):
            raise CellError(f"{quote(cell)} is not of the form {self.field.pattern}")
        if self.field.is_partial_date and (fault := find_fault(cell, "")):
            raise CellError(fault[1])
        try:
            parse_cell(self.field, cell)
        except ValueError as error:
            raise CellError(str(error)) from None


def describe_columns(package: Package, table: str) -> dict[str, Column]:
    """Return the columns of a table by label, in the descriptor's order; its tables must be readable."""
    resource = package.resource(table)
    entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == table)
    said = {told["name"]: str(told.get("description", "")) for told in entry["schema"]["fields"]}
    homes = _list_homes(package, table)

    def describe(field: Field) -> Column:
        is_key = resource.key == (field.name,)
        taken = frozenset(_list_codes(package, f"{table}.{field.name}") if is_key else ())
        allowed = field.enum or _list_codes(package, homes.get(field.name))
        return Column(field, said[field.name].rstrip("."), allowed, taken)

    return {field.name: describe(field) for field in resource.fields}


def _list_homes(package: Package, table: str) -> dict[str, str]:
    """Return in which ``table.column`` the codes of a column stand, by its label."""
    homes = {field.name: field.items_from for field in package.resource(table).fields if field.items_from}
    entry = next(entry for entry in package.descriptor["resources"] if entry["name"] == table)
    for key in entry["schema"].get("foreignKeys", ()):
        there = key["reference"].get("resource") or table
        own, other = key["fields"], key["reference"]["fields"]
        pairs = [(own, other)] if isinstance(own, str) else zip(own, other, strict=True)
        homes |= {label: f"{there}.{code}" for label, code in pairs}
    return homes


def _list_codes(package: Package, home: str | None) -> tuple[str, ...]:
    if home is None:
        return ()
    table, _, label = home.partition(".")
    cells = [cell for _, cell in read_sheet(package.resource(table)).column(label) if cell]
    return tuple(dict.fromkeys(cells))
