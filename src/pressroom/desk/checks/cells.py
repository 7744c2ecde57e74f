"""What stands in cells, and where: imports, paths, prose, figures typed by hand; read, never run."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from pressroom.run.code import is_magic, without_magics
from pressroom.run.notebook import Notebook, number_cells

_ORDINALS = ("", "second ", "third ", "fourth ", "fifth ")

_WORDS = (
    "two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    "|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|dozen"
)
_FIGURE = re.compile(
    # What touches letters, hyphens, colons, slashes or further dots is an ordinal or a code: 1st, B.I.1/1.
    r"(?<![\w.:/#,\-])\d+(?:[.,]\d+)?%?(?![\w:/#\-]|\.\d)"
    rf"|\b(?:{_WORDS})\b(?!-)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"```.*?```|`[^`]*`|<[^>]*>|\]\([^)]*\)|https?://\S+|^\s*\d+[.)]\s|\b[Aa]rticles?\s+\d+", re.S | re.M
)
_COMPUTED = re.compile(r"[<>=]")

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


def name_cells(nb: Notebook) -> list[str]:
    """Return what each cell is called: ``cell [3]``, or ``the Markdown cell after [3]``.

    A cell that JupyterLab does not number is named by the last one before it that has a number.
    """
    names: list[str] = []
    last, seen = 0, Counter[tuple[str, int]]()
    for cell, number in zip(nb["cells"], number_cells(nb), strict=True):
        if number:
            last = number
            names.append(f"cell [{number}]")
            continue
        kind = {"markdown": "Markdown", "code": "empty code"}.get(cell["cell_type"], cell["cell_type"])
        seen[kind, last] += 1
        where = f"after [{last}]" if last else "at the top"
        names.append(f"the {_count(seen[kind, last])}{kind} cell {where}")
    return names


def find_figures(prose: str) -> list[str]:
    """Return the figures and number words in Markdown; code, links, list numbers and ordinals are none.

    Examples
    --------
    >>> find_figures("The 1st round had **ten** bidders in 2018; see `B.I.1/1` and line 1.2.4.")
    ['ten', '2018']
    """
    return _FIGURE.findall(_CODE.sub(" ", prose))


def is_prose(text: str) -> bool:
    """Return whether a text in a code cell is words for readers: several, and no condition or assignment."""
    return len(re.findall(r"[A-Za-z]{2,}", text)) > 1 and " " in text.strip() and not _COMPUTED.search(text)


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


def _count(n: int) -> str:
    return _ORDINALS[n - 1] if n <= len(_ORDINALS) else f"{n}th "


def _parse(source: str) -> ast.Module:
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    parsed: ast.Module = compile(source, "<cell>", "exec", flags)
    return parsed
