"""Mails to subscribers: which briefings, as what, and under which ``Message-ID``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote as quote_url
from uuid import uuid4

from pressroom.data.findings import Refusal
from pressroom.delivery.links import list_files, send_away
from pressroom.delivery.mail.addresses import Mailbox, identify, read_reply_to, read_sender
from pressroom.delivery.mail.letters import (
    Chapter,
    Letter,
    Recall,
    Summary,
    find_document,
    summarise,
    write_html,
    write_subject,
    write_text,
)
from pressroom.delivery.mail.mime import Attachment, Message, compose, say_date
from pressroom.delivery.mail.subscribers import Subscriber
from pressroom.delivery.releases import Release
from pressroom.delivery.settings import Settings
from pressroom.edition.links import HOMEPAGE, find_site
from pressroom.edition.manifest import MEDIA_TYPES, Record

if TYPE_CHECKING:
    from pressroom.delivery.changes import BriefingChange

_LEAVE = "unsubscribe"
_WORDS = 10_000
"""Bytes that the words of a briefing take in both bodies, plenty."""


class TooLargeError(ValueError):
    """One briefing alone is larger than a mail may be, and there is no site to lead to."""


@dataclass(frozen=True)
class Item:
    """One briefing that a subscriber is to get.

    Attributes
    ----------
    since
        The release that the subscriber has it from; empty if none.
    change
        What changed since; None if it is the first copy.
    is_instead
        Whether that release was recalled, and this copy takes its place.
    """

    record: Record
    since: str = ""
    change: BriefingChange | None = None
    is_instead: bool = False


@dataclass(frozen=True)
class Mail:
    """One mail: to whom, and which briefings; `part` of `parts` where they do not fit into one.

    Attributes
    ----------
    recalls, dropped
        What was recalled of what the reader has, and the ids of those briefings that nothing replaces.
    again
        Which time it is that the same is sent once more: 0 for the first copy.
    """

    subscriber: Subscriber
    items: tuple[Item, ...]
    recalls: tuple[Recall, ...] = ()
    dropped: tuple[str, ...] = ()
    again: int = 0
    is_test: bool = False
    part: int = 1
    parts: int = 1
    is_linked: bool = False


class Writer:
    """Writes the mails of one release."""

    def __init__(
        self, release: Release, settings: Settings, *, is_draft: bool = False, approved: str = ""
    ) -> None:
        """Write mails of a release; `approved` says when it was approved, which is in their names."""
        self._release, self._settings, self._is_draft = release, settings, is_draft
        self._approved = approved
        self._sender, self._reply_to = read_sender(settings.smtp), read_reply_to(settings)
        self._summaries: dict[str, Summary] = {}
        self._documents: dict[str, bytes] = {}

    def divide(self, mail: Mail) -> list[Mail]:
        """Return a mail; several, if it would be too large and there is no site to lead to.

        Raises
        ------
        TooLargeError
            If one briefing alone is too large.
        """
        limit, person = self._settings.attachment_limit, mail.subscriber
        if sum(self._measure(person, item) for item in mail.items) <= limit:
            return [mail]
        if self._settings.site_url:
            return [replace(mail, is_linked=True)]
        groups = self._group(person, mail.items, limit)
        parts = len(groups)
        return [replace(mail, items=items, part=n, parts=parts) for n, items in enumerate(groups, start=1)]

    def write(self, mail: Mail, *, now: datetime, thread: Sequence[str] = ()) -> Message:
        """Return a mail as a message.

        Parameters
        ----------
        thread
            The ``Message-ID`` of earlier mails to the same person, the oldest first, which it follows.

        Raises
        ------
        MailError
            If it is not, as bytes, what was meant.
        """
        letter = self._write_letter(mail)
        headers: dict[str, str | Mailbox] = {
            **({"Reply-To": self._reply_to} if self._reply_to else {}),
            "Subject": write_subject(letter),
            "Date": say_date(now),
            "Message-ID": self.name(mail),
            **({"In-Reply-To": thread[-1], "References": " ".join(thread)} if thread else {}),
            **self._describe_list(mail.subscriber),
            "Auto-Submitted": "auto-generated",
        }
        names = () if mail.is_linked else self._list_attachments(mail)
        attachments = [
            Attachment(self._call(name), MEDIA_TYPES[PurePosixPath(name).suffix], self._read(name))
            for name in names
        ]
        text, html = write_text(letter), write_html(letter)
        return compose(self._sender, mail.subscriber.mailbox, headers, text, html, attachments)

    def name(self, mail: Mail) -> str:
        """Return the ``Message-ID``: of the release, who gets it, and which briefings, and why.

        A test has another each time, since a receiver may drop what it has already.
        """
        ids = [item.record.id for item in mail.items]
        person, created = identify(mail.subscriber.address), self._release.created.isoformat()
        parts = [self._release.name, created, self._approved, person, *ids]
        parts += [f"recall {recall.release} {recall.at.isoformat()}" for recall in mail.recalls]
        parts += [f"again {mail.again}"] if mail.again else []
        parts += [uuid4().hex] if mail.is_test else []
        digest = sha256("\n".join(parts).encode()).hexdigest()[:32]
        return f"<{digest}@{self._sender.domain}>"

    def _describe_list(self, subscriber: Subscriber) -> dict[str, str]:
        """Return the headers that name the list and how to leave it: by mail, and by one click (RFC 8058)."""
        headers = {"List-Id": f"<{self._settings.list_id}>"} if self._settings.list_id else {}
        leave = f"<mailto:{quote_url(self._answers.address, safe='@')}?subject={_LEAVE}>"
        if not self._settings.unsubscribe_url:
            return headers | {"List-Unsubscribe": leave}
        url = self._settings.unsubscribe_url.replace("{address}", quote_url(subscriber.address, safe=""))
        return headers | {
            "List-Unsubscribe": f"{leave}, <{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    @property
    def _answers(self) -> Mailbox:
        """Return who reads what subscribers write."""
        return self._reply_to or self._sender

    def _write_letter(self, mail: Mail) -> Letter:
        return Letter(
            project=self._find_project(),
            release=self._release.name,
            day=self._release.day,
            chapters=tuple(self._write_chapter(mail, item) for item in mail.items),
            address=mail.subscriber.address,
            selectors=mail.subscriber.selectors,
            sender=self._answers.address,
            leave=_LEAVE,
            part=mail.part,
            parts=mail.parts,
            is_draft=self._is_draft,
            is_linked=mail.is_linked,
            recalls=mail.recalls,
            is_again=bool(mail.again),
            is_test=mail.is_test,
        )

    def _find_project(self) -> str:
        """Return whose briefings these are; a recall goes out even if the dataset that says so is damaged."""
        with suppress(Refusal, OSError):
            return self._release.package.project or "Briefings"
        return "Briefings"

    def _write_chapter(self, mail: Mail, item: Item) -> Chapter:
        files = () if mail.is_linked else self._name_documents(mail.subscriber, item)
        return Chapter(
            summary=self._summarise(item),
            since=item.since,
            changes=item.change.lines if item.change else (),
            is_correction=bool(item.change and item.change.is_correction),
            attached=tuple(map(self._call, files)),
            links=tuple(self._link(item)) if self._settings.site_url else (),
            is_earlier_copy=item.record.status == "kept",
            is_instead=item.is_instead,
        )

    def _link(self, item: Item) -> Iterator[tuple[str, str]]:
        base = self._find_base()
        for suffix in (".html", ".pdf"):
            if path := find_document(item.record, suffix):
                yield suffix, f"{base}/{quote_url(path)}"

    def _summarise(self, item: Item) -> Summary:
        id = item.record.id
        if id not in self._summaries:
            self._summaries[id] = summarise(self._release, item.record)
        return self._summaries[id]

    def _list_attachments(self, mail: Mail) -> list[str]:
        return [name for item in mail.items for name in self._name_documents(mail.subscriber, item)]

    def _name_documents(self, subscriber: Subscriber, item: Item) -> list[str]:
        found = (find_document(item.record, f".{name}") for name in subscriber.formats)
        return [name for name in found if name]

    def _call(self, name: str) -> str:
        """Return what a document is called outside its edition: copies of one briefing sort by release."""
        path = PurePosixPath(name)
        return f"{'-'.join(path.with_suffix('').parts)}-{self._release.name}{path.suffix}"

    def _group(self, subscriber: Subscriber, items: Sequence[Item], limit: int) -> list[tuple[Item, ...]]:
        """Return the items in groups, each as many as a mail may have, in their order."""
        groups: list[list[Item]] = []
        room = 0
        for item in items:
            size = self._measure(subscriber, item)
            if size > limit:
                raise TooLargeError(
                    f"{item.record.id} needs {size} bytes, more than the setting attachment_limit ({limit});"
                    " raise it, or set site_url, for links instead"
                )
            if size > room:
                groups.append([])
                room = limit
            groups[-1].append(item)
            room -= size
        return [tuple(group) for group in groups]

    def _measure(self, subscriber: Subscriber, item: Item) -> int:
        """Return the bytes that a briefing takes in a mail: its words, and its documents in base64."""
        sizes = [len(self._read(name)) for name in self._name_documents(subscriber, item)]
        return _WORDS + sum(78 * -(-size // 57) for size in sizes)

    def _read(self, name: str) -> bytes:
        if name not in self._documents:
            content = (self._release.edition / name).read_bytes()
            if name.endswith(".html"):
                content = send_away(content, name, list_files(self._release), self._find_base())
            self._documents[name] = content
        return self._documents[name]

    def _find_base(self) -> str:
        """Return where the release's pages are on the site; else where the dataset says that they are."""
        if self._settings.site_url:
            return f"{self._settings.site_url.rstrip('/')}/releases/{quote_url(self._release.name)}"
        with suppress(Refusal, OSError):
            return find_site(self._release.package.descriptor.get(HOMEPAGE))
        return ""
