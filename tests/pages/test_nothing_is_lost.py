"""What a notebook displays stands on the page and in the PDF, or the briefing fails with its cell."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from pressroom.pages.documents import make_documents
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.document import read_document
from pressroom.pages.page import masthead
from pressroom.pages.pdf.lost_words import require_words
from pressroom.pages.pdf.runs import read_runs

SCRIPT = "<div id='chart'></div><script>draw('chart')</script>"
BOKEH = "<div>Loading BokehJS ...</div><script>load()</script>"
ANNOTATED = "<annotation encoding='application/x-tex'>x^2</annotation>"
UNTRUSTED = "<span>Make this Notebook Trusted to load map: File -> Trust Notebook</span>"
SVG = "<svg width='40' height='20'>{}<rect class='a' width='9' height='9'/></svg>"


def displays(*bundles: dict[str, Any], alt: str = "") -> Any:
    """A notebook with a cell that displays each of some MIME bundles."""
    metadata = {"alt": alt} if alt else {}
    outputs = [new_output("display_data", data=bundle, metadata=metadata) for bundle in bundles]
    return new_notebook(cells=[new_code_cell("x", outputs=outputs)])


def says(markdown: str, **given: Any) -> Any:
    return new_notebook(cells=[new_markdown_cell(markdown, **given)])


def make(notebook: Any) -> tuple[LexborHTMLParser, str, list[str]]:
    """Return the parsed page, the words of the PDF, and the warnings."""
    documents, warnings = make_documents(notebook, name="my-family")
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        words = " ".join(" ".join(run.text for run in read_runs(pdf)).split())
    return LexborHTMLParser(documents[".html"].decode()), words, warnings


def draw(kind: str, width: int, height: int, *, cut: int = 0) -> str:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), (200, 100, 50)).save(buffer, kind)
    data = buffer.getvalue()
    return b64encode(data[: len(data) - cut]).decode()


# Forms of an output -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bundle", "named"),
    [
        ({"text/html": SCRIPT}, "text/html"),
        ({"text/html": BOKEH}, "text/html"),
        ({"text/html": SCRIPT, "text/plain": "<Figure size 640x480 with 1 Axes>"}, "text/html"),
        ({"application/vnd.plotly.v1+json": {}, "text/html": SCRIPT}, "application/vnd.plotly"),
        (
            {"application/vnd.vegalite.v5+json": {}, "text/plain": "alt.Chart(...)"},
            "application/vnd.vegalite",
        ),
        (
            {"application/javascript": "1", "text/plain": "<IPython.core.display.Javascript object>"},
            "javascript",
        ),
        (
            {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider(value=0)"},
            "application/vnd.jupyter.widget-view",
        ),
        ({"application/x-foreign": "?"}, "application/x-foreign"),
        ({"text/html": "<div>Loading BokehJS ...</div>", "application/javascript": "load()"}, "javascript"),
        ({"text/html": "<noscript>Please enable JavaScript</noscript><script>f()</script>"}, "text/html"),
        (
            {"text/html": f"<div>{UNTRUSTED}<iframe srcdoc='<script>f()</script>'></iframe></div>"},
            "text/html",
        ),
        ({"text/html": "<video src='a.mp4'>Your browser does not support video.</video>"}, "text/html"),
        (
            {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "  0%|    | 0/10 [00:00<?]"},
            "application/vnd.jupyter.widget-view",
        ),
        ({"text/html": "\u200b&nbsp;"}, "text/html"),
    ],
)
def test_an_output_that_leaves_nothing_fails_with_its_cell(bundle: dict[str, Any], named: str) -> None:
    with pytest.raises(
        DocumentError, match="the cell at place 1: what it displays leaves nothing on a page"
    ) as failed:
        make(displays(bundle))
    assert named in str(failed.value)


@pytest.mark.parametrize(
    ("bundle", "shown"),
    [
        ({"text/html": SCRIPT, "text/markdown": "three *bars*"}, "three bars"),
        ({"text/html": BOKEH, "text/plain": "a table of words"}, "a table of words"),
        ({"application/x-foreign": "?", "text/plain": "12 rows"}, "12 rows"),
    ],
)
def test_the_next_form_is_taken(bundle: dict[str, Any], shown: str) -> None:
    page, words, _ = make(displays(bundle))
    assert shown in " ".join(page.css_first("main").text().split())
    assert shown in words


def test_a_picture_beside_a_script_is_drawn() -> None:
    page, _, warnings = make(
        displays({"text/html": SCRIPT, "image/png": draw("PNG", 40, 20)}, alt="two bars")
    )
    assert page.css_first("img").attributes["alt"] == "two bars"
    assert warnings == ["cell 0: its text/html shows nothing; image/png is printed"]


@pytest.mark.parametrize(
    "text",
    [
        "<Axes: >",
        "[<matplotlib.lines.Line2D at 0x7f01ab>]",
        "<function f at 0x7f01>",
        "array([<Axes: >, <Axes: title={'center': 'n'}>], dtype=object)",
        "(array([1., 2.]), array([0. , 0.5]), <BarContainer object of 2 artists>)",
        "Text(0.5, 1.0, 'Title')",
        "Empty DataFrame\nColumns: []\nIndex: []",
    ],
)
def test_the_name_of_an_object_is_left_out_with_a_warning(text: str) -> None:
    page, words, warnings = make(displays({"text/plain": text}, {"text/plain": "words"}))
    assert "0x7f" not in page.css_first("main").text() + words
    assert len(warnings) == 1
    assert "is no content, and left out" in warnings[0]


@pytest.mark.parametrize(
    "html", ["<p>Loading dock, 9 o'clock", "<p>a < b and b > c", "<video></video><p>words and words"]
)
def test_words_that_only_look_like_debris_are_kept(html: str) -> None:
    page, _, warnings = make(displays({"text/html": html}))
    assert len(page.css_first("main").text().split()) > 2
    assert warnings == []


def test_what_a_terminal_writes_over_is_gone() -> None:
    stream = new_output("stream", name="stdout", text=" 10%\r 50%\r100%\r\nab\bc\rx\n")
    _, words, _ = make(new_notebook(cells=[new_code_cell("x", outputs=[stream])]))
    assert words.endswith("100% xc")


@pytest.mark.parametrize("html", ["", " \n", "<style>td {color: red}</style>", "<!-- a remark -->"])
def test_what_shows_nothing_on_purpose_is_no_loss(html: str) -> None:
    _, words, warnings = make(
        displays({"text/html": html, "text/plain": "Fragment('')"}, {"text/plain": "words"})
    )
    assert "Fragment" not in words
    assert warnings == []


def test_a_notebook_that_shows_nothing_is_refused() -> None:
    with pytest.raises(DocumentError, match="the page would be empty"):
        make(new_notebook(cells=[new_code_cell("x = 1")]))


def test_each_output_is_a_block_of_its_own() -> None:
    page, words, _ = make(displays(*({"text/html": html} for html in ("12", "34", "<b>5</b>6"))))
    assert [block.text() for block in page.css("main > div, main > * > div")][-3:] == ["12", "34", "56"]
    assert words.endswith("12 34 5 6")


# Words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "notebook",
    [
        says(f"# T\n\n| a | b |\n|---|---|\n| {' '.join(f'word{n}' for n in range(2500))} | x |"),
        displays({"text/plain": "x" * 200}),
        displays({"text/plain": " ".join(["abcdefgh"] * 40)}),
        says("# T\n\n" + "https://example.org/" + "a" * 150),
        displays({"text/html": f"<table><tr><th>a</th><td>{'y' * 150}</td></tr></table>"}),
        says("# T\n\ntext[^1], text[^2]\n\n[^1]: one\n\n[^2]: two\n\n[^3]: three"),
        says("# ไทย\n\nสิทธิมนุษยชน ສິດທິມະນຸດ សិទ្ធិមនុស្ស လူ့အခွင့်အရေး quyền con người"),
        says("# T\n\n1234 1234 1234"),
    ],
    ids=[
        "a long cell",
        "a long line",
        "many words",
        "an address",
        "a long word",
        "notes",
        "scripts",
        "numbers",
    ],
)
def test_every_word_of_the_page_stands_in_the_pdf(notebook: Any) -> None:
    make(notebook)


SCRIPTS = {
    "Burmese": (
        "လူတိုင်းသည် တူညီ လွတ်လပ်သော ဂုဏ်သိက္ခာဖြင့် လည်းကောင်း၊ တူညီလွတ်လပ်သော "
        "အခွင့်အရေးများဖြင့် လည်းကောင်း၊ မွေးဖွားလာသူများ ဖြစ်သည်။ ထိုသူတို့၌ ပိုင်းခြား "
        "ဝေဖန်တတ်သော ဉာဏ်နှင့် ကျင့်ဝတ် သိတတ်သော စိတ်တို့ရှိကြ၍ ထိုသူတို့သည် အချင်းချင်း "
        "မေတ္တာထား၍ ဆက်ဆံကျင့်သုံးသင့်၏။"
    ),
    "Khmer": (
        "មនុស្សទាំងអស់កើតមកមានសេរីភាពនិងសមភាពក្នុងសេចក្ដីថ្លៃថ្នូរនិងសិទ្ធិ។ "
        "មនុស្សមានវិចារណញ្ញាណនិងសតិសម្បជញ្ញៈជាប់ពីកំណើត "
        "ហើយគប្បីប្រព្រឹត្តចំពោះគ្នាទៅវិញទៅមកក្នុងស្មារតីភាតរភាពជាបងប្អូន។"
    ),
    "Lao": (
        "ມະນຸດທຸກຄົນເກີດມາມີກຽດສັກສີ ສິດທິ ເສລີພາບ ແລະ ຄວາມສະເໝີພາບເທົ່າທຽມກັນ. "
        "ທຸກໆຄົນມີເຫດຜົນ ແລະ ຄວາມຄິດຄວາມເຫັນສ່ວນຕົວຂອງໃຜຂອງມັນ "
        "ແຕ່ວ່າມະນຸດທຸກໆຄົນຄວນປະພຶດຕໍ່ກັນຄືກັນກັບອ້າຍນ້ອງ."
    ),
    "Thai": (
        "มนุษย์ทั้งปวงเกิดมามีอิสระและเสมอภาคกันในศักดิ์ศรีและสิทธิ "
        "ต่างในตนมีเหตุผลและมโนธรรม และควรปฏิบัติต่อกันด้วยจิตวิญญาณแห่งภราดรภาพ "
        "ความน้ำใจและการคุ้มครองสิทธิมนุษยชนในภูมิภาคอาเซียน"
    ),
    "Vietnamese": (
        "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi. Mọi "
        "con người đều được tạo hóa ban cho lý trí và lương tâm và cần phải đối xử với nhau "
        "trong tình bằng hữu."
    ),
}
"""The first article of the Universal Declaration of Human Rights, with syllables that are drawn in parts."""


@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_long_texts_of_the_region_are_printed_in_paragraphs_and_cells(words: str) -> None:
    rows = f"<table><tr><th>words</th><td>{words}</td><td>{words}</td></tr></table>"
    page, printed, _ = make(displays({"text/html": f"<h1>T</h1><p>{words}</p>{rows}"}))
    assert page.css_first("main p").text() == words
    assert "\N{DOTTED CIRCLE}" not in printed


def read_words(pdf: bytes, tmp_path: Path) -> str:
    """Return the words of a PDF as a reader of its own finds them."""
    (tmp_path / "page.pdf").write_bytes(pdf)
    command = ["pdftotext", "-raw", str(tmp_path / "page.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@pytest.mark.parametrize("words", SCRIPTS.values(), ids=SCRIPTS)
def test_a_search_in_the_pdf_finds_the_words_as_they_are_written(words: str, tmp_path: Path) -> None:
    linked = f"<a href='https://example.org'>{words}</a>"
    html = f"<h1>T</h1><p>{words}</p><p>{linked}</p><p><u>{words}</u> <b>{words}</b></p>"
    documents, _ = make_documents(displays({"text/html": html}))
    found = read_words(documents[".pdf"], tmp_path).replace("\n", "")  # lines may end between syllables
    assert [(word, found.count(word)) for word in words.split() if found.count(word) < 4] == []


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="pdftotext is not installed")
@pytest.mark.parametrize(
    "word",
    ["ក្នុក្នុក្នុង", "ទាំទាំទាំ", "ស្ត្រីស្ត្រី", "ທຸທຸທຸ", "ທົ່ທົ່ທົ່", "ดิ์ดิ์ดิ์", "ทั้ทั้ทั้", "นี้นี้", "နို့နို့နို့", "ဖြင့်ဖြင့်", "ตา2018ที่"],
)
def test_a_syllable_that_is_written_again_is_found_again(word: str, tmp_path: Path) -> None:
    documents, _ = make_documents(says(f"# T\n\n{word}"))
    assert read_words(documents[".pdf"], tmp_path).split("\n")[2] == word


def test_what_is_in_another_language_is_said_apart() -> None:
    documents, _ = make_documents(displays({"text/html": "<p><span lang='lo'>ดิ์</span>ดิ์</p>"}))
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        said = [
            str(step.operands[1].ActualText)
            for step in pikepdf.parse_content_stream(pdf.pages[0])
            if str(step.operator) == "BDC" and "/ActualText" in step.operands[1]
        ]
    assert said == ["ดิ์"] * 2


def test_each_place_of_the_structure_is_still_there() -> None:
    html = "".join(f"<p>{words} <u>{words}</u></p>" for words in SCRIPTS.values())
    documents, _ = make_documents(displays({"text/html": html}))
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        for page in pdf.pages:
            found = {int(place) for place in re.findall(rb"/MCID (\d+)", page.Contents.read_bytes())}
            [parents] = [
                pdf.Root.StructTreeRoot.ParentTree.Nums[at + 1]
                for at in range(0, len(pdf.Root.StructTreeRoot.ParentTree.Nums), 2)
                if pdf.Root.StructTreeRoot.ParentTree.Nums[at] == page.StructParents
            ]
            assert found == set(range(len(parents)))


@pytest.mark.parametrize("lost", ["more words that nobody drew", "1234", "สิทธิมนุษยชน", "មនុស្សទាំងអស់", "လူတိုင်းသည်"])
def test_a_word_that_the_pdf_lacks_fails_its_cell(lost: str) -> None:
    kept = says("# T\n\nsome words, 1234 and 34")
    documents, _ = make_documents(kept)
    more = new_notebook(cells=[*kept.cells, new_markdown_cell(lost)])
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        require_words(read_document(kept), pdf, str)
        with pytest.raises(DocumentError, match=f"the cell at place 2: .*{re.escape(lost.split()[0])[:3]}"):
            require_words(read_document(more), pdf, str)


@pytest.mark.parametrize("lost", ["Total", "Region"])
def test_a_word_of_a_drawing_or_over_the_page_stands_for_no_other(lost: str) -> None:
    drawn = "<text x='1' y='15'>Total</text>"
    head = str(masthead("Region", project="P", title="T", lede=["some words"]).html)
    kept = displays(
        {"text/html": head}, {"text/html": SVG.format(drawn)}, {"text/html": "Words"}, alt="a chart"
    )
    documents, _ = make_documents(kept)
    more = new_notebook(cells=[*kept.cells, new_markdown_cell(lost)])
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        assert lost in "".join(run.text for run in read_runs(pdf))
        require_words(read_document(kept), pdf, str)
        with pytest.raises(DocumentError, match=f"the cell at place 2: .*{lost}"):
            require_words(read_document(more), pdf, str)


def test_text_over_the_edge_of_the_paper_is_lost(tmp_path: Any) -> None:
    documents, _ = make_documents(says("# T\n\nsome words"))
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        pdf.pages[0].mediabox = pikepdf.Array([0, 0, 60, 842])
        with pytest.raises(DocumentError, match="are shown that the PDF has no room for"):
            require_words(read_document(says("# T\n\nsome words")), pdf, str)


# Pictures, formulas, frames, links --------------------------------------------------------------


@pytest.mark.parametrize(
    ("mime", "kind", "size", "asked", "millimetres"),
    [
        ("image/jpeg", "JPEG", (300, 3000), {}, (21.5, 215.0)),
        ("image/gif", "GIF", (24, 24), {}, (6.35, 6.35)),
        ("image/png", "PNG", (400, 200), {"width": 50}, (13.23, 6.61)),
        ("image/jpeg", "JPEG", (400, 200), {"height": 50}, (26.46, 13.23)),
    ],
)
def test_pictures_have_the_size_that_was_asked_for(
    mime: str, kind: str, size: tuple[int, int], asked: dict[str, int], millimetres: tuple[float, float]
) -> None:
    output = new_output(
        "display_data", data={mime: draw(kind, *size)}, metadata={mime: {"alt": "a", **asked}}
    )
    documents, _ = make_documents(new_notebook(cells=[new_code_cell("x", outputs=[output])]))
    for side, given in asked.items():
        assert f'{side}="{given}"' in documents[".html"].decode()
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        content = pdf.pages[0].Contents.read_bytes().decode("latin-1")
    [drawn] = re.findall(r"q ([\d.]+) 0 0 -?([\d.]+) [-\d.]+ [-\d.]+ cm\s*/\w+ Do", content)
    assert [float(side) * 25.4 / 72 for side in drawn] == pytest.approx(millimetres, abs=0.05)


@pytest.mark.parametrize(
    ("given", "width"),
    [
        ("width='50%'", "329"),
        ("style='width: 50px'", "50"),
        ("style='WIDTH:1in' width=7", "96"),
        ("width=auto", None),
    ],
)
def test_a_picture_may_be_sized_by_its_style(given: str, width: str | None) -> None:
    picture = f"<img alt=a {given} src='data:image/png;base64,{draw('PNG', 900, 90)}'>"
    page, _, _ = make(displays({"text/html": picture}))
    assert page.css_first("img").attributes.get("width") == width


SQUARE = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect width='9' height='9'/></svg>"


@pytest.mark.parametrize(
    "address",
    [
        f"data:image/svg+xml;base64,{b64encode(SQUARE.encode()).decode()}",
        f"data:image/svg+xml;charset=utf-8,{quote(SQUARE)}",
        f"data:image/svg+xml;utf8,{quote(SQUARE)}",
    ],
)
def test_a_drawing_may_be_written_in_any_way(address: str) -> None:
    page, _, warnings = make(displays({"text/html": f'<img alt="a" src="{address}">'}))
    assert len(page.css("main svg rect")) == 1
    assert warnings == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a b.png", "![x](attachment:a%20b.png)"),
        ("a b.png", "![x](<attachment:a b.png>)"),
        ("a(1).png", "![x](attachment:a(1).png)"),
        ("bür&.png", "![x][p]\n\n[p]: attachment:bür&.png"),
        ("a.png", "<img alt=x src='attachment:a.png'>"),
    ],
)
def test_an_attachment_is_found_however_it_is_named(name: str, text: str) -> None:
    attached = {name: {"image/png": draw("PNG", 9, 9)}}
    page, _, warnings = make(says(f"# T\n\n{text}", attachments=attached))
    assert len(page.css("main img")) == 1
    assert warnings == []


def test_an_attached_drawing_is_drawn() -> None:
    attached = {"a.svg": {"image/svg+xml": b64encode(SQUARE.encode()).decode()}}
    page, _, _ = make(says("# T\n\n![x](attachment:a.svg)", attachments=attached))
    assert len(page.css("main svg rect")) == 1


def test_words_in_a_box_of_a_drawing_stand_inside_it() -> None:
    box = "<foreignObject x='20' width='60' height='40'><div>words</div></foreignObject>"
    page, _, _ = make(displays({"text/html": SVG.format(box)}, alt="a box"))
    text = page.css_first("main svg text").attributes
    assert (text["x"], text["y"], text["text-anchor"]) == ("50", "25", "middle")


@pytest.mark.parametrize(("kind", "cut"), [("JPEG", 300), ("PNG", 60), ("GIF", 40)])
def test_a_picture_that_is_cut_names_its_cell(kind: str, cut: int) -> None:
    bundle = {f"image/{kind.lower()}": draw(kind, 300, 300, cut=cut)}
    with pytest.raises(DocumentError, match="the cell at place 1: a picture is damaged"):
        make(displays(bundle, alt="a square"))


def test_a_picture_in_a_cell_of_a_table_is_drawn() -> None:
    picture = f'<img alt="a flag" src="data:image/png;base64,{draw("PNG", 60, 30)}">'
    documents, _ = make_documents(
        displays({"text/html": f"<table><tr><td>{picture} words</td></tr></table>"})
    )
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        assert "/XObject" in pdf.pages[0].Resources
        assert "[a flag]" not in "".join(run.text for run in read_runs(pdf))


@pytest.mark.parametrize(
    ("sheet", "style"),
    [
        (".a {fill: red}", "fill:red"),
        ("#top rect.a {fill: red} rect {fill: blue}", "fill:red"),
        ("<![CDATA[ svg > .a { stroke: green !important } ]]>", "stroke:green"),
        ("@media print { .a {fill: red} } .b {fill: red} .a:hover {fill: red}", None),
        (".a {fill: url(https://example.org/x)}", None),
    ],
)
def test_a_drawings_own_rules_colour_its_shapes_alone(sheet: str, style: str | None) -> None:
    drawing = SVG.format(f"<style>{sheet}</style>").replace("<svg ", "<svg id='top' ")
    page, _, _ = make(displays({"image/svg+xml": drawing}, alt="a square"))
    assert page.css_first("rect").attributes.get("style") == style


@pytest.mark.parametrize(
    ("notebook", "label"),
    [
        (says("# T\n\nA half is $\\frac{1}{2}$."), r"\frac{1}{2}"),
        (says("# T\n\nAs $a*b*c$ says"), "a*b*c"),
        (says("# T\n\n$$\nx^2\n$$"), "x^2"),
        (displays({"text/latex": r"$\displaystyle x$", "text/plain": "x"}), r"\displaystyle x"),
        (displays({"text/html": "<p><math><mfrac><mn>3</mn><mn>4</mn></mfrac></math> of all"}), "34"),
    ],
)
def test_formulas_are_drawn_and_spoken(notebook: Any, label: str) -> None:
    page, words, _ = make(notebook)
    [drawing] = page.css("svg.math")
    assert (drawing.attributes["role"], drawing.attributes["aria-label"]) == ("img", label)
    assert drawing.css("path")
    assert "$" not in words


@pytest.mark.parametrize("words", ["It costs $5 and $10.", "From $10, US$ 3 and A$ 4", "5$ or 6$, $ 7 $"])
def test_dollars_are_no_formula(words: str) -> None:
    page, printed, _ = make(says(f"# T\n\n{words}"))
    assert words in printed
    assert not page.css("svg")


@pytest.mark.parametrize(
    "notebook",
    [
        says(r"Both $$\sum_{i=1}^n i$$ in a line"),
        says(r"As \\(x^2\\) says"),
        says(r"As \\[x^2\\] says"),
        says("# T\n\n\\begin{align}\na &= b \\\\\\\\\nc &= d\n\\end{align}"),
        says("# T\n\n| a |\n|---|\n| $x^2$ |"),
        displays({"image/png": draw("PNG", 9, 9), "text/latex": "$x$", "text/plain": "x"}),
        displays({"text/html": f"<math><semantics><mi>x</mi>{ANNOTATED}</semantics></math>"}),
    ],
    ids=["double", "round", "square", "environment", "table", "sympy", "semantics"],
)
def test_formulas_are_drawn_however_they_are_written(notebook: Any) -> None:
    page, words, warnings = make(notebook)
    assert len(page.css("svg.math")) == 1
    assert not re.search(r"[$\\^]", words)
    assert warnings == []


@pytest.mark.parametrize(
    ("notebook", "why"),
    [
        (says(r"$\frac{1}{$"), "not complete"),
        (says(r"$\foo{1}$"), r"\\foo is no command"),
        (says("# T\n\n$x = 人$"), "has no 人"),
        (displays({"text/latex": r"$\foo$", "text/plain": "<Math object>"}), r"\\foo is no command"),
        (displays({"text/html": "<p>3 <math><mfrac><mfoo>4</mfoo><mn>5</mn></mfrac></math>"}), "<mfoo>"),
    ],
)
def test_a_formula_that_cannot_be_drawn_names_its_cell(notebook: Any, why: str) -> None:
    with pytest.raises(DocumentError, match=f"the cell at place 1: .*{why}"):
        make(notebook)


def test_a_formula_in_html_is_told_of() -> None:
    _, _, warnings = make(displays({"text/html": r"<p>Half, $\frac{1}{2}$, <code>$\alpha$</code>"}))
    assert len(warnings) == 1
    assert "is printed as it is written" in warnings[0]


def test_pandas_says_what_it_cut() -> None:
    frame = pd.DataFrame({"n": range(100), "is": [True, False] * 50, "x": [np.nan] * 100})
    page, words, warnings = make(displays({"text/html": frame._repr_html_()}))  # type: ignore[operator]
    assert "10 of 100 rows are shown." in page.css_first("main").text()
    assert "0 0 yes – 1 1 no –" in words
    assert "NaN" not in words
    assert warnings == [
        "cell 0: pandas shows 10 of 100 rows; pd.set_option('display.max_rows', None) prints all"
    ]


def test_a_styled_frame_has_no_words_for_programmers() -> None:
    frame = pd.DataFrame({"t": [pd.NaT, pd.Timestamp("2020-01-01")], "b": [True, None]})
    _, words, _ = make(displays({"text/html": frame.style.to_html()}))
    assert not re.search("NaT|True|None", words)


@pytest.mark.parametrize(
    ("bundle", "told"),
    [
        ({"text/html": pd.DataFrame({"a": ["word " * 40]})._repr_html_()}, "display.max_colwidth"),  # type: ignore[operator]
        ({"text/html": pd.DataFrame({"a": range(100)}).to_html(max_rows=10)}, "without some of its rows"),
        ({"text/plain": repr(pd.Series(range(100)))}, "only a part"),
        ({"text/plain": repr(pd.DataFrame({"a": range(100)}))}, "only a part"),
        ({"text/plain": repr(np.arange(2000))}, "only a part"),
    ],
)
def test_every_cut_is_told_of(bundle: dict[str, Any], told: str) -> None:
    _, _, warnings = make(displays(bundle))
    assert len(warnings) == 1
    assert told in warnings[0]


@pytest.mark.parametrize(
    ("bundle", "shown"),
    [
        ({"text/plain": "True"}, "yes"),
        ({"text/plain": "nan"}, "–"),
        ({"text/plain": "np.float64(nan)"}, "–"),
        ({"text/plain": "np.True_"}, "yes"),
        ({"text/plain": "np.int64(42)"}, "42"),
        ({"text/plain": "Timestamp('2020-01-02 00:00:00')"}, "2020-01-02"),
        ({"text/plain": "datetime.date(2020, 1, 2)"}, "2020-01-02"),
        ({"text/plain": "Decimal('1.50')"}, "1.50"),
        ({"text/plain": repr(pd.Series([1, None, 3]))}, "0 1.0 1 – 2 3.0 dtype: float64"),
        ({"text/html": pd.DataFrame({"a": [1]}, index=[np.nan]).to_html()}, "a – 1"),
    ],
)
def test_missing_values_and_truth_are_words_wherever_they_stand(bundle: dict[str, Any], shown: str) -> None:
    _, words, _ = make(displays(bundle))
    assert words.endswith(shown)


@pytest.mark.parametrize(
    "text",
    [
        "\n".join("  " * n + f"- level{n + 30}" for n in range(10)),
        ">" * 60 + " level39",
        "- " * 60 + "level39",
    ],
    ids=["list", "quote", "line"],
)
def test_what_nests_deeply_is_there(text: str) -> None:
    page, words, _ = make(says(f"# T\n\n{text}"))
    assert "level39" in page.css_first("main").text()
    assert "level39" in words


@pytest.mark.parametrize(
    ("cell", "lines"),
    [
        ("<ol start=4><li>x<li>y</ol>", ["4. x", "5. y"]),
        ("a<ul><li>x<ul><li>y</ul></ul>", ["a", "• x", "• y"]),
        ("<pre>a\n  b</pre>", ["a", "b"]),
        ("<p>a<p>b<br>c<div>d</div>", ["a", "b", "c", "d"]),
    ],
)
def test_lines_in_a_cell_are_lines_in_the_pdf(cell: str, lines: list[str]) -> None:
    documents, _ = make_documents(displays({"text/html": f"<table><tr><td>{cell}</td></tr></table>"}))
    with pikepdf.open(io.BytesIO(documents[".pdf"])) as pdf:
        found: dict[float, str] = {}
        for run in read_runs(pdf):
            found[run.y] = found.get(run.y, "") + run.text
    assert [line.strip() for line in found.values()][-len(lines) :] == lines


def test_what_xml_says_before_a_drawing_is_no_text() -> None:
    head = "<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY a 'b'>]>\n"
    page, _, _ = make(displays({"image/svg+xml": head + SQUARE}, alt="a square"))
    assert page.css_first("main").text().split() == ["My", "family"]


def test_a_separator_of_lines_is_a_blank() -> None:
    _, words, warnings = make(says("# T\n\none\u2028two\u2029three"))
    assert words.endswith("one two three")
    assert warnings == []


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<ol start=5><li>a<li value=9>b<li>c</ol>", "5. a 9. b 10. c"),
        ("<ol reversed><li>a<li>b</ol>", "2. a 1. b"),
        ("<ol type=a><li>a<li>b</ol>", "a. a b. b"),
        ("<ol start=2018><li>a</ol>", "2018. a"),
    ],
)
def test_items_have_the_same_numbers_in_both_formats(html: str, shown: str) -> None:
    page, words, _ = make(displays({"text/html": html}))
    assert words.endswith(shown)
    given = LexborHTMLParser(html).css_first("ol").attributes
    assert page.css_first("main ol").attributes.keys() == given.keys()


def test_a_year_that_markdown_takes_for_a_number_stays() -> None:
    page, words, _ = make(says("# T\n\n2018. A meeting was held."))
    assert words.endswith("2018. A meeting was held.")
    assert page.css_first("ol").attributes == {"start": "2018"}


@pytest.mark.parametrize(
    "notebook",
    [
        says("# T\n\nSee https://example.org/x."),
        displays({"text/plain": "https://example.org/x"}),
        displays({"text/html": "<table><tr><th>a<td>https://example.org/x</table>"}),
    ],
)
def test_a_bare_address_is_a_link(notebook: Any) -> None:
    page, _, _ = make(notebook)
    assert page.css_first("main a").attributes["href"] == "https://example.org/x"


def test_an_address_without_its_scheme_is_a_link_and_code_is_none() -> None:
    page, words, _ = make(says("# T\n\n`https://a.org` www.example.org, www. and 1.2"))
    assert [link.attributes["href"] for link in page.css("main a")] == ["https://www.example.org"]
    assert "https://a.org www.example.org , www. and 1.2" in words


def test_a_box_that_is_ticked_is_told_from_one_that_is_not() -> None:
    _, words, _ = make(displays({"text/html": "<input type=checkbox checked> a <input type=radio> b"}))
    assert words.endswith("☑ a ☐ b")


def test_links_lead_to_headings_and_others_are_named() -> None:
    links = "[a](#A-Heading:-so) [b](#nowhere) [c](other.ipynb) [d](../year/2018.html)"
    page, _, warnings = make(says(f"# T\n\n## A Heading: so\n\n{links}"))
    assert page.css_first("h2").attributes["id"] == "a-heading-so"
    assert page.css_first("main a").attributes["href"] == "#a-heading-so"
    assert ["#nowhere" in warnings[0], "other.ipynb" in warnings[1], len(warnings)] == [True, True, 2]


def test_notes_have_one_count_and_none_goes_missing() -> None:
    cells = [new_markdown_cell(f"# T{n}\n\ntext[^a]\n\n[^a]: note {n}") for n in (1, 2)]
    cells.append(new_markdown_cell("text[^x]\n\n[^y]: nobody's"))
    page, words, warnings = make(new_notebook(cells=cells))
    assert [mark.text() for mark in page.css("sup a")] == ["1", "2"]
    assert [item.attributes["id"] for item in page.css(".footnotes li")] == ["fn-1", "fn-2"]
    assert "nobody's" in words.replace("’", "'")
    assert ["[^x]" in warnings[0], "[^y]" in warnings[1]] == [True, True]


def test_notes_are_what_markdown_says_they_are() -> None:
    text = "# T\n\n`x[^1]` a[^1] b[^2]\n\n[^1]:one\n\n[^2]: first\n\n    second\n\n```\n[^1]: code\n```"
    page, words, warnings = make(says(text))
    assert [item.text(separator=" ").split() for item in page.css(".footnotes li")] == [
        ["one"],
        ["first", "second"],
    ]
    assert "x[^1]" in words
    assert "[^1]: code" in words
    assert warnings == []


def test_of_two_notes_under_one_name_none_goes_missing() -> None:
    _, words, warnings = make(says("# T\n\na[^1]\n\n[^1]: first\n\n[^1]: second"))
    assert ["first" in words, "second" in words, len(warnings)] == [True, True, 1]


def test_a_title_in_markdown_is_words_at_the_head_too() -> None:
    documents, _ = make_documents(says("# A *B* `c` [d](https://example.org)\n\ntext"))
    page = LexborHTMLParser(documents[".html"].decode())
    assert page.css_first("title").text().startswith("A B c d")
    assert "*B*" not in documents[".html"].decode()


def test_a_family_without_a_heading_is_titled_by_its_file() -> None:
    page, _, _ = make(displays({"text/plain": "words"}))
    assert page.css_first("h1").text() == "My family"


# Pictures without alternative text --------------------------------------------------------------

NAMELESS = f"<img src='data:image/png;base64,{draw('png', 4, 4)}'>"


@pytest.mark.parametrize(
    ("outputs", "cells", "told"),
    [
        ([NAMELESS, "words", NAMELESS], (0, 2), "a picture has no alternative text"),
        ([NAMELESS * 2, SVG.format(""), NAMELESS], (0, 1, 2), "2 pictures have no alternative text"),
        (["words", SVG.format(""), NAMELESS * 2], (1, 2, 2), "a picture has no alternative text"),
    ],
)
def test_all_pictures_without_words_are_named_at_once(
    outputs: list[str], cells: tuple[int, ...], told: str
) -> None:
    shown = [new_output("display_data", data={"text/html": html}) for html in outputs]
    notebook = new_notebook(cells=[new_code_cell("x", outputs=[one]) for one in shown])
    with pytest.raises(DocumentError, match=told) as refused:
        read_document(notebook)
    assert (refused.value.cell, *refused.value.also) == cells


def test_a_picture_in_markdown_is_named_with_the_others() -> None:
    cells = [
        new_code_cell("x", outputs=[new_output("display_data", data={"text/html": NAMELESS})]),
        new_markdown_cell(NAMELESS.replace("<img", "![](a.png) <img")),
    ]
    with pytest.raises(DocumentError) as refused:
        read_document(new_notebook(cells=cells))
    assert (refused.value.cell, refused.value.also) == (0, (1,))
