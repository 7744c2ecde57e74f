"""Delivery status notifications: those of RFC 3464 and of Exim, and what strangers may send instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pressroom.delivery.mail.bounces import Notice, NoticeError, read_notice, read_notices

FIELDS = """\
Reporting-MTA: dns; mx.sender.example

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 no such
 user here
"""
RETURNED = """\
Content-Type: {kind}

Received: from a by b
Message-ID: <one@sender.example>
Date: Mon, 05 Jan 2026 06:00:00 +0000
Subject: x
"""
NOTICE = """\
From: Mail Delivery System <mailer-daemon@mx.sender.example>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset={charset}

I'm sorry.

--b
Content-Type: {status_kind}

{fields}
--b
{returned}
--b--
"""
EXIM = """\
Return-path: <>
From: Mail Delivery System <Mailer-Daemon@mx.sender.example>
To: desk@sender.example
References: <one@sender.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=1795982508-eximdsn-1804289383
MIME-Version: 1.0
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1tHn9v-0001aB-2C@mx.sender.example>

--1795982508-eximdsn-1804289383
Content-type: text/plain; charset=us-ascii

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ann@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ann@example.org>:
    550 5.1.1 no such user here

--1795982508-eximdsn-1804289383
Content-type: message/delivery-status

Reporting-MTA: dns; mx.sender.example

Action: failed
Final-Recipient: rfc822;ann@example.org
Status: 5.0.0
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; 550 5.1.1 no such user here

--1795982508-eximdsn-1804289383
Content-type: message/rfc822

Return-path: <desk@sender.example>
Date: Mon, 05 Jan 2026 06:00:00 +0000
Message-ID: <one@sender.example>

hello

--1795982508-eximdsn-1804289383--
"""


def make_notice(
    action: str = "failed",
    status: str = "5.1.1",
    kind: str = "message/rfc822",
    *,
    status_kind: str = "message/delivery-status",
    charset: str = "utf-8",
) -> bytes:
    fields = FIELDS.format(action=action, status=status)
    returned = RETURNED.format(kind=kind)
    text = NOTICE.format(charset=charset, status_kind=status_kind, fields=fields, returned=returned)
    return text.encode()


READ = Notice(
    "here", "<one@sender.example>", "Mon, 05 Jan 2026 06:00:00 +0000", "5.1.1", "550 5.1.1 no such user here"
)


@pytest.mark.parametrize(
    "content",
    [
        make_notice(),
        make_notice(kind="text/rfc822-headers"),
        make_notice(kind="message/global", status_kind="message/global-delivery-status"),
        make_notice(kind="message/global-headers"),
        make_notice("Failed", "5.1.1 (bad mailbox)"),
        make_notice(charset="no-such-charset"),
        make_notice().replace(b"\n", b"\r\n"),
        make_notice().replace(b"I'm sorry.", b"\xff\xfe\x00 \x80"),
        make_notice(status=""),
    ],
)
def test_what_came_back_and_why_is_read(content: bytes) -> None:
    assert read_notice("here", content) == READ


def test_the_notice_of_exim_is_read() -> None:
    found = read_notice("here", EXIM.encode())
    assert (found.message_id, found.sent, found.status) == (READ.message_id, READ.sent, "5.0.0")
    assert found.diagnosis == READ.diagnosis


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", "", "x" * 5000])
def test_what_is_no_failure_has_no_status(action: str) -> None:
    found = read_notice("here", make_notice(action))
    assert (found.message_id, found.status, found.fault) == (READ.message_id, "", "")


def nest(depth: int) -> bytes:
    """Return a notice whose returned mail has parts within parts."""
    opened = "".join(f'Content-Type: multipart/mixed; boundary="n{n}"\n\n--n{n}\n' for n in range(depth))
    return make_notice().replace(b"Received: from a by b", opened.encode())


HOSTILE = {
    "nothing": b"",
    "bytes": bytes(range(256)) * 40,
    "a plain mail": b"Subject: hello\n\nhello",
    "a report of another kind": make_notice().replace(b"multipart/report", b"multipart/mixed"),
    "no status": make_notice().replace(b"message/delivery-status", b"text/plain"),
    "no boundary": make_notice().replace(b'boundary="b"', b""),
    "nested": nest(1000),
    "messages in messages": make_notice().replace(
        b"Received: from a by b", b"Content-Type: message/rfc822\n\n" * 3000
    ),
    "long before the status": make_notice().replace(b"I'm sorry.", b"sorry " * 9_000_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_notice_is_told_and_no_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(HOSTILE[name])
    (found,) = read_notices([tmp_path / "mail"])
    assert found.fault or not found.message_id
    assert found.fault.startswith("it ") or not found.fault


def test_a_mail_of_any_size_behind_the_status_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(
        make_notice().replace(b"\n--b--", b"\n\n" + b"x" * 76 * 700_000 + b"\n--b--")
    )
    assert (tmp_path / "mail").stat().st_size > 50_000_000
    (found,) = read_notices([tmp_path / "mail"])
    assert (found.message_id, found.status) == (READ.message_id, READ.status)


def test_a_notice_without_an_id_of_the_mail_is_read_as_such() -> None:
    found = read_notice("here", make_notice().replace(b"Message-ID: <one@sender.example>\n", b""))
    assert (found.message_id, found.status, found.fault) == ("", "5.1.1", "")


def test_no_field_brings_lines_or_hidden_marks() -> None:
    content = make_notice().replace(b"no such", b"\x1b[2J\xe2\x80\xae" + b"no" * 500)
    told = read_notice("here", content).diagnosis
    assert told.isprintable()
    assert len(told) <= 300


def box(*mails: bytes) -> bytes:
    return b"".join(b"From MAILER-DAEMON Mon Jan  5 06:00:00 2026\n" + mail + b"\n\n" for mail in mails)


def test_an_mbox_is_read_mail_by_mail_and_half_a_mail_hides_no_other(tmp_path: Path) -> None:
    whole = box(make_notice(), b"Subject: hello\n\nhello", make_notice(status="5.7.1"))
    file = tmp_path / "box"
    for content, expected in [
        (whole, ["5.1.1", "", "5.7.1"]),
        (whole[200:], ["", "", "5.7.1"]),
        (whole[: -len(make_notice()) + 330], ["5.1.1", "", ""]),
    ]:
        file.write_bytes(content)
        assert [notice.status for notice in read_notices([file])] == expected
        assert file.read_bytes() == content


def test_a_maildir_is_read_and_left_as_it_is(tmp_path: Path) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1").write_bytes(make_notice())
    (tmp_path / "cur" / "2:2,S").write_bytes(make_notice(status="5.7.1"))
    (tmp_path / "tmp" / "3").write_bytes(make_notice())
    os.mkfifo(tmp_path / "new" / "pipe")
    found = list(read_notices([tmp_path]))
    assert [(notice.place, notice.status) for notice in found] == [
        (str(tmp_path / "cur" / "2:2,S"), "5.7.1"),
        (str(tmp_path / "new" / "1"), "5.1.1"),
    ]
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == ["1", "2:2,S", "3"]


def test_a_place_that_holds_no_mails_is_refused_before_any_is_read(tmp_path: Path) -> None:
    (tmp_path / "mail").write_bytes(make_notice())
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name, told in (("folder", "is no Maildir"), ("none", "neither a file"), ("pipe", "neither a file")):
        with pytest.raises(NoticeError, match=told):
            next(read_notices([tmp_path / "mail", tmp_path / name]))
