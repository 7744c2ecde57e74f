"""Folders for temporary files: what processes that were killed have left, and what is somebody else's."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pressroom.run.engine.process import WarmProcess
from pressroom.run.scratch import OWNER, PREFIX, Scratch

HOLDING = """
import sys
from pressroom.run.scratch import keep_scratch
keep_scratch()
import tempfile, multiprocessing.util
(open(tempfile.mkdtemp() + "/kept", "w")).close()
multiprocessing.util.get_temp_dir()
print(tempfile.gettempdir(), flush=True)
sys.stdin.read()
"""

BRIEFINGS = [sys.executable, "-c", "from pressroom.cli import main; main()"]


@pytest.fixture
def temporary(short_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for temporary files of this process, and of those that it starts."""
    monkeypatch.setenv("TMPDIR", str(short_folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return short_folder


@pytest.fixture
def hold() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    """Return a function that starts a process which keeps temporary files and waits."""
    started: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        started.append(subprocess.Popen([sys.executable, "-c", HOLDING], stdin=pipe, stdout=pipe, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def read_folder(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def test_what_ends_leaves_nothing(temporary: Path, hold: Callable[[], subprocess.Popen[str]]) -> None:
    process = hold()
    folder = read_folder(process)
    assert folder.parent == temporary
    assert len(list(folder.iterdir())) == 3  # the lock, what it keeps, and multiprocessing's
    process.communicate("")
    assert process.returncode == 0
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGABRT])
def test_what_the_killed_leave_is_cleared_and_nothing_of_who_lives(
    number: signal.Signals, temporary: Path, hold: Callable[[], subprocess.Popen[str]]
) -> None:
    killed, alive = hold(), hold()
    folders = read_folder(killed), read_folder(alive)
    killed.send_signal(number)
    killed.wait()
    assert folders[0].exists()
    Scratch().close()
    assert list(temporary.iterdir()) == [folders[1]]


@pytest.mark.parametrize("what", ["no lock", "a link for a lock", "a pipe for a lock", "a link"])
def test_what_is_not_ours_stays(what: str, temporary: Path, tmp_path: Path) -> None:
    other = temporary / f"{PREFIX}mine"
    folder = tmp_path / "elsewhere" if what == "a link" else other
    folder.mkdir()
    (folder / "file").touch()
    if what == "a link":
        (folder / OWNER).touch()
        other.symlink_to(folder)
    elif what == "a link for a lock":
        (other / OWNER).symlink_to("file")
    elif what == "a pipe for a lock":
        os.mkfifo(other / OWNER)
        other.chmod(0o700)
    Scratch().close()
    assert (other / "file").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="there is no warm process elsewhere")
def test_a_warm_process_finds_a_place_whatever_the_folder_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = tmp_path / ("long" * 40)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    with WarmProcess.start() as warm:
        assert len(os.fsencode(warm.address)) < 100
        assert warm.is_alive


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["warm", "stock"])
def test_a_build_works_whatever_the_folder_for_temporary_files_is_called(
    engine: str, tmp_path: Path, make_project: Callable[..., Path], make_notebook: Callable[..., Path]
) -> None:
    root = make_project()
    make_notebook("1 + 1", path=root / "notebooks" / "note.ipynb")
    long = tmp_path / ("long é" * 30)
    long.mkdir()
    environment = os.environ | {"TMPDIR": str(long)}
    command = [*BRIEFINGS, "build", "--engine", engine]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not re.search("AF_UNIX|longer", done.stderr)
    assert list(long.iterdir()) == []
