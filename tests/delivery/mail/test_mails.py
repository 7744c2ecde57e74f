"""Who got what, when and why: read from a ledger that real deliveries wrote, and that stays as it is."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from house import House
from mail_server import run_mail_server

from pressroom.delivery.mail.ledger import AGAIN, RECALL, Bounce, Entry, open_ledger
from pressroom.delivery.mail.ledger_file import FILE

ANN, BOB = "Ann@Example.org,Ann,year=2017,pdf", "bob@example.org,Bob,year=*,"


def write_ledger(house: House, *entries: Entry) -> None:
    with open_ledger(house.root / "releases" / "_state") as ledger:
        ledger.plan(entries)
        for entry in entries:
            ledger.begin(entry)
            ledger.finish(entry, "accepted", "250 2.0.0 queued")


def read_files(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        str(path): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in folder.rglob("*")
        if path.is_file()
    }


def ask(house: House, *words: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads(house.run("mails", *words, "--json").stdout)
    return told


@pytest.mark.slow
def test_who_got_what_and_why_is_told_of_real_deliveries(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    with run_mail_server(tmp_path / "mail", {"dot bob@example.org": ["451 later"]}) as server:
        house.use(server)
        house.run("deliver")
    before = read_files(house.root / "releases")
    ann, bob = ask(house)
    assert (ann["address"], ann["release"], ann["kind"]) == ("Ann@example.org", "one", "briefings")
    assert (ann["briefings"], ann["selectors"]) == (["year/2017"], ["year=2017"])
    assert (ann["state"], ann["tries"], ann["bounces"]) == ("accepted", 1, [])
    assert ann["reply"].startswith("250 ")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", ann["at"])
    assert (bob["tries"], len(bob["briefings"])) == (2, 4)
    said = house.run("mails", "ANN@EXAMPLE.ORG").stdout
    assert said.count("@") == 1
    first, release, briefings, selection = said.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d UTC  Ann@example.org", first)
    assert release.startswith("    release one: accepted, tried once; 250 ")
    assert (briefings, selection) == ("    briefings: year/2017", "    selection: year=2017")
    assert read_files(house.root / "releases") == before


def test_the_kind_of_a_mail_and_its_return_are_told_within_the_width(house: House) -> None:
    many = {f"a-family-of-many/briefing-{number}": "" for number in range(40)}
    write_ledger(
        house,
        Entry("<1@x>", "ann@b.org", "one", many, ("*",)),
        Entry("<2@x>", "ann@b.org", "one", {"year/2017": ""}, kind=AGAIN),
        Entry("<3@x>", "ann@b.org", "two", {}, kind=RECALL, recalled=("one",)),
    )
    with open_ledger(house.root / "releases" / "_state") as ledger:
        (mail,) = [mail for mail in ledger.list() if mail.message_id == "<2@x>"]
        ledger.bounce(mail, Bounce("<2@x>", "", "2026-05-01T06:00:00+00:00", "5.1.1", "no such user"))
    said = house.run("mails").stdout
    assert max(map(len, said.splitlines())) <= 100
    assert "briefing-39" in said
    for words in (
        "release one: accepted",
        "sent again, release one: ",
        "recall of one: ",
        "came back, as read 2026-05-01 06:00 UTC: 5.1.1 no such user",
    ):
        assert said.count(f"    {words}") == 1
    assert [mail["bounces"] for mail in ask(house)][1][0]["told"] == "no such user"


@pytest.mark.parametrize(
    ("since", "expected"),
    [("2025", 3), ("2026", 2), ("2026-05", 2), ("2026-06", 1), ("2026-06-15", 1), ("2026-06-16", 0)],
)
def test_since_takes_a_year_a_month_or_a_day(house: House, since: str, expected: int) -> None:
    write_ledger(house, *(Entry(f"<{number}@x>", "ann@b.org", "one", {}) for number in range(3)))
    connection = sqlite3.connect(house.root / "releases" / "_state" / FILE)
    for number, day in enumerate(("2025-12-31T23:59:59", "2026-05-31T23:00:00", "2026-06-15T00:00:00")):
        connection.execute("UPDATE mails SET at = ? WHERE message_id = ?", (f"{day}+00:00", f"<{number}@x>"))
    connection.commit()
    connection.close()
    assert len(ask(house, "--since", since)) == expected


@pytest.mark.parametrize("since", ["May", "2026-13", "2026/2027", "2026-02-30", "1.5.2026"])
def test_another_date_is_refused(house: House, since: str) -> None:
    told = house.run("mails", "--since", since, code=2).stderr
    assert f'"{since}" is no year, month or day' in told
    assert "YYYY-MM-DD" in told


def test_without_mails_it_says_so_and_makes_no_ledger(house: House) -> None:
    before = read_files(house.root / "releases")
    assert "There is no delivery ledger" in house.run("mails").stderr
    assert ask(house) == []
    assert read_files(house.root / "releases") == before
    write_ledger(house)
    assert "There is no mail in the delivery ledger" in house.run("mails").stderr
    write_ledger(house, Entry("<1@x>", "ann@b.org", "one", {}))
    assert "There is no such mail" in house.run("mails", "bob@b.org").stderr


def test_a_ledger_that_a_killed_command_left_half_done_is_read_and_not_mended(house: House) -> None:
    write_ledger(house, Entry("<1@x>", "ann@b.org", "one", {}))
    state = house.root / "releases" / "_state"
    connection = sqlite3.connect(state / FILE)
    connection.execute("PRAGMA cache_size = 1")
    connection.execute("PRAGMA cache_spill = 1")
    connection.execute("BEGIN IMMEDIATE")
    rows = [(f"<{number}@y>", "x" * 2000) for number in range(500)]
    connection.executemany(
        "INSERT INTO mails VALUES (?, ?, '', '[]', 'pending', '', 0, '', '', '', '')", rows
    )
    killed = {name: (state / name).read_bytes() for name in (FILE, f"{FILE}-journal")}
    connection.rollback()
    connection.close()
    for name, content in killed.items():
        (state / name).write_bytes(content)
    before = read_files(state)
    assert [mail["message_id"] for mail in ask(house)] == ["<1@x>"]
    assert read_files(state) == before


def test_a_ledger_that_is_none_is_told(house: House) -> None:
    state = house.root / "releases" / "_state"
    (state / FILE).write_bytes(b"no database at all" * 100)
    assert "not a database" in house.run("mails", code=2).stderr
