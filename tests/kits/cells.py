"""Families run by their cells, in this process: in a tenth of a second, where a build takes seconds."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from kits import ROOT
from pressroom.data import open_dataset
from pressroom.pages import IndexEntry
from pressroom.run.catalogue import read_catalogue
from pressroom.run.parameters import list_choices

NOTEBOOKS = ROOT / "notebooks"

Parameters = dict[str, Any]


def run_cells(
    notebook: Path, names: dict[str, Any] | None = None, **parameters: Any
) -> Iterator[tuple[str, Any]]:
    """Run a notebook's cells; yield what each displays, with the cell's id.

    Parameters
    ----------
    names
        What the cells define is put here.
    parameters
        What takes the place of the values in the parameters' cell.
    """
    shown: list[Any] = []
    names = {} if names is None else names
    names["display"] = lambda *given: shown.extend(given)
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            _execute("".join(cell["source"]), names)
            if "parameters" in cell["metadata"].get("tags", ()):
                names |= parameters
            yield from ((cell["id"], value) for value in shown)
            shown.clear()


def read_briefings(data: Path, *, without: Collection[str] = ()) -> Iterator[tuple[str, str, Any]]:
    """Run all briefings of all families; yield the name of each, a cell's id and what it displays.

    A parameter that may be left out takes each of its values once, in the family's first briefing.

    Parameters
    ----------
    data
        The dataset, to which the environment's variable must point.
    without
        Families that are left out.
    """
    for name, notebook, parameters in list_briefings(data):
        if notebook.stem not in without:
            yield from ((name, cell, shown) for cell, shown in run_cells(notebook, **parameters))


def list_briefings(data: Path) -> Iterator[tuple[str, Path, Parameters]]:
    """Yield the name of each briefing, its notebook, and its parameters."""
    codes = open_dataset(data).codes
    catalogue = read_catalogue(NOTEBOOKS, codes)
    assert not catalogue.faults, catalogue.faults
    for family in catalogue.families:
        own = [briefing for briefing in catalogue.briefings if briefing.family == family.name]
        yield from ((briefing.id, family.path, briefing.parameters) for briefing in own)
        for parameter in family.parameters:
            if parameter.choices and not parameter.fans_out:
                for value in list_choices(parameter, codes):
                    given = own[0].parameters | {parameter.name: value}
                    yield f"{own[0].id}, {parameter.name}={value}", family.path, given


def show(value: Any) -> str:
    """Return what a notebook shows of a value: its HTML, if it has any."""
    return str(value._repr_html_()) if hasattr(value, "_repr_html_") else repr(value)


def say(value: Any) -> str:
    """Return what is to be read of a value, as HTML; of a line of the index all its sentences."""
    if isinstance(value, IndexEntry):
        return "".join(f"<li>{words}</li>" for words in (value.line, *value.notes, *value.front.values()))
    return show(value)


def _execute(source: str, names: dict[str, Any]) -> None:
    """Run a cell and display the value of its last line, as a notebook does."""
    tree = ast.parse(source)
    if isinstance(tree.body[-1], ast.Expr):
        name = ast.Name("display", ast.Load())
        tree.body[-1].value = ast.Call(name, [tree.body[-1].value], [])
    exec(compile(ast.fix_missing_locations(tree), "cell", "exec"), names)
