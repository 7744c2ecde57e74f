"""What stands in code cells: imports, paths, prose; read, never run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from pressroom.run.code import is_magic, without_magics

MAY_IMPORT = (
    "pressroom.data", "pressroom.pages", "pandas", "numpy",
    "matplotlib", "IPython.display", "__future__", "calendar", "collections", "dataclasses", "datetime",
    "decimal", "enum", "fractions", "functools", "itertools", "json", "math", "operator", "re", "statistics",
    "string", "textwrap", "typing", "unicodedata",
)  # fmt: skip
"""What a notebook may import, with what is inside: the dataset, the parts of a page, and what computes."""

_PATH = re.compile(
    r"(?:file:|~[\\/]|[A-Za-z]:[\\/]|\\\\\w|/(?:[\w.~ -]+/)+"
    r"|/(?:bin|data|etc|home|media|mnt|opt|private|root|srv|tmp|usr|var|Users|Volumes)\b)"
)


class NotPythonError(ValueError):
    """A cell is not Python; the message says in which line, and why."""


def parse_code(source: str) -> ast.Module:
    """Return a cell's statements; lines for IPython alone (``%magic``, ``!command``, ``name?``) are left out.

    Raises
    ------
    NotPythonError
        If the rest is not Python.
    """
    try:
        return _parse(without_magics(source))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        where = f"line {line} " if line else ""
        fault = NotPythonError(f"{where}is not Python: {getattr(error, 'msg', error)}")
    from IPython.core.inputtransformer2 import TransformerManager

    manager = TransformerManager()  # type: ignore[no-untyped-call]
    try:
        return _parse(manager.transform_cell(source))  # such as `files = !ls`
    except (SyntaxError, ValueError):
        raise fault from None


def _parse(source: str) -> ast.Module:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    parsed: ast.Module = compile(source, "<cell>", "exec", flags)
    return parsed


def find_imports(tree: ast.Module) -> Iterator[str]:
    """Yield the full names of the modules that a cell imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            # Of a package, what is taken may be a module: `from IPython import display`.
            parts = any(allowed.startswith(f"{module}.") for allowed in MAY_IMPORT)
            yield from (f"{module}.{alias.name}" for alias in node.names) if parts else (module,)


def may_import(name: str, allowed: Iterable[str]) -> bool:
    """Return whether a notebook may import a module: it is one of those allowed, or inside one."""
    return any(f"{name}.".startswith(f"{okay}.") for okay in allowed)


def find_paths(source: str, tree: ast.Module) -> Iterator[str]:
    """Yield the absolute paths in a cell's texts, and in its lines for IPython."""
    words = (word.strip("\"'") for line in source.split("\n") if is_magic(line) for word in line.split())
    for text in (*find_texts(tree), *words):
        if _PATH.match(text.strip()):
            yield text.strip()


def find_texts(tree: ast.Module) -> Iterator[str]:
    """Yield a cell's texts, the still parts of f-strings among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
