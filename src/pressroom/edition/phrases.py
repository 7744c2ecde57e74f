"""What is wrong with the page's own words, wherever a kit says them: in its descriptor, or in a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pressroom.data.findings import DatasetError, Finding
from pressroom.data.package import Package
from pressroom.data.phrase_rows import PREFIX, list_phrase_rows
from pressroom.pages.phrases import find_phrase_faults, find_wording_faults


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
