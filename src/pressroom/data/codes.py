"""The code lists of a dataset."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pressroom.data.findings import UnknownCode
from pressroom.data.lists import CodeList
from pressroom.data.package import Package
from pressroom.data.question import Question
from pressroom.data.tables import Rows

Select = Callable[[Question], Rows]


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
