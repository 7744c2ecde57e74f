"""Options that several commands have, and the project that they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.printing import ExplainedErrors

if TYPE_CHECKING:
    from pressroom.delivery.settings import Settings
    from pressroom.run.inputs import Project


class Text(click.types.StringParamType):
    """Text that is printed and kept: what of it nobody can read is refused by name."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text."""
        from pressroom.data.characters import find_refused, name_character

        text = str(super().convert(value, param, ctx))
        for character in () if text.isascii() and text.isprintable() else find_refused(text):
            self.fail(
                f"it holds {name_character(character)}, which nobody can read; leave it out", param, ctx
            )
        return text


def check_texts(command: click.Command) -> None:
    """Have a command, with all its subcommands, refuse such texts in every argument and option."""
    for param in command.params:
        if param.type is click.STRING:
            param.type = Text()
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        check_texts(below)


selectors_argument = click.argument("selectors", nargs=-1, metavar="[SELECTOR]...")
project_option = click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The project's folder, if not this one or one above.",
)
output_option = click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where editions go, if not reports/ of the project.",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["warm", "stock"]),
    default="warm",
    show_default=True,
    help="What runs cells: forks of one warm process, or a kernel each.",
)
unapproved_option = click.option(
    "--unapproved", is_flag=True, help="With what nobody approved, too: for a look of one's own."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")


def find_project(root: Path | None, output: Path | None) -> Project:
    """Return the project at `root`, or the nearest one; without any, say so and exit.

    Notebooks look for releases where the settings say from now on.
    """
    from pressroom.data import previous
    from pressroom.delivery.output_folders import require_apart
    from pressroom.delivery.storage import move_state
    from pressroom.run import inputs

    with ExplainedErrors():
        project = inputs.find_project(root, output)
        settings = read_settings(project)
        require_apart(project, settings)
        releases = settings.releases
        move_state(releases)
        if releases != previous.locate_releases(project.data):
            os.environ[previous.VARIABLE] = str(releases)
        return project


def read_settings(project: Project) -> Settings:
    """Return the settings of a project; say what is wrong with them and exit."""
    from pressroom.delivery import settings

    with ExplainedErrors():
        return settings.read_settings(project.root)
