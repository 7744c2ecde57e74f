"""Rows of a frame as plain dictionaries, for text that is written row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Row]:
    """Return one dictionary per row, in order; what is missing is None."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def in_order(activities: pd.DataFrame) -> pd.DataFrame:
    """Return activities as readers expect them: by the end of their dates, undated, planned, cancelled.

    A date that is told to the month or the year stands behind the days that it may hold.
    """
    late = activities["status"].map({"planned": 1, "cancelled": 2}).fillna(0)
    keys = activities.assign(_planned=late, _undated=activities["earliest"].isna()).sort_values(
        ["_planned", "_undated", "latest", "precision", "earliest"], kind="stable"
    )
    ordered: pd.DataFrame = keys.drop(columns=["_planned", "_undated"]).reset_index(drop=True)
    return ordered
