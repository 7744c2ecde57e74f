"""What a helper asks of a dataset, texts that are compared with their rows, and two states of a dataset."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kits import FOREIGN
from pressroom.data.comparison import TwoStates
from pressroom.data.dataset import open_dataset
from pressroom.data.needs import find_unmet
from pressroom.data.package import read_package
from pressroom.data.records import Sheets
from pressroom.data.reviews import digest_rows, find_unreviewed
from pressroom.data.sheets import read_sheet


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOREIGN / "data", tmp_path / "data"))


def read_sheets(data: Path) -> Sheets:
    package = read_package(data)
    return Sheets(package, {resource.name: read_sheet(resource) for resource in package.resources})


def test_a_rule_is_asked_once_of_each_combination_of_texts_and_shown_the_rows_that_have_it(
    data: Path,
) -> None:
    sheets, asked = read_sheets(data), []
    rows = [(row.cells["region"], row.cells["amount"]) for row in sheets.records("sales")]
    assert sheets.texts("sales", "region", "amount") == rows

    def suspect(region: str, amount: str) -> bool:
        asked.append((region, amount))
        return region == rows[0][0]

    found = [record.number for record in sheets.suspects("sales", ("region", "amount"), suspect)]
    assert found == [r.number for r in sheets.records("sales") if r.cells["region"] == rows[0][0]]
    assert sorted(asked) == sorted({*rows})
    assert not sheets.texts("sale", "region") + sheets.texts("sales", "region", "years")
    assert not [*sheets.suspects("sale", ["region"], bool), *sheets.suspects("sales", ["none"], bool)]


@pytest.mark.parametrize(
    ("needs", "words"),
    [
        ({"sales": {"region": {}}}, None),
        ({"sale": {"region": {}}}, "no table sale"),
        ({"sales": {"regions": {}}}, "no column sales.regions"),
        ({"sales": {"region": {"list": True}}}, 'needs "list": true'),
        ({"sales": {"region": {"type": "boolean"}}}, "must be boolean"),
        ({"sales": {"region": {"codes": ["Mars"]}}}, "no word for"),
    ],
)
def test_what_a_helper_asks_for_in_vain_is_told(data: Path, needs, words) -> None:
    found = [finding.message for finding in find_unmet(read_sheets(data), needs)]
    assert bool(found) == bool(words)
    assert all(words in message for message in found)


def test_a_text_is_to_be_compared_anew_where_its_rows_have_changed(data: Path) -> None:
    first, *rows = read_sheets(data).records("sales")

    def look(review: str, *rows):
        written = type(first)(first.resource, first.number, {**first.cells, "region": review})
        return [f.message for f in find_unreviewed(written, "region", rows, named="the text")]

    assert "has not been compared" in look("", rows[0])[0]
    assert look(digest_rows(rows[:1]), rows[0]) == []
    assert look(digest_rows(rows[:1]), *rows[:2])[0].startswith(
        "the text was reviewed before its rows changed"
    )
    assert f"row {rows[1].number} is new" in look(digest_rows(rows[:1]), *rows[:2])[0]


def test_rows_of_two_states_are_compared_where_somebody_asks(data: Path, tmp_path: Path) -> None:
    later = Path(shutil.copytree(data, tmp_path / "later"))
    sales = later / "sales.csv"
    head, first, *rest = sales.read_text("utf-8").splitlines()
    sales.write_text("\n".join([head, first.rpartition(",")[0] + ",99", *rest[1:]]) + "\n", "utf-8")
    both = TwoStates(open_dataset(data), open_dataset(later))
    ids = [line.partition(",")[0] for line in (first, rest[0], rest[1])]
    assert [change.kind for change in both.compare("sales", ids, ("amount",))] == ["changed", "withdrawn"]
    assert both.compare("sales", ids[2:], ("amount",)) == []
