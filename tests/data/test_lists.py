"""A descriptor declares its code lists; faults in it are told, and an older one is read through a newer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kits import NOTE
from pressroom.data import DatasetError, check_dataset, open_dataset
from pressroom.data.package import read_package
from pressroom.data.reads import Question
from pressroom.data.select import Tables


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NOTE / "data", tmp_path / "data"))


def declare(data: Path, **lists: Any) -> None:
    path = data / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    told["lists"] |= lists
    path.write_text(json.dumps(told), "utf-8")


@pytest.mark.parametrize(
    ("declared", "codes"),
    [
        ({"from": "series.id"}, ["aichr-un-meetings", "focal-points-meetings"]),
        ({"from": "organisations.code", "where": {"group": "partner"}, "orderBy": "code"}, ["ACHPR", "AIPR"]),
        ({"from": "activities.year", "where": {"status": "planned"}}, ["2019"]),
        ({"from": "activities.places", "where": {"status": ["planned", "ongoing"]}}, ["THA/Bangkok"]),
        ({"values": ["one", "two"]}, ["one", "two"]),
        ({"from": "milestones.id", "values": "all"}, ["all"]),
    ],
)
def test_a_list_has_the_codes_of_the_rows_that_count(data: Path, declared: Any, codes: list[str]) -> None:
    declare(data, mine=declared)
    found = open_dataset(data).codes("mine")
    assert list(found[: len(codes)]) == codes
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("declared", "words"),
    [
        ("themes.code", "is not an object"),
        ({}, 'needs "from"'),
        ({"from": "themes"}, "not table.column"),
        ({"from": 3}, "neither a text nor a list"),
        ({"from": "themes.code", "order": "code"}, '"order"; allowed: from, where'),
        ({"from": "themes.code", "where": "origin"}, '"where" of the list "mine" is not an object'),
        ({"from": "themes.code", "where": {"origin": {"not": "stated"}}}, "something else than texts"),
        ({"from": "themes.code", "orderBy": 1}, "is not the name of a column"),
        ({"from": "theme.code"}, '"theme.code", which is no column'),
        ({"from": "themes.code", "where": {"orgin": "stated"}}, '"themes.orgin", which is no column'),
        ({"from": "themes.code", "orderBy": "year"}, '"themes.year", which is no column'),
    ],
)
def test_a_faulty_list_is_told_and_refused(data: Path, declared: Any, words: str) -> None:
    declare(data, mine=declared)
    assert any(words in finding.message for finding in check_dataset(data))
    with pytest.raises(DatasetError) as caught:
        open_dataset(data)
    assert words in caught.value.finding.message


def test_a_cell_of_two_meanings_is_told(data: Path) -> None:
    with (data / "themes.csv").open("a", encoding="utf-8") as file:
        file.write("UNDP,Twice,Twice.,99,assigned,\n")
    assert any('"UNDP" may mean two things' in finding.message for finding in check_dataset(data))


def test_an_older_descriptor_is_read_through_a_newer_one(data: Path) -> None:
    path = data / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    del told["lists"]
    for table in told["resources"]:
        table.pop("interval", None)
        table.pop("derived", None)
        for field in table["schema"]["fields"]:
            if field["name"] == "subject":
                del field["itemsFrom"]
    path.write_text(json.dumps(told), "utf-8")
    newer = read_package(NOTE / "data")
    older, today = Tables.of(read_package(data).described_by(newer)), Tables.of(newer)
    for name in newer.lists:
        assert older.list_codes(name) == today.list_codes(name)
    asked = Question("activities", {"agencies": ("UNDP",), "year": (2018,)})
    columns = today["activities"].columns
    assert older.select(asked).digest(columns) == today.select(asked).digest(columns)
