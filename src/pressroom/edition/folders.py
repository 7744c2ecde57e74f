"""Whose a folder is: a mark says what we made it for, and only such a folder is ever cleared or replaced."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pressroom.data.findings import Refusal, quote

MARK = ".briefings"

PACKS = "packs"
"""The folder of briefing books among the editions: it may be there before any edition is."""

_IDLE = {PACKS, "README.md", ".gitignore", ".gitkeep", ".DS_Store", "lost+found"}
"""What may lie in a folder that counts as empty; none of it is ever touched."""


class FolderError(Refusal):
    """A folder is not ours to clear or replace; the message says why, and what to do."""


@dataclass(frozen=True)
class Purpose:
    """What a folder is for.

    Attributes
    ----------
    word
        The mark's first line.
    is_known
        Whether a folder without a mark holds what earlier versions, which set none, left there.
    inner
        The folders inside that are cleared or written, which no link may stand for.
    """

    word: str
    is_known: Callable[[Path], bool]
    inner: tuple[str, ...] = ()


def claim_folder(folder: Path, purpose: Purpose) -> None:
    """Have a folder for one purpose: make and mark it if it is new or empty.

    Raises
    ------
    FolderError
        If it bears another mark, or none and is not empty; then nothing in it is touched.
    OSError
        If it cannot be made or marked.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not require_claimable(folder, purpose):
        _write_mark(folder, purpose)


def require_claimable(folder: Path, purpose: Purpose) -> str:
    """Return the mark of a folder that is there, ``""`` if it has none yet; change nothing.

    Raises
    ------
    FolderError
        If it is not ours for this purpose.
    """
    # Another may claim it meanwhile: the mark is set before anything else, so it is there once that is seen.
    is_free = bool(read_mark(folder)) or _is_free(folder, purpose)
    mark = read_mark(folder)
    if mark and mark != purpose.word:
        raise FolderError(
            f"{folder} is marked as the folder of the {quote(mark)}, not of the {quote(purpose.word)};"
            " name another folder"
        )
    for name in purpose.inner:
        if (folder / name).is_symlink():
            raise FolderError(f"{folder / name} is a link to somewhere else; put a folder in its place")
    if not mark and not is_free:
        raise FolderError(
            f"{folder} is not empty, and bears no mark that it is for the {purpose.word}: name a new or"
            f' an empty folder. If it is meant, write the word "{purpose.word}" into {folder / MARK}'
        )
    return mark


def read_mark(folder: Path) -> str:
    """Return what a folder is marked to be for; ``""`` if it bears no mark."""
    mark = folder / MARK
    if mark.is_symlink() or not mark.is_file():
        return ""
    lines = mark.read_text("utf-8", "replace").splitlines()
    return lines[0].strip() if lines else ""


def _is_free(folder: Path, purpose: Purpose) -> bool:
    return all(map(_is_idle, folder.iterdir())) or purpose.is_known(folder)


def _is_idle(entry: Path) -> bool:
    return entry.name in _IDLE or entry.name.startswith(MARK) or bool(read_mark(entry))


def _write_mark(folder: Path, purpose: Purpose) -> None:
    half = folder / f"{MARK}-{os.getpid()}"
    half.write_text(f"{purpose.word}\nThe program `briefings` uses this folder for that and nothing else.\n")
    half.replace(folder / MARK)
