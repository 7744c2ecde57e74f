"""The command ``briefings doctor``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.exit_codes import FAILED, GOOD
from pressroom.cli.options import json_option, project_option
from pressroom.cli.printing import count, print_json, say


@click.command("doctor")
@project_option
@json_option
def doctor(project: Path | None, as_json: bool) -> None:
    """Look at all that a run at night depends on, and say what to mend, and how. Nothing is changed or sent.

    It logs in to the mail server. Exit code 1: something is to be mended; a note does not count.
    """
    from pressroom.delivery.doctor.doctor import examine, say_diagnoses
    from pressroom.delivery.settings import find_variables
    from pressroom.run.inputs import find_project

    given = find_variables()  # before the project's settings take the mail server's away
    with ExplainedErrors():
        found = examine(find_project(project), given, datetime.now(UTC))
    bad = sum(not diagnosis.is_good for diagnosis in found)
    if as_json:
        print_json([diagnosis.tell() for diagnosis in found])
    else:
        say("\n".join(say_diagnoses(found)))
        say(f"{bad} of {count(len(found), 'check')} to mend" if bad else "All is well.")
    raise click.exceptions.Exit(FAILED if bad else GOOD)
