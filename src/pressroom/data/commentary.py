"""What analysts wrote about briefings, as files: ``commentary/<family>/<slug>.md``, signed and dated."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from pressroom.data.characters import (
    describe_character,
    describe_misread,
    find_misread,
    find_unshowable,
    is_blank,
)
from pressroom.data.files import NotPlainError, find_conflict, list_folder, read_text
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote

FOLDER = "commentary"

HEAD = "a commentary begins with a line ---, then `author: NAME` and `date: YYYY-MM-DD`, then a line ---"

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<fields>.*?)^---[ \t]*(?:\n(?P<body>.*))?\Z", re.S | re.M)


def name_commentary(briefing: str) -> str:
    """Return the name, inside a dataset's folder, of the commentary on the briefing with an id."""
    return f"{FOLDER}/{briefing}.md"


def list_commentary(folder: Path) -> list[str]:
    """Return the names, inside a dataset's `folder`, of all that stands where commentary does.

    Raises
    ------
    DatasetError
        If a folder of commentary cannot be read, or something else than files and folders lies in it.
    """
    try:
        families = list_folder(folder, FOLDER)
        return [name for family in families for name in list_folder(folder, family) if name.endswith(".md")]
    except NotPlainError as error:
        raise DatasetError(error.finding) from None
    except OSError as error:
        raise DatasetError(Finding(message=f"it cannot be read: {error.strerror}", file=FOLDER)) from None


def read_commentary(folder: Path, file: str) -> str | None:
    """Return the text of the commentary `file` inside a dataset's `folder`; None if there is none.

    Raises
    ------
    DatasetError
        If it is no plain file, is not UTF-8, or cannot be read.
    """
    try:
        return read_text(folder, file)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except NotPlainError as error:
        raise DatasetError(error.finding) from None
    except IsADirectoryError:
        message = "this is a folder, not a file of commentary; save it as UTF-8 text under this name"
    except UnicodeDecodeError as error:
        message = f"the file is not UTF-8 (byte 0x{error.object[error.start]:02X}); save it as UTF-8"
    except OSError as error:
        message = f"the file cannot be read: {error.strerror}"
    raise DatasetError(Finding(message=message, file=file))


def check_commentary(folder: Path, file: str) -> Iterator[Finding]:
    """Yield what is wrong with the commentary `file` inside a dataset's `folder`; nothing if there is none.

    An error keeps the briefing that it is on from being published.
    """
    try:
        text = read_commentary(folder, file)
    except DatasetError as error:
        yield error.finding
    else:
        yield from () if text is None else check_text(text, file)


def find_error(folder: Path, briefing: str) -> Finding | None:
    """Return the first error in the commentary on the briefing with an id; None if there is none."""
    found = check_commentary(folder, name_commentary(briefing))
    return next((finding for finding in found if finding.severity == "error"), None)


def require_commentary(text: str, file: str) -> None:
    """Raise a DatasetError for the first error in the text of a commentary."""
    for finding in check_text(text, file):
        if finding.severity == "error":
            raise DatasetError(finding)


def check_text(text: str, file: str) -> Iterator[Finding]:
    """Yield what is wrong with the text of one commentary: its author, its date, and that it says nothing."""
    if conflict := find_conflict(text):
        yield Finding(message=conflict, file=file)
        return
    fields, body = split_front_matter(text)
    for row, character in find_unshowable(text):
        yield Finding(message=describe_character(character), file=file, row=row, value=character)
    for found in find_misread(text):
        yield Finding(message=describe_misread(found), severity="warning", file=file, value=found)
    if fields is None and not is_blank(text):
        yield Finding(message=f"it has no author and no date: {HEAD}", file=file)
    elif fields is not None:
        yield from (Finding(message=message, file=file) for message in _check_fields(fields))
    if is_blank(body):
        yield Finding(message="it says nothing below its head", severity="warning", file=file)


def _check_fields(fields: Mapping[str, str]) -> Iterator[str]:
    wanted = ("author", "date")
    for name in wanted:
        if is_blank(fields.get(name, "")):
            other = find_nearest(name, [field for field in fields if field not in wanted])
            meant = f"; is {quote(other)} meant to be it?" if other else ""
            yield f"the {name} is missing{meant}; {HEAD}"
    if not is_blank(fields.get("date", "")) and not is_day(fields["date"]):
        yield f"the date {quote(fields['date'])} is no day; write it as YYYY-MM-DD, such as 2026-01-31"


def is_day(text: str) -> bool:
    """Return whether a text is a day, YYYY-MM-DD."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII))


def split_front_matter(text: str) -> tuple[dict[str, str] | None, str]:
    """Return the fields at the head of a commentary, by name, and its Markdown; None if it has no head.

    The head stands between two lines of three hyphens; each of its lines is ``name: value``.

    Examples
    --------
    >>> split_front_matter("---\\nauthor: A. Analyst\\n---\\nWords.")
    ({'author': 'A. Analyst'}, 'Words.')
    """
    text = text.replace("\r\n", "\n")
    found = _FRONT_MATTER.match(text)
    if not found:
        return None, text
    pairs = (line.partition(":") for line in found["fields"].splitlines() if ":" in line)
    fields = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    return fields, found["body"] or ""
