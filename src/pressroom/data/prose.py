"""What a descriptor asks of the prose in a column: not too many words, and none that it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pressroom.data.findings import Finding, quote
from pressroom.data.records import Sheets
from pressroom.data.sheets import split_items


def check_prose(sheets: Sheets) -> Iterator[Finding]:
    """Yield the texts, or items of lists, that have too many words, and the words that a column refuses."""
    for record, field in sheets.cells(lambda field: bool(field.max_words or field.refused)):
        cell = record.cells[field.name]
        for item in split_items(cell) if field.is_list else (cell,):
            count = len(item.split())
            if field.max_words is not None and count > field.max_words:
                message = f"{quote(item)} has {count} words; {field.max_words} are allowed"
                yield record.find(field.name, message, value=item)
            for found in find_phrases(item, field.refused):
                message = f"{quote(found)} may not stand in this column: the descriptor refuses it"
                yield record.find(field.name, message, value=found)


def find_phrases(text: str, phrases: Iterable[str]) -> list[str]:
    """Return what of `text` is one of the phrases, as whole words and in any case, each as it stands there.

    Of phrases that begin at the same place, the longest counts.

    Examples
    --------
    >>> find_phrases("It sold well, because\\nof the rain. Onlyness.", ["because of", "because", "only"])
    ['because of']
    """
    words = sorted((r"\s+".join(map(re.escape, phrase.split())) for phrase in phrases), key=len, reverse=True)
    if not words:
        return []
    found = re.findall(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", text, re.IGNORECASE)
    return list(dict.fromkeys(" ".join(each.split()) for each in found))
