"""Charts of few and of many: nothing off its canvas, no label over another, nothing dropped."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pressroom.look.colours import LIGHT
from pressroom.pages import (
    Count,
    Dated,
    Description,
    Divider,
    Entry,
    Plotted,
    Point,
    Since,
    Years,
    chart,
    counts_chart,
    lanes_chart,
    matrix_chart,
    months_chart,
    year_columns,
)
from pressroom.pages.charts.canvas import WIDE, Canvas
from pressroom.pages.charts.figure import ChartError, part

WORDS = {"caption": "c", "alt": "a", "source": "s", "data": Plotted(["a"], [[1]])}
LONG = "Advisers-on-the-freedom-of-expression-and-the-media in all provinces and in the islands off the coast"


def drawings(fragment, class_="wide"):
    return re.findall(rf'<svg class="{class_}".*?</svg>', fragment.html, re.S)


def words_of(fragment, class_="wide"):
    return [words for one in drawings(fragment, class_) for words in re.findall(r">([^<>]*)</text>", one)]


def on_day(day, mark="day"):
    return Dated(mark, "day", day, day)


def in_month(day, mark="month"):
    first = day.replace(day=1)
    return Dated(mark, "month", first, (first + timedelta(31)).replace(day=1) - timedelta(1))


def in_year(day, mark="year"):
    return Dated(mark, "year", date(day.year, 1, 1), date(day.year, 12, 31))


# what is refused ------------------------------------------------------------------------------------


def draw_off(canvas):
    canvas.mark("day", canvas.width, 5)


def draw_over(canvas):
    canvas.mark("day", 5, 5)
    canvas.label(5, 10, "North")
    canvas.label(8, 10, "South")


def draw_out(canvas):
    canvas.mark("day", 5, 5)
    canvas.label(canvas.width - 5, 10, "A long label")


@pytest.mark.parametrize(
    ("draw", "height", "said"),
    [
        (draw_off, 20, "the chart 'x' has a mark off its canvas, at 173 mm from the left, 4 from the top"),
        (draw_out, 20, "the chart 'x' has the label \"A long label\" off its canvas"),
        (draw_over, 20, 'the chart \'x\' has the label "South" over the label "North"'),
        (lambda canvas: canvas.mark("day", 5, 5), 231, "the chart 'x' is 231 mm high, .* room for 230"),
    ],
)
def test_a_drawing_that_cannot_be_read_is_refused(draw, height, said):
    def make(width, narrow):
        canvas = Canvas(width, height, narrow=narrow)
        draw(canvas)
        return canvas

    with pytest.raises(ChartError, match=said):
        chart("x", make, **WORDS)


def test_the_error_says_that_the_drawing_for_phones_is_meant():
    def make(width, narrow):
        canvas = Canvas(width, 20, narrow=narrow)
        canvas.mark("day", 100, 5)
        return canvas

    with pytest.raises(ChartError, match="on a phone, the chart 'x' has a mark off"):
        chart("x", make, **WORDS)


def test_a_phone_scrolls_and_a_page_does_not():
    def make(width, narrow):
        canvas = Canvas(width, 900 if narrow else 200, narrow=narrow)
        canvas.mark("day", 5, 5)
        return canvas

    assert len(drawings(chart("x", make, **WORDS), "narrow")) == 1


# matrices -------------------------------------------------------------------------------------------


def test_few_marks_stand_one_by_one():
    cells = {"north": {"2018": ["grey", "day", "ongoing"]}}
    html = matrix_chart(cells, name="m", columns=year_columns([2018], cells), **WORDS).html
    assert "stands for that many" not in html


@pytest.mark.parametrize(
    ("rows", "years", "most"), [(12, 14, 4), (12, 14, 30), (40, 6, 9), (120, 30, 2), (1, 60, 200)]
)
def test_a_matrix_drops_no_year_and_no_mark(rows, years, most):
    cells = {
        f"agency {row}": {str(2000 + year): ["day"] * (1 + (row + year) % most) for year in range(years)}
        for row in range(rows)
    }
    columns = year_columns([], cells)
    made = matrix_chart(cells, name="m", columns=columns, **WORDS)
    whole = sum(len(marks) for row in cells.values() for marks in row.values())
    for class_ in ("wide", "narrow"):
        said = words_of(made, class_)
        assert {str(2000 + year) for year in range(years)} <= set(said)
        assert set(cells) <= set(said)
        assert said.count(str(whole)) >= 1
    assert "A mark with a number stands for that many." in made.html


def test_a_mark_with_a_number_keeps_its_kind():
    cells = {
        f"row {n}": {str(year): ["grey", *["day"] * 9, "ongoing"] for year in range(2010, 2020)}
        for n in range(3)
    }
    made = matrix_chart(cells, name="m", columns=year_columns([], cells), **WORDS)
    assert words_of(made).count("9") == 30


@given(
    st.dictionaries(
        st.sampled_from(["A", "UN", "Water and Forests", LONG, "x" * 90]),
        st.dictionaries(
            st.sampled_from([*map(str, range(1995, 2026)), "Undated"]),
            st.lists(st.sampled_from(["day", "ongoing", "grey"]), min_size=1, max_size=60),
            min_size=1,
        ),
        min_size=1,
    ),
    st.sets(st.integers(1995, 2025)),
)
@settings(max_examples=15)
def test_any_matrix_can_be_read(cells, covered):
    matrix_chart(cells, name="m", columns=year_columns(sorted(covered), cells), **WORDS)


# counts ---------------------------------------------------------------------------------------------


@given(
    st.lists(
        st.tuples(st.sampled_from(["A", "Rivers", LONG]), st.integers(0, 400), st.booleans()),
        min_size=1,
        max_size=120,
    )
)
@settings(max_examples=15)
def test_any_counts_can_be_read(rows):
    counts = [Count("One", ("day",), "1")]
    counts += [Count(label, ("day",) * n, LONG if long else str(n)) for label, n, long in rows]
    counts_chart(counts, name="c", **WORDS)


# a year ---------------------------------------------------------------------------------------------


def make_entries(n, kinds=(on_day, in_month, in_year)):
    days = [date(2019, 1, 1) + timedelta(place * 364 // n) for place in range(n)]
    return [Entry(kinds[i % len(kinds)](day), str(day), f"Visit {i}", "north") for i, day in enumerate(days)]


@pytest.mark.parametrize("n", [1, 42, 43, 60, 300, 3000])
def test_a_year_of_many_is_counted_by_months(n):
    made = months_chart(
        make_entries(n), name="m", year=2019, divider=Divider(date(2019, 5, 15), n // 3), **WORDS
    )
    said = words_of(made)
    if n <= 42:
        assert f"Visit {n - 1}" in said
    else:
        assert {"January", "December", "2019"} <= set(said)
    assert ("stands for that many" in made.html) == (n >= 60)


def test_marks_by_month_are_all_there():
    made = months_chart(make_entries(90, [on_day]), name="m", year=2019, **WORDS)
    assert sum(int(words) for words in words_of(made) if words.isdigit()) == 90
    assert "2019" not in words_of(made), "without any dated to the year there is no row for it"


def from_last_year(day):
    return Dated("day", "day", date(2018, 3, 1), max(day, date(2019, 1, 2)))


def into_next_year(day):
    return Dated("month", "month", day.replace(day=1), date(2021, 2, 28))


@pytest.mark.parametrize("exact", ["day", "month", "year"])
def test_what_goes_on_for_years_is_drawn_as_long_as_it_lasted(exact):
    years = Years(2017, 2017, date(2021, 12, 31), range(2017, 2022))
    when = Dated(exact, exact, date(2018, 1, 1), date(2020, 12, 31))
    made = lanes_chart({"Rivers": [Point(when, "Course", "2018 – 2020")]}, name="t", years=years, **WORDS)
    bars = re.findall(r'd="M ([\d.]+) [\d.]+ \nL ([\d.]+) [^"]*z', drawings(made)[0])
    year = (WIDE - 29 - 0.5) / 5 * 72 / 25.4
    assert [round((float(right) - float(left)) / year) for left, right in bars] == [3]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 364),
            st.sampled_from([on_day, in_month, in_year, from_last_year, into_next_year]),
            st.sampled_from(["Visit", LONG]),
            st.sampled_from(["", "north", LONG]),
        ),
        min_size=1,
        max_size=60,
    )
)
@settings(max_examples=15)
def test_any_year_can_be_read(rows):
    entries = [
        Entry(kind(date(2019, 1, 1) + timedelta(day)), "30 September – 2 Oct", title, names)
        for day, kind, title, names in rows
    ]
    months_chart(entries, name="m", year=2019, **WORDS)


# timelines ------------------------------------------------------------------------------------------

ALONG = Years(2011, 2011, date(2024, 11, 18), range(2011, 2025), beyond="after the note")


def test_a_crowded_lane_is_counted_by_half_years():
    days = [date(2018, 8, 1) + timedelta(9 * n) for n in range(8)] + [date(2019, 2, 1)]
    years = Years(2017, 2017, date(2019, 12, 31), range(2017, 2020))
    made = lanes_chart(
        {"Rivers": [Point(on_day(day), "Visit", "x") for day in days]}, name="t", years=years, **WORDS
    )
    assert [words for words in words_of(made) if words.isdigit() and len(words) < 4] == ["8", "1"]
    assert "In a crowded lane, a bar counts" in made.html


def test_a_caption_explains_the_marks_that_are_drawn_and_not_those_of_a_crowd():
    crowd = [Point(in_month(date(2018, 8, 1)), "Visit", "x") for _ in range(9)]
    lanes = {"Rivers": crowd, "Roads": [Point(on_day(date(2019, 5, 1)), "Talk", "x")]}
    described = Description("Rivers and roads.", "visit", marks={"day": "DAY", "month": "MONTH"})
    made = lanes_chart(lanes, name="t", years=ALONG, described=described, **WORDS).html
    caption = re.sub("<[^>]+>", " ", made[: made.index("</figcaption>")])
    assert "DAY" in caption
    assert "MONTH" not in caption


def test_a_lane_of_few_shows_each_of_them():
    points = [Point(on_day(date(year, 5, 1)), f"Visit {year}", "1 May") for year in (2012, 2016, 2020)]
    made = lanes_chart({"Rivers": points}, name="t", years=ALONG, **WORDS)
    assert {"Visit 2012", "Visit 2016", "Visit 2020"} <= set(words_of(made))
    assert "a bar counts" not in made.html


def test_on_a_phone_no_line_of_a_year_runs_through_a_label():
    points = [Point(on_day(date(2018, 12, 20)), "Visit", "20 Dec")]
    made = lanes_chart({"Rivers": points}, name="t", years=ALONG, **WORDS)
    wide, narrow = (drawing.count(LIGHT["paper"]) for drawing in made.html.split("</svg>")[:2])
    assert narrow - wide >= 2


def test_what_was_planned_stands_at_its_date_and_is_counted_in_no_bar():
    held = [Point(on_day(date(2018, 8, 1) + timedelta(9 * n)), "Visit", "x") for n in range(8)]
    lost = Point(on_day(date(2018, 3, 1), "planned"), "Seminar", "1 March 2018", is_past=True)
    made = lanes_chart({"Rivers": [*held, lost]}, name="t", years=ALONG, **WORDS)
    assert {"8", "Seminar", "1 March 2018"} <= set(words_of(made))
    few = lanes_chart({"Rivers": [held[0], lost]}, name="t", years=ALONG, **WORDS)
    assert ALONG.beyond not in words_of(few)


@pytest.mark.parametrize("n", [1, 3, 4, 30])
def test_what_is_planned_and_what_is_undated_stands_beside_one_another_or_is_counted(n):
    ahead = [Point(on_day(date(2025, 1, 1 + i), "planned"), f"Seminar {i}", "2025") for i in range(n)]
    undated = [Point(Dated("", "undated"), f"Talk {i}", "undated") for i in range(n)]
    sure = [Point(on_day(date(2015, 5, 1)), "Visit", "1 May")]
    made = lanes_chart({"Rivers": [*sure, *ahead, *undated]}, name="t", years=ALONG, **WORDS)
    shown = {f"Seminar {n - 1}", f"Talk {n - 1}"} if n <= 3 else {str(n), "planned"}
    assert shown <= set(words_of(made))


def test_years_that_are_narrow_are_thinned_out_evenly():
    made = lanes_chart(
        {"Rivers": [Point(on_day(date(2015, 5, 1)), "Visit", "1 May")]}, name="t", years=ALONG, **WORDS
    )
    for class_ in ("wide", "narrow"):
        years = [int(words) for words in words_of(made, class_) if re.fullmatch(r"20\d\d", words)]
        steps = {b - a for a, b in pairwise(years)}
        assert len(years) > 3
        assert len(steps) == 1


def test_many_lanes_break_over_pages():
    lanes = {f"Theme {n}": [Point(on_day(date(2012 + n % 12, 5, 1)), "Visit", "1 May")] for n in range(40)}
    made = lanes_chart(lanes, name="t", years=ALONG, **WORDS)
    assert len(drawings(made)) == 5
    assert len(drawings(made, "narrow")) == 1
    assert set(lanes) <= set(words_of(made))
    assert made.html.count('aria-label="a"') == 2, "the first of each tells all of it"


def test_a_statement_keeps_clear_of_what_is_on_record():
    since = {"Rivers": Since(2015, "“since 2015”, nothing listed", "“since 2015”")}
    early = [Point(on_day(date(2012, 5, 1)), "Visit", "1 May")]
    made = lanes_chart({"Rivers": early}, name="t", years=ALONG, since=since, **WORDS)
    assert "(“since 2015”)" in " ".join(words_of(made)), "the lane's name says it"
    close = [Point(on_day(date(2015, 3, 1)), "Visit", "1 March")]
    assert "“since 2015”" in words_of(
        lanes_chart({"Rivers": close}, name="t", years=ALONG, since=since, **WORDS)
    )


def over_years(exact, mark, days, length):
    return Dated(mark or exact, exact, days, days + timedelta(length))


def is_planned_before(end, when):
    return when.mark == "planned" and when.last is not None and when.last < end


END = date(2024, 11, 18)
dates = st.dates(date(2011, 1, 1), END)
spans = st.builds(
    over_years,
    st.sampled_from(["day", "month", "year"]),
    st.sampled_from(["", "ongoing"]),
    dates,
    st.integers(300, 2500),
)
points = st.one_of(
    spans,
    st.builds(on_day, dates, st.sampled_from(["day", "ongoing"])),
    st.builds(in_month, dates),
    st.builds(in_year, dates, st.sampled_from(["year", "ongoing"])),
    st.builds(on_day, st.dates(date(2011, 1, 1), date(2027, 1, 1)), st.just("planned")),
    st.sampled_from([Dated("", "undated"), Dated("planned", "undated"), Dated("ongoing", "undated")]),
)


@given(
    st.dictionaries(
        st.sampled_from(["Rivers", "Water and sanitation", LONG]),
        st.lists(
            st.tuples(points, st.sampled_from(["Visit", "2nd Inter-regional Dialogue", LONG])), max_size=40
        ),
        min_size=1,
    ),
    st.sampled_from([range(2011, 2025), range(2017, 2020), range(2014, 2015)]),
    st.none() | st.integers(2011, 2024),
)
@settings(max_examples=25)
def test_any_timeline_can_be_read(lanes, covered, since):
    drawn = {
        lane: [Point(when, first, "30 Sep – 2 Oct 2025", is_planned_before(END, when)) for when, first in own]
        for lane, own in lanes.items()
    }
    drawn["Lakes"] = [Point(on_day(date(2018, 5, 15)), "Meeting", "15 May")]
    years = Years(2011, 2014, END, covered, beyond="after the record of many years")
    told = (
        {"Rivers": Since(since, f"“since {since}”, no activity listed", f"“since {since}”")} if since else {}
    )
    lanes_chart(drawn, name="t", years=years, since=told, **WORDS)


def test_what_is_parted_is_parted_evenly():
    assert part([4, 4, 4, 4], 12) == [range(2), range(2, 4)]
    assert part([20, 4], 12) == [range(1), range(1, 2)]
    assert part([], 12) == []
