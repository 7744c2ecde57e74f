"""The mail that tells maintainers of a failed run: each fault, why, and what to do. One a run."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from aichr_briefings.delivery.run.steps import Fault, Outcome
from aichr_briefings.delivery.settings import Settings

SHOWN = 50
"""How many faults a mail names."""


def send_alarm(settings: Settings, run: str, faults: tuple[Fault, ...]) -> Outcome:
    """Mail the faults to the maintainers, and return what became of it."""
    from aichr_briefings.delivery.mail.smtp import send

    if not settings.maintainers:
        return Outcome({"told": []})
    replies = send(settings.smtp, [write_alarm(settings, m, run, faults) for m in settings.maintainers])
    told = dict(zip(settings.maintainers, replies, strict=True))
    missed = [
        Fault(f"mail to {m}", f"{reply.state}: {reply.text}", "correct the setting `maintainers`")
        for m, reply in told.items()
        if reply.state != "accepted"
    ]
    return Outcome({"told": [m for m, reply in told.items() if reply.state == "accepted"]}, tuple(missed))


def write_alarm(settings: Settings, maintainer: str, run: str, faults: tuple[Fault, ...]) -> EmailMessage:
    """Return the mail to one maintainer."""
    message = EmailMessage()
    number = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    message["Subject"] = f"Briefings: the run of {run[:16].replace('T', ' ')} UTC failed ({number})"
    message["From"], message["To"] = settings.smtp.sender, maintainer
    message["Date"] = format_datetime(datetime.now(UTC))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(_say(settings, faults)) + "\n")
    return message


def _say(settings: Settings, faults: tuple[Fault, ...]) -> Iterable[str]:
    yield "Readers keep what they have: nothing that failed was published."
    for fault in faults[:SHOWN]:
        yield from ("", fault.place, f"  why: {fault.reason}", f"  what to do: {fault.advice}")
    if len(faults) > SHOWN:
        yield from ("", f"and {len(faults) - SHOWN} more")
    yield ""
    yield f"`briefings status` on {socket.gethostname()} says how things stand; the log lies in"
    yield f"{settings.releases}/.state/runs.jsonl."
