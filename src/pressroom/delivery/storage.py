"""Files beside the releases: whole or not at all, for their owner alone, locked, or in an archive."""

from __future__ import annotations

import errno
import fcntl
import glob
import io
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pressroom.data.findings import Refusal
from pressroom.data.previous import STATE
from pressroom.edition.generation import hold_lock

_FOLDER, _FILE = 0o700, 0o600

_NEVER = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can name
_UNIX, _READABLE = 3, 0o100644 << 16

_HIDDEN = ".state"
"""Where earlier versions kept it."""

LOCK, RUN_LOCK, MAIL_LOCK = "lock", "run.lock", "deliver.lock"
"""What is held by whoever makes a release, runs, or mails."""

_NOT_OURS = {errno.EACCES, errno.EPERM, errno.EROFS}


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


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of files by their names, in the order of these."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, _NEVER)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, _UNIX, _READABLE
            archive.writestr(entry, files[name])
    return buffer.getvalue()


def write_whole(
    file: Path, content: bytes, write: Callable[[Path, bytes], object] = Path.write_bytes
) -> None:
    """Write a file, with its folder; a reader finds the earlier one or this one, never a part."""
    file.parent.mkdir(parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.half")
    half.unlink(missing_ok=True)  # a link in its place would lead to another file
    write(half, content)
    half.replace(file)


@contextmanager
def stage_beside(path: Path) -> Iterator[Path]:
    """Yield a private folder beside a path, from which one rename puts things in place; it goes at the end.

    What a killed command left there is removed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.half-"
    for left in path.parent.glob(f"{glob.escape(prefix)}*"):
        with suppress(OSError), _held(left):
            shutil.rmtree(left)
    folder = Path(mkdtemp(prefix=prefix, dir=path.parent))
    try:
        with _held(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def lock_file(file: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a file of a private folder for oneself; wait, after `on_wait`, while another process has it.

    The system lifts the lock when its holder dies. Where `on_wait` raises, that ends the waiting.
    """
    keep_private(file.parent)
    with os.fdopen(open_private(file, os.O_RDWR), "r+") as lock:
        hold_lock(lock, on_wait)
        yield


class StateError(Refusal):
    """The state of the releases is in two places, or in use; the message says what to do."""


def move_state(releases: Path) -> None:
    """Move what an earlier version kept in a hidden folder to where it is in sight; once.

    Who may not write there moves nothing: the state is the operator's.

    Raises
    ------
    StateError
        If both folders are there, or a command of the earlier version is at work.
    """
    old, new = releases / _HIDDEN, releases / STATE
    if not old.is_dir() or old.is_symlink():
        return
    if new.exists():
        raise StateError(
            f"{old} and {new} are both there, and only one can hold approvals and the delivery ledger:"
            " see which is the newer, and move the other out of the folder"
        )
    try:
        with ExitStack() as locks:
            for name in (RUN_LOCK, MAIL_LOCK, LOCK):
                locks.enter_context(lock_file(old / name, _refuse_state))
            old.rename(new)
    except OSError as error:
        if error.errno not in _NOT_OURS:
            raise


def _close(path: Path) -> None:
    """Take all rights from others; a link stays as it is, and so does what it leads to."""
    mode = path.lstat().st_mode
    meant = {stat.S_IFDIR: _FOLDER, stat.S_IFREG: _FILE}.get(stat.S_IFMT(mode))
    if meant is not None and stat.S_IMODE(mode) != meant:
        path.chmod(meant)


def _refuse(path: Path, meant: str) -> OSError:
    return OSError(errno.EINVAL, f"is a link, a pipe or the like, and has to be {meant}", str(path))


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder for oneself; a BlockingIOError if another process does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def _refuse_state() -> None:
    raise StateError("a command of an earlier version is at work with the releases; wait until it has ended")
