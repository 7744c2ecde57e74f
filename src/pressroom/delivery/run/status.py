"""How things stand: the last run, what readers have, what waits for approval, what comes next."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pressroom.data.findings import Finding, Refusal
from pressroom.delivery.approvals import Decision
from pressroom.delivery.log import BEGIN, END, Line, is_ahead, read_last_run
from pressroom.delivery.releases import Release, Releases
from pressroom.delivery.run.checks import check_ledger, check_schedule, check_subscribers
from pressroom.delivery.schedule.times import Schedule, ScheduleError
from pressroom.delivery.settings import Settings
from pressroom.delivery.storage import RUN_LOCK
from pressroom.edition.index import say_day
from pressroom.pages.words import plural


@dataclass(frozen=True)
class Status:
    """What an operator wants to know.

    Attributes
    ----------
    run
        The lines of the last run; none if there never was one.
    is_running
        Whether a run is at work now.
    last, approval, decision
        The newest release, who approved it, and what was decided on it last.
    read
        The release that readers have.
    schedule, next
        When runs begin, if the crontab has an entry for the project, and the next time.
    reached
        How many mails of the release that readers have are in which state.
    subscribers
        How many there are; None if there is no such file.
    trouble
        Why the releases cannot be read; ``""`` if they can.
    paused
        The addresses that get nothing, since their mails came back.
    findings
        What else keeps releases from their readers, or the schedule from starting runs.
    is_ahead
        Whether the log's last run is said to begin in the future.
    """

    run: tuple[Line, ...]
    is_running: bool
    last: Release | None
    approval: Decision | None
    decision: Decision | None
    read: Release | None
    schedule: Schedule | None
    next: datetime | None
    reached: Mapping[str, int]
    subscribers: int | None
    trouble: str = ""
    paused: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_ahead: bool = False

    @property
    def is_good(self) -> bool:
        """Return whether there is nothing that somebody has to mend."""
        return self.outcome not in ("failed", "killed") and not self.trouble and not self.findings

    @property
    def began(self) -> datetime | None:
        """Return when the last run began."""
        return datetime.fromisoformat(self.run[0].run) if self.run else None

    @property
    def outcome(self) -> str:
        """Return how the last run ended: ``good``, ``failed``, ``at work``, ``killed``, or ``never ran``."""
        if not self.run:
            return "never ran"
        if self.run[-1].step == END:
            return "good" if self.run[-1].is_good else "failed"
        return "at work" if self.is_running else "killed"

    @property
    def faults(self) -> list[Mapping[str, str]]:
        """Return what went wrong in the last run: place, reason and advice."""
        return list(self.run[-1].details.get("faults", ())) if self.run else []

    def tell(self) -> dict[str, Any]:
        """Return all of it for machines."""
        return {
            "run": self.run[0].run if self.run else None,
            "outcome": self.outcome,
            "steps": {line.step: line.is_good for line in self.run if line.step not in (BEGIN, END)},
            "faults": self.faults,
            "trouble": self.trouble,
            "findings": [{"place": f.place, "reason": f.reason, "advice": f.advice} for f in self.findings],
            "last_release": self.last.name if self.last else None,
            "recalled": self.decision.reason if self.decision else "",
            "approved_by": self.approval.by if self.approval else None,
            "readers_have": self.read.name if self.read else None,
            "next": self.next.isoformat() if self.next else None,
            "subscribers": self.subscribers,
            "mails": dict(self.reached),
            "paused": list(self.paused),
        }


def read_status(root: Path, settings: Settings, *, now: datetime) -> Status:
    """Return how things stand with a project."""
    releases = Releases(settings.releases)
    was_running = _is_locked(releases.state / RUN_LOCK)
    lines = tuple(read_last_run(releases.state))
    last, read, trouble = _find_releases(releases)
    schedule = _find_schedule(root)
    return Status(
        run=lines,
        # Looked at before and after: a run that begins or ends meanwhile was not killed.
        is_running=was_running or _is_locked(releases.state / RUN_LOCK),
        last=last,
        approval=releases.approval(last) if last else None,
        decision=None if not last or releases.is_open(last) else releases.approvals.read(last.name),
        read=read,
        schedule=schedule,
        next=schedule.next(now) if schedule else None,
        reached=_count_mails(releases.state, read.name) if read else {},
        subscribers=_count_subscribers(settings.subscribers),
        trouble=trouble,
        paused=_list_paused(releases.state),
        findings=() if trouble else tuple(_check(releases, settings, schedule, now)),
        is_ahead=bool(lines) and is_ahead(datetime.fromisoformat(lines[0].run), now),
    )


def _check(
    releases: Releases, settings: Settings, schedule: Schedule | None, now: datetime
) -> Iterator[Finding]:
    yield from check_ledger(releases)
    yield from check_subscribers(releases, settings)
    yield from check_schedule(schedule, releases.state, now)


def _find_releases(releases: Releases) -> tuple[Release | None, Release | None, str]:
    """Return the newest release, the one that readers have, and why they hear of none, or ``""``."""
    try:
        return releases.last(), releases.last(unapproved=False), ""
    except (Refusal, OSError) as error:
        return None, None, str(error)


def _find_schedule(root: Path) -> Schedule | None:
    from pressroom.delivery.schedule.crontab import find_entry, read_schedule

    try:
        entry = find_entry(root)
        return read_schedule(entry) if entry else None
    except ScheduleError:  # no cron here, or an entry that somebody changed
        return None


def _is_locked(file: Path) -> bool:
    try:
        with file.open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _count_mails(state: Path, release: str) -> Mapping[str, int]:
    from pressroom.delivery.mail.ledger import open_ledger
    from pressroom.delivery.mail.ledger_file import FILE

    if not (state / FILE).exists():
        return {}
    try:
        with open_ledger(state) as ledger:
            return ledger.count(release)
    except (Refusal, OSError):  # of which the findings tell
        return {}


def _list_paused(state: Path) -> tuple[str, ...]:
    from pressroom.delivery.mail.ledger import read_ledger

    try:
        with read_ledger(state) as ledger:
            return tuple(sorted(ledger.paused()))
    except (Refusal, OSError):
        return ()


def _count_subscribers(file: Path) -> int | None:
    try:
        rows = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return max(0, sum(1 for row in rows if row.strip(" ,")) - 1)


def say_status(status: Status) -> Iterator[str]:
    """Yield the lines of one screen."""
    yield from _say_run(status)
    if status.trouble:
        yield _row("Releases", f"cannot be read, so nothing new goes out: {status.trouble}")
    else:
        read = _say_release(status.read) if status.read else "nothing: no release is approved"
        yield _row("Last release", _say_last(status))
        yield _row("On the site", read)
    yield _row("Next start", _say_next(status))
    yield _row("Subscribers", _say_reached(status))
    if status.paused:
        yield _row("Paused", f"{', '.join(status.paused)}: mails came back; see `briefings bounced --help`")
    for number, finding in enumerate(status.findings):
        yield _row("" if number else "To mend", f"{finding.place}: {finding.reason}")
        yield _row("", f"  {finding.advice}")


def _say_run(status: Status) -> Iterator[str]:
    if status.began is None:
        yield _row("Last run", "there was none; `briefings run` makes one")
        return
    taken = f", {status.run[-1].seconds:.0f} s" if status.run[-1].step == END else ""
    yield _row("Last run", f"{_say_time(status.began)}{taken}: {status.outcome}")
    if status.is_ahead:
        yield _row("", "that is still to come: the clock was ahead then, or is behind now")
    if status.outcome == "killed":
        yield _row("", f"it came as far as {status.run[-1].step}; the next run makes it good")
    for fault in status.faults:
        yield _row("", f"{fault['place']}: {fault['reason']}")
        yield _row("", f"  {fault['advice']}")


def _say_last(status: Status) -> str:
    if status.last is None:
        return "none yet"
    said = _say_release(status.last)
    if status.decision:
        return f"{said}, {status.decision.say(say_day(status.decision.at.date()))}"
    return f"{said}; waits for `briefings approve {status.last.name}`"


def _say_release(release: Release) -> str:
    kept = sum(record.status == "kept" for record in release.records())
    copies = f", {kept} of them earlier copies" if kept else ""
    number = len(release.records())
    return f"{release.name} of {say_day(release.day)}, {number} {plural('briefing', number)}{copies}"


def _say_next(status: Status) -> str:
    if status.next is None or status.schedule is None:
        return "not in this user's crontab; see `briefings schedule --help`"
    return f"{status.next:%a %d %b %Y, %H:%M} in {status.schedule.zone}"


def _say_reached(status: Status) -> str:
    if status.subscribers is None:
        return "no subscribers' file"
    numbers = [f"{number} {_STATES.get(state, state)}" for state, number in status.reached.items() if number]
    if not numbers or status.read is None:
        return str(status.subscribers)
    return f"{status.subscribers}; mails of {status.read.name}: {', '.join(numbers)}"


_STATES = {"deferred": "put off", "pending": "to be sent", "sending": "cut off while being sent"}


def _say_time(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%a %d %b %Y, %H:%M} UTC"


def _row(label: str, said: str) -> str:
    return f"{label:14}{said}"
