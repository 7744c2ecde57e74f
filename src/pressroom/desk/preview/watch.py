"""Which saves matter to a preview: notebooks, data, commentary, the lock, and the packages behind them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Literal

from pressroom.data.findings import DatasetError
from pressroom.data.package import locate_helper, read_package
from pressroom.run.inputs import LOCK, PACKAGE, Project

Kind = Literal["briefing", "program"]

_QUIET = 40
"""Milliseconds without a further change that end a save: editors write a file in several steps."""

_LONGEST = 400
"""Milliseconds after which changes that do not end are a save."""

_LEFT_OUT = frozenset(("__pycache__", ".ipynb_checkpoints"))


async def watch_saves(project: Project) -> AsyncIterator[Kind]:
    """Yield after each save: ``"program"`` if it changed modules that are imported once."""
    from watchfiles import awatch

    def matters(_: object, name: str) -> bool:
        path = Path(name)
        hidden = path.name.startswith((".", "~")) or path.suffix in (".pyc", ".swp")
        return not hidden and not _LEFT_OUT.intersection(path.parts)

    code = [PACKAGE, *_list_helper(project.data)]
    watched = (project.notebooks, project.data, *code, project.root / LOCK)
    there = [path for path in watched if path.exists()]
    async for changes in awatch(*there, watch_filter=matters, debounce=_LONGEST, step=_QUIET):
        is_code = any(_is_module(Path(name), code) for _, name in changes)
        yield "program" if is_code else "briefing"


def _is_module(path: Path, code: Sequence[Path]) -> bool:
    return path.suffix == ".py" and any(path.is_relative_to(folder) for folder in code)


def _list_helper(data: Path) -> Sequence[Path]:
    """Return the folder of the dataset's helper package, if it has one."""
    try:
        folder = locate_helper(read_package(data))
    except DatasetError:
        return ()  # the preview shows why
    return (folder,) if folder else ()
