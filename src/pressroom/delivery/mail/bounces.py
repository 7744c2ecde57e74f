"""Mails that came back, as their delivery status notifications (RFC 3464) say: three pause an address.

What is read comes from strangers. Only the beginning of a notice is read, which has all that counts: what the
server says of each recipient, and the headers of the mail that came back.
"""

from __future__ import annotations

import email
import mailbox
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from functools import partial
from pathlib import Path
from typing import Literal

from pressroom.data.findings import Refusal, advise, find_nearest, quote
from pressroom.delivery.mail.addresses import flatten, identify
from pressroom.delivery.mail.ledger import Bounce, Ledger

_ENOUGH = 1_000_000
"""Bytes of a notice that are read. The mail that came back stands at its end, and may be of any size."""

_LONGEST = 300
_REPORT, _STATUS = "multipart/report", ("message/delivery-status", "message/global-delivery-status")
_RETURNED = ("message/rfc822", "message/global")
_HEADERS = ("text/rfc822-headers", "message/global-headers")

_ID = re.compile(r"<[^<>\s]+>")
_FIRST = re.compile(rb"(?:\A|\n\r?\n)From \S+ [^\n]*\d{4}\r?\n")
"""What a mail in an mbox begins with."""

_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

What = Literal["came back", "known", "left"]


class NoticeError(Refusal):
    """A place has no mails that can be read; the message says which, and what is allowed."""


@dataclass(frozen=True)
class Notice:
    """What one notice says.

    Attributes
    ----------
    place
        Where it was read.
    message_id, sent
        The ``Message-ID`` and the ``Date`` of the mail that it is about; ``""`` if it does not say.
    status
        The code of RFC 3463 for whom it failed, such as ``5.1.1``; ``""`` if it failed for nobody.
    diagnosis
        What the receiving server said.
    fault
        Why it cannot be read as a notice; ``""`` if it can.
    """

    place: str
    message_id: str = ""
    sent: str = ""
    status: str = ""
    diagnosis: str = ""
    fault: str = ""


def read_notices(places: Sequence[Path]) -> Iterator[Notice]:
    """Yield what the mails in files, mboxes and Maildirs say, one after the other.

    Raises
    ------
    NoticeError
        Before anything else, if one of the places cannot be read or is a folder that is no Maildir.
    """
    for place in places:
        _require_mails(place)
    for place in places:
        for name, read in _list_mails(place):
            try:
                yield read_notice(name, read())
            except OSError as error:
                yield Notice(name, fault=f"it cannot be read: {error.strerror}")


def read_notice(place: str, content: bytes) -> Notice:
    """Return what the first bytes of a mail say, if it is a notice."""
    try:
        return _read(place, email.message_from_bytes(content))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # The parser is meant to take anything; where it does not, the mail is at fault.
        return Notice(place, fault=f"it cannot be read as a mail ({type(error).__name__})")


class BounceError(Refusal):
    """There is nothing to clear; the message says which addresses there are."""


@dataclass(frozen=True)
class Noted:
    """What became of one notice.

    Attributes
    ----------
    what
        ``"came back"`` if the ledger has the mail and learnt of it, ``"known"`` if it knew, else ``"left"``.
    address, release
        Of the mail; ``""`` if the ledger knows none.
    why
        What the receiving server said, or why the notice was left.
    is_paused
        Whether the address gets nothing from now on.
    """

    notice: Notice
    what: What
    why: str
    address: str = ""
    release: str = ""
    is_paused: bool = False


def note_bounces(ledger: Ledger, notices: Iterable[Notice]) -> Iterator[Noted]:
    """Note the mails that came back, and yield of each notice what became of it."""
    for notice in notices:
        reason = _find_reason(notice)
        yield Noted(notice, "left", reason) if reason else _note(ledger, notice)


def clear(ledger: Ledger, address: str) -> int:
    """Have an address get mails again; return how many that came back count no more.

    Raises
    ------
    BounceError
        If none of its mails came back since it was last cleared.
    """
    number = ledger.clear_bounces(address)
    if not number:
        paused = sorted(ledger.paused())
        message = f"of {quote(address)} no mail came back, so there is nothing to clear"
        raise BounceError(message + advise(paused, find_nearest(address, paused)))
    return number


def _require_mails(place: Path) -> None:
    if place.is_dir():
        if not all((place / name).is_dir() for name in ("new", "cur")):
            raise NoticeError(
                f"{place} is no Maildir: it has no folders new and cur; name a mail, an mbox or a Maildir"
            )
    elif not place.is_file():
        raise NoticeError(f"{place} is neither a file nor a folder; name a mail, an mbox or a Maildir")
    else:
        try:
            place.open("rb").close()
        except OSError as error:
            raise NoticeError(f"{place} cannot be read: {error.strerror}") from None


def _list_mails(place: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each mail, and what reads its beginning."""
    if place.is_dir():
        files = [file for name in ("cur", "new") for file in sorted((place / name).iterdir())]
        yield from ((str(file), partial(_read_beginning, file)) for file in files if file.is_file())
        return
    beginning = _read_beginning(place)
    first = _FIRST.search(beginning)
    if (
        first is None or first.start()
    ):  # what stands before the first line "From " is half a mail, or a whole one
        yield str(place), lambda: beginning[: first.start()] if first else beginning
    if first:
        yield from _list_box(place)


def _list_box(place: Path) -> Iterator[tuple[str, Callable[[], bytes]]]:
    box = mailbox.mbox(place, create=False)
    try:
        for number, key in enumerate(box.keys(), start=1):
            yield f"{place}, mail {number}", partial(_read_part, box, key)
    finally:
        box.close()


def _read_part(box: mailbox.mbox, key: str) -> bytes:
    with box.get_file(key) as file:
        return bytes(file.read(_ENOUGH))


def _read_beginning(file: Path) -> bytes:
    with file.open("rb") as opened:
        return opened.read(_ENOUGH)


def _read(place: str, mail: Message) -> Notice:
    payload = mail.get_payload()
    if mail.get_content_type() != _REPORT or not isinstance(payload, list):
        return Notice(place, fault="it is no delivery status notification (multipart/report)")
    parts = [part for part in payload if isinstance(part, Message)]
    statuses = [part for part in parts if part.get_content_type() in _STATUS]
    if not statuses:
        return Notice(place, fault="it has no delivery status in its first megabyte")
    failed = [block for part in statuses for block in _list_blocks(part) if _has_failed(block)]
    returned = next((found for part in parts if (found := _find_returned(part))), None)
    ids = _ID.findall(_get(returned, "message-id")) if returned else []
    sent = _get(returned, "date") if returned else ""
    status, diagnosis = _choose([(_read_status(block), _read_diagnosis(block)) for block in failed])
    return Notice(place, ids[0] if ids else "", sent, status, diagnosis)


def _list_blocks(part: Message) -> Iterator[Message]:
    """Yield the groups of fields of a delivery status: one about the mail, then one for each recipient."""
    blocks = part.get_payload()
    if isinstance(blocks, list):
        yield from (block for block in blocks if isinstance(block, Message))
        # Of a kind that it does not know, the parser takes the first group for headers, the rest for text.
        text = blocks[0].get_payload() if len(blocks) == 1 and isinstance(blocks[0], Message) else ""
    else:
        text = blocks
    if isinstance(text, str):
        yield from map(email.message_from_string, re.split(r"\r?\n\r?\n", text))


def _find_returned(part: Message) -> Message | None:
    """Return the headers of the mail that came back, if a part has them."""
    if part.get_content_type() in _RETURNED and part.is_multipart():
        inner = part.get_payload(0)
        return inner if isinstance(inner, Message) else None
    if part.get_content_type() in _HEADERS:
        content = part.get_payload(0) if part.is_multipart() else part.get_payload(decode=True)
        return email.message_from_bytes(content) if isinstance(content, bytes) else _as_message(content)
    return None


def _as_message(content: object) -> Message | None:
    return content if isinstance(content, Message) else None


def _choose(failures: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Return status and words of what counts most: what failed for good."""
    return max(failures, key=lambda failure: failure[0], default=("", ""))


def _has_failed(block: Message) -> bool:
    return _get(block, "action").casefold().split()[:1] == ["failed"]


def _read_status(block: Message) -> str:
    found = _CODE.search(_get(block, "status")) or _CODE.search(_get(block, "diagnostic-code"))
    return found[0] if found else ""


def _read_diagnosis(block: Message) -> str:
    kind, _, words = _get(block, "diagnostic-code").partition(";")
    return (words or kind).strip()


def _get(block: Message, name: str) -> str:
    """Return a field on one line, without what cannot be seen or encoded."""
    return flatten(str(block.get(name, "")))[:_LONGEST]


def _find_reason(notice: Notice) -> str:
    """Return why a notice is left; ``""`` if it says that a mail came back."""
    if notice.fault:
        return notice.fault
    if not notice.status.startswith(("4.", "5.")):
        return "it tells of no failure, such as of a mail that is only delayed"
    return "" if notice.message_id else "it has no Message-ID of the mail that came back"


def _note(ledger: Ledger, notice: Notice) -> Noted:
    mail = ledger.find_mail(notice.message_id)
    if mail is None:
        return Noted(notice, "left", f"it is about {notice.message_id}, which is no mail of ours")
    if not mail.address:
        return Noted(notice, "left", "it is about a mail to somebody who was taken out of the ledger")
    at = datetime.now(UTC).isoformat(timespec="seconds")
    bounce = Bounce(notice.message_id, notice.sent, at, notice.status, notice.diagnosis)
    is_new = ledger.bounce(mail, bounce)
    why = f"{notice.status} {notice.diagnosis}".strip()
    is_paused = is_new and identify(mail.address) in ledger.paused()
    return Noted(notice, "came back" if is_new else "known", why, mail.address, mail.release, is_paused)
