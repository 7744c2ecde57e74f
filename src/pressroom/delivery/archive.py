"""ZIP archives that are equal for equal files, files that are written whole or not at all, and locks."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
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
def lock_file(file: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold a file of a private folder for oneself; wait, after `on_wait`, while another process has it.

    The system lifts the lock when its holder dies. Where `on_wait` raises, that ends the waiting.
    """
    keep_private(file.parent)
    with os.fdopen(open_private(file, os.O_RDWR), "r+") as lock:
        hold_lock(lock, on_wait)
        yield
