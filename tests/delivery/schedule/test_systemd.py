from __future__ import annotations

import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from pressroom.delivery.schedule.systemd import list_calendars, make_units
from pressroom.delivery.schedule.times import Schedule, ScheduleError

CASES = [
    ("0 6 * * 1", ["Mon *-*-* 06:00:00 Asia/Jakarta"]),
    ("0 6 * * *", ["*-*-* 06:00:00 Asia/Jakarta"]),
    ("*/30 8-9 1 */6 *", ["*-01,07-01 08,09:00,30:00 Asia/Jakarta"]),
    ("0 0 * * 0", ["Sun *-*-* 00:00:00 Asia/Jakarta"]),
    ("0 0 * * 7", ["Sun *-*-* 00:00:00 Asia/Jakarta"]),
    ("5 4 13 * 5", ["*-*-13 04:05:00 Asia/Jakarta", "Fri *-*-* 04:05:00 Asia/Jakarta"]),
]


@pytest.mark.parametrize(("expression", "lines"), CASES)
def test_a_schedule_is_said_as_systemd_does(expression: str, lines: list[str]) -> None:
    assert list_calendars(Schedule(expression, "Asia/Jakarta")) == lines


@pytest.mark.parametrize("expression", ["0 6 L * *", "0 6 * * 1#2"])
def test_what_systemd_has_no_words_for_is_refused(expression: str) -> None:
    with pytest.raises(ScheduleError, match="plain days"):
        list_calendars(Schedule(expression, "UTC"))


@pytest.mark.slow
@pytest.mark.parametrize("expression", [expression for expression, _ in CASES])
def test_systemd_means_the_same_times(expression: str) -> None:
    schedule = Schedule(expression, "Asia/Jakarta")
    found = []
    for line in list_calendars(schedule):
        command = ["systemd-analyze", "calendar", "--iterations=3", "--base-time=2026-11-25", line]
        told = subprocess.run(command, capture_output=True, text=True, check=True, env={"TZ": "UTC"}).stdout
        found += [
            datetime.strptime(text.split(": ", 1)[1][4:] + "+0000", "%Y-%m-%d %H:%M:%S UTC%z")
            for text in told.splitlines()
            if "Next elapse" in text or "Iter. #" in text
        ]
    times = schedule.times(datetime.fromisoformat("2026-11-25T00:00+00:00"))
    assert sorted(found)[:3] == [next(times) for _ in range(3)]


@pytest.mark.slow
def test_the_units_are_accepted(tmp_path: Path) -> None:
    root = tmp_path / "a folder, 100% ours"
    text = make_units(Schedule("0 6 * * 1", "Asia/Jakarta"), root, ["--auto"])
    service, timer = text.split("# Save as ~/.config/systemd/user/briefings.timer")
    (tmp_path / "briefings.service").write_text(service, "utf-8")
    (tmp_path / "briefings.timer").write_text("#" + timer, "utf-8")
    for name in ("briefings.service", "briefings.timer"):
        done = subprocess.run(
            ["systemd-analyze", "verify", "--man=no", tmp_path / name], capture_output=True, text=True
        )
        ours = [line for line in done.stderr.splitlines() if "briefings" in line]
        assert ours == [], done.stderr
    assert '"' + str(root).replace("%", "%%") + '"' in service
