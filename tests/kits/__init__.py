"""Frozen kits, whose facts the tests know. The live ``data/`` is held to invariants only."""

from __future__ import annotations

import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

EARLIER = Path(__file__).parent / "earlier"
"""Those of the note's files that an earlier version kept otherwise."""

FOREIGN = Path(__file__).parent / "foreign"
"""A dataset of another desk, with its notebook."""

NOTE = Path(__file__).parent / "note"
"""The dataset of the background note, as it was when these tests were written."""


TRANSLATED = {"id": Path(__file__).parent / "bahasa", "th": Path(__file__).parent / "thai"}
"""By language, a dataset in English with a notebook in Bahasa Indonesia or Thai, right in form alone."""


def copy_kit(root: Path, *, notebooks: Path = ROOT / "notebooks") -> Path:
    """Lay out the note's dataset and notebooks in a folder, as a project; return the folder."""
    shutil.copytree(NOTE / "data", root / "data")
    shutil.copytree(notebooks, root / "notebooks")
    return root
