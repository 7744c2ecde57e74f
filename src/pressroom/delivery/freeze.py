"""Makes a release of the current edition: staged aside, and made visible by one rename."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pressroom.data.commentary import list_commentary
from pressroom.data.files import read_file
from pressroom.data.package import read_package
from pressroom.data.previous import RELEASE
from pressroom.delivery.releases import SCHEMA, Release, ReleaseError, Releases, require_name
from pressroom.edition.faults import check_data
from pressroom.edition.generation import link_file, lock_output, write_package
from pressroom.edition.manifest import INDEX, MANIFEST, Manifest, Record, read_manifest, write_manifest
from pressroom.edition.plan import make_plan
from pressroom.edition.today import Today
from pressroom.run.inputs import Inputs, Project, digest_commentary, read_inputs

CURRENT = "current"
"""What the edition that is no release yet is called."""

_HALF = ".half-"
_STALE = "the current edition is not up to date ({}); `briefings build` first"


def open_current(project: Project) -> Release:
    """Return the current edition as a release; a ReleaseError if none is there, or it is of older data."""
    manifest = read_manifest(project.current)
    if manifest is None:
        raise ReleaseError(f"there is no edition in {project.current}; `briefings build` makes one")
    if read_package(project.data).digest != manifest.dataset["digest"]:
        raise ReleaseError(_STALE.format("the data changed since"))
    return Release(CURRENT, 0, datetime.now(UTC), project.current, project.data, manifest)


def list_stale(current: Release, inputs: Inputs) -> list[str]:
    """Return the ids of what the current edition lacks, has of another state, or no longer should have."""
    plan, _ = make_plan(Today(inputs, as_built=True), current.manifest)
    return [*(briefing.id for briefing in plan.stale), *plan.removed]


def freeze_edition(releases: Releases, project: Project, name: str | None, *, now: datetime) -> Release:
    """Return a new release of the current edition.

    Parameters
    ----------
    name
        Without one, the dataset's version; with ``-2`` and so on where that is taken.

    Raises
    ------
    ReleaseError
        If there is no edition, it is damaged or not up to date, or the name is taken.
    """
    with releases.locked(), lock_output(project.output):
        current = open_current(project)
        inputs = read_inputs(project)
        _require_fresh(current, inputs)
        before = releases.list()
        # Of a release whose folder is gone readers may have copies.
        taken = releases.list_used_names() | {release.name for release in before}
        name = require_name(name or _choose_name(current.version, taken))
        if name in taken or (releases.folder / name).exists():
            there = "there is a" if (releases.folder / name).exists() else "there was a"
            raise ReleaseError(f"{there} release {name} already; a release never changes, take another name")
        number = max((release.number for release in before), default=0) + 1
        with _staged(releases.folder, name) as folder:
            _freeze_documents(current, folder / "edition", before[-1] if before else None)
            _freeze_data(inputs, folder / "data")
            description = _describe(name, number, now, current.manifest)
            (folder / RELEASE).write_text(json.dumps(description, indent=1) + "\n", "utf-8")
        return releases.open(name)


def _require_fresh(current: Release, inputs: Inputs) -> None:
    """Raise a ReleaseError unless the edition is what would be built now, but for what failed.

    A BadDataError says that nothing would be built now.
    """
    check_data(inputs, current.manifest)
    failed = {id for id, record in current.manifest.records.items() if record.status != "built"}
    stale = [id for id in list_stale(current, inputs) if id not in failed]
    if stale:
        raise ReleaseError(_STALE.format(f"{len(stale)} of its briefings are stale"))
    if not current.records():
        raise ReleaseError("the current edition has no document; see what `briefings build` says")


def _choose_name(version: str, taken: Collection[str]) -> str:
    wanted = version or "release"
    names = [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)


@contextmanager
def _staged(folder: Path, name: str) -> Iterator[Path]:
    """Yield a folder that becomes the release when all went well; what a killed command left is removed."""
    for half in folder.glob(f"{_HALF}*"):
        shutil.rmtree(half)
    half = folder / f"{_HALF}{name}"
    half.mkdir(parents=True)
    try:
        yield half
        os.sync()  # a power cut after the rename must not leave empty files under a release's name
        half.rename(folder / name)
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _freeze_documents(current: Release, folder: Path, last: Release | None) -> None:
    """Copy an edition's documents, not what failures left; link those that the last release has alike."""
    for record in current.records():
        for name, digest in record.documents.items():
            if not _link_equal(name, digest, folder, last):
                _copy(current.edition / name, folder / name, digest)
    _copy(current.edition / INDEX, folder / INDEX, current.manifest.index)
    records = {id: _without_failure(record) for id, record in current.manifest.records.items()}
    (folder / MANIFEST).write_bytes(write_manifest(replace(current.manifest, records=records)))


def _without_failure(record: Record) -> Record:
    return replace(record, outputs=record.documents)


def _link_equal(name: str, digest: str, folder: Path, last: Release | None) -> bool:
    """Link a document to the last release's, which never changes either; return whether that is equal."""
    before = last.edition / name if last else None
    if before is None or not before.is_file() or sha256(before.read_bytes()).hexdigest() != digest:
        return False
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    link_file(before, folder / name)
    return True


def _copy(source: Path, target: Path, digest: str) -> None:
    content = source.read_bytes()
    if sha256(content).hexdigest() != digest:
        raise ReleaseError(f"{source} is not what was built; `briefings build` first")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(0o444)


def _freeze_data(inputs: Inputs, folder: Path) -> None:
    """Write the dataset as it was read, and copy its commentary."""
    write_package(inputs.package, folder)
    for name in list_commentary(inputs.project.data):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(read_file(inputs.project.data, name))
    if digest_commentary(folder) != inputs.commentary:
        raise ReleaseError("the commentary changed meanwhile; `briefings build` first")


def _describe(name: str, number: int, now: datetime, manifest: Manifest) -> dict[str, Any]:
    dataset = {key: manifest.dataset.get(key, "") for key in ("version", "digest", "commentary")}
    created = now.astimezone(UTC).isoformat(timespec="seconds")
    return {"schema": SCHEMA, "name": name, "number": number, "created": created, "dataset": dataset}
