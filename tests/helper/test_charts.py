import re

import pytest

from aichr_briefings.charts import matrix_chart, months_chart, timeline_chart
from aichr_briefings.rows import first_meeting, replaced, together
from pressroom.look.colours import LIGHT

ON_RECORD = ("held", "ongoing")


def alt_of(html):
    return re.search(r'aria-label="([^"]*)"', html)[1]


def agency_timeline(ds, agency):
    rows = together(ds.activities(agency=agency, status=ON_RECORD), ds.activities(status="planned"))
    return timeline_chart(ds, rows, name="timeline", subject=f"{agency}'s activities").html


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


@pytest.mark.parametrize("rows", [40])
def test_a_crowded_lane_keeps_its_labels_apart(ds, rows):
    one = ds.activities(agency="UNDP")[0]
    crowd = [replaced(one, id=f"a{i}") for i in range(rows)]
    html = timeline_chart(ds, crowd, name="t", subject="All").html.partition("</svg>")[0]
    ys = re.findall(r'<text[^>]*y="([\d.]+)"[^>]*>Training<', html)
    assert len(ys) == len(set(ys)) == rows
