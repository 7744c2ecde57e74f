"""Typed tables with their indices, and what a query gives of them: rows that know their digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from aichr_briefings.dataset.findings import UnknownCode
from aichr_briefings.dataset.reads import digest_answer


class Table:
    """A typed table that is not to be changed.

    Parameters
    ----------
    frame
        Its index the spreadsheet's row numbers; a list column holds tuples.
    key
        The columns that tell its rows apart.

    Attributes
    ----------
    values
        The cells of each column as Python has them, None where one is missing.
    """

    def __init__(self, name: str, frame: pd.DataFrame, key: Sequence[str] = ()) -> None:
        self.name, self.frame, self.key = name, frame, tuple(key)
        self.values = {str(column): _to_plain(frame[column]) for column in frame}
        self._indices: dict[str, dict[Any, list[int]]] = {}

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the labels of its columns."""
        return tuple(self.values)

    def find(self, asked: Mapping[str, Any], *, first: int = 0) -> list[int] | None:
        """Return the positions of the rows that have in each column what was asked for, in order.

        Parameters
        ----------
        asked
            By column: a value, a tuple of which any will do, or None, which asks nothing. A list holds what
            is one of its items.
        first
            Only rows from this position on.

        Returns
        -------
        list of int, or None
            None if nothing was asked.
        """
        wanted = {c: v if isinstance(v, tuple) else (v,) for c, v in asked.items() if v is not None}
        if not wanted:
            return None
        sizes = {c: sum(len(self.index(c).get(v, ())) for v in wanted[c]) for c in wanted}
        fewest = min(sizes, key=lambda c: sizes[c])
        found: Iterable[int] = range(first, len(self.frame))
        if sizes[fewest] < len(self.frame) - first:
            places = (i for value in wanted.pop(fewest) for i in self.index(fewest).get(value, ()))
            found = {i for i in places if i >= first}
        others = [(self.values[c], frozenset(v)) for c, v in wanted.items()]
        return sorted(i for i in found if all(_holds(cells[i], values) for cells, values in others))

    def index(self, column: str) -> Mapping[Any, Sequence[int]]:
        """Return the positions of the rows by what stands in `column`, each item of a list counting."""
        if column not in self._indices:
            index: dict[Any, list[int]] = {}
            for position, value in enumerate(self.values[column]):
                for item in dict.fromkeys(value) if isinstance(value, tuple) else (value,):
                    index.setdefault(item, []).append(position)
            self._indices[column] = index
        return self._indices[column]

    def require_columns(self, columns: Iterable[str] | None) -> tuple[str, ...] | None:
        """Return the columns asked for as a tuple, each known; None for all."""
        if columns is None:
            return None
        asked = (columns,) if isinstance(columns, str) else tuple(columns)
        for column in asked:
            if column not in self.values:
                raise UnknownCode(column, f"the columns of {self.name}", self.columns)
        return asked

    def select(self, positions: Iterable[int] | None, columns: Iterable[str] | None = None) -> Rows:
        """Return some of the rows, all if None; of some columns, or all."""
        places = range(len(self.frame)) if positions is None else tuple(positions)
        return Rows(self, places, self.require_columns(columns))


@dataclass(frozen=True, eq=False)
class Rows:
    """Some rows of a table, and of these some columns (None: all).

    Attributes
    ----------
    positions
        Where the rows stand in the table, from 0.
    """

    table: Table
    positions: Sequence[int]
    columns: tuple[str, ...] | None = None

    def __len__(self) -> int:
        return len(self.positions)

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the labels of the columns there are."""
        return self.table.columns if self.columns is None else self.columns

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 of the columns' labels and the rows' cells, in order."""
        columns = [self.table.values[label] for label in self.labels]
        return digest_answer([self.labels, [[column[i] for column in columns] for i in self.positions]])

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame of their own, which cannot reach the table."""
        frame = self.table.frame if self.columns is None else self.table.frame[list(self.columns)]
        if len(self) < len(frame):
            frame = frame.take(list(self.positions))
        return frame.reset_index(drop=True)  # pandas copies on write

    def records(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries of their own."""
        columns = [(label, self.table.values[label]) for label in self.labels]
        return [{label: cells[i] for label, cells in columns} for i in self.positions]

    def by_key(self) -> dict[str, dict[str, Any]]:
        """Return the rows by their key in words, each a cell by label; without a key, by all their cells."""
        values = self.table.values
        named = self.table.key or self.table.columns
        return {
            " ".join(_name(values[column][i]) for column in named): {c: values[c][i] for c in self.labels}
            for i in self.positions
        }


def _holds(cell: Any, wanted: frozenset[Any]) -> bool:
    return not wanted.isdisjoint(cell) if isinstance(cell, tuple) else cell in wanted


def _name(value: Any) -> str:
    return ";".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _to_plain(column: pd.Series[Any]) -> list[Any]:
    """Return cells as Python has them: None if one is missing, an int rather than numpy's."""
    objects = column.astype("object")
    return [_to_python(value) for value in objects.where(objects.notna(), None)]


def _to_python(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
