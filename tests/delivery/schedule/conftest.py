"""A crontab of a test's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from house import House

KEEPER = """#!/bin/sh
if [ "$1" = -l ]; then cat {file} 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }}
elif [ "$1" = -r ]; then rm -f {file}
else cat > {file}; fi
"""


@pytest.fixture
def crontab(house: House, tmp_path: Path) -> Path:
    """Return the file that keeps the table, for commands which find a program `crontab` of ours."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "crontab").write_text(KEEPER.format(file=tmp_path / "table"), "utf-8")
    (folder / "crontab").chmod(0o755)
    house.environment["PATH"] = f"{folder}:{house.full_environment['PATH']}"
    return tmp_path / "table"
