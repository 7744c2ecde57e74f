"""Extracts of a dataset as a Data Package: CSV that no spreadsheet runs, and its descriptor."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pressroom.data.package import DESCRIPTOR, Package
from pressroom.delivery.site.rows import Extract, Source

_RISKY = re.compile(r"""^(?=[\t\r\n])|(?:^|(?<=[;\t\r\n]))(?=[\s"]*[=+\-@＝＋－＠])""")
"""Before what a spreadsheet may take for a formula; many split at semicolons, within quotes, too."""

_DERIVED = {
    "earliest": ("date", "First day that the record may have begun on."),
    "latest": ("date", "Last day that it may have ended on."),
    "precision": ("string", "How exactly the date is stated."),
    "year": ("integer", "Year in which it began, where that is certain."),
    "years": ("string", "Years that it certainly touches."),
}
_KEPT = ("name", "title", "description", "type", "format")
_SAID = (
    "The rows that the briefing “{title}” was made from. So that no spreadsheet takes a text for a formula, "
    "what begins with = + - @ (or their full-width forms), a tab or a line break has an apostrophe put "
    "before it, also after a semicolon or a line break inside a text: take that off to have the text as "
    "recorded. The items of a list stand between semicolons."
)


def write_tables(source: Source, extracts: Iterable[Extract], *, name: str, title: str) -> dict[str, bytes]:
    """Return the files of a Data Package by name: a CSV for each extract, and the descriptor."""
    described, files = [], {}
    for extract in extracts:
        labels = [c for c in source.tables[extract.table].columns if c in extract.columns]
        files[f"{extract.table}.csv"] = _write_csv(source, extract, labels)
        described.append(_describe(source.package, extract.table, labels))
    told = source.package.descriptor
    descriptor = {
        "name": name,
        "title": title,
        "description": _SAID.format(title=title),
        **{key: told[key] for key in ("version", "licenses", "sources") if key in told},
        "resources": described,
    }
    files[DESCRIPTOR] = (json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n").encode()
    return files


def neutralise(text: str) -> str:
    """Return a text that a spreadsheet shows instead of running.

    Examples
    --------
    >>> neutralise("=1+1"), neutralise("one;=two"), neutralise("1 + 1")
    ("'=1+1", "one;'=two", '1 + 1')
    """
    return _RISKY.sub("'", text)


def _write_csv(source: Source, extract: Extract, labels: Sequence[str]) -> bytes:
    columns = [source.cells(extract.table, label) for label in labels]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(map(neutralise, labels))
    writer.writerows([_write_cell(column[i]) for column in columns] for i in sorted(extract.places))
    return buffer.getvalue().encode()


def _write_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return str(value)  # -5 is a number to a spreadsheet, too
    return neutralise(";".join(map(str, value)) if isinstance(value, tuple) else str(value))


def _describe(package: Package, table: str, labels: Sequence[str]) -> dict[str, Any]:
    told = next(entry for entry in package.descriptor["resources"] if entry["name"] == table)
    derived = {name: {"name": name, "type": "string", **one} for name, one in told.get("derived", {}).items()}
    known = derived | {entry["name"]: entry for entry in told["schema"]["fields"]}
    return {
        "name": table,
        "type": "table",
        **{key: told[key] for key in ("title", "description") if key in told},
        "path": f"{table}.csv",
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {"fields": [_describe_field(label, known.get(label)) for label in labels]},
    }


def _describe_field(label: str, known: Mapping[str, Any] | None) -> dict[str, Any]:
    if known is not None:
        return {key: known[key] for key in _KEPT if key in known}
    kind, said = _DERIVED.get(label, ("string", "Derived."))
    return {"name": label, "type": kind, "description": said}
