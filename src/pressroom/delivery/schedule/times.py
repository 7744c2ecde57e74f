"""When a run is due, a cron expression in a time zone that is named; and the command that a timer starts.

Cron's daemon knows the machine's own zone alone (Debian's ignores CRON_TZ), and GitHub knows UTC alone. Where
such a clock cannot say what is meant, it wakes the command at each time of day that may be one, and the
command goes on only if one has passed since the last run.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

from pressroom.data.findings import Refusal, find_nearest, quote

if TYPE_CHECKING:
    from cronsim import CronSim


FRESH = timedelta(hours=12)
"""How long after its time a first run still begins, where no earlier one is known."""

_A_YEAR = timedelta(days=366)
_ENOUGH = 366 * 24  # times of one an hour in a year; what comes more often falls into every hour anyway


class ScheduleError(Refusal):
    """A schedule cannot be understood, or cannot be said in another form."""


@dataclass(frozen=True)
class Schedule:
    """A cron expression (minute, hour, day, month, weekday) and the time zone that it is meant in.

    Raises
    ------
    ScheduleError
        If the expression or the zone is unknown, or no time ever matches.
    """

    expression: str
    zone: str

    def __post_init__(self) -> None:
        if self.zone not in available_timezones():
            nearest = find_nearest(self.zone, available_timezones())
            hint = f"; nearest: {nearest}" if nearest else ""
            raise ScheduleError(f"there is no time zone {quote(self.zone)}, such as Asia/Jakarta{hint}")
        self.next(datetime.now(UTC))

    def next(self, after: datetime) -> datetime:
        """Return the first time after a moment."""
        try:
            return next(self.times(after))
        except StopIteration:
            raise ScheduleError(f"no time ever matches {quote(self.expression)}") from None

    def last(self, before: datetime) -> datetime:
        """Return the last time at or before a moment."""
        return next(self.times(before + timedelta(minutes=1), backwards=True))

    def is_due(self, last_run: datetime | None, now: datetime) -> bool:
        """Return whether a time has passed since the last run; without any, whether one has just passed."""
        time = self.last(now)
        return now - time < FRESH if last_run is None else last_run < time

    def times(self, start: datetime, *, backwards: bool = False) -> CronSim:
        """Return all times from a moment on, which itself does not count."""
        from cronsim import CronSim, CronSimError

        if len(self.expression.split()) != 5:
            raise ScheduleError(
                f"{quote(self.expression)} has not five fields: minute, hour, day, month, weekday"
            )
        try:
            return CronSim(self.expression, start.astimezone(ZoneInfo(self.zone)), reverse=backwards)
        except CronSimError as error:
            raise ScheduleError(
                f"{quote(self.expression)} is no cron expression: {str(error).lower()}"
            ) from None


def wake_up(schedule: Schedule, clock: tzinfo | None, now: datetime) -> tuple[str, bool]:
    """Return a cron expression for a clock in another zone, and whether the command must look if it is due.

    Parameters
    ----------
    clock
        The zone of the clock; None for the machine's own.
    now
        The offsets are those of the year after this moment.
    """
    meant = list(islice(_within_a_year(schedule, now), _ENOUGH))
    local = [time.astimezone(clock) for time in meant]
    if all(one.utcoffset() == other.utcoffset() for one, other in zip(meant, local, strict=True)):
        return schedule.expression, False
    minutes, hours = ({getattr(time, part) for time in local} for part in ("minute", "hour"))
    return f"{_say(minutes, 60)} {_say(hours, 24)} * * *", True


def name_own_zone() -> str:
    """Return the name of the machine's time zone, else UTC."""
    from os import environ
    from pathlib import Path

    link = Path("/etc/localtime").resolve().as_posix()
    candidates = (environ.get("TZ", "").lstrip(":"), link.partition("zoneinfo/")[2])
    return next((name for name in candidates if name in available_timezones()), "UTC")


def find_program() -> Path:
    """Return the path of ``briefings`` in this environment."""
    beside = Path(sys.executable).with_name("briefings")
    return beside if beside.exists() else Path(sys.argv[0]).absolute()


def list_arguments(root: Path, options: Iterable[str], due: Schedule | None) -> list[str]:
    """Return what follows the program's name.

    Parameters
    ----------
    options
        Those of ``briefings run`` that the operator chose, such as ``--auto``.
    due
        The schedule, if the command itself must look whether a time of it has come.
    """
    guard = ["--due", due.expression, "--time-zone", due.zone] if due else []
    return ["run", "--quiet", "--project", str(root), *options, *guard]


def say_command(
    root: Path, options: Iterable[str], due: Schedule | None, variables: Mapping[str, str]
) -> str:
    """Return the whole line as a shell reads it: what it has to find set, and the command."""
    assignments = [f"{name}={shlex.quote(text)}" for name, text in variables.items()]
    return " ".join([*assignments, shlex.join([str(find_program()), *list_arguments(root, options, due)])])


def _within_a_year(schedule: Schedule, now: datetime) -> list[datetime]:
    times: list[datetime] = []
    for time in schedule.times(now):
        if times and (time - now > _A_YEAR or len(times) == _ENOUGH):
            break
        times.append(time)
    return times


def _say(numbers: set[int], all_of_them: int) -> str:
    return "*" if len(numbers) == all_of_them else ",".join(map(str, sorted(numbers)))
