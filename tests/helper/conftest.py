"""The note's dataset, opened once."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichr_briefings.record import Record, open_dataset
from aichr_briefings.rows import reference_meeting
from kits import NOTE
from pressroom.data.locate import VARIABLE
from pressroom.pages.tables import Row


@pytest.fixture(scope="session")
def data() -> Path:
    return NOTE / "data"


@pytest.fixture(scope="session")
def ds(data: Path) -> Record:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(data))
        return open_dataset()  # without a path: what is asked of it is recorded


@pytest.fixture(scope="session")
def meeting(ds: Record) -> Row:
    return reference_meeting(ds)
