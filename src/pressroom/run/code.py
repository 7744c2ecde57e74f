"""The Python in a notebook's cells, as far as it can be read without being run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

_MAGIC = re.compile(r"\s*[%!?]|.*\?\s*$|\s*[\w, .]+=\s*[%!]")
_AROUND = re.compile(r"\s*%%(?:time|timeit|capture|prun)\b.*")
"""What a cell of Python may stand under."""

_PROGRAM = re.compile(
    r"\s*(?:[\w, .]+=\s*)?(?:!|%(?:sx|sc|system)\b|%%(?:!|sx|system|bash|sh|script|perl|ruby)\b)"
)


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
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name != "*")
