"""How things stand, on one screen and for machines."""

from __future__ import annotations

import fcntl
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from house import House
from mail_server import run_mail_server

from pressroom.delivery.log import Line, write_line
from pressroom.delivery.run import checks
from pressroom.delivery.run.checks import check_schedule, has_no_cron
from pressroom.delivery.schedule.times import Schedule


def status(house: House, *, code: int = 0) -> str:
    return house.run("status", code=code).stdout


def test_before_the_first_run(house: House, crontab: Path) -> None:
    shutil.rmtree(house.root / "releases")
    told = status(house)
    assert "there was none; `briefings run` makes one" in told
    assert "Last release  none yet" in told
    assert "nothing: no release is approved" in told
    assert "not in this user's crontab" in told
    assert "no subscribers' file" in told


@pytest.mark.slow
def test_after_a_good_run(house: House, tmp_path: Path) -> None:
    house.subscribe("asha@example.org,Asha,year=2017,pdf", "bo@example.org,Bo,*,pdf")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("run")
    told = status(house)
    assert ": good" in told
    assert "waits for `briefings approve two`" in told
    assert "On the site   one of" in told
    assert "2; mails of one: 2 accepted" in told
    assert len(told.splitlines()) < 24
    machines = json.loads(house.run("status", "--json").stdout)
    assert machines["outcome"] == "good"
    assert (machines["last_release"], machines["readers_have"], machines["approved_by"]) == (
        "two",
        "one",
        None,
    )
    assert machines["mails"] == {"accepted": 2}
    assert machines["steps"]["deliver"] is True


def test_a_failure_is_told_with_what_to_do(house: House) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-14,2017-11-13")
    house.run("run", code=2)
    told = status(house, code=1)
    assert ": failed" in told
    assert "activities.csv, row" in told
    assert "correct the cell" in told


@pytest.mark.parametrize("locked", [True, False])
def test_a_run_without_an_end_is_at_work_or_was_killed(house: House, locked: bool) -> None:
    state = house.root / "releases" / "_state"
    for step in ("begin", "check", "build"):
        write_line(state, Line("2026-11-26T06:00:00.000+00:00", step, True, 1))
    with (state / "run.lock").open("a") as lock:
        if locked:
            fcntl.flock(lock, fcntl.LOCK_EX)
        told = status(house, code=0 if locked else 1)
    assert ("at work" in told) == locked
    assert ("killed" in told) == (not locked)
    assert ("it came as far as build" in told) == (not locked)


def test_the_next_start_is_that_of_the_crontab(house: House, crontab: Path) -> None:
    house.run("schedule", "--cron", "0 6 * * 1", "--time-zone", "Asia/Jakarta", "--install")
    assert str(house.root) in crontab.read_text("utf-8")
    code = int(has_no_cron())
    told = status(house, code=code)
    assert ("no cron is running" in told) == has_no_cron()
    assert ", 06:00 in Asia/Jakarta" in told
    assert "Mon " in told.split("Next start")[1]
    assert json.loads(house.run("status", "--json", code=code).stdout)["next"].endswith("+07:00")
    assert "0 6 * * 1 in Asia/Jakarta" in house.run("schedule", "--list").stdout
    house.run("schedule", "--remove")
    assert "not in this user's crontab" in status(house)


def test_a_release_that_cannot_be_read_hides_nothing_else(house: House) -> None:
    house.run("run")
    (house.root / "releases" / "two" / "release.json").unlink()
    told = status(house, code=1)
    assert ": good" in told
    assert "releases/two/release.json cannot be read" in told
    assert "Subscribers" in told
    assert "two" in json.loads(house.run("status", "--json", code=1).stdout)["trouble"]


def test_what_will_keep_mails_from_readers_is_told_before_it_does(house: House) -> None:
    house.subscribe("ann@example.org,,yaer=2017,pdf", "bob@example,,*,odt")
    (house.root / "releases" / "_state" / "ledger.sqlite").write_bytes(b"no database at all" * 100)
    told = status(house, code=1)
    for words in ("subscribers.csv, row 2", '"odt" is no format', "row 3", "not a database", "--new-ledger"):
        assert words in told, told
    places = [one["place"] for one in json.loads(house.run("status", "--json", code=1).stdout)["findings"]]
    assert places[0] == "the delivery ledger"


def test_a_ledger_that_cannot_be_opened_hides_nothing_else(house: House) -> None:
    (house.root / "releases" / "_state" / "ledger.sqlite").mkdir()
    told = status(house, code=1)
    assert "Is a directory" in told
    assert "see that the disk has room" in told
    assert "--new-ledger" not in told
    assert "Subscribers" in told


def test_a_run_that_began_in_the_future_is_told(house: House) -> None:
    state = house.root / "releases" / "_state"
    for step in ("begin", "run"):
        write_line(state, Line("2999-01-01T06:00:00.000+00:00", step, True, 1))
    assert "the clock was ahead then" in status(house)


def test_a_missed_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "has_no_cron", lambda: False)
    weekly, now = Schedule("0 6 * * 1", "UTC"), datetime(2026, 11, 25, tzinfo=UTC)
    assert not [*check_schedule(weekly, tmp_path, now)]
    write_line(tmp_path, Line("2026-11-23T06:00:01.000+00:00", "begin", True, 0))
    assert not [*check_schedule(weekly, tmp_path, now)]
    assert not [*check_schedule(weekly, tmp_path, datetime(2026, 11, 30, 6, 10, tzinfo=UTC))]
    [finding] = check_schedule(weekly, tmp_path, datetime(2026, 11, 30, 7, tzinfo=UTC))
    assert "Mon 30 Nov 2026, 06:00 in UTC was missed" in finding.reason
