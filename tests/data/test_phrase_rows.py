import json
import shutil

import pytest

from kits import FOREIGN
from pressroom.data import check_dataset, open_dataset
from pressroom.data.package import read_package
from pressroom.data.phrase_rows import list_phrase_rows
from pressroom.data.reads import take_reads
from pressroom.edition.phrases import find_faulty_phrases

ROWS = "key,text\ngreeting,Welcome\npress.care,With care\npress.id.care,Hati-hati\n"
FIELD = {"type": "string", "constraints": {"required": True}}


@pytest.fixture
def data(tmp_path):
    """A foreign dataset with a table of words, from which the press takes its own."""
    folder = tmp_path / "data"
    shutil.copytree(FOREIGN / "data", folder)
    (folder / "words.csv").write_text(ROWS, "utf-8")
    fields = [{"name": name, **FIELD} for name in ("key", "text")]
    table = {"name": "words", "path": "words.csv", "schema": {"fields": fields, "primaryKey": "key"}}
    path = folder / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    descriptor["resources"].append(table)
    path.write_text(json.dumps(descriptor | {"phrases": {"from": "words.text"}}), "utf-8")
    return folder


def test_only_rows_of_the_press_are_phrases(data):
    assert open_dataset(data).phrase_rows(lambda key: True) == {"care": "With care", "id.care": "Hati-hati"}
    assert [record.number for record, _ in list_phrase_rows(read_package(data))] == [3, 4]
    assert check_dataset(data) == []


def test_only_wanted_rows_are_read(data, monkeypatch):
    monkeypatch.chdir(data.parent)
    ds = open_dataset()
    take_reads()
    assert ds.phrase_rows(lambda key: key == "care") == {"care": "With care"}
    told = [read["arguments"] for read in take_reads()]
    asked = [(each.get("where", {}), each["columns"]) for each in told if "columns" in each]
    assert asked == [({}, ["key"]), ({"key": ["press.care"]}, ["key", "text"])]


def test_a_dataset_without_such_a_table_has_none(tmp_path):
    assert open_dataset(FOREIGN / "data").phrase_rows(lambda key: True) == {}


@pytest.mark.parametrize("named", ["words.txt", "word.text", "words.key", "words", 3, "sales.amount"])
def test_a_column_that_holds_no_wordings_is_refused(data, named):
    path = data / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8")) | {"phrases": {"from": named}}
    path.write_text(json.dumps(descriptor), "utf-8")
    [finding] = check_dataset(data)
    told = f'"from" of "phrases" names no text beside the key of a table: "{named}"; allowed: sales.region, '
    assert str(finding).startswith(f"datapackage.json: {told}words.text")
    assert open_dataset(data).phrase_rows(lambda key: True) == {}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("press.methd,How", 'column key: there is no phrase "press.methd"; allowed: press.as_of, '),
        ("press.id.methd,How", 'column key: there is no phrase "press.id.methd"; allowed: press.id.as_of, '),
        ("press.page,Page", 'column text: the phrase "press.page" lacks {page}: "Page"'),
    ],
)
def test_a_faulty_row_is_named(data, row, told):
    (data / "words.csv").write_text(f"{ROWS}{row}\n", "utf-8")
    finding, *_ = find_faulty_phrases(read_package(data))
    assert str(finding).startswith(f"words.csv, row 5, {told}")
    assert finding.value == row.split(",")[0 if finding.column == "key" else 1]


def test_a_table_that_cannot_be_read_is_told_of_by_its_own_check(data):
    (data / "words.csv").write_bytes(b"key,text\npress.care,\xff\n")
    assert list(find_faulty_phrases(read_package(data))) == []
    assert check_dataset(data) != []
