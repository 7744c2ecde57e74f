"""Workers on a Dask cluster. The only module that imports Dask.

Nothing is shared but messages: a task finds the project as bytes that the workers got once.
"""

from __future__ import annotations

import atexit
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future, InvalidStateError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path
from typing import Any, TypeVar

from pressroom.data.files import list_files, read_file
from pressroom.data.package import Package, locate_helper, read_package
from pressroom.data.previous import RELEASE, RELEASES, find_previous
from pressroom.data.reads import UNKNOWN
from pressroom.edition.briefing import Pressed, Task, press_briefing
from pressroom.edition.processes import DIED, ClusterError, WorkerDied
from pressroom.edition.today import Today
from pressroom.run.failure import BriefingError
from pressroom.run.inputs import NOTEBOOKS, PACKAGE, Inputs, digest_package
from pressroom.run.run import WARM
from pressroom.run.scratch import Scratch

MISSING = "not installed"

DATA, PROJECT = "data", "project"

PATIENCE = 30
"""Seconds to wait for a scheduler, and for a worker of it."""

SILENCE = 60.0
"""Seconds after which a worker of which nothing is heard is given up: it is stopped, or its line is cut."""

_EVERY = 2.0
"""Seconds between two looks at the cluster."""

_T = TypeVar("_T")


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

    def __init__(self, client: Any, address: str, inputs: Inputs) -> None:
        self._client, self._address, self._today = client, address, Today(inputs)
        self._executor = client.get_executor(pure=False)
        self._pending: set[Future[Pressed]] = set()
        self._heard: dict[str, tuple[float, float]] = {}
        self._over = threading.Event()
        payload = pack(inputs)
        self._digest = payload.digest
        self._payload = self._ask(lambda: client.scatter(payload, broadcast=True, hash=False), SILENCE)
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> ClusterWorkers:
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()

    @property
    def width(self) -> int:
        """Return how many tasks the cluster works on at once, as it is now."""
        return max(1, int(sum(self._ask(self._client.nthreads).values())))

    def press(self, task: Task) -> Future[Pressed]:
        """Have a task worked on; if its worker is lost, the cluster gives it to another."""
        given: Future[Pressed] = self._executor.submit(press_payload, self._payload, self._digest, task)
        future = _translate(given, self._refuse_foreign)
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        return future

    def _ask(self, question: Callable[[], _T], seconds: float = PATIENCE) -> _T:
        """Return what the cluster answers; a ClusterError if it does not."""
        try:
            return _within(seconds, question)
        except (OSError, TimeoutError) as error:
            raise ClusterError(
                f"the cluster at {self._address} does not answer any more ({_tell(error)});"
                " what is finished is kept: build again"
            ) from None

    def _watch(self) -> None:
        """Give up what is worked on once the scheduler, or a worker, is not heard of any more."""
        while not self._over.wait(_EVERY):
            try:
                self._refuse_silent(self._ask(lambda: self._client.sync(self._client.scheduler.identity)))
            except ClusterError as error:
                for future in tuple(self._pending):
                    _settle(future, error)

    def _refuse_silent(self, state_of_all: Mapping[str, Any]) -> None:
        now = time.monotonic()
        for worker, state in state_of_all["workers"].items():
            last, since = self._heard.get(worker, (0.0, now))
            self._heard[worker] = (state["last_seen"], since if state["last_seen"] == last else now)
            if now - self._heard[worker][1] > SILENCE:
                raise ClusterError(
                    f"the worker at {worker} has not been heard of for {SILENCE:g} s: it is stopped, or its"
                    " line is cut; end it, and build again"
                )

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
    client = _connect(address)
    try:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            raise ClusterError(
                f"the cluster at {address} has no worker; start some: dask worker {address} --nthreads 1"
            ) from None
        with ClusterWorkers(client, address, inputs) as workers:
            yield workers
    finally:
        with suppress(OSError, TimeoutError):  # it may be the cluster that is gone
            _within(PATIENCE, client.close)


def pack(inputs: Inputs) -> Payload:
    """Return a project as bytes; a NotPlainError if something in its folders is a link, or no file."""
    project, package = inputs.project, inputs.package
    files = dict(_read_folder(project.notebooks, NOTEBOOKS)) | dict(_read_folder(project.data, DATA))
    files |= {f"{DATA}/{r.file}": r.content for r in package.resources if r.content is not None}
    files |= _read_previous(inputs)
    return Payload(files, list_versions(package))


def list_versions(package: Package) -> dict[str, str]:
    """Return the versions of what makes a document: Python, our files, the helper's, all they need."""
    found = {name: _version(name) for name in _list_needed(_distribution())}
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
    # What goes on in the library is said in a sentence, here or where it is met.
    logging.getLogger("distributed").setLevel(logging.CRITICAL + 1)
    try:
        return _within(2 * PATIENCE, lambda: Client(address, timeout=PATIENCE, set_as_default=False))  # type: ignore[no-untyped-call]
    except Exception as error:  # another kind of server has the library fail in ways of its own
        raise ClusterError(f"no Dask scheduler answers at {address}: {_tell(error)}") from None


def _within(seconds: float, act: Callable[[], _T]) -> _T:
    """Return what a function returns; a TimeoutError if that takes longer, whatever it hangs in."""
    future: Future[_T] = Future()

    def run() -> None:
        try:
            future.set_result(act())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        raise TimeoutError(f"nothing came within {seconds:g} s") from None


def _tell(error: Exception) -> str:
    """Return on one line why something failed."""
    return " ".join(str(error).split()) or type(error).__name__


def _translate(given: Future[Pressed], look: Callable[[Pressed], Pressed]) -> Future[Pressed]:
    """Return a future that gives the loss of workers as `WorkerDied`, and has its result looked at."""
    from distributed import KilledWorker

    future: Future[Pressed] = Future()

    def pass_on(done: Future[Pressed]) -> None:
        try:
            pressed = look(done.result())
        except (CancelledError, KilledWorker):
            _settle(future, WorkerDied(DIED))
        except BaseException as error:  # in a callback it would be lost, and the build wait for ever
            _settle(future, error)
        else:
            with suppress(InvalidStateError):
                future.set_result(pressed)

    future.set_running_or_notify_cancel()
    given.add_done_callback(pass_on)
    return future


def _settle(future: Future[Pressed], error: BaseException) -> None:
    """Let a future fail, unless it is done."""
    with suppress(InvalidStateError):
        future.set_exception(error)


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
        here = _versions.get(name, MISSING)
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


def _list_needed(distribution: str) -> list[str]:
    """Return what a distribution needs, and what that needs, as far as it is installed; by name."""
    found, waiting = set[str](), [distribution]
    while waiting:
        with suppress(PackageNotFoundError):
            lines = [line for line in requires(waiting.pop()) or () if "extra ==" not in line]
            new = {_bare(line.partition(";")[0]) for line in lines} - found
            waiting += new
            found |= new
    return sorted(name for name in found if _version(name) != MISSING)


def _bare(requirement: str) -> str:
    name = requirement.translate({ord(mark): " " for mark in "<>=!~(["}).split()[0]
    return name.lower().replace("_", "-").replace(".", "-")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return MISSING
