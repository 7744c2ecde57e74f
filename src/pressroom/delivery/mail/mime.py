"""A mail as the bytes that are sent: written here, and read back before anybody gets it.

The header classes of Python's `email` decode what looks like an encoded word (RFC 2047) in a text that they
are given, line breaks in it included, and which do so depends on the version. So none of them is used: what
is not plain goes into a header as encoded words of ours, and bodies are encoded so that no boundary can be in
them.
"""

from __future__ import annotations

import re
from base64 import b64encode, encodebytes
from binascii import a2b_base64, a2b_qp, b2a_qp
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote as quote_url

from pressroom.data.findings import quote
from pressroom.delivery.mail.addresses import Mailbox, blank, flatten

LONGEST = 998
"""Bytes that a line of a mail may have (RFC 5322, 2.1.1)."""

_WIDTH = 76
_PLAIN_WORD = 900
"""Characters of a word that still fits into a line with the header's name; longer ones are encoded."""

_PIECE = 39
"""Bytes in one encoded word: with its marks and the header's name it stays within the width."""

_ATOMS = re.compile(r"[\w!#$%&'*+/=?^`{|}~ -]*", re.ASCII)
_FILE_NAME = re.compile(r"[\w.-]{1,60}", re.ASCII)
_OURS = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]+=*)\?=")
_BETWEEN = re.compile(r"(?<=\?=) (?==\?)")


class MailError(ValueError):
    """A mail is not, as bytes, what was meant; the message says in what. It must not be sent."""


@dataclass(frozen=True)
class Message:
    """A mail that was read back and found to be what was meant."""

    to: Mailbox
    content: bytes


@dataclass(frozen=True)
class Attachment:
    """A file that comes along; `kind` is its media type, such as ``application/pdf``."""

    name: str
    kind: str
    content: bytes


def compose(
    sender: Mailbox,
    to: Mailbox,
    headers: Mapping[str, str | Mailbox],
    text: str,
    html: str = "",
    attachments: Sequence[Attachment] = (),
) -> Message:
    """Return a mail.

    Parameters
    ----------
    headers
        By name and in their order those after ``From`` and ``To``, but for MIME's; any text will do, or who
        is named.
    text, html
        The bodies; a character that cannot be seen becomes a space in both.

    Raises
    ------
    MailError
        If the mail as bytes is not what was meant.
    """
    body = _make_body("plain", text)
    if html:
        body = _join("alternative", [body, _make_body("html", html)])
    if attachments:
        body = _join("mixed", [body, *map(_attach, attachments)])
    people = (_Header.of_mailbox("From", sender), _Header.of_mailbox("To", to))
    named = [value for value in headers.values() if isinstance(value, Mailbox)]
    own = (_Header.of(name, value) for name, value in headers.items())
    whole = replace(body, headers=(*people, *own, _Header("MIME-Version", "1.0"), *body.headers))
    try:
        content = whole.write()
        _require_lines(content)
        _require_alike(content, whole)
        if not (content.isascii() or is_international(sender, to, *named)):
            raise MailError("it has bytes beyond ASCII")
    except ValueError as error:
        raise MailError(f"the mail was stopped, since it is not what was meant: {error}") from None
    return Message(to, content)


def is_international(*people: Mailbox) -> bool:
    """Return whether an address has letters beyond ASCII, for which a server needs SMTPUTF8."""
    return not all(person.address.isascii() for person in people)


def say_date(moment: datetime) -> str:
    """Return a moment as the header ``Date`` has it."""
    return format_datetime(moment)


@dataclass(frozen=True)
class _Header:
    """A header: what it says, and the words it is written in, between which a line may be folded."""

    name: str
    meant: str
    words: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, value: str | Mailbox) -> _Header:
        return cls.of_text(name, value) if isinstance(value, str) else cls.of_mailbox(name, value)

    @classmethod
    def of_text(cls, name: str, text: str) -> _Header:
        meant = flatten(text)
        return cls(name, meant, () if _is_plain(meant) else tuple(_encode(meant)))

    @classmethod
    def of_mailbox(cls, name: str, person: Mailbox) -> _Header:
        said = flatten(person.name)
        if not said:
            return cls(name, person.address)
        is_plain = _is_plain(said) and _ATOMS.fullmatch(said)
        address = f"<{person.address}>"
        return cls(name, f"{said} {address}", (*(said.split() if is_plain else _encode(said)), address))

    def write(self) -> str:
        lines = [f"{self.name}:"]
        for number, word in enumerate(self.words or self.meant.split(" ")):
            if number and len(f"{lines[-1]} {word}") > _WIDTH:
                lines.append("")
            lines[-1] += f" {word}"
        return "\r\n".join(lines)


@dataclass(frozen=True)
class _Part:
    """A part of a mail: with a content of its own, or with parts between boundaries."""

    headers: tuple[_Header, ...]
    content: bytes = b""
    encoded: bytes = b""
    parts: tuple[_Part, ...] = ()
    boundary: bytes = b""

    def write(self) -> bytes:
        head = "".join(f"{header.write()}\r\n" for header in self.headers).encode()
        inner = b"".join(b"--%b\r\n%b\r\n" % (self.boundary, part.write()) for part in self.parts)
        end = b"--%b--\r\n" % self.boundary if self.parts else b""
        return head + b"\r\n" + self.encoded + inner + end


def _make_body(kind: str, text: str) -> _Part:
    content = "\r\n".join(map(blank, text.split("\n"))).encode()
    printable, packed = b2a_qp(content).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), _pack(content)
    # A line that begins with "From " ends the message before it in some mailboxes.
    is_better = len(printable) <= len(packed) and not re.search(rb"(?m)^From ", printable)
    encoding, encoded = ("quoted-printable", printable) if is_better else ("base64", packed)
    return _Part(
        (
            _Header("Content-Type", f'text/{kind}; charset="utf-8"'),
            _Header("Content-Transfer-Encoding", encoding),
        ),
        content,
        encoded,
    )


def _attach(file: Attachment) -> _Part:
    disposition = ("attachment;", *_name_file(flatten(file.name)))
    return _Part(
        (
            _Header("Content-Type", file.kind),
            _Header("Content-Transfer-Encoding", "base64"),
            _Header("Content-Disposition", " ".join(disposition)),
        ),
        file.content,
        _pack(file.content),
    )


def _join(kind: str, parts: Sequence[_Part]) -> _Part:
    """Return parts as one; their boundary has ``=_`` in it, as no content has, in either encoding."""
    boundary = f"=_{sha256(b''.join(part.write() for part in parts)).hexdigest()[:32]}"
    header = _Header("Content-Type", f'multipart/{kind}; boundary="{boundary}"')
    return _Part((header,), parts=tuple(parts), boundary=boundary.encode())


def _pack(content: bytes) -> bytes:
    return encodebytes(content).replace(b"\n", b"\r\n")


def _name_file(name: str) -> Iterator[str]:
    """Yield the parameters that name a file: as it is, or in pieces in the way of RFC 2231."""
    if _FILE_NAME.fullmatch(name):
        yield f'filename="{name}"'
        return
    pieces = [quote_url(piece, safe="") for piece in _cut(name, _PIECE // 3)]
    for number, piece in enumerate(pieces):
        charset = "" if number else "utf-8''"
        yield f"filename*{number}*={charset}{piece}" + (";" if number < len(pieces) - 1 else "")


def _is_plain(text: str) -> bool:
    words = text.split(" ")
    return text.isascii() and "=?" not in text and max(map(len, words)) <= _PLAIN_WORD


def _encode(text: str) -> Iterator[str]:
    """Yield a text as encoded words of RFC 2047, no character in two of them."""
    for piece in _cut(text, _PIECE):
        yield f"=?utf-8?b?{b64encode(piece.encode()).decode()}?="


def _cut(text: str, size: int) -> Iterator[str]:
    """Yield a text in pieces of some bytes at most."""
    piece = ""
    for mark in text:
        if len((piece + mark).encode()) > size:
            yield piece
            piece = ""
        piece += mark
    yield piece


def _require_lines(content: bytes) -> None:
    without_ends = content.replace(b"\r\n", b"")
    if any(mark in without_ends for mark in (b"\r", b"\n", b"\0")):
        raise MailError("a line of it holds a CR, LF or NUL")
    if max(map(len, content.split(b"\r\n"))) > LONGEST:
        raise MailError(f"a line of it has more than {LONGEST} bytes")


def _require_alike(content: bytes, meant: _Part) -> None:
    """Raise a MailError unless bytes, read without knowing how they were written, say what was meant."""
    head, _, body = content.partition(b"\r\n\r\n")
    _require_headers(head.decode(), meant.headers)
    if meant.parts:
        between = b"\r\n--" + re.escape(meant.boundary)
        first, *inner, last = re.split(between + rb"(?:--)?\r\n", b"\r\n" + body)
        if first or last or len(inner) != len(meant.parts):
            raise MailError(f"it has {len(inner)} parts, not {len(meant.parts)}")
        for part, wanted in zip(inner, meant.parts, strict=True):
            _require_alike(part, wanted)
    elif _unpack(body, meant) != meant.content:
        raise MailError("a text or a file in it reads otherwise")


def _require_headers(head: str, meant: Sequence[_Header]) -> None:
    read = [line.partition(": ") for line in re.split(r"\r\n(?! )", head)]
    names, wanted = [name for name, _, _ in read], [header.name for header in meant]
    if names != wanted:
        raise MailError(f"its headers are {quote(', '.join(names), 300)}, not {', '.join(wanted)}")
    for (name, _, value), header in zip(read, meant, strict=True):
        said = _decode(name, value.replace("\r\n", ""))
        if said != header.meant:
            raise MailError(f"its header {name} says {quote(said)}, not {quote(header.meant)}")


def _decode(name: str, value: str) -> str:
    """Return what a header's value says, by the words that were encoded here, which are all it may have."""
    pieces = _OURS.split(_BETWEEN.sub("", value))
    if not value.isprintable() or any("=?" in piece for piece in pieces[::2]):
        raise MailError(
            f"its header {name} holds a control character or a foreign encoded word: {quote(value)}"
        )
    pieces[1::2] = [a2b_base64(piece, strict_mode=True).decode() for piece in pieces[1::2]]
    return "".join(pieces)


def _unpack(body: bytes, meant: _Part) -> bytes:
    if meant.headers[-1].meant == "quoted-printable":
        return a2b_qp(body)
    return a2b_base64(body.replace(b"\r\n", b""), strict_mode=True)
