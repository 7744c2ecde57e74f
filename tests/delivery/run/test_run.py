"""A run from the data to the readers, with a real mail server; whatever fails, the rest goes on."""

from __future__ import annotations

import fcntl
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from house import House, no_file_larger_than
from mail_server import MailServer, run_mail_server

from pressroom.delivery.releases import Releases

pytestmark = pytest.mark.slow

MAKING = ["begin", "check", "build", "release"]
PUBLISHING = ["approve", "site", "deliver", "run"]
LARGEST = 100_000_000
WRONG = ("2017-11-14,2017-11-16", "2017-11-14,2017-11-13")


def lines(house: House) -> list[dict[str, Any]]:
    """Return the log's lines of the last run."""
    log = house.root / "releases" / "_state" / "runs.jsonl"
    told = [json.loads(text) for text in log.read_text("utf-8").splitlines()]
    return [line for line in told if line["run"] == told[-1]["run"]]


def step(house: House, name: str) -> dict[str, Any]:
    [found] = [line for line in lines(house) if line["step"] == name]
    return found


def names(house: House, *, unapproved: bool = True) -> list[str]:
    return [r.name for r in Releases(house.root / "releases").shown(unapproved=unapproved)]


def break_year(house: House, year: int) -> None:
    """Have the notebook fail for one year."""
    notebook = house.root / "notebooks" / "year.ipynb"
    told = json.loads(notebook.read_text("utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    code[1]["source"] = [f"assert year != {year}, 'no such page'\n", *code[1]["source"]]
    notebook.write_text(json.dumps(told), "utf-8")


def maintain(house: House, server: MailServer) -> None:
    house.use(server)
    if not (house.root / "subscribers.csv").exists():
        house.subscribe()
    house.environment["PRESSROOM_MAINTAINERS"] = "one@example.org,two@example.org"


def test_the_first_run_releases_and_the_second_settles(house: House) -> None:
    shutil.rmtree(house.root / "releases")
    house.run("run")
    assert [line["step"] for line in lines(house)] == [*MAKING, *PUBLISHING[:-1], "notice", "run"]
    assert all(line["ok"] for line in lines(house))
    assert names(house) == ["1.0.0"]
    house.run("run")
    assert names(house) == ["1.0.0"]
    assert step(house, "release")["last"] == "1.0.0"
    assert step(house, "build")["built"] == 0


def test_a_run_without_anything_new_leaves_the_site_as_it_is(house: House) -> None:
    def read_times() -> dict[str, int]:
        current = (house.root / "reports" / "site" / "current").resolve()
        return {str(path): path.stat().st_mtime_ns for path in (current, *current.rglob("*"))}

    house.environment["PRESSROOM_SITE_URL"] = "https://example.org"
    house.run("run", "--auto")
    site, before = house.root / "reports" / "site" / "current", read_times()
    assert "https://example.org/year/2017.html" in (site / "sitemap.xml").read_text("utf-8")
    house.run("run", "--auto")
    assert step(house, "site")["ok"]
    assert read_times() == before


def test_a_correction_makes_one_release_and_then_settles(house: House) -> None:
    """The new release has other data than the one before, so pages look back to another one."""
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    for _ in range(3):
        house.run("run")
    assert names(house) == ["one", "two", "1.0.0"]
    assert step(house, "build")["built"] == 0


def test_nothing_reaches_a_reader_that_nobody_approved(house: House, tmp_path: Path) -> None:
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("run")
        assert step(house, "approve")["waiting"] == "two"
        assert (house.root / "reports" / "site" / "current" / "releases" / "one").is_dir()
        assert not (house.root / "reports" / "site" / "current" / "releases" / "two").exists()
        assert len(server.accepted()) == 1
        house.run("run", "--auto")
        assert names(house, unapproved=False) == ["one", "two"]
        assert (house.root / "reports" / "site" / "current" / "releases" / "two").is_dir()
        subjects = [mail["Subject"] for _, mail in server.accepted()]
        assert ["Correction" in subject for subject in subjects] == [False, True]
        house.run("run", "--auto")
        assert len(server.accepted()) == 2


def test_an_approval_that_was_withdrawn_is_not_given_back(house: House) -> None:
    house.run("approve", "two", "--withdraw")
    house.run("run", "--auto")
    assert names(house, unapproved=False) == ["one"]


def test_bad_data_build_nothing_and_are_a_failure(house: House, tmp_path: Path) -> None:
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    house.correct(*WRONG)
    with run_mail_server(tmp_path / "mail") as server:
        maintain(house, server)
        told = house.run("run", code=2)
        assert "activities.csv, row" in told.stderr
        assert [line["step"] for line in lines(house)] == ["begin", "check", *PUBLISHING[:3], "alarm", "run"]
        assert step(house, "run")["bad_data"]
        assert names(house) == ["one", "two"]
        to = [address for address, _ in server.accepted()]
        assert sorted(to) == ["asha@example.org", "one@example.org", "two@example.org"]


def test_a_failure_is_told_once_with_cell_reason_and_advice(house: House, tmp_path: Path) -> None:
    break_year(house, 2018)
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    with run_mail_server(tmp_path / "mail") as server:
        maintain(house, server)
        house.run("run", "--auto", code=1)
        (_, mail), (_, other) = server.accepted()
        assert {mail["To"], other["To"]} == {"one@example.org", "two@example.org"}
        assert "1 fault" in mail["Subject"]
        words = mail.get_content()
        assert "year/2018, cell [" in words
        assert "no such page" in words
        assert "briefings build year/2018" in words
        assert mail["Auto-Submitted"] == "auto-generated"
        for _ in range(2):
            house.run("run", "--auto", code=1)
        assert len(server.accepted()) == 2
    last = Releases(house.root / "releases").last()
    assert last is not None
    assert last.manifest.records["year/2018"].status == "kept"
    page = house.root / "reports" / "site" / "current" / "year" / "2018.html"
    assert "no such page" not in page.read_text("utf-8")
    assert "earlier" in page.read_text("utf-8").lower()


def test_a_good_run_tells_maintainers_nothing(house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        maintain(house, server)
        house.run("run")
        assert server.accepted() == []


def test_a_mail_server_that_is_down_stops_nothing_else(house: House) -> None:
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    told = {"host": "127.0.0.1", "port": "1", "sender": "desk@example.org", "pauses": "0"}
    told |= {"user": "briefings", "password": "kLo9-wordless-sesame"}
    house.environment.update({f"PRESSROOM_SMTP_{name.upper()}": text for name, text in told.items()})
    house.environment["PRESSROOM_MAINTAINERS"] = "one@example.org"
    done = house.run("run", code=1)
    assert [step(house, name)["ok"] for name in ("site", "deliver", "alarm", "run")] == [
        True,
        False,
        False,
        False,
    ]
    assert "sesame" not in done.stderr + (house.root / "releases" / "_state" / "runs.jsonl").read_text()
    assert (house.root / "reports" / "site" / "current" / "index.html").is_file()


def test_an_edition_without_a_briefing_is_a_failure(house: House) -> None:
    (house.root / "notebooks" / "year.ipynb").unlink()
    assert "no briefing was built" in house.run("run", code=1).stderr
    assert names(house) == ["one", "two"]


def test_a_second_run_beside_the_first_does_nothing(house: House) -> None:
    house.run("run")
    before = (house.root / "releases" / "_state" / "runs.jsonl").read_bytes()
    with (house.root / "releases" / "_state" / "run.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "another run is at work" in house.run("run").stderr
    assert (house.root / "releases" / "_state" / "runs.jsonl").read_bytes() == before


def test_a_run_that_is_not_due_does_nothing(house: House) -> None:
    house.run("run")
    before = lines(house)
    house.run("run", "--due", "0 6 1 1 *", "--time-zone", "Asia/Jakarta")
    assert lines(house) == before
    assert "no time zone" in house.run("run", "--due", "* * * * *", "--time-zone", "Mars", code=2).stderr


def test_quiet_says_only_what_went_wrong(house: House) -> None:
    done = house.run("run", "--quiet")
    assert (done.stdout, done.stderr) == ("", "")
    house.correct(*WRONG)
    done = house.run("run", "--quiet", code=2)
    assert done.stdout == ""
    assert "activities.csv" in done.stderr


def test_a_wrong_setting_is_told_before_anything_is_done(house: House) -> None:
    (house.root / "settings.toml").write_text('relases = "x"', "utf-8")
    assert "nearest: releases" in house.run("run", code=2).stderr
    assert not (house.root / "releases" / "_state" / "runs.jsonl").exists()


def test_a_folder_that_cannot_hold_releases_is_named(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    house.environment["PRESSROOM_RELEASES"] = str(tmp_path / "file" / "releases")
    told = house.run("run", code=1).stderr
    assert "Traceback" not in told
    assert str(tmp_path / "file") in told


@pytest.mark.parametrize("name", ["edition/manifest.json", "release.json"])
def test_a_release_that_was_spoilt_is_named_and_nothing_goes_out(house: House, name: str) -> None:
    (house.root / "releases" / "two" / name).unlink()
    told = house.run("run", code=1).stderr
    assert "releases/two" in told
    assert "Traceback" not in told


def test_a_log_without_room_stops_nothing_and_is_told(house: House, tmp_path: Path) -> None:
    house.subscribe("asha@example.org,Asha,year=2017,pdf")
    log = house.root / "releases" / "_state" / "runs.jsonl"
    with log.open("ab") as file:
        file.truncate(LARGEST)
    with run_mail_server(tmp_path / "mail") as server, no_file_larger_than(LARGEST):
        maintain(house, server)
        told = house.run("run", code=1).stderr
        assert told.count("runs.jsonl: File too large") == 1
        assert "Traceback" not in told
        to = [address for address, _ in server.accepted()]
        assert sorted(to) == ["asha@example.org", "one@example.org", "two@example.org"]


def test_a_site_that_cannot_be_written_is_no_fault_of_the_program(house: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    house.environment["PRESSROOM_SITE"] = str(tmp_path / "file" / "site")
    told = house.run("run", code=1).stderr
    assert str(tmp_path / "file") in told
    assert "fault of the program" not in told
    assert "traceback" not in step(house, "site")


def test_maintainers_hear_once_of_a_release_that_waits(house: House, tmp_path: Path) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    with run_mail_server(tmp_path / "mail") as server:
        maintain(house, server)
        house.run("run")
        house.run("run")
        assert sorted(to for to, _ in server.accepted()) == ["one@example.org", "two@example.org"]
        _, mail = server.accepted()[0]
        assert "1.0.0 waits for approval" in mail["Subject"]
        assert "briefings approve 1.0.0" in mail.get_content()
        assert "From one to 1.0.0: activities: 1 corrected" in mail.get_content()


def test_a_site_of_which_nothing_is_approved_any_more_is_taken_down(house: House) -> None:
    house.run("run")
    site = house.root / "reports" / "site" / "current"
    assert site.exists()
    house.run("approve", "one", "--withdraw")
    house.run("run")
    assert not site.exists()
    assert step(house, "site")["taken_down"] is True


def test_mails_that_are_meant_need_a_file_of_subscribers(house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        assert "there is no such file" in house.run("run", code=1).stderr


def test_a_release_that_waits_is_told_of_by_the_next_run_that_can(house: House, tmp_path: Path) -> None:
    house.correct("2017-11-14,2017-11-16", "2017-11-15,2017-11-16")
    with run_mail_server(tmp_path / "mail") as server:
        maintain(house, server)
    house.run("run", code=1)
    with run_mail_server(tmp_path / "mail-2") as server:
        maintain(house, server)
        house.run("run")
        house.run("run")
        subjects = [str(mail["Subject"]) for _, mail in server.accepted()]
    assert len([subject for subject in subjects if "1.0.0 waits for approval" in subject]) == 2
