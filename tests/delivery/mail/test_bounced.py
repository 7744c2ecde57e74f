"""Mails that come back: the notices are those of a real Postfix, which a real mail server refuses mails."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from house import House
from mail_server import MailServer, run_mail_server
from postfix import HOME, IS_THERE, Postfix, run_postfix

from pressroom.delivery.mail.ledger import Entry, open_ledger

pytestmark = pytest.mark.slow
needs_postfix = pytest.mark.skipif(not IS_THERE, reason="postfix is not installed, or this is not root")

ANN, BOB = "ann@example.org,Ann,year=2017,pdf", "bob@example.org,Bob,year=2018,pdf"
NOBODY, FULL = "550 5.1.1 no such user", "450 4.2.2 the mailbox is full"

NOTICE = """\
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx

Final-Recipient: rfc822; ann@example.org
Action: failed
Status: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {id}
Date: {sent}

--b--
"""


@contextmanager
def relay(house: House, folder: Path, faults: dict[str, list[str]], more: str = "") -> Iterator[Any]:
    """Have mails sent to a Postfix, and by it to a server that fails."""
    with (
        run_mail_server(folder / "mail", faults, security="none", user="") as server,
        run_postfix(server.port, more) as postfix,
    ):
        told = {"host": "127.0.0.1", "port": str(postfix.port), "security": "none", "timeout": "60"}
        told["sender"] = f"Desk <desk@{HOME}>"
        house.environment.update({f"PRESSROOM_SMTP_{name.upper()}": text for name, text in told.items()})
        yield postfix, server


def read_maildir(house: House, postfix: Postfix) -> str:
    return house.run("bounced", str(postfix.maildir)).stdout


def bounce_once(house: House, postfix: Postfix, number: int) -> str:
    """Deliver, wait until so many mails came back in all, and read them."""
    assert "Release one: 1 mail accepted" in house.run("deliver").stdout
    postfix.await_mails(number)
    time.sleep(1)  # the header Date, by which two sendings of a mail are told apart, counts seconds
    return read_maildir(house, postfix)


@needs_postfix
def test_an_address_whose_mails_come_back_is_paused_until_it_is_cleared(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    server: MailServer
    with relay(house, tmp_path, {"rcpt ann@example.org": [NOBODY] * 3}) as (postfix, server):
        told = bounce_once(house, postfix, 1)
        assert f"ann@example.org: a mail of release one came back: 5.1.1 {NOBODY}" in told
        assert "1 notice read: 1 new, 0 read before, 0 left" in told
        assert "1 new, 1 read before" in bounce_once(house, postfix, 2)
        told = bounce_once(house, postfix, 3)
        assert "ann@example.org is paused" in told
        assert "briefings bounced --clear ann@example.org" in told

        house.subscribe(ANN, BOB)
        done = house.run("deliver")
        assert "Release one: 1 mail accepted" in done.stdout
        assert "ann@example.org: passed over, since its mails came back" in done.stderr
        assert json.loads(house.run("deliver", "--json").stdout)["paused"] == ["ann@example.org"]
        house.run("run")
        log = (house.root / "releases" / "_state" / "runs.jsonl").read_text("utf-8").splitlines()
        (step,) = [line for line in map(json.loads, log) if line["step"] == "deliver"]
        assert (step["ok"], step["paused"]) == (True, ["ann@example.org"])
        assert "Paused        ann@example.org: mails came back" in house.run("status").stdout
        assert json.loads(house.run("status", "--json").stdout)["paused"] == ["ann@example.org"]
        (mail,) = json.loads(house.run("mails", "ann@example.org", "--json").stdout)
        assert [bounce["status"] for bounce in mail["bounces"]] == ["5.1.1"] * 3

        assert "0 new, 3 read before, 0 left" in read_maildir(house, postfix)
        assert "Ann@Example.org gets mails again" in house.run("bounced", "--clear", "Ann@Example.org").stdout
        assert "0 new, 3 read before, 0 left" in read_maildir(house, postfix)
        assert "Release one: 1 mail accepted" in house.run("deliver").stdout
        assert "0 mails accepted" in house.run("deliver").stdout
        postfix_is_done = time.monotonic() + 60
        while len(server.recipients()) < 2 and time.monotonic() < postfix_is_done:
            time.sleep(0.05)
        assert server.recipients() == ["bob@example.org", "ann@example.org"]
    assert "nothing to clear" in house.run("bounced", "--clear", "ann@example.org", code=2).stderr


@needs_postfix
@pytest.mark.parametrize("size", [20_000, 10_000_000])
def test_both_forms_of_what_comes_back_and_letters_beyond_ascii_are_read(
    house: House, tmp_path: Path, size: int
) -> None:
    """Postfix returns the whole mail, or only its headers where that is larger than it wants."""
    house.subscribe("désirée@example.org,,year=2017,pdf;html")
    faults = {"rcpt désirée@example.org": ["550 5.7.1 not here"]}
    more = f"bounce_size_limit = {size}"
    with relay(house, tmp_path, faults, more) as (postfix, _):
        house.run("deliver")
        (file,) = postfix.await_mails(1)
        returned = b"message/global" if size > 20_000 else b"headers"
        assert returned in file.read_bytes()
        assert (len(file.read_bytes()) > 200_000) == (size > 20_000)
        told = house.run("bounced", str(file)).stdout
    assert "désirée@example.org: a mail of release one came back: 5.7.1 550" in told


@needs_postfix
def test_a_mail_that_is_late_counts_not_and_one_given_up_is_sent_anew(house: House, tmp_path: Path) -> None:
    house.subscribe(BOB)
    more = "delay_warning_time = 1s\nmaximal_queue_lifetime = 4s\nbounce_queue_lifetime = 4s"
    with relay(house, tmp_path, {"rcpt bob@example.org": [FULL] * 100}, more) as (postfix, _):
        house.run("deliver")
        (late,) = postfix.await_mails(1)[:1]
        done = house.run("bounced", str(late))
        assert "0 new, 0 read before, 1 left" in done.stdout
        assert "only delayed" in done.stderr
        assert "0 mails accepted" in house.run("deliver").stdout
        postfix.await_mails(2)
        assert "bob@example.org: a mail of release one came back: 4.2.2" in read_maildir(house, postfix)
        assert "1 mail accepted" in house.run("deliver").stdout
    with open_ledger(house.root / "releases" / "_state") as ledger:
        assert [bounce.status[:2] for bounce in ledger.bounces()] == ["4."]


def write_notice(file: Path, id: str, sent: str = "", status: str = "5.1.1") -> str:
    file.write_text(NOTICE.format(id=id, sent=sent, status=status), "utf-8")
    return str(file)


def test_what_three_notices_say_is_undone_by_clearing(house: House, tmp_path: Path) -> None:
    """The same without a Postfix: notices of three sendings of one mail, in an mbox, read twice."""
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        (mail,) = json.loads(house.run("mails", "--json").stdout)
        box = tmp_path / "box"
        for day in (1, 2, 3):
            text = NOTICE.format(id=mail["message_id"], sent=f"Thu, 0{day} Jan 2026 06:00:00", status="5.1.1")
            with box.open("a", encoding="utf-8") as file:
                file.write(f"From MAILER-DAEMON Thu Jan  {day} 06:00:00 2026\n{text}\n")
        told = house.run("bounced", str(box), str(box)).stdout
        assert "6 notices read: 3 new, 3 read before, 0 left" in told
        assert told.count("ann@example.org is paused") == 1
        done = house.run("deliver")
        assert "0 mails accepted" in done.stdout
        assert "passed over" in done.stderr
        house.run("deliver", "--dry-run", str(tmp_path / "dry"))
        assert list((tmp_path / "dry").iterdir()) == []
        assert "Paused        ann@example.org" in house.run("status").stdout
        house.run("bounced", "--clear", "ann@example.org")
        assert "Paused" not in house.run("status").stdout
        assert "1 mail accepted" in house.run("deliver").stdout
        assert server.recipients() == ["ann@example.org"] * 2


def test_a_correction_that_came_back_comes_anew_as_one(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.run("approve", "two")
        house.run("deliver")
        _, correction = json.loads(house.run("mails", "--json").stdout)
        house.run("bounced", write_notice(tmp_path / "notice", correction["message_id"]))
        house.run("deliver")
        subjects = [message["Subject"] for _, message in server.accepted()]
    assert [subject.startswith("Correction: ") for subject in subjects] == [False, True, True]


def test_what_is_not_ours_is_told_and_left(house: House, tmp_path: Path) -> None:
    foreign = write_notice(tmp_path / "foreign", "<other@sender.example>")
    assert "no mail of ours can have come back" in house.run("bounced", foreign).stderr
    assert not (house.root / "releases" / "_state" / "ledger.sqlite").exists()
    with open_ledger(house.root / "releases" / "_state") as ledger:
        entries = [Entry("<1@x>", "ann@example.org", "one", {}), Entry("<2@x>", "eve@example.org", "one", {})]
        ledger.plan(entries)
        ledger.forget("eve@example.org")
    (tmp_path / "mail").write_text("Subject: hello\n\nhello", "utf-8")
    files = [write_notice(tmp_path / "ours", "<1@x>"), foreign, str(tmp_path / "mail")]
    files += [write_notice(tmp_path / "forgotten", "<2@x>"), write_notice(tmp_path / "none", "nothing")]
    done = house.run("bounced", *files)
    assert "5 notices read: 1 new, 0 read before, 4 left" in done.stdout
    for name, why in {
        "foreign": "it is about <other@sender.example>, which is no mail of ours",
        "mail": "it is no delivery status notification",
        "forgotten": "it is about a mail to somebody who was taken out",
        "none": "it has no Message-ID",
    }.items():
        assert f"{tmp_path / name}: left, since {why}" in done.stderr


def test_one_of_files_and_clear_is_needed(house: House, tmp_path: Path) -> None:
    assert "--clear ADDRESS" in house.run("bounced", code=2).stderr
    assert "does not exist" in house.run("bounced", str(tmp_path / "none"), code=2).stderr
