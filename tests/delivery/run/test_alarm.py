"""The mail to maintainers: one each, whatever a mail server or a setting does."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from house import House
from mail_server import run_mail_server

from pressroom.data.findings import Finding
from pressroom.delivery.run.alarm import SHOWN, send_alarm
from pressroom.delivery.run.sent_alarms import Memory
from pressroom.delivery.run.steps import Outcome
from pressroom.delivery.settings import read_settings

RUN = "2026-11-26T06:00:00.000+00:00"
FAULT = Finding(file="year/2018", cell="cell [3]", message="no such page", advice="mend the notebook")


def alarm(house: House, *faults: Finding, **settings: str) -> Outcome:
    """Send an alarm, as a run does with such settings."""
    told = house.environment | {f"PRESSROOM_{name.upper()}": text for name, text in settings.items()}
    meant = read_settings(house.root, MappingProxyType(told))
    return send_alarm(meant, RUN, faults or (FAULT,), Memory(), datetime.now(UTC))[0]


def test_a_text_that_is_no_address_keeps_nobody_else_from_knowing(house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        done = alarm(house, maintainers="nobody, One <one@example.org>, two@example.org, one@EXAMPLE.org")
        assert [to for to, _ in server.accepted()] == ["one@example.org", "two@example.org"]
    assert done.details == {"told": ["one@example.org", "two@example.org"]}
    [fault] = done.faults
    assert (fault.place, fault.reason) == ("mail to nobody", "an address has an @")
    assert "maintainers" in fault.advice


def test_an_alarm_is_known_by_run_and_reader(house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        for _ in range(2):
            alarm(house, maintainers="one@example.org, two@example.org")
        ids = [str(mail["Message-ID"]) for _, mail in server.accepted()]
    assert ids[:2] == ids[2:]
    assert len(set(ids)) == 2
    assert all(id.endswith("@example.org>") for id in ids)


def test_who_is_put_off_is_told_a_little_later(house: House, tmp_path: Path) -> None:
    faults = {"rcpt one@example.org": ["450 4.2.0 greylisted"]}
    with run_mail_server(tmp_path / "mail", faults=faults) as server:
        house.use(server)
        done = alarm(house, maintainers="one@example.org, two@example.org")
        assert [to for to, _ in server.accepted()] == ["two@example.org", "one@example.org"]
    assert done.faults == ()


def test_no_text_forges_a_header_or_a_fault(house: House, tmp_path: Path) -> None:
    word = "=?utf-8?q?ILO=0D=0ABcc:_spy=40example.org?="
    fault = Finding(
        file=f"year/2018\n{word}",
        message=f"{word}\r\n\nyear/2017\u2028  what to do: nothing",
        advice="mend\x85it",
    )
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        done = alarm(house, fault, maintainers=f"{word} <one@example.org>, two@example.org")
        mails = server.accepted()
    assert done.details == {"told": ["one@example.org", "two@example.org"]}
    for to, mail in mails:
        assert mail.keys() == [
            *("To-Envelope", "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
            *("Content-Type", "Content-Transfer-Encoding"),
        ]
        assert [found.addr_spec for found in mail["To"].addresses] == [to]
        lines = mail.get_content().splitlines()
        assert lines[2:7] == [
            f"year/2018\\u000a{word}",
            f"  why: {word}",
            "       ",
            "       year/2017",
            "         what to do: nothing",
        ]
        assert lines[7] == "  what to do: mend it"


def test_without_a_server_the_fault_is_not_the_programs(house: House) -> None:
    done = alarm(
        house,
        maintainers="one@example.org",
        smtp_host="127.0.0.1",
        smtp_port="1",
        smtp_sender="desk@example.org",
    )
    [fault] = done.faults
    assert fault.place == "mail to maintainers"
    assert "there is no connection to 127.0.0.1:1" in fault.reason
    assert "mail server" in fault.advice
    assert done.details == {"told": []}


def test_many_faults_are_counted_and_the_first_are_named(house: House, tmp_path: Path) -> None:
    faults = [Finding(file=f"place {number}", message="why", advice="what") for number in range(SHOWN + 3)]
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        alarm(house, *faults, maintainers="one@example.org")
        [(_, mail)] = server.accepted()
    assert f"({SHOWN + 3} faults)" in mail["Subject"]
    words = mail.get_content().replace("\r\n", "\n")
    assert f"place {SHOWN - 1}\n" in words
    assert f"place {SHOWN}\n" not in words
    assert "and 3 more" in words
