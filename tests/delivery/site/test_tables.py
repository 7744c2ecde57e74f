"""The rows behind a briefing: what it read, in files that frictionless accepts and no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from frictionless import Package

from pressroom.delivery.releases import Release
from pressroom.delivery.site.tables import write_tables
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
    rows = list(csv.DictReader(written(shown[0], "agency/undp")["activities.csv"].decode().splitlines()))
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
def test_risky_text_of_the_dataset_is_neutralised_and_said_so(shown: Sequence[Release]) -> None:
    file = shown[0].data / "activities.csv"
    file.write_text(file.read_text("utf-8").replace(",AICHR Training on", ",=1+1 Training on"), "utf-8")
    record = shown[0].manifest.records["agency/undp"]
    source = Source(shown[0].package)
    assert source.find(record) is None, "no longer what the briefing got: no data"
    record = replace(record, inputs={**record.inputs, "dataset": source.package.digest})
    found = source.find(record)
    assert found is not None
    files = write_tables(source, found.extracts, name="x", title="X")
    assert b",'=1+1 Training on" in files["activities.csv"]
    assert "apostrophe" in json.loads(files["datapackage.json"])["description"]


def written(release: Release, id: str) -> dict[str, bytes]:
    source = Source(release.package)
    found = source.find(release.manifest.records[id])
    assert found is not None
    return write_tables(source, found.extracts, name=id.replace("/", "-"), title=id)
