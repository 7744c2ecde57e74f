from aichr_briefings.care import care_items, gaps, through
from pressroom.pages import letters

ON_RECORD = ("held", "ongoing")


def test_every_recorded_difference_reaches_the_briefings_it_touches(ds):
    told = {
        (agency, activity)
        for agency in ds.codes("agencies")
        for item in care_items(ds, ds.activities(agency=agency, status=ON_RECORD), about=[agency])
        for activity in item.about
    }
    for subject in ds.discrepancies().values("subject"):
        for row in (row for row in ds.activities() if subject in (row["id"], row["series"])):
            assert all((agency, row["id"]) in told for agency in row["agencies"]), subject


def test_letters_run_from_a_in_the_order_of_the_table(ds):
    mine = ds.activities(agency="UNDP", status=ON_RECORD)
    badges = letters(care_items(ds, mine, more=through(ds, "UNDP")))
    assert badges["bhr-training-2017"] == ["a"]
    assert badges["bhr-dialogue-2018"] == ["b", "c", "d"]
    assert badges["bhr-dialogue-2019"] == ["d"]
    assert badges["trafficking-workshop-2018"] == ["e"]


def test_an_item_has_at_most_45_words(ds):
    for row in ds.discrepancies().frame().itertuples():
        assert len(f"{row.says} {row.recorded}".split()) <= 45, row.id


def test_gaps_are_counted_in_words(ds):
    items = gaps(ds.activities(agency="UNDP", status=ON_RECORD))
    assert len(items) == 1
    assert items[0].words.startswith("Of the five, one is dated to the month and three are without ")


def test_no_gap_says_nothing(ds):
    assert gaps(ds.activities(agency="IOM", status=ON_RECORD)) == []
