"""The command ``briefings lab``."""

from __future__ import annotations

from pathlib import Path

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.options import find_project, project_option
from pressroom.cli.tidy import offer_git


@click.command("lab", context_settings={"ignore_unknown_options": True})
@click.argument("notebook", required=False)
@click.argument("options", nargs=-1, metavar="[JUPYTERLAB OPTION]...")
@project_option
def lab(notebook: str | None, options: tuple[str, ...], project: Path | None) -> None:
    """Open JupyterLab in the project, with a family's notebook open.

    NOTEBOOK is a family such as region; without it, the first. What a cell shows looks as it will in the
    briefing, and the menu File, Save and Export Notebook As makes the briefing as HTML and as PDF.
    Options of JupyterLab, such as --port 8890 or --no-browser, are handed on.
    """
    from pressroom.desk.lab.launch import find_notebook, start_lab

    where = find_project(project, None)
    if notebook and notebook.startswith("-"):  # an option of JupyterLab's, and no notebook
        options, notebook = (notebook, *options), None
    with ExplainedErrors():
        offer_git(where.root)
        start_lab(where, find_notebook(where, notebook), options)
