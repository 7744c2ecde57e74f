from __future__ import annotations

import os
import re
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from pressroom.delivery.schedule.systemd import list_calendars, make_units, name_units
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


AWKWARD = {
    "PRESSROOM_RELEASES": "/srv/100% \"ours\" 'n' $HOME \\\\ %h",
    "PRESSROOM_SITE_URL": "https://example.org/?a=b&c;#d",
    "PRESSROOM_SMTP_SENDER": "AICHR–UN briefings <desk@example.org>",
}


def write_units(text: str, folder: Path) -> list[Path]:
    """Write units as their remarks say."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for unit in re.split(r"^# Save as ", text, flags=re.MULTILINE)[1:]:
        file = folder / Path(unit.partition("\n")[0].partition(",")[0]).name
        file.write_text(f"# {unit}", "utf-8")
        written.append(file)
    return written


@pytest.mark.slow
def test_the_units_are_accepted(tmp_path: Path) -> None:
    root = tmp_path / "a folder, 100% ours"
    text = make_units(
        Schedule("0 6 * * 1", "Asia/Jakarta"), root, ["--auto"], AWKWARD, root / "100% my: word"
    )
    units = write_units(text, tmp_path)
    assert [unit.name for unit in units] == [f"{name_units(root)}.{kind}" for kind in ("service", "timer")]
    for unit in units:
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        ours = [line for line in done.stderr.splitlines() if "briefings" in line]
        assert ours == [], done.stderr
    assert '"' + str(root).replace("%", "%%") + '"' in text


def test_two_projects_have_units_of_their_own() -> None:
    one, other = (name_units(Path(path)) for path in ("/srv/The note", "/opt/ann/The note"))
    assert one != other
    assert one == name_units(Path("/srv/x/../The note"))
    assert re.fullmatch(r"briefings-the-note-[0-9a-f]{8}", one)
    assert re.fullmatch(r"briefings-[0-9a-f]{8}", name_units(Path("/srv/បញ្ជី")))
    text = make_units(Schedule("0 6 * * 1", "UTC"), Path("/srv/The note"), [], {})
    assert f"systemctl --user enable --now {one}.timer" in text
    assert "briefings.timer" not in text
    assert "LoadCredential" not in text


@pytest.mark.slow
def test_systemd_reads_back_what_the_service_carries(tmp_path: Path) -> None:
    file = tmp_path / "100% a: b"
    text = make_units(Schedule("0 6 * * 1", "UTC"), tmp_path, [], AWKWARD, file)
    service, _ = write_units(text, tmp_path)
    command = ["systemd-analyze", "verify", "--man=no", service]
    # So it dumps the unit as it has read it.
    told = subprocess.run(
        command, capture_output=True, text=True, env=os.environ | {"SYSTEMD_LOG_LEVEL": "debug"}
    )
    for name, value in AWKWARD.items():
        assert f"Environment: {name}={value}\n" in told.stdout
    assert f"LoadCredential=smtp_password:{str(file).replace('%', '%%')}\n" in text
