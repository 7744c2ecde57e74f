"""The command line that a timer starts: whole paths, since a timer knows neither the folder nor the PATH."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from pressroom.delivery.schedule.times import Schedule


def find_program() -> Path:
    """Return the path of ``briefings`` in this environment."""
    beside = Path(sys.executable).with_name("briefings")
    return beside if beside.exists() else Path(sys.argv[0]).absolute()


def list_arguments(root: Path, options: Iterable[str], due: Schedule | None) -> list[str]:
    """Return what follows the program's name.

    Parameters
    ----------
    options
        Those of ``briefings run`` that the operator chose, such as ``--auto``.
    due
        The schedule, if the command itself must look whether a time of it has come.
    """
    guard = ["--due", due.expression, "--time-zone", due.zone] if due else []
    return ["run", "--quiet", "--project", str(root), *options, *guard]


def say_command(
    root: Path, options: Iterable[str], due: Schedule | None, variables: Mapping[str, str]
) -> str:
    """Return the whole line as a shell reads it: what it has to find set, and the command."""
    assignments = [f"{name}={shlex.quote(text)}" for name, text in variables.items()]
    return " ".join([*assignments, shlex.join([str(find_program()), *list_arguments(root, options, due)])])
