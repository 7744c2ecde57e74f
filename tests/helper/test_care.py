import pytest

from aichr_briefings.care import doubts, part_care
from aichr_briefings.lines import written_lines
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
