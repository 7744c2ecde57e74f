from datetime import date

import pytest

from pressroom.pages import (
    KeyFigure,
    Line,
    abbreviations,
    columns,
    commentary,
    date_figure,
    information_as_of,
    join,
    key_figures,
    line_list,
    masthead,
    method,
    section,
)
from pressroom.pages.fragments import cite

SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\n"


def test_the_masthead_has_its_days_short_and_long():
    html = masthead(
        "Regional briefing",
        project="Rivers",
        as_of=(date(2019, 10, 3), date(2019, 11, 18)),
        origin="stated",
        title="North: rising",
        lede=["the water rose", ""],
    ).html
    assert "Information as of 3 Oct – 18 Nov 2019, <em>stated</em>" in html
    assert 'data-long="Information as of 3 October to 18 November 2019 (stated)"' in html
    assert 'data-short="Regional briefing"' in html
    assert '<h1>North: rising</h1><p class="lede">The water rose.</p>' in html
    assert 'class="subject"' not in html


def test_the_days_of_the_newest_and_of_the_oldest_each_say_how_they_are_known():
    days = {"as_of": (date(2024, 11, 1), date(2024, 11, 30)), "origin": "stated"}
    oldest = {"oldest": (date(2019, 10, 3), date(2019, 11, 18)), "oldest_origin": "inferred"}
    html = information_as_of(**days, **oldest).html.replace("<em><em>inferred</em></em>", "<em>inferred</em>")
    assert "1–30 Nov 2024, <em>stated</em>; the oldest as of 3 Oct – 18 Nov 2019, <em>inferred</em>" in html
    full = "1–30 November 2024 (stated); the oldest as of 3 October to 18 November 2019 (inferred)"
    assert f'data-long="Information as of {full}"' in html
    assert "2024, <em>stated</em>; the oldest undated" in information_as_of(**days, undated=True).html
    assert "the oldest undated" in information_as_of(**days, **oldest, undated=True).html


@pytest.mark.parametrize(
    ("start", "end", "value", "unit"),
    [("2018-05-15", None, "15 May", "2018"), ("2018", "", "2018", ""), (None, None, "undated", "")],
)
def test_a_date_is_a_figure_with_its_year_as_unit(start, end, value, unit):
    figure = date_figure(start, end, "the flood")
    assert (figure.value, figure.unit) == (value, unit)


def test_figures_that_have_nothing_to_say_are_left_out():
    html = key_figures(KeyFigure("3", "floods", "in the north", planned=True), None).html
    assert html.startswith('<ul class="figures n1">')
    assert "<strong>planned:</strong> in the north" in html


def test_what_is_empty_leaves_no_heading():
    assert not section("A heading", "", columns(join([]), join([])))
    assert section("A heading", "words", tag="Assigned").html == (
        '<section><h2>A heading <span class="tag">Assigned</span></h2><p>words</p></section>'
    )


def test_lines_have_a_lead_and_marks_where_there_are_some():
    html = line_list([Line("Aim", "to <b>", ["A.1"]), Line("Added", "a row")]).html
    first = '<li><span class="k">Aim</span> to &lt;b&gt; <span class="loc">A.1</span></li>'
    assert html == f'<ul class="says">{first}<li><span class="k">Added</span> a row</li></ul>'
    assert not line_list([])


def test_a_commentary_is_signed_and_its_markup_is_text():
    html = commentary(SIGNED + "# Big\n\n<script>1</script>\n").html
    assert "A. Analyst, 2019-11-01. Written by a person, not part of the source." in html
    assert "<h3>Big</h3>" in html
    assert "<script>" not in html
    assert not commentary(None)


def test_the_method_closes_the_page():
    short = abbreviations(
        {"WMO": "World Meteorological Organization", "NGO": "non-governmental organisation"}
    )
    html = method("Counted once. ", *short).html
    assert "NGO, non-governmental organisation; WMO, World" in html
    assert 'class="method"' in html
    assert abbreviations({}) == []


def test_a_title_parts_no_span_of_years():
    head = masthead(
        "Plan briefing", project="P", title="Line 1 of the Plan 2016–2020: water", lede=["Words."]
    )
    assert 'Plan <span class="nb">2016–2020</span>: water</h1>' in head.html


@pytest.mark.parametrize(
    ("mark", "kept"),
    [
        ("A/3", "A/3"),
        ("R 2018-06-06/3", '<span class="nb">R 2018-06-06/3</span>'),
        ("W a-long-address.example.org/and-on", "W a-long-address.example.org/and-on"),
    ],
)
def test_a_source_mark_breaks_only_if_it_is_long(mark, kept):
    assert cite([mark, "B/1"]).html == f'<span class="loc">{kept}, B/1</span>'
