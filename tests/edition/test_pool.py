"""What becomes of a build when a process of it dies, or the disk is full: with real processes and signals."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pressroom.edition.briefing import Task
from pressroom.edition.build import Step, build_edition
from pressroom.edition.processes import WorkerDied, WorkerProcess
from pressroom.run.catalogue import Briefing
from pressroom.run.inputs import Project, find_project
from warm_kernels import use_cold_kernels, use_warm_kernels

MakeNotebook = Callable[..., Path]
MakeProject = Callable[..., Path]

COMMAND = [sys.executable, "-c", "from pressroom.cli import main; main()", "build"]
PATIENCE = 300

SLOW = (
    "#parameters\nyear: int = 2018  # one of years; the year",
    "import os\nimport time\nfrom pathlib import Path\nhere = Path('..')",
    (
        "(here / f'waits-{year}').touch()\n"
        "while True:\n"
        "    try:\n"
        "        os.link(here / 'go', here / f'went-{year}')\n"
        "        break\n"
        "    except FileNotFoundError:\n"
        "        time.sleep(0.05)\n"
        "os.unlink(here / f'went-{year}')"
    ),
    "print(year)",
)
"""Waits until the test lets it go on, and looks for that in a way that makes no briefing stale."""


@pytest.fixture
def project(make_project: MakeProject, make_notebook: MakeNotebook) -> Project:
    """Return a project of four briefings that wait for a file ``go``."""
    root = make_project()
    make_notebook(*SLOW, path=root / "notebooks" / "slow.ipynb")
    return find_project(root)


def go(project: Project) -> None:
    (project.root / "go").touch()


def wait_for(condition: Callable[[], Any]) -> Any:
    """Return what the condition gives once it is true."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def find_processes(mark: str) -> list[psutil.Process]:
    """Return this process's descendants whose command line holds a mark, those of that parent alone."""
    return [p for p in psutil.Process().children(recursive=True) if mark in " ".join(_command(p))]


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def find_workers() -> list[psutil.Process]:
    """Return the workers: what the process that multiprocessing forks from has forked."""
    (source,) = [p for p in find_processes("multiprocessing.forkserver") if p.ppid() == os.getpid()] or [None]
    return source.children() if source else []


class Building:
    """A build in a thread, and what it told."""

    def __init__(self, project: Project, **given: Any) -> None:
        self.steps: list[Step] = []
        self.result: Any = None
        self._thread = threading.Thread(target=self._run, args=(project,), kwargs=given)
        self._thread.start()

    def _run(self, project: Project, **given: Any) -> None:
        self.result = build_edition(project, report=self.steps.append, **given)

    def finish(self) -> Any:
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()
        return self.result


def count_waiting(project: Project) -> int:
    """Return how many briefings wait, or have waited, for the file."""
    return len(list(project.root.glob("waits-*")))


@pytest.mark.slow
def test_a_killed_worker_fails_its_own_briefing_only(project: Project) -> None:
    building = Building(project, jobs=2)
    wait_for(lambda: count_waiting(project) == 2)
    find_workers()[0].kill()
    wait_for(lambda: any(step.kind == "end" for step in building.steps))
    go(project)
    result = building.finish()
    (error,) = result.failed
    assert "died" in error.reason
    assert len(result.succeeded) == 3
    assert len([step for step in building.steps if step.kind == "end"]) == 4
    assert build_edition(project).succeeded == (error.id,)


@pytest.mark.slow
@pytest.mark.parametrize("ones", ["the one that forks", "both", "all"])
def test_whatever_process_is_killed_each_briefing_at_work_fails_in_a_sentence(
    ones: str, project: Project
) -> None:
    command = [*COMMAND, "--jobs", "2", "--project", str(project.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as build:
        wait_for(lambda: count_waiting(project) == 2)
        family = psutil.Process(build.pid).children(recursive=True)
        servers = [one for one in family if "forkserver" in " ".join(_command(one))]
        (source,) = [one for one in servers if one.ppid() == build.pid]
        worker = next(one for one in servers if one != source)
        for one in {"the one that forks": [source], "both": [source, worker], "all": family}[ones]:
            one.kill()
        wait_for(lambda: ones == "the one that forks" or not is_there(worker))
        go(project)
        _, told = build.communicate(timeout=PATIENCE)
    lost = {"the one that forks": 0, "both": 1, "all": 2}[ones]
    progress, failed = told.splitlines()[:4], told.splitlines()[4:]
    assert all(line.startswith(f"[{number}/4] slow/") for number, line in enumerate(progress, start=1))
    assert len(failed) == lost, told
    assert all("the process that pressed it died" in line for line in failed)
    assert len(list(project.current.glob("slow/*.pdf"))) == 4 - lost


@pytest.mark.slow
def test_a_worker_killed_while_it_hands_over_a_briefing_is_not_waited_for(
    project: Project, make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    path = make_notebook("print('long' * 100_000)", path=project.notebooks / "long.ipynb")
    worker = WorkerProcess(tmp_path, {})
    worker.give(Task(Briefing("long", "long", {}), path, project.data, project.root))
    assert worker._line.poll(PATIENCE)  # more than a pipe holds: it waits for somebody to read
    worker.kill()
    with pytest.raises(WorkerDied):
        worker.take()
    worker.bury()


@pytest.fixture
def cold_kernels() -> Iterator[None]:
    """Have the warm process be a child of this one, which finds it by that."""
    use_cold_kernels()
    yield
    use_warm_kernels()


@pytest.mark.slow
@pytest.mark.usefixtures("cold_kernels")
def test_a_killed_warm_process_fails_the_briefings_at_work_only(project: Project) -> None:
    building = Building(project, jobs=2)
    wait_for(lambda: count_waiting(project) == 2)
    warm = [p for p in find_processes("run.engine.parent") if p.ppid() == os.getpid()]
    max(warm, key=psutil.Process.create_time).kill()  # others may be there from other tests
    wait_for(lambda: sum(step.kind == "end" for step in building.steps) == 2)
    go(project)
    result = building.finish()
    assert len(result.failed) == 2
    assert all(error.cell == 3 and "died" in error.reason for error in result.failed)
    assert len(result.succeeded) == 2


@pytest.mark.slow
def test_a_killed_build_leaves_no_process_no_lock_no_file_and_the_last_edition(
    project: Project, short_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(project)
    build_edition(project)
    (project.root / "go").unlink()
    before = (project.current / "manifest.json").read_bytes()
    command = [*COMMAND, "--force", "--project", str(project.root)]
    temporary = short_folder
    monkeypatch.setenv("TMPDIR", str(temporary))
    with subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True) as build:
        family = wait_for(lambda: at_work(build.pid))
        build.kill()
    wait_for(lambda: not any(is_there(process) for process in family))
    assert (project.current / "manifest.json").read_bytes() == before
    go(project)
    assert list(temporary.iterdir())
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    assert list(temporary.iterdir()) == []
    assert {path.name for path in project.output.iterdir()} == {
        ".briefings",
        ".datasets",
        ".generations",
        ".lock",
        "current",
    }


def at_work(pid: int) -> list[psutil.Process]:
    """Return the processes of a build, once two of its briefings are at work."""
    family = psutil.Process(pid).children(recursive=True)
    warm = [process for process in family if "run.engine.parent" in " ".join(_command(process))]
    return family if len(warm) >= 3 else []


def is_there(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_an_interrupted_build_ends_at_once_with_all_its_processes(project: Project) -> None:
    command = [*COMMAND, "--project", str(project.root)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as build:
        family = wait_for(lambda: at_work(build.pid))
        os.killpg(build.pid, signal.SIGINT)
        _, told = build.communicate(timeout=PATIENCE)
        assert build.returncode == 130
        assert told.splitlines()[-1].startswith("Interrupted")
    wait_for(lambda: not any(is_there(process) for process in family))
    assert not project.current.exists()


@pytest.mark.slow
def test_two_builds_at_once_are_kept_apart(project: Project) -> None:
    first = Building(project)
    wait_for(lambda: any(step.kind == "begin" for step in first.steps))
    command = [*COMMAND, "--project", str(project.root), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as second:
        assert second.stderr is not None
        assert "waiting for it" in second.stderr.readline()
        go(project)
        told = json.loads(second.communicate(timeout=PATIENCE)[0])
    assert len(first.finish().succeeded) == 4
    assert len(told["fresh"]) == 4


@pytest.fixture
def small_disk(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs a shell script with a disk of 6 MB mounted at ``$DISK``, of its own."""
    unshare = shutil.which("unshare")
    assert unshare, "a disk that is full needs unshare, of Debian's util-linux"
    disk = tmp_path / "disk"
    disk.mkdir()

    def run(script: str, **variables: str) -> subprocess.CompletedProcess[str]:
        mounted = f'mount -t tmpfs -o size=6m tmpfs "$DISK"\n{script}'
        environment = {**os.environ, "DISK": str(disk), **variables}
        command = [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", mounted]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    return run


FULL = """\
set -e
cd "$PROJECT"
build() { "$PYTHON" -c 'from pressroom.cli import main; main()' build --output "$DISK"; }
build >&2
cp -r "$DISK/current/" "$PROJECT/before"
sed -i 's/print(year)/print(year, 2)/' "$PROJECT/notebooks/slow.ipynb"
dd if=/dev/zero of="$DISK/filler" bs=16k 2>/dev/null || true
set +e
build
echo "exit code $?"
diff -r "$DISK/current/" "$PROJECT/before" && echo whole
rm "$DISK/filler"
build && echo built
"""


@pytest.mark.slow
def test_a_full_disk_is_named_and_the_last_edition_stays_whole(
    project: Project, small_disk: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    go(project)
    done = small_disk(FULL, PYTHON=sys.executable, PROJECT=str(project.root))
    assert "No space left on device" in done.stderr, done.stderr
    lines = done.stdout.splitlines()
    assert lines[:2] == ["exit code 1", "whole"], done.stderr
    assert lines[-1] == "built"
