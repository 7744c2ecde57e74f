"""What a notebook can display is a part of a section, in JupyterLab, on the page and in the PDF."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pikepdf
import pytest
from IPython.display import HTML, SVG, Image, Latex, Markdown
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from nbformat.v4 import new_code_cell, new_notebook, new_output
from selectolax.lexbor import LexborHTMLParser

from pressroom.pages import columns, section
from pressroom.pages.documents import make_documents
from pressroom.pages.errors import DocumentError
from pressroom.pages.fragments import Fragment
from pressroom.pages.pdf.runs import read_runs

FRAME = pd.DataFrame({"country": ["Lao PDR", "Viet Nam"], "visits": [1234, 56]})
SCRIPT = "<div id='c'></div><script>draw('c')</script>"
DRAWING = "<svg width='40' height='20' aria-label='a bar'><rect width='9' height='9'/></svg>"


def make(part: Fragment, alt: str = "") -> tuple[LexborHTMLParser, str, bool]:
    """Return the parsed page, the words of the PDF, and whether a picture is in it."""
    output = new_output("display_data", data={"text/html": part._repr_html_()})
    cell = new_code_cell("x", outputs=[output], metadata={"alt": alt} if alt else {})
    documents, _ = make_documents(new_notebook(cells=[cell]), name="family")
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        words = " ".join(" ".join(run.text for run in read_runs(pdf)).split())
        streams = [one for one in pdf.objects if isinstance(one, pikepdf.Stream)]
        is_drawn = any(one.get("/Subtype") == "/Image" for one in streams)
    return LexborHTMLParser(documents[".html"].decode()), words, is_drawn


def plot(make_figure: Callable[..., Figure] = plt.figure) -> Figure:
    figure = make_figure(figsize=(2, 1))
    figure.subplots().bar(["a", "b"], [1, 2])
    return figure


@pytest.mark.parametrize(
    "part",
    [
        FRAME,
        FRAME.style.format(thousands=" ").hide(axis="index"),
        FRAME.style.set_properties(subset=["visits"], **{"font-weight": "bold"}),
        FRAME.set_index("country")["visits"],
        FRAME["country"],
        FRAME.groupby("country").sum(),
        Markdown("*Lao PDR* and Viet Nam"),
        HTML("<p>Lao PDR, Viet Nam</p>"),
    ],
    ids=["frame", "formatted", "styled", "series", "texts", "grouped", "markdown", "html"],
)
def test_what_has_words_is_a_part(part: object) -> None:
    page, words, _ = make(section("By country", "Two of them.", part, "And no more."))
    assert page.css_first("section h2").text() == "By country"
    told = page.css_first("section").text()
    for word in ("Two of them.", "Lao PDR", "Viet Nam", "And no more."):
        assert word in told
        assert word in words


def test_a_styled_frame_keeps_its_style() -> None:
    page, _, _ = make(section("Styled", FRAME.style.set_properties(**{"font-weight": "bold"})))
    assert "font-weight" in page.css_first("td.data").attributes["style"]


@pytest.mark.parametrize(
    "draw",
    [
        plot,
        lambda: plot(Figure),
        lambda: Image(data=io_png(), format="png"),
    ],
    ids=["pyplot", "figure", "image"],
)
def test_a_picture_takes_the_cells_alternative_text(draw: Callable[[], object]) -> None:
    page, words, is_drawn = make(section("Chart", draw()), alt="two bars")
    assert page.css_first("section img").attributes["alt"] == "two bars"
    assert is_drawn
    assert "Chart" in words


def test_a_picture_without_words_is_refused_in_a_section_too() -> None:
    with pytest.raises(DocumentError, match="no alternative text"):
        make(section("Chart", plot()))


def io_png() -> bytes:
    buffer = io.BytesIO()
    plot(Figure).savefig(buffer, format="png")
    return buffer.getvalue()


def test_a_picture_has_the_words_and_size_that_it_was_made_with() -> None:
    page, _, _ = make(section("Chart", Image(data=io_png(), format="png", width=120, alt="two bars")))
    picture = page.css_first("section img").attributes
    assert (picture["alt"], picture["width"]) == ("two bars", "120")


def test_a_drawing_is_a_part() -> None:
    page, _, _ = make(section("Drawn", SVG(DRAWING)))
    assert page.css_first("section svg").attributes["aria-label"] == "a bar"


def test_a_formula_is_a_part() -> None:
    page, _, _ = make(section("Formula", Latex(r"$\frac{1}{2}$")))
    assert page.css_first("section svg.math") is not None


def test_a_figure_of_pyplot_is_closed_or_jupyter_would_show_it_again() -> None:
    figure = plot()
    section("Chart", figure)
    assert not plt.fignum_exists(figure.number)


def test_axes_are_the_figure_that_they_are_in() -> None:
    before = plt.get_fignums()  # other tests may have left some
    axes = pd.DataFrame({"n": [1, 2]}).plot()
    assert section("Chart", axes).html.count("<img ") == 1
    assert plt.get_fignums() == before


def test_parts_in_a_list_are_parts() -> None:
    assert section("All", [section("One", "a"), "b"]).html.count("<p>") == 2


def test_a_frame_stands_in_a_column() -> None:
    page, words, _ = make(columns(FRAME, section("Beside", "Words.")))
    assert len(page.css("div.cols > *")) == 2
    assert "Lao PDR" in words


@pytest.mark.parametrize("part", [None, "", HTML(""), Fragment("")])
def test_nothing_leaves_nothing(part: object) -> None:
    assert not section("A heading", part)


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (HTML(SCRIPT), "leaves nothing on a page"),
        (object(), "a page shows nothing"),
        (Figure(), "a page shows nothing"),
    ],
    ids=["script", "object", "empty"],
)
def test_what_no_page_shows_is_refused(part: Any, told: str) -> None:
    with pytest.raises(DocumentError, match=told):
        section("A heading", part)
