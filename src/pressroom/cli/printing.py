"""Lines and JSON for people and machines: results to standard output, all else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

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
