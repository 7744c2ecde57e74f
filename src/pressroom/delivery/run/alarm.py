"""What tells maintainers that something failed or waits: a mail, a command of theirs, a heartbeat.

The command is given an alarm that no mail could bring. The heartbeat is a file that each good run writes
anew, or an address that it calls: whoever watches it notices when it stays away, for whatever reason.
"""

from __future__ import annotations

import errno
import socket
import subprocess
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from pressroom.data.findings import Finding
from pressroom.delivery.changes import compare, say_changes
from pressroom.delivery.mail.addresses import Mailbox, blank, read_mailbox, read_sender
from pressroom.delivery.mail.mime import MailError, Message, compose, say_date
from pressroom.delivery.releases import Releases
from pressroom.delivery.run.sent_alarms import Memory, digest_faults, say_now
from pressroom.delivery.run.steps import Outcome
from pressroom.delivery.settings import Settings, SettingsError
from pressroom.delivery.storage import write_whole
from pressroom.pages.words import plural

if TYPE_CHECKING:
    from pressroom.delivery.mail.smtp import Reply


PATIENCE = 60
"""Seconds that a command or a server may take."""

_ADVICE = "mend the setting `{}`, or what it names"

SHOWN = 50
"""How many faults a mail names."""


def call_command(command: Sequence[str], text: str) -> tuple[Finding, ...]:
    """Give an alarm to a command, on its standard input; return what went wrong."""
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return (_find("alarm_command", f"{command[0]} had not ended after {PATIENCE} seconds"),)
    except (OSError, ValueError) as error:
        return (_find("alarm_command", str(error)),)
    if done.returncode == 0:
        return ()
    said = " ".join((done.stderr or done.stdout).decode("utf-8", "replace").split())
    return (_find("alarm_command", f"{command[0]} ended with {done.returncode}: {said[-300:]}"),)


def beat(heartbeat: str, root: Path) -> tuple[Finding, ...]:
    """Say that all is well, to a file or an address; return what went wrong."""
    try:
        if "://" in heartbeat:
            _call(heartbeat)
        else:
            _write(root / Path(heartbeat).expanduser())
    except OSError as error:  # of which those of urllib are a kind
        return (_find("heartbeat", f"{heartbeat}: {error}"),)
    return ()


def send_alarm(
    settings: Settings, run: str, faults: tuple[Finding, ...], memory: Memory, now: datetime
) -> tuple[Outcome, Memory]:
    """Tell the maintainers the faults of a run, and return what became of it and what to remember.

    Faults that they heard of within a day are not sent again. If no mail reaches anybody, the command of
    the setting ``alarm_command`` is given the alarm. What could not be sent at all, the next run sends.
    """
    if not settings.maintainers and not settings.alarm_command:
        return Outcome({"told": []}), Memory(at=say_now(now))
    if memory.knows(faults, now):
        return Outcome({"told": [], "known_since": memory.at}), memory
    if not faults and not memory.untold:
        return Outcome({"told": []}), Memory(at=say_now(now))
    subject, lines = _write_alarm(settings, run, faults, memory.untold)
    outcome = _tell(settings, f"alarm {run}", subject, lines)
    if not outcome.details["told"]:
        outcome = _call_command(settings, subject, lines, outcome)
    if outcome.details["told"]:
        return outcome, Memory(digest_faults(faults) if faults else "", say_now(now))
    untold = (*memory.untold, *(f"{run}: {fault.place}: {fault.reason}" for fault in faults[:1]))
    return outcome, Memory(at=say_now(now), untold=untold[-SHOWN:])


def send_notice(settings: Settings, releases: Releases, name: str) -> Outcome:
    """Tell the maintainers that a release waits for approval, and what it changes, if it still waits."""
    made = releases.open(name)
    if not releases.is_open(made):
        return Outcome({"told": []})
    before = [release for release in releases.shown() if release.number < made.number]
    changed = say_changes(compare(before[-1], made)) if before else ["It is the first to be approved."]
    lines = [f"To let it go out: briefings approve {name}", "", *changed]
    return _tell(settings, f"notice {name}", f"Briefings: release {name} waits for approval", lines)


def read_mailboxes(maintainers: Iterable[str]) -> tuple[list[Mailbox], list[Finding]]:
    """Return whom an alarm goes to, and the faults of what is no address; the others get it all the same."""
    mailboxes: dict[str, Mailbox] = {}
    wrong = []
    for text in maintainers:
        try:
            mailbox = read_mailbox(text)
            mailboxes[mailbox.address] = mailbox
        except ValueError as error:
            wrong.append(_explain(text, str(error)))
    return [*mailboxes.values()], wrong


def _write(file: Path) -> None:
    """Write the time into a file; an OSError if another thing stands there than such a time."""
    if file.exists():
        try:
            datetime.fromisoformat(file.read_text("utf-8").strip())
        except ValueError:
            raise OSError(errno.EEXIST, "is there, and is no heartbeat", str(file)) from None
    write_whole(file, f"{datetime.now(UTC).isoformat(timespec='seconds')}\n".encode())


def _call(address: str) -> None:
    from urllib.request import urlopen

    with urlopen(address, timeout=PATIENCE):  # the setting allows http and https alone
        pass


def _find(setting: str, message: str) -> Finding:
    return Finding(file=f"the setting {setting}", message=message, advice=_ADVICE.format(setting))


def _write_alarm(
    settings: Settings, run: str, faults: tuple[Finding, ...], untold: Sequence[str]
) -> tuple[str, list[str]]:
    began = f"{run[:16].replace('T', ' ')} UTC"
    number = f"{len(faults)} {plural('fault', len(faults))}"
    subject = f"Briefings: the run of {began} failed ({number})"
    if not faults:
        subject = f"Briefings: the run of {began} is good; earlier ones failed"
    lines = list(_say(settings, faults)) if faults else [f"The run of {began} is good."]
    if untold:
        lines += ["", "Of these runs, nobody could be told:", *(f"  {one}" for one in untold)]
    return subject, lines


def _call_command(settings: Settings, subject: str, lines: list[str], mailed: Outcome) -> Outcome:
    """Give the alarm to the command that is set, and return what became of it beside the mails."""
    if not settings.alarm_command:
        return mailed
    wrong = call_command(settings.alarm_command, "\n".join(map(blank, (subject, "", *lines))) + "\n")
    reached = [] if wrong else [settings.alarm_command[0]]
    return Outcome({"told": reached}, (*mailed.faults, *wrong))


def _tell(settings: Settings, what: str, subject: str, lines: list[str]) -> Outcome:
    """Mail a subject and lines to each maintainer; `what` tells this mail from all others."""
    from pressroom.delivery.mail.smtp import ServerError

    if not settings.maintainers:
        return Outcome({"told": []})
    mailboxes, wrong = read_mailboxes(settings.maintainers)
    replies: dict[str, Reply] = {}
    messages = []
    try:
        for mailbox in mailboxes:
            try:
                messages.append(_compose(settings, mailbox, what, subject, lines))
            except MailError as error:
                wrong.append(_explain(mailbox.address, str(error)))
        _send_all(settings, messages, replies)
    except (SettingsError, ServerError) as error:
        advice = "mend the mail server, or the settings `smtp`"
        wrong.append(Finding(file="mail to maintainers", message=str(error), advice=advice))
    for address, reply in replies.items():
        if reply.state != "accepted":
            wrong.append(_explain(address, f"{reply.state}: {reply.text}"))
    reached = [address for address, reply in replies.items() if reply.state == "accepted"]
    return Outcome({"told": reached}, tuple(wrong))


def _explain(address: str, reason: str) -> Finding:
    advice = "correct the setting `maintainers`"
    return Finding(file=f"mail to {address}", message=reason, advice=advice)


def _send_all(settings: Settings, messages: Iterable[Message], replies: dict[str, Reply]) -> None:
    """Hand over messages, again after each pause those put off; note what the server said by address."""
    from pressroom.delivery.mail.retry import send_with_pauses
    from pressroom.delivery.mail.smtp import open_line

    with open_line(settings.smtp) as line:

        def send(message: Message) -> Reply:
            replies[message.to.address] = reply = line.send(message)
            return reply

        send_with_pauses(messages, send, settings.smtp.pauses)


def _compose(settings: Settings, to: Mailbox, what: str, subject: str, lines: list[str]) -> Message:
    """Return the mail to one maintainer, under a ``Message-ID`` by which a receiver knows it again."""
    sender = read_sender(settings.smtp)
    digest = sha256(f"{what} {to.address}".encode()).hexdigest()[:32]
    headers = {
        "Subject": subject,
        "Date": say_date(datetime.now(UTC)),
        "Message-ID": f"<{digest}@{sender.domain}>",
        "Auto-Submitted": "auto-generated",
    }
    return compose(sender, to, headers, "\n".join(map(blank, lines)) + "\n")


def _say(settings: Settings, faults: tuple[Finding, ...]) -> Iterable[str]:
    yield "Nothing that failed was published: of it, readers keep the last good copy."
    for fault in faults[:SHOWN]:
        # A reason may have many lines; none of them may look like another fault.
        reason = [f"       {line}" for line in fault.reason.splitlines()]
        yield from ("", fault.place, f"  why: {''.join(reason[:1]).strip()}", *reason[1:])
        yield f"  what to do: {fault.advice}"
    if len(faults) > SHOWN:
        yield from ("", f"and {len(faults) - SHOWN} more")
    yield ""
    yield f"`briefings status` on {socket.gethostname()} says how things stand; the log lies in"
    yield f"{settings.releases}/_state/runs.jsonl."
