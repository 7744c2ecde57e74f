"""The command ``briefings``: its subcommands, and what becomes of its exit code.

0: done. 1: a briefing failed. 2: bad usage or bad data, nothing was built. 130: interrupted.
"""

from __future__ import annotations

import os
import sys

import typer

from aichr_briefings.cli.build import build
from aichr_briefings.cli.errors import FAILED
from aichr_briefings.cli.look import check_data, explain_briefings, list_briefings
from aichr_briefings.cli.printing import complain

app = typer.Typer(
    name="briefings",
    help="Press notebooks into an edition of briefings, each as HTML and PDF.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout and sys.stdout.isatty() else None,  # elsewhere, plain text
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list")(list_briefings)
app.command("check")(check_data)
app.command("build")(build)
app.command("explain")(explain_briefings)


def main() -> None:
    """Run the command, and exit with its code; with 1 if what it prints cannot be written."""
    if sys.stdout is None:
        complain("Nothing was done: there is no standard output to tell of it.")
        sys.exit(FAILED)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        # Else Python tries to write the rest once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            complain(f"The output cannot be written: {error.strerror or error}")
        sys.exit(FAILED)
