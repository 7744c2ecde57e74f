"""How things stand, on one screen and for machines."""

from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path

import pytest
from house import House
from mail_server import run_mail_server

from pressroom.delivery.log import Line, write_line

FAKE_CRONTAB = """#!/bin/sh
if [ "$1" = -l ]; then cat {file} 2>/dev/null || {{ echo "no crontab for you" >&2; exit 1; }}
elif [ "$1" = -r ]; then rm -f {file}
else cat > {file}; fi
"""


@pytest.fixture
def crontab(house: House, tmp_path: Path) -> Path:
    """Have the commands find a program of that name which keeps its table in a file."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "crontab").write_text(FAKE_CRONTAB.format(file=tmp_path / "table"), "utf-8")
    (folder / "crontab").chmod(0o755)
    house.environment["PATH"] = f"{folder}:{house.full_environment['PATH']}"
    return tmp_path / "table"


def status(house: House) -> str:
    return house.run("status").stdout


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
    told = status(house)
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
        told = status(house)
    assert ("at work" in told) == locked
    assert ("killed" in told) == (not locked)
    assert ("it came as far as build" in told) == (not locked)


def test_the_next_start_is_that_of_the_crontab(house: House, crontab: Path) -> None:
    house.run("schedule", "--cron", "0 6 * * 1", "--time-zone", "Asia/Jakarta", "--install")
    assert str(house.root) in crontab.read_text("utf-8")
    told = status(house)
    assert ", 06:00 in Asia/Jakarta" in told
    assert "Mon " in told.split("Next start")[1]
    assert json.loads(house.run("status", "--json").stdout)["next"].endswith("+07:00")
    assert "0 6 * * 1 in Asia/Jakarta" in house.run("schedule", "--list").stdout
    house.run("schedule", "--remove")
    assert "not in this user's crontab" in status(house)


def test_a_release_that_cannot_be_read_hides_nothing_else(house: House) -> None:
    house.run("run")
    (house.root / "releases" / "two" / "release.json").unlink()
    told = status(house)
    assert ": good" in told
    assert "releases/two/release.json cannot be read" in told
    assert "Subscribers" in told
    assert "two" in json.loads(house.run("status", "--json").stdout)["trouble"]
