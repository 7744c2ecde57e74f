"""The stairs of DESIGN.md: who may import whom, what the general rooms must not name, and lean imports."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kits import NOTE

PACKAGE = Path(__file__).parents[1] / "src" / "aichr_briefings"

ALLOWED = {
    "look": {"look"},
    "dataset": {"dataset", "look"},
    "pages": {"pages", "dataset", "look"},
    "content": {"content", "pages", "dataset", "look"},
    "press": {"press", "pages", "dataset", "look"},
    "delivery": {"delivery", "press", "dataset", "look"},
    "desk": {"desk", "press", "pages", "dataset", "look"},
    "cli": {"cli", "desk", "delivery", "press", "dataset", "look"},
    "rules.py": {"dataset"},
    "__init__.py": set(),
}
ALONE = {
    "papermill": "press/run.py",
    "nbconvert": "press/html/exporter.py",
    "typst": "press/pdf/printer.py",
    "smtplib": "delivery/mail/smtp.py",
    "email": "delivery/mail/mime.py",
    "sqlite3": "delivery/mail/ledger.py",
}
SECOND_DOORS = {"papermill": "press/engine/client.py", "nbconvert": "press/pdf/exporter.py"}
HEAVY = (
    "pandas",
    "papermill",
    "nbconvert",
    "nbformat",
    "matplotlib",
    "typst",
    "frictionless",
    "numpy",
    "smtplib",
)

GENERAL = ("pages",)
"""The rooms that any desk could use: they name no table, column or code of this dataset."""

VOCABULARY = re.compile(
    "aichr(?!_briefings)|asean|agency|agencies|activit|provision|plan.of.action|meeting|background.note|"
    r"the note\b|united nations|human rights|focal point|\bun\b|undp|unicef|unesco|unep|ohchr|un.women",
    re.IGNORECASE,
)
"""Words of this desk, wherever they stand: in code, docstrings, comments or file names."""

PARTS_OF_DATASET = ("characters", "commentary", "date_words", "findings", "partial_dates", "slugs")
"""What pages may use of the dataset: what asks it nothing."""

MODULES = sorted(PACKAGE.rglob("*.py"))


def list_imports(path: Path) -> Iterator[str]:
    """Yield the full name of everything that a module imports, also inside its functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PACKAGE).as_posix() for path in MODULES])
def test_imports_go_down_the_stairs(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0]
    ours = [name.split(".")[1] for name in list_imports(path) if name.startswith("aichr_briefings.")]
    assert set(ours) <= ALLOWED[room] | {"__version__"}


@pytest.mark.parametrize(
    "name",
    [path.relative_to(PACKAGE).as_posix() for room in GENERAL for path in (PACKAGE / room).rglob("*.*")],
)
def test_general_rooms_know_nothing_of_this_desk(name: str) -> None:
    if name.endswith(".pyc"):
        return
    text = f"{name}\n{(PACKAGE / name).read_text('utf-8')}"
    codes = "|".join(map(re.escape, list_codes()))
    assert [found[0] for found in VOCABULARY.finditer(text)] == []
    assert re.findall(rf"\b(?:{codes})\b", text) == []


def list_codes() -> set[str]:
    """Return the codes and short names of the organisations of the note."""
    with (NOTE / "data" / "organisations.csv").open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file) for column in ("code", "short_name")}


def test_pages_ask_no_dataset() -> None:
    paths = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] == "pages"]
    names = {name for path in paths for name in list_imports(path)}
    parts = {name.split(".")[2] for name in names if name.startswith("aichr_briefings.dataset")}
    assert parts <= set(PARTS_OF_DATASET)


@pytest.mark.parametrize(("library", "home"), ALONE.items())
def test_a_library_has_one_door(library: str, home: str) -> None:
    users = [path for path in MODULES if library in {name.split(".")[0] for name in list_imports(path)}]
    assert {PACKAGE / home} <= set(users) <= {PACKAGE / home, PACKAGE / SECOND_DOORS.get(library, home)}


def list_loaded(code: str) -> set[str]:
    """Return the heavy libraries that a fresh interpreter has loaded after running `code`."""
    code += f"\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom aichr_briefings.cli import main\nsys.argv = ['briefings', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert list_loaded(code) == set()


def test_the_press_loads_nothing_heavy_before_it_runs_a_notebook() -> None:
    assert list_loaded("import aichr_briefings.press.build") == set()


def test_only_phrases_pass_from_pages_to_the_press() -> None:
    paths = [path for path in MODULES if path.relative_to(PACKAGE).parts[0] in ("press", "desk")]
    used = {name for path in paths for name in list_imports(path) if name.startswith("aichr_briefings.pages")}
    assert all(name.startswith("aichr_briefings.pages.phrases.") for name in used)
