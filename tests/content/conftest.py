"""The note's dataset, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichr_briefings.content.record import first_meeting
from aichr_briefings.dataset import Dataset, open_dataset
from aichr_briefings.dataset.package import VARIABLE
from aichr_briefings.pages.tables import Row
from kits import NOTE


@pytest.fixture(scope="session")
def data() -> Path:
    return NOTE / "data"


@pytest.fixture(scope="session")
def ds(data: Path) -> Dataset:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(data))
        return open_dataset()  # without a path: what is asked of it is recorded


@pytest.fixture(scope="session")
def meeting(ds: Dataset) -> Row:
    return first_meeting(ds)
