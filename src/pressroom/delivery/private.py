"""Files that hold addresses: only their owner can read them, from the first byte on, whatever the umask."""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path

_FOLDER, _FILE = 0o700, 0o600


def keep_private(folder: Path) -> Path:
    """Return a folder that only its owner can enter, made if it is not there; what is in it is closed, too.

    Raises
    ------
    OSError
        If it is a link: who follows it would close, read and write what lies elsewhere.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(_FOLDER)
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise _refuse(folder, "a folder")
    _close(folder)
    for place, folders, files in os.walk(folder):
        for name in (*folders, *files):
            with suppress(FileNotFoundError):  # another process has just finished with it
                _close(Path(place, name))
    return folder


def open_private(file: Path, flags: int) -> int:
    """Return a descriptor of a file that only its owner can read or write, made if it is not there.

    Raises
    ------
    OSError
        If it cannot be opened, or is a link, a pipe or the like.
    """
    safe = os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(file, flags | safe, _FILE)
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise _refuse(file, "a file")
    if stat.S_IMODE(mode) != _FILE:  # a disk that cannot be written can still be read
        os.fchmod(descriptor, _FILE)
    return descriptor


def write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read."""
    with os.fdopen(open_private(file, os.O_WRONLY | os.O_TRUNC), "wb") as opened:
        opened.write(content)


def _close(path: Path) -> None:
    """Take all rights from others; a link stays as it is, and so does what it leads to."""
    mode = path.lstat().st_mode
    meant = {stat.S_IFDIR: _FOLDER, stat.S_IFREG: _FILE}.get(stat.S_IFMT(mode))
    if meant is not None and stat.S_IMODE(mode) != meant:
        path.chmod(meant)


def _refuse(path: Path, meant: str) -> OSError:
    return OSError(errno.EINVAL, f"is a link, a pipe or the like, and has to be {meant}", str(path))
