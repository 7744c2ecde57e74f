"""HTML pages: self-contained, safe, in order, and the same each time."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from selectolax.lexbor import LexborHTMLParser

from pressroom.edition.exporters import BriefingHTMLExporter
from pressroom.look.colours import LIGHT
from pressroom.pages.errors import DocumentError
from pressroom.pages.html.page import HERE, html_of, page
from pressroom.pages.markup.document import read_document
from pressroom.pages.markup.emphasis import READABLE, contrast, keep_emphasis
from pressroom.pages.markup.markdown import Writer

SAMPLES = Path(__file__).parent / "samples"


def notebook(*outputs: str, **metadata: Any) -> NotebookNode:
    """A notebook whose cells displayed the given HTML."""
    cells = [
        new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})]) for html in outputs
    ]
    return new_notebook(cells=cells, metadata=metadata)


def sample(name: str) -> NotebookNode:
    return notebook((SAMPLES / f"{name}.html").read_text(encoding="utf-8"))


def render_html(nb: NotebookNode, index_href: str = "", *, warnings: list[str] | None = None) -> str:
    document = read_document(nb)
    if warnings is not None:
        warnings += document.warnings
    return html_of(document, index_href)


def parsed(*outputs: str) -> LexborHTMLParser:
    return LexborHTMLParser(render_html(notebook(*outputs)))


def main_of(*outputs: str) -> str:
    node = parsed(*outputs).css_first("main")
    assert node is not None
    return str(node.html)


# The shell -----------------------------------------------------------------------------------------------


def test_page_has_its_parts() -> None:
    document = LexborHTMLParser(render_html(sample("house"), "../index.html"))
    assert document.css_first("html").attributes["lang"] == "en-GB"
    assert (
        document.css_first("title").text()
        == "WXO: two recorded activities, one beside the 1st AICHR-UN Meeting"
    )
    assert len(document.css("h1")) == 1
    assert [node.tag for node in document.css("body > *")] == ["a", "header", "main", "footer"]
    assert document.css_first("body > a").attributes["href"] == "#main"
    assert document.css_first("nav.top a").attributes["href"] == "../index.html"
    assert "Information as of 1 to 5 May 2019 (inferred)" in document.css_first("footer").text()
    bar = " ".join(document.css_first("header .bar").text().split())
    assert bar == "Agency briefing Test–UN cooperation Information as of 1–5 May 2019, inferred"


def test_policy_allows_nothing_from_outside() -> None:
    html = render_html(sample("house"))
    policy = LexborHTMLParser(html).css_first("meta[http-equiv]").attributes["content"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:"
    assert "<script" not in html
    assert not re.search(r"(src|url\()\s*=?[\"']?(https?:)?//", html)


def test_a_page_has_the_rules_of_its_sheet_without_the_comments() -> None:
    sheet = (HERE / "page.css").read_text("utf-8")
    style = "".join(node.text() for node in parsed("<p>x</p>").css("style"))
    assert "/*" in sheet
    assert "/*" not in style
    assert next(line for line in sheet.splitlines() if line.startswith(".lede {")) in style


def test_page_without_an_index_has_no_link_to_it() -> None:
    assert parsed("<p>x</p>").css_first("footer") is None


def test_shell_for_other_pages_is_the_same() -> None:
    html = page(
        title="The edition",
        body='<h1>Edition</h1><table class="idx"><tr><th scope="row">A</th><td>one</td></tr></table>',
        family="Edition",
        project="P & Q",
        as_of="as of <em>now</em>",
        foot="end",
    )
    document = LexborHTMLParser(html)
    assert document.css_first("title").text() == "The edition"
    assert document.css_first(".project").text() == "P & Q"
    assert document.css_first("footer").text().strip() == "end"


def test_notebook_without_masthead_gets_one_of_its_own() -> None:
    cells = [
        new_markdown_cell("# Wells\n\nHow many?"),
        new_code_cell("a = 1", metadata={"tags": ["parameters"]}),
        new_markdown_cell("Printed."),
    ]
    made = new_notebook(cells=cells, metadata={"papermill": {"parameters": {"agency": "UNDP", "theme": ""}}})
    document = LexborHTMLParser(render_html(made))
    assert document.css_first("h1").text() == "Wells: UNDP"
    assert document.css_first("header b").text() == "Wells"
    assert "How many" not in document.css_first("main").text()
    assert "Printed." in document.css_first("main").text()


def test_fonts_are_embedded_and_hold_what_the_page_shows() -> None:
    from fontTools.ttLib import TTFont

    html = render_html(notebook("<h1>Việt</h1><p>สิทธิมนุษยชน</p>"))
    faces = re.findall(r'font-family:"([^"]+)";font-weight:(\d+);[^}]*base64,([^)]+)\)', html)
    assert {name for name, _, _ in faces} == {"Inter", "Source Serif 4", "Noto Sans Thai"}
    for name, _, data in faces:
        shown = TTFont(BytesIO(b64decode(data))).getBestCmap()
        assert set(map(ord, "สิทธิมนุษยชน" if "Thai" in name else "Việt 0–9")) <= shown.keys()


@pytest.mark.parametrize(
    ("script", "text"), [("Thai", "น้ำ"), ("Lao", "ນ້ຳ"), ("Khmer", "កើត"), ("Myanmar", "ကြွ")]
)
def test_fonts_hold_the_parts_that_a_browser_takes_letters_apart_into(script: str, text: str) -> None:
    import uharfbuzz

    html = render_html(notebook(f"<p>{text}</p>"))
    data = re.findall(rf'font-family:"Noto Sans {script}";[^}}]*base64,([^)]+)\)', html)
    assert len(data) == 2, "regular and semibold"
    for face in data:
        font, buffer = uharfbuzz.Font(uharfbuzz.Face(unpacked(b64decode(face)))), uharfbuzz.Buffer()
        buffer.add_str(text)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        assert all(glyph.codepoint for glyph in buffer.glyph_infos), "glyph 0 is the blank box"


def unpacked(woff2: bytes) -> bytes:
    from fontTools.ttLib import TTFont

    font, buffer = TTFont(BytesIO(woff2)), BytesIO()
    font.flavor = None
    font.save(buffer)
    return buffer.getvalue()


# What is printed -----------------------------------------------------------------------------------------


def test_inputs_stderr_and_analyst_only_cells_are_not_printed() -> None:
    cells = [
        new_code_cell(
            "SECRET_CODE",
            outputs=[
                new_output("stream", name="stdout", text="shown \x1b[31mred\x1b[0m <b>\n"),
                new_output("stream", name="stderr", text="SECRET_WARNING"),
                new_output("display_data", data={"application/vnd.pressroom.reads+json": {"reads": []}}),
            ],
        ),
        new_markdown_cell("SECRET_NOTE", metadata={"tags": ["analyst-only"]}),
    ]
    warnings: list[str] = []
    html = render_html(new_notebook(cells=cells), warnings=warnings)
    assert "SECRET" not in html
    assert "shown red &lt;b&gt;" in html
    assert any("SECRET_WARNING" in warning for warning in warnings)
    assert not any("reads" in warning for warning in warnings)


def test_a_cell_that_raised_fails_the_page() -> None:
    broken = new_code_cell("1/0", outputs=[new_output("error", ename="ZeroDivisionError", evalue="by zero")])
    with pytest.raises(DocumentError, match=r"the cell at place 1: raised ZeroDivisionError: by zero"):
        render_html(new_notebook(cells=[broken]))


def test_png_takes_its_alternative_from_metadata() -> None:
    point = re.search(r"base64,([^\"]+)", (SAMPLES / "odd.html").read_text(encoding="utf-8"))
    assert point is not None
    output = new_output("display_data", data={"image/png": point[1], "text/plain": "<Figure>"})
    with pytest.raises(DocumentError, match=r"the cell at place 1: a picture has no alternative text"):
        render_html(new_notebook(cells=[new_code_cell("plot()", outputs=[output])]))
    cell = new_code_cell("plot()", outputs=[output], metadata={"alt": "two bars"})
    assert 'alt="two bars"' in render_html(new_notebook(cells=[cell]))
    output.metadata = {"image/png": {"alt": "three bars"}}
    assert 'alt="three bars"' in render_html(new_notebook(cells=[cell]))


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("*a*", "<p><em>a</em></p>"),
        ("|a|\n|-|\n|1|", "<td>1</td>"),
        ("~~a~~", "<s>a</s>"),
        ("a[^1]\n\n[^1]: note", '<li id="fn-1">note</li>'),
        ("a[^x]", "a[^x]"),
        ("![p](attachment:p.png)", "data:image/png;base64,AAAA"),
        ("![p](attachment:a%20b.svg)", "data:image/svg+xml,%3Csvg/%3E"),
        ("- [x] a\n- [ ] b", '<li>☑ <span class="vh">done: </span>a</li>'),
        ("- [x] a\n- [ ] b", '<li>☐ <span class="vh">open: </span>b</li>'),
        ("`https://example.org`", "<code>https://example.org</code>"),
        ("[a](https://example.org)", '<a href="https://example.org">a</a>'),
    ],
)
def test_markdown(markdown: str, expected: str) -> None:
    attached = {"p.png": {"image/png": "AAAA"}, "a b.svg": {"image/svg+xml": ["<svg/>"]}}
    assert expected in Writer([]).write(markdown, attached)


# Safety --------------------------------------------------------------------------------------------------


def test_nothing_active_is_left_of_a_hostile_output() -> None:
    warnings: list[str] = []
    html = render_html(sample("hostile"), warnings=warnings)
    document = LexborHTMLParser(html)
    body = str(document.css_first("body").html)
    assert not document.css(
        "script, iframe, object, video, form, input, base, link, math, animate, body style"
    )
    assert len(document.css("meta")) == 3
    assert not re.search(r"<[^>]*\s(on\w+|action|formaction|srcdoc|contenteditable|tabindex)=", body)
    assert not re.search(r"<[^>]*(javascript|vbscript|position|evil\.example)[^>]*>", body)
    assert "&lt;/script&gt;&lt;script&gt;" in body
    assert len(warnings) > 3


def test_no_word_of_a_hostile_output_is_lost() -> None:
    main = parsed((SAMPLES / "hostile.html").read_text(encoding="utf-8")).css_first("main")
    text = main.text() + " ".join(svg.attributes["aria-label"] or "" for svg in main.css("svg.math"))
    words = (
        "Over",
        "click",
        "again",
        "inner",
        "remote",
        "relative",
        "field",
        "Press",
        "area",
        "option",
        "coloured",
    )
    for word in (*words, "object", "video", "foreign", "math", "noscript", "custom", "marquee", "#import"):
        assert word in text


@settings(max_examples=150)
@given(st.text(alphabet="<>&\"'/= abscriptonload:svgimgx!-\n\x00", max_size=80))
def test_random_markup_stays_harmless(text: str) -> None:
    try:
        node = parsed(text).css_first("main")
    except DocumentError:
        return
    tree = LexborHTMLParser(str(node.html))
    assert not tree.css("script, style, iframe")
    assert not any(name.startswith("on") for part in tree.css("*") for name in part.attributes)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("url(https://evil.example/x)", False),
        ("URL( 'x' )", False),
        ("url(#p) url(x)", False),
        ("Expression(1)", False),
        ("JavaScript:x", False),
        ("@Import 'x'", False),
        ("url(#p)", True),
        ("url( '#p' )", True),
        ("#0b62a1", True),
    ],
)
@pytest.mark.parametrize("attribute", ["fill", "style"])
def test_a_drawing_reaches_nothing_outside(attribute: str, value: str, kept: bool) -> None:
    given = f"fill: {value}" if attribute == "style" else value
    svg = f'<svg aria-label="x" viewBox="0 0 1 1"><path d="M0 0" {attribute}="{given}"/></svg>'
    assert (attribute in parsed(svg).css_first("path").attributes) is kept


def test_a_list_item_outside_a_list_is_a_block() -> None:
    html = "<li>stray</li><ul><li>listed<section><li>in between</li></section></li></ul>"
    assert re.findall(r"<(li|div|section)\b[^>]*>(\w*)", main_of(html)) == [
        ("div", "stray"),
        ("li", "listed"),
        ("section", ""),
        ("div", "in"),
    ]


@pytest.mark.parametrize(
    ("given_style", "expected"),
    [
        ({"position": "fixed", "width": "100%"}, ""),
        ({"background-color": "url(x)"}, ""),
        ({"background-color": "navy"}, ""),
        ({"background-color": "#000080"}, "background-color:#000080;color:#ffffff"),
        (
            {"background-color": "rgb(0, 0, 128)", "color": "#eeeeee"},
            "background-color:#000080;color:#eeeeee",
        ),
        ({"text-align": "right"}, "text-align:right"),
    ],
)
def test_emphasis(given_style: dict[str, str], expected: str) -> None:
    assert keep_emphasis(given_style) == expected


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_coloured_text_can_be_read(colour: str) -> None:
    kept = keep_emphasis({"color": colour})
    found = re.search(r"light-dark\((#\w+),(#\w+)\)", kept)
    if found:
        assert contrast(found[1], LIGHT["paper"]) >= READABLE
        assert contrast(found[2], "#10181f") >= READABLE


# Order ---------------------------------------------------------------------------------------------------


def test_headings_are_in_order() -> None:
    warnings: list[str] = []
    html = render_html(notebook("<h1>a</h1><h3>b</h3>", "<h1>c</h1><h2></h2><h6>d</h6>"), warnings=warnings)
    tags = [node.tag for node in LexborHTMLParser(html).css("h1, h2, h3, h4, h5, h6")]
    assert tags == ["h1", "h2", "h2", "h3"]
    assert len(warnings) == 3


def test_ids_are_unique_and_references_follow() -> None:
    drawing = (
        '<svg aria-label="x" viewBox="0 0 1 1"><defs><clipPath id="p"><rect id="r"/></clipPath></defs>'
        '<use href="#r"/><path clip-path="url(#p)" style="fill: url(#p)" d="M0 0"/></svg>'
    )
    document = parsed(drawing, drawing, '<p id="main">x</p>')
    ids = [node.attributes["id"] for node in document.css("[id]")]
    assert len(ids) == len(set(ids))
    second = document.css("svg")[1]
    assert second.css_first("use").attributes["href"] == "#r-2"
    assert second.css_first("path").attributes["clip-path"] == "url(#p-2)"
    assert second.css_first("path").attributes["style"] == "fill:url(#p-2)"


def test_colours_of_drawings_become_tokens() -> None:
    svg = parsed((SAMPLES / "house.html").read_text(encoding="utf-8")).css_first("svg.wide")
    assert svg.css_first("rect").attributes["style"] == "fill:var(--tint);stroke:var(--blue)"
    assert not re.search("|".join(LIGHT.values()), str(svg.html))


def test_a_single_drawing_is_shown_on_phones_too() -> None:
    svg = '<svg aria-label="x" class="wide" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>'
    classes = [
        node.attributes["class"] for node in parsed(f'<figure class="chart">{svg}</figure>').css("svg")
    ]
    assert classes == ["wide only"]


@pytest.mark.parametrize("class_", ["rec", "plan", "tight", "idx"])
def test_cells_of_tables_that_fold_on_phones_have_labels_and_no_roles(class_: str) -> None:
    head = '<thead><tr><th scope="col">Line</th><th scope="col">In brief</th></tr></thead>'
    table = f'<table class="{class_}">{head}<tbody><tr><th scope="row">1</th><td>x</td></tr></tbody></table>'
    cell = parsed(table).css_first("td")
    assert cell.attributes == {"data-l": "In brief"}
    assert parsed(table).css("table [role], table[role]") == []


def test_data_frames_come_out_well() -> None:
    import pandas as pd

    frame = pd.DataFrame({"name": ["a", "b"], "n": [3, 12]})
    table = parsed(frame.to_html()).css_first("table")
    assert [c.attributes.get("scope") for c in table.css("th")] == ["col", "col", "row", "row"]
    assert table.css_first("thead td") is not None, "a header without a name is none"
    assert [c.text() for c in table.css("td.num")] == ["3", "12"]
    styled = frame.style.set_uuid("u").set_properties(subset=["n"], **{"background-color": "yellow"})
    cells = parsed(styled.to_html()).css("td[style]")
    assert [c.attributes["style"] for c in cells] == ["background-color:#ffff00;color:#000000"] * 2


def test_eastern_scripts_carry_their_language() -> None:
    spans = parsed("<p>Thai สิทธิ มนุษย and Burmese လူ့</p><p lang='th'>สิทธิ</p>").css("span[lang]")
    assert [(s.attributes["lang"], s.text()) for s in spans] == [("th", "สิทธิ มนุษย"), ("my", "လူ့")]


# As a tool of nbconvert ------------------------------------------------------------------------------------


def test_exporter_and_function_agree() -> None:
    html, resources = BriefingHTMLExporter().from_notebook_node(sample("house"))
    assert html == render_html(sample("house"))
    assert resources["output_extension"] == ".html"
    assert resources["briefing_warnings"] == []


SPOKEN = (
    '<header class="masthead" lang="de" data-phrases="{}"><p class="bar"><b class="family">F</b></p></header>'
    '<h1>T</h1><table class="rec"><tr><td class="src">A.1</td></tr></table>'
)


def speak(words: dict[str, str]) -> str:
    return SPOKEN.format(escape(json.dumps(words)))


def test_a_page_speaks_as_its_masthead_says() -> None:
    words = {"skip": "Zum <Inhalt>", "index": "Alle", "source": 'Q"</style>:'}
    html = render_html(notebook(speak(words)), "index.html")
    assert '<html lang="de">' in html
    assert 'href="#main">Zum &lt;Inhalt&gt;</a>' in html
    assert '<a href="index.html">Alle</a>' in html
    assert r'content: "Q\22 \3c \2f style\3e : "' in html
    assert html.count("</style>") == 1
    assert "data-phrases" not in html


@pytest.mark.parametrize("words", ['{"methd": "M"}', '{"page": "S"}', "[]x", '"care"', "3", '{"care": 1}'])
def test_a_masthead_with_words_that_no_page_can_use_is_refused(words: str) -> None:
    with pytest.raises(DocumentError, match="the masthead carries words that no page can use"):
        read_document(notebook(SPOKEN.format(escape(words))))


def test_parts_under_one_heading_are_listed_once() -> None:
    """A box that goes on further below has the heading of the first, to which the list leads."""
    boxes = '<aside aria-label="{}"><h2>Care</h2><p>Words</p></aside>'
    parts = [f"<section><h2>Part {n}</h2><p>Words</p></section>" for n in range(7)]
    page = parsed("<h1>T</h1>" + boxes.format("a") + "".join(parts) + boxes.format("e"))
    links = page.css("nav.contents.screen a")
    assert [link.text() for link in links] == ["Care", *(f"Part {n}" for n in range(7))]
    assert page.css_first(f"aside[aria-label=a] h2{links[0].attributes['href']}") is not None


def test_a_long_page_lists_its_contents_and_a_short_one_does_not() -> None:
    """The links lead to headings that are there, in their order; marks beside a heading are left out."""
    mark = '<span class="tag">marked</span>'
    parts = [f"<section><h2>Part {n} {mark}</h2><p>Words</p></section>" for n in range(8)]
    for number, expected in ((8, 8), (7, 0)):
        page = parsed("<h1>T</h1>" + "".join(parts[:number]))
        links = page.css("nav.contents.screen a")
        assert len(links) == expected
        assert [link.text() for link in links] == [f"Part {n}" for n in range(expected)]
        for link in links:
            assert page.css_first(f"h2{link.attributes['href']}") is not None
