"""The mail that tells maintainers of a failed run: each fault, why, and what to do. One a run."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from time import sleep
from typing import TYPE_CHECKING

from aichr_briefings.delivery.mail.addresses import read_mailbox, read_sender
from aichr_briefings.delivery.run.steps import Fault, Outcome
from aichr_briefings.delivery.settings import Settings

if TYPE_CHECKING:
    from aichr_briefings.delivery.mail.smtp import Reply

SHOWN = 50
"""How many faults a mail names."""

_CORRECT = "correct the setting `maintainers`"


def send_alarm(settings: Settings, run: str, faults: tuple[Fault, ...]) -> Outcome:
    """Mail the faults to the maintainers, and return what became of it."""
    from aichr_briefings.delivery.mail.smtp import ServerError

    if not settings.maintainers:
        return Outcome({"told": []})
    mailboxes, wrong = _read_mailboxes(settings.maintainers)
    told: dict[str, Reply] = {}
    try:
        _send_all(settings, [write_alarm(settings, mailbox, run, faults) for mailbox in mailboxes], told)
    except ServerError as error:
        wrong.append(Fault("mail to maintainers", str(error), "mend the mail server, or the settings `smtp`"))
    for address, reply in told.items():
        if reply.state != "accepted":
            wrong.append(Fault(f"mail to {address}", f"{reply.state}: {reply.text}", _CORRECT))
    reached = [address for address, reply in told.items() if reply.state == "accepted"]
    return Outcome({"told": reached}, tuple(wrong))


def _read_mailboxes(maintainers: Iterable[str]) -> tuple[list[Address], list[Fault]]:
    """Return who is told, and the faults of what is no address, which keep nobody else from knowing."""
    mailboxes: dict[str, Address] = {}
    wrong = []
    for text in maintainers:
        try:
            mailbox = read_mailbox(text)
            mailboxes[mailbox.addr_spec] = mailbox
        except ValueError as error:
            wrong.append(Fault(f"mail to {text}", str(error), _CORRECT))
    return [*mailboxes.values()], wrong


def _send_all(settings: Settings, messages: Iterable[EmailMessage], told: dict[str, Reply]) -> None:
    """Hand over messages, again after each pause those put off; note what the server said by address."""
    from aichr_briefings.delivery.mail.smtp import open_line

    waiting = {message["To"].addresses[0].addr_spec: message for message in messages}
    with open_line(settings.smtp) as line:
        for pause in (0, *settings.smtp.pauses):
            sleep(pause if waiting else 0)
            for address, message in waiting.items():
                told[address] = line.send(message, message["To"].addresses[0])
            waiting = {to: message for to, message in waiting.items() if told[to].state == "deferred"}


def write_alarm(settings: Settings, maintainer: Address, run: str, faults: tuple[Fault, ...]) -> EmailMessage:
    """Return the mail to one maintainer."""
    message = EmailMessage()
    number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    message["Subject"] = f"Briefings: the run of {run[:16].replace('T', ' ')} UTC failed ({number})"
    message["From"], message["To"] = read_sender(settings.smtp), maintainer
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Message-ID"] = _name(settings, maintainer.addr_spec, run)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_say(settings, faults)) + "\n")
    return message


def _name(settings: Settings, address: str, run: str) -> str:
    """Return a ``Message-ID`` by which a receiver knows the same alarm again."""
    digest = sha256(f"{run} {address}".encode()).hexdigest()[:32]
    return f"<alarm.{digest}@{read_sender(settings.smtp).domain}>"


def _say(settings: Settings, faults: tuple[Fault, ...]) -> Iterable[str]:
    yield "Readers keep what they have: nothing that failed was published."
    for fault in faults[:SHOWN]:
        yield from ("", fault.place, f"  why: {fault.reason}", f"  what to do: {fault.advice}")
    if len(faults) > SHOWN:
        yield from ("", f"and {len(faults) - SHOWN} more")
    yield ""
    yield f"`briefings status` on {socket.gethostname()} says how things stand; the log lies in"
    yield f"{settings.releases}/.state/runs.jsonl."
