"""What the site's search knows: the words of each briefing, and what it can be filtered by."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pressroom.edition.index import label_of
from pressroom.edition.manifest import Record
from pressroom.edition.rows import Behind, Search, Source

SCRIPT = "search.js"
"""The script of the search, as a file of the site: a server's policy may forbid scripts in a page."""

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Words:
    """What a briefing's page says first."""

    title: str
    lede: str


def read_words(page: bytes) -> Words:
    """Return the title and the lede of a briefing's page."""
    from selectolax.lexbor import LexborHTMLParser

    parsed = LexborHTMLParser(page[max(0, page.find(b"<body")) :].decode())
    found = [parsed.css_first(selector) for selector in ("h1", ".lede")]
    return Words(*(" ".join(part.text().split()) if part else "" for part in found))


def write_index(
    source: Source,
    records: Sequence[Record],
    behind: Mapping[str, Behind | None],
    words: Mapping[str, Words],
) -> str:
    """Return the search's data as JSON: the words of records once, and each briefing by its link."""
    search = Search.of(source.package)
    filters = [
        {"name": name, "label": label, "options": _list_options(records, name)}
        for name, (_, label) in search.filters.items()
    ]
    content = {
        "label": f"Search titles, summaries and {search.plural}",
        "records": _tell_records(source, search),
        "filters": [one for one in filters if one["options"]],
        "briefings": {
            f"{r.id}.html": _tell(r, behind.get(r.id), words.get(r.id, Words("", ""))) for r in records
        },
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


@cache
def script() -> str:
    """Return the script of the search."""
    return (_HERE / SCRIPT).read_text("utf-8")


@cache
def rules() -> str:
    """Return the style of the search, and of what else only the site has."""
    return (_HERE / "site.css").read_text("utf-8")


def _list_options(records: Sequence[Record], name: str) -> list[list[str]]:
    """Return the values of a parameter with their labels: those that have a briefing of their own."""
    return [[str(r.parameters[name]), label_of(r)] for r in records if r.parameters.get(name, "") != ""]


def _tell_records(source: Source, search: Search) -> list[dict[str, Any]]:
    """Return the words of each record, and its values of what can be filtered by."""
    rows = source.tables.all_rows(source.package.records.name)
    return [
        {
            "words": " ".join(item for column in search.words for item in _list_values(cells.get(column))),
            **{name: _list_values(cells.get(column)) for name, (column, _) in search.filters.items()},
        }
        for cells in rows
    ]


def _tell(record: Record, behind: Behind | None, words: Words) -> dict[str, Any]:
    line = str(record.entry.get("line", ""))
    return {
        "words": " ".join((label_of(record), line, words.title, words.lede)),
        "own": {name: str(value) for name, value in record.parameters.items() if value != ""},
        "records": list(behind.records) if behind else [],
    }


def _list_values(cell: Any) -> list[str]:
    return [str(item) for item in (cell if isinstance(cell, tuple) else [cell]) if item is not None]
