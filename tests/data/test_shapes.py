"""A descriptor of another shape is a finding of the check and an error on opening, never a traceback."""

import json
import shutil
from pathlib import Path

import pytest

from kits import NOTE
from pressroom.data import DatasetError, check_dataset, open_dataset

DATA = NOTE / "data"


@pytest.fixture
def data(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def schema(descriptor):
    return descriptor["resources"][0]["schema"]


def field(descriptor, name):
    return next(f for r in descriptor["resources"] for f in r["schema"]["fields"] if f["name"] == name)


def refuse(data, words):
    (finding,) = check_dataset(data)
    assert finding.file == "datapackage.json"
    assert words in finding.message
    with pytest.raises(DatasetError) as caught:
        open_dataset(data)
    assert caught.value.finding == finding


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: schema(d).update(fields=["x"]), "is not an object"),
        (lambda d: field(d, "type").update(constraints=None), '"constraints" of activities.type'),
        (lambda d: field(d, "type").update(constraints="x"), '"constraints" of activities.type'),
        (lambda d: field(d, "type")["constraints"].update(enum=None), '"enum" of activities.type'),
        (lambda d: field(d, "id")["constraints"].update(pattern="("), "no regular expression"),
        (lambda d: field(d, "id")["constraints"].update(pattern=5), "no regular expression"),
        (lambda d: schema(d).update(primaryKey=5), '"primaryKey" of the table activities'),
        (lambda d: schema(d).update(primaryKey="ident"), 'unknown column: "ident"'),
        (lambda d: schema(d).update(foreignKeys="x"), "not a list of objects"),
        (lambda d: schema(d)["foreignKeys"][0].pop("reference"), 'without a "reference"'),
        (lambda d: schema(d)["foreignKeys"][0].update(fields="land"), 'unknown column: "land"'),
        (lambda d: schema(d)["foreignKeys"][0].update(fields=["id", "title"]), "not as many columns"),
        (lambda d: schema(d)["foreignKeys"][0]["reference"].update(fields="land"), 'column: "land"'),
        (lambda d: schema(d)["foreignKeys"][0]["reference"].update(resource=5), "names no table"),
        (lambda d: field(d, "is_agency").update(trueValues=None), '"trueValues" of organisations.is_agency'),
        (lambda d: field(d, "is_agency").update(falseValues=[]), '"falseValues" of organisations.is_agency'),
        (lambda d: field(d, "themes").update(itemsFrom=["themes.code"]), '"itemsFrom" of activities.themes'),
        (lambda d: field(d, "places").update(freeAfter=5), '"freeAfter" of activities.places'),
        (lambda d: field(d, "places").update(freeAfter=""), '"freeAfter" of activities.places'),
        (lambda d: field(d, "title").update(onlyWith=["type"]), '"onlyWith" of activities.title'),
        (lambda d: field(d, "title").update(onlyWith={"type": "x"}), '"onlyWith" of activities.title'),
        (lambda d: field(d, "title").update(onlyWith={"typ": []}), 'unknown column: "typ"'),
        (lambda d: field(d, "themes").update(itemForEach="theme"), '"itemForEach" of activities.themes'),
        (lambda d: field(d, "title").update(maxWords=0), '"maxWords" of activities.title'),
        (lambda d: field(d, "title").update(maxWords=True), '"maxWords" of activities.title'),
        (lambda d: field(d, "title").update(refused="led to"), '"refused" of activities.title'),
        (lambda d: field(d, "title").update(refused=["led to", " "]), '"refused" of activities.title'),
        (lambda d: d.update(sources="x"), '"sources" is not a list'),
        (lambda d: d.update(sources=None), '"sources" is not a list'),
        (lambda d: d.update(sources=[{}]), '"sources" is not a list'),
        (lambda d: d["resources"][0].update(path="a\0.csv"), "U+0000"),
        (lambda d: d.update(notes=json.loads("[" * 60 + "]" * 60)), "levels deep"),
    ],
)
def test_a_part_of_another_shape_is_refused(data, change, words):
    path = data / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change(descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")
    refuse(data, words)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": ' + "9" * 5000 + "}"], ids=["nested", "digits"])
def test_what_json_itself_gives_up_on_is_refused(data, text):
    (data / "datapackage.json").write_text(text, encoding="utf-8")
    refuse(data, "cannot be read")
