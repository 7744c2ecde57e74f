from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from tests.desk.conftest import copy_project

from pressroom.data.findings import Refusal
from pressroom.desk.checks.notebooks import check_notebook
from pressroom.desk.git import clean_notebook, find_unclean, set_up_git

pytestmark = pytest.mark.slow

MakeOnce = Callable[[str, Callable[[Path], object]], Path]

ROOT = Path(__file__).resolve().parents[2]
BRIEFINGS = Path(sys.executable).with_name("briefings")


def git(root: Path, *words: str) -> str:
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", *words]
    return subprocess.run(
        command, cwd=root, capture_output=True, text=True, check=True, env=environment
    ).stdout


def run_cell(path: Path) -> None:
    """Leave in a notebook what a run and a save in JupyterLab leave."""
    nb = json.loads(path.read_text("utf-8"))
    code = [cell for cell in nb["cells"] if cell["cell_type"] == "code"]
    code[0]["execution_count"] = 7
    code[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["printed\n"]}]
    nb["metadata"]["language_info"] = {"name": "python", "version": "3.99.0"}
    path.write_text(json.dumps(nb, indent=1) + "\n", "utf-8")


LONG_AGO = 1_500_000_000


def set_up_clone(folder: Path) -> None:
    """Set up a clone with two notebooks, which git knows by size and time: it filters no copy once more."""
    project = copy_project(folder, "agency", "year")
    for path in (project / "notebooks").iterdir():
        os.utime(path, (LONG_AGO, LONG_AGO))
    (project / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    git(project, "init", "--quiet")
    git(project, "config", "core.checkStat", "minimal")
    git(project, "config", "core.trustCtime", "false")
    set_up_git(project)
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "project")


@pytest.fixture
def clone(make_once: MakeOnce, tmp_path: Path) -> Path:
    """Return a clone that is set up: git starts a filter for each notebook, again and again."""
    return shutil.copytree(make_once("clone", set_up_clone) / "project", tmp_path / "project")


def test_a_run_notebook_is_no_change(clone: Path) -> None:
    path = clone / "notebooks" / "agency.ipynb"
    before = path.read_bytes()
    run_cell(path)
    git(clone, "add", "--all")
    assert git(clone, "diff", "--cached", "--name-only") == ""
    assert git(clone, "show", "HEAD:notebooks/agency.ipynb").encode() == before


def test_a_change_is_told_by_cell(clone: Path) -> None:
    path = clone / "notebooks" / "agency.ipynb"
    path.write_text(path.read_text("utf-8").replace('\\"UNDP\\"', '\\"UNICEF\\"'), "utf-8")
    run_cell(path)
    told = git(clone, "diff")
    assert "source" in told
    assert 'agency: str = "UNICEF"' in told
    assert "printed" not in git(clone, "diff", "--no-ext-diff")


def test_two_changes_of_other_cells_merge(clone: Path) -> None:
    path = clone / "notebooks" / "agency.ipynb"
    text = path.read_text("utf-8")
    git(clone, "checkout", "--quiet", "-b", "other")
    path.write_text(text.replace('\\"UNDP\\"', '\\"UNICEF\\"'), "utf-8")
    git(clone, "commit", "--quiet", "--all", "--message", "one")
    git(clone, "checkout", "--quiet", "-")
    path.write_text(text.replace("**Setup.**", "**Set-up.**"), "utf-8")
    git(clone, "commit", "--quiet", "--all", "--message", "two")
    git(clone, "merge", "--quiet", "--no-edit", "other")
    merged = path.read_text("utf-8")
    assert "UNICEF" in merged
    assert "**Set-up.**" in merged


def test_it_can_be_said_twice_and_says_where_it_cannot(clone: Path, tmp_path: Path) -> None:
    before = (clone / ".git" / "config").read_text("utf-8")
    done = subprocess.run([BRIEFINGS, "git"], cwd=clone, capture_output=True, text=True, check=True)
    assert "nbstripout" in done.stdout
    assert (clone / ".git" / "config").read_text("utf-8") == before
    (tmp_path / "nowhere").mkdir()
    with pytest.raises(Refusal, match="no clone"):
        set_up_git(tmp_path / "nowhere")


def test_a_filter_that_is_gone_commits_nothing(clone: Path) -> None:
    git(clone, "config", "filter.nbstripout.clean", "/nowhere/nbstripout")
    run_cell(clone / "notebooks" / "agency.ipynb")
    with pytest.raises(subprocess.CalledProcessError):
        git(clone, "add", "--all")


def at_terminal(root: Path, *words: str, answer: str = "", **environment: str) -> str:
    """Run a command at a terminal, type an answer, and return what it said."""
    given = {name: value for name, value in os.environ.items() if name != "CI"} | environment
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(root)
        os.execve(BRIEFINGS, [str(BRIEFINGS), *words], given)
    told = b""
    with suppress(OSError):  # the other end is closed
        os.write(terminal, answer.encode())
        while piece := os.read(terminal, 1024):
            told += piece
    os.waitpid(pid, 0)
    os.close(terminal)
    return told.decode()


@pytest.fixture
def unset(project: Path) -> Path:
    """Return a clone that is not set up, and has nothing that could be built."""
    (project / "data" / "datapackage.json").write_text("{")
    (project / ".gitattributes").write_bytes((ROOT / ".gitattributes").read_bytes())
    git(project, "init", "--quiet")
    return project


ASKED = "Set git up to leave it out?"
LIGHT = {"build": ("build",), "lab": ("lab", "nothing")}
"""Commands that end before they begin: the dataset cannot be read, there is no such notebook."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "answer", "is_set"),
    [("build", "y\n", True), ("build", "\n", True), ("build", "n\n", False), ("lab", "y\n", True)],
)
def test_a_clone_is_asked_once(command: str, answer: str, is_set: bool, unset: Path) -> None:
    assert ASKED in at_terminal(unset, *LIGHT[command], answer=answer)
    assert ("nbstripout" in (unset / ".git" / "config").read_text()) == is_set
    assert ASKED not in at_terminal(unset, *LIGHT[command])


@pytest.mark.slow
@pytest.mark.parametrize("why", ["a plain folder", "no attributes", "CI", "no terminal"])
def test_who_cannot_answer_or_needs_it_not_is_not_asked(why: str, unset: Path) -> None:
    if why == "a plain folder":
        shutil.rmtree(unset / ".git")
    elif why == "no attributes":
        (unset / ".gitattributes").unlink()
    if why == "no terminal":
        done = subprocess.run([BRIEFINGS, "build"], cwd=unset, capture_output=True, text=True)
        assert ASKED not in done.stdout + done.stderr
    else:
        assert ASKED not in at_terminal(unset, "build", **({"CI": "true"} if why == "CI" else {}))


def test_notebooks_are_cleaned_to_what_is_committed(project: Path) -> None:
    path = project / "notebooks" / "agency.ipynb"
    before = path.read_bytes()
    assert find_unclean(project / "notebooks") == {}
    run_cell(path)
    (project / "notebooks" / "broken.ipynb").write_text("{")
    assert find_unclean(project / "notebooks") == {"agency.ipynb": before}


def test_cells_without_an_id_get_one_that_stays(project: Path) -> None:
    path = project / "notebooks" / "agency.ipynb"
    nb = json.loads(path.read_text("utf-8"))
    for cell in nb["cells"]:
        del cell["id"]
    path.write_text(json.dumps(nb | {"nbformat_minor": 4}), "utf-8")
    cleaned = clean_notebook(path)
    assert clean_notebook(path) == cleaned
    ids = [cell["id"] for cell in json.loads(cleaned)["cells"]]
    assert len(set(ids)) == len(ids) == len(nb["cells"])


def test_the_command_tidies_all_or_says_what_is_due(project: Path) -> None:
    run_cell(project / "notebooks" / "agency.ipynb")
    table = project / "data" / "countries.csv"
    before = table.read_bytes()
    table.write_bytes(b"\xef\xbb\xbf" + before.replace(b"\n", b"\r\n"))

    def tidy(*options: str) -> tuple[int, str]:
        done = subprocess.run([BRIEFINGS, "tidy", *options], cwd=project, capture_output=True, text=True)
        return done.returncode, done.stdout

    due = "data/countries.csv: {0}\nnotebooks/agency.ipynb: {0}\n"
    assert tidy("--check") == (1, due.format("to be tidied"))
    assert tidy() == (0, due.format("tidied"))
    assert tidy("--check") == (0, "")
    assert table.read_bytes() == before


def test_what_stands_under_a_former_key_is_moved(project: Path) -> None:
    path = project / "notebooks" / "year.ipynb"
    before = path.read_bytes()
    nb = json.loads(before)
    nb["metadata"]["aichr_briefings"] = nb["metadata"].pop("pressroom")
    path.write_text(json.dumps(nb), "utf-8")
    [said] = check_notebook(path, "aichr_briefings")
    assert 'stands under "aichr_briefings", not "pressroom"; `briefings tidy` mends that' in str(said)
    assert find_unclean(path.parent, "aichr_briefings") == {"year.ipynb": before}
