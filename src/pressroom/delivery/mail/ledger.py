"""The delivery ledger: who got what, and how far each mail came.

A mail goes from ``pending`` to ``sending``, written before the server gets the message, and from there to
``accepted``, ``refused`` or ``deferred``, written once the server has answered. What a subscriber has of each
briefing is written in the same transaction as ``accepted``. So a crash at any moment loses nothing, and
repeats nothing that is ``accepted``.

Where SMTP allows no more: between the server's taking a message over (its 250 after the final dot) and our
writing that down, the mail is ``sending``, and nobody can tell whether the server has it. It is sent once
more then, with the same ``Message-ID``, by which a receiver can drop the second copy. The same holds for a
connection that breaks after the final dot and before the server's answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pressroom.delivery.mail.addresses import identify
from pressroom.delivery.mail.ledger_file import (
    FILE,
    Connection,
    connect,
    copy_unopened,
    describe,
    digest_content,
)
from pressroom.edition.manifest import Record

BRIEFINGS, AGAIN, RECALL = "briefings", "again", "recall"
"""Why a mail was sent: a release came, somebody asked for it once more, or a release was recalled."""


@dataclass(frozen=True)
class Entry:
    """One mail.

    Attributes
    ----------
    briefings
        The ids of those that come with it, and what each is, as `contents.digest_content` has it.
    recalled, dropped
        The releases that it recalls, and the ids of what its reader has of them that nothing replaces, which
        does not count once the mail is accepted.
    """

    message_id: str
    address: str
    release: str
    briefings: Mapping[str, str]
    selectors: tuple[str, ...] = ()
    kind: str = BRIEFINGS
    recalled: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


@dataclass(frozen=True)
class Holding:
    """Which copy of a briefing somebody has: of which release, and what it is; ``""`` if that is unknown."""

    release: str
    content: str


@dataclass(frozen=True)
class Sent:
    """One mail as the ledger knows it; `at` is when it came to its state, UTC."""

    message_id: str
    address: str
    release: str
    briefings: Sequence[str]
    selectors: Sequence[str]
    recalled: Sequence[str]
    kind: str
    state: str
    reply: str
    tries: int
    at: str


BOUNCES = 3
"""After so many mails that came back for good an address is paused."""

_PERMANENT = "5."


@dataclass(frozen=True)
class Bounce:
    """A mail that came back.

    Attributes
    ----------
    sent
        What the mail's header ``Date`` said: a mail can be sent several times. ``""`` if that is unknown.
    at
        When we read of it, UTC.
    status, told
        The code of RFC 3463, such as ``5.1.1``, and what the receiving server said.
    """

    message_id: str
    sent: str
    at: str
    status: str
    told: str


class Ledger:
    """An open ledger; see the module."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @property
    def id(self) -> str:
        """Return what tells this ledger from any other."""
        (id,) = self._connection.execute("SELECT id FROM identity").fetchone()
        return str(id)

    @property
    def accepted(self) -> int:
        """Return how many mails were ever accepted."""
        (number,) = self._connection.execute("SELECT accepted FROM identity").fetchone()
        return int(number)

    def holdings(self) -> Mapping[str, Mapping[str, Holding]]:
        """Return by person, as `addresses.identify` has it, and briefing the copy that was last accepted."""
        found: dict[str, dict[str, Holding]] = {}
        rows = self._connection.execute("SELECT person, briefing, release, content FROM holdings")
        for person, briefing, release, content in rows:
            found.setdefault(person, {})[briefing] = Holding(release, content)
        return found

    def content(self, digest: str) -> str | None:
        """Return what `contents.describe` said of a copy; None if it was never kept."""
        found = self._connection.execute(
            "SELECT content FROM contents WHERE digest = ?", (digest,)
        ).fetchone()
        return found[0] if found else None

    def keep(self, records: Iterable[Record]) -> None:
        """Note what briefings are."""
        texts = map(describe, records)
        with self._connection as transaction:
            rows = [(digest_content(text), text) for text in texts]
            transaction.executemany("INSERT OR IGNORE INTO contents VALUES (?, ?)", rows)

    def plan(self, entries: Iterable[Entry], *, is_all: bool = True) -> None:
        """Note what is to be sent; if that is all there is, forget what was to be but is no more."""
        rows = [_list_values(entry) for entry in entries]
        with self._connection as transaction:
            known = {row[0] for row in rows}
            waiting = transaction.execute("SELECT message_id FROM mails WHERE state != 'accepted'")
            stale = [(id,) for (id,) in waiting.fetchall() if is_all and id not in known]
            transaction.executemany("DELETE FROM mails WHERE message_id = ?", stale)
            transaction.executemany(
                "INSERT INTO mails"
                " (message_id, address, release, briefings, selectors, recalled, kind, state, at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?) ON CONFLICT (message_id) DO NOTHING",
                rows,
            )

    def begin(self, entry: Entry) -> None:
        """Note that the server gets the message now."""
        with self._connection as transaction:
            transaction.execute(
                "UPDATE mails SET state = 'sending', tries = tries + 1, at = ? WHERE message_id = ?",
                (_now(), entry.message_id),
            )

    def finish(self, entry: Entry, state: str, reply: str) -> None:
        """Note what the server said; what it accepted, the subscriber has."""
        with self._connection as transaction:
            transaction.execute(
                "UPDATE mails SET state = ?, reply = ?, at = ? WHERE message_id = ?",
                (state, reply, _now(), entry.message_id),
            )
            if state == "accepted":
                transaction.execute("UPDATE identity SET accepted = accepted + 1")
                self._hand_over(transaction, entry)

    def _hand_over(self, transaction: Connection, entry: Entry) -> None:
        person = identify(entry.address)
        dropped = [(person, briefing) for briefing in entry.dropped]
        transaction.executemany("DELETE FROM holdings WHERE person = ? AND briefing = ?", dropped)
        held = [(person, id, entry.release, content) for id, content in entry.briefings.items()]
        transaction.executemany("INSERT OR REPLACE INTO holdings VALUES (?, ?, ?, ?)", held)

    def count(self, release: str) -> Mapping[str, int]:
        """Return the number of a release's mails by their state."""
        return dict(
            self._connection.execute(
                "SELECT state, count(*) FROM mails WHERE release = ? GROUP BY state", (release,)
            ).fetchall()
        )

    def list(self) -> list[Sent]:
        """Return all mails, in the order in which they came to their states."""
        return [*self._read_mails("ORDER BY at, rowid")]

    def find_mail(self, message_id: str) -> Sent | None:
        """Return the mail of that ``Message-ID``; None if there is none."""
        return next(iter(self._read_mails("WHERE message_id = ?", message_id)), None)

    def _read_mails(self, which: str, *values: str) -> Sequence[Sent]:
        columns = [entry.name for entry in fields(Sent)]
        rows = self._connection.execute(f"SELECT {', '.join(columns)} FROM mails {which}", values)
        return [Sent(**_read_lists(dict(zip(columns, row, strict=True)))) for row in rows]

    def threads(self) -> Mapping[str, tuple[str, ...]]:
        """Return by person the ``Message-ID`` of the first and the last mail that was accepted."""
        found: dict[str, tuple[str, ...]] = {}
        for mail in self.list():
            if mail.state == "accepted" and mail.address:
                person = identify(mail.address)
                found[person] = (*found.get(person, ())[:1], mail.message_id)
        return found

    def bounces(self) -> Sequence[Bounce]:
        """Return the mails that came back, in the order in which we read of it."""
        columns = ", ".join(entry.name for entry in fields(Bounce))
        rows = self._connection.execute(f"SELECT {columns} FROM bounces ORDER BY at, message_id, sent")
        return [Bounce(*row) for row in rows]

    def bounce(self, mail: Sent, bounce: Bounce) -> bool:
        """Note that a mail came back, so that its reader has what they had before; return whether it is news.

        What other mails brought, their reader still has; and what a recall that came back was about, too.
        """
        person = identify(mail.address)
        with self._connection as transaction:
            columns = ", ".join(entry.name for entry in fields(Bounce))
            noted = transaction.execute(
                f"INSERT OR IGNORE INTO bounces ({columns}, person) VALUES (?, ?, ?, ?, ?, ?)",
                (*astuple(bounce), person),
            )
            if noted.rowcount:
                self._take_back(transaction, person, mail)
        return bool(noted.rowcount)

    def _take_back(self, transaction: Connection, person: str, mail: Sent) -> None:
        brought = self._find_brought(person, mail)
        lost = [id for id in mail.briefings if brought.get(id) != mail.release]
        transaction.executemany(
            "DELETE FROM holdings WHERE person = ? AND briefing = ? AND release = ?",
            [(person, id, mail.release) for id in lost],
        )
        had = brought if mail.kind == RECALL else {id: brought[id] for id in lost if id in brought}
        transaction.executemany(
            "INSERT OR IGNORE INTO holdings VALUES (?, ?, ?, '')",
            [(person, id, release) for id, release in had.items()],
        )

    def _find_brought(self, person: str, but: Sent) -> dict[str, str]:
        """Return of which release somebody has briefings, by the other mails that did not come back."""
        rows = self._connection.execute(
            "SELECT address, briefings, release FROM mails WHERE state = 'accepted' AND message_id != ?"
            " AND NOT EXISTS (SELECT 1 FROM bounces b WHERE b.message_id = mails.message_id"
            " AND b.at >= mails.at) ORDER BY at, rowid",
            (but.message_id,),
        )
        theirs = [(json.loads(ids), release) for address, ids, release in rows if identify(address) == person]
        return {id: release for ids, release in theirs for id in ids}

    def paused(self) -> set[str]:
        """Return the persons, as `addresses.identify` has them, who get nothing: their mails came back."""
        rows = self._connection.execute(
            "SELECT person FROM bounces WHERE status LIKE ? AND NOT is_cleared"
            " GROUP BY person HAVING count(*) >= ?",
            (f"{_PERMANENT}%", BOUNCES),
        )
        return {person for (person,) in rows}

    def clear_bounces(self, address: str) -> int:
        """Have somebody's mails that came back count no more; return how many did."""
        with self._connection as transaction:
            done = transaction.execute(
                "UPDATE bounces SET is_cleared = 1 WHERE person = ? AND NOT is_cleared", (identify(address),)
            )
        return done.rowcount

    def forget(self, address: str) -> int:
        """Take somebody's address out of all that is noted, and return how many mails held it.

        The mails stay, without it: their numbers still count.
        """
        person = identify(address)
        with self._connection as transaction:
            rows = transaction.execute("SELECT message_id, address FROM mails").fetchall()
            theirs = [(id,) for id, to in rows if to and identify(to) == person]
            transaction.executemany("UPDATE mails SET address = '', reply = '' WHERE message_id = ?", theirs)
            for table in ("holdings", "bounces"):
                transaction.execute(f"DELETE FROM {table} WHERE person = ?", (person,))
        self._connection.execute("VACUUM")  # what was deleted stays in the file's free pages until then
        return len(theirs)


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """Yield the ledger in a folder, made if it is not there; only its owner can read either.

    Raises
    ------
    LedgerError
        If the file is no ledger, is one of a later version, or cannot be written.
    """
    with connect(folder) as connection:
        yield Ledger(connection)


@contextmanager
def read_ledger(folder: Path) -> Iterator[Ledger]:
    """Yield a copy of the ledger in a folder, which stays as it is; an empty one if there is none.

    Raises
    ------
    LedgerError
        If the file is no ledger, or is one of a later version.
    """
    with TemporaryDirectory() as copy:
        if (folder / FILE).exists():
            copy_unopened(folder, Path(copy))
        with open_ledger(Path(copy)) as ledger:
            yield ledger


def _read_lists(cells: dict[str, Any]) -> dict[str, Any]:
    """Return a row's cells with its lists as lists."""
    lists = {name: cells[name].split() for name in ("selectors", "recalled")}
    return {**cells, **lists, "briefings": json.loads(cells["briefings"])}


def _list_values(entry: Entry) -> tuple[str, ...]:
    lists = (json.dumps(list(entry.briefings)), " ".join(entry.selectors), " ".join(entry.recalled))
    return (entry.message_id, entry.address, entry.release, *lists, entry.kind, _now())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
