"""Long lists fold in HTML with a count, and lose nothing; the tree that the PDF is set from stays whole."""

import pytest

from pressroom.pages.html.screen import LONGEST, SHOWN, fold
from pressroom.pages.markup.nodes import parse, text_of, to_html
from pressroom.pages.phrases import Phrases


def make_list(n):
    return '<ul class="says">' + "".join(f"<li>item {i};</li>" for i in range(n)) + "</ul>"


def make_table(n, class_="rec tight", more=""):
    rows = "".join(f'<tr><th scope="row"{more}>row {i};</th><td>x</td></tr>' for i in range(n))
    head = "<caption>All</caption><thead><tr><th>A</th><th>B</th></tr></thead>"
    return f'<table class="{class_}">{head}<tbody>{rows}</tbody></table>'


def folded(html):
    return to_html(fold(parse(html), Phrases()))


@pytest.mark.parametrize("make", [make_list, make_table])
@pytest.mark.parametrize("n", [LONGEST + 1, 49, 300])
def test_what_is_long_folds_with_a_count_and_loses_nothing(make, n):
    html = folded(f"<section><h2>Others</h2>{make(n)}</section>")
    shown, _, rest = html.partition('<details class="more">')
    assert f"<summary>and {n - SHOWN} more</summary>" in rest
    assert (shown.count(";"), rest.count(";")) == (SHOWN, n - SHOWN)


@pytest.mark.parametrize(
    "html",
    [
        make_list(LONGEST),
        make_table(LONGEST),
        make_table(60, class_="rec"),
        make_table(60, more=' rowspan="1"'),
        f'<details class="data"><summary>The data</summary>{make_table(60)}</details>',
        "<ul>" + "<li>x</li>" * 60 + "</ul>",
    ],
    ids=["a short list", "a short table", "the main table", "joined rows", "folded already", "an analyst's"],
)
def test_what_stays_open(html):
    assert folded(html) == to_html(parse(html))


def test_the_tree_itself_is_not_changed():
    nodes = parse(make_list(40) + make_table(40))
    before = to_html(nodes)
    fold(nodes, Phrases())
    assert to_html(nodes) == before


def test_a_table_that_goes_on_keeps_its_head_and_names_itself_to_those_who_hear_it():
    html = folded(make_table(40))
    assert html.count("<thead>") == 2
    assert '<caption class="vh">All</caption>' in html
    assert text_of(parse(html)).count("All") == 2


def test_the_disclosure_speaks_as_the_kit_does():
    html = to_html(fold(parse(make_list(40)), Phrases("de", {"more": "und {n} weitere"})))
    assert "<summary>und 25 weitere</summary>" in html
