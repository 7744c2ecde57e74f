"""Links to other briefings, related pages and the colophon: on the page, and in the PDF read back."""

from __future__ import annotations

import io
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from selectolax.lexbor import LexborHTMLParser

from pressroom.data.names import AddressError, Place
from pressroom.pages import NOTHING, Imprint, briefing_link, colophon, related, use_phrases
from pressroom.pages.documents import make_documents
from pressroom.pages.errors import DocumentError
from pressroom.pages.html.neighbours import Around, Neighbour
from pressroom.pages.pdf.runs import read_runs

IMPRINT = Imprint(
    dataset="Visits",
    version="2.1.0",
    day="2019-11-20",
    project="Visits project",
    publisher="The desk",
    contact="desk@example.org",
    licences=["CC-BY-4.0"],
    keywords=["visits", "regions"],
)


class Edition:
    """Knows one briefing."""

    def __init__(self, url: str = "") -> None:
        self.url = url

    def find(self, address: str) -> Place:
        if address != "briefing:region=North":
            raise AddressError(f"nobody knows {address}")
        return Place("../region/north.html", self.url)


def notebook(*outputs: object) -> Any:
    made = [new_output("display_data", data={"text/html": f"<h1>T</h1>{html}"}) for html in outputs]
    return new_notebook(cells=[new_code_cell("x", outputs=[output]) for output in made])


def read_words(pdf: bytes) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return " ".join("".join(run.text for run in read_runs(opened)).split())


def list_links(pdf: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [link for page in opened.pages for link in page.get("/Annots", [])]
        return [str(link.A.URI) for link in found]


@pytest.mark.parametrize(
    ("given", "href"),
    [
        (("about",), "briefing:about"),
        (("region", "North"), "briefing:region=North"),
        (("year", 2019), "briefing:year=2019"),
        (("region", "North & East"), "briefing:region=North%20%26%20East"),
        (("visit", {"region": "North", "year": 2019}), "briefing:visit?region=North&amp;year=2019"),
    ],
)
def test_a_link_names_the_briefing(given: tuple[Any, ...], href: str) -> None:
    assert briefing_link("words", *given).html == f'<a href="{href}">words</a>'


@pytest.mark.parametrize("link", ['<a href="briefing:region=North">north</a>', "MARKDOWN"])
def test_a_link_leads_to_the_page_and_in_the_pdf_to_the_web(link: str) -> None:
    nb = notebook(f"<p>See {link}.</p>")
    if link == "MARKDOWN":
        data = {"text/markdown": "# T\n\nSee [north](briefing:region=North)."}
        nb = new_notebook(cells=[new_code_cell("x", outputs=[new_output("display_data", data=data)])])
    made, warnings = make_documents(nb, links=Edition("https://example.org/region/north.html"))
    assert '<a href="../region/north.html">north</a>' in made[".html"].decode()
    assert list_links(made[".pdf"]) == ["https://example.org/region/north.html"]
    assert not warnings


def test_a_link_is_words_in_a_pdf_without_an_address_on_the_web() -> None:
    made, _ = make_documents(notebook('<p><a href="briefing:region=North">north</a></p>'), links=Edition())
    assert list_links(made[".pdf"]) == []
    assert "north" in read_words(made[".pdf"])


def test_a_link_is_words_where_there_is_no_edition() -> None:
    made, warnings = make_documents(notebook('<p><a href="briefing:region=North">north</a></p>'))
    assert "<span>north</span>" in made[".html"].decode()
    assert warnings == [
        "the link to briefing:region=North is set as words: only an edition has other briefings"
    ]


def test_a_link_that_may_lead_nowhere_is_words_there() -> None:
    there, gone = (briefing_link("words", "region", name, optional=True).html for name in ("North", "Nort"))
    made, warnings = make_documents(notebook(f"<p>{there}</p><p>{gone}</p>"), links=Edition())
    page = LexborHTMLParser(made[".html"].decode())
    assert [link.attributes["href"] for link in page.css("main p a")] == ["../region/north.html"]
    assert [words.text() for words in page.css("main p span")] == ["words"]
    assert not warnings


def test_a_link_that_leads_nowhere_names_its_cell() -> None:
    with pytest.raises(DocumentError) as refused:
        make_documents(notebook("", '<a href="briefing:region=Nort">north</a>'), links=Edition())
    assert (refused.value.cell, refused.value.message) == (1, "nobody knows briefing:region=Nort")


def test_related_pages_are_links_and_in_the_pdf_one_line() -> None:
    links = [briefing_link("The north", "region", "North"), NOTHING, briefing_link("Too", "region", "North")]
    made, _ = make_documents(notebook(related(links).html), links=Edition())
    nav = LexborHTMLParser(made[".html"].decode()).css_first("main nav.see")
    assert nav.attributes["aria-label"] == nav.css_first("h2").text() == "Related pages"
    assert [a.text() for a in nav.css("li a")] == ["The north", "Too"]
    words = read_words(made[".pdf"])
    assert "In this edition The north · Too" in words
    assert "Related pages" not in words
    assert related([]) == related([NOTHING]) == NOTHING
    assert 'aria-label="Nearby"' in related(links, heading="Nearby").html


def test_only_the_screen_shows_what_says_so() -> None:
    html = '<p>kept <span class="screen">aside</span></p><ul><li>one</li><li class="screen">two</li></ul>'
    made, _ = make_documents(notebook(f'{html}<nav class="screen"><p>three</p></nav>'))
    assert all(word in read_words(made[".pdf"]) for word in ("kept", "one"))
    for word in ("aside", "two", "three"):
        assert word in made[".html"].decode()
        assert word not in read_words(made[".pdf"])


def test_the_press_links_to_what_is_around_a_page() -> None:
    around = Around("north.pdf", "north.csv", None, Neighbour("../region/south.html", "The <south>"))
    made, _ = make_documents(notebook("<p>x</p>"), "../index.html", around=around)
    page = LexborHTMLParser(made[".html"].decode())
    top = {a.text(): a.attributes["href"] for a in page.css("header nav.top.screen a")}
    assert list(top.items()) == [
        ("This page as PDF", "north.pdf"),
        ("The rows behind this page as CSV", "north.csv"),
        ("All briefings of this edition", "../index.html"),
    ]
    turn = {a.text(): a.attributes["href"] for a in page.css("footer nav.turn.screen a")}
    assert turn == {"Next: The <south>": "../region/south.html"}
    assert made[".html"].decode().count("../index.html") == 1
    alone, _ = make_documents(notebook("<p>x</p>"))
    assert "<nav" not in alone[".html"].decode(), "nothing is around it"
    assert alone[".pdf"] == made[".pdf"], "the PDF has none of it"


def test_a_colophon_says_who_publishes_what_and_how_to_cite_it() -> None:
    made = colophon(IMPRINT, title="The north", family="Region briefing")
    cited = "From the dataset “Visits”, version 2.1.0."
    items = [" ".join(li.text().split()) for li in LexborHTMLParser(made.html).css("li")]
    assert items == [
        "Publisher The desk",
        "Contact desk@example.org",
        "Dataset Visits, version 2.1.0 of 20 November 2019",
        "Licence CC-BY-4.0",
        f"Cite as The north (Region briefing). Visits project. The desk, 2019. {cited}",
    ]


@pytest.mark.parametrize(
    ("imprint", "words"),
    [
        (Imprint(), ""),
        (Imprint(project="P"), ""),
        (Imprint(dataset="Visits"), "Dataset Visits Cite as T. From the dataset “Visits”."),
        (Imprint(version="1"), "Dataset version 1"),
        (Imprint(day="2019-11"), ""),
    ],
)
def test_what_nobody_says_is_left_out(imprint: Imprint, words: str) -> None:
    made = colophon(imprint, title="T.")
    assert " ".join(repr(made).split()) == words
    assert bool(made) == bool(words)


def test_the_pdf_says_the_same_of_itself() -> None:
    made, _ = make_documents(notebook(f"<p>x</p>{colophon(IMPRINT, title='T').html}"))
    with pikepdf.open(io.BytesIO(made[".pdf"])) as opened:
        told = {key: str(value) for key, value in opened.docinfo.items()}
    assert (told["/Author"], told["/Keywords"]) == ("The desk", "visits, regions")
    assert told["/CreationDate"].startswith("D:20191120")
    assert "data-publisher" not in made[".html"].decode()
    words = read_words(made[".pdf"])
    assert all(word in words for word in ("Publisher", "The desk", "version 2.1.0 of 20 November 2019"))


@pytest.mark.parametrize(
    "left", [("publisher",), ("publisher", "contact"), ("publisher", "licences", "contact")]
)
def test_a_short_colophon_is_printed_too(left: tuple[str, ...]) -> None:
    short = replace(IMPRINT, **dict.fromkeys(left, ""))
    made, _ = make_documents(notebook(f"<p>x</p>{colophon(short, title='T').html}"))
    assert "From the dataset “Visits”, version 2.1.0." in read_words(made[".pdf"])


def test_without_a_colophon_the_pdf_has_no_author_and_no_day() -> None:
    made, _ = make_documents(notebook("<p>x</p>"))
    with pikepdf.open(io.BytesIO(made[".pdf"])) as opened:
        assert not {"/Author", "/Keywords", "/CreationDate"} & set(opened.docinfo.keys())


def test_a_kit_says_it_in_its_own_words() -> None:
    own = {"see": "Verwandte Seiten", "publisher": "Herausgeber"}
    try:
        use_phrases(SimpleNamespace(language="de", phrases=own))
        assert "Verwandte Seiten" in related([briefing_link("x", "y")]).html
        assert "Herausgeber" in colophon(IMPRINT).html
    finally:
        use_phrases(SimpleNamespace(language=None, phrases=None))
