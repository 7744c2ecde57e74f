"""Phrases of the page itself that stand in a table: ``"phrases": {"from": "wording.text"}`` names its column.

The rows that say them have keys such as ``press.method``; all other rows are the desk's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pressroom.data.findings import Finding, find_nearest, quote
from pressroom.data.package import DESCRIPTOR, Package
from pressroom.data.records import Record, Sheets
from pressroom.data.resource import Resource
from pressroom.data.sheets import read_sheet

PREFIX = "press."
_FROM = "from"


class PhraseColumn(NamedTuple):
    """Where phrases stand: the table, the column of their keys, and that of their wordings."""

    table: Resource
    key: str
    words: str


def find_phrase_column(package: Package) -> PhraseColumn | None:
    """Return the column that the descriptor names; None if it names none that there is."""
    phrases = package.descriptor.get("phrases")
    name = phrases.get(_FROM) if isinstance(phrases, Mapping) else None
    if not isinstance(name, str) or name not in _list_allowed(package):
        return None
    table, _, column = name.partition(".")
    resource = package.resource(table)
    return PhraseColumn(resource, resource.key[0], column)


def check_phrase_column(sheets: Sheets) -> Iterator[Finding]:
    """Yield the column of phrases if it is none, or stands in no table that has one column as its key."""
    phrases = sheets.package.descriptor.get("phrases")
    if not isinstance(phrases, Mapping) or _FROM not in phrases or find_phrase_column(sheets.package):
        return
    name, allowed = str(phrases[_FROM]), _list_allowed(sheets.package)
    yield Finding(
        message=f'"from" of "phrases" names no text beside the key of a table: {quote(name)}',
        file=DESCRIPTOR,
        value=name,
        allowed=allowed,
        nearest=find_nearest(name, allowed),
    )


def list_phrase_rows(package: Package) -> Iterator[tuple[Record, PhraseColumn]]:
    """Yield the rows that say a phrase, and where in them.

    Raises
    ------
    DatasetError
        If the table cannot be read.
    """
    place = find_phrase_column(package)
    if place is None:
        return
    sheets = Sheets(package, {place.table.name: read_sheet(place.table)})
    for record in sheets.records(place.table.name, place.key, place.words):
        if record.cells[place.key].startswith(PREFIX):
            yield record, place


def _list_allowed(package: Package) -> tuple[str, ...]:
    """Return the texts of tables that have one column as their key."""
    return tuple(
        f"{resource.name}.{field.name}"
        for resource in package.resources
        if len(resource.key) == 1
        for field in resource.fields
        if field.type == "string" and not field.is_list and field.name != resource.key[0]
    )
