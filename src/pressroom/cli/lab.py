"""The commands ``lab`` and ``preview``: where notebooks are written, and how they look."""

from __future__ import annotations

import os
import signal
import webbrowser
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.options import engine_option, find_project, project_option, selectors_argument
from pressroom.cli.printing import ExplainedErrors, say
from pressroom.cli.tidy import offer_git

if TYPE_CHECKING:
    import socket

    from pressroom.desk.preview.server import Pass
    from pressroom.edition.briefing import Engine
    from pressroom.run.inputs import Project


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


@click.command("preview")
@selectors_argument
@project_option
@click.option(
    "--port", type=click.IntRange(1, 65535), metavar="N", help="Port to listen on, else a free one."
)
@click.option("--no-browser", is_flag=True, help="Open no browser.")
@engine_option
def preview(
    selectors: tuple[str, ...],
    project: Path | None,
    port: int | None,
    no_browser: bool,
    engine: Engine,
) -> None:
    """Show a briefing beside its PDF in a browser, and render it again on every save.

    SELECTOR is a family (region), a value (region=North) or a briefing (region/north); of several, the first.
    The page is for this user of this machine only: its address holds a token. Ctrl-C ends it.
    """
    from pressroom.desk.preview.watch import TOKEN, start_again

    token = os.environ.pop(TOKEN, "")  # before anybody takes it for a setting
    where = find_project(project, None)
    with ExplainedErrors():
        from pressroom.desk.preview.server import Pass, listen

        pass_ = Pass(token)
        with closing(listen(port)) as listener:
            number = listener.getsockname()[1]
            is_outdated = _show(where, selectors, engine, listener, pass_, not no_browser)
    if is_outdated:
        start_again(number, pass_.token)


def _show(
    where: Project,
    selectors: tuple[str, ...],
    engine: Engine,
    listener: socket.socket,
    pass_: Pass,
    browser: bool,
) -> bool:
    """Serve until it is interrupted; return whether it ended because the package changed."""
    import asyncio

    from pressroom.desk.preview.renderer import Renderer
    from pressroom.desk.preview.server import ADDRESS, Preview, serve

    # A shell starts what it puts into the background deaf to SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with closing(Renderer(where, engine)) as renderer:
            first = renderer.choose(selectors)
            address = f"http://{ADDRESS}:{listener.getsockname()[1]}/?token="
            say(f"{first}: {address}{pass_.token}  (Ctrl-C ends it)", flush=True)
            if browser:
                webbrowser.open(address + pass_.ticket)
            with closing(Preview(renderer, first, pass_)) as preview:
                asyncio.run(serve(preview, listener))
    except KeyboardInterrupt:
        return False
    return True
