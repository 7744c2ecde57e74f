"""The commands ``run``, ``status``, ``schedule`` and ``doctor``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.exit_codes import BAD, FAILED, GOOD
from pressroom.cli.options import (
    find_project,
    json_option,
    output_option,
    project_option,
    read_settings,
)
from pressroom.cli.printing import ExplainedErrors, complain, count, print_json, say

if TYPE_CHECKING:
    from pressroom.data.findings import Finding
    from pressroom.delivery.log import Line
    from pressroom.delivery.schedule.times import Schedule
    from pressroom.run.inputs import Project


_SHOWN = (
    *("built", "fresh", "failed", "release", "last", "approved", "waiting", "site"),
    *("accepted", "refused", "deferred", "settled", "paused"),
)
"""What of a step is worth a word on the screen."""


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


@click.command("schedule")
@click.option("--cron", metavar="EXPRESSION", help='When: minute, hour, day, month, weekday ("0 6 * * 1").')
@click.option("--time-zone", metavar="ZONE", help="Where that is the time, such as Asia/Jakarta; else here.")
@click.option("--auto", is_flag=True, help="Deliver also what nobody approved.")
@click.option("--install", "action", flag_value="install", help="Put the entry into your crontab.")
@click.option("--list", "action", flag_value="list", help="List the entries in your crontab.")
@click.option("--remove", "action", flag_value="remove", help="Take this project's entry out of it.")
@click.option("--systemd", "action", flag_value="systemd", help="Print a systemd timer instead.")
@click.option("--github", "action", flag_value="github", help="Print a GitHub workflow instead.")
@project_option
def schedule(
    cron: str | None, time_zone: str | None, auto: bool, action: str | None, project: Path | None
) -> None:
    """Have `briefings run` started by itself: show a crontab entry, or install it.

    Without --install nothing is changed. An entry carries the settings that stand in environment variables.
    """
    from pressroom.delivery.settings import find_variables

    given = find_variables()  # before the project's settings add to the environment
    where = find_project(project, None)
    with ExplainedErrors():
        if action in ("list", "remove"):
            _list_entries() if action == "list" else _remove_entry(where.root)
            return
        if cron is None:
            complain('When? Give --cron, such as --cron "0 6 * * 1" for Mondays at six.')
            raise click.exceptions.Exit(BAD)
        _make(action, cron, time_zone, where, given, ["--auto"] if auto else [])


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


def _is_due(where: Project, expression: str, zone: str | None) -> bool:
    from pressroom.delivery.log import find_last_start, is_ahead, read_last_run
    from pressroom.delivery.releases import Releases
    from pressroom.delivery.schedule.times import Schedule, name_own_zone

    state, now = Releases(read_settings(where).releases).state, datetime.now(UTC)
    if (last_run := read_last_run(state)) and is_ahead(datetime.fromisoformat(last_run[0].run), now):
        complain(
            f"The log has a run that began at {last_run[0].run}, which is still to come:"
            " the clock was ahead then, or is behind now. It is left out."
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


def _say(value: object) -> str:
    return str(len(value)) if isinstance(value, list) else str(value)


def _make(
    action: str | None,
    cron: str,
    zone: str | None,
    where: Project,
    given: Mapping[str, str],
    options: list[str],
) -> None:
    from pressroom.delivery.schedule import github, systemd
    from pressroom.delivery.schedule.environment import carry, carry_elsewhere
    from pressroom.delivery.schedule.times import Schedule, name_own_zone
    from pressroom.delivery.settings import read_settings

    meant, now = Schedule(cron, zone or name_own_zone()), datetime.now(UTC)
    if action == "github":
        print(github.make_workflow(meant, options, carry_elsewhere(where, given), now), end="")
        return
    variables = carry(where, given)
    if action == "systemd":
        file = read_settings(where.root, variables).smtp.password_file
        print(systemd.make_units(meant, where.root, options, variables, file), end="")
    else:
        _make_entry(meant, where.root, options, variables, now, is_installed=action == "install")


def _make_entry(
    meant: Schedule,
    root: Path,
    options: list[str],
    variables: Mapping[str, str],
    now: datetime,
    *,
    is_installed: bool,
) -> None:
    from pressroom.delivery.schedule import crontab
    from pressroom.delivery.schedule.environment import require_ready

    entry = crontab.make_entry(meant, root, options, variables, now)
    if is_installed:
        require_ready(root, variables)
    print(entry, end="")
    if is_installed:
        crontab.install_entry(entry, root)
        complain(f"Installed; next {meant.next(now):%A %d %B %Y, %H:%M} in {meant.zone}.")
    else:
        complain("Nothing was changed; --install puts this into your crontab.")


def _list_entries() -> None:
    from pressroom.delivery.schedule.crontab import list_entries

    entries = list_entries()
    print("\n".join(entries), end="")
    if not entries:
        complain("Your crontab has no entry of ours.")


def _remove_entry(root: Path) -> None:
    from pressroom.delivery.schedule.crontab import remove_entry

    complain("Removed." if remove_entry(root) else f"Your crontab has no entry for {root}.")
