"""Whether each commentary is signed, and stands where a briefing finds it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from pathlib import Path, PurePosixPath

from aichr_briefings.dataset.commentary import FOLDER, list_commentary, read_commentary, split_front_matter
from aichr_briefings.dataset.findings import DatasetError, Finding, find_nearest, quote

HEAD = "a commentary begins with a line ---, then `author: NAME` and `date: YYYY-MM-DD`, then a line ---"


def check_commentary(
    data: Path, briefings: Collection[str] | None, *, faulty: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the commentary in a dataset's folder; what cannot be read is the dataset's.

    Parameters
    ----------
    briefings
        Ids of all briefings; None if they cannot be told, so that none is missed.
    faulty
        Families of which nobody can tell the briefings.
    """
    yield from _check_places(data)
    for file in list_commentary(data):
        try:
            text = read_commentary(data, file)
        except DatasetError:
            continue
        yield from check_text(text or "", file)
        id = f"{PurePosixPath(file).parent.name}/{PurePosixPath(file).stem}"
        if briefings is not None and id not in briefings and id.partition("/")[0] not in faulty:
            message = f"there is no briefing {quote(id)}, so nobody sees this commentary"
            nearest = find_nearest(id, briefings)
            yield Finding(message=message, severity="warning", file=file, value=id, nearest=nearest)


def check_text(text: str, file: str) -> Iterator[Finding]:
    """Yield what is wrong with the text of one commentary: its author, its date, and that it says nothing."""
    fields, body = split_front_matter(text)
    if fields is None:
        yield Finding(message=f"it has no author and no date: {HEAD}", file=file)
    else:
        yield from (Finding(message=message, file=file) for message in _check_fields(fields))
    if not body.strip():
        yield Finding(message="it says nothing below its head", severity="warning", file=file)


def _check_fields(fields: Mapping[str, str]) -> Iterator[str]:
    wanted = ("author", "date")
    for name in wanted:
        if not fields.get(name):
            other = find_nearest(name, [field for field in fields if field not in wanted])
            meant = f"; is {quote(other)} meant to be it?" if other else ""
            yield f"the {name} is missing{meant}; {HEAD}"
    if fields.get("date") and not is_day(fields["date"]):
        yield f"the date {quote(fields['date'])} is no day; write it as YYYY-MM-DD, such as 2019-11-18"


def is_day(text: str) -> bool:
    """Return whether a text is a day, YYYY-MM-DD."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII))


def _check_places(data: Path) -> Iterator[Finding]:
    """Yield a warning for each file that no briefing looks for, and say where it would."""
    for path in sorted((data / FOLDER).rglob("*")):
        inside = path.relative_to(data / FOLDER)
        if path.is_dir() or any(part.startswith(".") for part in inside.parts):
            continue
        if len(inside.parts) == 2 and path.suffix == ".md":
            continue
        wrong = "its name does not end in .md" if len(inside.parts) == 2 else "it is in the wrong place"
        message = f"nobody sees this: {wrong}; a commentary is {FOLDER}/<family>/<briefing>.md, such as"
        message += f" {FOLDER}/agency/undp.md"
        yield Finding(message=message, severity="warning", file=f"{FOLDER}/{inside.as_posix()}")
