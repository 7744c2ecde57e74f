"""The command ``deliver``, and those for one reader: ``resend``, ``unsubscribe``, ``forget``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli.exit_codes import BAD, FAILED
from pressroom.cli.mails import say_clear
from pressroom.cli.options import find_project, json_option, project_option, read_settings, selectors_argument
from pressroom.cli.printing import ExplainedErrors, complain, count, print_json, relative, say

if TYPE_CHECKING:
    from pressroom.delivery.mail.deliver import Delivery, Outcome
    from pressroom.delivery.releases import Release, Releases
    from pressroom.delivery.settings import Settings


address_argument = click.argument("address")


@click.command("deliver")
@click.option(
    "--dry-run",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write the mails into DIR, as .eml files; send nothing, and note nothing.",
)
@click.option("--release", "name", metavar="NAME", help="Which release, if not the newest.")
@click.option("--unapproved", is_flag=True, help="Also a release that nobody has approved.")
@click.option("--to", metavar="ADDRESS", help="Send a test to ADDRESS alone, and note nothing.")
@click.option(
    "--new-ledger",
    is_flag=True,
    help="Go on though the ledger does not know of all mails: who got those gets them once more.",
)
@project_option
@json_option
def deliver(
    folder: Path | None,
    name: str | None,
    unapproved: bool,
    to: str | None,
    new_ledger: bool,
    project: Path | None,
    as_json: bool,
) -> None:
    """Mail each subscriber the briefings of their selection that changed since what they last got."""
    from pressroom.delivery.mail import deliver as mails
    from pressroom.delivery.output_folders import MAILS, Place, require_apart
    from pressroom.delivery.releases import Releases

    where = find_project(project, None)
    settings = read_settings(where)
    releases = Releases(settings.releases, where.data)
    with ExplainedErrors():
        release = (
            releases.open(name, unapproved=unapproved)
            if name
            else releases.require_last(unapproved=unapproved)
        )
        if to:
            _send_test(releases, release, settings, to)
            return
        if folder:
            require_apart(where, settings, Place("--dry-run", MAILS, folder))
            done = mails.write_files(releases, release, settings, folder, is_new_ledger=new_ledger)
        else:
            done = mails.deliver(
                releases, release, settings, is_new_ledger=new_ledger, on_outcome=complain_of
            )
    for address in done.paused:
        complain(f"{address}: passed over, since its mails came back; {say_clear(address)}")
    for warning in done.subscribers.warnings:
        complain(str(warning))
    if as_json:
        print_json(_tell(done))
    else:
        _print(done, folder)
    if not (done.is_complete if folder is None else not done.count("refused")):
        raise click.exceptions.Exit(FAILED)


def complain_of(outcome: Outcome) -> None:
    """Say what became of a mail that was not accepted."""
    if outcome.state != "accepted":
        complain(f"{outcome.address}: {outcome.state}, {outcome.reply}")


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
    from pressroom.delivery.mail.unsubscribe import unsubscribe as leave
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
    from pressroom.delivery.mail import unsubscribe as leaving
    from pressroom.delivery.releases import Releases

    settings = read_settings(find_project(project, None))
    releases = Releases(settings.releases)
    with ExplainedErrors(), _explained_address(address):
        releases.claim()
        rows, mails = leaving.forget(releases.state, settings.subscribers, address)
    _say_rows(settings.subscribers, address, rows)
    say(f"Ledger: {count(mails, 'mail')} of {address}, now without an address")
    complain("Backups, and mails that `deliver --dry-run` wrote, stay as they are.")


def _send_test(releases: Releases, release: Release, settings: Settings, to: str) -> None:
    from pressroom.delivery.mail.resend import send_test

    done = send_test(releases, release, settings, to)
    for outcome in done:
        what = f"{count(len(outcome.briefings), 'briefing')} of release {release.name}"
        say(f"{outcome.address}: {outcome.state}, {what}; {outcome.reply}")
    if not all(outcome.state == "accepted" for outcome in done):
        raise click.exceptions.Exit(FAILED)


def _print(done: Delivery, folder: Path | None) -> None:
    settled = f"; nothing changed for {count(done.settled, 'subscriber')}" if done.settled else ""
    if folder is not None:
        for outcome in done.outcomes:
            if outcome.state == "refused":
                complain_of(outcome)
        number = count(done.count("pending"), "mail")
        say(f"Release {done.release.name}: {number} written to {relative(folder.resolve())}{settled}")
        return
    say(f"Release {done.release.name}: {count(done.count('accepted'), 'mail')} accepted{settled}")
    left = len(done.outcomes) - done.count("accepted")
    if done.stopped:
        complain(f"Stopped: {done.stopped}")
    if left:
        complain(f"Not delivered: {count(left, 'mail')}; `briefings deliver` tries again.")


def _tell(done: Delivery) -> dict[str, Any]:
    return {
        "release": done.release.name,
        "settled": done.settled,
        "stopped": done.stopped,
        "paused": list(done.paused),
        "mails": [vars(outcome) for outcome in done.outcomes],
    }


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
