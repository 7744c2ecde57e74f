from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from pressroom.delivery.schedule.crontab import make_entry
from pressroom.delivery.schedule.times import Schedule, name_own_zone

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def test_an_entry_has_whole_paths_and_names_its_time_zone() -> None:
    zone = name_own_zone()
    begin, remark, line, end = make_entry(
        Schedule("0 6 * * 1", zone), Path("/srv/a project"), ["--auto"], {}, NOW
    ).splitlines()
    assert (begin, end) == ("# briefings: begin /srv/a project", "# briefings: end /srv/a project")
    assert remark == f"# 0 6 * * 1 in {zone}"
    assert line.startswith("0 6 * * 1 LANG=C.UTF-8 /")
    assert line.endswith("/briefings run --quiet --project '/srv/a project' --auto")


def test_a_percent_sign_does_not_end_the_line() -> None:
    line = make_entry(Schedule("0 6 * * 1", name_own_zone()), Path("/srv/100%"), [], {}, NOW).splitlines()[2]
    assert line.endswith(r"--project /srv/100\%")


def test_a_time_of_another_zone_is_looked_at_by_the_command() -> None:
    zone = "Pacific/Marquesas"  # half an hour beside all others
    _, remark, line, _ = make_entry(Schedule("0 6 * * 1", zone), Path("/srv"), [], {}, NOW).splitlines()
    assert remark.startswith(f"# 0 6 * * 1 in {zone}, which is next 2026-")
    assert line.endswith(f"--due '0 6 * * 1' --time-zone {zone}")
