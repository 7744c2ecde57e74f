"""Extracts of a dataset as a Data Package: the CSV of each, and its descriptor."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pressroom.data.package import DESCRIPTOR, Package
from pressroom.edition.rows import Extract, Source, list_columns, write_csv

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
    "recorded. The items of a list stand between semicolons. A file with letters beyond ASCII starts with a "
    "byte order mark, by which spreadsheets know UTF-8."
)


def write_tables(source: Source, extracts: Iterable[Extract], *, name: str, title: str) -> dict[str, bytes]:
    """Return the files of a Data Package by name: a CSV for each extract, and the descriptor."""
    described, files = [], {}
    for extract in extracts:
        labels = list_columns(source, extract)
        files[f"{extract.table}.csv"] = mark_encoding(write_csv(source, extract))
        described.append(_describe(source.package, extract.table, labels))
    origin = source.package.descriptor
    descriptor = {
        "name": name,
        "title": title,
        "description": _SAID.format(title=title),
        **{key: origin[key] for key in ("version", "licenses", "sources") if key in origin},
        "resources": described,
    }
    files[DESCRIPTOR] = (json.dumps(descriptor, indent=1, ensure_ascii=False) + "\n").encode()
    return files


def mark_encoding(csv: bytes) -> bytes:
    """Return CSV in UTF-8 with a byte order mark if it has letters beyond ASCII: Excel garbles them without.

    Examples
    --------
    >>> mark_encoding(b"city"), mark_encoding("Đà Nẵng".encode())[:3]
    (b'city', b'\\xef\\xbb\\xbf')
    """
    return csv if csv.isascii() or csv.startswith(codecs.BOM_UTF8) else codecs.BOM_UTF8 + csv


def _describe(package: Package, table: str, labels: Sequence[str]) -> dict[str, Any]:
    resource = next(entry for entry in package.descriptor["resources"] if entry["name"] == table)
    derived = {
        name: {"name": name, "type": "string", **one} for name, one in resource.get("derived", {}).items()
    }
    known = derived | {entry["name"]: entry for entry in resource["schema"]["fields"]}
    return {
        "name": table,
        "type": "table",
        **{key: resource[key] for key in ("title", "description") if key in resource},
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
