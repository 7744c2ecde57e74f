"""Which saves matter to a preview, and how it starts anew once the package has changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Literal, NoReturn

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.names import PREFIX
from pressroom.data.package import locate_helper, read_package
from pressroom.run.inputs import LOCK, PACKAGE, Project
from pressroom.run.scratch import become

Kind = Literal["briefing", "program"]

_QUIET = 40
"""Milliseconds without a further change that end a save: editors write a file in several steps."""

_LONGEST = 400
"""Milliseconds after which changes that do not end are a save."""

_LEFT_OUT = frozenset(("__pycache__", ".ipynb_checkpoints"))

TOKEN = f"{PREFIX}PREVIEW_TOKEN"
"""The environment variable with the token that pages have already."""

_PROBE = "import pressroom.cli.app, pressroom.desk.preview.server, pressroom.edition.forkserver"


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


def find_fault() -> Finding | None:
    """Return why the program cannot start as the package is now; None if it can."""
    done = subprocess.run([sys.executable, "-P", "-c", _PROBE], capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    lines = done.stderr.strip().splitlines()
    places = [line.split('"')[1::2] + line.rsplit("line ", 1)[1:] for line in lines if "line " in line]
    file, number = (places[-1][0].rpartition("/")[2], places[-1][1].split(",")[0]) if places else ("", "")
    message = lines[-1] if lines else "the package cannot be imported"
    return Finding(message=message, file=f"{file}, line {number}" if file else None)


def start_again(port: int, token: str) -> NoReturn:
    """Become a new process of the same command, at the same port; pages find it by themselves."""
    command = [sys.executable, "-P", *sys.argv, "--port", str(port), "--no-browser"]
    become(command, os.environ | {TOKEN: token})


def _is_module(path: Path, code: Sequence[Path]) -> bool:
    return path.suffix == ".py" and any(path.is_relative_to(folder) for folder in code)


def _list_helper(data: Path) -> Sequence[Path]:
    """Return the folder of the dataset's helper package, if it has one."""
    try:
        folder = locate_helper(read_package(data))
    except DatasetError:
        return ()  # the preview shows why
    return (folder,) if folder else ()
