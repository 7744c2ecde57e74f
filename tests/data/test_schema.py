"""What is found in cells, keys and references is what frictionless finds when it reads all tables itself."""

import csv
import io
import json
import random
import shutil

import pytest
from frictionless import Package as FrictionlessPackage

from kits import NOTE
from pressroom.data.package import read_package
from pressroom.data.records import Sheets
from pressroom.data.schema import check_references, check_schema
from pressroom.data.sheets import read_sheet

HOSTILE = (
    "",
    "x",
    "0",
    "-1",
    "2017",
    "2017-13-01",
    "true",
    "Yes",
    "1.5",
    "١٢",
    "UNDP",
    "bhr",
    "a;b",
    " ",
    "é" * 300,
)


@pytest.fixture
def folder(tmp_path):
    data = shutil.copytree(NOTE / "data", tmp_path / "data")
    descriptor = json.loads((data / "datapackage.json").read_text("utf-8"))
    for entry in descriptor["resources"]:
        entry["schema"].pop("uniqueKeys", None)  # newer than what frictionless reads
    (data / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    return data


def spoil(folder, seed):
    """Put hostile values into some cells, and some rows in twice; partial dates have a rule of their own."""
    chance = random.Random(seed)
    for resource in read_package(folder).resources:
        path = folder / resource.file
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
        fields = [n for n, field in enumerate(resource.fields) if not field.is_partial_date]
        for row in chance.sample(rows[1:], min(len(rows) - 1, 5)):
            row[chance.choice(fields)] = chance.choice(HOSTILE)
        rows += chance.sample(rows[1:], min(len(rows) - 1, 1))
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


def list_ours(folder):
    package = read_package(folder)
    sheets = Sheets(package, {resource.name: read_sheet(resource) for resource in package.resources})
    found = [*check_schema(sheets), *check_references(sheets)]
    return {(finding.file, finding.row, finding.column) for finding in found}


def list_theirs(folder):
    """Return where frictionless finds errors; it skips what hangs on a key in a table without one."""
    package = read_package(folder)
    entries = json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]
    read = {resource.name: read_sheet(resource) for resource in package.resources}
    tables = [
        {
            "name": entry["name"],
            "data": [
                list(read[entry["name"]].resource.labels),
                *(list(row.cells) for row in read[entry["name"]].rows),
            ],
            "schema": entry["schema"],
        }
        for entry in entries
    ]
    report = FrictionlessPackage.from_descriptor({"name": "p", "resources": tables}).validate(
        limit_errors=10**6
    )
    found = set()
    for task in report.tasks:
        sheet = read[task.name]
        for error in task.errors:
            assert error.type in (
                "type-error",
                "constraint-error",
                "unique-error",
                "primary-key",
                "foreign-key",
            )
            key = {"primary-key": sheet.resource.key, "foreign-key": getattr(error, "field_names", ())}
            column = key[error.type][0] if error.type in key else error.field_name
            found.add((sheet.resource.file, sheet.rows[error.row_number - 2].number, column))
    return found


@pytest.mark.parametrize("seed", range(6))
def test_a_second_opinion_is_the_same(folder, seed):
    spoil(folder, seed)
    ours, theirs = list_ours(folder), list_theirs(folder)
    assert len(ours) > 20
    assert ours == theirs
