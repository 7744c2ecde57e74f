"""The stairs of DESIGN.md: who may import whom, and what must not be imported without need."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "src" / "aichr_briefings"

ALLOWED = {
    "look": {"look"},
    "dataset": {"dataset", "look"},
    "content": {"content", "dataset", "look"},
    "press": {"press", "dataset", "look"},
    "delivery": {"delivery", "press", "dataset", "look"},
    "desk": {"desk", "press", "dataset", "look"},
    "cli": {"cli", "desk", "delivery", "press", "dataset", "look"},
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
