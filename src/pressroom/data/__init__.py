"""The ground floor: Data Packages read, checked and asked; partial dates; what was read.

What needs pandas is imported when it is first asked for, so that a digest costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pressroom.data.findings import DatasetError, Finding, UnknownCode
from pressroom.data.partial_dates import PartialDate

if TYPE_CHECKING:
    from pressroom.data.check import check_dataset
    from pressroom.data.dataset import Dataset, open_dataset

__all__ = [
    "Dataset",
    "DatasetError",
    "Finding",
    "PartialDate",
    "UnknownCode",
    "check_dataset",
    "open_dataset",
]


def __getattr__(name: str) -> Any:
    if name in ("Dataset", "open_dataset"):
        from pressroom.data import dataset

        return getattr(dataset, name)
    if name == "check_dataset":
        from pressroom.data.check import check_dataset

        return check_dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def warm_up() -> None:
    """Import what frames need, so that a process forked from this one need not; see `run.engine.preload`."""
    import pandas  # noqa: F401
