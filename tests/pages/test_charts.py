import re
from datetime import date
from xml.etree import ElementTree

import pytest

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
    are_bars,
    chart,
    counts_chart,
    lanes_chart,
    matrix_chart,
    months_chart,
    year_columns,
)
from pressroom.pages.charts.canvas import Canvas
from pressroom.pages.charts.figure import ChartError
from pressroom.pages.charts.scale import year_scale

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"caption": "c", "alt": "a", "source": "s", "data": Plotted(["a"], [[1]])}
DAY = Dated("day", "day", date(2018, 5, 15), date(2018, 5, 15))
MONTH = Dated("month", "month", date(2017, 11, 1), date(2017, 11, 30))
YEAR = Dated("ongoing", "year", date(2019, 1, 1), date(2019, 12, 31))
AHEAD = Dated("planned", "day", date(2020, 2, 1), date(2020, 2, 1))
OUTSIDE = Dated("year", "year", date(2011, 1, 1), date(2011, 12, 31))
UNDATED = Dated("", "undated")


def drawn(width, narrow):
    canvas = Canvas(width, 10, narrow=narrow)
    canvas.mark("day", 5, 5)
    return canvas


def words_of(html):
    """Return what is written in the wide drawing."""
    return re.findall(r"<text[^>]*>([^<]*)<", html.partition("</svg>")[0])


@pytest.mark.parametrize("alt", ["", "   "])
def test_a_chart_without_words_is_refused(alt):
    with pytest.raises(ChartError, match="'x' has no alternative text"):
        chart("x", drawn, **{**WORDS, "alt": alt})


def test_a_chart_without_data_is_refused():
    words = {"caption": "Visits.", "source": "s", "described": Description("Visits of 2018.", "visit")}
    with pytest.raises(ChartError, match="'y' has no data"):
        months_chart([Entry(DAY, "15 May", "Opening", "North")], name="y", year=2018, **words)


def test_an_empty_chart_is_refused():
    with pytest.raises(ChartError, match="'x' has nothing in it"):
        chart("x", lambda w, n: Canvas(w, 10), **WORDS)


@pytest.mark.parametrize(("most", "bars"), [(3, False), (15, False), (16, True), (60, True)])
def test_many_counts_are_bars_and_short_labels_stay_whole(most, bars):
    counts = [Count(f"1.2.{n}  A heading", ("day",) * most, str(most), short=f"1.2.{n}") for n in (1, 2)]
    assert are_bars(counts) == bars
    html = counts_chart(counts, name="x", **WORDS).html
    narrow = html[html.index("</svg>") :]
    assert re.findall(r">(1\.2\.\d)<", narrow) == ["1.2.1", "1.2.2"]


@pytest.mark.parametrize("most", [3, 15, 16, 60])
def test_counts_fit_however_many(most):
    counts = [Count("many", ("day",) * most, str(most)), Count("none", (), "none")]
    html = counts_chart(counts, name="c", **WORDS).html
    xs = [float(x) for x in re.findall(r'<text[^>]* x="([\d.]+)"', html.partition("</svg>")[0])]
    assert max(xs) < 174 / 25.4 * 72


def test_years_outside_coverage_are_narrower_and_in_order():
    scale = year_scale(0, 100, 2011, date(2019, 11, 18), range(2017, 2020))
    assert list(scale.edges) == sorted(scale.edges)
    assert scale.edges[-1] == pytest.approx(100)
    assert scale.right(2012) - scale.left(2012) < scale.right(2018) - scale.left(2018)
    assert scale(date(2005, 1, 1)) == 0
    assert scale(date(2030, 1, 1)) == pytest.approx(100)


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
    width = canvas.label(20, 5, "1st Round", bold=True, align="right")
    assert width == canvas.measure("1st Round", bold=True)
    assert width > canvas.measure("1st Round")


def test_lanes_are_drawn_of_plain_values():
    lanes = {
        "Rivers": [
            Point(MONTH, "Survey", "Nov"),
            Point(DAY, "Visit", "15 May"),
            Point(AHEAD, "Visit", "2020"),
        ],
        "Forests": [Point(OUTSIDE, "Map", "2011"), Point(YEAR, "Study", "2019"), Point(UNDATED, "Talks", "")],
    }
    years = Years(2011, 2011, date(2019, 11, 18), range(2017, 2020), beyond="later")
    since = {"Rivers": Since(2012, "“since 2012”, nothing listed", "“since 2012”")}
    html = lanes_chart(lanes, name="lanes", years=years, since=since, **WORDS).html
    for said in ("Rivers", "Forests", "Survey", "15 May", "2017", "undated", "later", "“since 2012”"):
        assert said in " ".join(words_of(html))
    assert set(re.findall(r"#[0-9a-f]{6}\b", html)) <= set(LIGHT.values())
    assert f"stroke: {LIGHT['hatch']}" in html


def test_a_year_is_drawn_of_plain_values():
    entries = [Entry(MONTH, "Nov 2017", "Survey", "north"), Entry(YEAR, "2017", "Study", "north and south")]
    html = months_chart(entries, name="m", year=2017, divider=Divider(date(2017, 5, 15), 1), **WORDS).html
    assert {"Jan", "Dec", "Survey", "north and south"} <= set(words_of(html))
    assert html.count('class="wide"') == html.count('class="narrow"') == 1


def test_the_years_between_share_a_column():
    cells = {"north": {"2011": ["day"], "2018": ["day", "ongoing"]}, "none": {"Undated": ["grey"]}}
    columns = year_columns(range(2017, 2020), cells)
    assert [column.name for column in columns] == ["2011", "2012–16", "2017", "2018", "2019", "Undated"]
    assert [column.head(True) for column in columns][1::4] == ["12–16", "n.d."]
    assert [column.covered for column in columns] == [False, False, True, True, True, True]
    html = matrix_chart(cells, name="m", columns=columns, muted="none", **WORDS).html
    assert words_of(html)[-1] == "4"


def test_what_is_undated_has_no_days():
    assert UNDATED.year is None
    with pytest.raises(ValueError, match="no days"):
        _ = UNDATED.days


DESCRIBED = Description(
    "Visits by region.", "visit", rows="Region", marks={"grey": "the opening"}, muted="in no region"
)


def told_of(made):
    """Return the alternative text, the caption, and the data of a chart."""
    alt = re.search(r'aria-label="([^"]*)"', made.html)[1]
    caption, table = (made.html[made.html.index(f"<{tag}") :] for tag in ("figcaption", "table"))
    cells = re.findall(r"<t[hd][^>]*>([^<]*)<", table)
    caption = re.sub("<[^>]+>", " ", caption[: caption.index("</figcaption>")])
    return alt, re.sub(r" (?=[,.;])", "", " ".join(caption.split())), [*filter(None, cells)]


def test_counts_are_told_and_their_marks_explained():
    counts = [Count("North", ("day", "ongoing"), "two", highlighted=True), Count("South", (), "none")]
    chart = counts_chart(counts, name="c", caption="By region.", source="s", described=DESCRIBED)
    alt, caption, cells = told_of(chart)
    assert alt == (
        "Visits by region. North, highlighted, has two visits, one of them ongoing. South has none."
    )
    assert caption == "By region. dated to the day, ongoing."
    assert cells == ["Region", "Visits", "In words", "North", "2", "two", "South", "0", "none"]


def test_a_matrix_is_told_with_what_nothing_covers():
    cells = {"North": {"2018": ["grey", "day"], "2011": ["ongoing"]}, "none": {"Undated": ["day"]}}
    columns = year_columns([2018], cells)
    words = {"caption": "One mark per visit.", "source": "s", "described": DESCRIBED}
    alt, caption, data = told_of(matrix_chart(cells, name="m", columns=columns, muted="none", **words))
    assert alt == (
        "Visits by region. North has three visits: one in 2011 (ongoing) and two in 2018 (the opening among "
        "them). One visit in no region: one undated. Not covered by any source: 2011 and 2012–17."
    )
    assert caption == ("One mark per visit. the opening, dated to the day, ongoing, no list for these years.")
    assert data[:7] == ["Region", "2011", "2012–17", "2018", "Undated", "Total", "North"]
    assert data[7:12] == ["1", "not covered", "2", "0", "3"]


def test_a_year_is_told_with_the_line_that_parts_it():
    entries = [Entry(DAY, "15 May", "Opening", "North", "15 May 2018"), Entry(DAY, "15 May", "Talk", "South")]
    words = {"caption": "Visits.", "source": "s", "described": Description("Visits of 2018.", "visit")}
    made = months_chart(
        entries, name="y", year=2018, divider=Divider(date(2018, 5, 15), 0, "Opening"), **words,
        data=Plotted(["a"], [[1]]),
    )  # fmt: skip
    alt, caption, _ = told_of(made)
    assert alt == (
        "Visits of 2018. Opening is dated 15 May 2018, with North. Talk is dated 15 May, with South."
        " A line marks the Opening."
    )
    assert caption == "Visits. dated to the day; the line is the Opening."


def test_lanes_are_told_and_what_was_planned_stands_after_the_line_or_at_its_date():
    points = [Point(DAY, "Talk", "15 May"), Point(AHEAD, "Seminar", "2020", "1 February 2020, planned")]
    words = {"caption": "By theme.", "source": "s", "described": Description("Visits by theme.", "visit")}
    since = {"Water": Since(2015, "since 2015", "2015")}
    years = Years.around(points, [2018, 2019], since=[2015], until=date(2019, 12, 31), beyond="later")
    alt, caption, _ = told_of(
        lanes_chart(
            {"Water": points}, name="t", years=years, since=since, data=Plotted(["a"], [[1]]), **words
        )
    )
    assert alt == (
        "Visits by theme. Two visits stand under Water: Talk, 15 May; Seminar, 1 February 2020, planned."
        " The line of Water begins in 2015, as stated. The years before 2018 are not covered by any source."
    )
    assert caption.endswith("planned, after the line, no list for these years.")
    assert Years.around([], [], until=None) is None
    late = Years.around(points, [2018], until=date(2020, 12, 31))
    _, caption, _ = told_of(
        lanes_chart({"Water": points}, name="t", years=late, data=Plotted(["a"], [[1]]), **words)
    )
    assert "after the line" not in caption
