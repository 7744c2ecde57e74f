"""The checks of what mails depend on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pressroom.data.findings import Finding
from pressroom.delivery.doctor.case import Case
from pressroom.delivery.mail.addresses import read_envelope_sender, read_reply_to, read_sender
from pressroom.delivery.mail.ledger_file import FILE
from pressroom.delivery.run import checks
from pressroom.delivery.run.alarm import read_mailboxes
from pressroom.delivery.settings import SettingsError

NOBODY = "nobody is mailed: there is no subscribers' file, and the setting maintainers is empty"


def check_sender(case: Case) -> Iterator[Finding | str]:
    """Yield that nobody could tell who writes a mail, or where answers and bounces go."""
    if not case.sends_mail:
        yield NOBODY
        return
    settings, smtp = case.settings, case.settings.smtp
    reasons: dict[str, None] = {}  # without a sender, there is no envelope's for the same reason
    for read in (
        lambda: read_sender(smtp),
        lambda: read_envelope_sender(smtp),
        lambda: read_reply_to(settings),
    ):
        try:
            read()
        except SettingsError as error:
            reasons[str(error)] = None
    yield from (Finding(message=reason, advice="set it in settings.toml") for reason in reasons)
    yield smtp.sender


def check_server(case: Case) -> Iterator[Finding | str]:
    """Yield that the mail server does not let us in; connects and logs in, and sends nothing."""
    from pressroom.delivery.mail.smtp import ServerError, open_line

    if not case.sends_mail:
        yield NOBODY
        return
    try:
        with open_line(case.settings.smtp) as line:
            yield line.connect()
    except (ServerError, SettingsError) as error:
        yield Finding(message=str(error), advice="mend the mail server, or the settings `smtp`")


def check_ledger(case: Case) -> Iterator[Finding | str]:
    """Yield that the delivery ledger cannot be used, or was lost."""
    yield from (replace(finding, file=None) for finding in checks.check_ledger(case.releases))
    yield FILE if (case.releases.state / FILE).exists() else "none yet, and no mail was sent"


def check_subscribers(case: Case) -> Iterator[Finding | str]:
    """Yield what is wrong in the file of subscribers."""
    yield from checks.check_subscribers(case.releases, case.settings)
    file = case.settings.subscribers
    yield file.name if file.exists() else f"there is no file {file}, so that only maintainers are mailed"


def check_maintainers(case: Case) -> Iterator[Finding | str]:
    """Yield what of the maintainers is no address, or that nobody hears of a failed run."""
    settings = case.settings
    mailboxes, wrong = read_mailboxes(settings.maintainers)
    yield from wrong
    yield ", ".join(mailbox.address for mailbox in mailboxes) or "none"
    if not (settings.maintainers or settings.alarm_command or settings.heartbeat):
        advice = "set `maintainers`, and `alarm_command` or `heartbeat` for when no mail can be sent"
        yield Finding(severity="warning", message="nobody hears of a run that failed", advice=advice)
