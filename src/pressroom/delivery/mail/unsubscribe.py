"""Those who leave: out of the file of subscribers; or out of all that is noted, too."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from pressroom.data.files import read_file
from pressroom.data.findings import Refusal
from pressroom.delivery.mail.addresses import clean_address, identify
from pressroom.delivery.mail.ledger import open_ledger
from pressroom.delivery.mail.ledger_file import EARLIER, FILE
from pressroom.delivery.storage import MAIL_LOCK, RUN_LOCK, lock_file, write_private, write_whole

FORGOTTEN = "(forgotten)"

_LOCK = "subscribers.lock"


class LeavingError(Refusal):
    """The file of subscribers cannot be read as rows; the message says where."""


def unsubscribe(state: Path, file: Path, address: str) -> int:
    """Take somebody's rows out of the file of subscribers, and return how many.

    All else in it stays as it is, byte for byte.

    Raises
    ------
    ValueError
        If that is no mail address.
    LeavingError
        If the file cannot be read as rows: then it stays as it is.
    OSError, UnicodeDecodeError
        If it cannot be read or written.
    """
    wanted = identify(clean_address(address))
    with lock_file(state / _LOCK):  # two at once would bring each other's rows back
        return _take_out(file.resolve(), wanted) if file.exists() else 0


def _take_out(file: Path, wanted: str) -> int:
    rows = list(_split(read_file(file.parent, file.name).decode("utf-8")))
    header = [cell.strip("\ufeff ") for cell in rows[0][0]] if rows else []
    place = header.index("address") if "address" in header else 0
    theirs = [text for cells, text in rows[1:] if _identify_cell(cells[place : place + 1]) == wanted]
    if theirs:
        kept = "".join(text for _, text in rows if text not in theirs)
        write_whole(file, kept.encode(), write_private)
    return len(theirs)


def forget(state: Path, file: Path, address: str) -> tuple[int, int]:
    """Take somebody out of subscribers, ledger and log; return how many rows and mails held them.

    The mails stay, without the address: their numbers still count. Copies elsewhere stay as they are.

    Raises
    ------
    ValueError
        If that is no mail address.
    OSError, UnicodeDecodeError, LedgerError
        If something cannot be read or written.
    """
    rows, mails = unsubscribe(state, file, address), 0
    with lock_file(state / RUN_LOCK), lock_file(state / MAIL_LOCK):
        if (state / FILE).exists():
            with open_ledger(state) as ledger:
                mails = ledger.forget(clean_address(address))
        for name in EARLIER:
            (state / name).unlink(missing_ok=True)
        for written in sorted(state.glob("*.json*")):
            _blank(written, address)
    return rows, mails


def _blank(file: Path, address: str) -> None:
    """Write a file anew without an address, in whatever case and whichever way its domain is written."""
    ways = "|".join(sorted({re.escape(address), re.escape(clean_address(address))}))
    text = read_file(file.parent, file.name).decode("utf-8", "surrogateescape")
    blank = re.sub(rf"(?<![\w.+-])({ways})(?!\.?[\w-])", FORGOTTEN, text, flags=re.IGNORECASE)
    if blank != text:
        write_whole(file, blank.encode("utf-8", "surrogateescape"), write_private)


def _split(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield the cells of each row with the text that they stand in, line ends included."""
    taken: list[str] = []

    def feed() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    try:
        # Strict, since a quotation that is not closed would make one row of all that follow.
        for cells in csv.reader(feed(), strict=True):
            yield cells, "".join(taken)
            taken.clear()
    except csv.Error as error:
        raise LeavingError(f"subscribers: a row cannot be read: {error}; nobody was taken out") from None


def _identify_cell(cell: list[str]) -> str:
    try:
        return identify(clean_address(cell[0].strip())) if cell else ""
    except ValueError:
        return ""
