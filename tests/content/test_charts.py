import re
from xml.etree import ElementTree

import pandas as pd
import pytest

from aichr_briefings.content.charts import counts_chart, matrix_chart, months_chart, timeline_chart
from aichr_briefings.content.charts.canvas import Canvas
from aichr_briefings.content.charts.counts import Count
from aichr_briefings.content.charts.figure import ChartError, Plotted, chart
from aichr_briefings.content.charts.scale import year_scale
from aichr_briefings.content.phrases import first_meeting, together
from aichr_briefings.look.colours import LIGHT

SVG = "{http://www.w3.org/2000/svg}"
ON_RECORD = ("held", "ongoing")


def drawn(width, narrow):
    canvas = Canvas(width, 10, narrow=narrow)
    canvas.mark("day", 5, 5)
    return canvas


def alt_of(html):
    return re.search(r'aria-label="([^"]*)"', html)[1]


def agency_timeline(ds, agency):
    rows = together(ds.activities(agency=agency, status=ON_RECORD), ds.activities(status="planned"))
    return timeline_chart(ds, rows, name="timeline", subject=f"{agency}'s activities").html


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_chart_without_words_is_refused(alt):
    with pytest.raises(ChartError, match="'x' has no alternative text"):
        chart("x", drawn, caption="c", alt=alt, source="s", data=Plotted(["a"], [[1]]))


def test_an_empty_chart_is_refused():
    with pytest.raises(ChartError, match="'x' has nothing in it"):
        chart("x", lambda w, n: Canvas(w, 10), caption="c", alt="a", source="s", data=Plotted(["a"], [[1]]))


def test_only_colours_of_the_house_are_drawn(ds):
    html = agency_timeline(ds, "UNICEF") + matrix_chart(ds, ds.activities(status=ON_RECORD), name="m").html
    assert set(re.findall(r"#[0-9a-f]{6}\b", html)) <= set(LIGHT.values())


def test_a_drawing_holds_no_id_that_another_could_hold_too(ds):
    assert not re.findall(r'\bid="', agency_timeline(ds, "UN-WOMEN"))


def test_equal_data_gives_equal_bytes(ds):
    assert agency_timeline(ds, "UNDP") == agency_timeline(ds, "UNDP")


def test_the_words_of_a_timeline_tell_each_activity(ds):
    alt = alt_of(agency_timeline(ds, "UNICEF"))
    for said in (
        "workshop 2017",
        "dialogue 2018",
        "study 2019, ongoing",
        "dialogues undated",
        "19 November 2019, planned",
    ):
        assert said in alt


def test_the_words_of_a_matrix_tell_each_count(ds):
    meeting = first_meeting(ds)["id"]
    alt = alt_of(matrix_chart(ds, ds.activities(status=ON_RECORD), name="m", meeting=meeting).html)
    assert "OHCHR: four in 2018" in alt
    assert "UN Women: one in 2011 and one in 2018" in alt
    assert "none named: one in 2017 and one in 2018" in alt
    assert "2012–16: not covered by the source" in alt.replace("2011 and 2012–16", "2012–16")


def test_the_words_of_a_year_tell_each_date(ds):
    alt = alt_of(months_chart(ds, ds.activities(year=2018), year=2018).html)
    assert alt.count(";") == 8
    assert "7 December 2018: Meeting of Focal Points, no UN agency named" in alt


@pytest.mark.parametrize("most", [3, 15, 16, 60])
def test_counts_fit_however_many(most):
    counts = [Count("many", ("day",) * most, str(most)), Count("none", (), "none")]
    html = counts_chart(counts, name="c", caption="c", source="s", of="Row").html
    xs = [float(x) for x in re.findall(r'<text[^>]* x="([\d.]+)"', html.partition("</svg>")[0])]
    assert max(xs) < 174 / 25.4 * 72


@pytest.mark.parametrize("rows", [40])
def test_a_crowded_lane_keeps_its_labels_apart(ds, rows):
    one = ds.activities(agency="UNDP").head(1)
    crowd = pd.concat([one.assign(id=f"a{i}") for i in range(rows)], ignore_index=True)
    html = timeline_chart(ds, crowd, name="t", subject="All").html.partition("</svg>")[0]
    ys = re.findall(r'<text[^>]*y="([\d.]+)"[^>]*>Training<', html)
    assert len(ys) == len(set(ys)) == rows


def test_years_outside_coverage_are_narrower_and_in_order():
    scale = year_scale(0, 100, 2011, pd.Timestamp("2019-11-18").date(), range(2017, 2020))
    assert list(scale.edges) == sorted(scale.edges)
    assert scale.edges[-1] == pytest.approx(100)
    assert scale.right(2012) - scale.left(2012) < scale.right(2018) - scale.left(2018)
    assert scale(pd.Timestamp("2005-01-01").date()) == 0
    assert scale(pd.Timestamp("2030-01-01").date()) == pytest.approx(100)


def test_a_drawing_is_svg_that_stands_alone():
    canvas = Canvas(100, 20)
    canvas.label(1, 5, "A < B & C's", halo=True)
    canvas.mark("ongoing", 10, 10)
    canvas.bar("month", 10, 11, 15)
    drawing = ElementTree.fromstring(canvas.svg(class_="wide", alt='"quoted" <words>'))
    assert drawing.attrib["aria-label"] == '"quoted" <words>'
    assert drawing.attrib["viewBox"] == "0 0 283.465 56.693"
    assert [text.text for text in drawing.iter(f"{SVG}text")] == ["A < B & C’s"]
    assert canvas.marks == 2


def test_what_stands_in_a_higher_layer_lies_over_what_was_drawn_before():
    canvas = Canvas(100, 20)
    canvas.label(1, 5, "words")
    canvas.mark("day", 5, 5)
    canvas.hatch(0, 0, 50, 20)
    drawn = canvas.svg(class_="wide", alt="a")
    places = [drawn.index(part) for part in (LIGHT["hatch"], LIGHT["blue"], "words")]
    assert places == sorted(places)


def test_a_hatch_stays_inside_its_area():
    canvas = Canvas(100, 50)
    canvas.hatch(10, 5, 40, 45)
    path = ElementTree.fromstring(canvas.svg(class_="wide", alt="a"))[0].attrib["d"]
    points = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.]+ [\d.]+", path)]
    millimetres = [(x / 72 * 25.4, y / 72 * 25.4) for x, y in points]
    assert len(millimetres) > 20
    assert all(9.99 < x < 40.01 and 4.99 < y < 45.01 for x, y in millimetres)


def test_a_label_is_as_wide_as_it_is_measured():
    canvas = Canvas(100, 20)
    width = canvas.label(20, 5, "1st Meeting", bold=True, align="right")
    assert width == canvas.measure("1st Meeting", bold=True)
    assert width > canvas.measure("1st Meeting")
