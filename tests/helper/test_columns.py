"""Whatever an analyst writes is read: each text column reaches a page, each other one is asked for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kits import copy_kit
from kits.cells import read_briefings, say
from kits.sheets import Cells, read_rows, write_rows
from pressroom.data import check_dataset
from pressroom.data.locate import VARIABLE
from pressroom.data.reads import SELECT, take_reads

ON_NO_PAGE = {
    "countries.name": "pages print the short name; the full one is for those who use the data elsewhere",
}
"""The text columns of which no page prints anything, each with the reason."""

ASKED_BY_NONE = {
    "instruments.code": "a key, for lines to take",
    "lines.reviewed": "`briefings check` compares it with the rows of a line",
    "milestones.id": "a key, for lines to take",
    "organisation_names.sources": "a name stands on pages without its source",
    "organisations.parent": "what counts to an agency is derived from it",
    "organisations.sources": "a name stands on pages without its source",
    "participations.sources": "a role stands in the row of its activity, which has these places, too",
    "plans.instrument": "a plan is named by its own title",
    "plans.sources": "a plan's lines have the places",
    "series.since": "statements and the dates of its activities tell it",
    "series.sources": "the activities of a series have the places",
    "terms.sources": "terms are common knowledge",
}
"""The other columns that no briefing asks for, each with the reason."""

NO_TEXT = ("sources", "reference", "key", "listed_at")
"""Columns of locators, of a choice and of names, which the descriptor takes for text."""

NOTE = "background-note#A/3"
ROWS: dict[str, list[Cells]] = {
    "lines": [{"subject": "cooperation", "order": "1", "text": "Said", "sources": NOTE}],
    "terms": [
        {"short": "UPR", "name": "Review", "kind": "abbreviation", "sources": NOTE},
        {"short": "Review", "explanation": "Told", "kind": "term", "sources": NOTE},
    ],
    "organisation_names": [
        {"organisation": "OHCHR", "name": "Centre", "short_name": "CHR", "from": "1993", "to": "2018-04",
         "sources": NOTE}
    ],
    "revisions": [
        {"table": "activities", "row": "education-workshop-2018", "column": "venue", "value": "Hall",
         "kind": "refined", "sources": "background-note#B.III.2018/1"}
    ],
}  # fmt: skip
"""Rows for the tables that have none."""


class Column(NamedTuple):
    """A column of a table."""

    table: str
    name: str
    is_text: bool
    is_list: bool

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def list_columns(data: Path) -> Iterator[Column]:
    """Yield all columns; text is what no rule of the descriptor holds to codes or dates."""
    for resource in json.loads((data / "datapackage.json").read_text("utf-8"))["resources"]:
        schema: dict[str, Any] = resource["schema"]
        keys = {name for key in schema.get("foreignKeys", ()) for name in [*_listed(key["fields"])]}
        keys |= {*_listed(schema["primaryKey"])} - {"short"}
        for field in schema["fields"]:
            held = {"enum", "pattern"} & field.get("constraints", {}).keys()
            coded = held or {"itemsFrom", "partialDate"} & field.keys() or field["type"] != "string"
            is_text = not coded and field["name"] not in (*keys, *NO_TEXT)
            yield Column(resource["name"], field["name"], is_text, bool(field.get("list")))


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the note's dataset with a word of its own in each cell of each text column."""
    data = copy_kit(tmp_path_factory.mktemp("marked") / "kit") / "data"
    columns = list(list_columns(data))
    for table in dict.fromkeys(column.table for column in columns):
        path = data / f"{table}.csv"
        rows = read_rows(path) or ROWS[table]
        own = [column for column in columns if column.table == table and column.is_text]
        write_rows(path, [row | {c.name: mark(row, c, word_of(columns, c)) for c in own} for row in rows])
    assert [str(f) for f in check_dataset(data) if f.severity == "error"] == []
    return data


def word_of(columns: list[Column], column: Column) -> str:
    return f"canary{columns.index(column):03}"


def mark(row: Cells, column: Column, word: str) -> str:
    """Return a cell with a word added, where the rules allow it."""
    cell = row.get(column.name, "")
    if str(column) == "activities.provisions_reason":
        return ";".join(f"{word} {line}" for line in row["provisions"].split(";") if line)
    if str(column) == "activities.places":
        return f"{cell.partition('/')[0]}/{word}" if cell else ""
    if str(column) in ("terms.name", "terms.explanation") and not cell:
        return ""
    return f"{cell} {word}".strip()


@pytest.fixture(scope="module")
def pressed(marked: Path) -> tuple[str, set[str]]:
    """Return all that the marked dataset's pages show, and the columns that they asked for."""
    take_reads()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(marked))
        shown = "".join(say(value) for _, _, value in read_briefings(marked))
    asked = [read["arguments"] for read in take_reads() if read["query"] == SELECT]
    return shown, {f"{one['table']}.{c}" for one in asked for c in (*one["columns"], *one.get("where", ()))}


def test_each_text_column_reaches_a_page(marked: Path, pressed: tuple[str, set[str]]) -> None:
    columns = list(list_columns(marked))
    silent = {str(c) for c in columns if c.is_text and word_of(columns, c) not in pressed[0]}
    assert silent == ON_NO_PAGE.keys()


def test_each_other_column_is_asked_for(marked: Path, pressed: tuple[str, set[str]]) -> None:
    columns = {str(column) for column in list_columns(marked) if not column.is_text}
    assert columns - pressed[1] == ASKED_BY_NONE.keys()
