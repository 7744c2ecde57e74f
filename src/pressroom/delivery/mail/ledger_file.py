"""The file of the delivery ledger: its tables, a briefing in them, and how earlier ones are read."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

from pressroom.data.findings import Refusal
from pressroom.data.previous import LOOKING_BACK
from pressroom.delivery.mail.addresses import identify
from pressroom.delivery.storage import keep_private, open_private
from pressroom.edition.manifest import Record

Connection = sqlite3.Connection

FILE = "ledger.sqlite"
VERSION = 2

EARLIER = ("ledger-1.sqlite",)
"""Copies of ledgers of earlier versions."""

_STATES = "('pending', 'sending', 'accepted', 'refused', 'deferred')"

_TABLES = f"""
CREATE TABLE identity (id TEXT NOT NULL, accepted INTEGER NOT NULL);
CREATE TABLE mails (
    message_id TEXT PRIMARY KEY,
    address TEXT NOT NULL,
    release TEXT NOT NULL,
    briefings TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN {_STATES}),
    reply TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL,
    kind TEXT NOT NULL DEFAULT 'briefings',
    selectors TEXT NOT NULL DEFAULT '',
    recalled TEXT NOT NULL DEFAULT ''
);
"""
_HELD = """
CREATE TABLE holdings (
    person TEXT NOT NULL,
    briefing TEXT NOT NULL,
    release TEXT NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (person, briefing)
) WITHOUT ROWID;
CREATE TABLE contents (digest TEXT PRIMARY KEY, content TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE bounces (
    message_id TEXT NOT NULL,
    person TEXT NOT NULL,
    sent TEXT NOT NULL,
    at TEXT NOT NULL,
    status TEXT NOT NULL,
    told TEXT NOT NULL,
    is_cleared INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (message_id, sent)
) WITHOUT ROWID;
"""
_NEW = f"{_TABLES}{_HELD} INSERT INTO identity VALUES (lower(hex(randomblob(16))), 0);"

_FROM_1 = f"""
ALTER TABLE holdings RENAME TO holdings_1;
ALTER TABLE contents RENAME TO contents_1;
CREATE TABLE identity (id TEXT NOT NULL, accepted INTEGER NOT NULL);
ALTER TABLE mails ADD COLUMN kind TEXT NOT NULL DEFAULT 'briefings';
ALTER TABLE mails ADD COLUMN selectors TEXT NOT NULL DEFAULT '';
ALTER TABLE mails ADD COLUMN recalled TEXT NOT NULL DEFAULT '';
{_HELD}
INSERT INTO identity
    SELECT lower(hex(randomblob(16))), count(*) FROM mails WHERE state = 'accepted';
INSERT OR IGNORE INTO contents SELECT digest(content), content FROM contents_1;
INSERT OR REPLACE INTO holdings
    SELECT identify(h.address), h.briefing, h.release, coalesce(digest(c.content), '')
    FROM holdings_1 h LEFT JOIN contents_1 c ON c.release = h.release AND c.briefing = h.briefing;
DROP TABLE holdings_1;
DROP TABLE contents_1;
"""


def describe(record: Record) -> str:
    """Return what a briefing read and how it was made, never its documents, as a text that can be kept."""
    reads = {
        _digest([read["query"], read["arguments"]]): read["digest"]
        for read in record.reads
        if read["query"] not in LOOKING_BACK
    }
    inputs = {name: digest for name, digest in record.inputs.items() if name != "dataset"}
    return json.dumps({"reads": reads, "made": [inputs, record.parameters]}, sort_keys=True)


def digest_content(content: str) -> str:
    """Return the SHA-256 by which a text of `describe` is known."""
    return sha256(content.encode()).hexdigest()


def is_alike(old: str, new: str) -> bool:
    """Return whether two texts of `describe` tell of the same: no question asked twice has another answer."""
    one, other = json.loads(old), json.loads(new)
    both = one["reads"].keys() & other["reads"].keys()
    same = all(one["reads"][question] == other["reads"][question] for question in both)
    return same and bool(one["made"] == other["made"])


class LedgerError(Refusal):
    """The ledger cannot be read or written, or is not the one that it has to be; the message says why."""


@contextmanager
def connect(folder: Path) -> Iterator[Connection]:
    """Yield a connection to the ledger in a folder, made if it is not there; only its owner can read it.

    The ledger of an earlier version becomes one of today's; a copy of it is kept beside it.

    Raises
    ------
    LedgerError
        If it is no ledger, is of a later version, or cannot be read or written.
    """
    keep_private(folder)
    os.close(open_private(folder / FILE, os.O_RDWR))  # its journal is made with the same mode
    try:
        with closing(sqlite3.connect(folder / FILE, timeout=30)) as connection:
            connection.execute("PRAGMA synchronous = FULL")  # what is committed outlasts a power cut
            _prepare(connection, folder)
            yield connection
    except sqlite3.Error as error:
        raise LedgerError(f"the delivery ledger {folder / FILE} cannot be used: {error}") from error


def copy_ledger(connection: Connection, file: Path) -> None:
    """Write a ledger as it is now into another file, which only its owner can read."""
    os.close(open_private(file, os.O_RDWR | os.O_TRUNC))
    with closing(sqlite3.connect(file)) as copy:
        connection.backup(copy)


def copy_unopened(folder: Path, target: Path) -> None:
    """Copy the ledger in a folder, as it is now, into another one; itself it is only read, never mended.

    Raises
    ------
    LedgerError
        If it is no ledger, or cannot be read.
    """
    try:
        uri = f"{(folder / FILE).absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True, timeout=30)) as connection:
            copy_ledger(connection, target / FILE)
    except sqlite3.OperationalError:  # what a killed command left half done can be taken back in a copy only
        _copy_files(folder, target)
    except sqlite3.Error as error:
        raise LedgerError(f"the delivery ledger {folder / FILE} cannot be read: {error}") from error


def _digest(value: Any) -> str:
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _prepare(connection: Connection, folder: Path) -> None:
    version = _read_version(connection)
    if version == 1:
        copy_ledger(connection, folder / EARLIER[0])
    elif version not in (0, VERSION):
        raise LedgerError(f"the delivery ledger is of version {version}; this program reads {VERSION}")
    if version < VERSION:
        connection.create_function("identify", 1, identify)
        connection.create_function("digest", 1, lambda text: text and digest_content(text))
        connection.execute("BEGIN IMMEDIATE")
        # Another command may have done it while this one waited.
        script = {0: _NEW, 1: _FROM_1}.get(_read_version(connection), "")
        for statement in filter(str.strip, script.split(";")):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.commit()


def _copy_files(folder: Path, target: Path) -> None:
    for name in (FILE, f"{FILE}-journal"):
        if (folder / name).exists():
            shutil.copyfile(folder / name, target / name)
    with connect(target):
        pass


def _read_version(connection: Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
