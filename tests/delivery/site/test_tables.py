"""The rows behind a briefing: what it read, in files that frictionless accepts and no spreadsheet runs."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas
import pytest
from frictionless import Package

from pressroom.delivery.releases import Release
from pressroom.delivery.site.tables import mark_encoding, write_tables
from pressroom.edition.rows import Source, neutralise


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", ' ="', '"='])
def test_a_formula_is_shown_and_not_run(start: str) -> None:
    assert neutralise(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"
    assert neutralise(f"x{start}").startswith("x")


@pytest.mark.parametrize("between", [";", "; ", ';"', "\n", "\r\n", "\t"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_nor_where_a_spreadsheet_splits_elsewhere(between: str, delimiter: str) -> None:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(["id", neutralise(f"one{between}=HYPERLINK(1)")])
    lines = buffer.getvalue().splitlines() if delimiter != "," else io.StringIO(buffer.getvalue(), newline="")
    cells = [cell for row in csv.reader(lines, delimiter=delimiter) for cell in row]
    assert "HYPERLINK" in "".join(cells)
    assert not [cell for cell in cells if cell.lstrip(' "').startswith("=")]


@pytest.mark.parametrize(
    ("text", "is_marked"),
    [("id,city\n1,Bali\n", False), ("id,city\n1,Đà Nẵng\n", True), ("id,year\n1,2016–2020\n", True)],
)
def test_a_csv_beyond_ascii_is_marked_and_its_first_column_keeps_its_name(
    text: str, is_marked: bool, tmp_path: Path
) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(mark_encoding(text.encode()))
    assert file.read_bytes().startswith(codecs.BOM_UTF8) == is_marked
    assert mark_encoding(file.read_bytes()) == file.read_bytes(), "never twice"
    read = pandas.read_csv(file)
    assert read.to_csv(index=False) == text
    assert file.read_text("utf-8-sig") == text


@pytest.mark.slow
@pytest.mark.parametrize("id", ["agency/undp", "theme/disability", "year/2019"])
def test_frictionless_finds_nothing_wrong(id: str, shown: Sequence[Release], tmp_path: Path) -> None:
    files = written(shown[0], id)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    report = Package(str(tmp_path / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "message"])
    assert len(report.tasks) == len(files) - 1


@pytest.mark.slow
def test_rows_are_those_that_the_briefing_read(shown: Sequence[Release]) -> None:
    text = written(shown[0], "agency/undp")["activities.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    undp = {row["id"] for row in rows if "UNDP" in row["agencies"].split(";")}
    assert undp == {
        "bhr-training-2017",
        "aichr-un-meeting-1",
        "bhr-dialogue-2018",
        "trafficking-workshop-2018",
        "bhr-dialogue-2019",
    }
    themes = {theme for row in rows if row["id"] in undp for theme in row["themes"].split(";")} - {""}
    others = [row for row in rows if row["id"] not in undp]
    assert [
        r["id"] for r in others if r["status"] != "planned" and not themes & {*r["themes"].split(";")}
    ] == []
    assert next(row for row in rows if row["id"] in undp)["earliest"] == "2017-11-13"


@pytest.mark.slow
def test_frictionless_reads_a_marked_table_by_its_names(shown: Sequence[Release], tmp_path: Path) -> None:
    files = write_again(shown[0], ",AICHR Training on", ",Đào tạo: AICHR Training on")
    assert files["activities.csv"].startswith(codecs.BOM_UTF8)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    package = Package(str(tmp_path / "datapackage.json"))
    assert json.loads(files["datapackage.json"])["resources"][0]["encoding"] == "utf-8"
    assert package.validate().valid
    titles = {row["id"]: row["title"] for row in package.get_resource("activities").read_rows()}
    assert titles["bhr-training-2017"].startswith("Đào tạo")


@pytest.mark.slow
def test_risky_text_of_the_dataset_is_neutralised_and_said_so(shown: Sequence[Release]) -> None:
    files = write_again(shown[0], ",AICHR Training on", ",=1+1 Training on")
    assert b",'=1+1 Training on" in files["activities.csv"]
    assert "apostrophe" in json.loads(files["datapackage.json"])["description"]


def write_again(release: Release, old: str, new: str) -> dict[str, bytes]:
    """Return what UNDP's briefing would have as data, had it been made after a text was changed."""
    file = release.data / "activities.csv"
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")
    record = release.manifest.records["agency/undp"]
    source = Source(release.package)
    assert source.find(record) is None, "no longer what the briefing got: no data"
    found = source.find(replace(record, inputs={**record.inputs, "dataset": source.package.digest}))
    assert found is not None
    return write_tables(source, found.extracts, name="x", title="X")


def written(release: Release, id: str) -> dict[str, bytes]:
    source = Source(release.package)
    found = source.find(release.manifest.records[id])
    assert found is not None
    return write_tables(source, found.extracts, name=id.replace("/", "-"), title=id)
