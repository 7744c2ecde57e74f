"""What a run was given for a notebook's parameters, held to its contract.

The press gives only what the catalogue lists. papermill's own command takes any name and any value, and
warns at most, so that a misspelt name gives a page that is right but for its subject.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from click import ClickException

from pressroom.data.findings import DatasetError
from pressroom.data.locate import locate_named
from pressroom.data.opened_files import find_project
from pressroom.data.package import read_package
from pressroom.run.code import read_code
from pressroom.run.executed import INJECTED
from pressroom.run.notebook import Notebook, NotebookError, source_of, tags_of
from pressroom.run.parameters import (
    TAG,
    Choices,
    Parameter,
    ParameterError,
    check_value,
    read_parameters,
    require_names,
)

_PATHS = frozenset(("PAPERMILL_INPUT_PATH", "PAPERMILL_OUTPUT_PATH"))
"""What papermill adds by itself, if it is asked to (``--inject-paths``)."""


class GivenError(ParameterError, ClickException):
    """A run was given what its notebook's contract does not take; papermill's command prints the sentence."""

    def __init__(self, message: str) -> None:
        ClickException.__init__(self, message)


def require_given(nb: Notebook, path: Path) -> None:
    """Raise a GivenError if a notebook was given a parameter or a value that its contract does not take.

    A parameters cell that is no contract of ours still says which names there are. Codes are known if the
    notebook's folder or the working folder is a project's, or the environment names a dataset.

    Parameters
    ----------
    path
        Where the notebook lies, as far as it is known.
    """
    given = {name: value for name, value in _read_given(nb).items() if name not in _PATHS}
    language = nb.get("metadata", {}).get("kernelspec", {}).get("language", "python")
    if not given or str(language).lower() != "python":
        return
    try:
        parameters = read_parameters(nb, path)
    except NotebookError:
        parameters = ()
    choices = _find_choices(path.absolute().parent)
    try:
        require_names(given, [one.name for one in parameters] or _list_names(nb))
        for one in (one for one in parameters if one.name in given):
            known = one if _is_known(one, choices) else replace(one, choices=None)
            check_value(known, given[one.name], choices)
    except ParameterError as error:
        raise GivenError(str(error)) from None


def _read_given(nb: Notebook) -> dict[str, Any]:
    """Return the values by name: those that papermill noted, and those of the cell that it put in."""
    noted = nb.get("metadata", {}).get("papermill", {}).get("parameters") or {}
    given = dict(noted) if isinstance(noted, Mapping) else {}
    for cell in nb["cells"]:
        if cell["cell_type"] == "code" and INJECTED in tags_of(cell):
            for name, value in _list_assignments(source_of(cell)):
                try:
                    given[name] = ast.literal_eval(value)
                except ValueError:  # such as float('nan'): what papermill noted tells it
                    given.setdefault(name, ast.unparse(value))
    return given


def _list_assignments(source: str) -> Iterator[tuple[str, ast.expr]]:
    for statement in read_code(source).body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in (target for target in targets if isinstance(target, ast.Name)):
                yield target.id, statement.value


def _list_names(nb: Notebook) -> list[str]:
    """Return what the cells that are tagged as parameters set."""
    cells = [cell for cell in nb["cells"] if cell["cell_type"] == "code" and TAG in tags_of(cell)]
    return [name for cell in cells for name, _ in _list_assignments(source_of(cell))]


def _find_choices(folder: Path) -> Choices:
    """Return what gives a list's codes; of all lists none if no dataset is at hand."""
    from pressroom.data.select import Tables

    project = find_project(folder, find_project(Path.cwd(), Path.cwd()))
    try:
        return Tables.of(read_package(locate_named() or project / "data")).list_codes
    except DatasetError:
        return lambda name: ()


def _is_known(parameter: Parameter, choices: Choices) -> bool:
    try:
        return parameter.choices is not None and bool(choices(parameter.choices))
    except (ValueError, DatasetError):
        return False
