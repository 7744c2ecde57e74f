"""The same build on a real Dask cluster: a scheduler and two workers, in folders of their own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pressroom.data.package import read_package
from pressroom.edition import cluster as dask
from pressroom.edition.build import Step, build_edition
from pressroom.edition.cluster import list_versions, pack, press_payload
from pressroom.edition.processes import ClusterError
from pressroom.run.inputs import Project, find_project, read_inputs

MakeNotebook = Callable[..., Path]
MakeProject = Callable[..., Path]

LISTING = (
    '#parameters\nagency: str = "UNDP"  # one of agencies; the agency',
    "import helper\nfrom aichr_briefings import open_dataset\nds = open_dataset()",
    "print(helper.WORD, ds.commentary('agency', 'undp'), ds.previous.dataset.count(agency=agency))",
    "ds.activities(agency=agency).frame()",
)


GREETINGS = [b"", b"SSH-2.0-OpenSSH_9.2p1\r\n", b"220 mail.example.org ESMTP ready\r\n"]
"""What other kinds of servers say first; those of the web nothing."""


@dataclass
class Cluster:
    """A scheduler's address, it and the workers as processes that lead a group each."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """Have a cluster of one's own."""
    with run_cluster(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Have a cluster that the tests below share, in their order: it loses a worker, then its scheduler."""
    with run_cluster(tmp_path_factory.mktemp("cluster")) as running:
        yield running


@contextmanager
def run_cluster(tmp_path: Path) -> Iterator[Cluster]:
    started: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> subprocess.Popen[bytes]:
        folder = tmp_path / f"machine-{len(started)}"
        folder.mkdir()
        command = [sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--no-dashboard"]
        log = (folder / "log").open("wb")
        started.append(subprocess.Popen(command, cwd=folder, stderr=log, stdout=log, start_new_session=True))
        log.close()
        return started[-1]

    told = tmp_path / "scheduler.json"
    scheduler = start("scheduler", "--port", "0", "--scheduler-file", str(told))
    address = wait_for_address(told)
    workers = [start("worker", address, "--nthreads", "1", "--local-directory", "here") for _ in range(2)]
    yield Cluster(address, scheduler, workers)
    for process in reversed(started):
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_address(told: Path) -> str:
    for _ in range(1200):
        if told.exists() and told.read_text():
            return str(json.loads(told.read_text())["address"])
        time.sleep(0.1)
    raise AssertionError("no scheduler")


@pytest.fixture
def project(make_project: MakeProject, make_notebook: MakeNotebook) -> Project:
    """Return a project of twelve briefings, with a module, a commentary, and a release to look back to."""
    root = make_project()
    make_notebook(*LISTING, path=root / "notebooks" / "agency.ipynb")
    (root / "notebooks" / "helper.py").write_text("WORD = 'beside'\n")
    folder = root / "data" / "commentary" / "agency"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "undp.md").write_text("---\nauthor: A\ndate: 2019-11-01\n---\nA word.\n")
    freeze_other_data(root / "data", root / "releases" / "one")
    return find_project(root)


def freeze_other_data(data: Path, release: Path) -> None:
    """Make a release of a dataset of fewer activities, which briefings look back to."""
    shutil.copytree(data, release / "data")
    (release / "data" / "participations.csv").write_text("activity,organisation,role,via,sources\n", "utf-8")
    told = {
        "number": 1,
        "created": "2026-11-26T06:00:00+00:00",
        "dataset": {"digest": read_package(release / "data").digest},
    }
    (release / "release.json").write_text(json.dumps(told), "utf-8")


def list_bytes(project: Project) -> dict[str, bytes]:
    files = (path for path in project.current.rglob("*") if path.is_file())
    return {path.relative_to(project.current).as_posix(): path.read_bytes() for path in files}


@pytest.mark.slow
def test_a_failure_on_a_cluster_is_told_as_here(
    project: Project, shared_cluster: Cluster, make_notebook: MakeNotebook
) -> None:
    make_notebook("open('../tools/extra.txt')", path=project.notebooks / "agency.ipynb")
    here = build_edition(project).failed
    notebook = (project.current / "agency/agency.failed.ipynb").read_bytes()
    there = build_edition(project, cluster=shared_cluster.address).failed
    assert [str(error) for error in there] == [str(error) for error in here]
    assert (project.current / "agency/agency.failed.ipynb").read_bytes() == notebook


@pytest.mark.slow
def test_a_file_that_tasks_do_not_carry_publishes_nothing_that_lacks_it(
    project: Project, shared_cluster: Cluster, make_notebook: MakeNotebook
) -> None:
    reading = "try:\n    print(open('../extra.txt').read())\nexcept OSError:\n    print('without')"
    make_notebook(reading, path=project.notebooks / "agency.ipynb")
    (project.root / "extra.txt").write_text("with it")
    (error,) = build_edition(project, cluster=shared_cluster.address).failed
    assert error.reason.startswith("it reads extra.txt, which a worker does not have")
    assert build_edition(project).is_good


@pytest.mark.slow
def test_a_cluster_gives_the_same_bytes_and_a_lost_worker_costs_nothing(
    project: Project, shared_cluster: Cluster
) -> None:
    chosen = ["agency=UNDP", "agency=UNICEF", "agency=ILO", "agency=UNHCR", "agency=IOM"]
    build_edition(project, chosen)
    here = list_bytes(project)

    def kill_one(step: Step) -> None:
        if step.kind == "end" and shared_cluster.workers[0].poll() is None:
            os.killpg(shared_cluster.workers[0].pid, signal.SIGKILL)
            shared_cluster.workers[0].wait()

    result = build_edition(project, chosen, force=True, cluster=shared_cluster.address, report=kill_one)
    assert len(result.succeeded) == len(chosen)
    assert list_bytes(project) == here


@pytest.mark.slow
def test_a_scheduler_that_dies_midway_is_a_sentence(project: Project, shared_cluster: Cluster) -> None:
    def kill(step: Step) -> None:
        if step.kind == "end" and shared_cluster.scheduler.poll() is None:
            os.killpg(shared_cluster.scheduler.pid, signal.SIGKILL)
            shared_cluster.scheduler.wait()

    with pytest.raises(
        ClusterError, match=f"the cluster at {shared_cluster.address} does not answer any more"
    ):
        build_edition(project, cluster=shared_cluster.address, report=kill)


@pytest.mark.slow
@pytest.mark.parametrize(("address", "words"), [("tcp://127.0.0.1:9", "no Dask scheduler"), ("x", "x")])
def test_an_address_where_nobody_answers_is_refused(
    project: Project, address: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "PATIENCE", 1)
    with pytest.raises(ClusterError, match=words):
        build_edition(project, cluster=address)
    assert not project.current.exists()


@pytest.mark.slow
@pytest.mark.parametrize("greeting", GREETINGS)
def test_another_kind_of_server_is_refused(
    greeting: bytes, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "PATIENCE", 1)
    with greet(greeting) as port, pytest.raises(ClusterError, match="no Dask scheduler answers at tcp"):
        build_edition(project, cluster=f"tcp://127.0.0.1:{port}")
    assert not project.current.exists()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["tcp://", "http://", "ws://", "tls://", ""])
def test_a_server_of_the_web_is_refused(
    scheme: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "PATIENCE", 1)
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"{scheme}127.0.0.1:{server.server_port}"
        with pytest.raises(ClusterError, match=f"^no Dask scheduler answers at {address}: .+"):
            build_edition(project, cluster=address)
        server.shutdown()
    assert not project.current.exists()


@contextmanager
def greet(greeting: bytes) -> Iterator[int]:
    """Yield the port of a server that says something to who connects, and nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept: list[socket.socket] = []

        def run() -> None:
            with suppress(OSError):
                while True:
                    kept.append(server.accept()[0])
                    kept[-1].sendall(greeting)

        threading.Thread(target=run, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in kept:
            connection.close()


@pytest.mark.slow
def test_a_stopped_worker_is_not_waited_for(
    project: Project, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask, "SILENCE", 10.0)
    stopped: list[int] = []

    def stop(step: Step) -> None:
        if step.kind == "end" and not stopped:
            stopped.extend(worker.pid for worker in cluster.workers)
            for pid in stopped:
                os.killpg(pid, signal.SIGSTOP)

    with pytest.raises(ClusterError, match=r"the worker at \S+ has not been heard of for 10 s"):
        build_edition(project, cluster=cluster.address, report=stop)


@pytest.mark.parametrize("name", ["typst", "numpy", "fonttools", "lxml"])
def test_a_worker_with_other_versions_is_refused(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = pack(read_inputs(project))
    monkeypatch.setattr(dask, "_versions", list_versions(read_inputs(project).package) | {name: "0.1"})
    with pytest.raises(ClusterError, match=rf"another {name} than this machine \(0\.1, not "):
        press_payload(packed, packed.digest, None)  # type: ignore[arg-type]
