"""The command ``briefings schedule``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.exit_codes import BAD
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import complain

if TYPE_CHECKING:
    from pressroom.delivery.schedule.times import Schedule
    from pressroom.run.inputs import Project


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


def _make(
    action: str | None,
    cron: str,
    zone: str | None,
    where: Project,
    given: Mapping[str, str],
    options: list[str],
) -> None:
    from pressroom.delivery.schedule import github, systemd
    from pressroom.delivery.schedule.times import Schedule, name_own_zone
    from pressroom.delivery.schedule.variables import carry, carry_elsewhere
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
    from pressroom.delivery.schedule.readiness import require_ready

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
