"""Backs up what cannot be made again: releases, what was decided and sent, settings and subscribers."""

from __future__ import annotations

import gzip
import os
import re
import stat
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import IO, Any

from pressroom.data.previous import STATE
from pressroom.delivery.backup.form import (
    MANIFEST,
    RELEASES,
    SETTINGS,
    SUBSCRIBERS,
    BackupError,
    Kept,
    Manifest,
    check_backup,
    digest_of,
    is_packed,
    make_seal,
    read_manifest,
)
from pressroom.delivery.log import RECORD
from pressroom.delivery.mail.ledger_file import FILE as LEDGER
from pressroom.delivery.mail.ledger_file import copy_unopened
from pressroom.delivery.settings import Settings
from pressroom.delivery.storage import keep_private, open_private, stage_beside, write_private

_OURS = 0o600
_LEVEL = 6
_PASSWORD = "smtp.password"
_TELLING = 8
"""Letters from which on a password is no word of other settings by chance."""

_COMMENTED = re.compile(r"(?m)^[ \t]*#.*\bpassword[ \t]*=.*(?:\n|\Z)")


@dataclass(frozen=True)
class _Source:
    """A file as it goes into the archive: under which name, and where it is read."""

    name: str
    path: Path
    mode: int


def make_backup(root: Path, settings: Settings, file: Path) -> Manifest:
    """Write all that cannot be made again into one archive, and return what it holds.

    A run may be at work meanwhile: what it sends from then on is not in the archive.

    Raises
    ------
    BackupError
        If there are no releases, `file` is something else than a backup, or what is to be kept is no file.
    LedgerError
        If the delivery ledger cannot be read.
    """
    packed = is_packed(file)
    _require_ours(file)
    if not settings.releases.is_dir():
        raise BackupError(f"there is no folder {settings.releases}, so there is nothing to back up")
    with stage_beside(file) as folder:
        left_out = _stage_settings(root / SETTINGS, folder)
        _copy(settings.subscribers, folder / SUBSCRIBERS)
        _stage_state(settings.releases, keep_private(folder / RELEASES))
        sources = [*_list_staged(folder), *_list_frozen(settings.releases)]
        manifest = _describe(sources, left_out)
        half = folder / f"half-{file.name}"
        _write(half, manifest, sources, packed=packed)
        check_backup(half)
        half.replace(file)
    return manifest


def strip_password(text: str) -> tuple[str, tuple[str, ...]]:
    """Return settings without the mail server's password, and the names of what was left out.

    Raises
    ------
    BackupError
        If it cannot be left out without changing something else.
    """
    import tomllib

    import tomlkit

    settings, kept = tomllib.loads(text), tomlkit.parse(_COMMENTED.sub("", text))
    server = settings.get("smtp")
    if not isinstance(server, dict) or "password" not in server:
        return kept.as_string(), ()
    secret = str(server.pop("password"))
    del kept["smtp"]["password"]
    stripped = kept.as_string()
    is_elsewhere = len(secret) >= _TELLING and secret in stripped
    if is_elsewhere or {"smtp": {}, **tomllib.loads(stripped)} != settings:
        raise BackupError(
            f"{SETTINGS}: {_PASSWORD} cannot be left out of the backup; put it into PRESSROOM_SMTP_PASSWORD"
        )
    return stripped, (_PASSWORD,)


def _require_ours(file: Path) -> None:
    if not file.exists() and not file.is_symlink():
        return
    if file.is_symlink() or not file.is_file():
        raise BackupError(f"{file} is no file; name a new one")
    try:
        read_manifest(file)
    except BackupError as error:
        raise BackupError(f"{file} is there and no backup of ours, so it was left: {error}") from None


def _stage_settings(file: Path, folder: Path) -> tuple[str, ...]:
    if not file.is_file():
        return ()
    text, left_out = strip_password(file.read_text("utf-8-sig"))
    write_private(folder / SETTINGS, text.encode())
    return left_out


def _stage_state(releases: Path, folder: Path) -> None:
    """Copy all that changes. The record of deliveries goes first: the ledger must not be older than it."""
    _copy(releases / RECORD, folder / RECORD)
    if (releases / STATE / LEDGER).exists():
        copy_unopened(releases / STATE, keep_private(folder / STATE))
        (folder / STATE / f"{LEDGER}-journal").unlink(missing_ok=True)
    for name in _list_names(releases / STATE, ""):
        file = Path(name)
        if not (file.name.startswith((".", LEDGER)) or file.name == "lock" or file.suffix == ".lock"):
            _copy(releases / STATE / file, folder / STATE / file)


def _copy(source: Path, target: Path) -> None:
    if source.is_file():
        keep_private(target.parent)
        write_private(target, source.read_bytes())


def _list_staged(folder: Path) -> Iterator[_Source]:
    """Yield what was copied, in a fixed order."""
    for name in _list_names(folder, ""):
        yield _Source(name, folder / name, _OURS)


def _list_frozen(releases: Path) -> Iterator[_Source]:
    """Yield what never changes: all in sight among the releases but for what was copied."""
    for entry in sorted(releases.iterdir()):
        if entry.name.startswith(".") or entry.name in (STATE, RECORD):
            continue
        for name in _list_names(releases, entry.name):
            path = releases / name
            yield _Source(f"{RELEASES}/{name}", path, stat.S_IMODE(path.stat().st_mode))


def _list_names(folder: Path, name: str) -> Iterator[str]:
    """Yield the names of the files below `name` in a folder."""
    path = folder / name
    mode = path.lstat().st_mode if path.exists() or path.is_symlink() else stat.S_IFDIR
    if stat.S_ISDIR(mode):
        entries = sorted(entry.name for entry in path.iterdir()) if path.exists() else []
        for entry in entries:
            yield from _list_names(folder, f"{name}/{entry}" if name else entry)
    elif stat.S_ISREG(mode):
        yield name
    else:
        raise BackupError(
            f"{path} is a link, a pipe or the like, which no backup holds; put a file in its place"
        )


def _describe(sources: Iterable[_Source], left_out: tuple[str, ...]) -> Manifest:
    files: dict[str, Kept] = {}
    first: dict[tuple[int, int], str] = {}
    for source in sources:
        status = source.path.stat()
        link = first.setdefault((status.st_dev, status.st_ino), source.name)
        if link != source.name:
            files[source.name] = Kept(files[link].digest, files[link].size, files[link].mode, link)
            continue
        with source.path.open("rb") as opened:
            files[source.name] = Kept(digest_of(opened), status.st_size, source.mode)
    return Manifest(datetime.now(UTC).isoformat(timespec="seconds"), files, left_out)


class _Digesting(RawIOBase):
    """A file that is written, and the SHA-256 of what was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, sha256()

    def write(self, content: Any) -> int:
        """Write some bytes."""
        self.digest.update(content)
        return self._file.write(content)

    def tell(self) -> int:
        """Return how many were written."""
        return self._file.tell()


def _write(file: Path, manifest: Manifest, sources: Iterable[_Source], *, packed: bool) -> None:
    with os.fdopen(open_private(file, os.O_WRONLY | os.O_TRUNC), "wb") as opened:
        sealed = _Digesting(opened)
        if packed:
            with gzip.GzipFile("", "wb", _LEVEL, sealed, mtime=0) as target:
                _write_archive(target, manifest, sources)
        else:
            _write_archive(sealed, manifest, sources)
        opened.write(make_seal(sealed.digest.hexdigest(), packed=packed))
        opened.flush()
        os.fsync(opened.fileno())


def _write_archive(target: Any, manifest: Manifest, sources: Iterable[_Source]) -> None:
    with tarfile.open(mode="w", fileobj=target, format=tarfile.PAX_FORMAT) as archive:
        content = manifest.write()
        archive.addfile(_head(MANIFEST, len(content), _OURS), BytesIO(content))
        for source in sources:
            _add(archive, source, manifest.files[source.name])


def _add(archive: tarfile.TarFile, source: _Source, kept: Kept) -> None:
    head = _head(source.name, 0 if kept.link else kept.size, kept.mode)
    head.mtime = int(source.path.stat().st_mtime)
    if kept.link:
        head.type, head.linkname = tarfile.LNKTYPE, kept.link
        archive.addfile(head)
        return
    with source.path.open("rb") as opened:
        archive.addfile(head, opened)


def _head(name: str, size: int, mode: int) -> tarfile.TarInfo:
    head = tarfile.TarInfo(name)
    head.size, head.mode = size, mode
    return head
