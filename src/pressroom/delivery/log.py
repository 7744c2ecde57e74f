"""The log of runs and the record of deliveries: a JSON object a line, appended, never rewritten.

The record is written before the first mail of a delivery and after the last, so that a ledger that was lost,
emptied or restored from an earlier copy is known for that before anybody gets everything once more.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pressroom.data.findings import Refusal, escape_unseen
from pressroom.data.previous import STATE
from pressroom.delivery.storage import keep_private, open_private

LOG = "runs.jsonl"

_LEEWAY = timedelta(minutes=1)
"""By how much a clock may be set back between two runs without a word."""

BEGIN, END = "begin", "run"
"""The steps that a run begins and ends with; a run without the last is at work, or was killed."""

RECORD = "deliveries.jsonl"


@dataclass(frozen=True)
class Line:
    """One step of a run.

    Attributes
    ----------
    run
        When the run began, UTC in ISO 8601: its name.
    step
        ``"begin"``, ``"check"``, ``"build"`` and so on, and at last ``"run"``, which sums it up.
    is_good
        Whether it did what it should.
    seconds
        How long it took.
    details
        What it did, by name.
    """

    run: str
    step: str
    is_good: bool
    seconds: float
    details: Mapping[str, Any] = field(default_factory=dict)


def write_line(folder: Path, line: Line) -> None:
    """Append a line to the log in a folder; an OSError if there is no room for all of it."""
    entry = {"run": line.run, "step": line.step, "ok": line.is_good, "seconds": round(line.seconds, 3)}
    keep_private(folder)  # faults name subscribers
    append_text(folder / LOG, escape_unseen(json.dumps(entry | dict(line.details), ensure_ascii=False)))


def append_text(file: Path, text: str) -> None:
    """Append one line to a private file; an OSError if there is no room for all of it."""
    # One write of one line: what another process appends cannot come between.
    descriptor = open_private(file, os.O_WRONLY | os.O_APPEND)
    try:
        # What UTF-8 lacks, half a surrogate pair, is escaped in the way of JSON.
        content = _mended(file) + f"{text}\n".encode("utf-8", "backslashreplace")
        if os.write(descriptor, content) < len(content):
            raise OSError(errno.ENOSPC, "there is no room for the whole line", str(file))
    finally:
        os.close(descriptor)


def read_lines(folder: Path) -> list[Line]:
    """Return the log's lines, oldest first; one that a full disk cut off is left out."""
    return list(_read(folder / LOG))


def read_last_run(folder: Path) -> list[Line]:
    """Return the lines of the last run; none if there was none."""
    lines = read_lines(folder)
    return [line for line in lines if line.run == lines[-1].run]


def find_last_start(folder: Path, now: datetime) -> datetime | None:
    """Return when the last run began; None if there was none.

    What the log says to be still to come is left out: then the clock was ahead, and when that run began
    nobody knows.
    """
    starts = {datetime.fromisoformat(line.run) for line in read_lines(folder)}
    return max((start for start in starts if not is_ahead(start, now)), default=None)


def is_ahead(start: datetime, now: datetime) -> bool:
    """Return whether a run is said to begin in the future."""
    return start > now + _LEEWAY


def name_run(now: datetime) -> str:
    """Return a run's name: when it began."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds")


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
    return list(_read_deliveries(releases / RECORD))


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


def _read(path: Path) -> Iterator[Line]:
    if not path.exists():
        return
    keep_private(path.parent)
    with os.fdopen(open_private(path, os.O_RDONLY), encoding="utf-8", errors="replace", newline="\n") as file:
        texts = file.read().split("\n")
    for text in texts:
        try:
            entry = json.loads(text)
            first = (entry.pop("run"), entry.pop("step"), entry.pop("ok"), entry.pop("seconds"))
        except (ValueError, KeyError, AttributeError, TypeError):
            continue
        yield Line(*first, details=entry)


def _mended(path: Path) -> bytes:
    """Return a line's end if the last line has none."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if not size:
            return b""
        file.seek(-1, os.SEEK_END)
        return b"" if file.read(1) == b"\n" else b"\n"


def _read_deliveries(file: Path) -> Iterator[Delivered]:
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
