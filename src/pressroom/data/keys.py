"""The keys that a descriptor may have, place by place: another is heard by nobody, and likely a slip.

They are those of the Data Package standard and those that the press reads. A Data Package may hold more, so
that another key is a warning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pressroom.data.findings import Finding, find_nearest, quote
from pressroom.data.shapes import DESCRIPTOR

_ANY = "*"
"""Stands for keys that are the kit's own names."""

_COMMON = "name title description"
_FIELD = f"""{_COMMON} type format example rdfType categories categoriesOrdered missingValues constraints
    trueValues falseValues bareNumber decimalChar groupChar list partialDate itemsFrom freeAfter equals
    maxWords refused onlyWith itemForEach"""
_CONSTRAINTS = """required unique enum pattern minimum maximum minLength maxLength exclusiveMinimum
    exclusiveMaximum jsonSchema"""
_DIALECT = """$schema delimiter lineTerminator quoteChar doubleQuote escapeChar nullSequence skipInitialSpace
    header commentChar caseSensitiveHeader csvddfVersion headerRows headerJoin commentRows property
    itemType"""
_SCHEMA = f"{_COMMON} $schema fields fieldsMatch primaryKey uniqueKeys foreignKeys missingValues"
_TABLE = f"""{_COMMON} $schema profile type path data format mediatype encoding bytes hash sources licenses
    schema homepage scheme compression dialect orderBy interval derived wording holds"""
_PACKAGE = f"""{_COMMON} $schema profile id homepage version created contributors keywords image licenses
    sources resources project helper lists language phrases records search"""

KEYS: Mapping[str, str] = {
    "": _PACKAGE,
    "sources": f"{_COMMON} path email version",
    "licenses": f"{_COMMON} path",
    "contributors": "title path email roles role organization givenName familyName",
    "search": "plural words filters",
    "search.filters.*": "column label",
    "resources": _TABLE,
    "resources.sources": f"{_COMMON} path email version",
    "resources.licenses": f"{_COMMON} path",
    "resources.dialect": _DIALECT,
    "resources.derived.*": "gather lookUp climb by where itemsFrom description",
    "resources.wording": "noun name heading columns updates silent part",
    "resources.wording.part": "of by who what shownIn",
    "resources.schema": _SCHEMA,
    "resources.schema.fields": _FIELD,
    "resources.schema.fields.constraints": _CONSTRAINTS,
    "resources.schema.fields.equals": "of after before",
    "resources.schema.foreignKeys": "fields reference",
    "resources.schema.foreignKeys.reference": "resource fields",
}
"""The keys of each object that the standard or the press describes, by where it stands."""


def find_unknown_keys(descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the keys of a descriptor that nobody reads, with where they stand and the nearest."""
    yield from _look(descriptor, "", "the descriptor")


def _look(value: Any, place: str, called: str) -> Iterator[Finding]:
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            named = item.get("name") if isinstance(item, dict) else None
            yield from _look(item, place, f"{called} {quote(named) if named else number}")
    elif isinstance(value, dict):
        known = KEYS[place].split() if place in KEYS else None
        for key, child in value.items():
            if known is not None and key not in known:
                message = f"{called} has a key that nothing reads, {quote(key)}"
                nearest = find_nearest(key, known)
                yield Finding(
                    message=message, severity="warning", file=DESCRIPTOR, value=key, nearest=nearest
                )
                continue
            inner = f"{place}.{key}" if place else key
            inner = inner if _leads(inner) else f"{place}.{_ANY}"
            if _leads(inner):
                yield from _look(child, inner, f"{quote(key)} of {called}" if place else quote(key))


def _leads(place: str) -> bool:
    """Return whether keys are known of a place, or of one inside it."""
    return any(known == place or known.startswith(f"{place}.") for known in KEYS)
