"""Partial dates say no more than their text, and compare with three answers."""

import doctest
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressroom.data import partial_dates
from pressroom.data.partial_dates import PartialDate, find_fault


@pytest.mark.parametrize(
    ("text", "precision", "earliest", "latest"),
    [
        ("2018-06-04", "day", date(2018, 6, 4), date(2018, 6, 4)),
        ("2018-06", "month", date(2018, 6, 1), date(2018, 6, 30)),
        ("2016-02", "month", date(2016, 2, 1), date(2016, 2, 29)),
        ("2018", "year", date(2018, 1, 1), date(2018, 12, 31)),
        ("", "undated", None, None),
        ("2018-06-04/2018-06-06", "day", date(2018, 6, 4), date(2018, 6, 6)),
        ("2018-06-04/2018-07", "month", date(2018, 6, 4), date(2018, 7, 31)),
        ("2016/2020", "year", date(2016, 1, 1), date(2020, 12, 31)),
        ("2018-06/2018-06", "month", date(2018, 6, 1), date(2018, 6, 30)),
    ],
)
def test_a_date_knows_its_precision_and_its_ends(text, precision, earliest, latest):
    when = PartialDate.parse(text)
    assert (when.precision, when.earliest, when.latest) == (precision, earliest, latest)
    assert str(when) == text


@pytest.mark.parametrize(
    "text",
    [
        "18",
        "2018-6",
        "2018-13",
        "2018-02-29",
        "2018-06-4",
        " 2018",
        "2018 ",
        "2018-06-04T00:00",
        "June 2018",
        "2018/",
        "/2018",
        "2018-06-06/2018-06-04",
        "2019/2018",
        "0000",
        "２０１８",
        "2018\n",
        "2018-06-04/2018-06-06/2018-06-07",
    ],
)
def test_what_is_no_date_is_refused_and_named(text):
    with pytest.raises(ValueError, match=r"18|June|0000|２０１８"):
        PartialDate.parse(text)


def test_what_is_no_text_is_refused():
    with pytest.raises(ValueError, match="2018"):
        PartialDate.parse(2018)


def test_an_end_needs_a_start():
    with pytest.raises(ValueError, match="without a start"):
        PartialDate("", "2018")


@pytest.mark.parametrize(
    ("this", "other", "order"),
    [
        ("2018-06", "2018-05-15", "after"),
        ("2017", "2018-05-15", "before"),
        ("2018", "2018-05-15", "cannot be placed"),
        ("2018-05", "2018-05-15", "cannot be placed"),
        ("", "2018-05-15", "cannot be placed"),
        ("2018-05-15", "", "cannot be placed"),
        ("2018-05-15", "2018-05-15", "cannot be placed"),
        ("2018-05-14/2018-05-16", "2018-05-15", "cannot be placed"),
        ("2018-05-16/2018-05-17", "2018-05-15", "after"),
        ("2018-04/2018-05-14", "2018-05-15", "before"),
    ],
)
def test_comparison_has_three_answers(this, other, order):
    assert PartialDate.parse(this).compare(PartialDate.parse(other)) == order


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2018-06", True),
        ("2018-05-15", False),
        ("2018-05-14/2018-05-16", False),
        ("2018-05", None),
        ("2018", None),
        ("", None),
        ("2017", False),
    ],
)
def test_what_began_on_the_day_did_not_begin_after_it(text, answer):
    assert PartialDate.parse(text).begins_after(PartialDate("2018-05-15")) is answer


@pytest.mark.parametrize(
    ("this", "other", "answer"),
    [
        ("2018/2018-05", "2018-12", False),
        ("2018/2018-05", "2018-05-31", False),
        ("2018/2018-05", "2018-05-30", None),
        ("2019-02-10", "2019-05-01/2019", False),
        ("2019-05-02", "2019-05-01/2019", None),
    ],
)
def test_an_end_tells_of_the_beginning_and_a_beginning_of_the_end(this, other, answer):
    assert PartialDate.parse(this).begins_after(PartialDate.parse(other)) is answer


@pytest.mark.parametrize(
    ("start", "end", "column", "words"),
    [
        ("04/06/2018", "", "start", '"04/06/2018" is no partial date'),
        ("2018-06-04/2018-06-05", "", "start", "is two dates"),
        ("2018", "2018-06-04/2018-06-05", "end", "is two dates"),
        ("2018", "June", "end", '"June" is no partial date'),
        ("2018", "2017", "end", "before the start"),
        ("", "2017", "end", "without a start"),
    ],
)
def test_the_cell_at_fault_is_named_and_quoted_whole(start, end, column, words):
    fault = find_fault(start, end)
    assert fault is not None
    assert fault[0] == column
    assert words in fault[1]


def test_two_cells_without_fault_have_none():
    assert find_fault("2018", "2018-05") is find_fault("", "") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("2016", True),
        ("2020-12-31", True),
        ("2011", False),
        ("2021-01-01", False),
        ("", None),
        ("2015/2016", True),
        ("2014/2022", True),
        ("2013/2015", False),
    ],
)
def test_what_has_a_day_in_a_period_touches_it(text, answer):
    assert PartialDate.parse(text).touches(PartialDate("2016", "2020")) is answer


@pytest.mark.parametrize(
    ("text", "answer"), [("2018", None), ("2018-06", True), ("2018/2018-12", None), ("2018/2018-05", False)]
)
def test_what_may_have_a_day_in_a_period_cannot_be_placed(text, answer):
    assert PartialDate.parse(text).touches(PartialDate("2018-06")) is answer


@pytest.mark.parametrize(
    ("text", "years"),
    [("", ()), ("2018-06", (2018,)), ("2019-12/2020-01-03", (2019, 2020)), ("2019/2021", (2019, 2020, 2021))],
)
def test_the_years_that_are_certainly_touched(text, years):
    assert PartialDate.parse(text).years == years


DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(2999, 12, 30))
DATES = st.builds(
    lambda day, length: PartialDate(day.isoformat()[:length]), DAYS, st.sampled_from([0, 4, 7, 10])
)
DATED = DATES.filter(bool)


@given(DATES)
def test_the_text_reads_back(when):
    assert PartialDate.parse(str(when)) == when


@given(DAYS, st.sampled_from([4, 7, 10]))
def test_a_vaguer_date_holds_the_day_it_was_made_of(day, length):
    when = PartialDate(day.isoformat()[:length])
    assert when.earliest <= day <= when.latest
    assert when.touches(PartialDate(str(day.year))) is True


@given(DATES, DATES)
def test_before_is_after_seen_from_the_other_side(one, other):
    mirror = {"before": "after", "after": "before", "cannot be placed": "cannot be placed"}
    assert other.compare(one) == mirror[one.compare(other)]


@given(DATED, DATED)
def test_the_order_is_true_of_every_day_it_may_mean(one, other):
    order = one.compare(other)
    assert (order == "before") == (one.latest < other.earliest)
    assert (order == "after") == (one.earliest > other.latest)
    assert (one.begins_after(other) is True) == (order == "after")


NEAR = st.dates(min_value=date(2018, 1, 28), max_value=date(2018, 3, 3))


@st.composite
def intervals(draw):
    """Return a date or an interval within a few weeks, each end as vague as may be."""
    days = sorted(draw(st.lists(NEAR, min_size=1, max_size=2)))
    return PartialDate(*(day.isoformat()[: draw(st.sampled_from([4, 7, 10]))] for day in days))


def list_possible(when):
    """Return the days on which it may have begun, and those on which it may have ended."""
    span = [PartialDate(text) for text in (when.start, when.end or when.start)]
    firsts, lasts = (
        {d.earliest + timedelta(n) for n in range((d.latest - d.earliest).days + 1)} for d in span
    )
    begun = {day for day in firsts if day <= max(lasts)}
    ended = {day for day in lasts if day >= min(firsts)}
    return begun, ended


@given(intervals(), intervals())
def test_what_is_said_of_a_beginning_is_true_of_every_day_and_all_that_can_be_said(one, other):
    begun, ended = list_possible(one)[0], list_possible(other)[1]
    first, last = min(ended), max(ended)
    always = all(day > last for day in begun)
    never = not any(day > first for day in begun)
    assert one.begins_after(other) is (True if always else False if never else None)


@given(DAYS, st.integers(0, 400))
def test_an_interval_ends_where_its_end_ends(day, length):
    end = min(day + timedelta(length), date(2999, 12, 31))
    when = PartialDate(day.isoformat(), end.isoformat())
    assert (when.earliest, when.latest, when.year) == (day, end, day.year)


def test_the_examples_hold():
    assert doctest.testmod(partial_dates).failed == 0
