"""Meetings of a series that has many: which came before, and to when one was moved."""

from __future__ import annotations

import shutil

import pytest

from aichr_briefings import call, few_or_none, meetings, open_dataset, what_else
from aichr_briefings.record import Record
from kits import NOTE, ROOT
from kits.cells import run_cells, show
from kits.sheets import Cells, read_rows, write_rows
from pressroom.data.locate import VARIABLE

SERIES = "aichr-un-meetings"
MEETINGS = [
    ("early", "held", "2016-02", "", "", SERIES),
    ("aichr-un-meeting-2", "held", "2019-11-19", "", "2", SERIES),
    ("undated", "held", "", "", "", SERIES),
    ("called-off", "cancelled", "2018-10", "", "3", SERIES),
    ("moved", "postponed", "2019-12", "2021-03", "4", SERIES),
    ("put-off", "postponed", "2019-12", "", "5", SERIES),
    ("ahead", "planned", "", "", "6", SERIES),
    ("group-1", "held", "2017-03", "", "1", "working-group"),
    ("group-2", "planned", "2020", "", "2", "working-group"),
]


def make_meeting(id: str, status: str, start: str, moved_to: str, number: str, series: str) -> Cells:
    title = f"{number} Group Meeting" if series != SERIES else id.capitalize()
    return {
        "id": id, "title": title, "short_title": title, "type": "meeting", "status": status, "start": start,
        "moved_to": moved_to, "number": number, "series": series, "stands_for": "one", "summary": "M.",
        "sources": "background-note#A/1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Record:
    data = shutil.copytree(NOTE / "data", tmp_path_factory.mktemp("many") / "data")
    made = {one[0]: make_meeting(*one) for one in MEETINGS}
    kept = [row for row in read_rows(data / "activities.csv") if row["id"] not in made]
    write_rows(data / "activities.csv", [*kept, *made.values()])
    group = {
        "id": "working-group",
        "title": "Working Group",
        "summary": "G.",
        "sources": "background-note#A/1",
    }
    write_rows(data / "series.csv", [*read_rows(data / "series.csv"), group])
    return open_dataset(data)


@pytest.mark.parametrize(
    ("meeting", "before"),
    [
        ("early", None),
        ("undated", None),
        ("aichr-un-meeting-1", "early"),
        ("called-off", "aichr-un-meeting-1"),
        ("aichr-un-meeting-2", "aichr-un-meeting-1"),
        ("moved", "aichr-un-meeting-2"),
        ("ahead", "aichr-un-meeting-2"),
    ],
)
def test_what_was_held_before_a_meeting_is_certainly_earlier(
    many: Record, meeting: str, before: str | None
) -> None:
    found = meetings.before(many, many.row("activities", meeting))
    assert (found["id"] if found else None) == before
    later = [row["id"] for row in meetings.later(many, many.row("activities", meeting))]
    assert before not in later


@pytest.mark.parametrize(
    ("meeting", "told"),
    [
        ("moved", "December 2019, postponed to March 2021"),
        ("put-off", "December 2019"),
        ("ahead", ""),
        ("early", "February 2016"),
    ],
)
def test_a_meeting_says_to_when_it_was_moved(many: Record, meeting: str, told: str) -> None:
    assert meetings.when_told(many.row("activities", meeting)) == told


def test_a_number_alone_names_meetings_of_the_series_of_reference(many: Record) -> None:
    names = call(many.activities(), ds=many)
    assert names["aichr-un-meeting-2"] == "the 2nd Meeting"
    assert names["group-2"] == "the 2 Group Meeting"
    assert call([many.row("activities", "group-2")], ds=many)["group-2"] == "the 2 Group Meeting"
    assert call([many.row("activities", "group-2")])["group-2"] == "the 2nd Meeting"


def test_a_series_without_a_theme_stands_on_the_note_s_page(
    many: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(many.path))
    page = "".join(show(shown) for _, shown in run_cells(ROOT / "notebooks" / "background-note.ipynb"))
    meetings_told = page.partition("B.I Meetings")[2].partition("B.II Activities")[0]
    assert "<h3>Working Group</h3>" in meetings_told
    assert "Meetings of Focal Points" in meetings_told, "its one meeting has no theme either"
    assert "Inter-Regional Dialogues" not in meetings_told, "they stand under their theme"


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        (["early"], ""),
        (["early", "ahead"], "; what is planned"),
        (["moved", "called-off"], "; what was cancelled or postponed"),
        (["early", "ahead", "moved"], "; what is planned or was cancelled or postponed"),
    ],
)
def test_what_stands_beside_what_is_on_record_is_said(many: Record, ids: list[str], told: str) -> None:
    assert what_else(many, many.table("activities", keys=ids), "; what {}") == told


@pytest.mark.parametrize(
    ("names", "told"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), ([*"ABCDEF"], "six agencies")]
)
def test_few_are_named_and_more_are_counted(names: list[str], told: str) -> None:
    assert few_or_none(names, "agency") == told
