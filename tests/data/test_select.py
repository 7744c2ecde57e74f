"""Selections through indices give what a look at every row gives; what lies on disk is known by its stamp."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kits import NOTE
from pressroom.data.findings import UnknownCode
from pressroom.data.package import read_package
from pressroom.data.partial_dates import PartialDate
from pressroom.data.reads import DATES, Question
from pressroom.data.select import Tables

DATA = NOTE / "data"
TABLES = Tables.of(read_package(DATA))
ACTIVITIES = TABLES["activities"]
STATUSES = ["held", "planned", "ongoing", "cancelled"]
TIMES = ["2011", "2018-05-15", "2018", "2019-11", "2018-06/2018-12", "2016/2020", ""]


def several(values: Any) -> Any:
    return st.none() | st.lists(st.sampled_from(list(values)), max_size=3).map(tuple)


questions = st.builds(
    lambda where, dates, is_placed: Question.of(
        "activities", {c: v for c, v in where.items() if v is not None}, dates, is_placed=is_placed
    ),
    st.fixed_dictionaries(
        {
            "agencies": several(TABLES.list_codes("agencies")),
            "themes": several(TABLES.list_codes("themes.code")),
            "provisions": several(TABLES.list_codes("provisions.id")),
            "year": several([2011, 2017, 2018, 2019, 2020]),
            "status": several(STATUSES),
        }
    ),
    st.fixed_dictionaries(
        {name: st.none() | st.sampled_from(TIMES).map(PartialDate.parse) for name in DATES}
    ),
    st.booleans(),
)


def judge(position: int, asked: Question) -> bool | None:
    """Return whether a row fits, by the definition."""
    cells = {name: column[position] for name, column in ACTIVITIES.values.items()}
    assert ACTIVITIES.dates is not None
    date = ACTIVITIES.dates[position]
    answers: list[bool | None] = []
    for column, values in asked.where.items():
        cell = cells[column]
        if column == "year" and cell is None:
            answers.append(None)
        else:
            answers.append(bool({*cell} & {*values}) if isinstance(cell, tuple) else cell in values)
    if asked.after is not None:
        answers.append(date.begins_after(asked.after))
    if asked.before is not None:
        answers.append(asked.before.begins_after(date))
    if asked.touching is not None:
        answers.append(date.touches(asked.touching))
    if False in answers:
        return False
    return None if None in answers else True


@pytest.mark.slow
@settings(max_examples=400)
@given(questions)
def test_an_index_gives_what_a_look_at_every_row_gives(asked: Question) -> None:
    wanted = True if asked.is_placed else None
    found = [place for place in range(len(ACTIVITIES)) if judge(place, asked) is wanted]
    assert list(TABLES.select(asked).positions) == found
    assert Question.from_json(asked.to_json()) == asked


def test_rows_by_their_keys_come_in_the_tables_order() -> None:
    codes = TABLES.list_codes("organisations.code")
    rows = TABLES.select(Question("organisations", {"code": (codes[5], codes[1])}))
    assert rows.values("code") == [codes[1], codes[5]]
    assert len(TABLES.select(Question("organisations", {"code": ()}))) == 0


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (Question("activity"), '"activity" is not one of tables; .*nearest: activities'),
        (Question("activities", {"theme": ("bhr",)}), "the columns of activities; .*nearest: themes"),
        (Question("activities", {"themes": ("bhrr",)}), "themes.code; .*nearest: bhr"),
        (Question("activities", {"agencies": ("UNPD",)}), "agencies; .*nearest: UNDP"),
        (Question("activities", {"status": ("hold",)}), "activities.status; .*nearest: held"),
        (Question("activities", {"years": (20018,)}), "years; .*nearest: 2018"),
        (
            Question("activities", {"series": ("aichr-un-meeting",)}),
            "series.id; .*nearest: aichr-un-meetings",
        ),
        (Question("participations", {"activity": ("nothing",)}), "activities.id"),
        (Question("statements", {"subject": ("co-operation",)}), "subjects; .*nearest: cooperation"),
        (Question("themes", {"code": ("bhrr",)}), "themes.code; .*nearest: bhr"),
    ],
)
def test_what_is_misspelt_is_refused_with_the_nearest(asked: Question, words: str) -> None:
    with pytest.raises(UnknownCode, match=words):
        TABLES.select(asked)


def test_a_question_that_is_not_strict_finds_no_row() -> None:
    assert len(TABLES.select(Question("themes", {"code": ("bhrr",)}, is_strict=False))) == 0


def test_a_table_without_dates_has_none_to_ask_for() -> None:
    with pytest.raises(ValueError, match="the table themes has no dates"):
        TABLES.select(Question("themes", after=PartialDate("2018")))


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


def test_what_finds_rows_by_codes_is_built_before_a_fork() -> None:
    tables = Tables.of(read_package(NOTE / "data"))
    tables.index_codes()
    before = {name: set(tables[name]._indices) for name in tables.tables}
    lists = set(tables._lists)
    for table, where in (
        ("activities", {"agencies": "UNDP", "status": "held"}),
        ("participations", {"activity": "bhr-training-2017", "role": "co-host"}),
        ("statements", {"subject": "UNDP", "kind": "since"}),
    ):
        assert len(tables.select(Question(table, {c: (v,) for c, v in where.items()})))
    assert {name: set(tables[name]._indices) for name in tables.tables} == before
    assert set(tables._lists) == lists
