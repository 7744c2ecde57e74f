"""What git left of a merge that nobody finished: one thing that is wrong with a file, not one a line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pressroom.data.findings import Finding

# git's markers are seven letters at the start of a line; nbdime sets them in Markdown cells as code or bold.
_MARKER = re.compile(
    r"^(?:<span[^>\n]*>|[*`])*(?:<{7}|>{7}|\|{7}|(?:&lt;){7}|(?:&gt;){7})(?:[ \t].*)?$", re.M
)

_MARKERS = ("<" * 7, ">" * 7, "|" * 7, "&lt;" * 7, "&gt;" * 7)


def find_conflict(text: str) -> str | None:
    """Return in which line of a text a merge conflict begins, and what to do; None if there is none.

    Examples
    --------
    >>> find_conflict("code\\n<<<<<<< HEAD\\nA\\n=======\\nB\\n>>>>>>> theirs\\n")
    'merge conflict, line 2; keep one of the versions, and delete the lines with the markers'
    >>> find_conflict("> > quoted\\n=======\\n") is None
    True
    """
    if not any(marker in text for marker in _MARKERS):  # which takes a hundredth of the time
        return None
    found = _MARKER.search(text.replace("\r\n", "\n"))
    if not found:
        return None
    line = text.replace("\r\n", "\n").count("\n", 0, found.start()) + 1
    return f"merge conflict, line {line}; keep one of the versions, and delete the lines with the markers"


def find_code_conflict(name: str, content: bytes) -> Iterator[Finding]:
    """Yield the merge conflict in a module or in settings, which nobody has run yet, if there is one."""
    if conflict := find_conflict(content.decode("utf-8", "replace")):
        yield Finding(message=conflict, file=name)


def find_helper_conflicts(helper: Path) -> Iterator[Finding]:
    """Yield the merge conflicts in the modules of a helper package, which is not imported for it."""
    for path in sorted(helper.rglob("*.py")):
        yield from find_code_conflict(f"{helper.name}/{path.relative_to(helper)}", path.read_bytes())
