"""Restores a backup: all of it is checked first, written aside, and put in place by one rename."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tarfile import TarFile, TarInfo
from tempfile import TemporaryDirectory

from pressroom.data.previous import STATE
from pressroom.delivery.backup.backup import strip_password
from pressroom.delivery.backup.form import (
    RELEASES,
    SETTINGS,
    SUBSCRIBERS,
    BackupError,
    Manifest,
    check_backup,
    digest_of,
    list_members,
    open_archive,
)
from pressroom.delivery.output_folders import require_apart
from pressroom.delivery.settings import Settings, read_settings
from pressroom.delivery.storage import keep_private, stage_beside, write_private, write_whole
from pressroom.edition.folders import MARK
from pressroom.run.inputs import Project


@dataclass(frozen=True)
class Restored:
    """What is in place: the backup's manifest, the folder of releases, and whether that was there before."""

    manifest: Manifest
    releases: Path
    was_there: bool


def restore_backup(file: Path, project: Project) -> Restored:
    """Put a backup in place, and return what it holds.

    A restore that was killed at any point leaves nothing half in place; started again, it completes. The
    releases come last: before they are there, nothing can be sent.

    Raises
    ------
    BackupError
        If the backup is damaged or none of ours, or something else is in its place; nothing was changed then.
    SettingsError
        If its settings cannot be understood here, or name a place that is another's.
    """
    manifest = check_backup(file)
    contents = _read(file, manifest, {SETTINGS, SUBSCRIBERS})
    settings = _read_settings(project, contents.get(SETTINGS))
    require_apart(project, settings)
    targets = {SETTINGS: project.root / SETTINGS, SUBSCRIBERS: settings.subscribers}
    missing = {name for name, content in contents.items() if _is_missing(targets[name], name, content)}
    releases = Path(os.path.realpath(settings.releases))
    was_there = _is_there(releases, manifest)
    with stage_beside(releases) as stage:
        if not was_there:
            _stage_releases(file, manifest, stage)
        for name in missing:
            write_whole(targets[name], contents[name], write_private)
        if not was_there:
            os.sync()  # a power cut after the rename must not leave empty files
            _make_room(releases)
            (stage / RELEASES).rename(releases)
    return Restored(manifest, settings.releases, was_there)


def _read_settings(project: Project, content: bytes | None) -> Settings:
    """Return the settings that will count; those of the backup say where things are put."""
    if content is None:
        return read_settings(project.root)
    with TemporaryDirectory() as folder:
        file = Path(folder, SETTINGS)
        file.write_bytes(content)
        return read_settings(project.root, file=file)


def _is_missing(target: Path, name: str, content: bytes) -> bool:
    """Return whether a file is to be put in place; a BackupError if another is there."""
    if not target.exists() and not target.is_symlink():
        return True
    found = target.read_bytes()
    if name == SETTINGS and found != content:
        found = strip_password(found.decode("utf-8-sig"))[0].encode()
    if found != content:
        raise BackupError(
            f"{target} is there and differs from the backup's, so nothing was restored; move it away first"
        )
    return False


def _is_there(releases: Path, manifest: Manifest) -> bool:
    """Return whether all of a backup is in place already; a BackupError if something else is."""
    found = set(_list_files(releases))
    if not found:
        return False
    expected = {name: kept for name, kept in manifest.files.items() if name.startswith(f"{RELEASES}/")}
    if found == set(expected) and all(
        _digest(releases / name.removeprefix(f"{RELEASES}/")) == kept.digest
        for name, kept in expected.items()
    ):
        return True
    raise BackupError(f"{releases} is not empty, so nothing was restored; move away what is in it first")


def _list_files(releases: Path) -> Iterator[str]:
    """Yield what is in the folder, as the backup names it, but for marks, and for locks of the state."""
    for place, _, names in os.walk(releases):
        paths = (Path(place, name).relative_to(releases) for name in names)
        yield from (f"{RELEASES}/{path.as_posix()}" for path in paths if not _is_idle(path))


def _is_idle(path: Path) -> bool:
    """Return whether a file among the releases is a mark or a lock, which any command may have made."""
    if len(path.parts) == 1:
        return path.name.startswith(MARK)
    return path.parts[0] == STATE and (path.name == "lock" or path.suffix == ".lock")


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return digest_of(opened)


def _stage_releases(file: Path, manifest: Manifest, stage: Path) -> None:
    """Write the releases aside, and see that they are what the manifest says."""
    (stage / RELEASES).mkdir()
    names = [name for name in manifest.files if name.startswith(f"{RELEASES}/")]
    _extract(file, manifest, stage, set(names))
    for name in names:
        kept = manifest.files[name]
        (stage / name).chmod(kept.mode)
        if _digest(stage / name) != kept.digest:
            raise BackupError(f"{name} was not written as it is in the backup, so nothing was restored")
    if (stage / RELEASES / STATE).exists():
        keep_private(stage / RELEASES / STATE)


def _read(file: Path, manifest: Manifest, names: set[str]) -> dict[str, bytes]:
    """Return the content of some files, by their names, as far as the backup has them."""
    found = {}
    for archive, member in _find_members(file, manifest, names):
        opened = archive.extractfile(member)
        found[member.name] = opened.read() if opened else b""
    return found


def _extract(file: Path, manifest: Manifest, folder: Path, names: set[str]) -> None:
    for archive, member in _find_members(file, manifest, names):
        archive.extract(member, folder, filter="data", set_attrs=False)


def _find_members(file: Path, manifest: Manifest, names: set[str]) -> Iterator[tuple[TarFile, TarInfo]]:
    with open_archive(file) as archive:
        archive.next()  # the manifest
        for member, _ in list_members(archive, manifest):
            if member.name in names:
                yield archive, member


def _make_room(releases: Path) -> None:
    """Take away a folder that holds nothing but marks and locks: the rename needs its place."""
    for place, folders, names in os.walk(releases, topdown=False):
        for name in names:
            if _is_idle(Path(place, name).relative_to(releases)):
                Path(place, name).unlink()
        for name in folders:
            Path(place, name).rmdir()
    with suppress(FileNotFoundError):
        releases.rmdir()
