"""The record of deliveries, beside the releases: a JSON object a line, which names nobody.

It is written before the first mail of a delivery and after the last, so that a ledger that was lost, emptied
or restored from an earlier copy is known for that before anybody gets everything once more.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from pressroom.data.findings import Refusal
from pressroom.data.previous import STATE
from pressroom.delivery.log import append_text, read_lines
from pressroom.delivery.private import open_private

RECORD = "deliveries.jsonl"


class LostLedgerError(Refusal):
    """The ledger is not the one that mails were last written into; the message says what to do."""


@dataclass(frozen=True)
class Delivered:
    """How far deliveries had come: of which release, by which ledger, and its number of accepted mails."""

    release: str
    ledger: str
    accepted: int


def read_record(releases: Path) -> list[Delivered]:
    """Return the record's lines, the oldest first; one that a full disk cut off is left out."""
    return list(_read(releases / RECORD))


def write_record(releases: Path, line: Delivered) -> None:
    """Add to the record how far a ledger has come; an OSError if there is no room for it."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    append_text(releases / RECORD, json.dumps({**asdict(line), "at": at}))


def require_ledger(releases: Path, ledger: str, accepted: int) -> None:
    """Raise a LostLedgerError if mails were sent that a ledger knows nothing of.

    Parameters
    ----------
    ledger, accepted
        Which ledger it is, and how many accepted mails it knows of.
    """
    record = read_record(releases)
    if record:
        last = record[-1]
        is_whole = ledger == last.ledger and accepted >= last.accepted
        number = last.accepted
    else:  # an earlier version kept no record, but the log tells of its mails
        number = sum(int(line.details.get("accepted") or 0) for line in read_lines(releases / STATE))
        is_whole = not number or bool(accepted)
    if not is_whole:
        raise LostLedgerError(
            f"the delivery ledger is not the one of the last delivery: {number} mails were accepted, and it"
            f" knows of {accepted}. Restore {releases / STATE} from a copy; or, if everybody is to get"
            " everything once more that this ledger does not know of: briefings deliver --new-ledger"
        )


def _read(file: Path) -> Iterator[Delivered]:
    if not file.exists():
        return
    with os.fdopen(
        open_private(file, os.O_RDONLY), encoding="utf-8", errors="replace", newline="\n"
    ) as opened:
        texts = opened.read().split("\n")
    for text in texts:
        try:
            entry = json.loads(text)
            yield Delivered(str(entry["release"]), str(entry["ledger"]), int(entry["accepted"]))
        except (ValueError, KeyError, TypeError):
            continue
