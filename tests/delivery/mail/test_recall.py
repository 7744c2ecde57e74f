"""A release that was approved and mailed, and proves wrong: it is taken back, and each reader is told."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from types import MappingProxyType

import pytest
from house import House
from mail_server import run_mail_server

from pressroom.delivery.mail.deliver import Outcome, deliver
from pressroom.delivery.mail.ledger import Bounce, Entry, open_ledger
from pressroom.delivery.releases import Releases
from pressroom.delivery.settings import read_settings

pytestmark = pytest.mark.slow

ANN, BOB = "ann@example.org,Ann,year=2017,pdf", "bob@example.org,,year=2018,"
CID = "cid@example.org,,year=2019,"
WHY = "It gives the training's first day wrongly"


def get_text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def read_holdings(house: House) -> dict[str, dict[str, str]]:
    with open_ledger(house.root / "releases" / "_state") as ledger:
        held = ledger.holdings()
    return {person: {id: copy.release for id, copy in copies.items()} for person, copies in held.items()}


def test_a_recall_tells_all_who_have_the_release_what_holds_instead(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.run("approve", "two")
        house.subscribe(ANN, BOB, CID)
        house.run("deliver")
        assert read_holdings(house)["ann@example.org"] == {"year/2017": "two"}
        house.subscribe(ANN, BOB)  # cid has left meanwhile, and has what is wrong
        before = len(server.accepted())
        assert "why?" in house.run("recall", "two", code=2).stderr
        done = house.run("recall", "two", "--reason", WHY, "--by", "Eve")
        assert "Alike in release one, which is not recalled: 2011, 2018, 2019." in done.stderr
        said = done.stdout
        assert "Release two is recalled." in said
        assert "2 mails accepted, with release one instead." in said
        told = dict(server.accepted()[before:])
        assert sorted(told) == ["ann@example.org", "cid@example.org"]
        assert "knows of nobody who has it" in house.run("recall", "two").stdout
        assert "0 mails accepted" in house.run("deliver").stdout
    ann = told["ann@example.org"]
    assert ann["Subject"] == "Recalled: AICHR-UN cooperation, release two: 2017"
    text = get_text(ann)
    assert f"{WHY}. Please stop using what you have of it: 2017." in text
    assert "Release one holds instead: please use the briefing that comes with this mail." in text
    assert "What differs from release two: - Corrected: Training on business and human rights" in text
    assert [part.get_filename() for part in ann.iter_attachments()] == ["year-2017-one.pdf"]
    assert "gets this since it was sent what is recalled" in get_text(told["cid@example.org"])
    assert read_holdings(house)["ann@example.org"] == {"year/2017": "one"}
    assert read_holdings(house)["bob@example.org"] == {"year/2018": "one"}
    assert "recall of two, release one instead: accepted" in house.run("mails", "ann@example.org").stdout
    listed = house.run("releases").stdout
    assert "recalled by Eve on" in listed
    assert WHY in house.run("status", code=0).stdout


def test_a_recall_of_the_only_release_tells_that_nothing_holds(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.run("recall", "one", "--reason", WHY)
        _, (_, recall) = server.accepted()
        assert "Nothing takes its place yet." in get_text(recall)
        assert not [*recall.iter_attachments()]
        assert read_holdings(house) == {}
        assert "no approved release" in house.run("deliver", code=2).stderr
        house.run("approve", "two")
        house.run("deliver")
        assert "Here is one briefing of your selection." in get_text(server.accepted()[-1][1])


def test_a_recall_that_was_cut_off_goes_on_with_the_next_run(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
    done = house.run("recall", "one", "--reason", WHY, code=1)
    assert "Give the command again" in done.stderr
    with run_mail_server(tmp_path / "mail-2") as server:
        house.use(server)
        house.run("run")
        assert [to for to, mail in server.accepted() if "Recalled" in mail["Subject"]] == [
            "ann@example.org",
            "bob@example.org",
        ]
        house.run("run")
        assert len(server.accepted()) == 2


def test_what_is_recalled_can_be_approved_anew(house: House) -> None:
    house.run("recall", "one", "--reason", WHY, code=1)  # there is no subscribers' file: nobody can be told
    told = json.loads((house.root / "releases" / "_state" / "approvals" / "one.json").read_text("utf-8"))
    assert (told["withdrawn"], told["reason"]) == (True, WHY)
    house.run("approve", "one")
    assert "approved by" in house.run("releases").stdout


def test_what_nobody_can_have_cannot_be_recalled(house: House) -> None:
    assert "nothing is to recall" in house.run("recall", "two", "--reason", WHY, code=2).stderr
    assert "allowed: " in house.run("recall", "three", "--reason", WHY, code=2).stderr
    house.run("approve", "two")
    assert "why?" in house.run("recall", "two", "--reason", " ", code=2).stderr


def test_a_recalled_release_may_be_damaged(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        (house.root / "releases" / "one" / "edition" / "year" / "2018.pdf").unlink()
        assert "1 mail accepted" in house.run("recall", "one", "--reason", WHY).stdout


def test_a_release_that_is_taken_back_meanwhile_reaches_nobody_else(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB, CID)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        settings = read_settings(house.root, MappingProxyType(house.environment))
        releases = Releases(settings.releases)

        def take_back(outcome: Outcome) -> None:
            releases.withdraw("one", by="Eve", now=datetime.now(UTC))

        done = deliver(releases, releases.open("one"), settings, on_outcome=take_back)
        assert done.stopped == "release one was taken back meanwhile"
        assert not done.is_complete
        assert server.recipients() == ["ann@example.org"]


def test_nothing_else_holds_a_recall_up(house: House, tmp_path: Path) -> None:
    """Neither a fault of the site, nor the recalled release's data, nor what would hold instead."""
    house.subscribe(ANN)
    releases = house.root / "releases"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("approve", "two")
        house.run("deliver")
        house.run("site")
        shutil.rmtree(releases / "two" / "data")
        (releases / "one" / "edition" / "year" / "2018.pdf").unlink()
        done = house.run("recall", "two", "--reason", WHY, code=1)
        assert "1 mail accepted; nothing takes its place: release one is damaged" in done.stdout
        assert "Give the command again" in done.stderr
        assert "Nothing takes its place yet" in get_text(server.accepted()[-1][1])


def test_each_recall_and_approval_has_mails_of_its_own(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        for _ in range(2):
            house.run("approve", "two")
            house.run("deliver")
            time.sleep(1)  # decisions are told apart by the second
            house.run("recall", "two", "--reason", WHY)
            time.sleep(1)
        told = [str(mail["Message-ID"]) for _, mail in server.accepted()]
    assert len(set(told)) == len(told) == 5
    assert "is recalled already" in house.run("recall", "two", "--reason", "another", code=2).stderr


def test_who_must_be_told_of_a_recall_is_told_before_anything_else(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("approve", "two")
        house.run("deliver")
    house.run("recall", "two", "--reason", WHY, code=1)
    with run_mail_server(tmp_path / "mail-2") as server:
        house.use(server)
        assert "was not told yet of the recall" in house.run("resend", "ann@example.org", code=2).stderr
        with open_ledger(house.root / "releases" / "_state") as ledger:
            (mail,) = (one for one in ledger.list() if one.state == "accepted")
            for sent in ("1", "2", "3"):
                ledger.bounce(mail, Bounce(mail.message_id, sent, "2026-11-29T06:00:00", "5.1.1", "gone"))
            held = Entry("<other@example.org>", mail.address, "two", {"year/2017": "x"})
            ledger.finish(held, "accepted", "250 ok")
        done = house.run("recall", "two", code=1)
        assert "tell the reader in another way" in done.stderr
        assert server.accepted() == []


def test_a_state_that_is_older_than_a_recall_brings_nothing_back(house: House, tmp_path: Path) -> None:
    house.subscribe()
    house.environment["PRESSROOM_SMTP_SENDER"] = "desk@example.org"
    house.run("approve", "two")
    house.run("site")
    shutil.copytree(house.root / "releases" / "_state", tmp_path / "older")
    time.sleep(1)
    house.run("recall", "two", "--reason", WHY)
    shutil.rmtree(house.root / "releases" / "_state")
    shutil.copytree(tmp_path / "older", house.root / "releases" / "_state")
    assert "knows nothing of it" in house.run("site", code=2).stderr
    time.sleep(1)
    house.run("approve", "two")
    house.run("site")
