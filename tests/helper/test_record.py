import pytest

from aichr_briefings.rows import at, in_order, mark_of
from pressroom.data import UnknownCode
from pressroom.data.reads import SELECT, take_reads
from pressroom.pages import text


def test_names_are_asked_for_at_once_and_alone(ds):
    take_reads()
    assert ds.names("organisations", ["UNDP", None, "UN-WOMEN", "UNDP"]) == {
        "UN-WOMEN": "UN Women",
        "UNDP": "UNDP",
    }
    (read,) = [read for read in take_reads() if read["query"] == SELECT]
    assert read["arguments"] == {
        "table": "organisations",
        "where": {"code": ["UN-WOMEN", "UNDP"]},
        "columns": ["code", "short_name"],
    }


def test_without_keys_nothing_is_asked(ds):
    take_reads()
    assert ds.look_up("series", [None]) == {}
    assert take_reads() == []


def test_an_unknown_key_is_refused(ds):
    with pytest.raises(UnknownCode, match="NOBODY"):
        ds.names("organisations", ["NOBODY"])


def test_themes_stand_in_the_order_of_their_table(ds):
    everything = ds.table("themes").values("code")
    assert list(ds.names("themes", reversed(everything))) == everything


@pytest.mark.parametrize(
    ("start", "said"),
    [
        ("2018-05-15", "on 15 May 2018"),
        ("2018-06", "in June 2018"),
        ("2018", "in 2018"),
        (None, "at no stated date"),
    ],
)
def test_dates_take_their_preposition(start, said):
    assert at({"start": start, "end": None}) == said


@pytest.mark.parametrize(
    ("status", "precision", "mark"),
    [
        ("held", "day", "day"), ("held", "month", "month"), ("held", "year", "year"),
        ("held", "undated", ""), ("planned", "day", "planned"), ("ongoing", "year", "ongoing"),
    ],
)  # fmt: skip
def test_marks_show_how_exact_a_date_is(status, precision, mark):
    assert mark_of({"status": status, "precision": precision}) == mark


@pytest.mark.parametrize("asked", [{}, {"year": 2018}, {"status": "planned"}, {"theme": "disability"}])
def test_frames_and_rows_have_one_order(ds, asked):
    activities = ds.activities(**asked)
    assert in_order(activities.frame()) == in_order(activities)
    assert in_order(activities[::-1])[-1] == in_order(activities)[-1]


def test_names_of_this_desk_do_not_break():
    assert text("the 1st AICHR-UN Meeting").html == 'the 1st <span class="nb">AICHR-UN</span> Meeting'
    assert text("UN Women").html == '<span class="nb">UN Women</span>'
