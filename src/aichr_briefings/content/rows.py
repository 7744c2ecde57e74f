"""Rows of a frame as plain dictionaries, for text that is written row by row.

What content says is worked out on rows: on a few of them a step in plain Python takes a hundredth of what it
takes in pandas. What is said to take `Rows` takes a frame, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aichr_briefings.dataset.partial_dates import PRECISIONS

if TYPE_CHECKING:
    import pandas as pd

    Rows = pd.DataFrame | Sequence[Mapping[str, Any]]

Row = Mapping[str, Any]

_LAST = {"planned": 1, "cancelled": 2}
_EXACTNESS = {str(precision): place for place, precision in enumerate(PRECISIONS)}


def records(rows: Rows) -> list[Row]:
    """Return one dictionary per row, in order; what is missing is None. Dictionaries stay as they are."""
    if isinstance(rows, Sequence):
        return list(rows)
    import pandas as pd

    none = (pd.NA, pd.NaT)
    names = [str(name) for name in rows.columns]
    # Column by column: one row, or one cell, costs pandas more than a whole column.
    columns = [[_to_plain(cell, none) for cell in column.tolist()] for _, column in rows.items()]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*columns, strict=True)]


def in_order(activities: pd.DataFrame) -> pd.DataFrame:
    """Return activities as readers expect them: by the end of their dates, undated, planned, cancelled.

    A date that is told to the month or the year stands behind the days that it may hold.
    """
    ranks = [_rank(row) for row in records(activities)]
    places = sorted(range(len(ranks)), key=ranks.__getitem__)
    return activities.take(places).reset_index(drop=True)


def ordered(activities: Rows) -> list[Row]:
    """Return the rows of activities in the order that `in_order` gives them."""
    return sorted(records(activities), key=_rank)


def nearest(items: Sequence[str], item: str, most: int) -> list[str]:
    """Return an item and those that stand nearest to it, in their order, at most so many in all.

    >>> nearest(["a", "b", "c", "d", "e"], "d", 3)
    ['c', 'd', 'e']
    """
    start = min(max(items.index(item) - most // 2, 0), max(len(items) - most, 0))
    return list(items[start : start + most])


def _rank(row: Row) -> tuple[Any, ...]:
    late, exactness = _LAST.get(row["status"], 0), _EXACTNESS[row["precision"]]
    return (late, False, row["latest"], exactness, row["earliest"]) if row["earliest"] else (late, True)


def _to_plain(cell: Any, none: tuple[Any, ...]) -> Any:
    # A float that is no number does not equal itself.
    if cell is none[0] or cell is none[1] or cell != cell:
        return None
    return cell.date() if hasattr(cell, "to_pydatetime") else cell
