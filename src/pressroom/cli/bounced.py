"""The command ``briefings bounced``: what mail servers send back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.options import find_project, project_option
from pressroom.cli.printing import complain, count, say
from pressroom.cli.release import open_releases

if TYPE_CHECKING:
    from pressroom.delivery.mail.bounces import Noted


@click.command("bounced")
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--clear", "address", metavar="ADDRESS", help="Send to ADDRESS again what it has not got.")
@project_option
def bounced(files: tuple[Path, ...], address: str | None, project: Path | None) -> None:
    """Read which mails came back: delivery status notifications in a file, an mbox or a Maildir.

    An address of which three mails came back for good is passed over from then on, until it is cleared.
    """
    from pressroom.delivery.mail.bounces import clear, note_bounces
    from pressroom.delivery.mail.ledger import open_ledger
    from pressroom.delivery.mail.ledger_file import FILE
    from pressroom.delivery.mail.notices import read_notices

    if bool(files) == bool(address):
        raise click.UsageError("Name files to read, or --clear ADDRESS.")
    state = open_releases(find_project(project, None)).state
    with ExplainedErrors():
        if not (state / FILE).exists():
            complain("There is no delivery ledger: no mail of ours can have come back.")
            return
        with open_ledger(state) as ledger:
            if address:
                number = clear(ledger, address)
                say(f"{address} gets mails again; of its mails that came back, {number} counted.")
                return
            _say_outcomes([_report(noted) for noted in note_bounces(ledger, read_notices(files))])


def _report(noted: Noted) -> Noted:
    """Say what became of a notice, and return it."""
    if noted.what == "came back":
        say(f"{noted.address}: a mail of release {noted.release} came back: {noted.why}")
    elif noted.what == "left":
        complain(f"{noted.notice.place}: left, since {noted.why}")
    if noted.is_paused:
        say(f"{noted.address} is paused; {say_clear(noted.address)}")
    return noted


def say_clear(address: str) -> str:
    """Return what to do about an address that is paused."""
    return f"once it takes mails: briefings bounced --clear {address}"


def _say_outcomes(all_noted: list[Noted]) -> None:
    number = Counter(noted.what for noted in all_noted)
    say(
        f"{count(len(all_noted), 'notice')} read: {number['came back']} new, {number['known']} read before,"
        f" {number['left']} left"
    )
