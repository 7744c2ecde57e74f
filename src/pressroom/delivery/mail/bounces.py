"""Mails that came back: each is noted once, and three of them pause an address until it is cleared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from pressroom.data.findings import Refusal, advise, find_nearest, quote
from pressroom.delivery.mail.addresses import identify
from pressroom.delivery.mail.ledger import Bounce, Ledger
from pressroom.delivery.mail.notices import Notice

What = Literal["came back", "known", "left"]


class BounceError(Refusal):
    """There is nothing to clear; the message says which addresses there are."""


@dataclass(frozen=True)
class Noted:
    """What became of one notice.

    Attributes
    ----------
    what
        ``"came back"`` if the ledger has the mail and learnt of it, ``"known"`` if it knew, else ``"left"``.
    address, release
        Of the mail; ``""`` if the ledger knows none.
    why
        What the receiving server said, or why the notice was left.
    is_paused
        Whether the address gets nothing from now on.
    """

    notice: Notice
    what: What
    why: str
    address: str = ""
    release: str = ""
    is_paused: bool = False


def note_bounces(ledger: Ledger, notices: Iterable[Notice]) -> Iterator[Noted]:
    """Note the mails that came back, and yield of each notice what became of it."""
    for notice in notices:
        reason = _find_reason(notice)
        yield Noted(notice, "left", reason) if reason else _note(ledger, notice)


def clear(ledger: Ledger, address: str) -> int:
    """Have an address get mails again; return how many that came back count no more.

    Raises
    ------
    BounceError
        If none of its mails came back since it was last cleared.
    """
    number = ledger.clear_bounces(address)
    if not number:
        paused = sorted(ledger.paused())
        message = f"of {quote(address)} no mail came back, so there is nothing to clear"
        raise BounceError(message + advise(paused, find_nearest(address, paused)))
    return number


def _find_reason(notice: Notice) -> str:
    """Return why a notice is left; ``""`` if it says that a mail came back."""
    if notice.fault:
        return notice.fault
    if not notice.status.startswith(("4.", "5.")):
        return "it tells of no failure, such as of a mail that is only delayed"
    return "" if notice.message_id else "it has no Message-ID of the mail that came back"


def _note(ledger: Ledger, notice: Notice) -> Noted:
    mail = ledger.find_mail(notice.message_id)
    if mail is None:
        return Noted(notice, "left", f"it is about {notice.message_id}, which is no mail of ours")
    if not mail.address:
        return Noted(notice, "left", "it is about a mail to somebody who was taken out of the ledger")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    bounce = Bounce(notice.message_id, notice.sent, at, notice.status, notice.diagnosis)
    is_new = ledger.bounce(mail, bounce)
    why = f"{notice.status} {notice.diagnosis}".strip()
    is_paused = is_new and identify(mail.address) in ledger.paused()
    return Noted(notice, "came back" if is_new else "known", why, mail.address, mail.release, is_paused)
