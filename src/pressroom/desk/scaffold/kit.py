"""A new kit from one CSV file: its dataset, a notebook with a briefing for each value, and a README."""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from string import Template
from typing import Any

from pressroom.data.findings import Refusal, UnknownCode, quote
from pressroom.data.names import make_slug
from pressroom.data.resource import Field, Resource
from pressroom.data.schema import infer_types
from pressroom.data.sheets import parse_cell, read_header, read_sheet
from pressroom.desk.scaffold.family import declare, find_template, write_notebook
from pressroom.desk.scaffold.subject import PYTHON, choose_default, quote_python

KEPT = ("string", "integer", "number", "boolean", "date", "year")
"""The types that a column can be given."""

_MAKEFILE = """\
# make briefings   press the edition into reports/current        make check   what is wrong with the kit
.PHONY: briefings check

briefings:
	briefings build

check:
	briefings check
"""

_README = """\
# $title

A briefing for each $column of `data/$file`, as web page and PDF.

- `briefings preview` shows one beside its PDF, and again on every save.
- `briefings build` presses them all: open `reports/current/index.html`.
- `data/datapackage.json` says what the columns are; correct it there.
- `notebooks/$family.ipynb` says what a briefing shows; change it in JupyterLab (`briefings lab`).
- `briefings check` finds what is wrong with either.
"""

_IGNORED = ".venv/\n.ipynb_checkpoints/\n/reports/*\n/releases/\n/settings.toml\n/subscribers.csv\n"


@dataclass(frozen=True)
class Draft:
    """What is known of a table, to be corrected before a kit is made of it.

    Attributes
    ----------
    name, title
        The table's name in the descriptor, and what readers call it.
    file, content
        Its file's name and bytes.
    types
        By column, one of `KEPT`.
    key
        The column that tells its rows apart; None if none does.
    rows
        The cells of each row, in the order of the columns.
    """

    name: str
    title: str
    file: str
    content: bytes
    types: Mapping[str, str]
    key: str | None
    rows: tuple[tuple[str, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns in the file's order."""
        return tuple(self.types)

    def cells(self, column: str) -> list[str]:
        """Return the cells of a column."""
        place = self.columns.index(column)
        return [row[place] for row in self.rows]

    def correct(self, types: Mapping[str, str], key: str | None = None) -> Draft:
        """Return the draft with other types or another key.

        Raises
        ------
        Refusal
            If there is no such column or type, a cell is not of the type, or the key tells no rows apart.
        """
        for column, kind in types.items():
            _require_one(column, self.columns, "the columns")
            _require_one(kind, KEPT, "the types")
            for row, cell in enumerate(self.cells(column), start=2):
                _require_type(column, kind, row, cell)
        if key is not None:
            _require_one(key, self.columns, "the columns")
            if not _is_key(self.cells(key)):
                raise Refusal(f"{quote(key)} tells no rows apart: a cell is empty, or is there twice")
        return replace(self, types={**self.types, **types}, key=key or self.key)


def read_draft(path: Path) -> Draft:
    """Return what a CSV file lets one know: types as frictionless takes them, and the first key.

    Raises
    ------
    DatasetError, OSError
        If it cannot be read.
    Refusal
        If it has no rows.
    """
    content = path.read_bytes()
    name = make_slug(path.stem).replace("-", "_") or "table"
    labels = read_header(Resource(name, path.name, (), (), content))
    fields = tuple(Field.of(label, "string") for label in labels)
    sheet = read_sheet(Resource(name, path.name, fields, (), content))
    for problem in sheet.problems:
        raise Refusal(str(problem))
    if not sheet.rows:
        raise Refusal(f"{path.name} has no rows; a kit needs one at least")
    rows = tuple(row.cells for row in sheet.rows)
    cells = dict(zip(labels, zip(*rows, strict=True), strict=True))
    inferred = zip(labels, infer_types(labels, rows), strict=True)
    types = {label: _settle_type(label, kind, cells[label]) for label, kind in inferred}
    keys = (c for c in labels if types[c] in ("string", "integer") and _is_key(cells[c]))
    title = path.stem.replace("-", " ").replace("_", " ").strip().capitalize() or "Table"
    return Draft(name, title, path.name, content, types, next(keys, None), rows)


def write_kit(folder: Path, draft: Draft, for_each: str) -> None:
    """Write a kit with a briefing for each value of a column.

    Raises
    ------
    Refusal
        If the folder is not empty, there is no such column, or it has no value.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refusal(f"{folder} is not empty; name a new folder, nothing was written")
    _require_one(for_each, draft.columns, "the columns")
    values = tuple(dict.fromkeys(cell for cell in draft.cells(for_each) if cell))
    if not values:
        raise Refusal(
            f"the column {quote(for_each)} is empty: there is nothing to have a briefing for each of"
        )
    parameter, family = _name_parameter(for_each), make_slug(for_each) or "value"
    words = {"title": draft.title, "column": for_each, "file": draft.file, "family": family}
    written = {
        f"data/{draft.file}": draft.content,
        "data/datapackage.json": _to_json(_describe(draft, for_each, parameter)),
        f"notebooks/{family}.ipynb": _write_notebook(draft, for_each, parameter, values).encode(),
        "Makefile": _MAKEFILE.encode(),
        "README.md": Template(_README).substitute(words).encode(),
        ".gitignore": _IGNORED.encode(),
    }
    for name, content in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _describe(draft: Draft, for_each: str, parameter: str) -> dict[str, Any]:
    fields = [{"name": column, "type": kind} for column, kind in draft.types.items()]
    for field in fields:
        if all(draft.cells(field["name"])):
            field["constraints"] = {"required": True}  # type: ignore[assignment]
    schema = {"fields": fields} | ({"primaryKey": draft.key} if draft.key else {})
    table = {
        "name": draft.name,
        "title": draft.title,
        "path": draft.file,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": schema,
    }
    lists = {} if _is_plain(for_each) else {"lists": {parameter: {"from": f"{draft.name}.{for_each}"}}}
    return {
        "name": make_slug(draft.name),
        "title": draft.title,
        "version": "1.0.0",
        **lists,
        "resources": [table],
    }


def _write_notebook(draft: Draft, for_each: str, parameter: str, values: Sequence[str]) -> str:
    listed = f"{draft.name}.{for_each}" if _is_plain(for_each) else parameter
    kind = PYTHON.get(draft.types[for_each], "str")
    default = choose_default(listed, tuple(values), kind)
    shown = [column for column in draft.columns if column != for_each] or [for_each]
    filled = {
        "title": draft.title,
        "question": f"What is on record for each {for_each}?",
        "explanation": "",
        "declaration": declare(parameter, kind, default, listed),
        "finding": f'found = ds.select("{draft.name}", {{{quote_python(for_each)}: {parameter}}})',
        "shown": ", ".join(map(quote_python, shown)),
        "first": quote_python(draft.key if draft.key in shown else shown[0]),
    }
    return write_notebook(filled, find_template())


def _name_parameter(column: str) -> str:
    name = re.sub(r"\W+", "_", column.casefold()).strip("_")
    if not name.isascii() or not name[:1].isalpha() or keyword.iskeyword(name):
        name = f"value_{make_slug(name).replace('-', '_')}".rstrip("_")
    return name


def _is_plain(column: str) -> bool:
    """Return whether a parameters cell can name the column as it is."""
    return re.fullmatch(r"\w+", column) is not None


def _settle_type(column: str, kind: str, cells: Sequence[str]) -> str:
    """Return the type, or a text's if a cell turns out not to be of it."""
    try:
        for row, cell in enumerate(cells, start=2):
            _require_type(column, kind, row, cell)
    except Refusal:
        return "string"
    return kind if kind in KEPT else "string"


def _require_type(column: str, kind: str, row: int, cell: str) -> None:
    try:
        parse_cell(Field.of(column, kind), cell)
    except ValueError as error:
        raise Refusal(f"row {row}, column {column}: {error}") from None


def _require_one(value: str, allowed: Sequence[str], what: str) -> None:
    if value not in allowed:
        raise Refusal(str(UnknownCode(value, what, allowed)))


def _is_key(cells: Sequence[str]) -> bool:
    return all(cells) and len(set(cells)) == len(cells)


def _to_json(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
