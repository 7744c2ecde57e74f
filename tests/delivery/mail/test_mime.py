"""A mail's bytes: whatever a text says, they hold the headers and the parts that were meant, and no others.

What is tested are the bytes, and what two readers make of them: one that decodes nothing, and one that does.
"""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage, Message
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.delivery.mail import mime
from pressroom.delivery.mail.addresses import Mailbox, blank, flatten
from pressroom.delivery.mail.mime import Attachment, MailError, compose

SENDER, ANN = Mailbox("Desk", "desk@example.org"), Mailbox("Ann", "ann@example.org")
OWN = ["From", "To", "Subject", "MIME-Version", "Content-Type"]
HOSTILE = [
    "=?utf-8?q?ILO=0D=0ABcc:_spy=40example.org=0D=0AX-Evil:_1?=",
    "=?utf-8?q?ILO=0D=0A=0D=0A<b>another_body</b>?=",
    "=?utf-8?b?SUxPDQpCY2M6IHNweUBleGFtcGxlLm9yZw==?=",
    "=?UTF-8*en?Q?ILO=0ABcc:_spy?=",
    "=?utf-8?q?ILO=0D?= =?utf-8?q?=0ABcc:_spy?=",
    "=?utf-8?q?ILO=0D?=\r\n =?utf-8?q?=0ABcc:_spy?=",
    "a=?utf-8?q?=0D=0ABcc:_spy?=b",
    "=?utf-8?q?" + "x=0D=0ABcc:_spy" * 40 + "?=",
    "=?utf-8?b?PT91dGYtOD9xPz0wRD0wQUJjYzpfc3B5Pz0=?=",
    '"=?utf-8?q?=0D=0ABcc:_spy?=" <spy@example.org>, ',
    'Ann" <spy@example.org>',
    "Ann\r\nBcc: spy@example.org",
    "Ann\rBcc: spy@example.org",
    "Ann\nBcc: spy@example.org\n\nanother body",
    "Ann\x00\x0b\x0c\x1c\x85\u2028\u2029Bcc: spy@example.org",
    "\ud83d lone \udfff surrogates",
    "\u202egro.elpmaxe@yps\u202c",
    "Ann \xff \N{KHMER LETTER KA}" * 30,
    "x" * 5000,
    "\N{KHMER LETTER KA}" * 2000,
    "word " * 1000,
    "(comment) ann, bob; <c@example.org> [d] \\ : @",
    "",
]


def say(header: str | None) -> str:
    """Return what a header says that nothing has decoded yet."""
    return str(make_header(decode_header(re.sub(r"\r\n(?= )", "", str(header)))))


def read_both(content: bytes) -> tuple[Message, EmailMessage]:
    raw, read = message_from_bytes(content), message_from_bytes(content, policy=default)
    assert isinstance(read, EmailMessage)
    assert not raw.defects
    return raw, read


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_in_its_header(text: str) -> None:
    attachment = Attachment(f"{text}.pdf", "application/pdf", text.encode("utf-8", "replace"))
    to, sender = Mailbox(text, ANN.address), Mailbox(text, SENDER.address)
    content = compose(sender, to, {"Subject": text}, text, f"<p>{text}", [attachment]).content
    raw, read = read_both(content)
    assert raw.keys() == read.keys() == OWN
    assert say(raw["Subject"]) == flatten(text)
    assert say(raw["To"]) == (f"{flatten(text)} <ann@example.org>" if text else ANN.address)
    for name, person in {"From": SENDER, "To": ANN}.items():
        assert [found.addr_spec for found in read[name].addresses] == [person.address]
    (file,) = read.iter_attachments()
    assert file.get_filename() == flatten(f"{text}.pdf")
    assert file.get_content() == attachment.content
    assert [part.get_content_type() for part in raw.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf")
    ]
    assert content.isascii()
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n|\0", content)


pieces = st.sampled_from(
    ["=?utf-8?q?", "=0D=0A", "?=", "=?utf-8?b?", "DQo=", "\r\n", " ", "Bcc: a@b.org", "=", "?", "é"]
)


@given(st.lists(st.one_of(pieces, st.characters()), max_size=30).map("".join))
def test_any_text_stays_in_its_header(text: str) -> None:
    raw, read = read_both(compose(SENDER, Mailbox(text, ANN.address), {"Subject": text}, text).content)
    assert raw.keys() == read.keys() == [*OWN, "Content-Transfer-Encoding"]
    assert say(raw["Subject"]) == flatten(text)
    assert read.get_content().rstrip("\r\n").split("\r\n") == [*map(blank, text.rstrip("\n").split("\n"))]


ADDRESSES = [
    "ann@example.org>\r\nBcc: <spy@example.org",
    "ann@example.org>\r\n\r\n<b>another body</b>",
    "ann@example.org>\r\n <spy@example.org",
    "ann@example.org\rBcc: spy@example.org",
    "ann@example.org\n",
    "ann@example.org\0",
    "ann\udcff@example.org",
    "ann\x85@example.org",
    "=?utf-8?q?=0D=0ABcc:_spy?=@example.org",
    "=?utf-8?b?QUJD?=@example.org",
    "a" * 1000 + "@example.org",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("name", ["", "Ann", "Désirée"])
def test_what_cannot_be_encoded_stops_the_mail(address: str, name: str) -> None:
    for sender, to in ((SENDER, Mailbox(name, address)), (Mailbox(name, address), ANN)):
        with pytest.raises(MailError, match="the mail was stopped, since it is not what was meant"):
            compose(sender, to, {"Subject": "x"}, "x")


@pytest.mark.parametrize(
    ("kind", "told"), {"text/a\r\nX-Evil: 1": "its headers are .*X-Evil", "text/é": "beyond ASCII"}.items()
)
def test_a_kind_of_file_that_cannot_stand_in_a_header_stops_the_mail(kind: str, told: str) -> None:
    with pytest.raises(MailError, match=told):
        compose(SENDER, ANN, {}, "x", "x", [Attachment("a.pdf", kind, b"")])


@pytest.mark.parametrize("encoder", ["_pack", "b2a_qp"])
def test_an_encoding_that_lets_a_boundary_through_stops_the_mail(
    encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, text = [Attachment("a.pdf", "application/pdf", b"content")], "x" * 500
    forged = b"--=_\r\nContent-Type: text/html\r\n\r\n"
    monkeypatch.setattr(mime, encoder, lambda content: forged + content)
    with pytest.raises(MailError, match="the mail was stopped"):
        compose(SENDER, ANN, {}, text, text, files)


def test_a_body_is_as_it_was_but_for_what_cannot_be_seen() -> None:
    seen = "  Désolé. \n-- \n.\n\n--=_0\nSubject: x\n" + "long " * 200 + "\u1780" * 99 + "\n"
    for text in (seen, seen + "From here\n", "no end", "x" * 200):
        _, read = read_both(compose(SENDER, ANN, {}, text, text).content)
        for kind in ("plain", "html"):
            body = read.get_body((kind,))
            assert body is not None
            assert body.get_content().replace("\r\n", "\n").removesuffix("\n") == text.removesuffix("\n")
    _, read = read_both(compose(SENDER, ANN, {}, "a\u202eb\x1b[2J\rc\u2028d\te\n").content)
    assert read.get_content() == "a b [2J c d e\r\n"


def test_no_line_of_a_body_begins_another_message_in_a_mailbox() -> None:
    content = compose(SENDER, ANN, {}, "Dear Ann,\n\nFrom eve Thu Jan  1 00:00:00 1970\n").content
    assert b"\r\nFrom " not in content


def test_equal_mails_are_equal_bytes() -> None:
    files = [Attachment("a.pdf", "application/pdf", b"content")]
    assert compose(SENDER, ANN, {}, "x", "y", files) == compose(SENDER, ANN, {}, "x", "y", files)
