"""The commands ``mails`` and ``bounced``: who got what, when and why, and what came back."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli.options import find_project, json_option, project_option
from pressroom.cli.printing import ExplainedErrors, complain, count, print_json, say
from pressroom.cli.release import open_releases

if TYPE_CHECKING:
    from pressroom.delivery.mail.bounces import Noted
    from pressroom.delivery.mail.ledger import Bounce, Sent


_WIDTH = 100
_INDENT = "    "


def _read_since(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    from pressroom.data.partial_dates import PartialDate

    try:
        return PartialDate(value).earliest if value else None
    except ValueError:
        message = f'"{value}" is no year, month or day of the calendar; write YYYY, YYYY-MM or YYYY-MM-DD'
        raise click.BadParameter(message) from None


@click.command("mails")
@click.argument("address", required=False)
@click.option(
    "--since",
    callback=_read_since,
    metavar="DATE",
    help="Only from then on: a year, a month such as 2026-05, or a day.",
)
@project_option
@json_option
def mails(address: str | None, since: date | None, project: Path | None, as_json: bool) -> None:
    """Say who got what, when and why, oldest first; with ADDRESS, of that one only."""
    from pressroom.delivery.mail.ledger import read_ledger
    from pressroom.delivery.mail.ledger_file import FILE

    state = open_releases(find_project(project, None)).state
    with ExplainedErrors():
        there_is_none = not (state / FILE).exists()
        with read_ledger(state) as ledger:
            found, bounces = _choose(ledger.list(), address, since), ledger.bounces()
    by_mail = {mail.message_id: [b for b in bounces if b.message_id == mail.message_id] for mail in found}
    if as_json:
        print_json([_tell(mail, by_mail[mail.message_id]) for mail in found])
    elif there_is_none:
        complain("There is no delivery ledger: `briefings deliver` has sent no mail yet.")
    elif not found:
        complain("There is no such mail." if address or since else "There is no mail in the delivery ledger.")
    else:
        say("\n".join(line for mail in found for line in _say_mail(mail, by_mail[mail.message_id])))


@click.command("bounced")
@click.argument("files", metavar="FILE...", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--clear", "address", metavar="ADDRESS", help="Send to ADDRESS again what it has not got.")
@project_option
def bounced(files: tuple[Path, ...], address: str | None, project: Path | None) -> None:
    """Read which mails came back: delivery status notifications in a file, an mbox or a Maildir.

    An address of which three mails came back for good is passed over from then on, until it is cleared.
    """
    from pressroom.delivery.mail.bounces import clear, note_bounces, read_notices
    from pressroom.delivery.mail.ledger import open_ledger
    from pressroom.delivery.mail.ledger_file import FILE

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


def say_clear(address: str) -> str:
    """Return what to do about an address that is paused."""
    return f"once it takes mails: briefings bounced --clear {address}"


def _choose(mails: Sequence[Sent], address: str | None, since: date | None) -> list[Sent]:
    first = since.isoformat() if since else ""
    person = _identify(address) if address else None
    return [
        mail
        for mail in mails
        if mail.at >= first and person in (None, _identify(mail.address) if mail.address else "")
    ]


def _identify(address: str) -> str:
    from pressroom.delivery.mail.addresses import clean_address, identify

    try:
        return identify(clean_address(address))
    except ValueError:
        return identify(address)


def _say_mail(mail: Sent, bounces: Sequence[Bounce]) -> Iterator[str]:
    yield f"{_say_moment(mail.at)}  {mail.address or '(an address that was taken out)'}"
    reply = f"; {mail.reply}" if mail.reply else ""
    yield from _wrap(f"{_say_kind(mail)}: {mail.state}, {_say_tries(mail.tries)}{reply}")
    yield from _wrap(f"briefings: {', '.join(mail.briefings) or 'none'}")
    yield from _wrap(f"selection: {' '.join(mail.selectors) or 'not on record'}")
    for bounce in bounces:
        yield from _wrap(f"came back, as read {_say_moment(bounce.at)}: {bounce.status} {bounce.told}")


def _say_kind(mail: Sent) -> str:
    from pressroom.delivery.mail.ledger import AGAIN

    if mail.recalled:
        comes = f", release {mail.release} instead" if mail.briefings else ""
        return f"recall of {' and '.join(mail.recalled)}{comes}"
    return f"sent again, release {mail.release}" if mail.kind == AGAIN else f"release {mail.release}"


def _say_tries(tries: int) -> str:
    return {0: "not tried", 1: "tried once"}.get(tries, f"tried {tries} times")


def _wrap(text: str) -> list[str]:
    return textwrap.wrap(
        text, _WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT * 2, break_on_hyphens=False
    )


def _say_moment(at: str) -> str:
    return f"{at[:16].replace('T', ' ')} UTC"


def _tell(mail: Sent, bounces: Sequence[Bounce]) -> dict[str, Any]:
    return {**vars(mail), "bounces": [vars(bounce) for bounce in bounces]}


def _report(noted: Noted) -> Noted:
    """Say what became of a notice, and return it."""
    if noted.what == "came back":
        say(f"{noted.address}: a mail of release {noted.release} came back: {noted.why}")
    elif noted.what == "left":
        complain(f"{noted.notice.place}: left, since {noted.why}")
    if noted.is_paused:
        say(f"{noted.address} is paused; {say_clear(noted.address)}")
    return noted


def _say_outcomes(all_noted: list[Noted]) -> None:
    number = Counter(noted.what for noted in all_noted)
    say(
        f"{count(len(all_noted), 'notice')} read: {number['came back']} new, {number['known']} read before,"
        f" {number['left']} left"
    )
