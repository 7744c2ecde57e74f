"""From HTML to the tree that Typst draws: nothing vanishes, everything finds its place."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.pages import sources_cell
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.document import Document, read_document
from pressroom.pages.markup.nodes import parse, to_html
from pressroom.pages.pdf.grid import CellTag
from pressroom.pages.pdf.tree import Tree, make_tree
from pressroom.pages.pdf.widths import Need, measure, share

SAMPLES = Path(__file__).parent / "samples"
POINT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)


def document(*outputs: str) -> Document:
    cells = [
        new_code_cell("", outputs=[new_output("display_data", data={"text/html": html})]) for html in outputs
    ]
    return read_document(new_notebook(cells=cells), "test")


def tree(*outputs: str) -> Tree:
    return make_tree(document(*outputs))


def blocks(html: str) -> list[Any]:
    """The blocks of a page behind its h1."""
    return tree("<h1>Title</h1>" + html).data["blocks"][1:]


def kinds(marks: list[Any]) -> list[str]:
    """All kinds in the tree, parents first."""
    found = []
    for mark in marks:
        if not isinstance(mark, str):
            found += [mark[0], *kinds(mark[2])]
    return found


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one  <b>two</b>\n three</p>", ["paragraph", "strong"]),
        ("loose <em>text</em>", ["paragraph", "em"]),
        ("<p class=lede>x</p>", ["paragraph"]),
        ("<ol><li>a<ul><li>b</ul></ol>", ["list", "item", "paragraph", "list", "item", "paragraph"]),
        ("<pre>\n  a\n b</pre>", ["pre"]),
        ("<dl><dt>a<dd>b</dl>", ["paragraph", "strong", "indent", "paragraph"]),
        ("<details><summary>a</summary>b</details>", ["paragraph", "strong", "paragraph"]),
        ("<details class=data><summary>a</summary>b</details>", []),
        ("<span><table><tr><td>a</table></span>", ["table", "cell"]),
        ('<p lang="th">x</p>', ["lang", "paragraph"]),
        ("<p><u><del>x</del></u></p>", ["paragraph", "u"]),
        ("<math><wbr>x</wbr></math>", ["paragraph"]),
        ("<p>สิทธิ</p>", ["paragraph", "lang"]),
        ('<a href="#x">dead</a>', ["paragraph"]),
        ('<p id="x">a</p><a href="#x">alive</a>', ["anchor", "paragraph", "paragraph", "goto"]),
    ],
)
def test_html_becomes_marks(html: str, expected: list[str]) -> None:
    assert kinds(blocks(html)) == expected


def test_spaces_collapse_as_in_a_browser() -> None:
    (paragraph,) = blocks("<p> a <b> b </b> c<br> d </p>")
    assert paragraph[2] == ["a ", ["strong", {}, ["b "]], "c", ["br", {}, []], "d"]


def test_house_vocabulary_has_marks_of_its_own() -> None:
    page = tree((SAMPLES / "house.html").read_text(encoding="utf-8"))
    found = kinds(page.data["blocks"])
    for kind in (
        "figures",
        "chart",
        "care",
        "lettered",
        "columns",
        "says",
        "commentary",
        "method",
        "ref",
        "tag",
    ):
        assert kind in found
    assert page.data["family"] == "Agency briefing"
    assert page.data["short"] == "WXO"
    assert page.data["foot"] == "Information as of 1 to 5 May 2019 (inferred)"
    assert len(page.pictures) == 1, "the drawing for phones is left out"
    assert "The plotted data" not in json.dumps(page.data), "so is the data that the alternative text tells"
    assert page.warnings == []


def test_headings_are_repaired() -> None:
    marks = tree("<h1>a</h1><h4>b</h4><h1>c</h1><h3>d</h3>").data["blocks"]
    assert [mark[1]["level"] for mark in marks] == [1, 2, 2, 3]


def test_title_is_made_where_there_is_none() -> None:
    page = document("<h2>only this</h2>")
    assert page.title == "Test"
    assert '<h1 id="test">Test</h1>' in to_html(page.nodes)


def test_footnotes_stand_once_and_unreferred_ones_stay() -> None:
    note = '<sup class="footnote-ref"><a href="#fn-1">1</a></sup>'
    rest = '<section class="footnotes"><ol><li id="fn-1">told</li><li id="fn-2">orphan</li></ol></section>'
    found = blocks(f"<p>a{note} b{note}</p>{rest}")
    assert kinds(found) == ["paragraph", "fn", "fnref", "list", "item", "paragraph"]
    assert json.dumps(found).count("told") == 1


def test_characters_without_a_glyph_are_named() -> None:
    page = tree("<p>party 🎉</p>")
    assert "[party popper]" in json.dumps(page.data)
    assert any("U+1F389" in warning for warning in page.warnings)


@pytest.mark.parametrize(
    ("html", "word"),
    [
        ("<img src='data:image/png;base64,AAAA'>", "alternative text"),
        ("<svg viewBox='0 0 1 1'><rect width='1' height='1'/></svg>", "alternative text"),
        (
            "<svg aria-label='x'><g id='axes_1'><g id='patch_2'><path d='M0 0'/></g></g></svg>",
            "nothing drawn",
        ),
        ("<figure><figcaption>alone</figcaption></figure>", "nothing in it"),
        ("<img alt='x' src='data:image/png;base64,AAAA'>", "not PNG"),
        ("<svg aria-label='x'><rect width='1' height='1'/><text>สิทธิ</text></svg>", "svg.fonttype"),
    ],
)
def test_pictures_that_fail_name_their_cell(html: str, word: str) -> None:
    with pytest.raises(DocumentError, match=word) as caught:
        tree("<p>fine</p>", html)
    assert caught.value.cell == 1


def test_a_label_that_a_pdf_cannot_show_as_text_is_drawn() -> None:
    style = "font-size: 10px; font-family: 'Inter'; text-anchor: end; fill: #0b62a0"
    label = f"<text x='9' y='5' style=\"{style}\">ที่ 1</text>"
    made = tree(f"<svg aria-label='x' viewBox='0 0 9 9'><rect width='1' height='1'/>{label}</svg>")
    [picture] = made.pictures
    told = picture.data.decode()
    assert "<text" not in told
    assert 'style="fill:#0b62a0"' in told
    moved = float(re.search(r'transform="translate\((-?[\d.]+) 5\)"', told)[1])  # type: ignore[index]
    assert moved < 0, "it ends where it is anchored"


def test_axes_alone_are_nothing_drawn() -> None:
    axis = "<g id='matplotlib.axis_1'><path d='M0 0 L1 1'/><text>1.0</text></g>"
    frame = "<g id='patch_3'><path d='M0 0' style='fill: none; stroke: #000000'/></g>"
    with pytest.raises(DocumentError, match="nothing drawn"):
        tree(f"<svg aria-label='x'><g id='axes_1'>{axis}{frame}</g></svg>")
    bar = "<g id='patch_3'><path d='M0 0' style='fill: #0b62a0'/></g>"
    assert tree(f"<svg aria-label='x'><g id='axes_1'>{axis}{bar}</g></svg>").pictures


# Tables --------------------------------------------------------------------------------------------------


def table(html: str) -> Any:
    (mark,) = [mark for mark in blocks(html) if mark[0] == "table"]
    return mark


def test_spans_are_clamped_and_holes_filled() -> None:
    html = (SAMPLES / "odd.html").read_text(encoding="utf-8")
    merged = next(
        mark for mark in tree(html).data["blocks"] if mark[0] == "table" and mark[1]["caption"] == ["Merged"]
    )
    places = {
        (c[1]["x"] + i, c[1]["y"] + j)
        for c in merged[2]
        for i in range(c[1].get("colspan", 1))
        for j in range(c[1].get("rowspan", 1))
    }
    sizes = sum(c[1].get("colspan", 1) * c[1].get("rowspan", 1) for c in merged[2])
    assert len(places) == sizes, "no two cells overlap"
    assert len(places) == len(merged[1]["widths"]) * merged[1]["rows"], "and none is missing"


def test_row_headers_are_told_apart() -> None:
    page = tree("<table><thead><tr><th></th><th>a</th></tr></thead><tr><th>r</th><td>1</td></tr></table>")
    assert page.tables == [[CellTag(""), None, CellTag("Row"), None]]


def test_columns_fill_the_page_in_house_tables_only() -> None:
    rows = (
        "<thead><tr><th>Date</th><th>Activity</th></tr></thead><tr><th>15 May 2018</th><td>Meeting</td></tr>"
    )
    assert sum(table(f"<table class=rec>{rows}</table>")[1]["widths"]) == pytest.approx(174, abs=0.1)
    assert sum(table(f"<table>{rows}</table>")[1]["widths"]) < 60


def test_what_may_not_break_gets_what_it_needs() -> None:
    long = "A very long title that goes on and on, " * 5
    rows = f"<tr><th>13–16 November 2017</th><td>{long}</td><td class=src>B.III.2017/1</td></tr>"
    widths = table(f"<table class=rec>{rows}</table>")[1]["widths"]
    date = measure(["13–16 November 2017"], bold=True).need
    assert widths[0] >= date.most
    assert widths[2] >= measure(["B.III.2017/1"], small=True).need.most
    assert widths[1] > 100


def test_a_long_source_mark_breaks_and_turns_no_page() -> None:
    address = "https://www.example.org/en/press-releases/2022-11-17-the-two-meet-again.html?paragraph=6#top"
    made = sources_cell(["N\u00a0B.III.2017/1", f"P\u00a0{address}"]).html
    assert unescape(re.sub("<[^>]+>", "", made)) == f"N\u00a0B.III.2017/1, P\u00a0{address}"
    text = "A title that goes on and on, " * 5
    shown = table(f"<table class=rec><tr><th>13–16 November 2017</th><td>{text}</td>{made}</tr></table>")[1]
    assert not shown["landscape"]
    assert shown["scale"] == 1.0
    assert measure(["N B.III.2017/1"], small=True).need.most <= shown["widths"][2] < 70


def test_wide_tables_shrink_then_turn() -> None:
    def wide(columns: int) -> Any:
        return table("<table><tr>" + "<td>148148.136</td>" * columns + "</tr></table>")[1]

    assert (wide(5)["scale"], wide(5)["landscape"]) == (1.0, False)
    assert wide(10)["scale"] < 1
    assert not wide(10)["landscape"]
    [(kind, _, tables)] = blocks("<table><tr>" + "<td>148148.136</td>" * 14 + "</tr></table>")
    assert (kind, len(tables)) == ("turned", 1)


def test_columns_that_no_page_holds_stand_in_groups() -> None:
    rows = "<tr><th>row</th>" + "<td>148148.136</td>" * 60 + "</tr>"
    [(kind, _, tables)] = blocks(f"<table><caption>Many</caption>{rows}</table>")
    assert kind == "turned"
    assert len(tables) == 4
    assert all(sum(table[1]["widths"]) <= 262 for table in tables)
    assert all(table[2][0][2] == ["row"] for table in tables)
    assert sum(len(table[2]) - 1 for table in tables) == 60
    assert tables[1][1]["caption"] == ["Many", " (columns 16 to 30 of 60)"]


def test_shares() -> None:
    assert share([Need(10, 10), Need(20, 200), Need(20, 60)], 130) == pytest.approx(
        [10, 85.45, 34.55], abs=0.01
    )
    assert share([Need(10, 10)], 5) is None
    assert share([Need(10, 10), Need(10, 30)], 100, fill=False) == [10, 30]
    assert sum(share([Need(10, 10), Need(10, 30)], 100) or []) == pytest.approx(100)


# Nothing vanishes ----------------------------------------------------------------------------------------

TAGS = """
    p div span section aside article main header footer nav h1 h2 h3 h4 ul ol li dl dt dd blockquote pre
    code b i em strong a u small sup sub table caption thead tbody tfoot tr th td figure figcaption
    details summary form fieldset legend label button noscript object video x-y math center font tt
    address dialog q cite abbr time mark del ins hr br wbr ruby rt
"""
CLASSES = """
    figures says alpha care commentary method annex cols footnotes rec plan tight lede subject source by
    val unit lab meta none loc k tag nb asg ref g src hatch chart masthead fam idx num plain scroll
"""


@st.composite
def elements(draw: st.DrawFn, depth: int = 4) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        if depth and draw(st.booleans()):
            tag = draw(st.sampled_from(TAGS.split()))
            name = draw(st.sampled_from([*CLASSES.split(), ""]))
            extra = draw(
                st.sampled_from(["", ' id="x"', ' href="#x"', ' colspan="3"', ' rowspan="2"', ' lang="th"'])
            )
            parts.append(f'<{tag} class="{name}"{extra}>{draw(elements(depth - 1))}</{tag}>')
        else:
            parts.append(f" word{draw(st.integers(0, 10**6))}word ")
    return "".join(parts)


def texts(value: Any) -> str:
    """All text of a tree in one string."""
    if isinstance(value, str):
        return f" {value} "
    if isinstance(value, list):
        return "".join(map(texts, value))
    if isinstance(value, dict):
        return "".join(map(texts, value.values()))
    return ""


@pytest.mark.slow
@settings(max_examples=300)
@given(elements(), elements())
def test_every_visible_text_is_in_the_tree(first: str, second: str) -> None:
    try:
        page = tree(first, second)
    except DocumentError:  # a figure without a picture
        assume(False)
    written = texts(page.data)
    for word in re.findall(r"word\d+word", first + second):
        assert word in written


@settings(max_examples=200)
@given(st.text(alphabet="<>&\"'/= abp!-?#;\n\x00", max_size=60))
def test_any_text_parses_and_is_written_back_alike(text: str) -> None:
    written = to_html(parse(text))
    assert to_html(parse(written)) == written or "<p" in written


def test_deep_nesting_keeps_its_text() -> None:
    page = tree(
        "<div>" * 500 + "deep" + "</div>" * 500, "<b>" * 300 + "bold" + "</b>" * 300, "<ul><li>" * 80 + "list"
    )
    for word in ("deep", "bold", "list"):
        assert word in texts(page.data)
