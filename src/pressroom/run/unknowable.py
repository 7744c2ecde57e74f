"""What a notebook's code depends on that no build can ask again, as far as the code itself shows it.

The clock, random numbers without a seed, the environment, whether a file exists: nothing tells of these while
a cell runs, so the code is read. What is opened, listed, connected to or started is seen as it happens; see
`pressroom.data.opened`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pressroom.run.code import list_imports, read_code
from pressroom.run.notebook import Notebook, name_cell, source_of

CLOCK, CHANCE, SURROUNDINGS, FILES = (
    "the clock",
    "random numbers without a seed",
    "the environment",
    "files that are looked at without being opened",
)

_CALLS = {
    CLOCK: (
        "datetime.now", "datetime.today", "datetime.utcnow", "date.today", "Timestamp.now", "Timestamp.today",
        "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.strftime",
    ),
    CHANCE: ("uuid.uuid1", "uuid.uuid4", "os.urandom"),
    SURROUNDINGS: ("os.getenv", "os.getcwd", "os.getlogin", "socket.gethostname", "platform.node"),
    FILES: ("os.stat", "path.exists", "path.isfile", "path.isdir", "path.getmtime", "glob.glob"),
}  # fmt: skip
_METHODS = ("exists", "is_file", "is_dir", "stat", "lstat")
_MODULES = {"secrets": CHANCE, "ctypes": FILES, "lxml": FILES}
_SEEDED = ("random.seed", "random.default_rng", "random.RandomState", "random.Random", "random.Generator")


def list_unknowable(nb: Notebook, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what no build can ask again, each with the cell or module that uses it.

    Parameters
    ----------
    folder
        Where the notebook lies: the modules beside it that it imports are read, too.
    """
    trees = {name_cell(nb, index): read_code(source_of(cell)) for index, cell in _list_code(nb)}
    imported = {name.partition(".")[0] for tree in trees.values() for name in list_imports(tree)}
    for name in sorted(imported):
        if (folder / f"{name}.py").is_file():
            trees[f"{name}.py"] = read_code((folder / f"{name}.py").read_text("utf-8", "replace"))
    is_seeded = any(_is_seeded(call) for tree in trees.values() for call in _list_calls(tree))
    for place, tree in trees.items():
        for what in dict.fromkeys(_find(tree, is_seeded=is_seeded)):
            yield place, what


def _list_code(nb: Notebook) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return ((i, cell) for i, cell in enumerate(nb["cells"]) if cell["cell_type"] == "code")


def _find(tree: ast.AST, *, is_seeded: bool) -> Iterator[str]:
    for name in (name.partition(".")[0] for name in list_imports(tree)):
        if name in _MODULES:
            yield _MODULES[name]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _name(node).endswith("os.environ"):
            yield SURROUNDINGS
    for call in _list_calls(tree):
        name = _name(call.func)
        yield from (what for what, calls in _CALLS.items() if name.endswith(calls))
        if not is_seeded and ".".join(name.split(".")[-2:-1]) == "random":
            yield CHANCE
        if name.rpartition(".")[2] in _METHODS and "." in name and not call.args:
            yield FILES


def _is_seeded(call: ast.Call) -> bool:
    return bool(call.args or call.keywords) and _name(call.func).endswith(_SEEDED)


def _list_calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(node: ast.AST) -> str:
    """Return what is called, as far as it is a name: ``pd.Timestamp.now``; a call's result is ``()``."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "()"
