"""What cells tell the press in hidden outputs, reads and the index entry: whether it can be taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ARGUMENTS = {"file": ("path",), "commentary": ("family", "slug")}
"""The texts that a build needs to ask such a read again."""


def find_reads_fault(held: Any) -> str | None:
    """Return what is wrong with an output of reads, or None."""
    reads = held.get("reads") if isinstance(held, dict) else None
    if not isinstance(reads, list) or not all(_is_read(read) for read in reads):
        return (
            'what it read is not {"reads": [{"query": text, "arguments": object, "digest": text}, …]} '
            'with "path" for a file, "family" and "slug" for a commentary'
        )
    return None


def find_entry_fault(held: Any) -> str | None:
    """Return what is wrong with an index entry, or None.

    Examples
    --------
    >>> find_entry_fault({"label": "North", "line": 3})
    'the index entry\'s "line" must be text'
    """
    if not isinstance(held, dict):
        return "the index entry must be an object"
    front, strip = held.get("front") or {}, held.get("strip") or {}
    for name, value in (("front", front), ("strip", strip)):
        if not isinstance(value, dict):
            return f'the index entry\'s "{name}" must be an object'
    if strip and not {"columns", "marks"} <= strip.keys():
        return 'the index entry\'s "strip" needs "columns" and "marks"'
    texts = {"label": held, "line": held, "title": front, "lede": front}
    wrong = [name for name, where in texts.items() if not isinstance(where.get(name, ""), str)]
    if wrong:
        return f'the index entry\'s "{wrong[0]}" must be text'
    for name, (is_good, wanted) in _LISTS.items():
        if not _is_list(strip.get(name, []), is_good):
            return f'"{name}" in the index entry\'s "strip" must be a list of {wanted}'
    return None


def _is_read(read: Any) -> bool:
    if not isinstance(read, dict) or not isinstance(read.get("arguments"), dict):
        return False
    texts = [read.get("query"), read.get("digest")]
    texts += [read["arguments"].get(name) for name in _ARGUMENTS.get(str(read.get("query")), ())]
    return all(isinstance(text, str) for text in texts)


def _is_list(value: Any, is_good: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(is_good(item) for item in value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return _is_list(value, _is_text)


def _is_pair(value: Any) -> bool:
    return _is_texts(value) and len(value) == 2


_LISTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "columns": (_is_text, "texts"),
    "marks": (_is_texts, "lists of texts"),
    "key": (_is_pair, "pairs of texts"),
    "notes": (_is_text, "texts"),
}
