"""The notebook of a new family, cell by cell."""

from __future__ import annotations

import json
import re
import tempfile
from pathlib import Path
from string import Template
from typing import Any

from pressroom.data.findings import Refusal, quote
from pressroom.data.package import read_package
from pressroom.data.select import Tables
from pressroom.data.slugs import make_slug
from pressroom.desk.scaffold.subject import Subject, find_subject, quote_python
from pressroom.run.catalogue import read_catalogue
from pressroom.run.inputs import Project

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

_SETUP = """\
from aichr_briefings import *
from pressroom.data import open_dataset

ds = open_dataset()

$finding
$naming
mine, planned = recorded(found, of=name, if_empty="finding"), with_status(found, "planned")"""

_HEADLINE = """\
title = f"{capital(name)}: {count_of(len(mine))}"
named = sorted({code for row in mine for code in row["agencies"]})
silent = "" if mine else "the note tells of no activity here; that is not to say that there was none"
who = by_count(len(named), none="", one="one UN agency is named", many="{n} UN agencies are named")
lede = [silent, who, cancelled_words(len(with_status(found, "cancelled")))]
display(masthead(ds, $title, $subject, title=title, lede=lede, short=name))
IndexEntry(capital(name), capital(count_of(len(mine))))"""

_FIGURES = """\
total = KeyFigure(str(len(mine)), plural("activity", len(mine)), "recorded, held or ongoing")
beside = KeyFigure(str(len(named)), plural("UN agency", len(named)), "named in these activities")
key_figures(total, beside if named else None, last_figure(ds, in_order(mine)), planned_figure(planned))"""

_PICTURE = """\
if len(mine) > 1:
    shown = together(mine, planned)
    timeline = timeline_chart(ds, shown, name="timeline", subject=capital(name))
    display(section(timeline_finding(ds, mine), timeline))"""

_ACTIVITIES = """\
care = care_items(ds, mine$about)
ahead_words = by_count(len(planned), none="", one=", and one planned", many=", and {n} planned")
caption = f"{capital(name)}: {count_of(len(mine))}{ahead_words}"
columns_shown = ("date", "activity", "agencies", "source")
shown = together(mine, planned)
table = activities_table(ds, shown, caption, columns=columns_shown, badges=letters(care))
section("What is on record", table)"""

_STATEMENTS = """\
said = ds.statements(subject=[$whom*ids(mine)])
dates = {row["id"]: when_of(row, short=True) for row in in_order(mine)}
statements = section("What the note says", statement_list(said, dates=dates))
display(care_box(care), columns(statements, lines_served(ds, mine)))"""

_CLOSING = """\
display(commentary(ds, "$family", $value))
method(ds, shown, said)"""


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
    nb = _write(name, title or f"{words} briefings" if subject else title or words, question, subject)
    content = json.dumps(nb, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    _check_briefings(content, name, Tables.of(package))
    path = project.notebooks / f"{name}.ipynb"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(content)
    except FileExistsError:
        raise Refusal(f"{path.name} is there already; it stays as it is") from None
    return path


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


def _write(family: str, title: str, question: str, subject: Subject | None) -> dict[str, Any]:
    filled = _fill(family, title, subject)
    question = question or "What is recorded, with whom, and what is ahead?"
    cells = [
        make_markdown_cell(
            "title", f"# {title}\n\n{question}\n\n{_explain(subject)}", analyst_only=subject is None
        )
    ]
    if subject:
        declared = f"{subject.parameter}: {subject.type} = {quote_python(subject.default)}"
        help_ = f"# one of {subject.values}; whose briefing this is"
        cells.append(make_code_cell("parameters", f"{declared}  {help_}", tags=["parameters"]))
    for id, remark, source in _PARTS:
        if remark:
            cells.append(make_markdown_cell(f"{id}-remark", Template(remark).substitute(filled)))
        cells.append(make_code_cell(id, Template(source).substitute(filled)))
    return make_notebook(cells)


def make_notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a notebook for this environment's kernel."""
    return {"cells": cells, "metadata": {"kernelspec": dict(_KERNEL)}, "nbformat": 4, "nbformat_minor": 5}


_PARTS = (
    (
        "setup",
        "**Setup.** `found` is all that belongs to it, `mine` what is on record, `planned` what is ahead.",
        _SETUP,
    ),
    ("headline", "**Headline.** Let the title say what matters most, in at most 14 words.", _HEADLINE),
    ("figures", "", _FIGURES),
    ("picture", "**Picture and table.** A single activity needs no picture.", _PICTURE),
    ("activities", "", _ACTIVITIES),
    ("statements", "**With care, and what the note says.** Statements are in our own words.", _STATEMENTS),
    (
        "closing",
        "**Commentary and method.** The commentary is what you write with `briefings new commentary`.",
        _CLOSING,
    ),
)


def _fill(family: str, title: str, subject: Subject | None) -> dict[str, str]:
    """Return what stands in the blanks of the cells."""
    singular = quote_python(re.sub(r"briefings$", "briefing", title))
    if subject is None:
        return {
            "finding": "found = ds.activities()",
            "naming": 'name = "all activities"',
            "title": singular,
            "subject": 'subject="The cooperation as a whole"',
            "about": "",
            "whom": "",
            "family": family,
            "value": quote_python(family),
        }
    value = subject.parameter if subject.type == "str" else f"str({subject.parameter})"
    naming, full = f"name = {value}", 'subject=""'
    if subject.label:
        naming = f'row = ds.row("{subject.table}", {value})\nname = row["{subject.label}"] or {value}'
        if subject.label.startswith("short_"):
            full = f'subject=row["{subject.label.removeprefix("short_")}"]'
    return {
        "finding": "\n".join(subject.finding),
        "naming": naming,
        "title": singular,
        "subject": full,
        "about": f", about=[{subject.parameter}]" if subject.is_subject else "",
        "whom": f"{subject.parameter}, " if subject.is_subject else "",
        "family": family,
        "value": value,
    }


def _explain(subject: Subject | None) -> str:
    if subject is None:
        return "One briefing on everything on record. Go on from here: change a cell, and run all."
    return f"One for each of {subject.values}. Change the parameter below and run all cells to see another."


def make_markdown_cell(id: str, source: str, *, analyst_only: bool = True) -> dict[str, Any]:
    """Return a Markdown cell, printed only if it is not for analysts alone."""
    metadata = {"tags": ["analyst-only"]} if analyst_only else {}
    return {"cell_type": "markdown", "id": id, "metadata": metadata, "source": source.splitlines(True)}


def make_code_cell(id: str, source: str, *, tags: list[str] | None = None) -> dict[str, Any]:
    """Return a code cell that has not run."""
    metadata = {"tags": tags} if tags else {}
    cell = {"cell_type": "code", "id": id, "metadata": metadata, "source": source.splitlines(True)}
    return cell | {"execution_count": None, "outputs": []}
