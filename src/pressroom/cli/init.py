"""``briefings init``: a new kit from one CSV file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.printing import ExplainedErrors, complain, say

if TYPE_CHECKING:
    from pressroom.desk.scaffold.kit import Draft


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "table", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The CSV file."
)
@click.option("--for-each", metavar="COLUMN", help="A briefing for each value of this column.")
@click.option("--type", "types", multiple=True, metavar="COLUMN=TYPE", help="Another type for a column.")
@click.option("--key", metavar="COLUMN", help="The column that tells rows apart.")
def init(folder: Path, table: Path, for_each: str | None, types: tuple[str, ...], key: str | None) -> None:
    """Make a new kit in FOLDER from one CSV file: descriptor, notebook, README. It builds at once."""
    with ExplainedErrors():
        from pressroom.desk.scaffold.kit import read_draft, write_kit

        draft = read_draft(table).correct(dict(map(_split, types)), key)
        say(_show(draft))
        is_asked = sys.stdin.isatty()
        draft = _ask_types(draft) if is_asked else draft
        if for_each is None:
            for_each = _ask_column(draft) if is_asked else ""
        write_kit(folder, draft, for_each)
    say(f"{folder} is a kit. Next: cd {folder}, then briefings build")


def _ask_types(draft: Draft) -> Draft:
    """Return the draft with the types that a person corrects, one after the other."""
    from pressroom.data.findings import Refusal

    question = "Another type (COLUMN=TYPE), or Enter to go on"
    while said := click.prompt(question, default="", show_default=False):
        try:
            draft = draft.correct(dict([_split(said)]))
        except (Refusal, click.UsageError) as error:
            complain(str(error))
        else:
            say(_show(draft))
    return draft


def _ask_column(draft: Draft) -> str:
    return str(click.prompt("A briefing for each value of which column?", type=click.Choice(draft.columns)))


def _split(said: str) -> tuple[str, str]:
    column, equals, kind = said.rpartition("=")
    if not equals:
        raise click.UsageError(f"{said} is not COLUMN=TYPE")
    return column, kind


def _show(draft: Draft) -> str:
    """Return the table's columns with their types and how many values each has, for correction."""
    width = max(map(len, draft.columns))
    lines = [f"{draft.file}: {len(draft.rows)} rows"]
    for column, kind in draft.types.items():
        count = len({cell for cell in draft.cells(column) if cell})
        role = ", the key" if column == draft.key else ""
        lines.append(f"  {column:{width}}  {kind}, {count} values{role}")
    return "\n".join(lines)
