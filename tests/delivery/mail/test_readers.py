"""One reader at a time: sent once more, sent a test, taken out, forgotten; and mails that thread."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from house import HEAD, House
from mail_server import run_mail_server

from pressroom.delivery.log import Line, write_line
from pressroom.delivery.mail.ledger import open_ledger
from pressroom.delivery.mail.unsubscribe import FORGOTTEN, LeavingError, forget, unsubscribe

ANN, BOB = "ann@example.org,Ann,year=2017 year=2018,pdf", "bob@example.org,,year=2018,"


@pytest.mark.slow
def test_a_reader_is_sent_the_same_once_more(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        once = house.run("resend", "ANN@example.org", "year=2017").stdout
        assert "1 briefing sent once more to ann@" in once
        assert "2 briefings sent once more to ann@" in house.run("resend", "ann@example.org").stdout
        assert "0 mails" in house.run("deliver").stdout
        told = [mail for to, mail in server.accepted() if to == "ann@example.org"]
        assert len({mail["Message-ID"] for mail in told}) == len(told) == 3
        assert "sent once more" in told[1].get_body(("plain",)).get_content()
        assert "nearest: bob@example.org" in house.run("resend", "bbo@example.org", code=2).stderr
        assert "allowed: 2011" in house.run("resend", "ann@example.org", "year=2099", code=2).stderr
        assert len(server.accepted()) == 4


@pytest.mark.slow
def test_mails_to_one_person_thread(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.run("approve", "two")
        house.run("deliver")
        house.run("resend", "ann@example.org")
        first, second, third = (mail for _, mail in server.accepted())
    assert first["References"] is None
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert third["In-Reply-To"] == second["Message-ID"]
    assert third["References"].split() == [first["Message-ID"], second["Message-ID"]]


@pytest.mark.slow
def test_a_test_goes_to_one_address_and_is_noted_nowhere(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        for address in ("me@example.org", "me@example.org", "ann@example.org"):
            assert "accepted" in house.run("deliver", "--to", address).stdout
        told = [mail for _, mail in server.accepted()]
        assert len({mail["Message-ID"] for mail in told}) == 3
        assert all(mail["Subject"].startswith("Test: ") for mail in told)
        assert "1 mail accepted" in house.run("deliver").stdout
        assert "no mail address" in house.run("deliver", "--to", "nobody", code=2).stderr
    assert not (house.root / "releases" / "_state" / "ledger-1.sqlite").exists()
    with open_ledger(house.root / "releases" / "_state") as ledger:
        assert ledger.accepted == 1


@pytest.mark.parametrize("address", ["ann@bücher.example", "ANN@xn--bcher-kva.example"])
def test_who_leaves_is_taken_out_and_nothing_else_changes(tmp_path: Path, address: str) -> None:
    file = tmp_path / "subscribers.csv"
    rows = [
        f"\ufeff{HEAD}\r\n",
        '"bob@example.org","Bob\r\nof the desk","year=2018",\r\n',
        "ann@Bücher.example,Ann,*,pdf\r\n",
        "\r\n",
        "joann@bücher.example,,*,",
    ]
    file.write_bytes("".join(rows).encode())
    assert unsubscribe(tmp_path / "_state", file, address) == 1
    assert file.read_bytes().decode() == "".join(rows[:2] + rows[3:])
    assert unsubscribe(tmp_path / "_state", file, address) == 0
    assert unsubscribe(tmp_path / "_state", tmp_path / "missing.csv", address) == 0


def test_the_column_of_addresses_may_stand_anywhere(tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text("name,address\nann@b.org,bob@b.org\nBob,ann@b.org\n")
    assert unsubscribe(tmp_path / "_state", file, "ann@b.org") == 1
    assert file.read_text() == "name,address\nann@b.org,bob@b.org\n"


@pytest.mark.slow
def test_who_is_forgotten_stands_nowhere_and_still_counts(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    state = house.root / "releases" / "_state"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        for step, address in (("deliver", "Ann@example.org"), ("run", "joann@example.org")):
            told = {"why": [f"mail to {address}: 550"]}
            write_line(state, Line("2026-11-26T06:00:00.000+00:00", step, False, 1, told))
        said = house.run("forget", "ann@example.org").stdout
        assert "subscribers.csv: ann@example.org is taken out" in said
        assert "1 mail of ann@example.org, now without an address" in said
        around = [house.root / "subscribers.csv", house.root / "releases" / "deliveries.jsonl"]
        for file in (*state.rglob("*"), *around):
            if file.is_file():
                told = file.read_bytes().lower().replace(b"joann@example.org", b"")
                assert b"ann@example.org" not in told, file
        assert FORGOTTEN in (state / "runs.jsonl").read_text("utf-8")
        assert "joann@example.org" in (state / "runs.jsonl").read_text("utf-8")
        with open_ledger(state) as ledger:
            assert ledger.accepted == 2
            assert ledger.count("one") == {"accepted": 2}
            assert list(ledger.holdings()) == ["bob@example.org"]
        assert "nothing changed for 1 subscriber" in house.run("deliver").stdout
    assert "no mail address" in house.run("forget", "nobody", code=2).stderr


def test_forgetting_needs_neither_ledger_nor_log(tmp_path: Path) -> None:
    assert forget(tmp_path / "_state", tmp_path / "subscribers.csv", "ann@example.org") == (0, 0)
    assert not list((tmp_path / "_state").glob("ledger*"))


def test_a_file_that_cannot_be_read_as_rows_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    text = f'{HEAD}\nann@example.org,"A,*,pdf\nbob@example.org,B,*,pdf\n'
    file.write_text(text)
    with pytest.raises(LeavingError, match="nobody was taken out"):
        unsubscribe(tmp_path / "_state", file, "ann@example.org")
    assert file.read_text() == text


def test_several_may_leave_at_once(tmp_path: Path) -> None:
    file, people = tmp_path / "subscribers.csv", [f"p{number}@b.org" for number in range(24)]
    file.write_text("\n".join([HEAD, *(f"{person},,*," for person in people), ""]))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda person: unsubscribe(tmp_path / "_state", file, person), people)) == {1}
    assert file.read_text() == f"{HEAD}\n"


def test_a_longer_domain_is_another_one(tmp_path: Path) -> None:
    (tmp_path / "runs.jsonl").write_text('"to ann@example.org, ann@example.org.au, ANN@example.org."')
    forget(tmp_path, tmp_path / "none.csv", "ann@example.org")
    told = (tmp_path / "runs.jsonl").read_text()
    assert told == f'"to {FORGOTTEN}, ann@example.org.au, {FORGOTTEN}."'
