"""The descriptor says how readers are told of rows; faults in it are found, and silence has a sense."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from kits import NOTE
from pressroom.data import check_dataset
from pressroom.data.comparison import compare_rows
from pressroom.data.package import Package, read_package
from pressroom.data.wording import Wording, read_wordings
from pressroom.pages.differences import say_row_change


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NOTE / "data", tmp_path / "data"))


def word(data: Path, table: str, wording: Any) -> Package:
    path = data / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    next(entry for entry in told["resources"] if entry["name"] == table)["wording"] = wording
    path.write_text(json.dumps(told), "utf-8")
    return read_package(data)


def say(wording: Wording, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    changes = compare_rows(wording, {"k": old}, {"k": new}, lambda table, code: f"{table}.{code}")
    return [say_row_change(change) for change in changes]


def test_without_a_wording_a_row_is_known_by_its_key_and_every_column_counts(data: Path) -> None:
    wording = read_wordings(word(data, "countries", {}))["countries"]
    old = {"code": "THA", "name": "Siam", "short_name": "Siam"}
    assert say(wording, old, old | {"name": "Thailand"}) == [
        "Corrected: countries “THA” – name Thailand, was Siam"
    ]


def test_a_code_is_told_by_the_name_of_what_it_refers_to(data: Path) -> None:
    wording = read_wordings(read_package(data))["activities"]
    old: dict[str, Any] = {"id": "k", "short_title": "K", "start": None, "end": None}
    change = {"aichr_lead": ("THA",), "themes": ("bhr",), "follows": "other"}
    [said] = say(wording, old | {"aichr_lead": ("IDN",), "themes": (), "follows": None}, old | change)
    told = said.removeprefix("Corrected: K (undated) – ").split("; ")
    assert told == [
        "lead in the AICHR countries.THA, was countries.IDN",
        "follows now stated, activities.other",
        "themes now stated, themes.bhr",
    ]


@pytest.mark.parametrize(
    ("wording", "words"),
    [
        ("activity", "is not an object"),
        ({"nuon": "activity"}, '"nuon"; allowed: noun, name'),
        ({"name": "short_titel"}, 'names no column: "short_titel"'),
        ({"heading": ["title", "heading"]}, 'names no column: "heading"'),
        ({"updates": 1}, '"updates" is neither a column nor a list'),
        ({"columns": {"aim": "aim"}}, 'names no column: "aim"'),
        ({"part": {"of": "series"}}, '"part" needs "of", a table'),
    ],
)
def test_a_faulty_wording_is_told(data: Path, wording: Any, words: str) -> None:
    word(data, "activities", wording)
    assert any(words in finding.message for finding in check_dataset(data))


def test_an_older_state_is_told_in_the_newer_words(data: Path) -> None:
    path = data / "datapackage.json"
    told = json.loads(path.read_text("utf-8"))
    del told["records"]
    del told["search"]
    for entry in told["resources"]:
        del entry["wording"]
        entry.pop("interval", None)
    path.write_text(json.dumps(told), "utf-8")
    newer, older = read_package(NOTE / "data"), read_package(data)
    seen = older.described_by(newer)
    assert read_wordings(seen) == read_wordings(newer)
    assert (seen.records.name, seen.descriptor["search"]) == ("activities", newer.descriptor["search"])
    assert seen.digest == older.digest != newer.digest
