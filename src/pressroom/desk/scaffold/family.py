"""The notebook of a new family, from a template: a notebook whose cells have blanks such as ``$finding``.

A helper package that has a ``family.ipynb`` of its own offers that as the template; else it is the one here.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Any

from pressroom.data.findings import Refusal, quote
from pressroom.data.names import make_slug
from pressroom.data.package import Package, locate_helper, read_package
from pressroom.data.select import Tables
from pressroom.desk.scaffold.subject import Subject, find_subject, quote_python
from pressroom.run.catalogue import read_catalogue
from pressroom.run.inputs import Project
from pressroom.run.notebook import source_of, tags_of
from pressroom.run.parameters import TAG, Value

TEMPLATE = "family.ipynb"

MOST_SHOWN = 6
"""How many columns a table of the press's own template has."""

_QUESTION = "What is recorded, and what is ahead?"


def make_family(
    project: Project, name: str, *, for_each: str | None = None, title: str = "", question: str = ""
) -> Path:
    """Write the notebook of a new family, and return its path.

    Parameters
    ----------
    for_each
        The code list to have a briefing for each of; without it, the family is one briefing on everything.
    title, question
        What the index says; made up from the name if empty.

    Raises
    ------
    Refusal
        If the name is taken or is none, or there is no such list.
    """
    _check_name(project, name)
    package = read_package(project.data)
    subject = find_subject(package, for_each) if for_each else None
    words = name.replace("-", " ").capitalize()
    title = title or (f"{words} briefings" if subject else words)
    filled = _fill(package, name, title, question or _QUESTION, subject)
    content = write_notebook(filled, find_template(package), with_parameters=subject is not None)
    _check_briefings(content, name, Tables.of(package))
    path = project.notebooks / f"{name}.ipynb"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError:
        raise Refusal(f"{path.name} is there already; it stays as it is") from None
    return path


def find_template(package: Package | None = None) -> Path:
    """Return the template of a dataset's helper package, if it has one, else the press's own."""
    helper = locate_helper(package) if package else None
    own = Path(__file__).with_name(TEMPLATE)
    return helper / TEMPLATE if helper and (helper / TEMPLATE).is_file() else own


def write_notebook(filled: Mapping[str, str], template: Path, *, with_parameters: bool = True) -> str:
    """Return the text of a notebook made from a template with its blanks filled in."""
    nb: dict[str, Any] = json.loads(template.read_text("utf-8"))
    cells = [cell for cell in nb["cells"] if with_parameters or TAG not in tags_of(cell)]
    for cell in cells:
        source = Template(source_of(cell)).substitute(filled)
        cell["source"] = re.sub(r"\n{3,}", "\n\n", source).strip("\n").splitlines(True)
    if not with_parameters:  # what comes before the parameters is for analysts; here nothing does
        cells[0]["metadata"] = {"tags": ["analyst-only"]}
    return json.dumps({**nb, "cells": cells}, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _check_name(project: Project, name: str) -> None:
    if not name or name != make_slug(name):
        better = make_slug(name)
        hint = f"; such as {better}" if better else ""
        raise Refusal(f"{quote(name)} is no name of a family: small letters, digits and hyphens{hint}")
    taken = {make_slug(path.stem): path.name for path in project.notebooks.glob("*.ipynb")}
    if name in taken:
        raise Refusal(f"there is a family {quote(name)} already, {taken[name]}; it stays as it is")


def _check_briefings(content: str, name: str, tables: Tables) -> None:
    """Refuse a family that the press could not take, such as one whose briefings' names would be equal."""
    with tempfile.TemporaryDirectory(prefix="briefings-family-") as folder:
        Path(folder, f"{name}.ipynb").write_text(content, "utf-8")
        faults = read_catalogue(Path(folder), tables.list_codes).faults
    for fault in faults.values():
        raise Refusal(f"no family can be made of that: {fault.message}")


def _fill(
    package: Package, family: str, title: str, question: str, subject: Subject | None
) -> dict[str, str]:
    """Return what stands in the blanks of the cells."""
    filled = {
        "title": title,
        "question": question,
        "singular": quote_python(re.sub(r"briefings$", "briefing", title)),
        "family": family,
        **_fill_columns(package, subject.values if subject else ""),
    }
    return filled | (_fill_subject(subject) if subject else _fill_whole(package, family))


def _fill_whole(package: Package, family: str) -> dict[str, str]:
    return {
        "explanation": "One briefing on everything on record. Go on from here: change a cell, and run all.",
        "declaration": "",
        "finding": f"found = ds.select({quote_python(package.records.name)})",
        "naming": 'name = "all that is on record"',
        "subject": 'subject="The record as a whole"',
        "about": "",
        "whom": "",
        "value": quote_python(family),
    }


def _fill_subject(subject: Subject) -> dict[str, str]:
    value = subject.parameter if subject.type == "str" else f"str({subject.parameter})"
    naming, full = f"name = {value}", 'subject=""'
    if subject.label:
        naming = f'row = ds.row("{subject.table}", {value})\nname = row["{subject.label}"] or {value}'
        if subject.label.startswith("short_"):
            full = f'subject=row["{subject.label.removeprefix("short_")}"]'
    return {
        "explanation": f"One for each of {subject.values}. Change the parameter below and run all cells to "
        "see another.",
        "declaration": declare(subject.parameter, subject.type, subject.default, subject.values),
        "finding": "\n".join(subject.finding),
        "naming": naming,
        "subject": full,
        "about": f", about=[{subject.parameter}]" if subject.is_subject else "",
        "whom": f"{subject.parameter}, " if subject.is_subject else "",
        "value": value,
    }


def declare(parameter: str, kind: str, default: Value, values: str) -> str:
    """Return the line of a parameters cell that has a briefing for each value of a list."""
    return f"{parameter}: {kind} = {quote_python(default)}  # one of {values}; whose briefing this is"


def _fill_columns(package: Package, values: str) -> dict[str, str]:
    """Return which columns of the records a table shows, and the one that names its rows."""
    records = package.records
    own = values.removeprefix(f"{records.name}.")
    labels = [field.name for field in records.fields if not field.is_list and field.name != own]
    labels = labels[:MOST_SHOWN] or [records.labels[0]]
    keys = records.key if set(records.key) <= set(labels) else ()
    return {
        "shown": ", ".join(map(quote_python, labels)),
        "first": quote_python(keys[0] if len(keys) == 1 else labels[0]),
    }
