"""The command ``briefings new activity``: its questions, each of which has an option, too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli.errors import BAD, INTERRUPTED, ExplainedErrors
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import complain

if TYPE_CHECKING:
    from pressroom.desk.records.cells import Column

LABELS = (
    "title", "short_title", "type", "status", "start", "end", "venue", "city", "country",
    "participants_target", "aichr_lead", "stands_for", "series", "follows", "themes", "themes_origin",
    "provisions", "summary", "sources", "id",
)  # fmt: skip
"""What is asked of an activity, in this order: what another answer is proposed from comes before it."""

SHOWN = 240
"""How many characters of codes a question shows; of more, a wrong answer names the nearest."""

PART = ("organisation", "role", "via", "sources")


@click.command("activity")
@click.option(
    "--participation",
    "given_parts",
    multiple=True,
    metavar="ORGANISATION,ROLE[,VIA[,SOURCES]]",
    help="Who took part, and as what; as often as needed.",
)
@click.option("--yes", is_flag=True, help="Ask nothing: what is not given is empty, or as it is proposed.")
@project_option
def activity(given_parts: tuple[str, ...], yes: bool, project: Path | None, **given: str | None) -> None:
    """Add an activity and who took part in it. Asks for what is needed, and checks each answer.

    Nothing is written before the whole dataset is checked with the new rows in it.
    """
    from pressroom.desk.records.activity import TABLE, TAKING_PART, add_activity, open_records
    from pressroom.desk.records.cells import describe_columns

    where = find_project(project, None)
    with ExplainedErrors():
        package = open_records(where.data)
        columns, others = (describe_columns(package, table) for table in (TABLE, TAKING_PART))
        try:
            cells = _ask_activity(columns, given, quiet=yes)
            parts = _ask_parts(others, cells, given_parts, quiet=yes)
            addition = add_activity(package, cells, parts)
            _show(cells, parts)
            for finding in addition.findings:
                complain(f"{finding.severity}: {finding}")
            if addition.errors:
                complain("nothing was written")
                raise click.exceptions.Exit(BAD)
            if not yes:
                click.confirm("Add these rows?", default=True, abort=True)
        except click.Abort:
            complain("\nnothing was written")
            raise click.exceptions.Exit(INTERRUPTED) from None
        addition.write()
    print(f"{cells['id']} is added: {', '.join(addition.files)}")


for _label in reversed(LABELS):
    activity = click.option(f"--{_label.replace('_', '-')}", _label, metavar="TEXT")(activity)


def _ask_activity(columns: Mapping[str, Column], given: Mapping[str, Any], *, quiet: bool) -> dict[str, str]:
    cells: dict[str, str] = {}
    for label in LABELS:
        column = columns.get(label)
        if column is None or (label == "themes_origin" and not cells["themes"]):
            continue
        if label == "end" and not cells["start"] and not given["end"]:
            continue
        cells[label] = _ask(column, given[label], _propose(label, cells, column), quiet=quiet)
        if label == "end":
            _check_interval(cells, column, quiet=quiet or given["end"] is not None)
    return cells


def _propose(label: str, cells: Mapping[str, str], column: Column) -> str:
    from pressroom.desk.records.activity import propose_id

    if label == "id":
        return propose_id(cells["short_title"], cells["start"], column.taken)
    known = {"short_title": cells.get("title", ""), "stands_for": "one", "status": "held"}
    return known.get(label, "assigned" if label == "themes_origin" else "")


def _check_interval(cells: dict[str, str], column: Column, *, quiet: bool) -> None:
    from pressroom.data.partial_dates import find_fault

    while fault := find_fault(cells["start"], cells["end"]):
        if quiet:
            raise click.UsageError(f"--{fault[0]}: {fault[1]}")
        complain(f"  {fault[1]}")
        cells["end"] = _ask(column, None, "", quiet=False)


def _ask_parts(
    columns: Mapping[str, Column], cells: Mapping[str, str], given: tuple[str, ...], *, quiet: bool
) -> list[dict[str, str]]:
    """Return the rows of who took part: those given, else those asked for, until an organisation is empty."""
    parts = []
    for text in given:
        values = dict(zip(PART, (item.strip() for item in text.split(",", len(PART) - 1)), strict=False))
        parts.append(_ask_part(columns, cells, values, quiet=True))
    while not given and not quiet:
        who = click.prompt(
            "Who took part? An organisation's code; empty: nobody else", default="", show_default=False
        )
        if not who:
            break
        who = _ask(columns["organisation"], None, "", quiet=False, typed=who)
        parts.append(_ask_part(columns, cells, {"organisation": who}, quiet=False))
    return parts


def _ask_part(
    columns: Mapping[str, Column], cells: Mapping[str, str], values: Mapping[str, str], *, quiet: bool
) -> dict[str, str]:
    part = {"activity": cells["id"]}
    for label in PART:
        proposed = cells["sources"] if label == "sources" else ""
        part[label] = _ask(columns[label], values.get(label), proposed, quiet=quiet)
    return part


def _ask(column: Column, given: str | None, proposed: str, *, quiet: bool, typed: str | None = None) -> str:
    """Return a cell: what was given, or what is typed, asked again until it can stand there."""
    from pressroom.desk.records.cells import CellError

    if given is not None or quiet:
        try:
            return column.read(proposed if given is None else given)
        except CellError as error:
            raise click.UsageError(f"--{column.label.replace('_', '-')}: {error}") from None
    question = f"{column.description} ({column.label}{'' if column.field.required else ', may be empty'})"
    codes = ", ".join(column.allowed)
    if codes and len(codes) <= SHOWN:
        question += f" [{codes}]"
    while True:
        text = (
            typed
            if typed is not None
            else click.prompt(question, default=proposed, show_default=bool(proposed))
        )
        typed = None
        try:
            return column.read(text)
        except CellError as error:
            complain(f"  {error}")


def _show(cells: Mapping[str, str], parts: list[dict[str, str]]) -> None:
    for label, cell in cells.items():
        if cell:
            print(f"  {label}: {cell}")
    for part in parts:
        via = f" through {part['via']}" if part["via"] else ""
        print(f"  {part['organisation']}: {part['role']}{via} ({part['sources']})")
