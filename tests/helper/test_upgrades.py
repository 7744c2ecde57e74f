"""What an earlier version of this desk's tables held comes out as today's, byte for byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from aichr_briefings import open_dataset
from kits import EARLIER, NOTE
from pressroom.data.package import read_package
from pressroom.data.upgrade import upgrade, upgrade_files

LATER = ("plans", "organisation_names", "revisions", "lines", "terms", "wording")


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """Return the note's dataset as it was before there were plans and places."""
    data = tmp_path / "data"
    shutil.copytree(NOTE / "data", data)
    for table in LATER:
        (data / f"{table}.csv").unlink()
    shutil.copytree(EARLIER, data, dirs_exist_ok=True)
    return data


def test_the_earlier_tables_become_todays(earlier: Path) -> None:
    files = upgrade_files(read_package(earlier))
    assert {*files} == {
        "datapackage.json",
        "activities.csv",
        "series.csv",
        "provisions.csv",
        *(f"{name}.csv" for name in LATER),
    }
    for name, content in files.items():
        if name == "wording.csv":
            assert content == b"key,text\n", "its words are the desk's own, and in no package"
        else:
            assert content == (NOTE / "data" / name).read_bytes(), name
        (earlier / name).write_bytes(content)
    assert upgrade_files(read_package(earlier)) == {}


def test_an_earlier_dataset_is_read_as_todays_and_stays_as_it_is(earlier: Path) -> None:
    before = {path.name: path.read_bytes() for path in earlier.iterdir()}
    rows = upgrade(read_package(earlier)).resource("activities")
    assert {"places", "format", "moved_to", "number"} <= set(rows.labels)
    assert {path.name: path.read_bytes() for path in earlier.iterdir()} == before


def test_places_without_their_countries_are_told_of_them(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(NOTE / "data", data)
    descriptor = data / "datapackage.json"
    words = ',\n            "itemsFrom": "countries.code",\n            "freeAfter": "/"'
    whole = descriptor.read_text("utf-8")
    descriptor.write_text(whole.replace(words, ""), "utf-8")
    assert descriptor.read_text("utf-8") != whole
    assert {*upgrade_files(read_package(data))} == {"datapackage.json"}
    assert upgrade_files(read_package(data))["datapackage.json"] == whole.encode()


def test_lines_to_take_say_while_what_they_hold(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(NOTE / "data", data)
    whole = (data / "lines.csv").read_text("utf-8")
    (data / "lines.csv").write_text(whole.replace("holds_while,", ""), "utf-8")
    package = json.loads((data / "datapackage.json").read_text("utf-8"))
    [entry] = [one for one in package["resources"] if one["name"] == "lines"]
    entry["schema"]["fields"] = [f for f in entry["schema"]["fields"] if f["name"] != "holds_while"]
    entry["wording"]["silent"].remove("holds_while")
    (data / "datapackage.json").write_text(json.dumps(package), "utf-8")
    files = upgrade_files(read_package(data))
    assert files["lines.csv"] == whole.encode()
    [entry] = [one for one in json.loads(files["datapackage.json"])["resources"] if one["name"] == "lines"]
    assert "holds_while" in entry["wording"]["silent"]


@pytest.mark.parametrize(
    ("city", "country", "place"),
    [("Medan", "IDN", "IDN/Medan"), ("", "IDN", "IDN"), ("Geneva", "", "/Geneva"), ("", "", "")],
)
def test_city_and_country_become_a_place(earlier: Path, city: str, country: str, place: str) -> None:
    path = earlier / "activities.csv"
    path.write_text(path.read_text("utf-8").replace(",Medan,IDN,", f",{city},{country},"), "utf-8")
    for name, content in upgrade_files(read_package(earlier)).items():
        (earlier / name).write_bytes(content)
    row = open_dataset(earlier).row("activities", "expression-dialogue-2018")
    assert row["places"] == ((place,) if place else ())
