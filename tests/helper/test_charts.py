import re
import shutil
from datetime import date

import pytest

from aichr_briefings import open_dataset
from aichr_briefings.charts import counts_chart, matrix_chart, months_chart, timeline_chart
from aichr_briefings.rows import reference_meeting, replaced, together
from kits import NOTE
from kits.sheets import PRESS, read_rows, write_rows
from pressroom.look.colours import LIGHT
from pressroom.pages import Count

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


def test_a_date_in_a_year_that_is_not_covered_tells_its_year(ds):
    """The axis has no room for the names of such years."""
    html = agency_timeline(ds, "UN-WOMEN")
    assert html.count("5–6 Sep 2011") >= 2
    assert "15 May<" in html


def test_equal_data_gives_equal_bytes(ds):
    assert agency_timeline(ds, "UNDP") == agency_timeline(ds, "UNDP")


def test_the_words_of_a_timeline_tell_each_activity(ds):
    alt = alt_of(agency_timeline(ds, "UNICEF"))
    for said in (
        "Three activities stand under Women&#x27;s and children&#x27;s rights: ",
        "Workshop, 2017; ",
        "Study, 2019, ongoing.",
        "Dialogues, undated.",
        "2nd Meeting, 19 November 2019, planned.",
    ):
        assert said in alt


def test_the_words_of_a_matrix_tell_each_count(ds):
    meeting = reference_meeting(ds)
    alt = alt_of(matrix_chart(ds, ds.activities(status=ON_RECORD), name="m", meeting=meeting).html)
    assert "OHCHR has four activities: four in 2018 (the 1st AICHR-UN Meeting among them)." in alt
    assert "UNHCR has one activity: one in 2018 (the 1st AICHR-UN Meeting)." in alt
    assert "one in 2019 (ongoing)" in alt
    assert "UN Women has two activities: one in 2011 and one in 2018 " in alt
    assert "Two activities naming no agency: one in 2017 and one in 2018." in alt
    assert alt.endswith("Not covered by any source: 2011 and 2012–16.")


def test_the_words_of_counts_name_what_has_none(ds):
    counts = [Count("1.2.1  Law", (), "none assigned", highlighted=True), Count("1.2.2", ("ongoing",), "1")]
    made = counts_chart(ds, counts, name="c", caption="By line.", source="the note.", of="Line")
    assert alt_of(made.html) == (
        "Recorded activities by line. Line 1.2.1 Law, highlighted, has none assigned."
        " Line 1.2.2 has one activity, ongoing."
    )


def test_the_words_of_a_year_tell_each_date(ds):
    rows, divider = ds.activities(year=2018), reference_meeting(ds)
    alt = alt_of(months_chart(ds, rows, year=2018, divider=divider).html)
    assert alt.count(" is dated ") == 9
    assert "Meeting of Focal Points is dated 7 December 2018, with no UN agency named." in alt
    assert alt.endswith("A line marks the 1st AICHR-UN Meeting.")


def test_a_few_of_a_lane_keep_their_labels_apart(ds):
    one = ds.activities(agency="UNDP")[0]
    days = [f"2018-{month:02}-01" for month in (1, 4, 7, 10)]
    few = [
        replaced(
            one, id=day, start=day, end="", earliest=date.fromisoformat(day), latest=date.fromisoformat(day)
        )
        for day in days
    ]
    html = timeline_chart(ds, few, name="t", subject="All").html.partition("</svg>")[0]
    places = re.findall(r'<text[^>]* x="([\d.]+)" y="([\d.]+)"[^>]*>Training<', html)
    assert len(set(places)) == 4


@pytest.mark.parametrize("rows", [8, 40])
def test_a_crowd_in_a_lane_is_counted(ds, rows):
    one = ds.activities(agency="UNDP")[0]
    crowd = [replaced(one, id=f"a{i}") for i in range(rows)]
    html = timeline_chart(ds, crowd, name="t", subject="All").html
    assert f">{rows}</text>" in html.partition("</svg>")[0]
    assert "In a crowded lane, a bar counts what falls within its width." in html


def test_what_was_planned_for_a_time_that_the_record_has_passed_stands_at_it(tmp_path):
    data = shutil.copytree(NOTE / "data", tmp_path / "data")
    write_rows(data / "sources.csv", [*read_rows(data / "sources.csv"), PRESS])
    ahead = {"id": "ahead", "title": "Ahead", "short_title": "Ahead", "type": "seminar", "status": "planned",
             "start": "2022", "stands_for": "one", "summary": "S.", "sources": "press#1"}  # fmt: skip
    html = agency_timeline(open_dataset(data), "UNDP")
    wide = html[: html.index("</svg>")]
    assert "planned, after the line" not in html
    assert 'class="g planned"' in html
    assert "after the" not in wide, "nothing is ahead"
    write_rows(data / "activities.csv", [*read_rows(data / "activities.csv"), ahead])
    html = agency_timeline(open_dataset(data), "UNDP")
    wide = html[: html.index("</svg>")]
    assert "after the" in wide
    assert "planned, after the line" not in html, "of one of two it would not be so"


def test_what_is_planned_is_drawn_with_its_year(ds):
    assert ">19 Nov 2019</text>" in agency_timeline(ds, "UNDP")


@pytest.mark.parametrize(("most", "said"), [(3, " held."), (40, "")])
def test_a_caption_explains_no_mark_that_is_not_drawn(ds, most, said):
    words = {"name": "counts", "caption": "By agency.", "source": "the note.", "of": "Agency"}
    chart = counts_chart(ds, [Count("UNDP", ("day",) * most, str(most))], **words).html
    caption = re.sub("<[^>]+>", "", chart[chart.index("<figcaption") : chart.index("</figcaption>")])
    assert caption.rpartition("By agency.")[2].strip() == said.strip()
