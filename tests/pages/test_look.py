"""How pages look in a browser: typefaces, rules and room that a reader sees."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.pages.html.page import html_of, page
from pressroom.pages.markup.document import read_document

pytestmark = pytest.mark.slow

LAYOUT = Path(__file__).with_name("layout.js").read_text("utf-8")
THAI = "ภาคเหนือ"
PARTS = f"""<h1>{THAI}</h1>
<section class="say"><h2>{THAI}</h2><ol class="lines"><li>{THAI}</li></ol></section>
<aside class="care"><h2>{THAI}</h2><ol class="alpha"><li>{THAI}</li></ol></aside>
<section class="commentary"><h2>{THAI}</h2><p>{THAI}</p><p class="by">{THAI}</p></section>
<p>{THAI} <span class="loc">{THAI}</span> <span class="tag">{THAI}</span></p>
<nav class="see"><h2>{THAI}</h2></nav><section class="method"><h2>{THAI}</h2></section>"""


def made_of(html: str) -> str:
    output = new_output("display_data", data={"text/html": html})
    return html_of(read_document(new_notebook(cells=[new_code_cell("x", outputs=[output])])), "")


def strip_index(n: int) -> str:
    """Return an index whose lines have a strip of so many years, and links to several files."""
    heads = "".join(f'<th scope="col" class="yr">{2017 + year}–{2019 + year}</th>' for year in range(n))
    cells = '<td class="yr"><i class="g day"></i><i class="g day"></i><i class="g day"></i></td>' * n
    links = " ".join(f'<a href="a">{name}</a>' for name in ("PDF", "CSV", "JSON"))
    files = f'<td class="fm" style="word-spacing:1rem">{links}</td>'
    line = "<td>Environment and human rights, business and human rights</td>"
    return (
        '<h1>All</h1><section class="fam" id="a"><div><h2>By agency</h2><p class="n">What was done?</p></div>'
        f'<table class="idx"><thead><tr><th>Agency</th><th>In short</th>{heads}<th></th></tr></thead><tbody>'
        f'<tr><th scope="row"><a href="a">UN Women</a></th>{line}{cells}{files}</tr></tbody></table>'
        "</section>"
    )


def test_every_part_has_a_typeface_for_every_script(show: Any) -> None:
    tab = show(made_of(PARTS))
    families = tab.evaluate(
        f"[...document.querySelectorAll('main *')].filter(e => e.textContent == '{THAI}')"
        ".map(e => [e.outerHTML, getComputedStyle(e).fontFamily])"
    )
    assert len(families) > 10
    assert [part for part, family in families if "Noto Sans Thai" not in family] == []


def test_a_head_of_several_rows_ends_in_one_rule(show: Any) -> None:
    head = "<thead><tr><th></th><th>amount</th></tr><tr><th>id</th><th></th></tr></thead>"
    tab = show(made_of(f"<table>{head}<tbody><tr><th>a</th><td>1</td></tr></tbody></table>"))
    rules = tab.evaluate(
        "[...document.querySelectorAll('thead tr')]"
        ".map(row => getComputedStyle(row.cells[1]).borderBottomWidth)"
    )
    assert rules == ["0px", "1px"]


def test_a_table_stands_apart_from_the_one_above_it(show: Any) -> None:
    table = "<table class='plan'><caption>Lines</caption><tbody><tr><th>a</th><td>1</td></tr></tbody></table>"
    tab = show(made_of(f"<section><h2>Two plans</h2>{table}{table}</section>"))
    over, under = tab.evaluate(
        "(([a, b]) => [b.caption.getBoundingClientRect().top - a.rows[0].getBoundingClientRect().bottom,"
        " b.rows[0].getBoundingClientRect().top - b.caption.getBoundingClientRect().bottom])"
        "([...document.querySelectorAll('table')])"
    )
    assert over > under + 8


@pytest.mark.parametrize("years", [3, 4, 5, 6, 8])
def test_an_index_has_room_for_its_words_beside_its_years(years: int, show: Any) -> None:
    tab = show(page(title="All", body=strip_index(years), family="Edition"))
    assert tab.evaluate(LAYOUT) == []
