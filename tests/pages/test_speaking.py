"""Lines to take, questions and words explained: what they are in HTML, on a screen, and in the PDF."""

from __future__ import annotations

import io
import subprocess
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pages.speaking_page import ASKED, LINES, PAGES, SEE, TERMS
from pressroom.pages import (
    NOTHING,
    CareItem,
    Fragment,
    LineToTake,
    Question,
    assigned,
    brief,
    care_box,
    columns,
    element,
    join,
    letters,
    lines_to_take,
    questions,
    section,
    terms,
    text,
    use_phrases,
)
from pressroom.pages.documents import make_documents
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.document import read_document
from pressroom.pages.pdf.tree import make_tree

ITEMS = [CareItem(f"Item {n}", "Say both.", (f"record-{n}",)) for n in range(1, 31)]


def notebook(fragment: Fragment) -> Any:
    output = new_output("display_data", data={"text/html": fragment.html})
    return new_notebook(cells=[new_code_cell("x", outputs=[output])])


def press(fragment: Fragment) -> dict[str, bytes]:
    return make_documents(notebook(fragment), name="wells")[0]


@cache
def pressed(name: str) -> dict[str, bytes]:
    return press(PAGES[name]())


def words_of(pdf: bytes, folder: Path) -> str:
    (folder / "made.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", folder / "made.pdf", "-"]
    return " ".join(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())


@pytest.fixture
def malay() -> Any:
    own = {
        "lines": "Untuk disampaikan",
        "assigned_words": "ditetapkan, กำหนด",
        "inferred_words": "disimpulkan",
    }
    yield use_phrases(SimpleNamespace(language="ms", phrases=own))
    use_phrases(SimpleNamespace(language=None, phrases=None))


# What they are --------------------------------------------------------------------------------


def test_a_line_ends_with_its_badges_and_sources():
    html = lines_to_take([LineToTake("We <did> this.", ["B.I", "B.II/2"], "ab"), LineToTake("Yes.")]).html
    assert html.startswith('<section class="say"><h2>Lines to take</h2><ol class="lines"><li>We &lt;did&gt; ')
    assert '<span class="nb">this.<a class="ref" href="#care-a"' in html
    assert html.endswith('</a></span> <span class="loc">B.I, B.II/2</span></li><li>Yes.</li></ol></section>')
    assert "<h2>We can say</h2>" in lines_to_take([LineToTake("Yes.")], heading="We can say").html


def test_a_question_without_an_answer_is_not_asked():
    html = questions(
        Question("Why?", "It is < 3.", ["B.I"]), None, Question("Who?", ""), Question("How?", NOTHING)
    ).html
    item = '<li><h3>Why?</h3><p>It is &lt; 3. <span class="loc">B.I</span></p></li>'
    assert html == f'<ul class="asked">{item}</ul>'
    assert "<u>" in questions(Question("Why?", element("u", "so"))).html


def test_terms_are_names_with_words():
    item = '<li><span class="k">UPR</span> a review</li>'
    assert terms([("UPR", "a review")]).html == f'<ul class="terms">{item}</ul>'


@pytest.mark.parametrize(
    "empty",
    [lines_to_take([]), lines_to_take([None, LineToTake("")]), questions(), questions(None), terms([])],
)
def test_what_is_empty_is_nothing(empty):
    assert empty == NOTHING
    assert not section("A heading", empty)


def test_letters_run_on_in_a_second_box():
    box = care_box(ITEMS[2:], start=3).html
    assert '<ol class="alpha" start="3"><li id="care-c">' in box
    assert 'id="care-ad"' in box
    assert letters(ITEMS[2:], start=3)["record-3"] == ["c"]
    assert care_box(ITEMS[:2], heading="On names").html.startswith(
        '<aside class="care" aria-label="On names">'
    )
    labels = {
        part.html.partition('aria-label="')[2].partition('"')[0] for part in (care_box(ITEMS), Fragment(box))
    }
    assert labels == {"Say with care", "Say with care, c"}, (
        "two landmarks of one name could not be told apart"
    )


def test_assigned_is_marked_once_wherever_a_text_says_it():
    assert text("Assigned by us, not unassigned").html == '<u class="asg">Assigned</u> by us, not unassigned'
    assert assigned("as", text("assigned")).html.count("<u") == 1
    assert section("Assigned", "x", tag="Assigned").html.count("<u") == 1, "a tag has a line of its own"


def test_another_language_names_its_own_words(malay):
    assert text("assigned, Ditetapkan").html == 'assigned, <u class="asg">Ditetapkan</u>'
    assert text("inferred, disimpulkan").html == "inferred, <em>disimpulkan</em>"
    assert text("ถูกกำหนดไว้").html == 'ถูก<u class="asg">กำหนด</u>ไว้'
    assert "<h2>Untuk disampaikan</h2>" in lines_to_take(LINES).html


# As they are pressed --------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_a_page_to_speak_from_is_pressed_whole(name):
    documents = pressed(name)
    assert documents[".pdf"].startswith(b"%PDF")
    assert b"Lines to take" in documents[".html"]
    pages = {"rich": 2, "sparse": 1, "crowded": 4}[name]
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        assert len(pdf.pages) == pages


def test_the_pdf_has_each_word_but_what_a_screen_shows(tmp_path):
    words = words_of(pressed("rich")[".pdf"], tmp_path)
    shown = (
        LINES[0].words,
        "What have we done since?",
        "non-governmental organisation",
        "Outcome Both sides",
    )
    assert [each for each in shown if each not in words] == []
    assert "In this edition Wells · Year 2018" in words
    assert [each for each in ("As PDF", "Previous: North") if each in words] == []
    assert b"As PDF" in pressed("rich")[".html"]


def test_only_links_and_texts_are_for_a_screen_alone(tmp_path):
    made = press(element("h1", "T") + Fragment('<pre class="screen">$ run</pre>' + SEE))
    assert "$ run" in words_of(made[".pdf"], tmp_path)


def test_a_lost_word_of_a_question_is_found():
    lost = section("You may be asked", questions(Question("Why?", "W" * 44)))
    with pytest.raises(DocumentError, match="the PDF has no room for"):
        press(element("h1", "T") + columns(section("Left", lost), section("Right", lost)))


def test_a_long_word_in_a_side_column_is_broken():
    word = "Wasserversorgungsgenossenschaftsvertretung"
    assert press(columns(lines_to_take(LINES), care_box([CareItem("Names", f"Say {word}.")]), wide_left=True))


def test_letters_run_on_in_the_pdf(tmp_path):
    box = join([element("h1", "T"), care_box(ITEMS[:2]), care_box(ITEMS[2:29], start=3)])
    words = words_of(press(box)[".pdf"], tmp_path).split()
    alone = [word for word in words if len(word) < 3 and word.islower() and word != "of"]
    assert alone == [*"abcdefghijklmnopqrstuvwxyz", "aa", "ab", "ac"]


def marks_in(node: Any, kind: str) -> list[Any]:
    """Return the marks of one kind below a node of the PDF's tree, in its attributes, too."""
    if isinstance(node, dict):
        node = [*node.values()]
    if not isinstance(node, list):
        return []
    found = [node] if node and node[0] == kind else []
    return found + [mark for part in node for mark in marks_in(part, kind)]


def test_headings_figures_and_heads_of_tables_are_set_without_dots():
    blocks = make_tree(read_document(notebook(PAGES["rich"]()))).data["blocks"]
    heads = [cell for cell in marks_in(blocks, "cell") if cell[1]["section"] == "head"]
    plain = [
        *marks_in(blocks, "heading"),
        *(figure[1]["unit"] for figure in marks_in(blocks, "figure")),
        *heads,
    ]
    assert "assigned" in str(plain)
    assert marks_in(plain, "asg") == []
    assert len(marks_in(blocks, "asg")) > 5


def test_a_place_below_a_date_takes_several_lines():
    """The first column is as wide as its longest date, not as the longest place."""
    blocks = make_tree(read_document(notebook(PAGES["rich"]()))).data["blocks"]
    assert marks_in(blocks, "table")[0][1]["widths"][0] < 40


@pytest.mark.parametrize("n", range(1, 8))
def test_terms_are_parted_into_columns_of_about_equal_height(n, tmp_path):
    pairs = [(f"Name {place}", "word " * 9 * (place % 3 + 1)) for place in range(n)]
    words = words_of(press(element("h1", "T") + terms(pairs))[".pdf"], tmp_path)
    places = [words.index(f"Name {place}") for place in range(n)]
    assert places == sorted(places), "the left column is read before the right one"


# As a browser shows them ----------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("width", [1200, 390, 320])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_to_speak_from_fits_and_is_accessible(name, width, show, require_accessible):
    tab = show(pressed(name)[".html"].decode(), width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    require_accessible(tab)


LETTERS = """() => [...document.querySelectorAll(".alpha")].map(list => {
  const box = list.getBoundingClientRect(), narrow = [...list.children].filter(li => li.clientWidth < 150)
  return [list.start, list.firstElementChild.id, narrow.length, Math.round(box.height)]
})"""


@pytest.mark.slow
def test_three_items_in_a_side_column_stand_below_each_other(show):
    tab = show(pressed("rich")[".html"].decode(), 1200)
    [[start, name, narrow, height]] = tab.evaluate(LETTERS)
    assert (start, name, narrow) == (1, "care-a", 0)
    assert height < 400


@pytest.mark.slow
@pytest.mark.parametrize("start", [1, 3, 17, 25])
def test_the_letters_on_a_screen_are_those_of_the_badges(start, show):
    tab = show(press(element("h1", "T") + care_box(ITEMS[:3], start=start))[".html"].decode(), 1200)
    ids = tab.eval_on_selector_all(".alpha li", "items => items.map(li => li.id)")
    # What a style sheet puts there, only those are told who hear the page.
    heard = tab.context.new_cdp_session(tab).send("Accessibility.getFullAXTree")["nodes"]
    texts = [node["name"]["value"] for node in heard if node["role"]["value"] == "StaticText"]
    assert [f"care-{each}" for each in texts if len(each) < 3 and each.islower()] == ids


@pytest.mark.slow
def test_paper_has_no_links_that_only_a_screen_follows(show):
    tab = show(pressed("rich")[".html"].decode(), 1200)
    seen = "() => [...document.querySelectorAll('.screen')].filter(e => e.offsetHeight).length"
    assert tab.evaluate(seen) == 3
    tab.emulate_media(media="print")
    assert tab.evaluate(seen) == 0


@pytest.mark.slow
def test_headings_have_no_dots(show):
    tab = show(pressed("rich")[".html"].decode(), 1200)
    dotted = """where => [...document.querySelectorAll(`${where} .asg`)]
      .map(e => getComputedStyle(e).textDecorationLine)"""
    assert set(tab.evaluate(dotted, "h2")) == {"none"}
    assert set(tab.evaluate(dotted, ".figures .unit")) == {"none"}
    assert set(tab.evaluate(dotted, ".asked")) == {"underline"}
    assert set(tab.evaluate(dotted, ".terms")) == {"underline"}


def test_samples_have_what_they_test():
    assert any(each and not each.answer for each in ASKED)
    assert any(name == "Assigned" for name, _ in TERMS)


def test_an_answer_names_as_many_things_as_fifty_words_allow() -> None:
    names = [f"one of the many names, number {n}" for n in range(9)]
    answers = {few: brief(lambda n, few=few: names[: n * few]) for few in (1, 2, 3)}
    assert {few: answer.count("One of") for few, answer in answers.items()} == {1: 5, 2: 6, 3: 6}
    assert brief(lambda n: ["word " * 60, "more" * n]) == f"{('Word ' + 'word ' * 59).strip()}."
