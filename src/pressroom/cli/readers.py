"""The commands for one reader: ``resend``, ``unsubscribe``, ``forget``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from pressroom.cli.deliver import complain_of
from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.exit_codes import BAD, FAILED
from pressroom.cli.options import find_project, project_option, read_settings, selectors_argument
from pressroom.cli.printing import complain, count, say

address_argument = click.argument("address")


@click.command("resend")
@address_argument
@selectors_argument
@project_option
def resend(address: str, selectors: tuple[str, ...], project: Path | None) -> None:
    """Mail the subscriber ADDRESS the approved briefings of their selection, or of SELECTOR, once more."""
    from pressroom.delivery.mail.resend import resend as send_again
    from pressroom.delivery.releases import Releases

    where = find_project(project, None)
    settings = read_settings(where)
    releases = Releases(settings.releases, where.data)
    with ExplainedErrors():
        release = releases.require_last()
        done = send_again(releases, release, settings, address, selectors, on_outcome=complain_of)
    sent = [one for one in done if one.state == "accepted"]
    briefings = sum(len(one.briefings) for one in sent)
    say(f"Release {release.name}: {count(briefings, 'briefing')} sent once more to {done[0].address}")
    if len(sent) < len(done):
        complain(f"Not delivered: {count(len(done) - len(sent), 'mail')}; `briefings resend` tries again.")
        raise click.exceptions.Exit(FAILED)


@click.command("unsubscribe")
@address_argument
@project_option
def unsubscribe(address: str, project: Path | None) -> None:
    """Take ADDRESS out of the file of subscribers. What the ledger knows of it stays."""
    from pressroom.delivery.mail.leaving import unsubscribe as leave
    from pressroom.delivery.releases import Releases

    settings = read_settings(find_project(project, None))
    releases = Releases(settings.releases)
    with ExplainedErrors(), _explained_address(address):
        releases.claim()
        rows = leave(releases.state, settings.subscribers, address)
    _say_rows(settings.subscribers, address, rows)


@click.command("forget")
@address_argument
@project_option
def forget(address: str, project: Path | None) -> None:
    """Take ADDRESS out of subscribers, ledger and log. How many mails there were stays."""
    from pressroom.delivery.mail import leaving
    from pressroom.delivery.releases import Releases

    settings = read_settings(find_project(project, None))
    releases = Releases(settings.releases)
    with ExplainedErrors(), _explained_address(address):
        releases.claim()
        rows, mails = leaving.forget(releases.state, settings.subscribers, address)
    _say_rows(settings.subscribers, address, rows)
    say(f"Ledger: {count(mails, 'mail')} of {address}, now without an address")
    complain("Backups, and mails that `deliver --dry-run` wrote, stay as they are.")


@contextmanager
def _explained_address(address: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        complain(f'"{address}" is no mail address, or a file cannot be read: {error}')
        raise click.exceptions.Exit(BAD) from None


def _say_rows(file: Path, address: str, rows: int) -> None:
    if rows:
        say(f"{file.name}: {address} is taken out")
    else:
        complain(f"{file.name} has no row of {address}.")
