from __future__ import annotations

from datetime import UTC, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest

from pressroom.delivery.schedule.times import Schedule, ScheduleError, wake_up

JAKARTA, MONDAYS = "Asia/Jakarta", "0 6 * * 1"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_the_next_time_is_one_of_the_named_zone() -> None:
    after = Schedule(MONDAYS, JAKARTA).next(utc("2026-11-25T00:00"))
    assert after == utc("2026-11-29T23:00")
    assert after.hour == 6


@pytest.mark.parametrize(
    ("expression", "zone", "words"),
    [
        ("0 25 * * 1", JAKARTA, "no cron expression: bad hour"),
        ("6 * * 1", JAKARTA, "not five fields"),
        ("0 0 6 * * 1", JAKARTA, "not five fields"),
        ("0 0 31 2 *", JAKARTA, '"0 0 31 2 *"'),
        (MONDAYS, "Jakarta", "nearest: Asia/Jakarta"),
        (MONDAYS, "../../etc/passwd", "no time zone"),
    ],
)
def test_what_cannot_be_meant_is_refused(expression: str, zone: str, words: str) -> None:
    with pytest.raises(ScheduleError, match=words.replace("*", r"\*")):
        Schedule(expression, zone)


@pytest.mark.parametrize(
    ("last_run", "now", "due"),
    [
        (None, "2026-11-29T23:00", True),
        (None, "2026-11-30T12:00", False),
        ("2026-11-22T23:00:30", "2026-11-29T22:59", False),
        ("2026-11-22T23:00:30", "2026-11-29T23:00", True),
        ("2026-11-22T23:00:30", "2026-12-02T09:00", True),
        ("2026-11-29T23:00:10", "2026-11-29T23:00:50", False),
        ("2026-11-29T23:00:10", "2026-11-30T23:00", False),
    ],
)
def test_a_run_is_due_once_for_each_time_also_a_missed_one(last_run: str | None, now: str, due: bool) -> None:
    schedule = Schedule(MONDAYS, JAKARTA)
    assert schedule.is_due(utc(last_run) if last_run else None, utc(now)) is due


@pytest.mark.parametrize(
    ("expression", "zone", "clock", "told"),
    [
        (MONDAYS, JAKARTA, JAKARTA, (MONDAYS, False)),
        (MONDAYS, JAKARTA, "Asia/Bangkok", (MONDAYS, False)),
        (MONDAYS, JAKARTA, "UTC", ("0 23 * * *", True)),
        ("15 6 * * *", "Asia/Yangon", "UTC", ("45 23 * * *", True)),
        (MONDAYS, "Europe/Berlin", "UTC", ("0 4,5 * * *", True)),
        (MONDAYS, JAKARTA, "Europe/Berlin", ("0 0,1 * * *", True)),
        ("*/30 * * * *", JAKARTA, "UTC", ("0,30 * * * *", True)),
    ],
)
def test_a_clock_of_another_zone_wakes_whenever_it_may_be_time(
    expression: str, zone: str, clock: str, told: tuple[str, bool]
) -> None:
    now = utc("2026-11-25T00:00")
    assert wake_up(Schedule(expression, zone), ZoneInfo(clock), now) == told


@pytest.mark.parametrize("zone", ["Asia/Yangon", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_no_time_of_a_year_is_slept_through(zone: str) -> None:
    """Wake as the clock does, for a year: each time is due at one waking, and at one only."""
    schedule, now = Schedule("20 3,18 * * 2,5", zone), utc("2026-01-01T00:00")
    expression, guarded = wake_up(schedule, UTC, now)
    assert guarded
    run, runs = now, []
    for waking in Schedule(expression, "UTC").times(now):
        if waking > utc("2026-12-31T00:00"):
            break
        if schedule.is_due(run, waking):
            runs.append(waking)
            run = waking
    meant = list(takewhile(lambda time: time <= runs[-1], schedule.times(now)))
    assert runs == meant
    assert len(runs) > 200
