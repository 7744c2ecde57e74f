"""What briefings ask for of the descriptor is told by the check."""

import json
import shutil
from pathlib import Path

import pytest

from aichr_briefings.rules import NEEDS
from kits import NOTE
from kits.sheets import PRESS, read_rows, write_rows
from pressroom.data import check_dataset

DATA = NOTE / "data"
TIED = [f"activities.{column}" for column in ("status", "series", "provisions")]
"""The columns that other columns of the descriptor name, so that it cannot be read without them."""

CODED = [f"{table}.{column}" for table in NEEDS for column, need in NEEDS[table].items() if "codes" in need]


@pytest.fixture
def data(tmp_path):
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edit(data, change):
    path = data / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    change({resource["name"]: resource for resource in descriptor["resources"]}, descriptor)
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def find_field(tables, name):
    table, _, column = name.partition(".")
    return next(field for field in tables[table]["schema"]["fields"] if field["name"] == column)


def refuse(data, words):
    assert any(f.file == "datapackage.json" and words in f.message for f in check_dataset(data))


@pytest.mark.parametrize("name", [f"{table}.{column}" for table in NEEDS for column in NEEDS[table]])
def test_a_column_that_is_not_described_is_told(data, name):
    def drop(tables, descriptor):
        for resource in descriptor["resources"]:
            resource["schema"].pop("primaryKey", None)
            resource["schema"].pop("foreignKeys", None)
            resource["schema"].pop("uniqueKeys", None)
            resource.pop("orderBy", None)
        table, _, column = name.partition(".")
        schema = tables[table]["schema"]
        schema["fields"] = [field for field in schema["fields"] if field["name"] != column]

    edit(data, drop)
    column = name.partition(".")[2]
    if name in ("activities.start", "activities.end"):
        refuse(data, '"interval" of activities')
    elif name in TIED:
        refuse(data, f'names an unknown column: "{column}"')
    else:
        refuse(data, f"no column {name},")


def test_a_table_that_is_not_described_is_told(data):
    def drop(tables, descriptor):
        descriptor["resources"].remove(tables["discrepancies"])

    edit(data, drop)
    refuse(data, "no table discrepancies")


@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        ("activities.themes", {"list": False}, 'activities.themes needs "list": true'),
        ("activities.provisions", {"list": False}, 'activities.provisions needs "list": true'),
        ("activities.status", {"list": True}, 'activities.status must not have "list": true'),
        ("organisations.is_agency", {"type": "string"}, "must be boolean"),
        ("activities.themes", {"itemsFrom": "theme.code"}, '"theme.code"'),
        ("activities.themes", {"itemsFrom": "themes.cod"}, '"themes.cod"'),
    ],
)
def test_a_column_that_is_described_otherwise_is_told(data, name, change, words):
    edit(data, lambda tables, _: find_field(tables, name).update(change))
    refuse(data, words)


@pytest.mark.parametrize("name", CODED)
def test_a_code_that_briefings_have_no_word_for_is_told(data, name):
    edit(data, lambda tables, _: find_field(tables, name)["constraints"]["enum"].append("rumour"))
    refuse(data, f'briefings have no word for "rumour", which {name} may hold')


def test_each_kind_of_statement_has_a_word():
    said = [row["key"].partition(".")[2] for row in read_rows(DATA / "wording.csv") if "kind." in row["key"]]
    assert NEEDS["statements"]["kind"]["codes"] == said


def test_without_a_list_the_cells_are_looked_at(data):
    edit(data, lambda tables, _: find_field(tables, "statements.kind")["constraints"].pop("enum"))
    assert check_dataset(data) == []
    path = data / "statements.csv"
    path.write_text(path.read_text("utf-8").replace(",since,", ",sinc,"), "utf-8")
    found = [finding for finding in check_dataset(data) if finding.column == "kind"]
    assert {finding.nearest for finding in found} == {"since"}


def test_two_sources_of_the_same_day_leave_a_status_open(data):
    sources = data / "sources.csv"
    row = "minutes,M,Minutes,minutes,,,2019-11-18,2019-11-18,stated,They are dated.,"
    sources.write_text(f"{sources.read_text('utf-8')}{row}\n", "utf-8")
    activities = data / "activities.csv"
    told = activities.read_text("utf-8").replace(
        "background-note#B.I.1/2\n", "background-note#B.I.1/2;minutes#1\n"
    )
    activities.write_text(told, "utf-8")
    [found] = check_dataset(data)
    assert (found.severity, found.column) == ("warning", "sources")
    assert '"background-note" and "minutes" are as of the same day' in found.message


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("activites,eia-consultation-2019,start,2019,refined", "table", '"activites" is no table'),
        (
            "activities,eia-consultation,start,2019,refined",
            "row",
            '"eia-consultation" is no row of activities',
        ),
        (
            "activities,eia-consultation-2019,begin,2019,refined",
            "column",
            '"begin" is no column of activities',
        ),
        ("activities,eia-consultation-2019,start,2.10.2019,refined", "value", "is no partial date"),
        ("activities,eia-consultation-2019,start,2019,wrong", "kind", '"wrong" is not one of the codes'),
    ],
)
def test_a_revision_of_what_is_not_there_is_told(data, row, column, words):
    path = data / "revisions.csv"
    path.write_text(f"{path.read_text('utf-8')}{row},background-note#B.II.4/1\n", "utf-8")
    [found] = check_dataset(data)
    assert (found.file, found.column) == ("revisions.csv", column)
    assert words in found.message


@pytest.mark.parametrize(
    ("reference", "words"),
    [("", "no series has a reference"), ("aichr-un-meeting-2", "no held and dated activity of this series")],
)
def test_the_reference_is_a_held_meeting(data, reference, words):
    path = data / "series.csv"
    path.write_text(path.read_text("utf-8").replace(",last held,", f",{reference},"), "utf-8")
    [found] = check_dataset(data)
    assert (found.file, found.column) == ("series.csv", "reference")
    assert words in found.message


def test_two_plans_of_one_name_and_the_same_years_are_told(data):
    plans = read_rows(data / "plans.csv")
    write_rows(data / "plans.csv", [*plans, plans[0] | {"code": "twin"}])
    [found] = check_dataset(data)
    assert (found.file, found.row, found.column) == ("plans.csv", len(plans) + 2, "title")
    assert "the title, from, to" in found.message
    assert "is in row 2 already" in found.message


def test_what_a_newer_source_leaves_planned_for_a_time_that_is_past_is_a_warning(data):
    write_rows(data / "sources.csv", [*read_rows(data / "sources.csv"), PRESS])
    (finding,) = check_dataset(data)
    assert (finding.severity, finding.file, finding.column) == ("warning", "activities.csv", "start")
    assert (
        finding.message == "2019-11-19 is past as of 2021-06-30, of another source, but the status is planned"
    )
