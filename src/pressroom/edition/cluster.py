"""Workers on a Dask cluster. The only module that imports Dask.

Nothing is shared but messages: a task finds the project as bytes that the workers got once.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path
from typing import Any

from pressroom.data.files import list_files, read_file
from pressroom.data.locate import locate_helper
from pressroom.data.package import Package, read_package
from pressroom.data.previous import RELEASE, RELEASES, find_previous
from pressroom.data.reads import UNKNOWN
from pressroom.edition.briefing import Pressed, Task, press_briefing
from pressroom.edition.freshness import Today
from pressroom.edition.pool import DIED, ClusterError, WorkerDied
from pressroom.run.failure import BriefingError
from pressroom.run.inputs import NOTEBOOKS, PACKAGE, Inputs, digest_package
from pressroom.run.run import WARM
from pressroom.run.scratch import Scratch

DATA, PROJECT = "data", "project"

PATIENCE = 10
"""Seconds to wait for a scheduler, and for a worker of it."""


@dataclass(frozen=True)
class Payload:
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


class ClusterWorkers:
    """The workers of a cluster, through its `concurrent.futures.Executor`. Use `open_cluster`."""

    def __init__(self, client: Any, inputs: Inputs) -> None:
        self._client, self._today = client, Today(inputs)
        self._executor = client.get_executor(pure=False)
        payload = pack(inputs)
        self._digest = payload.digest
        self._payload = client.scatter(payload, broadcast=True, hash=False)

    @property
    def width(self) -> int:
        """Return how many tasks the cluster works on at once, as it is now."""
        return max(1, int(sum(self._client.nthreads().values())))

    def press(self, task: Task) -> Future[Pressed]:
        """Have a task worked on; if its worker is lost, the cluster gives it to another."""
        given: Future[Pressed] = self._executor.submit(press_payload, self._payload, self._digest, task)
        return _translate(given, self._refuse_foreign)

    def _refuse_foreign(self, pressed: Pressed) -> Pressed:
        """Return what was pressed, or its failure if it read a file that is not the same there."""
        same = self._today.inputs.package.digest
        foreign = [
            read
            for read in pressed.reads
            if read["query"] != UNKNOWN and not self._today.repeats([read], same)
        ]
        if pressed.error or not foreign:
            return pressed
        name = foreign[0]["arguments"].get("path", "its commentary")
        reason = (
            f"it reads {name}, which a worker does not have as it is here; tasks carry notebooks/ and data/"
        )
        briefing = pressed.briefing
        error = BriefingError(briefing.family, briefing.slug, reason=reason, name="ForeignFile")
        return Pressed(briefing, error=error)


@contextmanager
def open_cluster(address: str, inputs: Inputs) -> Iterator[ClusterWorkers]:
    """Yield the workers of the cluster whose scheduler is at `address`.

    Raises
    ------
    ClusterError
        If Dask is not installed, or no scheduler or no worker answers.
    """
    with _connect(address) as client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(
                f"the cluster at {address} has no worker; start some: dask worker {address} --nthreads 1"
            ) from None
        yield ClusterWorkers(client, inputs)


def pack(inputs: Inputs) -> Payload:
    """Return a project as bytes; a NotPlainError if something in its folders is a link, or no file."""
    project, package = inputs.project, inputs.package
    files = dict(_read_folder(project.notebooks, NOTEBOOKS)) | dict(_read_folder(project.data, DATA))
    files |= {f"{DATA}/{r.file}": r.content for r in package.resources if r.content is not None}
    files |= _read_previous(inputs)
    return Payload(files, list_versions(package))


def list_versions(package: Package) -> dict[str, str]:
    """Return the versions of what makes a document: Python, our files and the helper's, what they need."""
    names = [line.partition(";")[0] for line in requires(_distribution()) or () if "extra ==" not in line]
    found = {name: _version(name) for name in (_bare(name) for name in names)}
    python = ".".join(map(str, sys.version_info[:2]))
    folders = [PACKAGE, *filter(None, [locate_helper(package)])]
    files = {f"the files of {folder.name}": digest_package(folder)[:12] for folder in folders}
    return {"python": python, **files, **found}


def _distribution() -> str:
    """Return under which name this package was installed."""
    [point] = entry_points(group="papermill.engine", name=WARM)
    return point.dist.name if point.dist else __name__.partition(".")[0]


def press_payload(payload: Payload, digest: str, task: Task) -> Pressed:
    """Return what `press_briefing` does of a task, made here from a payload.

    One at a time in a process: a notebook's environment is the process's.

    Raises
    ------
    ClusterError
        If other versions are installed here.
    """
    with _lock:
        here = _unpack(payload, digest)
        notebook = here / NOTEBOOKS / task.notebook.name
        # Where the package lies is each machine's own affair: its files were compared.
        moved = replace(task, notebook=notebook, dataset=here / DATA, root=here, package=PACKAGE)
        pressed = press_briefing(moved, here.parent)
    return _rename(pressed, pressed.error, here, task.root) if pressed.error else pressed


def _connect(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise ClusterError(
            f"Dask is not installed; install the extra: pip install {_distribution()}[dask]"
        ) from None
    try:
        return Client(address, timeout=PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        why = " ".join(str(error).split())
        raise ClusterError(f"no Dask scheduler answers at {address}: {why}") from None


def _translate(given: Future[Pressed], look: Callable[[Pressed], Pressed]) -> Future[Pressed]:
    """Return a future that gives the loss of workers as `WorkerDied`, and has its result looked at."""
    from distributed import KilledWorker

    future: Future[Pressed] = Future()

    def pass_on(done: Future[Pressed]) -> None:
        try:
            future.set_result(look(done.result()))
        except (CancelledError, KilledWorker):
            future.set_exception(WorkerDied(DIED))
        except BaseException as error:  # in a callback it would be lost, and the build wait for ever
            future.set_exception(error)

    future.set_running_or_notify_cancel()
    given.add_done_callback(pass_on)
    return future


def _read_previous(inputs: Inputs) -> dict[str, bytes]:
    """Return the release that briefings compare themselves with, where they look for it."""
    found = find_previous(inputs.project.data, inputs.package.digest)
    if found is None:
        return {}
    name = f"{RELEASES}/{found.name}"
    description = {f"{name}/{RELEASE}": read_file(found.data.parent, RELEASE)}
    return description | dict(_read_folder(found.data, f"{name}/{found.data.name}"))


_lock = threading.Lock()
_unpacked: dict[str, Scratch] = {}
_versions: dict[str, str] = {}


def _unpack(payload: Payload, digest: str) -> Path:
    """Return the folder that holds a payload's files; the last one's is kept."""
    if digest not in _unpacked:
        for old in _unpacked.values():
            old.close()
        _unpacked.clear()
        scratch = Scratch()
        atexit.register(scratch.close)
        root = scratch.path / PROJECT
        for name, content in payload.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _refuse_other_versions(payload.versions, read_package(root / DATA))
        _unpacked[digest] = scratch
    return _unpacked[digest].path / PROJECT


def _refuse_other_versions(wanted: Mapping[str, str], package: Package) -> None:
    if not _versions:
        _versions.update(list_versions(package))
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


def _rename(pressed: Pressed, error: BriefingError, here: Path, there: Path) -> Pressed:
    """Return a failure with the folder that the asking machine knows."""
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
