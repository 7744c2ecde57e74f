"""The abbreviations that a briefing uses, spelled out: short names of organisations and instruments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from aichr_briefings.content.fragments import Piece, strong
from aichr_briefings.content.rows import records
from aichr_briefings.content.tables import names_of_few

if TYPE_CHECKING:
    from aichr_briefings.content.rows import Rows
    from aichr_briefings.dataset import Dataset

_WORD = re.compile(r"[\w/-]+")


def abbreviations(ds: Dataset, *shown: Rows) -> list[Piece]:
    """Return the abbreviations found in what is shown, and in the project's name, with their full names."""
    rows = [row for part in shown for row in records(part)]
    texts = [ds.project, *(value for row in rows for value in row.values() if isinstance(value, str))]
    agencies = names_of_few(ds, [row for row in rows if "agencies" in row])
    words = {word for text in (*texts, *agencies.values()) for word in _WORD.findall(text)}
    known = _names_behind(ds, sorted(word for word in words if word.isupper()))
    found = [f"{word}, {known[word]}" for word in sorted(known)]
    return [strong("Abbreviations:"), f" {'; '.join(found)}. "] if found else []


def _names_behind(ds: Dataset, words: Sequence[str]) -> dict[str, str]:
    """Return the full names of those of the words that are short names."""
    found: dict[str, str] = {}
    for table in ("organisations", "instruments"):
        rows = ds.rows("table", name=table, keys=words, by="short_name", columns=("short_name", "name"))
        found |= {row["short_name"]: row["name"] for row in rows}
    return found
