"""The commands ``briefings run`` and ``briefings status``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.errors import BAD, FAILED, GOOD, ExplainedErrors
from pressroom.cli.options import (
    find_project,
    json_option,
    output_option,
    project_option,
    read_settings,
)
from pressroom.cli.printing import complain, print_json, say

if TYPE_CHECKING:
    from pressroom.data.findings import Finding
    from pressroom.delivery.log import Line
    from pressroom.run.inputs import Project


@click.command("run")
@click.option("--auto", is_flag=True, help="Let releases go out that nobody approved.")
@click.option(
    "--due", metavar="EXPRESSION", help="Do nothing unless a time of this has passed since the last run."
)
@click.option("--time-zone", metavar="ZONE", help="Where --due is meant, such as Asia/Jakarta.")
@click.option("-q", "--quiet", is_flag=True, help="Say only what went wrong.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Briefings at once, if not one a core.")
@output_option
@project_option
def run(
    auto: bool,
    due: str | None,
    time_zone: str | None,
    quiet: bool,
    jobs: int | None,
    output: Path | None,
    project: Path | None,
) -> None:
    """Check, build, release what changed, write the site, and deliver: what a timer starts.

    It may be started at any time, twice, or too late. Exit code 0: good; 1: something failed; 2: bad data.
    """
    from pressroom.delivery.run.run import BusyError, Run
    from pressroom.delivery.run.run import run as run_steps
    from pressroom.delivery.run.steps import Steps

    where = find_project(project, output)
    done: Run | None = None
    with ExplainedErrors():
        if due and not _is_due(where, due, time_zone):
            return
        try:
            steps = Steps(where, read_settings(where), auto, jobs)
            done = run_steps(steps, lambda line, faults: _report(line, faults, quiet))
        except BusyError as error:
            complain(str(error))
            return
    raise click.exceptions.Exit(BAD if done.is_bad_data else FAILED if done.faults else GOOD)


def _is_due(where: Project, expression: str, zone: str | None) -> bool:
    from pressroom.delivery.log import find_last_start, is_ahead, read_last_run
    from pressroom.delivery.releases import Releases
    from pressroom.delivery.schedule.times import Schedule, name_own_zone

    state, now = Releases(read_settings(where).releases).state, datetime.now(UTC)
    if (last_run := read_last_run(state)) and is_ahead(datetime.fromisoformat(last_run[0].run), now):
        complain(
            f"The log tells of a run that began at {last_run[0].run}, which is still to come: the clock was ahead"
            " then, or is behind now. It is left out."
        )
    return Schedule(expression, zone or name_own_zone()).is_due(find_last_start(state, now), now)


def _report(line: Line, faults: tuple[Finding, ...], quiet: bool) -> None:
    if line.step == "begin":
        return
    if not quiet:
        shown = ((key, line.details.get(key)) for key in _SHOWN)
        details = ", ".join(f"{key} {_say(value)}" for key, value in shown if value)
        outcome = "good" if line.is_good else "FAILED"
        say(f"{line.step:8} {outcome:6} {line.seconds:6.1f} s  {details}".rstrip())
    for fault in faults:
        complain(f"{fault}\n  {fault.advice}")


_SHOWN = (
    *("built", "fresh", "failed", "release", "last", "approved", "waiting", "site"),
    *("accepted", "refused", "deferred", "settled", "paused"),
)
"""What of a step is worth a word on the screen."""


def _say(value: object) -> str:
    return str(len(value)) if isinstance(value, list) else str(value)


@click.command("status")
@project_option
@json_option
def status(project: Path | None, as_json: bool) -> None:
    """Say how things stand: the last run, releases, approval, the next start, subscribers reached.

    Exit code 1: the last run failed or was killed, or something is to be mended.
    """
    from pressroom.delivery.run.status import read_status, say_status

    where = find_project(project, None)
    with ExplainedErrors():
        now_status = read_status(where.root, read_settings(where), now=datetime.now(UTC))
        if as_json:
            print_json(now_status.tell())
        else:
            say("\n".join(say_status(now_status)))
    raise click.exceptions.Exit(GOOD if now_status.is_good else FAILED)
