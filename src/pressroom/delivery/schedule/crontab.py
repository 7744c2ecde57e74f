"""An entry of this user's crontab. What others wrote there is never touched."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from pressroom.delivery.schedule.times import Schedule, ScheduleError, say_command, wake_up

LONGEST = 998
"""Bytes that cron reads of a command (MAX_COMMAND in its source, without the line's end)."""

_BEGIN, _END = "# briefings: begin", "# briefings: end"
_MEANT = re.compile(r"^# (?P<cron>\S+ \S+ \S+ \S+ \S+) in (?P<zone>[^\s,]+)", re.MULTILINE)
_VARIABLE = re.compile(r"[A-Z_][A-Z0-9_]*=")


def make_entry(
    schedule: Schedule, root: Path, options: Iterable[str], variables: Mapping[str, str], now: datetime
) -> str:
    """Return the entry for a project: remarks, and its line with the variables that it carries.

    Raises
    ------
    ScheduleError
        If the line is longer than cron reads.
    """
    expression, guarded = wake_up(schedule, None, now)
    carried = {"LANG": "C.UTF-8", **variables}
    command = _escape(say_command(root, options, schedule if guarded else None, carried))
    if len(command.encode()) > LONGEST:
        raise ScheduleError(
            f"the entry's command has {len(command.encode())} bytes, and cron reads {LONGEST}; set in"
            f" settings.toml what stands in the environment: {', '.join(variables) or 'nothing does'}"
        )
    meant = f"# {schedule.expression} in {schedule.zone}"
    if guarded:
        meant += f", which is next {schedule.next(now).astimezone():%Y-%m-%d %H:%M %z} here"
    line = f"{expression} {command}"
    return "\n".join((_mark(_BEGIN, root), meant, line, _mark(_END, root))) + "\n"


def install_entry(entry: str, root: Path) -> None:
    """Put an entry into the crontab, in place of an earlier one for the same project."""
    _write(_without(_read(), root) + entry)


def remove_entry(root: Path) -> bool:
    """Take a project's entry out of the crontab; return whether there was one."""
    before = _read()
    after = _without(before, root)
    if after == before:
        return False
    _write(after)
    return True


def list_entries() -> list[str]:
    """Return all entries of ours, of whatever project."""
    return list(_find_entries(_read()))


def find_entry(root: Path) -> str | None:
    """Return the entry of a project; None if there is none."""
    return next((entry for entry in list_entries() if entry.startswith(_mark(_BEGIN, root) + "\n")), None)


def read_schedule(entry: str) -> Schedule | None:
    """Return when an entry means runs to begin; None if it says so no more, since somebody changed it."""
    meant = _MEANT.search(entry)
    return Schedule(meant["cron"], meant["zone"]) if meant else None


def read_variables(entry: str) -> dict[str, str]:
    """Return the variables that an entry carries, by name."""
    [*_, line] = (line for line in entry.splitlines() if not line.startswith("#"))
    words = shlex.split(line.replace(r"\%", "%"))[5:]
    assignments = takewhile(lambda word: _VARIABLE.match(word), words)
    return dict(word.split("=", 1) for word in assignments)


def _escape(command: str) -> str:
    r"""Return a command as cron reads it, to which a percent sign is the end of a line but after a backslash.

    That backslash must not follow upon another. So where the shell's quotes hold a backslash and a percent
    sign, they end and begin between the two.

    Examples
    --------
    >>> print(_escape(r"NAME='50% \% off'"))
    NAME='50\% \''\% off'
    """
    return command.replace("\\%", "\\''%").replace("%", r"\%")


def _mark(mark: str, root: Path) -> str:
    return f"{mark} {root}"


def _find_entries(text: str) -> Iterator[str]:
    pattern = re.compile(rf"^{_BEGIN} (?P<root>.+)\n(?:.*\n)*?{_END} (?P=root)\n", re.MULTILINE)
    yield from (found[0] for found in pattern.finditer(text))


def _without(text: str, root: Path) -> str:
    for entry in _find_entries(text):
        if entry.startswith(_mark(_BEGIN, root) + "\n"):
            text = text.replace(entry, "")
    return text


def _read() -> str:
    done = _crontab("-l")
    if done.returncode == 0:
        return done.stdout if done.stdout.endswith("\n") or not done.stdout else done.stdout + "\n"
    if "no crontab" in done.stderr:
        return ""
    raise ScheduleError(f"the crontab cannot be read: {done.stderr.strip()}")


def _write(text: str) -> None:
    done = _crontab("-", text) if text else _crontab("-r")
    if done.returncode:
        raise ScheduleError(f"the crontab cannot be written: {done.stderr.strip()}")


def _crontab(argument: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    if shutil.which("crontab") is None:
        raise ScheduleError("there is no command crontab here; Debian's package is cron (or use --systemd)")
    environment = os.environ | {"LC_ALL": "C"}  # what it says is read, so it has to be said in English
    return subprocess.run(
        ["crontab", argument], input=text, capture_output=True, text=True, check=False, env=environment
    )
