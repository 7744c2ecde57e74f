"""Whether a run that a timer starts can do its work: it has another environment, and nobody to ask."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pressroom.delivery.mail.addresses import read_envelope_sender, read_reply_to, read_sender
from pressroom.delivery.mail.password import find_password
from pressroom.delivery.mail.tls import make_context
from pressroom.delivery.schedule.command import find_program
from pressroom.delivery.schedule.times import ScheduleError
from pressroom.delivery.settings import Settings, SettingsError, read_settings


def require_ready(root: Path, variables: Mapping[str, str]) -> None:
    """Raise a ScheduleError that lists what a run would lack.

    Parameters
    ----------
    variables
        Those that the entry carries, which are all that the run has.
    """
    if faults := list(dict.fromkeys(find_faults(root, variables))):
        lines = "".join(f"\n  {fault}" for fault in faults)
        raise ScheduleError(f"Nothing was installed, since a run at night could not do its work:{lines}")


def find_faults(root: Path, variables: Mapping[str, str]) -> Iterator[str]:
    """Yield what a run would lack that has these variables and no others."""
    program = find_program()
    if not (program.is_file() and os.access(program, os.X_OK)):
        yield f"there is no program {program}; start `briefings` by its path in the environment that stays"
    try:
        settings = read_settings(root, variables)
    except SettingsError as error:
        yield str(error)
        return
    # Without either, a run sends no mail.
    if settings.maintainers or settings.subscribers.exists():
        for check in _list_checks(settings):
            try:
                check()
            except SettingsError as error:
                yield str(error)


def _list_checks(settings: Settings) -> tuple[Callable[[], object], ...]:
    """Return what is asked of the settings before the first mail."""
    return (
        lambda: read_sender(settings.smtp),
        lambda: read_envelope_sender(settings.smtp),
        lambda: read_reply_to(settings),
        lambda: make_context(settings.smtp),
        lambda: find_password(settings.smtp, {}),
    )
