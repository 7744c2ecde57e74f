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
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pressroom.data.findings import Refusal
from pressroom.data.previous import LOOKING_BACK
from pressroom.delivery.private import keep_private, open_private
from pressroom.edition.manifest import Record

FILE = "ledger.sqlite"
VERSION = 1

_SCHEMA = """
CREATE TABLE mails (
    message_id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    release TEXT NOT NULL,
    briefings TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'sending', 'accepted', 'refused', 'deferred')),
    reply TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL
);
CREATE TABLE holdings (
    address TEXT NOT NULL,
    briefing TEXT NOT NULL,
    release TEXT NOT NULL,
    PRIMARY KEY (address, briefing)
) WITHOUT ROWID;
CREATE TABLE contents (
    release TEXT NOT NULL,
    briefing TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (release, briefing)
) WITHOUT ROWID;
"""


class LedgerError(Refusal):
    """The ledger cannot be read or written; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One mail: to whom, of which release, and which briefings."""

    message_id: str
    address: str
    release: str
    briefings: tuple[str, ...]


class Ledger:
    """An open ledger; see the module."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def holdings(self) -> Mapping[str, Mapping[str, str]]:
        """Return by address and briefing the release from which it was last accepted."""
        found: dict[str, dict[str, str]] = {}
        rows = self._connection.execute("SELECT address, briefing, release FROM holdings")
        for address, briefing, release in rows:
            found.setdefault(address, {})[briefing] = release
        return found

    def contents(self, release: str) -> Mapping[str, str]:
        """Return what a release's briefings were, as `describe` had it; its folder may be gone by now."""
        rows = self._connection.execute(
            "SELECT briefing, content FROM contents WHERE release = ?", (release,)
        )
        return dict(rows.fetchall())

    def keep(self, release: str, records: Iterable[Record]) -> None:
        """Note what a release's briefings are."""
        rows = [(release, record.id, describe(record)) for record in records]
        with self._connection as transaction:
            transaction.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?)", rows)

    def plan(self, entries: Iterable[Entry]) -> None:
        """Note what is to be sent, and forget what was to be but is no more."""
        rows = [
            (entry.message_id, entry.address, entry.release, json.dumps(entry.briefings), _now())
            for entry in entries
        ]
        with self._connection as transaction:
            known = {row[0] for row in rows}
            waiting = transaction.execute("SELECT message_id FROM mails WHERE state != 'accepted'")
            stale = [(id,) for (id,) in waiting.fetchall() if id not in known]
            transaction.executemany("DELETE FROM mails WHERE message_id = ?", stale)
            transaction.executemany(
                "INSERT INTO mails (message_id, address, release, briefings, state, at)"
                " VALUES (?, ?, ?, ?, 'pending', ?) ON CONFLICT (message_id) DO NOTHING",
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
                transaction.executemany(
                    "INSERT OR REPLACE INTO holdings (address, briefing, release) VALUES (?, ?, ?)",
                    [(entry.address, briefing, entry.release) for briefing in entry.briefings],
                )

    def count(self, release: str) -> Mapping[str, int]:
        """Return the number of a release's mails by their state."""
        return dict(
            self._connection.execute(
                "SELECT state, count(*) FROM mails WHERE release = ? GROUP BY state", (release,)
            ).fetchall()
        )

    def states(self) -> Mapping[str, tuple[str, str]]:
        """Return the state and the server's last reply of each mail, by its ``Message-ID``."""
        rows = self._connection.execute("SELECT message_id, state, reply FROM mails")
        return {id: (state, reply) for id, state, reply in rows}


@contextmanager
def open_ledger(folder: Path) -> Iterator[Ledger]:
    """Yield the ledger in a folder, made if it is not there; only its owner can read either.

    Raises
    ------
    LedgerError
        If the file is no ledger, is one of a later version, or cannot be written.
    """
    keep_private(folder)
    os.close(open_private(folder / FILE, os.O_RDWR))  # its journal is made with the same mode
    try:
        connection = sqlite3.connect(folder / FILE, timeout=30)
        try:
            _prepare(connection)
            yield Ledger(connection)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise LedgerError(f"the delivery ledger {folder / FILE} cannot be used: {error}") from error


def describe(record: Record) -> str:
    """Return what a briefing read and how it was made, never its documents, as a text that can be kept."""
    reads = {
        _digest([read["query"], read["arguments"]]): read["digest"]
        for read in record.reads
        if read["query"] not in LOOKING_BACK
    }
    inputs = {name: digest for name, digest in record.inputs.items() if name != "dataset"}
    return json.dumps({"reads": reads, "made": [inputs, record.parameters]}, sort_keys=True)


def is_alike(old: str, new: str) -> bool:
    """Return whether two texts of `describe` tell of the same: no question asked twice has another answer."""
    one, other = json.loads(old), json.loads(new)
    both = one["reads"].keys() & other["reads"].keys()
    same = all(one["reads"][question] == other["reads"][question] for question in both)
    return same and bool(one["made"] == other["made"])


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")  # what is committed outlasts a power cut
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")
    elif version != VERSION:
        raise LedgerError(f"the delivery ledger is of version {version}; this program reads {VERSION}")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
