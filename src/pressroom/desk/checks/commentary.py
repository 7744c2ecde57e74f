"""Whether each commentary is signed, and stands where a briefing finds it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pressroom.data.commentary import FOLDER, check_commentary, list_commentary
from pressroom.data.files import NotPlainError, list_files
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote


def check_all_commentary(
    data: Path, briefings: Collection[str] | None, *, faulty: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the commentary in a dataset's folder; links there are reported with the data.

    What is an error keeps a briefing from being published; of what nobody sees, all are warnings.

    Parameters
    ----------
    briefings
        Ids of all briefings; None if they cannot be told, so that none is missed.
    faulty
        Families of which nobody can tell the briefings.
    """
    try:
        files, everything = list_commentary(data), list(list_files(data, FOLDER))
    except (DatasetError, NotPlainError, OSError):
        return
    yield from _check_places(everything)
    for file in files:
        yield from _check_file(data, file, briefings, faulty)


def _check_file(
    data: Path, file: str, briefings: Collection[str] | None, faulty: Collection[str]
) -> Iterator[Finding]:
    id = f"{PurePosixPath(file).parent.name}/{PurePosixPath(file).stem}"
    if briefings is None or id in briefings or id.partition("/")[0] in faulty:
        yield from check_commentary(data, file)
        return
    for finding in check_commentary(data, file):
        yield replace(finding, severity="warning")
    message = f"there is no briefing {quote(id)}, so nobody sees this commentary"
    nearest = find_nearest(id, briefings)
    yield Finding(message=message, severity="warning", file=file, value=id, nearest=nearest)


def _check_places(files: Iterable[str]) -> Iterator[Finding]:
    """Yield a warning for each file that no briefing looks for, and say where it would."""
    for file in files:
        place = PurePosixPath(file)
        is_deep_enough = len(place.parts) == 3
        if is_deep_enough and place.suffix == ".md":
            continue
        wrong = "its name does not end in .md" if is_deep_enough else "it is in the wrong place"
        message = f"nobody sees this: {wrong}; a commentary is {FOLDER}/<family>/<briefing>.md, such as"
        message += f" {FOLDER}/region/north.md"
        yield Finding(message=message, severity="warning", file=file)
