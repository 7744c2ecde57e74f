"""Selections through indices give what a look at every row gives; what lies on disk is known by its stamp."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aichr_briefings.dataset.package import read_package
from aichr_briefings.dataset.partial_dates import PartialDate, read_plan
from aichr_briefings.dataset.queries import Queries
from kits import NOTE

DATA = NOTE / "data"
QUERIES = Queries.of(read_package(DATA))
CODES = QUERIES.codes
STATUSES = ["held", "planned", "ongoing", "cancelled"]
SINCE = ["2011", "2018-05-15", "2018", "2019-11", "2018-06/2018-12", ""]


def optional(values: Any) -> Any:
    return st.none() | st.sampled_from(list(values))


selections = st.fixed_dictionaries(
    {
        "agency": optional(CODES.list_codes("agencies")),
        "theme": optional(CODES.list_codes("themes.code")),
        "provision": optional(CODES.list_codes("provisions.id")),
        "year": optional([2011, 2017, 2018, 2019, 2020]),
        "status": st.none() | st.lists(st.sampled_from(STATUSES), max_size=3),
        "since": optional(SINCE),
    }
)


def look_at_every_row(asked: dict[str, Any], wanted: bool | None) -> list[str]:
    """Return the ids of what matches, by the definition."""
    return [id for i, id in enumerate(QUERIES.tables["activities"].values["id"]) if judge(i, asked) is wanted]


def judge(position: int, asked: dict[str, Any]) -> bool | None:
    cells = {name: column[position] for name, column in QUERIES.tables["activities"].values.items()}
    date = QUERIES.dates["activities"][position]
    answers: list[bool | None] = []
    for name, column in (("agency", "agencies"), ("theme", "themes"), ("provision", "provisions")):
        if asked[name] is not None:
            answers.append(asked[name] in cells[column])
    if asked["status"] is not None:
        answers.append(cells["status"] in asked["status"])
    if asked["provision"] is not None:
        provisions = QUERIES.tables["provisions"].values
        plan = provisions["plan"][provisions["id"].index(asked["provision"])]
        answers.append(date.falls_within(read_plan(plan)))
    if asked["year"] is not None:
        answers.append(date.year == asked["year"] if date else None)
    if asked["since"] is not None:
        answers.append(date.begins_after(PartialDate.parse(asked["since"])))
    if False in answers:
        return False
    return None if None in answers else True


@settings(max_examples=300, deadline=None)
@given(selections)
def test_an_index_gives_what_a_look_at_every_row_gives(asked: dict[str, Any]) -> None:
    arguments = {name: value for name, value in asked.items() if value is not None}
    for query, wanted in (("activities", True), ("unplaced", None)):
        rows = QUERIES.ask(query, arguments)
        assert list(rows.frame()["id"]) == look_at_every_row(asked, wanted)
    assert QUERIES.ask("count", arguments) == len(look_at_every_row(asked, True))


def test_rows_by_their_keys_come_in_the_tables_order() -> None:
    codes = CODES.list_codes("organisations.code")
    rows = QUERIES.ask("table", {"name": "organisations", "keys": [codes[5], codes[1]]})
    assert list(rows.frame()["code"]) == [codes[1], codes[5]]
    assert len(QUERIES.ask("table", {"name": "organisations", "keys": []})) == 0


@pytest.fixture
def settled(tmp_path: Path) -> Path:
    """Give a copy of the dataset that nobody touched for a while, as its stamps say."""
    shutil.copytree(DATA, tmp_path / "data")
    for file in (tmp_path / "data").rglob("*"):
        os.utime(file, (1, 1))
    return tmp_path / "data"


def test_a_change_on_disk_is_seen_whatever_its_stamp(settled: Path) -> None:
    package = read_package(settled)
    assert package.is_current()
    table = settled / "themes.csv"
    told = table.stat()
    table.write_text(table.read_text("utf-8").swapcase(), "utf-8")
    os.utime(table, ns=(told.st_atime_ns, told.st_mtime_ns))
    assert table.stat().st_size == told.st_size
    assert not package.is_current()


def test_what_is_missing_or_written_again_is_told_by_its_bytes(settled: Path) -> None:
    package = read_package(settled)
    table = settled / "themes.csv"
    content = table.read_bytes()
    table.unlink()
    assert not package.is_current()
    table.write_bytes(content)
    assert package.is_current()
    (settled / "datapackage.json").unlink()
    assert not package.is_current()
