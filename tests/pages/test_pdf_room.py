"""What stands where in a PDF: nothing hidden, nothing crowded, no page nearly empty."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.pages.fragments import keep_spans
from pressroom.pages.markup.document import read_document
from pressroom.pages.pdf.margins import BOTTOM, HEIGHT, SIDE, TOP
from pressroom.pages.pdf.printer import print_document
from pressroom.pages.pdf.widths import Extent, Need, save_lines

pytestmark = pytest.mark.slow

POINT = 25.4 / 72
TABLE = (
    "<table class='plan'><caption>Caption{n}</caption><thead><tr><th>Head{n}</th><th>Value</th></tr></thead>"
    "<tbody><tr><th>Row{n}</th><td>x</td></tr></tbody></table>"
)
SOURCE = '<p class="source">Source{n}</p>'
METHOD = f'<section class="method"><h2>How to read this</h2><p>{"Some words on it. " * 60}</p></section>'


class Word(NamedTuple):
    """A word with its place in millimetres, the page's number first."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def set_words(html: str, folder: Path) -> dict[str, Word]:
    """Return the words of a PDF by themselves, the last of those that are alike; not its heads and feet."""
    cell = new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})])
    (folder / "made.pdf").write_bytes(print_document(read_document(new_notebook(cells=[cell])))[0])
    command = ["pdftotext", "-bbox", folder / "made.pdf", "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, Word] = {}
    for number, page in enumerate(told.split("<page ")[1:], 1):
        for *box, text in re.findall(
            r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</', page
        ):
            word = Word(number, *(float(side) * POINT for side in box), text)
            if TOP - 1 < word.top < HEIGHT - BOTTOM:
                found[text] = word
    return found


def masthead(as_of: str) -> str:
    return (
        '<header class="masthead"><p class="bar"><b class="family">Plan briefing</b>'
        f'<span class="project">Cooperation</span><span class="as-of">{as_of}</span></p></header>'
        "<h1>Title</h1>"
    )


@pytest.mark.parametrize("times", [1, 3])
def test_what_a_masthead_is_as_of_ends_at_the_right_below_the_names_if_need_be(
    times: int, tmp_path: Path
) -> None:
    words = set_words(masthead("Information as of 2019; the oldest " * times + "END"), tmp_path)
    assert words["END"].right == pytest.approx(210 - SIDE, abs=0.5)
    assert (words["END"].top > words["Cooperation"].bottom) is (times > 1)


@pytest.mark.parametrize("lines", range(30, 46, 3))
def test_a_page_does_not_part_words_in_two_columns(lines: int, tmp_path: Path) -> None:
    filler = "".join(f"<p>line {n}</p>" for n in range(lines))
    terms = "".join(f"<li>TERM{n}</li>" for n in range(30))
    words = set_words(f"<h1>Title</h1>{filler}<h2>Names</h2><ul class='terms'>{terms}</ul>", tmp_path)
    assert len({words[f"TERM{n}"].page for n in range(30)}) == 1


def test_words_that_no_page_holds_in_two_columns_are_parted(tmp_path: Path) -> None:
    terms = "".join(f"<li>TERM{n}</li>" for n in range(150))
    words = set_words(f"<h1>Title</h1><ul class='terms'>{terms}</ul>", tmp_path)
    assert {words[f"TERM{n}"].page for n in range(150)} == {1, 2}


def test_no_paragraph_ends_with_a_word_on_a_line_of_its_own(tmp_path: Path) -> None:
    many = range(30, 60)
    texts = (" ".join(f"word{n}of{i}" for i in range(n)) for n in many)
    words = set_words("<h1>Title</h1>" + "".join(f"<p>{text}</p>" for text in texts), tmp_path)
    assert [n for n in many if words[f"word{n}of{n - 1}"].top > words[f"word{n}of{n - 2}"].bottom] == []


def test_of_several_badges_the_first_alone_stays_beside_its_word(tmp_path: Path) -> None:
    many = range(50, 90)
    badges = '<a class="ref" href="#care-a">a</a>' * 9
    lines = "".join(f"<p>START{n} {'x' * n} END{n} {badges}</p>" for n in many)
    item = "<aside class='care'><h2>Say with care</h2><ol><li id='care-a'>Item</li></ol></aside>"
    words = set_words(f"<h1>Title</h1>{lines}{item}", tmp_path)
    beside = [
        end.right
        for n in many
        if (end := words[f"END{n}\u2060"]).top == pytest.approx(words[f"START{n}"].top)
    ]
    assert len(beside) < len(many)
    assert max(beside) > 210 - SIDE - 30  # nine badges take more


@pytest.mark.parametrize("between", ["", SOURCE.format(n=1)], ids=["a table", "a source"])
def test_a_caption_is_nearer_to_its_table_than_to_what_is_above(between: str, tmp_path: Path) -> None:
    words = set_words(f"<h1>Title</h1>{TABLE.format(n=1)}{between}{TABLE.format(n=2)}", tmp_path)
    above = words["Source1"] if between else words["Row1"]
    over, under = words["Caption2"].top - above.bottom, words["Head2"].top - words["Caption2"].bottom
    assert over > under + 2


def test_questions_stand_clear_of_the_line_of_a_source(tmp_path: Path) -> None:
    asked = '<ul class="asked"><li><h3>QUESTION</h3><p>An answer.</p></li></ul>'
    words = set_words(f"<h1>Title</h1>{TABLE.format(n=1)}{SOURCE.format(n=1)}{asked}", tmp_path)
    assert words["QUESTION"].top - words["Source1"].bottom > 2.5  # their rule is 2 mm above


def test_cells_of_a_row_stand_on_one_line_whatever_their_script(tmp_path: Path) -> None:
    row = "<tr><th scope='row'><span lang='th'>เมษายน</span> 2018</th><td>Training</td></tr>"
    words = set_words(f"<h1>Title</h1><table class='plan'><tbody>{row}</tbody></table>", tmp_path)
    assert words["Training"].bottom == pytest.approx(words["2018"].bottom, abs=0.4)


@pytest.mark.parametrize("sections", range(6, 22))
def test_no_last_page_is_nearly_empty(sections: int, tmp_path: Path) -> None:
    part = f"<section><h2>Part</h2><p>{'Some words. ' * 40}</p></section>"
    words = set_words(f"<h1>Title</h1>{part * sections}{METHOD}", tmp_path)
    last = max(word.page for word in words.values())
    end = max(word.bottom for word in words.values() if word.page == last)
    assert last == 1 or (end - TOP) / (HEIGHT - TOP - BOTTOM) > 1 / 3


def test_a_column_is_widened_by_as_much_as_saves_a_line() -> None:
    """Nothing is saved on the way: only a column wide enough for the whole of each place does."""
    rows = [{0: Extent(((18.0,) * 3,)), 1: Extent(((12.0,),))}] * 9
    assert save_lines([36.0, 60.0], [Need(18, 54), Need(12, 60)], rows) == pytest.approx([54, 42], abs=3)


@pytest.mark.parametrize("lines", range(24, 40, 2))
def test_no_table_leaves_its_last_row_alone_on_a_page(lines: int, tmp_path: Path) -> None:
    filler = "".join(f"<p>line {n}</p>" for n in range(lines))
    rows = "".join(f"<tr><th scope='row'>ROW{n}</th><td>{'words ' * 60}</td></tr>" for n in range(6))
    after = "<p>after</p>" * 20
    words = set_words(
        f"<h1>Title</h1>{filler}<table class='rec'><tbody>{rows}</tbody></table>{after}", tmp_path
    )
    assert words["ROW5"].page == words["ROW4"].page


QUESTION = "<li><h3>QUESTION{n}</h3><p>An answer of some length, in a few words that END{n}</p></li>"


def ask(questions: int) -> str:
    items = "".join(QUESTION.format(n=n) for n in range(questions))
    return f'<section><h2>ASKED</h2><ul class="asked">{items}</ul></section>'


@pytest.mark.parametrize("lines", range(16, 34, 3))
def test_questions_stay_on_the_page_of_their_heading(lines: int, tmp_path: Path) -> None:
    filler = "".join(f"<p>line {n}</p>" for n in range(lines))
    words = set_words(f"<h1>Title</h1>{filler}{ask(6)}{METHOD * 3}", tmp_path)
    assert {words[f"QUESTION{n}"].page for n in range(6)} == {words["ASKED"].page}


def test_questions_that_would_take_a_page_more_if_kept_whole_are_parted(tmp_path: Path) -> None:
    filler = "".join(f"<p>line {n}</p>" for n in range(20))
    words = set_words(f"<h1>Title</h1>{filler}{ask(40)}", tmp_path)
    assert {words[f"QUESTION{n}"].page for n in range(40)} == {1, 2}


def test_the_last_of_an_odd_number_of_questions_takes_both_columns(tmp_path: Path) -> None:
    long = ask(3).replace("some length", "some length " * 8)
    words = set_words(f"<h1>Title</h1>{long}", tmp_path)
    first, last = (words[f"END{n}"].top - words[f"QUESTION{n}"].bottom for n in (0, 2))
    assert last < first - 3  # a line less


@pytest.mark.parametrize("lines", [10, 40])
def test_what_paper_may_spare_stands_on_it_only_where_it_takes_no_page_more(
    lines: int, tmp_path: Path
) -> None:
    filler = "".join(f"<p>line {n}</p>" for n in range(lines))
    spare = f"<section class='spare'><h2>SPARE</h2>{'<p>words</p>' * 8}</section>"
    words = set_words(f"<h1>Title</h1>{filler}{spare}<p>END</p>", tmp_path)
    assert words["END"].page == 1
    assert ("SPARE" in words) is (lines == 10)


def test_no_line_of_a_title_ends_with_an_article(tmp_path: Path) -> None:
    title = masthead("As of 2019").replace("<h1>Title</h1>", "")
    for n in range(3, 24):
        made = keep_spans(f"{'Rights ' * 3}{'x' * n} persons: a workshop with UNDP, 2018").html
        words = set_words(f"{title}<h1>{made}</h1>", tmp_path)
        assert words["a"].top == pytest.approx(words["workshop"].top), n


@pytest.mark.parametrize("lines", range(14, 32, 3))
def test_a_box_stands_on_the_page_of_the_table_above_it(lines: int, tmp_path: Path) -> None:
    filler = "".join(f"<p>line {n}</p>" for n in range(lines))
    rows = "".join(f"<tr><th scope='row'>ROW{n}</th><td>words</td></tr>" for n in range(12))
    items = "".join(f"<li>ITEM{n} {'words ' * 20}</li>" for n in range(4))
    box = f'<aside class="care"><h2>CARE</h2><ol class="alpha">{items}</ol></aside>'
    table = f"<section><h2>HEAD</h2><table class='rec'><tbody>{rows}</tbody></table></section>"
    words = set_words(f"<h1>Title</h1>{filler}{table}{box}{METHOD * 4}", tmp_path)
    assert words["ROW11"].page == words["CARE"].page
    assert words["ROW0"].page == words["ROW1"].page
