"""Whether a notebook is as a family's should be: its contract, its cells' ids, code and prose."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from pressroom.data.files import read_text
from pressroom.data.findings import Finding, advise, find_nearest, quote
from pressroom.data.names import METADATA
from pressroom.desk.checks.cells import (
    MAY_IMPORT,
    NotPythonError,
    find_figures,
    find_imports,
    find_paths,
    find_texts,
    is_prose,
    may_import,
    name_cells,
    parse_code,
)
from pressroom.run.inputs import NOTEBOOKS
from pressroom.run.notebook import Notebook, NotebookError, read_notebook, source_of, tags_of
from pressroom.run.parameters import TAG, read_parameters

MENDED = "`briefings tidy` mends that"
MAY_RAISE = "raises-exception"
UNPRINTED = {"analyst-only", "remove-cell", "remove_cell"}


def list_notebooks(folder: Path) -> list[Path]:
    """Return the families' notebooks in a folder."""
    return sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))


def check_notebook(path: Path, helper: str | None = None) -> list[Finding]:
    """Return what is wrong with a notebook as it stands; it is not run.

    Parameters
    ----------
    helper
        The installed package of its dataset's own that it may import, if there is one.
    """
    try:
        page = _Page(path, read_notebook(path), (*([helper] if helper else ()), *MAY_IMPORT))
    except NotebookError as error:
        return [describe_fault(error)]
    return [finding for check in _CHECKS for finding in check(page)]


def describe_fault(error: NotebookError) -> Finding:
    """Return as a finding why a notebook is no family."""
    return replace(error.finding, file=_name(error.path))


@dataclass(frozen=True)
class _Page:
    """A notebook, with what its cells are called."""

    path: Path
    nb: Notebook
    allowed: Sequence[str]

    @property
    def cells(self) -> Sequence[dict[str, Any]]:
        cells: Sequence[dict[str, Any]] = self.nb["cells"]
        return cells

    @cached_property
    def names(self) -> list[str]:
        return name_cells(self.nb)

    @property
    def is_python(self) -> bool:
        kernel = self.nb["metadata"].get("kernelspec", {})
        return str(kernel.get("language", "python")).lower() == "python"

    @cached_property
    def first_printed(self) -> int:
        """Return the place of the first cell behind the parameters; Markdown before is the analyst's."""
        tagged = [place for place, cell in enumerate(self.cells) if TAG in tags_of(cell)]
        return tagged[0] + 1 if tagged else 0

    def code(self) -> Iterator[tuple[int, str]]:
        """Yield place and source of each code cell in Python."""
        for place, cell in enumerate(self.cells if self.is_python else ()):
            if cell["cell_type"] == "code":
                yield place, source_of(cell)

    def warn(self, place: int | None, message: str, *, value: str | None = None) -> Finding:
        """Return a warning about a cell, or about the whole notebook."""
        cell = None if place is None else self.names[place]
        return Finding(message=message, severity="warning", file=_name(self.path), cell=cell, value=value)


def _check_contract(page: _Page) -> Iterator[Finding]:
    try:
        read_parameters(page.nb, page.path)
    except NotebookError as error:
        yield describe_fault(error)


def _check_names(page: _Page) -> Iterator[Finding]:
    for name in (name for name in page.allowed if name in page.nb["metadata"]):
        message = f'what it says to the press stands under {quote(name)}, not "{METADATA}"; {MENDED}'
        yield page.warn(None, message, value=name)


def _check_ids(page: _Page) -> Iterator[Finding]:
    # As the file has them: the press fills in what is missing.
    written = json.loads(read_text(page.path.parent, page.path.name))
    without = sum(not cell.get("id") for cell in written["cells"])
    if without:
        message = f"{without} of {len(page.cells)} cells have no id, so git cannot tell them apart; {MENDED}"
        yield page.warn(None, message)


def _check_unprinted(page: _Page) -> Iterator[Finding]:
    """Yield once for a notebook what of its text no briefing prints, but its title and question."""
    before = [cell for cell in page.cells[: page.first_printed] if cell["cell_type"] == "markdown"]
    silent = [cell for cell in before[1:] if not UNPRINTED & {*tags_of(cell)}]
    raw = [cell for cell in page.cells if cell["cell_type"] == "raw"]
    parts = []
    if silent:
        parts.append(f"{_count_cells(len(silent), 'Markdown cell')} before the parameters")
    if raw:
        parts.append(_count_cells(len(raw), "raw cell"))
    if parts:
        what = ", and ".join(parts)
        message = f"no briefing prints {what}; move the text behind the parameters, or tag it analyst-only"
        yield page.warn(None, message)


def _count_cells(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _check_outputs(page: _Page) -> Iterator[Finding]:
    left = [
        page.names[place].removeprefix("cell ")
        for place, cell in enumerate(page.cells)
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]
    if left:
        cells = "the cell" if len(left) == 1 else "the cells"
        message = f"{cells} {', '.join(left)} keep{'s' if len(left) == 1 else ''} what a run left; {MENDED}"
        yield page.warn(None, message)


def _check_code(page: _Page) -> Iterator[Finding]:
    beside = _list_modules(page.path.parent)
    hidden = frozenset(name for name in beside if _is_installed(name))
    for place, source in page.code():
        try:
            tree = parse_code(source)
        except NotPythonError as error:
            if MAY_RAISE not in tags_of(page.cells[place]):
                yield Finding(message=str(error), file=_name(page.path), cell=page.names[place])
            continue
        for name in dict.fromkeys(find_imports(tree)):
            if not may_import(name, (*page.allowed, *(beside - hidden))):
                yield page.warn(place, _explain_import(name, page.allowed), value=name)
            if name.split(".")[0] in hidden:
                message = (
                    f"{quote(name)} is the installed module, not the one beside the notebook; rename that"
                )
                yield page.warn(place, message, value=name)
        for text in dict.fromkeys(find_paths(source, tree)):
            message = f"{quote(text)} is a path of one machine; name a file as seen from the notebook"
            yield page.warn(place, message, value=text)


def _check_figures(page: _Page) -> Iterator[Finding]:
    printed = page.cells[page.first_printed :]
    for place, cell in enumerate(printed, start=page.first_printed):
        if cell["cell_type"] == "markdown" and not UNPRINTED & {*tags_of(cell)}:
            yield from _warn_of_figures(page, place, [source_of(cell)])
    for place, source in page.code():
        if TAG not in tags_of(page.cells[place]):
            try:
                texts = [text for text in find_texts(parse_code(source)) if is_prose(text)]
            except NotPythonError:
                continue
            yield from _warn_of_figures(page, place, texts)


def _warn_of_figures(page: _Page, place: int, texts: Sequence[str]) -> Iterator[Finding]:
    figures = dict.fromkeys(figure for text in texts for figure in find_figures(text))
    if figures:
        quoted = ", ".join(quote(figure) for figure in figures)
        message = f"{quoted} typed by hand: the data may change, and this will not; compute it"
        yield page.warn(place, message, value=next(iter(figures)))


_CHECKS: tuple[Callable[[_Page], Iterator[Finding]], ...] = (
    _check_contract,
    _check_names,
    _check_unprinted,
    _check_ids,
    _check_outputs,
    _check_code,
    _check_figures,
)


def _explain_import(name: str, allowed: Sequence[str]) -> str:
    message = f"a notebook should not import {quote(name)}"
    return message + advise(allowed, find_nearest(name, allowed), limit=len(allowed))


def _list_modules(folder: Path) -> frozenset[str]:
    """Return the modules that lie beside the notebooks; the press knows them as code."""
    return frozenset(path.stem for path in folder.glob("*.py")) | frozenset(
        path.parent.name for path in folder.glob("*/__init__.py")
    )


def _is_installed(name: str) -> bool:
    spec = PathFinder.find_spec(name)
    return name in sys.stdlib_module_names or (spec is not None and spec.origin is not None)


def _name(path: Path) -> str:
    return f"{NOTEBOOKS}/{path.name}"
