"""The command ``briefings``: its subcommands. Its exit codes stand in `pressroom.cli.printing`."""

from __future__ import annotations

import gc
import os
import sys

import click

from pressroom.cli.backup import backup, restore
from pressroom.cli.build import build
from pressroom.cli.deliver import deliver, forget, resend, unsubscribe
from pressroom.cli.exit_codes import FAILED
from pressroom.cli.init import init
from pressroom.cli.lab import lab, preview
from pressroom.cli.look import check, diff, explain_briefings, list_briefings
from pressroom.cli.mails import bounced, mails
from pressroom.cli.new import new
from pressroom.cli.options import check_texts
from pressroom.cli.printing import complain
from pressroom.cli.publish import pack, site
from pressroom.cli.recall import recall
from pressroom.cli.release import approve, list_releases, release
from pressroom.cli.run import doctor, run, schedule, status
from pressroom.cli.tidy import git, tidy
from pressroom.run.scratch import keep_scratch

COMMANDS = {
    "Write": (init, lab, preview, new, check, tidy, git),
    "Build": (list_briefings, build, explain_briefings),
    "Publish": (release, list_releases, diff, approve, site, pack, deliver, recall),
    "Look after": (run, status, doctor, schedule, backup, restore),
    "Answer readers": (mails, resend, bounced, unsubscribe, forget),
}
"""The subcommands by who needs them: analysts, whoever builds and publishes, operators."""


class _Grouped(click.Group):
    """A command whose help lists its subcommands by who needs them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for heading, commands in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(c.name or "", c.get_short_help_str(limit=200)) for c in commands])


@click.group(cls=_Grouped, context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
def app() -> None:
    """Press notebooks into an edition of briefings, each as HTML and PDF."""


for command in (command for commands in COMMANDS.values() for command in commands):
    app.add_command(command)
check_texts(app)


def main() -> None:
    """Run the command, and exit with its code; with 1 if what it prints cannot be written."""
    gc.set_threshold(100_000)  # most of what a command makes lasts until its end
    keep_scratch()
    try:
        try:
            app()
        finally:
            gc.freeze()  # what is still there ends with the process: nobody need look for cycles in it
            sys.stdout.flush()
    except OSError as error:
        # Else Python tries to write the rest once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            complain(f"The output cannot be written: {error.strerror or error}")
        sys.exit(FAILED)
