"""The page's own words as a kit says them, in its descriptor or in a table, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.package import Package
from pressroom.data.phrase_rows import PREFIX, list_phrase_rows
from pressroom.pages.phrases import (
    LANGUAGE,
    Phrases,
    find_phrase_faults,
    find_wording_faults,
    is_said_in,
    read_phrases,
)


def read_kit_phrases(package: Package) -> Phrases:
    """Return the phrases of the language that the descriptor says, for pages that no notebook makes.

    Raises
    ------
    DatasetError
        If one of them is faulty.
    """
    language = package.descriptor.get("language") or LANGUAGE
    rows = {
        record.cells[place.key].removeprefix(PREFIX): record.cells[place.words]
        for record, place in list_phrase_rows(package)
    }
    own = {name: words for name, words in rows.items() if is_said_in(name, language, language)}
    return read_phrases(package.descriptor, rows=own)


def find_faulty_phrases(package: Package) -> Iterator[Finding]:
    """Yield the faults of the descriptor's language and phrases, then those of the table's rows."""
    yield from find_phrase_faults(package.descriptor)
    try:
        rows = [*list_phrase_rows(package)]
    except DatasetError:
        return  # the dataset's own check says why it cannot be read
    for record, place in rows:
        name, words = record.cells[place.key], record.cells[place.words]
        for fault in find_wording_faults(name.removeprefix(PREFIX), words, PREFIX):
            column = place.key if fault.value == name else place.words
            yield replace(
                fault,
                file=record.resource.file,
                row=record.number,
                column=column,
                value=record.cells[column],
            )
