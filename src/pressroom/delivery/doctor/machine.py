"""The checks of what the machine has to have: room, folders to write to, programs, typefaces, a clock."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pressroom.data.findings import Finding
from pressroom.delivery.doctor.case import Case
from pressroom.delivery.log import is_ahead, read_last_run
from pressroom.delivery.releases import RELEASES
from pressroom.delivery.site.site import SITE
from pressroom.edition.folders import FolderError, Purpose, require_claimable
from pressroom.edition.generation import CURRENT, EDITION
from pressroom.look.fonts import font_files

LEAST = 200_000_000
"""Bytes that have to be free, however small an edition is: for pages under way, the ledger and the log."""


def check_folders(case: Case) -> Iterator[Finding | str]:
    """Yield which of the folders that a run writes cannot be written."""
    for folder, purpose in _list_folders(case):
        if wrong := _find_obstacle(folder):
            yield Finding(file=f"the folder of the {purpose.word}", message=wrong, advice=_OPEN)
        elif folder.exists():
            try:
                require_claimable(folder, purpose)
            except FolderError as error:
                yield Finding(message=str(error), advice="name another folder in settings.toml")
    if wrong := _find_obstacle(case.releases.state):
        yield Finding(file="the state of the releases", message=wrong, advice=_OPEN)
    yield ", ".join(str(folder) for folder, _ in _list_folders(case))


_OPEN = "give it to the user who starts the run (chown, chmod), or name another"


def check_room(case: Case) -> Iterator[Finding | str]:
    """Yield where a disk has too little room for a night."""
    needed = max(LEAST, sum(map(_measure, _list_written_anew(case))))
    need = f"a night may need {_say(needed)}, for an edition, a release and a site that are all written anew"
    rooms = {folder: shutil.disk_usage(_find_there(folder)).free for folder, _ in _list_folders(case)}
    for folder, free in rooms.items():
        if free < needed:
            advice = "make room, or name a folder on another disk"
            yield Finding(file=str(folder), message=f"{_say(free)} are free; {need}", advice=advice)
    yield f"{_say(min(rooms.values()))} are free; {need}"


def check_alarm_command(case: Case) -> Iterator[Finding | str]:
    """Yield that a run at night could not start what is to tell of a fault when no mail can."""
    if not case.settings.alarm_command:
        yield "none is set"
        return
    program = case.settings.alarm_command[0]
    # A timer starts a run in another folder, and with a PATH that is no longer than this.
    if os.sep in program and not Path(program).is_absolute():
        yield _find_program(f"{program} is sought in another folder at night")
    elif shutil.which(program, path=os.defpath) is None:
        yield _find_program(f"there is no program {program}, or it cannot be started (PATH is {os.defpath})")
    yield program


def _find_program(message: str) -> Finding:
    advice = "name a program by its whole path, and make it executable (chmod +x)"
    return Finding(message=message, advice=advice)


def check_heartbeat(case: Case) -> Iterator[Finding | str]:
    """Yield that a good run could not write its heartbeat; an address is not called."""
    heartbeat = case.settings.heartbeat
    if heartbeat and "://" not in heartbeat:
        file = case.project.root / Path(heartbeat).expanduser()
        wrong = f"{file} is a folder" if file.is_dir() else _find_obstacle(file.parent)
        if wrong:
            advice = "name a file in a folder that the run can write"
            yield Finding(message=wrong, advice=advice)
    yield heartbeat or "none is set"


def check_fonts(case: Case) -> Iterator[Finding | str]:
    """Yield which typefaces are missing, without which nothing can be set."""
    advice = "install the project's packages anew, such as with `make briefings`"
    try:
        files = font_files()
    except ModuleNotFoundError as error:
        yield Finding(message=str(error), advice=advice)
        return
    for file in files:
        if not file.is_file():
            yield Finding(message=f"the typeface {file} is missing", advice=advice)
    yield f"{len(files)} typefaces"


def check_clock(case: Case) -> Iterator[Finding | str]:
    """Yield that the last run is said to begin in the future."""
    last = read_last_run(case.releases.state)
    if last and is_ahead(datetime.fromisoformat(last[0].run), case.now):
        message = f"the last run is said to begin at {last[0].run}, which is still to come"
        advice = "set the clock right (`timedatectl`), then `briefings run`: then it is the last no more"
        yield Finding(message=message, advice=advice)
    yield f"{case.now:%a %d %b %Y, %H:%M} UTC"


def _list_folders(case: Case) -> tuple[tuple[Path, Purpose], ...]:
    settings = case.settings
    return (settings.releases, RELEASES), (case.project.output, EDITION), (settings.site, SITE)


def _list_written_anew(case: Case) -> Iterator[Path]:
    yield case.project.current
    yield case.settings.site / CURRENT
    if last := case.releases.last():
        yield last.edition.parent


def _find_obstacle(folder: Path) -> str:
    """Return why a folder cannot be written, or made where it is to be; ``""`` if it can."""
    there = _find_there(folder)
    if not there.is_dir():
        return f"{there} is no folder"
    return "" if os.access(there, os.W_OK | os.X_OK) else f"{there} cannot be written"


def _find_there(path: Path) -> Path:
    """Return a path, or the nearest above it that is there."""
    return next(step for step in (path, *path.parents) if os.path.lexists(step))


def _measure(folder: Path) -> int:
    """Return the bytes of a folder's files."""
    walk = os.walk(folder.resolve())
    return sum(Path(place, name).lstat().st_size for place, _, names in walk for name in names)


def _say(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
