"""A ledger that was lost, emptied or restored from an earlier copy sends nobody everything once more."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from house import House
from mail_server import run_mail_server

from pressroom.delivery.mail.ledger import Holding, open_ledger
from pressroom.delivery.mail.ledger_file import FILE

pytestmark = pytest.mark.slow

ANN, BOB = "ann@example.org,Ann,year=2017,pdf", "bob@example.org,,year=2018,"


def _forget_the_record(releases: Path) -> None:
    """Leave what an earlier version left: a log that tells of mails, and no record of deliveries."""
    (releases / "deliveries.jsonl").unlink()
    (releases / "_state" / FILE).unlink()


LOST: dict[str, Callable[[Path], object]] = {
    "deleted": lambda releases: (releases / "_state" / FILE).unlink(),
    "emptied": lambda releases: (releases / "_state" / FILE).write_bytes(b""),
    "without a record": _forget_the_record,
}


@pytest.mark.parametrize("lost", LOST)
def test_a_lost_ledger_is_a_fault_until_somebody_says_to_go_on(
    house: House, tmp_path: Path, lost: str
) -> None:
    house.subscribe(ANN)
    releases = house.root / "releases"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("run")
        assert len(server.recipients()) == 1
        LOST[lost](releases)
        assert "delivery ledger is not the one" in house.run("run", code=1).stderr
        assert "1 mails were accepted" in house.run("deliver", code=2).stderr
        assert "--new-ledger" in house.run("deliver", "--dry-run", str(tmp_path / "dry"), code=2).stderr
        assert len(server.recipients()) == 1
        assert "1 mail accepted" in house.run("deliver", "--new-ledger").stdout
        assert "0 mails accepted" in house.run("deliver").stdout
        assert len(server.recipients()) == 2


def test_an_earlier_copy_of_the_ledger_is_known_for_one(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    state = house.root / "releases" / "_state"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        shutil.copy(state / FILE, tmp_path / "copy")
        house.subscribe(ANN, BOB)
        house.run("deliver")
        shutil.copy(tmp_path / "copy", state / FILE)
        assert "2 mails were accepted, and it knows of 1" in house.run("deliver", code=2).stderr
        assert len(server.recipients()) == 2


def test_a_server_that_takes_nothing_makes_no_fault_of_the_ledger(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
    house.run("deliver", code=1)
    house.subscribe(BOB)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        assert "1 mail accepted" in house.run("deliver").stdout


def test_a_release_made_again_under_its_name_reaches_those_who_had_the_first(
    house: House, tmp_path: Path
) -> None:
    """What is called ``one`` now is what was ``two``: of 2017 it says something else, of 2018 the same."""
    house.subscribe(ANN, BOB)
    releases = house.root / "releases"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        shutil.rmtree(releases / "one")
        shutil.rmtree(releases / "two")
        house.run("build")
        assert "there was a release one already" in house.run("release", "one", code=2).stderr
        (releases / "_state" / "approvals" / "one.json").unlink()
        (releases / "deliveries.jsonl").rename(tmp_path / "record")
        house.run("release", "one")
        (tmp_path / "record").rename(releases / "deliveries.jsonl")
        house.run("approve", "one")
        done = house.run("deliver")
        assert done.stdout == "Release one: 1 mail accepted; nothing changed for 1 subscriber\n"
        assert server.recipients() == ["ann@example.org", "bob@example.org", "ann@example.org"]


def test_the_letters_of_an_address_in_another_case_make_no_other_person(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.subscribe(ANN.replace("ann@", "Ann@"))
        assert "0 mails accepted; nothing changed for 1" in house.run("deliver").stdout
        house.subscribe(ANN, ANN.replace("ann@", "ANN@"))
        assert "put all its selectors into one row" in house.run("deliver", code=2).stderr


def test_a_ledger_of_the_first_version_is_migrated_and_a_copy_kept(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / FILE)
    connection.executescript(
        """
        CREATE TABLE mails (message_id TEXT PRIMARY KEY, address TEXT NOT NULL, release TEXT NOT NULL,
            briefings TEXT NOT NULL, state TEXT NOT NULL, reply TEXT NOT NULL DEFAULT '',
            tries INTEGER NOT NULL DEFAULT 0, at TEXT NOT NULL);
        CREATE TABLE holdings (address TEXT NOT NULL, briefing TEXT NOT NULL, release TEXT NOT NULL,
            PRIMARY KEY (address, briefing)) WITHOUT ROWID;
        CREATE TABLE contents (release TEXT NOT NULL, briefing TEXT NOT NULL, content TEXT NOT NULL,
            PRIMARY KEY (release, briefing)) WITHOUT ROWID;
        INSERT INTO mails VALUES
            ('<1@b.org>', 'Ann@b.org', 'one', '["year/2017"]', 'accepted', '250', 1, 't'),
            ('<2@b.org>', 'bob@b.org', 'one', '["year/2017"]', 'refused', '550', 1, 't');
        INSERT INTO holdings VALUES ('Ann@b.org', 'year/2017', 'one'), ('Ann@b.org', 'year/2018', 'gone');
        INSERT INTO contents VALUES ('one', 'year/2017', 'what it was');
        PRAGMA user_version = 1;
        """
    )
    connection.close()
    before = (tmp_path / FILE).read_bytes()
    for _ in range(2):
        with open_ledger(tmp_path) as ledger:
            held = ledger.holdings()["ann@b.org"]
            assert ledger.content(held["year/2017"].content) == "what it was"
            assert held["year/2018"] == Holding("gone", "")
            assert ledger.accepted == 1
            assert [mail.state for mail in ledger.list()] == ["accepted", "refused"]
            first = ledger.id
    assert len(first) == 32
    kept = sqlite3.connect(tmp_path / "ledger-1.sqlite")
    assert kept.execute("SELECT address FROM mails ORDER BY address").fetchall() == [
        ("Ann@b.org",),
        ("bob@b.org",),
    ]
    kept.close()
    assert (tmp_path / "ledger-1.sqlite").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / FILE).read_bytes() != before


def test_an_older_release_never_takes_the_place_of_one_that_is_gone(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("approve", "two")
        house.run("deliver")
        shutil.move(house.root / "releases" / "two", tmp_path / "away")
        for command, code in (("deliver", 2), ("run", 1), ("status", 1)):
            done = house.run(command, code=code)
            assert 'release "two" is approved, and its folder is not in' in done.stdout + done.stderr
        assert len(server.accepted()) == 1
        shutil.move(tmp_path / "away", house.root / "releases" / "two")
        assert "0 mails accepted" in house.run("deliver").stdout


def test_settings_and_subscribers_that_were_lost_are_a_fault(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("run")
    (house.root / "subscribers.csv").unlink()
    (house.root / "settings.toml").unlink()
    house.environment.clear()
    assert "subscribers.csv" in house.run("run", code=1).stderr


def test_a_run_on_its_own_approves_nothing_in_a_wrong_folder(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("run")
        house.environment["PRESSROOM_RELEASES"] = str(tmp_path / "empty")
        assert "neither approved nor withdrawn" in house.run("run", "--auto", code=1).stderr
        del house.environment["PRESSROOM_RELEASES"]
        shutil.rmtree(house.root / "reports" / "site")
        shutil.rmtree(house.root / "releases" / "_state")
        shutil.rmtree(house.root / "releases" / "two")
        assert (
            "releases were mailed, and nothing says who approved" in house.run("run", "--auto", code=1).stderr
        )
        assert len(server.accepted()) == 1
