import shutil

import pytest

from aichr_briefings import open_dataset, part_care, written_lines
from aichr_briefings.differences import doubts, other_revisions, revisions
from kits import NOTE
from kits.sheets import read_rows, write_rows
from pressroom.pages import CareItem, letters

ON_RECORD = ("held", "ongoing")


def test_every_recorded_difference_reaches_the_briefings_it_touches(ds):
    told = {
        (agency, activity)
        for agency in ds.codes("agencies")
        for item in doubts(ds, ds.activities(agency=agency, status=ON_RECORD), about=[agency])
        for activity in item.about
    }
    for subject in ds.discrepancies().values("subject"):
        for row in (row for row in ds.activities() if subject in (row["id"], row["series"])):
            assert all((agency, row["id"]) in told for agency in row["agencies"]), subject


def test_letters_run_from_a_in_the_order_of_the_table(ds):
    mine = ds.activities(agency="UNDP", status=ON_RECORD)
    own = CareItem("Through UN-ACT", "Say so.", ("trafficking-workshop-2018",))
    badges = letters(doubts(ds, mine, more=[own]))
    assert badges["bhr-training-2017"] == ["a"]
    assert badges["bhr-dialogue-2018"] == ["b", "c", "d"]
    assert badges["bhr-dialogue-2019"] == ["d"]
    assert badges["dialogue-numbers"] == ["d"], "a line to take names the difference itself"
    assert badges["trafficking-workshop-2018"] == ["e"]


def test_a_written_line_bears_the_letters_of_its_differences(ds):
    rows = [{"text": "A line.", "sources": ("background-note#B.II.1/1",), "care": ("aichr-leads", "c")}]
    care = doubts(ds, [], lines=[{**rows[0], "care": ("aichr-leads",)}])
    [line] = written_lines(ds, rows, care)
    assert (line.words, list(line.sources), line.care) == ("A line.", ["B.II.1/1"], ["a"])
    assert [item.heading for item in care] == ["Who led"]


def test_an_item_has_at_most_35_words(ds):
    for row in ds.discrepancies().frame().itertuples():
        assert len(f"{row.says} {row.recorded}".split()) <= 35, row.id


ITEMS = [CareItem(name, "Say so.", (name, f"{name}-difference")) for name in "abcdef"]


@pytest.mark.parametrize(
    ("spoken", "most", "expected"),
    [
        ([{"care": ("e-difference",)}], 4, "abce"),
        ([{"care": tuple(f"{name}-difference" for name in "abcef")}], 4, "abcef"),
        ([{"id": "f"}, {"id": "z"}], 2, "af"),
        ([{"care": ()}], 0, ""),
    ],
)
def test_what_the_lines_bear_stands_beside_them(spoken, most, expected):
    beside, below = part_care(ITEMS, spoken, most=most)
    assert "".join(item.heading for item in beside) == expected
    assert sorted([*beside, *below], key=ITEMS.index) == ITEMS
    assert [*below] == [item for item in ITEMS if item not in beside]


@pytest.fixture
def revise(tmp_path):
    """Return what revises cells of the note by a second source, and gives the record with them."""
    data = shutil.copytree(NOTE / "data", tmp_path / "data")
    press = {"code": "press", "mark": "P", "title": "Press", "short_title": "press release",
             "as_of_end": "2021-01-01"}  # fmt: skip
    write_rows(data / "sources.csv", [*read_rows(data / "sources.csv"), press])

    def change(table, row, column, before, now):
        rows = read_rows(data / f"{table}.csv")
        key = next(iter(rows[0]))
        own = next(one for one in rows if one[key] == row)
        own |= {column: now, "sources": "background-note#A/1;press#1"}
        write_rows(data / f"{table}.csv", rows)
        told = {"table": table, "row": row, "column": column, "value": before, "kind": "corrected",
                "sources": "background-note#A/1"}  # fmt: skip
        write_rows(data / "revisions.csv", [told])
        return open_dataset(data)

    return change


FOCAL = "Meetings of Focal Points of Regional Human Rights Mechanisms"
IN_WORDS = [
    ("themes", "disability;bhr", "environment",
     "disability rights, business and human rights. Press release, otherwise: environment and human rights"),
    ("aichr_lead", "THA", "THA;PHL", "Thailand. Press release, otherwise: Thailand, Philippines"),
    ("places", "XXX/Nowhere", "VNM/Hanoi", "Nowhere, XXX. Press release, otherwise: Hanoi, Viet Nam"),
    ("moved_to", "2020", "2020-03", "2020. Press release, otherwise: March 2020"),
    ("provisions", "2016-2020:1.2.4;gone:1", "2016-2020:1.2.9",
     "line 1.2.4 and gone:1. Press release, otherwise: line 1.2.9"),
    ("series", "gone", "focal-points-meetings", f"gone. Press release, otherwise: {FOCAL}"),
    ("participants", "", "200", "not stated. Press release: 200"),
    ("end", "2018-06-05", "2018-06-07", "4–5 June 2018. Press release, otherwise: 4–7 June 2018"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "before", "now", "said"), IN_WORDS)
def test_a_revision_is_told_in_words(revise, column, before, now, said):
    ds = revise("activities", "bhr-dialogue-2018", column, before, now)
    [item] = revisions(ds, [ds.row("activities", "bhr-dialogue-2018")])
    assert item.words.lower() == f"Background note: {said}, which is recorded.".lower()


@pytest.mark.parametrize(
    ("change", "heading", "said"),
    [
        (("organisations", "UNDP", "parent", "ILO", ""), "United Nations Development Programme: parent",
         "ILO. Press release, otherwise: not stated"),
        (("series", "focal-points-meetings", "since", "2010", "2011-05"), f"{FOCAL}: since",
         "2010. Press release, otherwise: May 2011"),
    ],
)  # fmt: skip
def test_a_revision_of_what_is_no_activity_has_both_values(revise, change, heading, said):
    [item] = other_revisions(revise(*change))
    assert item.heading == heading
    assert item.words == f"Background note: {said}, which is recorded."


def test_of_several_rows_with_a_code_the_earlier_value_alone_is_told(revise):
    ds = revise("participations", "bhr-training-2017", "role", "organiser", "co-host")
    [item] = other_revisions(ds)
    assert item.words == "Background note: organiser."
