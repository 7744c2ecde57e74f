"""New activities: the command as users run it, and the files that come of it."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from pressroom.data import check_dataset
from pressroom.data.findings import Refusal
from pressroom.desk.records.activity import Addition, add_activity, open_records, propose_id
from pressroom.desk.records.cells import CellError, describe_columns

COMMAND = [sys.executable, "-c", "from pressroom.cli import main; main()", "new", "activity"]

GIVEN = [
    "--yes", "--title", "Workshop on water, and rights", "--type", "workshop", "--start", "2019-06",
    "--country", "tha", "--themes", "environment", "--summary", 'One "sentence", with a comma.',
    "--sources", "background-note#B.III.2019/9",
]  # fmt: skip
PARTS = ["--participation", "undp,supporter", "--participation", "UNEP,partner,,background-note#A/1"]

ANSWERS = """\
A training

trainig
traning
training

2019-13
2019-05-10
2019-04
2019-05-11


THAI
tha
x
30




environmnt
environment

2016-2020:1.2.4
One sentence.
wrong
background-note#A/1

undpp
undp
suporter
supporter



y
"""


def run(root: Path, *arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], cwd=root, input=answers, capture_output=True, text=True, timeout=60
    )


def read_all(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (root / "data").iterdir() if path.is_file()}


def list_added(before: bytes, after: bytes) -> list[str]:
    """Return the lines that were added, after making sure that no other changed."""
    old, new = before.decode().splitlines(True), after.decode().splitlines(True)
    added = [line for line in new if line not in old]
    assert [line for line in new if line not in added] == old
    return added


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
    assert cells[9] == "THA"
    assert list_added(before["participations.csv"], after["participations.csv"]) == [
        "workshop-water-rights-2019,UNDP,supporter,,background-note#B.III.2019/9\n",
        "workshop-water-rights-2019,UNEP,partner,,background-note#A/1\n",
    ]
    assert check_dataset(project / "data") == []
    assert not list((project / "data").glob(".*"))


def test_questions_are_asked_again_until_the_answer_can_stand(project: Path) -> None:
    before = read_all(project)
    done = run(project, answers=ANSWERS)
    assert done.returncode == 0, done.stderr
    for said in (
        '"trainig" is not one of the codes',
        '"traning" is not one of the codes',
        "nearest: training",
        '"2019-13" is no day of the calendar',
        'the end, "2019-04", is before the start',
        '"x" is not a whole number',
        "nearest: THA",
        "nearest: environment",
        '"wrong" is not a locator such as',
        "nearest: UNDP",
        "nearest: supporter",
    ):
        assert said in done.stderr
    [line] = list_added(before["activities.csv"], read_all(project)["activities.csv"])
    assert line.startswith(
        "training-2019,A training,A training,training,held,2019-05-10,2019-05-11,,,THA,30,"
    )


@pytest.mark.parametrize("answers", [ANSWERS[:40], ANSWERS.removesuffix("y\n") + "n\n", ""])
def test_who_leaves_halfway_leaves_all_as_it_was(project: Path, answers: str) -> None:
    before = read_all(project)
    done = run(project, answers=answers)
    assert done.returncode == 130
    assert "nothing was written" in done.stderr
    assert read_all(project) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--yes", "--type", "workshop"], "--title: every row needs this"),
        ([*GIVEN, "--id", "bhr-training-2017"], "is there already; choose another"),
        ([*GIVEN, "--participation", "UNPD,partner"], "nearest: UNDP"),
        ([*GIVEN, "--participation", "UNDP"], "--role: every row needs this; allowed: delegation-lead"),
        ([*GIVEN, "--end", "2018"], 'the end, "2018", is before the start'),
        ([*GIVEN, "--participants-target", "many"], "is not a whole number"),
        ([*GIVEN, "--sources", "another#A/1"], '"another" is not a source that the descriptor names'),
        ([*GIVEN, *PARTS, *PARTS], "is in row"),
    ],
)
def test_what_cannot_stand_is_refused(project: Path, arguments: list[str], message: str) -> None:
    before = read_all(project)
    done = run(project, *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert read_all(project) == before


def test_errors_that_were_there_come_first(project: Path) -> None:
    path = project / "data" / "participations.csv"
    path.write_text(path.read_text("utf-8").replace(",supporter,", ",suporter,"), "utf-8")
    done = run(project, *GIVEN)
    assert done.returncode == 2
    assert "the dataset has errors already; mend these first:" in done.stderr
    assert "nearest: supporter" in done.stderr


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
    return add_activity(package, row, [part])


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
    ("title", "start", "taken", "id"),
    [
        ("Workshop on the Rights of the Child", "2019-05", [], "workshop-rights-child-2019"),
        ("2019 Dialogue", "2019", ["dialogue-2019"], "dialogue-2019-2"),
        ("Dialogue", "", [], "dialogue"),
        ("人权", "", [], "activity"),
    ],
)
def test_ids_are_a_few_words_and_the_year(title: str, start: str, taken: list[str], id: str) -> None:
    assert propose_id(title, start, taken) == id


@pytest.mark.parametrize(
    ("label", "text", "cell"),
    [
        ("country", " vnm ", "VNM"),
        ("themes", "BHR; environment,bhr", "bhr;environment"),
        ("start", "2018-06", "2018-06"),
        ("title", "Two   blanks,  a comma", "Two blanks, a comma"),
        ("venue", "", ""),
    ],
)
def test_what_is_typed_becomes_a_cell(project: Path, label: str, text: str, cell: str) -> None:
    columns = describe_columns(open_records(project / "data"), "activities")
    assert columns[label].read(text) == cell


def test_two_dates_in_a_cell_are_refused(project: Path) -> None:
    columns = describe_columns(open_records(project / "data"), "activities")
    with pytest.raises(CellError, match="is two dates"):
        columns["start"].read("2018-06-01/2018-06-02")
