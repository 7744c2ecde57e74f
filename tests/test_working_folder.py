"""A module in the working folder, or beside a notebook, is never taken for the one of that name elsewhere."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from pressroom.desk.preview.watch import find_fault
from pressroom.run.inputs import PACKAGE

MakeNotebook = Callable[..., Path]

BIN = Path(sys.executable).parent
NAMES = sorted({*sys.stdlib_module_names, *packages_distributions(), "sitecustomize", "usercustomize"})
CELLS = (
    "import calendar, importlib, random\nimport pandas as pd\nfrom aichr_briefings import *",
    "[importlib.import_module(name) for name in ('colorsys', 'nbdime')];  # which a warm process has not yet",
    "from aichr_briefings import open_dataset\nlen(open_dataset().activities())",
)

pytestmark = pytest.mark.slow


@pytest.fixture
def root(make_project: Callable[..., Path], make_notebook: MakeNotebook) -> Path:
    """Return a project with one briefing."""
    folder = make_project()
    make_notebook(*CELLS, path=folder / "notebooks" / "note.ipynb")
    return folder


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """Return the file in which the modules of `lay_traps` say that they were imported."""
    return tmp_path / "told"


@pytest.fixture
def traps(told: Path, tmp_path: Path) -> Path:
    """Return a folder of modules, one for each name that is installed, our package among them."""
    return lay_traps(tmp_path / "foreign", told)


def lay_traps(folder: Path, told: Path) -> Path:
    """Put a module for each installed name into a folder: it tells that it was imported, and exits."""
    folder.mkdir(exist_ok=True)
    code = f"open({str(told)!r}, 'a').write(__name__ + '\\n')\nraise SystemExit('a foreign module ran')\n"
    for name in NAMES:
        if name.isidentifier():
            (folder / f"{name}.py").write_text(code)
    shutil.copytree(folder, folder / "pressroom" / "edition")
    (folder / "pressroom" / "__init__.py").write_text(code)
    return folder


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONSAFEPATH"}


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    words = [str(BIN / str(command[0])), *map(str, command[1:])]
    return subprocess.run(
        words, cwd=cwd, env=environment(), capture_output=True, text=True, check=False, timeout=300
    )


def say_imported(told: Path) -> str:
    return told.read_text() if told.exists() else ""


COMMANDS = {
    "stock": ("build", "--engine", "stock"),
    "check": ("check",),
    "list": ("list",),
    "run": ("run",),
    "lab": ("lab", "--version"),
}
"""Those that do most; what a build in warm processes imports, a run does."""


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_imports_what_lies_in_the_working_folder(
    name: str, root: Path, traps: Path, told: Path
) -> None:
    done = run("briefings", *COMMANDS[name], "--project", root, cwd=traps)
    assert say_imported(told) == ""
    assert done.returncode == 0, done.stdout + done.stderr
    assert "run from a fresh start" not in done.stdout


def test_a_preview_imports_nothing_of_the_working_folder(
    root: Path, traps: Path, told: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [BIN / "briefings", "preview", "--no-browser", "--project", root]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=traps, env=environment(), stdout=pipe, text=True) as preview:
        try:
            assert preview.stdout is not None
            ((port, token),) = re.findall(r"127\.0\.0\.1:(\d+)/\?token=(\S+)", preview.stdout.readline())
            assert '"faults": []' in read_event(int(port), token)
        finally:
            preview.terminate()
    monkeypatch.chdir(traps)
    assert find_fault() is None
    assert say_imported(told) == ""


def read_event(port: int, token: str) -> str:
    """Return what a page is told once the briefing is rendered."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        cookie = {"Cookie": f"pressroom-preview-{port}={token}"}
        connection.request("GET", "/events?briefing=note/note", headers=cookie)
        with connection.getresponse() as answer:
            return next(line.decode() for line in iter(answer.readline, b"") if line.startswith(b"data: {"))


def test_papermill_s_engine_imports_nothing_of_the_working_folder(
    root: Path, traps: Path, told: Path, tmp_path: Path
) -> None:
    words = ("papermill", "--engine", "warm", "--kernel", "python3", root / "notebooks" / "note.ipynb")
    done = run(*words, tmp_path / "out.ipynb", cwd=traps)
    assert say_imported(told) == ""
    assert done.returncode == 0, done.stderr


def test_what_lies_beside_a_notebook_hides_nothing_and_may_be_imported(
    root: Path, told: Path, make_notebook: MakeNotebook
) -> None:
    (lay_traps(root / "notebooks", told) / "a_helper.py").write_text("WORD = 'helpful'\n")
    make_notebook(*CELLS, "import a_helper\nprint(a_helper.WORD)", path=root / "notebooks" / "note.ipynb")
    made = []
    for engine in ("stock", "warm"):
        done = run("briefings", "build", "--force", "--engine", engine, cwd=root)
        assert say_imported(told) == ""
        assert done.returncode == 0, done.stdout + done.stderr
        made.append((root / "reports" / "current" / "note" / "note.ipynb").read_bytes())
    assert made[0] == made[1]
    assert b"helpful" in made[0]


MAIN = ("-c", "from pressroom.cli import main; main()")
"""With this, Python imports the package of the working folder, and the command's processes do not."""


@pytest.mark.parametrize("change", ["", "# changed\n"])
def test_a_package_that_is_not_the_installed_one_is_told(change: str, root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "foreign" / "pressroom"
    shutil.copytree(PACKAGE, copy)
    with (copy / "look" / "colours.py").open("a") as file:
        file.write(change)
    reason = "one process imports pressroom from "
    done = run("python", *MAIN, "build", "--force", "--project", root, cwd=copy.parent)
    assert (done.returncode, reason in done.stderr) == ((1, True) if change else (0, False)), done.stderr
    assert all(str(place) in done.stderr for place in (copy, PACKAGE)) or not change
    done = run("python", *MAIN, "check", "--project", root, cwd=copy.parent)
    assert (f"error: {reason}" in done.stdout) == bool(change), done.stdout
    assert "fresh start" not in done.stdout
