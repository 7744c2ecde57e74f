"""axe-core on the pages as a browser shows them: wide and on a phone, light and dark, and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.pages.html.page import html_of, page
from pressroom.pages.markup.document import read_document

pytestmark = pytest.mark.slow

LAYOUT = Path(__file__).with_name("layout.js").read_text("utf-8")
SAMPLES = Path(__file__).parent / "samples"
INDEX = """<p class="subject">Current edition</p><h1>Two families</h1><p class="lede">Find yours.</p>
<nav aria-label="Families"><ul class="jump"><li><a href="#agency">Agencies</a> 1</li></ul></nav>
<section class="fam" id="agency"><div><h2>By agency</h2><p class="n">What did we do?</p>
<p class="n key"><i class="g grey" aria-hidden="true"></i> the Meeting</p></div>
<table class="idx"><caption class="vh">By agency</caption><thead><tr><th scope="col">Agency</th>
<th scope="col">On record</th><th scope="col" class="yr">2018</th>
<th scope="col" class="fm"><span class="vh">PDF</span></th>
</tr></thead><tbody><tr><th scope="row"><a href="a.html">WXO</a></th><td>Two</td>
<td class="yr"><i class="g grey" aria-hidden="true"></i><span class="vh">one</span></td>
<td class="fm"><a href="a.pdf"><span class="vh">WXO, </span>PDF</a></td></tr></tbody></table></section>"""


def page_named(name: str) -> str:
    if name == "index":
        return page(title="The edition", body=INDEX, family="Edition", project="Test", foot="End")
    fragment = (SAMPLES / f"{name}.html").read_text(encoding="utf-8")
    output = new_output("display_data", data={"text/html": fragment})
    return html_of(read_document(new_notebook(cells=[new_code_cell("x", outputs=[output])])), "../index.html")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["house", "odd", "hostile", "index"])
def test_no_violations(name: str, width: int, scheme: str, show: Any, requests: list[str]) -> None:
    from axe_playwright_python.sync_playwright import Axe

    tab = show(page_named(name), width, scheme)
    results = Axe().run(tab)
    assert results.violations_count == 0, results.generate_report()
    assert [url for url in requests if not url.startswith("data:")] == []


@pytest.mark.parametrize("width", [1280, 390, 320])
@pytest.mark.parametrize("name", ["house", "odd", "index"])
def test_nothing_runs_out_of_the_page(name: str, width: int, show: Any) -> None:
    tab = show(page_named(name), width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


# The spacing that a reader may ask for, success criterion 1.4.12 of WCAG.
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
BARS = """<svg viewBox="0 0 300 60" class="only" font-size="12" aria-label="Two bars">
<rect width="9" height="9" y="40"/>
<text x="0" y="20">2–3 October 2019</text><text x="112" y="20">Consultation on water</text></svg>"""
DRAWN = {
    "a drawing": BARS,
    "a drawing in a figure": f'<figure class="chart"><figcaption>Bars</figcaption>{BARS}</figure>',
    "a formula": "<math><mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac></math>",
    "text that was set apart": BARS.replace("<text", '<text style="letter-spacing:0"'),
}


@pytest.mark.parametrize("drawn", DRAWN.values(), ids=DRAWN)
def test_labels_stay_apart_with_more_space_in_the_text(drawn: str, show: Any) -> None:
    output = new_output("display_data", data={"text/html": f"<h1>Drawn</h1><p>Words.</p>{drawn}"})
    tab = show(html_of(read_document(new_notebook(cells=[new_code_cell("x", outputs=[output])])), ""), 320)
    assert tab.evaluate(LAYOUT) == []
    tab.add_style_tag(content=SPACED)
    assert tab.evaluate(LAYOUT) == []


def test_a_hostile_page_does_nothing_on_its_own(browser: Any, requests: list[str]) -> None:
    """With its own policy in force, and with everything that could run spied on."""
    with browser.new_context() as context:
        tab = context.new_page()
        heard: list[str] = []
        tab.on("dialog", lambda dialog: (heard.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: requests.append(request.url))
        tab.on("console", lambda message: heard.append(message.text))
        tab.set_content(page_named("hostile"))
        tab.mouse.move(200, 200)
        tab.wait_for_timeout(200)
        assert heard == []
        assert [url for url in requests if not url.startswith(("data:", "about:"))] == []


def test_fonts_of_the_page_are_used(show: Any) -> None:
    tab = show(page_named("house"))
    tab.evaluate("document.fonts.ready")
    loaded = tab.evaluate(
        "[...document.fonts].filter(f => f.status == 'loaded').map(f => f.family + f.weight)"
    )
    assert {"Inter400", "Inter600"} <= {name.replace('"', "") for name in loaded}


@pytest.mark.parametrize("name", ["house", "index"])
def test_phone_layout_keeps_tables_tables(name: str, show: Any) -> None:
    """As the browser itself tells them to a screen reader, whatever its style sheet displays them as."""
    wide, phone = (_list_table_parts(show(page_named(name), width)) for width in (1280, 390))
    assert phone == wide
    assert {role for role, _ in phone} == {"table", "row", "columnheader", "rowheader", "cell"}


def _list_table_parts(tab: Any) -> list[tuple[str, str]]:
    """Return the parts of tables with their names; cells without, for a phone labels their words."""
    # A phone leaves out the columns of the years.
    tab.evaluate("document.querySelectorAll('.yr').forEach(each => each.remove())")
    session = tab.context.new_cdp_session(tab)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    heard = [(n["role"]["value"], n["name"]["value"]) for n in nodes if not n["ignored"] and "name" in n]
    parts = ("table", "row", "columnheader", "rowheader", "cell")
    return [(role, "" if role == "cell" else name) for role, name in heard if role in parts]


def test_print_is_on_white(show: Any) -> None:
    tab = show(page_named("house"), scheme="dark")
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert tab.evaluate("getComputedStyle(document.querySelector('details.data')).display") == "none"
