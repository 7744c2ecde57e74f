"""A project as bytes, for a machine that shares no disk with this one."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from aichr_briefings.dataset.files import list_files, read_file
from aichr_briefings.dataset.previous import RELEASE, RELEASES, find_previous
from aichr_briefings.press.briefing import Pressed, Task, press_briefing
from aichr_briefings.press.inputs import NOTEBOOKS, PACKAGE, Inputs, digest_package
from aichr_briefings.press.workers.workers import ClusterError

DATA = "data"


@dataclass(frozen=True)
class Parcel:
    """What a worker elsewhere needs of a project.

    Attributes
    ----------
    files
        The notebooks, what lies beside them, the dataset with its commentary, and that of the release which
        briefings compare themselves with, by their place.
    versions
        What the worker must have installed, or its bytes could differ.
    """

    files: Mapping[str, bytes]
    versions: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Return a SHA-256 over the files."""
        lines = (f"{name} {sha256(content).hexdigest()}\n" for name, content in sorted(self.files.items()))
        return sha256("".join(lines).encode()).hexdigest()


def pack(inputs: Inputs) -> Parcel:
    """Return a project as bytes; a NotPlainError if something in its folders is a link, or no file."""
    project, package = inputs.project, inputs.package
    files = dict(_read_folder(project.notebooks, NOTEBOOKS)) | dict(_read_folder(project.data, DATA))
    files |= {f"{DATA}/{r.file}": r.content for r in package.resources if r.content is not None}
    files |= _read_previous(inputs)
    return Parcel(files, list_versions())


def _read_previous(inputs: Inputs) -> dict[str, bytes]:
    """Return the release that briefings compare themselves with, where they look for it."""
    found = find_previous(inputs.project.data, inputs.package.digest)
    if found is None:
        return {}
    name = f"{RELEASES}/{found.name}"
    description = {f"{name}/{RELEASE}": read_file(found.data.parent, RELEASE)}
    return description | dict(_read_folder(found.data, f"{name}/{found.data.name}"))


def list_versions() -> dict[str, str]:
    """Return the versions of what makes a document: Python, this package's files, and what it needs."""
    names = [line.partition(";")[0] for line in requires("aichr-briefings") or () if "extra ==" not in line]
    found = {name: _version(name) for name in (_bare(name) for name in names)}
    python = ".".join(map(str, sys.version_info[:2]))
    return {"python": python, "the files of aichr-briefings": digest_package()[:12], **found}


def press_parcel(parcel: Parcel, digest: str, task: Task) -> Pressed:
    """Return what `press_briefing` does of a task, made here from a parcel.

    One at a time in a process: a notebook's environment is the process's.

    Raises
    ------
    ClusterError
        If other versions are installed here.
    """
    with _lock:
        here = _unpack(parcel, digest)
        notebook = here / NOTEBOOKS / task.notebook.name
        # Where the package lies is each machine's own affair: its files were compared.
        moved = replace(task, notebook=notebook, dataset=here / DATA, root=here, package=PACKAGE)
        pressed = press_briefing(moved, here.parent)
    return _rename(pressed, here, task.root) if pressed.error else pressed


_lock = threading.Lock()
_unpacked: dict[str, Path] = {}
_versions: dict[str, str] = {}


def _unpack(parcel: Parcel, digest: str) -> Path:
    """Return the folder that holds a parcel's files; the last one's is kept."""
    if digest not in _unpacked:
        _refuse_other_versions(parcel.versions)
        for old in _unpacked.values():
            shutil.rmtree(old.parent, ignore_errors=True)
        _unpacked.clear()
        root = Path(tempfile.mkdtemp(prefix="briefings-")) / "project"
        for name, content in parcel.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _unpacked[digest] = root
    return _unpacked[digest]


def _refuse_other_versions(wanted: Mapping[str, str]) -> None:
    if not _versions:
        _versions.update(list_versions())
    for name, there in wanted.items():
        here = _versions.get(name, "not installed")
        if here != there:
            raise ClusterError(
                f"a worker has another {name} than this machine ({here}, not {there}), so its documents could"
                " differ; install both from the same requirements.lock"
            )


def _read_folder(folder: Path, name: str) -> Iterator[tuple[str, bytes]]:
    for place in list_files(folder):
        yield f"{name}/{place}", read_file(folder, place)


def _rename(pressed: Pressed, here: Path, there: Path) -> Pressed:
    """Return a failure with the folder that the asking machine knows."""
    error = pressed.error
    assert error is not None
    for name in ("reason", "value"):
        setattr(error, name, getattr(error, name).replace(str(here), str(there)))
    old, new = (os.fsencode(folder) for folder in (here, there))
    documents = {suffix: content.replace(old, new) for suffix, content in pressed.documents.items()}
    return replace(pressed, documents=documents)


def _bare(requirement: str) -> str:
    return requirement.translate({ord(mark): " " for mark in "<>=!~(["}).split()[0]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
