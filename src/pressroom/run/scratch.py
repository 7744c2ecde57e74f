"""Folders for temporary files, with a lock that says whose: what a killed process leaves, the next clears.

All that a command keeps for a while, by whatever library, lies in one such folder.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

PREFIX = "briefings-"
OWNER = ".briefings-owner"
"""The file that the owner of a folder holds locked as long as it lives."""

_LONGEST = 103
"""Bytes that the address of a Unix socket may have on macOS; Linux takes 107."""

_SOCKET = len("/briefings-12345678/pymp-12345678/listener-12345678")
"""How long the address of a socket of `multiprocessing` is below the folder for temporary files."""


class Scratch:
    """A new folder for temporary files that only this user can enter. Close it.

    Attributes
    ----------
    path
        Where it lies: below the folder for temporary files, unless a socket could have no address there.

    Raises
    ------
    OSError
        If it cannot be made.
    """

    def __init__(self) -> None:
        parent = _choose_parent()
        clear_left(parent)
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
        self._lock, self._maker = _lock(self.path), os.getpid()

    def close(self) -> None:
        """Remove it with all that it holds; not in a process forked from the one that made it."""
        if os.getpid() == self._maker and self._lock >= 0:
            shutil.rmtree(self.path, ignore_errors=True)
            os.close(self._lock)
            self._lock = -1


def clear_left(parent: Path) -> None:
    """Remove the folders of this user's processes that ended without a chance to do so."""
    for folder in _list_own(parent):
        with suppress(OSError):  # it has no lock, so that it is none of ours; or its owner lives
            lock = os.open(folder / OWNER, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if stat.S_ISREG(os.fstat(lock).st_mode):
                    shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def keep_scratch() -> None:
    """Have all temporary files of this process lie in a folder that is gone at its end.

    Where none can be made, whoever needs one says so.
    """
    global _own
    with suppress(OSError):
        _own = Scratch()
        tempfile.tempdir = str(_own.path)
        atexit.register(_own.close)  # after multiprocessing's own clean-up, which is registered later


def become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    """Let another program take this process's place; nothing is left of this one."""
    sys.stdout.flush()
    if _own:
        _own.close()
    os.execve(command[0], list(command), dict(environment))


_own: Scratch | None = None


def _choose_parent() -> Path:
    given = tempfile.gettempdir()
    return Path(given if len(os.fsencode(given)) + _SOCKET <= _LONGEST else "/tmp")


def _lock(folder: Path) -> int:
    """Return the lock of a new folder; it has its name only once it is locked."""
    half = folder / f"{OWNER}-new"
    lock = os.open(half, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    half.rename(folder / OWNER)
    return lock


def _list_own(parent: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(parent) as found:
        for entry in found:
            if (
                entry.name.startswith(PREFIX)
                and entry.is_dir(follow_symlinks=False)
                and entry.stat(follow_symlinks=False).st_uid == os.getuid()
            ):
                yield Path(entry.path)
