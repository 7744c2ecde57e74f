from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pressroom.delivery.schedule.crontab import make_entry, read_schedule, read_variables
from pressroom.delivery.schedule.times import Schedule, ScheduleError, name_own_zone

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


@pytest.mark.parametrize("zone", ["Asia/Jakarta", "Pacific/Marquesas", name_own_zone()])
def test_an_entry_says_what_it_was_made_of(zone: str) -> None:
    told = {"PRESSROOM_A": 'it\'s 50% or \\% of "all"', "PRESSROOM_B": "", "PRESSROOM_C": "x=1 run"}
    schedule = Schedule("0 6 * * 1", zone)
    entry = make_entry(schedule, Path("/srv/A=1 B=2"), ["--auto"], told, NOW)
    assert read_schedule(entry) == schedule
    assert read_variables(entry) == {"LANG": "C.UTF-8", **told}


@pytest.mark.parametrize("text", ["x" * 1000, "é" * 500, "%" * 500])
def test_a_line_that_cron_would_not_read_is_refused(text: str) -> None:
    zone = name_own_zone()
    with pytest.raises(ScheduleError, match=r"cron reads 998; set in settings\.toml .*: PRESSROOM_A"):
        make_entry(Schedule("0 6 * * 1", zone), Path("/srv"), [], {"PRESSROOM_A": text}, NOW)
    fits = "x" * (998 - len(read_command({"PRESSROOM_A": ""})) + 2)  # which has quotes
    assert len(read_command({"PRESSROOM_A": fits})) == 998


def read_command(variables: Mapping[str, str]) -> str:
    entry = make_entry(Schedule("0 6 * * 1", name_own_zone()), Path("/srv"), [], variables, NOW)
    return entry.splitlines()[2].split(" ", 5)[5]
