"""What holds for all files of the project: clean notebooks, no trace of a machine, commands that exist."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]

BUILT = {
    ".git",
    ".venv",
    "reports",
    "releases",
    "_build",
    "build",
    "dist",
    "__pycache__",
    ".ipynb_checkpoints",
}
CACHES = {".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis"}

REGISTRIES = re.compile(
    r"(?:\b|\.)(?:pypi\.(?:org|io|python\.org)|pythonhosted\.org|anaconda\.(?:org|com)|prefix\.dev|npmjs\.(?:org|com)"
    r"|registry\.yarnpkg\.com|(?:deb|security|ftp)\.debian\.org|archive\.ubuntu\.com|crates\.io"
    r"|proxy\.golang\.org|rubygems\.org|repo\.maven\.apache\.org)\b"
    r"|--(?:extra-)?index-url[ =]\S+://"
)
HOMES = re.compile(r"(?<![\w.$}*])(?:/(?:home|Users)/\w+/|/root(?=/\w)|[A-Z]:\\Users\\\w)")


@cache
def project_files() -> tuple[Path, ...]:
    """Return the files that git keeps or would keep; outside a git checkout, all that no tool has made."""
    if (ROOT / ".git").exists() and shutil.which("git"):
        command = [
            "git",
            "-c",
            "safe.directory=*",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ]
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        found = [ROOT / name for name in listing.split("\0") if name]
    else:
        found = [path for path in ROOT.rglob("*") if not {*path.relative_to(ROOT).parts} & (BUILT | CACHES)]
    return tuple(sorted(path for path in found if path.is_file()))


def find_lines(pattern: re.Pattern[str]) -> list[str]:
    """Return `file:line: text` for each line of a text file of the project that the pattern is found in."""
    hits = []
    for path in project_files():
        content = path.read_bytes()
        if b"\0" in content:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if pattern.search(line):
                hits.append(f"{path.relative_to(ROOT)}:{number}: {line[:120]}")
    return hits


NOTEBOOKS = [path for path in project_files() if path.suffix == ".ipynb"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.relative_to(ROOT).as_posix() for path in NOTEBOOKS])
def test_notebooks_are_kept_without_outputs_and_counts(path: Path) -> None:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    left = [
        n for n, cell in enumerate(code, start=1) if cell["outputs"] or cell["execution_count"] is not None
    ]
    assert not left, f"code cells {left} keep what a run left in them: nbstripout {path.name}"


def test_no_file_names_the_host_of_a_package_registry() -> None:
    assert find_lines(REGISTRIES) == []


def test_no_file_names_a_home_folder() -> None:
    assert find_lines(HOMES) == []


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (REGISTRIES, "--index-url https:" + "//packages.example/simple", True),
        (REGISTRIES, "see https://files.python" + "hosted.org/packages/a.whl", True),
        (REGISTRIES, "https://creativecommons.org/licenses/by/4.0/", False),
        (HOMES, "open('/ho" + "me/analyst/data.csv')", True),
        (HOMES, "file:///Use" + "rs/analyst/data.csv", True),
        (HOMES, "https://example.org/home/page/", False),
        (HOMES, "$HOME/briefings and ~/briefings", False),
    ],
)
def test_patterns_find_what_they_are_for(pattern: re.Pattern[str], text: str, found: bool) -> None:
    assert bool(pattern.search(text)) is found


@pytest.mark.parametrize("command", ["make briefings", "make test"])
def test_readme_names_the_command_and_the_makefile_has_it(command: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"(^\s*(\$ )?|`){command}\b(?!-)", readme, re.MULTILINE)
    assert f"\n{command.split()[1]}:" in (ROOT / "Makefile").read_text("utf-8")


def test_ci_script_can_be_run() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111, "git update-index --chmod=+x .ci/run"
    subprocess.run(["bash", "-n", script], check=True)


def test_no_property_fails_because_the_machine_is_busy() -> None:
    found = hypothesis.settings()
    assert found.deadline is None
    assert hypothesis.HealthCheck.too_slow in found.suppress_health_check
