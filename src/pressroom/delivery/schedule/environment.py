"""What a run that a timer starts has of the environment, and whether it can do its work with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pressroom.data.locate import VARIABLE as DATA
from pressroom.data.names import PREFIX
from pressroom.data.previous import RELEASES
from pressroom.data.previous import VARIABLE as RELEASES_VARIABLE
from pressroom.delivery.mail.addresses import read_envelope_sender, read_reply_to, read_sender
from pressroom.delivery.mail.trust import find_password, make_context
from pressroom.delivery.schedule.times import ScheduleError, find_program
from pressroom.delivery.settings import Settings, SettingsError, list_paths, read_settings
from pressroom.run.engine.environment import VARIABLE as WARM
from pressroom.run.inputs import Project

SECRET = f"{PREFIX}SMTP_PASSWORD"


def carry(project: Project, given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that an entry on this machine carries, by name; a path is a whole one.

    Parameters
    ----------
    given
        Those of ours that the operator's environment holds.

    Raises
    ------
    ScheduleError
        If one is a secret that the run can find nowhere else, or has a character that no entry can hold.
    """
    _require_no_secret(project.root, given)
    paths = _find_paths(project, given)
    carried = {name: str(paths.get(name, text)) for name, text in choose(project, given) if name != SECRET}
    _require_printable(carried)
    return carried


def carry_elsewhere(project: Project, given: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that go to a machine that is new each time; of secrets it has a store of its own.

    Raises
    ------
    ScheduleError
        If one names a path of this machine, or has a character that no entry can hold.
    """
    carried = {name: text for name, text in choose(project, given) if name != SECRET}
    if wrong := [name for name in carried if name in _find_paths(project, given)]:
        raise ScheduleError(
            f"{', '.join(wrong)}: a path of this machine is of no use on GitHub's, which is new each time;"
            " unset what names it, and let settings.toml name a path in the project, if any"
        )
    _require_printable(carried)
    return carried


def choose(project: Project, given: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Yield the variables that an operator set, by name."""
    own = {WARM, *_find_own(project, given)}
    return ((name, text) for name, text in sorted(given.items()) if name not in own)


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


def _find_own(project: Project, given: Mapping[str, str]) -> Iterator[str]:
    """Yield what nobody set but the press, which does so for JupyterLab and thus for its terminals."""
    if project.data.resolve() == (project.root / "data").resolve():
        yield DATA
    named = read_settings(project.root, {}).releases  # by the file, or where they lie without it
    if named != project.root / RELEASES and given.get(RELEASES_VARIABLE) == str(named):
        yield RELEASES_VARIABLE


def _find_paths(project: Project, given: Mapping[str, str]) -> dict[str, Path]:
    return {**list_paths(read_settings(project.root, given)), DATA: project.data}


def _require_no_secret(root: Path, given: Mapping[str, str]) -> None:
    if not given.get(SECRET):
        return
    found = read_settings(root, {name: text for name, text in given.items() if name != SECRET}).smtp
    if found.password_file is None and found.password != given[SECRET]:
        raise ScheduleError(
            f"{SECRET} is a secret, which no entry may hold, and no timer has this shell's environment: write"
            ' it into a file that only you can read (chmod 600), and have "smtp.password_file" name that'
        )


def _require_printable(variables: Mapping[str, str]) -> None:
    for name, text in variables.items():
        if not text.isprintable():
            raise ScheduleError(f"{name} holds a character that no entry can carry; set it in settings.toml")


def _list_checks(settings: Settings) -> tuple[Callable[[], object], ...]:
    """Return what is asked of the settings before the first mail."""
    return (
        lambda: read_sender(settings.smtp),
        lambda: read_envelope_sender(settings.smtp),
        lambda: read_reply_to(settings),
        lambda: make_context(settings.smtp),
        lambda: find_password(settings.smtp, {}),
    )
