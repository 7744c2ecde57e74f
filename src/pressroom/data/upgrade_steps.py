"""Steps of an upgrade that stand as data: what the descriptor of an earlier version lacked, table by table.

A step is an object; what it says of is ``table`` or ``table.column``:

- ``if``, ``unless``: what must be there, and what must not, for the step to be taken at all;
- ``tables``: entries of tables to add; ``columns``: fields to insert, each ``before`` another;
- ``dropped``: columns to leave out; ``renamed``: what lists and search ask for instead of a column;
- ``codes``: more codes of a column; ``fields``: what is said of a column in place of what was;
- ``foreignKeys``: more of them; ``keyless``: columns that are none any more;
- ``missing``: what a column, a table's entry or the descriptor (``""``) says, where it does not say it;
- ``lists``: lists of codes to add; ``wording``: more columns under a key of a table's wording.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from pressroom.data.upgrade import Cells, Draft, Step

Said = Mapping[str, Any]


def read_steps(
    text: str,
    *,
    rows: Mapping[str, Callable[[Draft], Iterable[Cells]]],
    cells: Mapping[str, Callable[[Cells], str]],
) -> tuple[Step, ...]:
    """Return the steps of a JSON text, in order.

    Parameters
    ----------
    rows
        By table, makes the rows with which it is added; without it, it is added without any.
    cells
        By ``table.column``, makes the cell of a row when the column is inserted; without it, it stays empty.
    """
    return tuple(partial(_take, said=said, rows=rows, cells=cells) for said in json.loads(text))


def _take(
    draft: Draft,
    *,
    said: Said,
    rows: Mapping[str, Callable[[Draft], Iterable[Cells]]],
    cells: Mapping[str, Callable[[Cells], str]],
) -> None:
    """Take a step if it is due."""
    has = partial(_find, draft)
    if not all(map(has, said.get("if", ()))) or any(map(has, said.get("unless", ()))):
        return
    made = {entry["name"]: rows.get(entry["name"]) for entry in said.get("tables", ())}
    added = {name: list(make(draft)) if make else [] for name, make in made.items()}
    for entry in said.get("tables", ()):
        draft.add_table(entry, added[entry["name"]])
    for name, column in said.get("columns", {}).items():
        _insert(draft, name, column, cells.get(name))
    for change in (_drop, _say_anew, _add_codes, _change_keys, _fill_in, _add_wording, _rename):
        change(draft, said)
    if "lists" in said:
        draft.add_lists(said["lists"])


def _find(draft: Draft, name: str) -> dict[str, Any]:
    """Return what the descriptor says of ``table`` or ``table.column``; an empty object if nothing."""
    table, _, column = name.partition(".")
    if not column:
        return draft.entry(table)
    return next((field for field in draft.fields(table) if field["name"] == column), {})


def _insert(draft: Draft, name: str, column: Said, make: Callable[[Cells], str] | None) -> None:
    table, _, label = name.partition(".")
    if draft.insert(table, column["field"], before=column["before"]) and make:
        for row in draft.rows(table):
            row[label] = make(row)


def _drop(draft: Draft, said: Said) -> None:
    for name in said.get("dropped", ()):
        fields = draft.fields(name.partition(".")[0])
        fields[:] = [field for field in fields if field["name"] != name.partition(".")[2]]


def _say_anew(draft: Draft, said: Said) -> None:
    for name, new in said.get("fields", {}).items():
        field = _find(draft, name)
        for key in [key for key in field if key in new and isinstance(new[key], dict)]:
            del field[key]  # what it says stands last
        field |= deepcopy(new)


def _add_codes(draft: Draft, said: Said) -> None:
    for name, codes in said.get("codes", {}).items():
        known = _find(draft, name)["constraints"]["enum"]
        known += [code for code in codes if code not in known]


def _change_keys(draft: Draft, said: Said) -> None:
    for table, keys in said.get("foreignKeys", {}).items():
        draft.entry(table)["schema"].setdefault("foreignKeys", []).extend(deepcopy(keys))
    for name in said.get("keyless", ()):
        table, _, column = name.partition(".")
        schema = draft.entry(table)["schema"]
        schema["foreignKeys"] = [key for key in schema["foreignKeys"] if key["fields"] != column]


def _fill_in(draft: Draft, said: Said) -> None:
    for name, missing in said.get("missing", {}).items():
        if there := _find(draft, name) if name else draft.descriptor:
            _merge(there, missing)


def _merge(there: dict[str, Any], missing: Said) -> None:
    """Add what is missing, in objects within objects, too."""
    for key, value in missing.items():
        if isinstance(value, dict) and isinstance(there.get(key), dict):
            _merge(there[key], value)
        else:
            there.setdefault(key, deepcopy(value))


def _add_wording(draft: Draft, said: Said) -> None:
    for name, columns in said.get("wording", {}).items():
        table, _, key = name.partition(".")
        wording = draft.entry(table).get("wording", {})
        known = wording.get(key, [])
        wording[key] = list(dict.fromkeys([*([known] if isinstance(known, str) else known), *columns]))


def _rename(draft: Draft, said: Said) -> None:
    """Ask for other columns wherever lists of codes and the search ask for these."""
    for name, new in said.get("renamed", {}).items():
        table, _, old = name.partition(".")
        for one in draft.descriptor.get("lists", {}).values():
            one["from"] = f"{table}.{new}" if one.get("from") == name else one.get("from")
        search = draft.descriptor.get("search", {})
        if "words" in search:
            search["words"] = [new if word == old else word for word in search["words"]]
        for one in search.get("filters", {}).values():
            one["column"] = new if one["column"] == old else one["column"]
