"""What keeps releases from their readers, found before the next run finds it: each with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from pressroom.data.findings import Finding, Refusal
from pressroom.delivery.log import RECORD, find_last_start, read_record, require_ledger
from pressroom.delivery.mail.ledger import open_ledger
from pressroom.delivery.mail.ledger_file import FILE
from pressroom.delivery.mail.subscribers import SubscribersError, read_subscribers
from pressroom.delivery.releases import Releases
from pressroom.delivery.schedule.times import Schedule
from pressroom.delivery.selection import list_catalogue
from pressroom.delivery.settings import Settings

MACHINE = "see that the disk has room, and that the folder can be written by who starts the run"

GRACE = timedelta(minutes=15)
"""How long after its time a start is not missed yet."""

_PROCESSES = Path("/proc")
_CRONS = {"cron", "crond", "fcron"}


def check_ledger(releases: Releases) -> Iterator[Finding]:
    """Yield that the delivery ledger cannot be used, or was lost."""
    try:
        if (releases.state / FILE).exists():
            with open_ledger(releases.state) as ledger:
                require_ledger(releases.folder, ledger.id, ledger.accepted)
        elif read_record(releases.folder):
            message = f"{releases.state / FILE} is missing, and {RECORD} tells of mails"
            yield Finding(file="the delivery ledger", message=message, advice=_LEDGER)
    except Refusal as error:
        yield Finding(file="the delivery ledger", message=str(error), advice=_LEDGER)
    except OSError as error:
        yield Finding(file="the delivery ledger", message=str(error), advice=MACHINE)


_LEDGER = "restore it from a copy, or go on without it: briefings deliver --new-ledger"


def check_subscribers(releases: Releases, settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong in the file of subscribers, if there is one and a release to select from."""
    found = releases.list()[::-1]
    if not found or not settings.subscribers.exists():
        return
    try:
        read_subscribers(settings.subscribers, [list_catalogue(one, with_missing=True) for one in found])
    except SubscribersError as error:
        for finding in error.findings:
            yield Finding(
                file=settings.subscribers.name,
                row=finding.row,
                column=finding.column,
                message=finding.reason,
                advice="correct the row; until then nobody is mailed anything",
            )


def check_schedule(schedule: Schedule | None, state: Path, now: datetime) -> Iterator[Finding]:
    """Yield that runs are to start by themselves, and do not."""
    if schedule is None:
        return
    if has_no_cron():
        message = "no cron is running on this machine, so that nothing starts by itself"
        yield Finding(file="the schedule", message=message, advice="start it: systemctl enable --now cron")
    last, due = find_last_start(state, now), schedule.last(now - GRACE)
    if last and last < due:
        message = f"the start of {due:%a %d %b %Y, %H:%M} in {schedule.zone} was missed"
        advice = "see that the machine was on, and what cron mailed to this user; then `briefings run`"
        yield Finding(file="the schedule", message=message, advice=advice)


def has_no_cron() -> bool:
    """Return whether none of the machine's processes is cron; False where they cannot be listed."""
    names = [_read(process / "comm") for process in _PROCESSES.glob("[0-9]*")]
    return bool(names) and _CRONS.isdisjoint(names)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace").strip()
    except OSError:  # it has ended meanwhile
        return ""
