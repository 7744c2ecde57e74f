"""The shapes that a descriptor's parts must have, and the keys that they may have, place by place.

The keys are those of the Data Package standard and those that the press reads. A Data Package may hold more,
so that another key is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pressroom.data.findings import DatasetError, Finding, advise, find_nearest, quote

DESCRIPTOR = "datapackage.json"
_DEEPEST = 50

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


def require_depth(descriptor: object) -> None:
    """Refuse what nests so deeply that whoever walks through it may run out of stack."""
    level = [descriptor]
    for _ in range(_DEEPEST):
        level = [child for value in level for child in _list_children(value)]
        if not level:
            return
    _require(False, f"it nests more than {_DEEPEST} levels deep")


def require_sources(descriptor: Mapping[str, Any]) -> None:
    """Refuse sources that are not a list of objects with names."""
    sources = descriptor.get("sources", [])
    named = _is_list(sources, _is_object) and all(_is_text(source.get("name")) for source in sources)
    _require(named, '"sources" is not a list of objects, each with a "name"')


def require_schema(table: str, schema: Mapping[str, Any]) -> None:
    """Refuse fields, a primary key or foreign keys of a table that are not what a Table Schema has there."""
    for field in schema["fields"]:
        _require(isinstance(field, dict), f"a field of the table {table} is not an object: {quote(field)}")
        _require(_is_text(field.get("name")), f"a field of the table {table} is without a name")
        _require_field(f"{table}.{field['name']}", field)
    names = [field["name"] for field in schema["fields"]]
    for field in (field for field in schema["fields"] if "equals" in field):
        _require_part(f'"equals" of {table}.{field["name"]}', field["equals"], names)
    for field in schema["fields"]:
        _require_company(f"{table}.{field['name']}", field, names)
    _require_names(f'"primaryKey" of the table {table}', schema.get("primaryKey", []), names)
    unique, place = schema.get("uniqueKeys", []), f'"uniqueKeys" of the table {table}'
    _require(isinstance(unique, list), f"{place} is not a list of lists of columns")
    for columns in unique:
        _require_names(place, columns, names)
    keys, place = schema.get("foreignKeys", []), f'"foreignKeys" of the table {table}'
    _require(_is_list(keys, _is_object), f"{place} is not a list of objects")
    for key in keys:
        _require_names(f'"fields" in {place}', key.get("fields"), names)
        reference = key.get("reference")
        _require(isinstance(reference, dict), f'{place} has a key without a "reference"')
        _require(_is_text(reference.get("resource", "")), f'{place} names no table in a "reference"')
        _require_names(f'"fields" of the "reference" in {place}', reference.get("fields"), None)


def require_order(table: str, order: object, columns: Sequence[str]) -> None:
    """Refuse an order of rows by what is no column of their table."""
    nearest = advise(columns, find_nearest(str(order), columns))
    _require(
        order is None or order in columns, f'"orderBy" of {table} names no column: {quote(order)}{nearest}'
    )


def require_references(descriptor: Mapping[str, Any]) -> None:
    """Refuse foreign keys that name a column which the table that they refer to does not have."""
    columns = {
        entry["name"]: [field["name"] for field in entry["schema"]["fields"]]
        for entry in descriptor["resources"]
    }
    for table in descriptor["resources"]:
        for key in table["schema"].get("foreignKeys", []):
            reference = key["reference"]
            other = reference.get("resource", "") or table["name"]
            place = f'"reference" in "foreignKeys" of the table {table["name"]}'
            nearest = advise([*columns], find_nearest(other, columns))
            _require(other in columns, f"{place} names no table: {quote(other)}{nearest}")
            _require_names(place, reference["fields"], columns[other])
            pair = [1 if _is_text(names) else len(names) for names in (key["fields"], reference["fields"])]
            _require(pair[0] == pair[1], f"{place} has not as many columns as its key")


def find_unknown_keys(descriptor: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the keys of a descriptor that nobody reads, with where they stand and the nearest."""
    yield from _look(descriptor, "", "the descriptor")


def _require_field(name: str, field: Mapping[str, Any]) -> None:
    constraints = field.get("constraints", {})
    _require(isinstance(constraints, dict), f'"constraints" of {name} is not an object')
    _require(isinstance(constraints.get("enum", []), list), f'"enum" of {name} is not a list')
    _require(_is_pattern(constraints.get("pattern", "")), f'"pattern" of {name} is no regular expression')
    for key in ("trueValues", "falseValues"):
        texts = field.get(key, ["x"])
        _require(
            _is_list(texts, _is_text) and bool(texts), f'"{key}" of {name} is not a list of at least one text'
        )
    _require(_is_text(field.get("itemsFrom", "")), f'"itemsFrom" of {name} is not a text, table.column')
    free_after = field.get("freeAfter", "/")
    _require(_is_text(free_after) and bool(free_after), f'"freeAfter" of {name} is not a text, such as "/"')
    most, refused = field.get("maxWords", 1), field.get("refused", ["x"])
    counts = isinstance(most, int) and not isinstance(most, bool) and most > 0
    _require(counts, f'"maxWords" of {name} is not a whole number above 0')
    spoken = _is_list(refused, lambda one: isinstance(one, str) and bool(re.search(r"\w", one)))
    _require(spoken, f'"refused" of {name} is not a list of words and phrases')


def _require_part(place: str, part: Any, names: list[Any]) -> None:
    """Refuse what does not say of which column's cell it is the part, and after or before which text."""
    sides = [side for side in ("after", "before") if isinstance(part, dict) and part.get(side)]
    right = len(sides) == 1 and {*part} == {"of", *sides} and _is_text(part[sides[0]])
    _require(right, f'{place} needs "of", a column, and either "after" or "before", a text')
    _require(part["of"] in names, f"{place} names an unknown column: {quote(part['of'])}")


def _require_company(name: str, field: Mapping[str, Any], names: list[Any]) -> None:
    """Refuse what does not say with which values of which columns a cell may stand."""
    company, place = field.get("onlyWith", {}), f'"onlyWith" of {name}'
    right = isinstance(company, dict) and all(_is_list(values, _is_text) for values in company.values())
    _require(right, f"{place} is not an object of columns, each with a list of texts")
    _require_names(place, list(company), names)
    if "itemForEach" in field:
        _require_names(f'"itemForEach" of {name}', [field["itemForEach"]], names)


def _require_names(place: str, names_or_name: Any, names: list[Any] | None) -> None:
    """Refuse what is neither the name of a column nor a list of such names; any name if `names` is None."""
    names_or_name = [names_or_name] if _is_text(names_or_name) else names_or_name
    _require(
        _is_list(names_or_name, _is_text), f"{place} is neither the name of a column nor a list of names"
    )
    for name in names_or_name if names is not None else ():
        _require(name in (names or ()), f"{place} names an unknown column: {quote(name)}")


def _require(right: bool, message: str) -> None:
    if not right:
        raise DatasetError(Finding(message=f"the descriptor is faulty: {message}", file=DESCRIPTOR))


def _list_children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object, fits: Callable[[object], bool]) -> bool:
    return isinstance(value, list) and all(fits(item) for item in value)


def _is_pattern(value: object) -> bool:
    try:
        re.compile(value)  # type: ignore[call-overload]
    except (re.error, TypeError, OverflowError, RecursionError):
        return False
    return isinstance(value, str)


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
