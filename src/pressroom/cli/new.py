"""The commands that add something of the analyst's own: ``new family``, ``new row``, and so on."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.new_commentary import commentary
from pressroom.cli.new_row import row
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import relative, say


@click.group("new")
def new() -> None:
    """Add a family, a row of a table or a commentary; nothing that is there is overwritten."""


@new.command("family")
@click.argument("name")
@click.option(
    "--for-each",
    metavar="LIST",
    help='A briefing for each of a list\'s codes: a name under "lists", or table.column.',
)
@click.option("--title", default="", help="What the index calls the family.")
@click.option("--question", default="", help="The question that it answers.")
@project_option
def family(name: str, for_each: str | None, title: str, question: str, project: Path | None) -> None:
    """Write a notebook that runs and looks right at once, to go on from.

    NAME is the family's, such as partner: small letters, digits and hyphens.
    """
    from pressroom.desk.scaffold.family import make_family

    where = find_project(project, None)
    with ExplainedErrors():
        path = make_family(where, name, for_each=for_each, title=title, question=question)
    say(f"{relative(path)} is written; see it with: briefings preview {name}")


new.add_command(row)
new.add_command(commentary)
