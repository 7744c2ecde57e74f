"""Lines and JSON for people and machines: results to standard output, all else to standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def relative(path: Path) -> Path:
    """Return a path as seen from the working directory, if it is below."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def print_json(value: Mapping[str, Any] | Iterable[Any]) -> None:
    """Print a value for machines."""
    print(json.dumps(value, indent=1, ensure_ascii=False))


def complain(line: str) -> None:
    """Print a line to standard error."""
    print(line, file=sys.stderr)


def count(number: int, noun: str) -> str:
    """Return how many there are of something, such as ``2 errors``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
