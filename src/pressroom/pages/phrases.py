"""The few words of the furniture itself, a table per language, and how a kit puts its own in their place.

A kit's descriptor says them: ``"language": "de", "phrases": {"method": "Methode und Quellen"}``. A notebook
takes them with `use_phrases`; its masthead hands them on to whoever sets the page and the PDF.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pressroom.data.characters import describe_character, find_unshowable, is_blank
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote

LANGUAGE = "en-GB"

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "as_of": "Information as of {days}",
        "oldest": "the oldest as of {days}",
        "days": "{first} to {last}",
        "planned": "planned:",
        "assigned": "assigned:",
        "assigned_words": "assigned",
        "inferred_words": "inferred",
        "lines": "Lines to take",
        "care": "Say with care",
        "care_letter": "Say with care, {letter}",
        "commentary": "Commentary by the analyst",
        "signed": "{author}. Written by a person, not part of the source.",
        "unsigned": "Not part of the source.",
        "method": "How to read this page",
        "abbreviations": "Abbreviations:",
        "source": "Source:",
        "data": "The data as a table",
        "plotted": "The plotted data",
        "undated": "undated",
        "not_covered": "not covered by any source",
        "total": "Total",
        "ahead": "planned",
        "numbered": "A mark with a number stands for that many.",
        "binned": "In a crowded lane, a bar counts what falls within its width.",
        "continued": "The drawing goes on; its first part tells all of it in words.",
        "more": "and {n} more",
        "changes": "{counts} since release {release} of {day}",
        "corrected": "Corrected",
        "corrected_one": "one correction",
        "corrected_many": "{n} corrections",
        "added": "Added",
        "added_one": "one addition",
        "added_many": "{n} additions",
        "updated": "Updated",
        "updated_one": "one update",
        "updated_many": "{n} updates",
        "withdrawn": "Withdrawn",
        "withdrawn_one": "one withdrawal",
        "withdrawn_many": "{n} withdrawals",
        "page": "Page {page} of {pages}",
        "contents": "Contents",
        "skip": "Skip to content",
        "index": "All briefings of this edition",
        "pdf": "This page as PDF",
        "whole": "The whole edition",
        "turn": "Previous and next briefing",
        "previous": "Previous: {name}",
        "next": "Next: {name}",
        "see": "Related pages",
        "see_printed": "In this edition",
        "publisher": "Publisher",
        "contact": "Contact",
        "licence": "Licence",
        "dataset": "Dataset",
        "version": "version {version}",
        "version_of": "version {version} of {day}",
        "cite": "Cite as",
        "cite_dataset": "From the dataset “{dataset}”",
        "cite_version": "From the dataset “{dataset}”, version {version}",
    },
}
"""By language. English has them all; what another one lacks stays English."""

_FILE = "datapackage.json"
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_PLACEHOLDER = re.compile(r"\{(\w*)\}")


@dataclass(frozen=True)
class Phrases:
    """A language, and the kit's own wordings in place of the table's.

    Attributes
    ----------
    language
        A tag such as ``"en-GB"`` or ``"de"``.
    own
        The kit's wordings, by their keys.
    """

    language: str = LANGUAGE
    own: Mapping[str, str] = field(default_factory=dict)

    def wording(self, key: str) -> str:
        """Return a phrase with its placeholders as they stand."""
        table = PHRASES.get(self.language.partition("-")[0], {})
        return self.own.get(key) or table.get(key) or PHRASES["en"][key]

    def say(self, key: str, **values: str) -> str:
        """Return a phrase with its placeholders filled."""
        return _PLACEHOLDER.sub(lambda found: values[found[1]], self.wording(key))

    def to_json(self) -> str:
        """Return the kit's own wordings as JSON; ``""`` if it has none."""
        return json.dumps(self.own, ensure_ascii=False, sort_keys=True) if self.own else ""


class Described(Protocol):
    """A dataset, as far as its descriptor says the words of the page."""

    @property
    def language(self) -> Any:
        """Return the property ``language``; None without one."""

    @property
    def phrases(self) -> Any:
        """Return the property ``phrases``; None without one."""


_used = [Phrases()]


def use_phrases(dataset: Described) -> Phrases:
    """Have all that is made from now on speak as the dataset's descriptor says; return its phrases.

    Raises
    ------
    DatasetError
        If it has a phrase that there is not, or a wording that lacks a placeholder.
    """
    _used[:] = [read_phrases({"language": dataset.language, "phrases": dataset.phrases})]
    return _used[0]


def used_phrases() -> Phrases:
    """Return the phrases that are used now."""
    return _used[0]


def say(key: str, **values: str) -> str:
    """Return a phrase in the words that are used now.

    >>> say("page", page="1", pages="2")
    'Page 1 of 2'
    """
    return _used[0].say(key, **values)


def read_phrases(descriptor: Mapping[str, Any]) -> Phrases:
    """Return the phrases that a descriptor says.

    Raises
    ------
    DatasetError
        If one of them is faulty; it names the nearest that there is.
    """
    for finding in find_phrase_faults(descriptor):
        raise DatasetError(finding)
    return Phrases(descriptor.get("language") or LANGUAGE, dict(descriptor.get("phrases") or {}))


def find_phrase_faults(descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the language and the phrases of a descriptor."""
    language, own = descriptor.get("language"), descriptor.get("phrases")
    if language is not None and not (isinstance(language, str) and _TAG.fullmatch(language)):
        yield _find(f'"language" is {quote(language)}, which is no tag such as "en-GB" or "de"')
    if own is not None and not isinstance(own, Mapping):
        yield _find('"phrases" is not an object of wordings')
        return
    for key, words in (own or {}).items():
        yield from _find_faults(key, words)


def _find_faults(key: str, words: Any) -> Iterator[Finding]:
    known = PHRASES["en"]
    if key not in known:
        message = f"there is no phrase {quote(key)}"
        yield Finding(
            message=message, file=_FILE, value=key, allowed=tuple(known), nearest=find_nearest(key, known)
        )
        return
    if not isinstance(words, str) or is_blank(words):
        yield _find(f"the phrase {quote(key)} is no text")
        return
    needed, given = (set(_PLACEHOLDER.findall(text)) for text in (known[key], words))
    for name in sorted(needed - given):
        yield _find(f"the phrase {quote(key)} lacks {{{name}}}: {quote(words)}")
    for name in sorted(given - needed):
        yield _find(f"the phrase {quote(key)} has {{{name}}}, which stands for nothing: {quote(words)}")
    for _, character in find_unshowable(words):
        yield _find(f"the phrase {quote(key)}: {describe_character(character)}")


def _find(message: str) -> Finding:
    return Finding(message=message, file=_FILE)
