"""The command ``briefings schedule``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from pressroom.cli.errors import BAD, ExplainedErrors
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import complain


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

    Without --install nothing is changed.
    """
    root = find_project(project, None).root
    with ExplainedErrors():
        if action in ("list", "remove"):
            _list_entries() if action == "list" else _remove_entry(root)
            return
        if cron is None:
            complain('When? Give --cron, such as --cron "0 6 * * 1" for Mondays at six.')
            raise click.exceptions.Exit(BAD)
        _make(action, cron, time_zone, root, ["--auto"] if auto else [])


def _make(action: str | None, cron: str, zone: str | None, root: Path, options: list[str]) -> None:
    from pressroom.delivery.schedule import crontab, github, systemd
    from pressroom.delivery.schedule.times import Schedule, name_own_zone

    meant, now = Schedule(cron, zone or name_own_zone()), datetime.now(UTC)
    if action == "systemd":
        print(systemd.make_units(meant, root, options), end="")
    elif action == "github":
        print(github.make_workflow(meant, options, now), end="")
    else:
        entry = crontab.make_entry(meant, root, options, now)
        print(entry, end="")
        if action == "install":
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
