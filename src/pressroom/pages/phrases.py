"""The few words of the furniture itself, a table per language, and how a kit puts its own in their place.

A kit's descriptor says them: ``"language": "de", "phrases": {"method": "Methode und Quellen"}``; with
``"from": "wording.text"`` in it, rows of that table do, under keys such as ``press.method``. What is said in
another language than the kit's has its tag before the key: ``de.method``, ``press.de.method``. A notebook
takes them with `use_phrases`; its masthead hands them on to whoever sets the page and the PDF.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pressroom.data import date_words
from pressroom.data.characters import describe_character, find_unshowable, is_blank
from pressroom.data.date_words import PLACEHOLDER, fill, split_words
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote

LANGUAGE = "en-GB"

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "as_of": "Information as of {days}",
        "oldest": "the oldest as of {days}",
        "oldest_undated": "the oldest undated",
        "days": "{first} to {last}",
        "places": "{n} places",
        "one_source": "Source.",
        "several_sources": "Sources.",
        "published": "published {day}",
        "of_days": "as of {days}",
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
        "undated_head": "Undated",
        "undated_brief": "n.d.",
        "not_covered": "no list for these years",
        "total": "Total",
        "ahead": "planned",
        "numbered": "A mark with a number stands for that many.",
        "binned": "In a crowded lane, a bar counts what falls within its width.",
        "continued": "The drawing goes on; its first part tells all of it in words.",
        "mark_day": "dated to the day",
        "mark_month": "to the month",
        "mark_year": "to the year",
        "mark_ongoing": "ongoing",
        "mark_planned": "planned",
        "mark_ahead": "planned, after the line",
        "divider": "; the line is the {name}",
        "in_words": "In words",
        "uncovered": "not covered",
        "alt_row": "{row} has {has}.",
        "alt_highlighted": "{row}, highlighted, has {has}.",
        "alt_ongoing": "{n} of them ongoing",
        "alt_lane": "{n} stand under {lane}: {marks}.",
        "alt_lane_one": "{n} stands under {lane}: {marks}.",
        "alt_since": "The line of {lane} begins in {year}, as stated.",
        "alt_before": "The years before {year} are not covered by any source.",
        "alt_outside": "Not covered by any source: {years}.",
        "alt_entry": "{title} is dated {date}, with {names}{state}.",
        "alt_divider": "A line marks the {name}.",
        "alt_cells": "{row} has {n}: {cells}.",
        "alt_muted": "{n} {row}: {cells}.",
        "alt_among": "{name} among them",
        "name_then": "{then} (now {now})",
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
        "csv": "The rows behind this page as CSV",
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
        "edition": "Edition",
        "current": "Current edition",
        "briefings": "Briefings",
        "families": "Families",
        "unbuilt": "No briefing has been built yet.",
        "no_briefing": "There is no briefing {name} yet",
        "last_failed": "It failed when it was last built: {reason}.",
        "not_built": "It was not built.",
        "briefing": "Briefing",
        "in_short": "In short",
        "earlier": "(an earlier copy)",
        "in_all": "{n} in all",
        "built_from": "Built from the dataset “{dataset}”, version {version}",
        "release": "Release {release}",
        "release_of": "Release {release}, {day}",
        "release_from": "Release {release}, from version {version} of the dataset",
        "changed_since": "What changed since release {release}",
        "unchanged": "Nothing changed but the day on which the release was made.",
        "changed_new": "New briefings",
        "changed_data": "Briefings whose data changed",
        "changed_method": "Briefings that are made in another way",
        "changed_removed": "Briefings that are no more",
        "changed_others": "Other records",
        "correction": "(a correction)",
        "now_stated": "{label} now stated, {new}",
        "now_other": "{label} {new}, was {old}",
        "now_none": "{label} no longer stated, was {old}",
        "changed_by": "{change} (by {sources})",
        "changed_row": "{kind}: {name}",
        "changed_values": "{kind}: {name} – {change}",
        **date_words.ENGLISH,
        "months_axis": "Jan, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec",
        "months_letters": "J, F, M, A, M, J, J, A, S, O, N, D",
        "years": "{first} to {last}",
        "at_day": "on {date}",
        "at_month": "in {date}",
        "at_year": "in {date}",
        "at_none": "at no stated date",
        "at_span": "from {first} to {last}",
        "numbers": "one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve",
        "no": "no",
        "counted": "{number} {noun}",
        "counted_none": "{no} {noun}",
        "ordinal": "{n}{th}",
        "article": "{a} {noun}",
        "and": "and",
        "list_two": "{first} {and} {last}",
        "list_more": "{first}, {next}",
        "list_last": "{first} {and} {last}",
        "share": "{part} of the {whole}",
        "share_none": "none of the {whole}",
        "share_neither": "neither of the {whole}",
        "share_all": "all {whole}",
        "share_both": "both",
        "share_one": "it",
        "sentence": "{sentence}.",
        "true": "yes",
        "false": "no",
        "rows": "{n} rows",
        "columns": "{n} columns",
        "rows_of": "{n} of {all} rows",
        "columns_of": "{n} of {all} columns",
        "size": "{rows}, {columns}.",
        "cut": "{parts} are shown.",
        "table": "Table",
        "part": "column {n} of {all}",
        "parts": "columns {first} to {last} of {all}",
    },
}
"""By language. English has them all; what another one lacks stays English."""

FROM = "from"
"""Beside the phrases in the descriptor: the ``table.column`` in which more of them stand."""

_FILE = "datapackage.json"
_TAG = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")
_MONTHS = ("months", "months_short", "months_axis", "months_letters")
_OPTIONAL = frozenset(("th", "a"))
"""What stands for something in English alone, so that a wording may leave it out."""


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

    @property
    def is_english(self) -> bool:
        """Return whether the rules of English hold, as for plurals, articles, 1st and 2nd."""
        return is_same_language(self.language, LANGUAGE)

    def wording(self, key: str) -> str:
        """Return a phrase with its placeholders as they stand."""
        table = PHRASES.get(_base(self.language), {})
        return self.own.get(key) or table.get(key) or PHRASES["en"][key]

    def say(self, key: str, **values: str) -> str:
        """Return a phrase with its placeholders filled."""
        return fill(self.wording(key), **values)

    def list(self, key: str) -> list[str]:
        """Return the words of a phrase that is several with commas between."""
        return split_words(self.wording(key))

    @property
    def date_words(self) -> Mapping[str, str]:
        """Return the words and patterns of dates, as `pressroom.data.date_words.when` takes them."""
        return {key: self.wording(key) for key in date_words.ENGLISH}

    def _ipython_display_(self) -> None:
        """Display as nothing: a cell may end with `use_phrases`."""

    def to_json(self) -> str:
        """Return the kit's own wordings as JSON; ``""`` if it has none."""
        return json.dumps(self.own, ensure_ascii=False, sort_keys=True) if self.own else ""


class Described(Protocol):
    """A dataset, as far as it says the words of the page."""

    @property
    def language(self) -> Any:
        """Return the property ``language``; None without one."""

    @property
    def phrases(self) -> Any:
        """Return the property ``phrases``; None without one."""

    def phrase_rows(self, wanted: Callable[[str], bool]) -> Mapping[str, str]:
        """Return the phrases of its table by their keys, as far as these are wanted."""


_used = [Phrases()]


def use_phrases(dataset: Described, language: str | None = None) -> Phrases:
    """Have all that is made from now on speak as the dataset says; return its phrases.

    Parameters
    ----------
    language
        A tag such as ``"de"``, for a briefing in another language than the descriptor's.

    Raises
    ------
    DatasetError
        If it has a phrase that there is not, or a wording that lacks a placeholder.
    ValueError
        If the language is no tag.
    """
    if language is not None:
        require_tag(language)
    phrases, descriptor = dataset.phrases, {"language": dataset.language}
    rows: Mapping[str, str] = {}
    if isinstance(phrases, Mapping) and FROM in phrases:
        spoken = language or dataset.language or LANGUAGE
        rows = dataset.phrase_rows(lambda key: is_said_in(key, spoken, dataset.language or LANGUAGE))
    _used[:] = [read_phrases({**descriptor, "phrases": phrases}, language=language, rows=rows)]
    return _used[0]


def used_phrases() -> Phrases:
    """Return the phrases that are used now."""
    return _used[0]


@contextmanager
def speaking(phrases: Phrases) -> Iterator[Phrases]:
    """Have all that is made meanwhile speak in these phrases."""
    before, _used[:] = _used[0], [phrases]
    try:
        yield phrases
    finally:
        _used[:] = [before]


def say(key: str, **values: str) -> str:
    """Return a phrase in the words that are used now.

    >>> say("page", page="1", pages="2")
    'Page 1 of 2'
    """
    return _used[0].say(key, **values)


def require_tag(language: str) -> str:
    """Return the tag of a language.

    Raises
    ------
    ValueError
        If it is none.
    """
    if not _TAG.fullmatch(language):
        raise ValueError(f"{language!r} is no tag of a language, such as 'en-GB' or 'de'")
    return language


def is_same_language(first: str, second: str) -> bool:
    """Return whether two tags are of one language, whatever their regions.

    >>> is_same_language("en", "en-GB"), is_same_language("en", "de")
    (True, False)
    """
    return _base(first) == _base(second)


def read_phrases(
    descriptor: Mapping[str, Any], *, language: str | None = None, rows: Mapping[str, str] | None = None
) -> Phrases:
    """Return the phrases that a descriptor says, and the rows of its table before them.

    Parameters
    ----------
    language
        The language that is spoken, if not the descriptor's.
    rows
        The phrases of the table, by their keys without ``press.``.

    Raises
    ------
    DatasetError
        If one of them is faulty; it names the nearest that there is.
    """
    for finding in find_phrase_faults(descriptor):
        raise DatasetError(finding)
    for key, words in (rows or {}).items():
        for finding in find_wording_faults(key, words):
            raise DatasetError(finding)
    own = descriptor.get("language") or LANGUAGE
    spoken = language or own
    given = {**_leave_out_table(descriptor.get("phrases")), **(rows or {})}
    # What stands under the language's own tag counts before what stands under none.
    keys = {name: _find_key(name, spoken, own) for name in sorted(given, key=lambda name: "." in name)}
    return Phrases(spoken, {key: given[name] for name, key in keys.items() if key})


def find_phrase_faults(descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield what is wrong with the language and the phrases of a descriptor."""
    language, own = descriptor.get("language"), descriptor.get("phrases")
    if language is not None and not (isinstance(language, str) and _TAG.fullmatch(language)):
        yield _find(f'"language" is {quote(language)}, which is no tag such as "en-GB" or "de"')
    if own is not None and not isinstance(own, Mapping):
        yield _find('"phrases" is not an object of wordings')
        return
    for key, words in _leave_out_table(own).items():
        yield from find_wording_faults(key, words)


def find_wording_faults(name: str, words: Any, prefix: str = "") -> Iterator[Finding]:
    """Yield what is wrong with the wording of a phrase.

    Parameters
    ----------
    name
        Its key, and before it the tag of another language than the kit's.
    prefix
        What stands before the names of phrases where this one stands.
    """
    known = PHRASES["en"]
    tag, _, key = name.rpartition(".")
    called = quote(prefix + name)
    if key not in known or (tag and not _TAG.fullmatch(tag)):
        start = f"{prefix}{tag}." if _TAG.fullmatch(tag) else prefix
        allowed = tuple(start + each for each in known)
        yield Finding(
            message=f"there is no phrase {called}",
            file=_FILE,
            value=prefix + name,
            allowed=allowed,
            nearest=find_nearest(prefix + name, allowed),
        )
        return
    if not isinstance(words, str) or is_blank(words):
        yield _find(f"the phrase {called} is no text")
        return
    needed, given = (set(PLACEHOLDER.findall(text)) for text in (known[key], words))
    for lacking in sorted(needed - given - _OPTIONAL):
        yield _find(f"the phrase {called} lacks {{{lacking}}}: {quote(words)}")
    for unknown in sorted(given - needed):
        yield _find(f"the phrase {called} has {{{unknown}}}, which stands for nothing: {quote(words)}")
    if key in _MONTHS and (n := len(split_words(words))) != 12:
        yield _find(f"the phrase {called} has {n} words with commas between, and a year 12 months")
    for _, character in find_unshowable(words):
        yield _find(f"the phrase {called}: {describe_character(character)}")


def is_said_in(name: str, spoken: str, own: str) -> bool:
    """Return whether a name says a phrase of the language that is spoken; one without a tag is of `own`."""
    return bool(_find_key(name, spoken, own))


def _find_key(name: str, spoken: str, own: str) -> str:
    """Return the phrase that a name says in the language that is spoken; ``""`` if it says none in it."""
    tag, _, key = name.rpartition(".")
    if tag:
        return key if tag in (spoken, _base(spoken)) else ""
    return key if is_same_language(spoken, own) else ""


def _base(tag: str) -> str:
    return tag.partition("-")[0]


def _leave_out_table(phrases: Any) -> dict[str, Any]:
    return {key: words for key, words in (phrases or {}).items() if key != FROM}


def _find(message: str) -> Finding:
    return Finding(message=message, file=_FILE)
