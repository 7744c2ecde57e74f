"""ZIP archives that are equal for equal files, what is written whole or not at all, and locks."""

from __future__ import annotations

import fcntl
import glob
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pressroom.delivery.private import keep_private, open_private
from pressroom.edition.generation import hold_lock

_NEVER = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can name
_UNIX, _READABLE = 3, 0o100644 << 16


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
def _held(folder: Path) -> Iterator[None]:
    """Hold a folder for oneself; a BlockingIOError if another process does."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def lock_file(file: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a file of a private folder for oneself; wait, after `on_wait`, while another process has it.

    The system lifts the lock when its holder dies. Where `on_wait` raises, that ends the waiting.
    """
    keep_private(file.parent)
    with os.fdopen(open_private(file, os.O_RDWR), "r+") as lock:
        hold_lock(lock, on_wait)
        yield
