"""The real dataset, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichr_briefings.content.phrases import first_meeting
from aichr_briefings.content.rows import Row
from aichr_briefings.dataset import Dataset, open_dataset


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(__file__).resolve().parents[2] / "data"


@pytest.fixture(scope="session")
def ds(data: Path) -> Dataset:
    return open_dataset(data)


@pytest.fixture(scope="session")
def meeting(ds: Dataset) -> Row:
    return first_meeting(ds)
