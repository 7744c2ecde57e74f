"""New rows: the command as users run it, and the files that come of it."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from kits import FOREIGN
from pressroom.cli.app import app
from pressroom.data import check_dataset
from pressroom.data.findings import Refusal
from pressroom.desk.records.addition import Addition, add_rows, open_records
from pressroom.desk.records.rows import CellError, Form, open_forms, propose_id
from warm_commands import run_warm


def give(**cells: str) -> list[str]:
    return ["--yes", *(word for column, cell in cells.items() for word in ("--set", f"{column}={cell}"))]


GIVEN = [
    "activities",
    *give(
        title="Workshop on water, and rights", type="workshop", status="held", start="2019-06", places="THA",
        stands_for="one", themes="environment", themes_origin="assigned",
        summary='One "sentence", with a comma = a fault of none.', sources="background-note#B.III.2019/9",
    ),
]  # fmt: skip
PARTS = [
    "--part", "participations: organisation=undp, role=supporter",
    "--part", "participations:role = partner,organisation = UNEP,sources=background-note#A/1",
]  # fmt: skip
ORGANISATION = {
    "code": "WFP", "name": "World Food Programme, of Rome", "short_name": "WFP", "group": "un",
    "is_agency": "FALSE", "parent": "undp", "sources": "reference#organisations",
}  # fmt: skip

ANSWERS = """\
A training

trainig
traning
training
held

2019-13
2019-05-10
2019-04
2019-05-11


THA
x
0
30


one



environmnt
environment

2016-2020:1.2.4
Builds capacity.
One sentence.
wrong
backgroundnote#A/1
background-note#A/1

stated
undpp
undp
suporter
supporter



y
"""


def run(root: Path, *arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    return run_warm(root, "new", "row", *arguments, answers=answers)


def read_all(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "data").iterdir() if path.is_file()}


def list_added(before: bytes, after: bytes) -> list[str]:
    """Return the lines that were added, after making sure that no other changed."""
    old, new = before.decode().splitlines(True), after.decode().splitlines(True)
    added = [line for line in new if line not in old]
    assert [line for line in new if line not in added] == old
    return added


@pytest.mark.slow
def test_given_as_options_it_adds_a_line_for_each_row(project: Path) -> None:
    before = read_all(project)
    done = run(project, *GIVEN, *PARTS)
    assert (done.returncode, done.stderr) == (0, "")
    after = read_all(project)
    changed = {name for name in after if after[name] != before.get(name)}
    assert changed == {"activities.csv", "participations.csv"}
    [line] = list_added(before["activities.csv"], after["activities.csv"])
    [cells] = csv.reader([line])
    assert cells[0] == "workshop-water-rights-2019"
    assert cells[1:4] == ["Workshop on water, and rights", "Workshop on water, and rights", "workshop"]
    assert cells[10] == "THA"
    assert list_added(before["participations.csv"], after["participations.csv"]) == [
        "workshop-water-rights-2019,UNDP,supporter,,background-note#B.III.2019/9\n",
        "workshop-water-rights-2019,UNEP,partner,,background-note#A/1\n",
    ]
    assert check_dataset(project / "data") == []
    assert not list((project / "data").glob(".*"))


@pytest.mark.slow
def test_questions_are_asked_again_until_the_answer_can_stand(project: Path) -> None:
    before = read_all(project)
    done = run(project, "activities", answers=ANSWERS)
    assert done.returncode == 0, done.stderr
    for said in (
        '"trainig" is not one of the codes',
        '"traning" is not one of the codes',
        "nearest: training",
        '"2019-13" is no day of the calendar',
        'the end, "2019-04", is before the start',
        '"x" is not a whole number',
        '"0" is less than 1',
        "nearest: environment",
        '"wrong" is not a locator such as',
        '"backgroundnote" is not a source of this dataset',
        "says nothing of themes; write stated or assigned",
        "nearest: UNDP",
        "nearest: supporter",
    ):
        assert said in done.stderr
    [line] = list_added(before["activities.csv"], read_all(project)["activities.csv"])
    assert line.startswith(
        "training-2019,A training,A training,training,held,,2019-05-10,2019-05-11,,,THA,30,,,one,,,,"
        "environment,"
    )
    assert "Kind of activity (type) [meeting, training, " in done.stdout
    assert "Activity that it follows up, where the source says so (follows; may be empty):" in done.stdout
    assert "Organisation (organisation; empty: no more of participations)" in done.stdout
    assert "Short code, used by other tables (id) [training-2019]:" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("answers", [ANSWERS[:40], ANSWERS.removesuffix("y\n") + "n\n", ""])
def test_who_leaves_halfway_leaves_all_as_it_was(project: Path, answers: str) -> None:
    before = read_all(project)
    done = run(project, "activities", answers=answers)
    assert done.returncode == 130
    assert "nothing was written" in done.stderr
    assert read_all(project) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["activities", "--yes", "--set", "type=workshop"], "--set title: every row needs this"),
        ([*GIVEN, *give(id="bhr-training-2017")], "is there already; choose another"),
        ([*GIVEN, *give(end="2018")], 'the end, "2018", is before the start'),
        ([*GIVEN, *give(participants_target="many")], "is not a whole number"),
        ([*GIVEN, *give(participants_target="0")], '--set participants_target: "0" is less than 1'),
        ([*GIVEN, *give(follows="bhr-trainig-2017")], "nearest: bhr-training-2017"),
        ([*GIVEN, *give(id="Ä")], '"Ä" is not of the form'),
        ([*GIVEN, *give(agencies="UNDP")], '"agencies" is not one of the columns of activities; allow'),
        ([*GIVEN, *give(titel="A")], "nearest: title"),
        ([*GIVEN, *give(title="A")], "title is given twice"),
        ([*GIVEN, "--set", "title"], "'title' is not of the form COLUMN=TEXT"),
        ([*GIVEN, "--part", "participations: organisation=UNPD, role=partner"], "nearest: UNDP"),
        (
            [*GIVEN, "--part", "participations: organisation=UNDP"],
            "role: every row needs this; allowed: deleg",
        ),
        ([*GIVEN, "--part", "participation: organisation=UNDP"], "nearest: participations"),
        ([*GIVEN, "--part", "participations: organisation=UNDP, rol=partner"], "nearest: role"),
        ([*GIVEN, "--part", "participations: activity=bhr-training-2017"], "allowed: organisation, role"),
        ([*GIVEN, *PARTS, *PARTS], '"workshop-water-rights-2019, UNDP, supporter" is there already'),
        (
            [
                "themes",
                *give(code="UNDP", name="A", description="A.", order="99", origin="assigned"),
                *give(sources="reference#a"),
            ],
            "is in organisations.code and in themes.code\nnothing was written",
        ),
        (["activites"], "allowed: activities, participations"),
        (["activites"], "nearest: activities"),
        (["themes", "--part", "participations: role=partner"], "is not one of the tables that --part can"),
        (["participations", *give(activity="bhr-training-2017", organisation="UNPD")], "nearest: UNDP"),
        (
            ["organisations", *give(**ORGANISATION | {"parent": "wfp"})],
            '"wfp" is not a code of organisations',
        ),
        (["organisations", *give(**ORGANISATION | {"is_agency": "maybe"})], "is neither true nor false"),
        (["organisations", *give(**ORGANISATION | {"code": "UNDP"})], '"UNDP" is there already'),
        (["themes", *give(name="Water", description="Of it.", order="3")], '"3" is there already'),
        (["statements", *give(subject="coperation")], "nearest: cooperation"),
    ],
)
def test_what_cannot_stand_is_refused(shared_project: Path, arguments: list[str], message: str) -> None:
    before = read_all(shared_project)
    done = CliRunner().invoke(app, ["new", "row", *arguments, "--project", str(shared_project)])
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)
    assert message in done.stderr
    assert read_all(shared_project) == before


def test_errors_that_were_there_come_first(project: Path) -> None:
    path = project / "data" / "participations.csv"
    path.write_text(path.read_text("utf-8").replace(",supporter,", ",suporter,"), "utf-8")
    done = run(project, *GIVEN)
    assert done.returncode == 2
    assert "the dataset has errors already; mend these first:" in done.stderr
    assert "nearest: supporter" in done.stderr


@pytest.mark.slow
def test_a_spreadsheets_form_is_kept(project: Path) -> None:
    path = project / "data" / "activities.csv"
    rows = [[*row, "", ""] for row in csv.reader(path.read_text("utf-8").splitlines())]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\r\n").writerows([row[1:3] + row[:1] + row[3:] for row in rows])
    before = path.read_bytes().rstrip(b"\r\n")
    path.write_bytes(before)
    assert run(project, *GIVEN).returncode == 0
    assert path.read_bytes().startswith(before + b"\r\n")
    assert path.read_bytes().count(b"\r\n") == before.count(b"\r\n") + 2
    assert not [f for f in check_dataset(project / "data") if f.severity == "error"]


def test_a_column_may_hold_codes_of_its_own_table(project: Path) -> None:
    before = read_all(project)
    done = run(project, "organisations", *give(**ORGANISATION))
    assert (done.returncode, done.stderr) == (0, "")
    assert list_added(before["organisations.csv"], read_all(project)["organisations.csv"]) == [
        'WFP,"World Food Programme, of Rome",WFP,UN,false,UNDP,reference#organisations\n'
    ]
    assert check_dataset(project / "data") == []


def test_a_kit_without_words_of_its_own_is_asked_in_the_order_of_its_columns(tmp_path: Path) -> None:
    root = shutil.copytree(FOREIGN, tmp_path / "kit")
    before = read_all(root)
    assert run(root, "sales", "--yes", "--set", "id=s6", "--set", "region=").returncode == 2
    done = run(root, "sales", answers="s1\ns6\n\nnorth\nmany\n12\ny\n")
    assert done.returncode == 0, done.stderr
    for said in ('"s1" is there already', "every row needs this", '"many" is not a whole number'):
        assert said in done.stderr
    assert list_added(before["sales.csv"], read_all(root)["sales.csv"]) == ["s6,north,12\n"]


def prepare(project: Path) -> Addition:
    package = open_records(project / "data")
    row = {"id": "new-2019", "title": "A", "short_title": "A", "type": "workshop", "status": "held"}
    row |= {"stands_for": "one", "summary": "A.", "sources": "background-note#A/1"}
    part = {
        "activity": "new-2019",
        "organisation": "UNDP",
        "role": "partner",
        "sources": "background-note#A/1",
    }
    return add_rows(package, {"activities": [row], "participations": [part]})


def test_what_somebody_changed_meanwhile_is_not_overwritten(project: Path) -> None:
    addition = prepare(project)
    path = project / "data" / "participations.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    before = read_all(project)
    with pytest.raises(Refusal, match=r"participations\.csv was changed meanwhile"):
        addition.write()
    assert read_all(project) == before


def test_one_file_that_cannot_be_written_leaves_both_as_they_were(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addition, before, replace = prepare(project), read_all(project), Path.replace

    def fail(self: Path, target: Path) -> Path:
        if target.name == "participations.csv":
            raise OSError("no space left")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="no space left"):
        addition.write()
    assert read_all(project) == before


@pytest.mark.parametrize(
    ("name", "start", "taken", "id"),
    [
        ("Workshop on the Rights of the Child", "2019-05", [], "workshop-rights-child-2019"),
        ("2019 Dialogue", "2019", ["dialogue-2019"], "dialogue-2019-2"),
        ("Dialogue", "", [], "dialogue"),
        ("人权", "", [], "joint-study"),
    ],
)
def test_ids_are_a_few_words_and_the_year(name: str, start: str, taken: list[str], id: str) -> None:
    assert propose_id(name, start, taken, noun="joint study") == id


@pytest.fixture(scope="module")
def forms(shared_project: Path) -> dict[str, Form]:
    package = open_records(shared_project / "data")
    return {resource.name: open_forms(package, resource.name)[0] for resource in package.resources}


@pytest.mark.parametrize(
    ("column", "text", "cell"),
    [
        ("activities.aichr_lead", " vnm, idn ", "VNM;IDN"),
        ("activities.themes", "BHR; environment,bhr", "bhr;environment"),
        ("activities.sources", "background-note#A/1, reference#b", "background-note#A/1;reference#b"),
        ("activities.start", "2018-06", "2018-06"),
        ("activities.title", "Two   blanks,  a comma", "Two blanks, a comma"),
        ("activities.venue", "", ""),
        ("organisations.is_agency", "True", "true"),
        ("statements.subject", "undp", "UNDP"),
    ],
)
def test_what_is_typed_becomes_a_cell(forms: dict[str, Form], column: str, text: str, cell: str) -> None:
    table, _, label = column.partition(".")
    assert forms[table].read(label, text, {}) == cell


@pytest.mark.parametrize(
    ("column", "text", "cells", "message"),
    [
        ("activities.start", "2018-06-01/2018-06-02", {}, "is two dates"),
        ("activities.end", "2018", {"start": "2019"}, "is before the start"),
        ("activities.title", "one\u202etwo", {}, "U+202E"),
        (
            "participations.role",
            "supporter",
            {"activity": "bhr-dialogue-2019", "organisation": "UNDP"},
            '"bhr-dialogue-2019, UNDP, supporter" is there already',
        ),
    ],
)
def test_what_cannot_stand_is_refused_at_once(
    forms: dict[str, Form], column: str, text: str, cells: dict[str, str], message: str
) -> None:
    table, _, label = column.partition(".")
    with pytest.raises(CellError, match=re.escape(message)):
        forms[table].read(label, text, cells)


@pytest.mark.parametrize(
    ("column", "cells", "proposed"),
    [
        ("activities.short_title", {"title": "A workshop"}, "A workshop"),
        ("activities.id", {"short_title": "A workshop", "start": "2019-05"}, "workshop-2019"),
        ("activities.status", {"title": "A workshop"}, ""),
        ("series.id", {"title": "Meetings of Friends"}, "meetings-friends"),
        ("countries.code", {"name": "Kingdom", "short_name": "Kingdom"}, ""),
        ("provisions.heading", {"paragraph": "1.2"}, ""),
    ],
)
def test_proposals_come_of_the_descriptor(
    forms: dict[str, Form], column: str, cells: dict[str, str], proposed: str
) -> None:
    table, _, label = column.partition(".")
    assert forms[table].propose(label, cells) == proposed


def test_an_end_is_asked_for_after_its_start_and_a_key_that_is_proposed_last(forms: dict[str, Form]) -> None:
    form = forms["activities"]
    assert form.columns == (*form.resource.labels[1:], "id")
    assert not form.needs("end", {"start": ""})
    swapped = replace(form, resource=replace(form.resource, interval=("end", "start")))
    assert swapped.columns.index("start") == swapped.columns.index("end") + 1


def test_a_place_begins_with_a_code_and_a_misspelt_one_is_told_the_nearest(
    forms: dict[str, Form],
) -> None:
    form = forms["activities"]
    assert form.read("places", "tha/Bangkok, vnm", {}) == "THA/Bangkok;VNM"
    with pytest.raises(CellError, match=r'"VNN" is not in the column countries.code; .*nearest: VNM'):
        form.read("places", "VNN/Hanoi", {})
