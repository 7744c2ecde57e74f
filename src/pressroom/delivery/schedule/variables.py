"""The settings that stand in environment variables: a timer has none of them, so its entry carries them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from pressroom.data.locate import VARIABLE as DATA
from pressroom.data.names import PREFIX
from pressroom.data.previous import RELEASES
from pressroom.data.previous import VARIABLE as RELEASES_VARIABLE
from pressroom.delivery.schedule.times import ScheduleError
from pressroom.delivery.settings import list_paths, read_settings
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
