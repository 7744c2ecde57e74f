"""The form of a backup: a tar archive whose first file lists all others, and whose end seals every byte.

``manifest.json`` has of each file the SHA-256, the size and the mode; of those that share one inode, all but
the first are hard links to it. Behind the archive's end stands the SHA-256 of all bytes before, and tools for
tar pass it over. A ``.tar.gz`` has it in a last gzip member.
"""

from __future__ import annotations

import json
import struct
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any

from pressroom.data.findings import Refusal, quote
from pressroom.delivery import settings

FORMAT, VERSION = "briefings backup", 1

MANIFEST, RELEASES, SETTINGS, SUBSCRIBERS = "manifest.json", "releases", settings.FILE, "subscribers.csv"

_BLOCK = 512
_LARGEST = 100_000_000
"""Bytes that a manifest may have."""

_MODES = 0o755
"""The rights that a file may give, as tarfile's filter for data has it."""

_GZIP = b"\x1f\x8b"
_STORED = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01"  # a gzip header, and that of the last, uncompressed block

_KINDS = {
    tarfile.SYMTYPE: "a symbolic link",
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a pipe",
    tarfile.DIRTYPE: "a folder",
}

_UNREADABLE = (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, OverflowError, RecursionError)
"""What reading an archive that is none can raise."""


class BackupError(Refusal):
    """A backup cannot be made or restored; the message says why, and of which file in it."""


@dataclass(frozen=True)
class Kept:
    """One file of a backup; `link` is the name of the first that shares its inode, ``""`` if it is that."""

    digest: str
    size: int
    mode: int
    link: str = ""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds: its files by name, in their order, and which settings were left out."""

    created: str
    files: Mapping[str, Kept]
    left_out: tuple[str, ...] = ()

    def write(self) -> bytes:
        """Return it as the bytes of its file."""
        content = {"format": FORMAT, "version": VERSION, "created": self.created, "left_out": self.left_out}
        files = {name: asdict(kept) for name, kept in self.files.items()}
        return (json.dumps({**content, "files": files}, indent=1) + "\n").encode()

    @property
    def releases(self) -> list[str]:
        """Return the names of the releases."""
        paths = [PurePosixPath(name).parts for name in self.files]
        return [parts[1] for parts in paths if len(parts) == 3 and parts[2] == "release.json"]


def is_packed(file: Path) -> bool:
    """Return whether the archive of that name is compressed.

    Raises
    ------
    BackupError
        If the name is that of no archive.
    """
    if file.name.endswith((".tar.gz", ".tgz")):
        return True
    if file.name.endswith(".tar"):
        return False
    raise BackupError(f"{quote(file.name)} is no name of an archive; let it end in .tar or .tar.gz")


def make_seal(digest: str, *, packed: bool) -> bytes:
    """Return what stands behind an archive whose bytes have that SHA-256."""
    block = f"sha256 {digest}\n".encode().ljust(_BLOCK, b"\0")
    if not packed:
        return block
    sizes = struct.pack("<HH", len(block), len(block) ^ 0xFFFF)
    return _STORED + sizes + block + struct.pack("<LL", zlib.crc32(block), len(block))


def check_backup(file: Path) -> Manifest:
    """Return what a backup holds, once every byte of it is found to be as it was written.

    Raises
    ------
    BackupError
        If it is none, is of a later version, or is damaged; the message says in what.
    """
    is_whole = _is_sealed(file)
    try:
        manifest = _check_files(file)
    except BackupError as error:
        what = "cannot be used" if is_whole else "is damaged, cut off or no backup"
        raise BackupError(f"{file} {what}: {error}") from None
    if not is_whole:
        raise BackupError(
            f"{file} is damaged: the files in it are whole, but not what stands between or behind them"
        )
    return manifest


def read_manifest(file: Path) -> Manifest:
    """Return what a backup says that it holds; a BackupError if it is none of ours."""
    with open_archive(file) as archive:
        return _read_manifest(archive)


@contextmanager
def open_archive(file: Path) -> Iterator[tarfile.TarFile]:
    """Yield an archive for reading; a BackupError if it is none."""
    with file.open("rb") as opened:
        packed = opened.read(len(_GZIP)) == _GZIP
    with ExitStack() as stack:
        try:
            archive = stack.enter_context(_open(file, packed=packed))
        except _UNREADABLE as error:
            raise BackupError(f"its first file, {MANIFEST}, cannot be read: {error}") from None
        yield archive


def _open(file: Path, *, packed: bool) -> tarfile.TarFile:
    return tarfile.open(file, "r:gz") if packed else tarfile.open(file, "r:")


def list_members(archive: tarfile.TarFile, manifest: Manifest) -> Iterator[tuple[tarfile.TarInfo, Kept]]:
    """Yield the files of an archive behind its manifest; a BackupError if they are not those it lists."""
    left = dict(manifest.files)
    while member := _next(archive, next(iter(left), "its end")):
        kept = left.pop(member.name, None)
        if kept is None:
            raise BackupError(f"it holds {quote(member.name)}, which {MANIFEST} does not list, or twice")
        _require_as_listed(member, kept)
        yield member, kept
    if left:
        raise BackupError(f"{next(iter(left))} is missing in it")


def digest_of(opened: IO[bytes]) -> str:
    """Return the SHA-256 of what can be read."""
    digest = sha256()
    while piece := opened.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


def _is_sealed(file: Path) -> bool:
    digest, size = sha256(), file.stat().st_size
    with file.open("rb") as opened:
        packed = opened.read(2) == _GZIP
        length = len(make_seal("0" * 64, packed=packed))
        opened.seek(0)
        left = size - length
        while left > 0 and (piece := opened.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
        return opened.read() == make_seal(digest.hexdigest(), packed=packed)


def _check_files(file: Path) -> Manifest:
    with open_archive(file) as archive:
        manifest = _read_manifest(archive)
        for member, kept in list_members(archive, manifest):
            if not kept.link and _digest_member(archive, member) != kept.digest:
                raise BackupError(f"{member.name} in it is not what was backed up")
    return manifest


def _digest_member(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    try:
        opened = archive.extractfile(member)
        return digest_of(opened) if opened else ""
    except _UNREADABLE as error:
        raise BackupError(f"{member.name} in it cannot be read: {error}") from None


def _next(archive: tarfile.TarFile, expected: str) -> tarfile.TarInfo | None:
    try:
        return archive.next()
    except _UNREADABLE as error:
        raise BackupError(f"{expected} in it cannot be read: {error}") from None


def _read_manifest(archive: tarfile.TarFile) -> Manifest:
    first = _next(archive, MANIFEST)
    if first is None or first.name != MANIFEST or first.type != tarfile.REGTYPE or first.size > _LARGEST:
        raise BackupError(f"it is no backup of ours: its first file has to be {MANIFEST}")
    try:
        opened = archive.extractfile(first)
        content = json.loads(opened.read() if opened else b"")
        if content["format"] != FORMAT:
            raise ValueError(f'its format is {quote(content["format"])}, not "{FORMAT}"')
        version, created = int(content["version"]), str(content["created"])
        left_out = tuple(map(str, content["left_out"]))
        files = {str(name): _read_kept(name, kept) for name, kept in content["files"].items()}
    except (*_UNREADABLE, KeyError, TypeError, AttributeError) as error:
        raise BackupError(f"{MANIFEST} in it cannot be read: {error}") from None
    if version != VERSION:
        raise BackupError(f"it is a backup of version {version}; this program reads {VERSION}")
    _require_links(files)
    return Manifest(created, files, left_out)


def _read_kept(name: str, entry: Mapping[str, Any]) -> Kept:
    path = PurePosixPath(name)
    name.encode()  # half a character can be written in JSON, and in no name of a file
    if path.is_absolute() or ".." in path.parts or str(path) != name or "\0" in name:
        raise ValueError(f"{quote(name)} leads out of the folder that it is restored to")
    if name not in (SETTINGS, SUBSCRIBERS) and (path.parts[0] != RELEASES or len(path.parts) == 1):
        raise ValueError(
            f"{quote(name)} is no file of the releases, and neither {SETTINGS} nor {SUBSCRIBERS}"
        )
    return Kept(str(entry["digest"]), int(entry["size"]), int(entry["mode"]) & _MODES, str(entry["link"]))


def _require_links(files: Mapping[str, Kept]) -> None:
    seen: dict[str, Kept] = {}
    for name, kept in files.items():
        first = seen.get(kept.link)
        if kept.link and (first is None or first.link or first.digest != kept.digest):
            raise BackupError(
                f"{quote(name)} in it is a link to {quote(kept.link)}, which is no file before it"
            )
        seen[name] = kept


def _require_as_listed(member: tarfile.TarInfo, kept: Kept) -> None:
    if kept.link:
        if member.type != tarfile.LNKTYPE or member.linkname != kept.link:
            raise BackupError(f"{quote(member.name)} in it has to be a hard link to {quote(kept.link)}")
    elif member.type != tarfile.REGTYPE or member.issparse():
        kind = _KINDS.get(member.type, "something else")
        raise BackupError(f"{quote(member.name)} in it is {kind}, and has to be a plain file")
    elif member.size != kept.size:
        raise BackupError(f"{quote(member.name)} in it has {member.size} bytes, not {kept.size}")
