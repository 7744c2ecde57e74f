"""Deliveries end to end: the real command, real releases, a real mail server that fails where it can."""

from __future__ import annotations

import json
import os
import re
import stat
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from types import MappingProxyType

import pytest
from house import House
from mail_server import DROP, KEEP_AND_DROP, PASSWORD, parse_mail, run_mail_server

from pressroom.data.package import read_package
from pressroom.delivery.mail import subscribers
from pressroom.delivery.mail.deliver import deliver
from pressroom.delivery.mail.ledger import open_ledger
from pressroom.delivery.releases import Releases
from pressroom.delivery.settings import read_settings

pytestmark = pytest.mark.slow

ANN, BOB, CID = (
    "ann@example.org,Ann,year=2017,pdf",
    "bob@example.org,Bob,year=*,",
    "cid@example.org,,*,html;pdf",
)
NAMES = ["ann@example.org", "bob@example.org", "cid@example.org"]


def read_states(house: House) -> Counter[str]:
    with open_ledger(house.root / "releases" / "_state") as ledger:
        return Counter(mail.state for mail in ledger.list())


def get_names(message: EmailMessage) -> list[str]:
    return [str(part.get_filename()) for part in message.iter_attachments()]


def get_text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(body.get_content().split())


def test_each_gets_what_they_asked_for_once(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB, CID)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        assert house.run("deliver").stdout == "Release one: 3 mails accepted\n"
        told = dict(server.accepted())
        assert list(told) == NAMES
        assert get_names(told["ann@example.org"]) == ["year-2017-one.pdf"]
        assert len(get_names(told["bob@example.org"])) == 4
        assert "Here are four briefings of your selection." in get_text(told["bob@example.org"])
        assert len(get_names(told["cid@example.org"])) == 8
        again = house.run("deliver")
        assert again.stdout == "Release one: 0 mails accepted; nothing changed for 3 subscribers\n"
        assert server.recipients() == NAMES
        assert server.connections() == 1


def test_a_correction_goes_to_those_whom_it_concerns(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, "dan@example.org,,year=2019,")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.run("approve", "two")
        house.subscribe(ANN, "dan@example.org,,year=2019,", "eve@example.org,,year=2017,")
        assert "2 mails accepted; nothing changed for 1 subscriber" in house.run("deliver").stdout
        (_, first), _, (to, correction), (other, new) = server.accepted()
    assert (to, other) == ("ann@example.org", "eve@example.org")
    assert correction["Subject"] == "Correction: AICHR-UN cooperation, release two: 2017"
    assert new["Subject"] == "AICHR-UN cooperation, release two: 2017"
    assert first["Message-ID"] != correction["Message-ID"]
    text = get_text(correction)
    assert "One briefing of your selection changed since you last got it." in text
    assert "Release two replaces one: please use this copy from now on." in text
    assert (
        "What changed since release one: - Corrected: Training on business and human rights –"
        " date 14–16 November 2017, was 13–16 November 2017"
    ) in text
    assert "Corrected" not in get_text(new)


def list_addresses(page: str) -> set[str]:
    return set(re.findall(r'<a\b[^>]* href="([^"]*)"', page))


@pytest.mark.slow
def test_a_page_that_is_mailed_leads_to_the_site(house: House, tmp_path: Path) -> None:
    house.subscribe("ann@example.org,,year=2017,html")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        settings = (house.root / "settings.toml").read_text("utf-8")
        told = f'site_url = "https://example.org/un"\n{settings}'
        (house.root / "settings.toml").write_text(told, "utf-8")
        house.run("deliver")
        ((_, message),) = server.accepted()
    _, page = message.iter_parts()
    addresses = {a for a in list_addresses(page.get_content()) if not a.startswith("#")}
    base = "https://example.org/un/releases/one/"
    assert {f"{base}index.html", f"{base}year/2017.pdf"} <= addresses
    assert [address for address in addresses if not address.startswith(base)] == []


@pytest.mark.slow
def test_what_is_mailed_can_be_read(house: House, tmp_path: Path) -> None:
    house.subscribe('ann@example.org,"Rahmán, Ann",year=2017,pdf;html')
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        ((_, message),) = server.accepted()
    assert message["To"].addresses[0].display_name == "Rahmán, Ann"
    assert message["From"].addresses[0].display_name == "AICHR–UN briefings"
    assert message["List-Unsubscribe"] == "<mailto:desk@example.org?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"].datetime
    body, *attached = message.iter_parts()
    assert [part.get_content_type() for part in body.iter_parts()] == ["text/plain", "text/html"]
    frozen = house.root / "releases" / "one" / "edition" / "year"
    pdf, html = attached
    assert pdf.get_content() == (frozen / "2017.pdf").read_bytes()
    sent, made = html.get_content(), (frozen / "2017.html").read_text("utf-8")
    assert list_addresses(made) - list_addresses(sent), "a page of the edition leads to others"
    assert {address for address in list_addresses(sent) if not address.startswith("#")} == set()
    text, page = get_text(message), message.get_body(("html",))
    assert page is not None
    for words in (
        "2017: business and human rights",
        "Attached: year-2017-one.pdf, year-2017-one.html",
        "with the subject",
    ):
        assert words in text, text
    assert "<script" not in page.get_content()


def test_nothing_goes_out_that_nobody_approved(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("approve", "one", "--withdraw")
        assert "no approved release" in house.run("deliver", code=2).stderr
        assert 'no approved release "two"' in house.run("deliver", "--release", "two", code=2).stderr
        assert server.recipients() == []
        house.run("deliver", "--unapproved")
        assert "Draft: nobody has approved this release yet." in get_text(server.accepted()[0][1])


def test_an_earlier_release_is_not_mailed_to_those_who_have_a_later_one(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    house.run("approve", "two")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        assert "0 mails" in house.run("deliver", "--release", "one").stdout


def test_who_is_off_the_list_gets_nothing_and_who_is_new_gets_all_once(house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        for rows in ([ANN, BOB], [BOB, CID], [BOB, CID]):
            house.subscribe(*rows)
            house.run("deliver")
        assert server.recipients() == NAMES


def test_a_wider_selection_brings_what_was_not_there_yet(house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        for selectors in ("year=2017", "year=2018 year=2017"):
            house.subscribe(f"ann@example.org,Ann,{selectors},pdf")
            house.run("deliver")
        (_, first), (_, second) = server.accepted()
    assert [get_names(message) for message in (first, second)] == [
        ["year-2017-one.pdf"],
        ["year-2018-one.pdf"],
    ]
    assert first["Message-ID"] != second["Message-ID"]


def test_files_are_written_instead_and_nothing_is_noted(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    house.environment["PRESSROOM_SMTP_SENDER"] = "desk@example.org"
    before = sorted(house.root.rglob("*"))
    told = json.loads(house.run("deliver", "--dry-run", str(tmp_path / "out"), "--json").stdout)
    files = sorted((tmp_path / "out").iterdir())
    assert [file.name.rpartition("-")[0] for file in files] == ["ann-example-org", "bob-example-org"]
    assert [parse_mail(file)["To"].addresses[0].addr_spec for file in files] == NAMES[:2]
    assert [mail["state"] for mail in told["mails"]] == ["pending", "pending"]
    assert sorted(house.root.rglob("*")) == before
    assert "is not empty" in house.run("deliver", "--dry-run", str(tmp_path / "out"), code=2).stderr


FORGED = [
    "=?utf-8?q?ILO=0D=0ABcc:_spy=40example.org=0D=0AX-Evil:_1?=",
    "=?utf-8?b?SUxPDQoNCjxiPmFub3RoZXIgYm9keTwvYj4=?=",
    "=?utf-8?q?ILO=0D?=\r\n =?utf-8?q?=0ABcc:_spy=40example.org?=",
    "ILO\r\n\r\n-- \r\nTo leave, write to spy@example.org\u2028",
]
MEANT = [
    *("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "Auto-Submitted"),
    *("MIME-Version", "Content-Type"),
]


def forge(house: House, text: str) -> None:
    """Have a text stand wherever a mail of ``one`` takes one from: data, labels, sender, subscriber."""
    release = house.root / "releases" / "one"
    for file, change in {
        release / "data" / "datapackage.json": lambda told: told.update(project=text, title=text),
        release / "edition" / "manifest.json": lambda told: [
            briefing["entry"].update(label=text) for briefing in told["briefings"].values()
        ],
    }.items():
        told = json.loads(file.read_text("utf-8"))
        change(told)
        file.chmod(0o644)
        file.write_text(json.dumps(told), "utf-8")
    manifest = release / "edition" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["dataset"]["digest"] = read_package(release / "data").digest
    manifest.write_text(json.dumps(told), "utf-8")
    house.run("approve", "one", "--by", "".join(mark for mark in text if mark.isprintable()))
    line = " ".join(text.split())
    house.subscribe(f'ann@example.org,"{line.partition(" ")[0]}",year=2017,pdf')
    house.environment["PRESSROOM_SMTP_SENDER"] = f'"{line}" <desk@example.org>'


@pytest.mark.parametrize("text", FORGED)
def test_no_text_adds_a_header_or_a_line(text: str, house: House, tmp_path: Path) -> None:
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        forge(house, text)
        house.run("deliver", "--dry-run", str(tmp_path / "out"))
        house.run("deliver")
        ((_, message),) = server.accepted()
        (sent,) = server.folder.glob("*.eml")
    (written,) = (tmp_path / "out").iterdir()
    for content in (written.read_bytes(), sent.read_bytes().partition(b"\r\n")[2]):
        assert message_from_bytes(content).keys() == MEANT
        assert [
            line.partition(b":")[0].decode()
            for line in content.split(b"\r\n\r\n")[0].split(b"\r\n")
            if not line.startswith(b" ")
        ] == MEANT
    body = message.get_body(("plain",))
    assert body is not None
    lines = body.get_content().splitlines()
    assert lines.count("-- ") == 1
    assert not [line for line in lines if line.startswith(("Bcc", "To leave, write to spy"))]


def test_a_mail_that_is_not_what_was_meant_stops_alone(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The check of addresses has a hole here, since no address that passes it could forge a header."""
    monkeypatch.setattr(subscribers, "clean_address", lambda text: text.replace("bob@", "bob>\r\nBcc: <spy@"))
    house.subscribe(ANN, BOB, CID)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        settings = read_settings(house.root, MappingProxyType(house.environment))
        releases = Releases(settings.releases)
        done = deliver(releases, releases.open("one"), settings)
        assert server.recipients() == [NAMES[0], NAMES[2]]
    (stopped,) = [outcome for outcome in done.outcomes if outcome.state != "accepted"]
    assert stopped.state == "refused"
    assert "its headers are" in stopped.reply
    assert "Bcc" in stopped.reply
    assert read_states(house) == {"accepted": 2, "refused": 1}


def test_whatever_holds_an_address_is_its_owner_s_alone(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    out, umask = tmp_path / "out", os.umask(0)
    try:
        with run_mail_server(tmp_path / "mail", {"rcpt ann@example.org": ["550 nobody"] * 9}) as server:
            house.use(server)
            house.run("deliver", "--dry-run", str(out))
            house.run("deliver", code=1)
            house.run("run", code=1)
            house.run("approve", "two", "--by", "ann@example.org")
    finally:
        os.umask(umask)
    files = [path for folder in (house.root, out) for path in folder.rglob("*") if path.is_file()]
    found = [path for path in files if b"ann@example.org" in path.read_bytes() or path.suffix == ".eml"]
    assert {path.name for path in found} > {"ledger.sqlite", "runs.jsonl", "two.json", "subscribers.csv"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in found} == {0o600}
    folders = {path.parent for path in found} - {house.root}  # which holds the subscribers' file
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_fault_in_the_file_of_subscribers_stops_all(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, "bob@example.org,,year=2071,")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        told = house.run("deliver", code=2).stderr
        assert "subscribers.csv, row 3, column selectors" in told
        assert server.recipients() == []


def test_a_damaged_release_goes_to_nobody(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN)
    page = house.root / "releases" / "one" / "edition" / "year" / "2017.pdf"
    page.chmod(0o644)
    page.write_bytes(b"%PDF-")
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        assert "is damaged" in house.run("deliver", code=2).stderr
        assert server.recipients() == []


def test_links_stand_for_what_is_too_large(house: House, tmp_path: Path) -> None:
    house.subscribe(BOB)
    house.environment["PRESSROOM_ATTACHMENT_LIMIT"] = "200000"
    house.environment["PRESSROOM_SITE_URL"] = "https://briefings.example.org/kit/"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        ((_, message),) = server.accepted()
    assert get_names(message) == []
    assert "https://briefings.example.org/kit/releases/one/year/2017.pdf" in get_text(message)


def test_without_a_site_what_is_too_large_comes_in_parts(house: House, tmp_path: Path) -> None:
    house.subscribe(BOB)
    house.environment["PRESSROOM_ATTACHMENT_LIMIT"] = "250000"
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        told = [message for _, message in server.accepted()]
    assert len(told) > 1
    assert sorted(name for message in told for name in get_names(message)) == [
        f"year-{year}-one.pdf" for year in (2011, 2017, 2018, 2019)
    ]
    assert all(len(bytes(message)) <= 250_000 for message in told)
    assert told[0]["Subject"].endswith(f"(1 of {len(told)})")
    house.environment["PRESSROOM_ATTACHMENT_LIMIT"] = "20000"
    house.subscribe("fay@example.org,,*,", ANN)
    assert "set site_url" in house.run("deliver", code=1).stderr


FAULTS = [
    ("connect", "554 closed"),
    ("connect", DROP),
    ("ehlo", DROP),
    ("starttls", "454 not now"),
    ("auth", "535 5.7.8 wrong"),
    ("auth", DROP),
    ("mail", "553 not you"),
    ("mail", "451 later"),
    ("mail", DROP),
    ("rcpt bob@example.org", "550 5.1.1 nobody"),
    ("rcpt bob@example.org", "450 4.2.0 greylisted"),
    ("rcpt bob@example.org", DROP),
    ("data", "554 no"),
    ("data", "452 no room"),
    ("data", DROP),
    ("body", DROP),
    ("dot bob@example.org", "554 spam"),
    ("dot bob@example.org", "451 later"),
    ("dot bob@example.org", DROP),
]


@pytest.mark.parametrize(("stage", "answer"), FAULTS)
def test_nothing_is_lost_and_nothing_repeated(stage: str, answer: str, house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB, CID)
    times = 2 if answer.startswith("535") else 1  # each way to log in is tried
    with run_mail_server(tmp_path / "mail", {stage: [answer] * times}) as server:
        house.use(server, pauses=())
        told = house.run("deliver", code=1)
        assert "Not delivered: " in told.stderr
        assert PASSWORD not in told.stdout + told.stderr
        before = server.recipients()
        assert len(before) < 3
        house.run("deliver")
        assert sorted(server.recipients()) == NAMES
        assert read_states(house) == {"accepted": 3}


def test_one_who_is_put_off_is_tried_again_in_the_same_run(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB, CID)
    greylisted = {"rcpt ann@example.org": ["450 4.2.0 greylisted"] * 2}
    with run_mail_server(tmp_path / "mail", greylisted) as server:
        house.use(server)
        told = house.run("deliver")
        assert told.stderr.count("ann@example.org: deferred, 450 4.2.0 greylisted") == 2
        assert server.recipients() == [*NAMES[1:], NAMES[0]]


def test_a_mail_whose_receipt_was_lost_comes_again_under_the_same_id(house: House, tmp_path: Path) -> None:
    """This is where SMTP allows no more: the server has it, and we cannot know."""
    house.subscribe(ANN)
    with run_mail_server(tmp_path / "mail", {"dot": [KEEP_AND_DROP]}) as server:
        house.use(server)
        house.run("deliver")
        (_, first), (_, second) = server.accepted()
    assert first["Message-ID"] == second["Message-ID"]


def test_what_was_put_off_is_overtaken_by_a_newer_release(house: House, tmp_path: Path) -> None:
    house.subscribe(ANN, BOB)
    with run_mail_server(tmp_path / "mail", {"rcpt ann@example.org": ["450 later"]}) as server:
        house.use(server, pauses=())
        house.run("deliver", code=1)
        house.run("approve", "two")
        house.run("deliver")
        told = server.accepted()
    assert [(to, "release two" in message["Subject"]) for to, message in told] == [
        ("bob@example.org", False),
        ("ann@example.org", True),
        ("bob@example.org", True),
    ]
    assert "What changed" not in get_text(told[1][1])
    assert read_states(house) == {"accepted": 3}


def test_a_release_that_was_taken_away_can_still_be_compared_with(house: House, tmp_path: Path) -> None:
    import shutil

    house.subscribe(BOB)
    with run_mail_server(tmp_path / "mail") as server:
        house.use(server)
        house.run("deliver")
        house.run("approve", "two")
        shutil.rmtree(house.root / "releases" / "one")
        house.run("deliver")
        (_, _), (_, second) = server.accepted()
    assert get_names(second) == ["year-2017-two.pdf"]
    assert "release one, which is no longer kept here" in get_text(second)


@pytest.mark.slow
def test_the_nu_html_checker_finds_nothing_in_mails(
    house: House, tmp_path: Path, find_markup_faults: Callable[[Path], str]
) -> None:
    house.subscribe(ANN, BOB, CID)
    settings = '[smtp]\nsender = "Desk <desk@example.org>"\n'
    (house.root / "settings.toml").write_text(settings, "utf-8")
    house.run("deliver", "--dry-run", str(tmp_path / "one"))
    house.run("approve", "two", "--by", "Ann")
    house.run("deliver", "--dry-run", str(tmp_path / "two"))
    (house.root / "settings.toml").write_text(f'site_url = "https://example.org/"\n{settings}', "utf-8")
    house.run("deliver", "--dry-run", str(tmp_path / "links"))
    pages = tmp_path / "pages"
    pages.mkdir()
    for mail in sorted(tmp_path.glob("*/*.eml")):
        body = parse_mail(mail).get_body(("html",))
        assert body is not None
        (pages / f"{mail.parent.name}-{mail.stem}.html").write_text(body.get_content(), "utf-8")
    assert len(list(pages.iterdir())) == 9
    assert find_markup_faults(pages) == ""
