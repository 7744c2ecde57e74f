"""The ground floor: read, validate and query the dataset; partial dates; reads.

What needs pandas is imported when it is first asked for, so that a digest costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aichr_briefings.dataset.findings import DatasetError, Finding, UnknownCode
from aichr_briefings.dataset.package import AsOf
from aichr_briefings.dataset.partial_dates import PartialDate

if TYPE_CHECKING:
    from aichr_briefings.dataset.check import check_dataset
    from aichr_briefings.dataset.record import Record as Dataset
    from aichr_briefings.dataset.record import open_dataset

__all__ = [
    "AsOf",
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
        from aichr_briefings.dataset import record

        return getattr(record, {"Dataset": "Record"}.get(name, name))
    if name == "check_dataset":
        from aichr_briefings.dataset.check import check_dataset

        return check_dataset
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
