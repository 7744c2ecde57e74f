"""What commands print: results to standard output, all else to standard error; what a user can mend."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from pressroom.cli.exit_codes import BAD, FAILED, INTERRUPTED
from pressroom.data.findings import escape_unseen


def relative(path: Path) -> Path:
    """Return a path as seen from the working directory, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def print_json(value: Mapping[str, Any] | Iterable[Any]) -> None:
    """Print a value for machines."""
    say(json.dumps(value, indent=1, ensure_ascii=False))


def say(text: str, *, flush: bool = False) -> None:
    """Print a line, or several, to standard output; what a terminal would obey is escaped."""
    print(escape_unseen(text, kept="\n"), flush=flush)


def complain(line: str) -> None:
    """Print a line to standard error; what a terminal would obey is escaped."""
    print(escape_unseen(line, kept="\n"), file=sys.stderr)


def count(number: int, noun: str) -> str:
    """Return how many there are of something, such as ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


class ExplainedErrors:
    """Turns what a user can mend into its message and the exit code for it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        from pressroom.data.findings import Refusal
        from pressroom.pages.errors import DocumentError

        if isinstance(error, KeyboardInterrupt):
            complain("Interrupted; the last edition is as it was.")
            raise click.exceptions.Exit(INTERRUPTED)
        if isinstance(error, Refusal):
            complain(str(error))
            raise click.exceptions.Exit(BAD)
        if isinstance(error, DocumentError):
            complain(str(error))
            raise click.exceptions.Exit(FAILED)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            complain(f"Nothing was published: {error}")
            raise click.exceptions.Exit(FAILED)
