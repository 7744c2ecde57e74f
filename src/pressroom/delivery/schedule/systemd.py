"""A timer and a service of systemd, which knows time zones and catches up on what it missed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pressroom.data.findings import quote
from pressroom.data.names import make_slug
from pressroom.delivery.mail.trust import CREDENTIAL
from pressroom.delivery.schedule.times import Schedule, ScheduleError, find_program, list_arguments

_WEEKDAYS = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_ALL = {"months": 12, "days": 31, "hours": 24, "minutes": 60, "weekdays": 7}


def name_units(root: Path) -> str:
    """Return what a project's units are called: by its folder, and by its path, which tells namesakes apart.

    Examples
    --------
    >>> name_units(Path("/srv/Our news"))
    'briefings-our-news-5ef9a845'
    """
    real = root.resolve()
    digest = sha256(os.fsencode(real)).hexdigest()[:8]
    return "-".join(filter(None, ("briefings", make_slug(real.name)[:40].strip("-"), digest)))


def make_units(
    schedule: Schedule,
    root: Path,
    options: Iterable[str],
    variables: Mapping[str, str],
    password_file: Path | None = None,
) -> str:
    """Return both units, each below a remark that names its file and how to begin.

    Parameters
    ----------
    variables
        Those that the run has to find set.
    password_file
        The file that systemd hands over as a credential.
    """
    name = name_units(root)
    words = " ".join(_quote(word) for word in [str(find_program()), *list_arguments(root, options, None)])
    calendars = "\n".join(f"OnCalendar={line}" for line in list_calendars(schedule))
    return f"""\
# Save as ~/.config/systemd/user/{name}.service
[Unit]
Description=Briefings: build, release and deliver

[Service]
Type=oneshot
{"".join(_list_given(variables, password_file))}ExecStart={words}

# Save as ~/.config/systemd/user/{name}.timer, then:
#   systemctl --user daemon-reload && systemctl --user enable --now {name}.timer
#   loginctl enable-linger   # so that it runs while you are not logged in
[Unit]
Description=Briefings: {schedule.expression} in {schedule.zone}

[Timer]
{calendars}
Persistent=true

[Install]
WantedBy=timers.target
"""


def _list_given(variables: Mapping[str, str], password_file: Path | None) -> Iterator[str]:
    """Yield the lines that say what the run has to find."""
    for name, text in {"LANG": "C.UTF-8", **variables}.items():
        yield f"Environment={_quote_setting(f'{name}={text}')}\n"
    if password_file:
        yield f"LoadCredential={CREDENTIAL}:{str(password_file).replace('%', '%%')}\n"


def list_calendars(schedule: Schedule) -> list[str]:
    """Return a schedule as systemd says it: one line, or two if either of day and weekday is enough.

    Raises
    ------
    ScheduleError
        If it asks for a last day or an n-th weekday, which systemd has no words for.
    """
    asked = schedule.times(datetime.now(UTC))
    if not _is_plain(asked):
        raise ScheduleError(f"systemd cannot say {quote(schedule.expression)}: use plain days and weekdays")
    return [f"{line} {schedule.zone}" for line in _say_days(asked)]


def _is_plain(asked: Any) -> bool:
    days, weekdays = list(asked.days), list(asked.weekdays)
    return all(isinstance(n, int) and 0 <= n <= 31 for n in days + weekdays)


def _say_days(asked: Any) -> Iterator[str]:
    months, days = _say(asked.months, "months"), _say(asked.days, "days")
    time = f"{_say(asked.hours, 'hours')}:{_say(asked.minutes, 'minutes')}:00"
    week = ",".join(_WEEKDAYS[day] for day in sorted({day % 7 for day in asked.weekdays}))
    if len({day % 7 for day in asked.weekdays}) == _ALL["weekdays"]:
        yield f"*-{months}-{days} {time}"
    elif asked.day_and:
        yield f"{week} *-{months}-{days} {time}"
    else:
        yield f"*-{months}-{days} {time}"
        yield f"{week} *-{months}-* {time}"


def _say(numbers: Iterable[int], part: str) -> str:
    wanted = sorted(numbers)
    return "*" if len(wanted) == _ALL[part] else ",".join(f"{number:02}" for number in wanted)


def _quote(word: str) -> str:
    """Return a word of a command as systemd reads it back; there a dollar sign begins a variable."""
    return _quote_setting(word.replace("$", "$$"))


def _quote_setting(word: str) -> str:
    """Return a word of a setting as systemd reads it back."""
    plain = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{plain}"' if plain != word or not word or set(word) & set(" \t'*;#$") else word
