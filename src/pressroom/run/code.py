"""The Python in a notebook's cells, read and never run; and what of it no build can ask again.

The clock, random numbers without a seed, the environment, whether a file exists: nothing tells of these while
a cell runs, so the code is read. What is opened, listed, connected to or started is seen as it happens; see
`pressroom.data.opened_files`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from pressroom.run.notebook import Notebook, name_cell, source_of

_MAGIC = re.compile(r"\s*[%!?]|.*\?\s*$|\s*[\w, .]+=\s*[%!]")
_AROUND = re.compile(r"\s*%%(?:time|timeit|capture|prun)\b.*")
"""What a cell of Python may stand under."""

_PROGRAM = re.compile(
    r"\s*(?:[\w, .]+=\s*)?(?:!|%(?:sx|sc|system)\b|%%(?:!|sx|system|bash|sh|script|perl|ruby)\b)"
)

CLOCK, CHANCE, SURROUNDINGS, FILES, PROGRAM, HIDDEN = (
    "the clock",
    "random numbers without a seed",
    "the environment",
    "files that are looked at without being opened",
    "another program",
    "code that is put together while it runs",
)

_NAMES = {
    CLOCK: (
        "datetime.now", "datetime.today", "datetime.utcnow", "date.today", "Timestamp.now", "Timestamp.today",
        "Timestamp.utcnow", "time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime",
        "time.asctime", "time.strftime", "time.perf_counter", "time.monotonic", "time.process_time",
    ),
    CHANCE: ("uuid.uuid1", "uuid.uuid4", "os.urandom"),
    SURROUNDINGS: (
        "os.environ", "os.environb", "os.getenv", "os.getcwd", "os.getlogin", "os.getpid", "os.getuid",
        "os.cpu_count", "os.uname", "path.expanduser", "path.expandvars", "Path.home", "Path.cwd",
        "socket.gethostname", "socket.getfqdn", "getpass.getuser", "shutil.which", "shutil.disk_usage",
        "tempfile.gettempdir", "multiprocessing.cpu_count", "sys.argv",
        *(f"platform.{name}" for name in ("node", "machine", "platform", "system", "release", "uname")),
    ),
    FILES: (
        "os.stat", "os.lstat", "os.access", "os.readlink", "glob.glob",
        *(f"path.{name}" for name in ("exists", "lexists", "isfile", "isdir", "islink", "realpath")),
        *(f"path.{name}" for name in ("getmtime", "getsize", "getctime", "getatime", "samefile")),
    ),
    HIDDEN: ("importlib.import_module", "builtins.exec", "builtins.eval"),
}  # fmt: skip
_WATCHED = {name: what for what, names in _NAMES.items() for name in names}
_METHODS = ("exists", "is_file", "is_dir", "is_symlink", "stat", "lstat")
_MODULES = {"secrets": CHANCE, "ctypes": FILES, "lxml": FILES, "psutil": SURROUNDINGS}
_BUILTINS = {"exec": HIDDEN, "eval": HIDDEN, "__import__": HIDDEN, "id": SURROUNDINGS}
_SEEDED = ("random.seed", "random.default_rng", "random.RandomState", "random.Random", "random.Generator")
_DATES = ("Timestamp", "to_datetime", "datetime64", "DatetimeIndex", "date_range")
_TODAY = ("now", "today")
_ATTACH = re.compile(r"\s*attach\b", re.I)

Sources = tuple[tuple[str, str], ...]
"""Texts, each behind the cell or module that it is of."""


def is_magic(line: str) -> bool:
    """Return whether a line is for IPython alone: ``%magic``, ``!command``, ``name?``, ``x = !command``."""
    return bool(_MAGIC.match(line))


def starts_program(source: str) -> bool:
    """Return whether a cell has IPython start another program.

    Examples
    --------
    >>> [starts_program(source) for source in ("x = 1\\nfound = !ls", "%%bash\\nls", "x != 1", "%time f()")]
    [True, True, False, False]
    """
    return any(map(_PROGRAM.match, source.split("\n")))


def without_magics(source: str) -> str:
    """Return a cell's Python, line by line as it stands; nothing of a cell that is all a magic's (``%%``)."""
    if source.lstrip().startswith("%%") and not _AROUND.match(source):
        return ""
    return "\n".join("" if is_magic(line) else line for line in source.split("\n"))


def read_code(source: str) -> ast.Module:
    """Return a cell's statements; none if it is not Python, which the cell itself shows when it runs."""
    try:
        return ast.parse(without_magics(source))
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def list_imports(tree: ast.AST) -> Iterator[str]:
    """Yield the full names of what code imports, in order; some are no modules but taken from one.

    Examples
    --------
    >>> list(list_imports(read_code("import pandas as pd\\nfrom os import path\\n%pip list")))
    ['pandas', 'os', 'os.path']
    """
    return _list_imported(ast.walk(tree))


def _list_imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")


def list_unknowable(nb: Notebook, folder: Path) -> Sources:
    """Return what no build can ask again, each behind the cell or module that uses it.

    Parameters
    ----------
    folder
        Where the notebook lies: the modules beside it that it imports are read, too.
    """
    cells = tuple((name_cell(nb, index), source_of(cell)) for index, cell in _list_code(nb))
    files = [folder / f"{name}.py" for name in _list_modules(cells)]
    modules = tuple((file.name, file.read_text("utf-8", "replace")) for file in files if file.is_file())
    return _list_unknowable(cells, modules)


@lru_cache(maxsize=64)  # all briefings of a family run the same cells
def _list_unknowable(cells: Sources, modules: Sources) -> Sources:
    found = [(place, PROGRAM) for place, source in cells if starts_program(source)]
    nodes = {place: tuple(ast.walk(read_code(source))) for place, source in (*cells, *modules)}
    own = _list_names(chain.from_iterable(nodes[place] for place, _ in cells))
    names = dict.fromkeys(nodes, own) | {file: _list_names(nodes[file]) for file, _ in modules}
    is_seeded = any(_is_seeded(c, names[p]) for p, there in nodes.items() for c in _list_calls(there))
    for place, there in nodes.items():
        kinds = dict.fromkeys(_find(there, names[place], is_seeded=is_seeded))
        found += [(place, what) for what in kinds]
    return tuple(found)


@lru_cache(maxsize=64)
def _list_modules(cells: Sources) -> tuple[str, ...]:
    """Return the modules that cells import, without the packages' parts."""
    importing = (source for _, source in cells if "import" in source)
    imported = (name for source in importing for name in list_imports(read_code(source)))
    return tuple(sorted({name.partition(".")[0] for name in imported}))


def _list_code(nb: Notebook) -> Iterator[tuple[int, Mapping[str, Any]]]:
    return ((i, cell) for i, cell in enumerate(nb["cells"]) if cell["cell_type"] == "code")


def _list_names(nodes: Iterable[ast.AST]) -> dict[str, str]:
    """Return what the names that code imports stand for: ``{"t": "time", "D": "datetime.datetime"}``."""
    names: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return names


def _find(nodes: Sequence[ast.AST], names: Mapping[str, str], *, is_seeded: bool) -> Iterator[str]:
    for name in (name.partition(".")[0] for name in _list_imported(nodes)):
        if name in _MODULES:
            yield _MODULES[name]
    for node in nodes:
        if isinstance(node, ast.Attribute | ast.Name):
            yield from _find_watched(_name(node, names))
        elif isinstance(node, ast.Call):
            yield from _find_in(node, _name(node.func, names), is_seeded=is_seeded)


def _find_in(call: ast.Call, name: str, *, is_seeded: bool) -> Iterator[str]:
    """Yield what a call depends on by how it is made."""
    last, given = name.rpartition(".")[2], {word.arg for word in call.keywords}
    texts = [
        node.value for node in call.args if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    if name in _BUILTINS:
        yield _BUILTINS[name]
    if not is_seeded and (
        ".".join(name.split(".")[-2:-1]) == "random" or (last == "sample" and "random_state" not in given)
    ):
        yield CHANCE
    if (last in _METHODS and "." in name and not call.args) or "dir_fd" in given:
        yield FILES
    if last in ("execute", "executescript", "read_sql") and any(map(_ATTACH.match, texts)):
        yield FILES
    if last == "expanduser":
        yield SURROUNDINGS
    if last in _DATES and any(text.strip().lower() in _TODAY for text in texts):
        yield CLOCK
    if name == "getattr" and texts:
        yield from _find_watched(f"{_name(call.args[0], {})}.{texts[0]}")


def _find_watched(name: str) -> Iterator[str]:
    last = ".".join(name.split(".")[-2:])
    if last in _WATCHED:
        yield _WATCHED[last]


def _is_seeded(call: ast.Call, names: Mapping[str, str]) -> bool:
    return bool(call.args or call.keywords) and _name(call.func, names).endswith(_SEEDED)


def _list_calls(nodes: Iterable[ast.AST]) -> Iterator[ast.Call]:
    return (node for node in nodes if isinstance(node, ast.Call))


def _name(node: ast.AST, names: Mapping[str, str]) -> str:
    """Return what stands there, as far as it is a name: ``pandas.Timestamp.now``; a call is ``()``."""
    if isinstance(node, ast.Attribute):
        return f"{_name(node.value, names)}.{node.attr}"
    return names.get(node.id, node.id) if isinstance(node, ast.Name) else "()"
