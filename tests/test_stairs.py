"""The stairs of DESIGN.md: who may import whom, what the general rooms must not name, and lean imports."""

from __future__ import annotations

import ast
import csv
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from kits import NOTE

CODE = Path(__file__).parents[1] / "src"

ALLOWED = {
    "look": {"look"},
    "data": {"data", "look"},
    "pages": {"pages", "data", "look"},
    "run": {"run", "data", "look"},
    "edition": {"edition", "run", "pages", "data", "look"},
    "delivery": {"delivery", "edition", "run", "pages", "data", "look"},
    "desk": {"desk", "edition", "run", "pages", "data", "look"},
    "cli": {"cli", "desk", "delivery", "edition", "run", "pages", "data", "look"},
    "__init__.py": set(),
}
"""What each room of the press may import of the others."""

FOR_HELPERS = {"data", "pages"}
"""What a helper package may import of the press."""

ALONE = {
    "papermill": ("run/run.py", "run/engine/client.py"),
    "nbconvert": ("edition/exporters.py",),
    "typst": ("pages/pdf/printer.py",),
    "smtplib": ("delivery/mail/smtp.py",),
    "email": ("delivery/mail/mime.py", "delivery/mail/bounces.py"),
    "mailbox": ("delivery/mail/bounces.py",),
    "sqlite3": ("delivery/mail/ledger_file.py",),
    "distributed": ("edition/cluster.py",),
}
"""The modules that alone import a library."""

HEAVY = (
    "pandas",
    "papermill",
    "nbconvert",
    "nbformat",
    "matplotlib",
    "typst",
    "frictionless",
    "numpy",
    "jinja2",
    "smtplib",
)

VOCABULARY = re.compile(
    "aichr|asean|agency|agencies|activit|provision|plan.of.action|meeting|background.note|"
    r"the note\b|united nations|human rights|focal point|\bun\b|undp|unicef|unesco|unep|ohchr|un.women",
    re.IGNORECASE,
)
"""Words of this desk, wherever they stand: in code, docstrings, comments or file names."""

PARTS_OF_DATA = (
    "addresses",
    "characters",
    "commentary",
    "comparison",
    "date_words",
    "findings",
    "names",
    "partial_dates",
    "slugs",
    "sources",
)
"""What pages may use of the dataset: what asks it nothing."""

PRESS, HELPER = CODE / "pressroom", CODE / "aichr_briefings"
MODULES = sorted(PRESS.rglob("*.py"))
FILES = sorted(path for path in PRESS.rglob("*.*") if path.suffix != ".pyc")


@cache
def list_imports(path: Path) -> tuple[str, ...]:
    """Return the full name of everything that a module imports, also inside its functions."""
    return tuple(_find_imports(path))


def _find_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", MODULES, ids=[path.relative_to(PRESS).as_posix() for path in MODULES])
def test_imports_go_down_the_stairs(path: Path) -> None:
    ours = [f"{name}.".split(".") for name in list_imports(path) if name.startswith(("pressroom", "aichr"))]
    assert {name for name, *_ in ours} <= {"pressroom"}, "the press knows no helper package"
    assert {room for _, room, *_ in ours if room} <= ALLOWED[path.relative_to(PRESS).parts[0]]


def test_the_helper_imports_data_and_pages_only() -> None:
    names = {name for path in HELPER.glob("*.py") for name in list_imports(path)}
    assert {name.split(".")[1] for name in names if name.startswith("pressroom.")} <= FOR_HELPERS


@pytest.mark.parametrize("path", FILES, ids=[path.relative_to(PRESS).as_posix() for path in FILES])
def test_the_press_knows_nothing_of_this_desk(path: Path) -> None:
    text = f"{path.relative_to(PRESS).as_posix()}\n{path.read_text('utf-8')}"
    assert [found[0] for found in VOCABULARY.finditer(text)] == []
    codes = "|".join(map(re.escape, list_codes()))
    assert re.findall(rf"\b(?:{codes})\b", text) == []


def test_no_modules_import_each_other() -> None:
    """Not even for the types that they name, or in a function: one could not be read without the other."""
    names = {path: ".".join(path.relative_to(CODE).with_suffix("").parts) for path in CODE.rglob("*.py")}
    modules = {name.removesuffix(".__init__"): path for path, name in names.items()}

    def find_module(name: str) -> str:
        return name if name in modules else name.rpartition(".")[0]

    graph = {name: {find_module(used) for used in list_imports(path)} for name, path in modules.items()}
    TopologicalSorter(graph).prepare()  # a CycleError names the circle


@cache
def list_codes() -> set[str]:
    """Return the codes and short names of the organisations of the note."""
    with (NOTE / "data" / "organisations.csv").open(encoding="utf-8", newline="") as file:
        return {row[column] for row in csv.DictReader(file) for column in ("code", "short_name")}


def test_pages_ask_no_dataset() -> None:
    names = {name for path in (PRESS / "pages").rglob("*.py") for name in list_imports(path)}
    parts = {name.split(".")[2] for name in names if name.startswith("pressroom.data")}
    assert parts <= set(PARTS_OF_DATA)


@pytest.mark.parametrize(("library", "homes"), ALONE.items())
def test_a_library_has_one_door(library: str, homes: tuple[str, ...]) -> None:
    users = [path for path in MODULES if library in {name.split(".")[0] for name in list_imports(path)}]
    assert {path.relative_to(PRESS).as_posix() for path in users} == set(homes)


def list_loaded(code: str) -> set[str]:
    """Return the heavy libraries that a fresh interpreter has loaded after running `code`."""
    code += f"\nimport sys; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom pressroom.cli import main\nsys.argv = ['briefings', '--help']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass"
    )
    assert list_loaded(code) == set()


def test_the_press_loads_nothing_heavy_before_it_runs_a_notebook() -> None:
    assert list_loaded("import pressroom.edition.build") == set()


def test_what_sets_a_page_does_not_know_what_a_notebook_shows() -> None:
    furniture = {path.stem for path in (PRESS / "pages").glob("*.py")} - {"phrases", "documents", "errors"}
    rooms = [
        PRESS / "edition",
        PRESS / "desk",
        *(PRESS / "pages" / room for room in ("html", "pdf", "markup")),
    ]
    names = {name for room in rooms for path in room.rglob("*.py") for name in list_imports(path)}
    assert {
        name for name in names if name.startswith("pressroom.pages.") and name.split(".")[2] in furniture
    } == set()
