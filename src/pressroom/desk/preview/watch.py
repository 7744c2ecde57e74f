"""Which saves matter to a preview: notebooks, data, commentary, the lock, and the package itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

from pressroom.run.inputs import LOCK, PACKAGE, Project

Kind = Literal["briefing", "program"]

_QUIET = 40
"""Milliseconds without a further change that end a save: editors write a file in several steps."""

_LONGEST = 400
"""Milliseconds after which changes that do not end are a save."""

_LEFT_OUT = frozenset(("__pycache__", ".ipynb_checkpoints"))


async def watch_saves(project: Project) -> AsyncIterator[Kind]:
    """Yield after each save: ``"program"`` if it changed the package's modules, which are imported once."""
    from watchfiles import awatch

    def matters(_: object, name: str) -> bool:
        path = Path(name)
        hidden = path.name.startswith((".", "~")) or path.suffix in (".pyc", ".swp")
        return not hidden and not _LEFT_OUT.intersection(path.parts)

    watched = (project.notebooks, project.data, PACKAGE, project.root / LOCK)
    there = [path for path in watched if path.exists()]
    async for changes in awatch(*there, watch_filter=matters, debounce=_LONGEST, step=_QUIET):
        yield "program" if any(_is_module(Path(name)) for _, name in changes) else "briefing"


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" and path.is_relative_to(PACKAGE)
