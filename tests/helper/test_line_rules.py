"""Lines to take: which differences they mark, and when their rows have changed since a review."""

from __future__ import annotations

import csv
import json
import re
import shutil
from pathlib import Path

import pytest

from aichr_briefings import open_dataset
from kits import NOTE, ROOT
from kits.cells import run_cells, show
from pressroom.data import Finding, UnknownCode, check_dataset
from pressroom.data.locate import VARIABLE
from pressroom.data.reads import take_reads

HEAD = ["subject", "order", "text", "sources", "care", "holds_while", "reviewed"]
TRAINING = "We co-hosted a training in November 2017."
ADDED = "trafficking-workshop-2018,OHCHR,supporter,,background-note#B.III.2018/3"
DIALOGUE = "We co-organised a dialogue in June 2018."


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(NOTE / "data", tmp_path / "data"))


def write(data: Path, *lines: dict[str, str]) -> None:
    with (data / "lines.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, HEAD, restval="", lineterminator="\n")
        writer.writeheader()
        for number, line in enumerate(lines, start=1):
            places = ";".join(f"background-note#{place}" for place in line["sources"].split())
            writer.writerow({"subject": "UNDP", "order": str(number), **line, "sources": places})


def swap(data: Path, table: str, old: str, new: str) -> None:
    path = data / f"{table}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def find(data: Path, severity: str = "error") -> list[Finding]:
    return [finding for finding in check_dataset(data) if finding.severity == severity]


def review(data: Path) -> None:
    """Write the digests for which the check asks."""
    for found in (f for f in find(data, "warning") if f.column == "reviewed"):
        digest = re.search(r"write (\w{8})$", found.message)
        lines = (data / "lines.csv").read_text("utf-8").splitlines()
        assert digest
        assert found.row
        lines[found.row - 1] = lines[found.row - 1].rpartition(",")[0] + f",{digest[1]}"
        (data / "lines.csv").write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("subject", "text", "sources", "due"),
    [
        ("UNDP", TRAINING, "B.II.1/1", {"bhr-training-roles"}),  # of two at this place, that of the year
        ("UNDP", DIALOGUE, "B.II.1/1", {"bhr-dialogue-2018-told-twice"}),
        ("UNDP", TRAINING, "B.III.2017/1", {"bhr-training-roles"}),  # the place tells of it alone
        ("UNDP", "We have worked closely since 2015.", "B.II.1/1", set()),  # what is said of UNDP itself
        ("bhr", "UNDP has worked with AICHR since 2015.", "B.II.1/1", set()),  # of UNDP, which it names
        (
            "bhr",
            "Training and dialogue.",
            "B.II.1/1",
            {"bhr-training-roles", "bhr-dialogue-2018-told-twice"},
        ),
        (
            "UNDP",
            "In June 2018, the European Council was there.",
            "B.II.1/1",
            {"bhr-dialogue-2018-told-twice", "european-council"},
        ),
        ("UNDP", "We supported the dialogue of June 2019.", "B.II.1/2", {"dialogue-numbers"}),
        ("OHCHR", "We supported AICHR Malaysia in November 2018.", "B.III.2018/6", {"aichr-leads"}),
        (
            "OHCHR",
            "The meeting of 2018 built on a workshop of 2017.",
            "B.III.2018/6",
            {"water-workshop-unknown"},
        ),
        ("expression-dialogue-2018", "It was held.", "A/1", {"ohchr-in-medan"}),
        ("aichr-un-meeting-2", "It is planned.", "B.I.1/2", set()),  # that the note is undated concerns all
        ("2016-2020:1.2.4", "The line asks for support.", "Annex/1.2.4", set()),
        ("2016-2020:1.2.4", "The Plan of Action asks for it.", "Annex/1.2.4", {"plan-elided"}),
    ],
)
def test_a_line_marks_what_it_rests_on(
    data: Path, subject: str, text: str, sources: str, due: set[str]
) -> None:
    write(data, {"subject": subject, "text": text, "sources": sources})
    found = find(data)
    assert {f.column for f in found} <= {"care"}
    assert {re.findall(r'"([^"]+)"', f.message)[0] for f in found} == due
    write(data, {"subject": subject, "text": text, "sources": sources, "care": ";".join(sorted(due))})
    assert find(data) == []


def test_a_missing_mark_is_told_with_its_place(data: Path) -> None:
    write(data, {"text": TRAINING, "sources": "B.II.1/1"})
    [found] = find(data)
    assert str(found) == (
        'lines.csv, row 2, column care: the line needs the mark of the difference "bhr-training-roles" '
        'on "bhr-training-2017", "The training of 2017"'
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It LED  TO a dialogue.", '"LED TO" may not stand in this column'),
        ("We attended it.", '"attended" may not stand in this column'),
        ("It was the only one, thanks to us.", '"thanks to" may not stand in this column'),
        ("word " * 41, "has 41 words; 40 are allowed"),
    ],
)
def test_what_claims_too_much_or_is_too_long_is_refused(data: Path, text: str, words: str) -> None:
    write(data, {"text": text.strip(), "sources": "A/2"})
    assert any(words in f.message and (f.row, f.column) == (2, "text") for f in find(data))


def test_a_line_on_nothing_is_refused(data: Path) -> None:
    write(data, {"text": "It was.", "sources": "Z/1"})
    [found] = find(data)
    assert (found.column, found.message) == (
        "sources",
        "no row cites any of these places, so the line rests on nothing",
    )


def test_who_has_not_compared_a_line_is_told_the_digest(data: Path) -> None:
    write(data, {"text": DIALOGUE, "sources": "B.III.2018/4", "care": "bhr-dialogue-2018-told-twice"})
    [found] = find(data, "warning")
    assert (found.row, found.column) == (2, "reviewed")
    assert found.message.startswith(
        'line 1 on "UNDP" has not been compared with its rows, activities.csv, row'
    )
    review(data)
    assert check_dataset(data) == []


@pytest.mark.parametrize(
    ("table", "old", "new", "told"),
    [
        ("activities", ",,2018-06,,", ",,2018-06-21,,", "one or more of activities.csv, row 10; part"),
        ("activities", ",,2018-06,,,", ",,2018-06,2018-06-22,,", "row 10, column end was empty"),
        (
            "participations",
            "trafficking-workshop-2018,UNDP,supporter",
            f"{ADDED}\ntrafficking-workshop-2018,UNDP,supporter",
            "participations.csv, row 37 is new",
        ),
        ("activities", "Workshop on trafficking in persons", "A workshop", None),
        ("activities", "background-note#B.III.2018/3\n", "background-note#B.III.2018/3;reference#x\n", None),
        ("activities", ",,2018-08,,", ",,2018-08-14,,", None),  # of another activity
    ],
)
def test_a_line_whose_rows_have_changed_is_told(
    data: Path, table: str, old: str, new: str, told: str | None
) -> None:
    write(data, {"text": "We supported AICHR at a workshop.", "sources": "B.III.2018/3"})
    review(data)
    swap(data, table, old, new)
    found = [f.message for f in find(data, "warning") if f.file == "lines.csv"]
    assert len(found) == (told is not None)
    if told is not None:
        assert found[0].startswith('line 1 on "UNDP" was reviewed before its rows changed: ')
        assert told in found[0]


def test_the_order_of_rows_and_empty_columns_change_no_digest(data: Path) -> None:
    write(data, {"text": "We supported AICHR at a workshop.", "sources": "B.III.2018/3"})
    review(data)
    path = data / "participations.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([head, *reversed(rows)]) + "\n", "utf-8")
    descriptor = json.loads((data / "datapackage.json").read_text("utf-8"))
    for entry in descriptor["resources"]:
        if entry["name"] == "activities":
            entry["schema"]["fields"].insert(0, {"name": "note", "type": "string"})
    (data / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    path = data / "activities.csv"
    head, *rows = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([f"note,{head}", *(f",{row}" for row in rows)]) + "\n", "utf-8")
    assert check_dataset(data) == []


def test_there_is_a_reason_for_each_line(data: Path) -> None:
    old = ",2016-2020:1.2.4;2016-2020:1.2.9,"
    swap(data, "activities", f"{old},", f"{old}shares practice,")
    [found] = find(data)
    assert (found.column, found.message) == (
        "provisions_reason",
        "it needs one item for each of provisions, in their order: 2, not 1",
    )
    swap(data, "activities", "shares practice", "shares practice;with others")
    assert find(data) == []
    swap(data, "activities", "shares practice;with others", "shares practice;shares practice")
    assert find(data) == []  # one reason may do for two lines
    swap(data, "activities", "shares practice;shares practice", "shares practice;with others")
    missing = find(data, "warning")
    assert len(missing) == 16
    assert {f.column for f in missing} == {"provisions_reason"}
    swap(data, "activities", "with others", "one two three four five six seven eight nine")
    assert "has 9 words; 8 are allowed" in find(data)[0].message


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ("ACWC,ASEAN Commission,,abbreviation", "name", 'the name of "ACWC" stands in organisations.csv'),
        ("UPR,,A review.,abbreviation", "name", 'write what "UPR" stands for'),
        ("treaty bodies,,,term", "explanation", 'nothing is said of "treaty bodies"'),
    ],
)
def test_a_term_says_something_and_repeats_no_name(data: Path, row: str, column: str, words: str) -> None:
    path = data / "terms.csv"
    path.write_text(f"{path.read_text('utf-8')}{row},reference#terms\n", "utf-8")
    [found] = check_dataset(data)
    assert (found.file, found.row, found.column) == ("terms.csv", 2, column)
    assert words in found.message


AHEAD = {"subject": "aichr-un-meeting-2", "text": "The second meeting is planned.", "sources": "B.I.1/2"}


def test_a_line_on_what_is_ahead_says_while_what_it_holds(data: Path) -> None:
    write(data, AHEAD)
    review(data)
    [found] = [f for f in find(data, "warning") if f.column == "holds_while"]
    assert found.message == (
        'line 1 on "aichr-un-meeting-2" tells of what is planned; say here while what it holds'
    )
    write(data, AHEAD | {"holds_while": "planned"})
    review(data)
    assert check_dataset(data) == []


def test_a_line_is_left_out_once_it_holds_no_more(data: Path) -> None:
    write(data, AHEAD | {"holds_while": "planned"}, AHEAD | {"order": "2", "text": "It is the second."})
    assert [row["order"] for row in open_dataset(data).lines("aichr-un-meeting-2")] == [1, 2]
    swap(data, "activities", "2nd AICHR-UN Meeting,meeting,planned", "2nd AICHR-UN Meeting,meeting,held")
    assert [row["order"] for row in open_dataset(data).lines("aichr-un-meeting-2")] == [2]
    [found] = [f for f in find(data, "warning") if f.column == "holds_while"]
    assert found.row == 2
    assert "is left out of pages: nothing that it tells of is planned any more" in found.message


def test_a_meeting_that_was_held_has_no_line_on_its_plan(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(data, AHEAD | {"holds_while": "planned"})
    swap(data, "activities", "2nd AICHR-UN Meeting,meeting,planned", "2nd AICHR-UN Meeting,meeting,held")
    monkeypatch.setenv(VARIABLE, str(data))
    notebook = ROOT / "notebooks" / "meeting.ipynb"
    page = "".join(show(shown) for _, shown in run_cells(notebook, meeting="aichr-un-meeting-2"))
    assert "is planned" not in page
    assert re.search("The 2nd <?.*?Meeting.*? was held on 19.November.2019 in Bangkok", page)


def test_lines_come_in_their_order_and_the_question_is_noted(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, one = ({"order": n, "text": n, "sources": "A/2"} for n in ("2", "1"))
    write(data, two, one)
    monkeypatch.setenv(VARIABLE, str(data))
    ds = open_dataset()  # without a path: what is asked of it is recorded
    take_reads()
    assert [row["text"] for row in ds.lines("UNDP")] == ["1", "2"]
    (read,) = take_reads()
    assert read["arguments"] == {
        "table": "lines",
        "where": {"subject": ["UNDP"]},
        "columns": ["order", "text", "holds_while"],
    }
    assert ds.lines("UNICEF") == []
    with pytest.raises(UnknownCode, match="nearest: UNICEF"):
        ds.lines("UNICEFF")
