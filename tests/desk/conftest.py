"""A copy of the real project to edit, with some of its notebooks."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kits import NOTE

ROOT = Path(__file__).resolve().parents[2]

CopyProject = Callable[..., Path]


def copy_project(folder: Path, *families: str) -> Path:
    """Return a copy of the real project's data and notebooks, all or some of them."""
    root = folder / "project"
    shutil.copytree(NOTE / "data", root / "data")
    (root / "notebooks").mkdir()
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        if not families or path.stem in families:
            shutil.copy(path, root / "notebooks")
    return root


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path)


@pytest.fixture(scope="module")
def shared_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that all tests of a module share: each leaves it as it was."""
    return copy_project(tmp_path_factory.mktemp("shared"), "agency", "year")
