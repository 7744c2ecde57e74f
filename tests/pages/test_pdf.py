"""PDFs: tagged, complete, well laid out, read back with pikepdf."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.edition.exporters import BriefingPDFExporter
from pressroom.pages.errors import DocumentError
from pressroom.pages.markup.document import read_document
from pressroom.pages.pdf.grid import CellTag
from pressroom.pages.pdf.printer import print_document
from pressroom.pages.pdf.structure import attributes_of, set_row_headers, walk_structure

SAMPLES = Path(__file__).parent / "samples"


def notebook(*outputs: str) -> Any:
    cells = [
        new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})]) for html in outputs
    ]
    return new_notebook(cells=cells)


def render_pdf(nb: Any) -> bytes:
    return print_document(read_document(nb))[0]


@cache
def printed(name: str) -> bytes:
    return render_pdf(notebook((SAMPLES / f"{name}.html").read_text(encoding="utf-8")))


def pdf_of(*outputs: str) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(render_pdf(notebook(*outputs))))


def parts(element: Any) -> Iterator[Any]:
    below = element.get("/K")
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from parts(child)


def tags(document: pikepdf.Pdf) -> list[str]:
    return [str(part.S) for part in parts(document.Root.StructTreeRoot)]


@pytest.fixture
def house() -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed("house"))) as document:
        yield document


def test_document_says_what_it_is(house: pikepdf.Pdf) -> None:
    root = house.Root
    assert root.MarkInfo.Marked
    assert str(root.Lang) == "en-GB"
    assert root.ViewerPreferences.DisplayDocTitle
    metadata = root.Metadata.read_bytes().decode()
    assert "WXO: two recorded activities, one beside the 1st AICHR-UN Meeting" in metadata
    assert "pdfuaid:part" in metadata
    assert "/CreationDate" not in (house.docinfo or {})


def test_a_title_may_hold_what_pdf_forbids() -> None:
    with pdf_of("<h1>One\ufeff two\u202e</h1>") as document, document.open_metadata() as told:
        assert told["dc:title"] == "One two"


def test_fonts_are_embedded(house: pikepdf.Pdf) -> None:
    found = font_descriptors(house)
    assert found
    assert all({"/FontFile2", "/FontFile3"} & set(font.keys()) for font in found)
    names = " ".join(str(font.FontName) for font in found)
    assert "Inter" in names
    assert "Source" in names


def font_descriptors(document: pikepdf.Pdf) -> list[Any]:
    return [
        part
        for part in document.objects
        if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"
    ]


def test_structure_is_there(house: pikepdf.Pdf) -> None:
    found = tags(house)
    assert found.count("/H1") == 1
    assert found.count("/H2") == 7
    assert found.count("/Table") == 2
    assert found.count("/Figure") == 1
    for tag in ("/Caption", "/L", "/LI", "/Lbl", "/Link", "/P"):
        assert tag in found
    figure = next(part for part in parts(house.Root.StructTreeRoot) if part.S == "/Figure")
    assert str(figure.Alt) == "Two activities: 15 May 2018 and June 2018."


def test_headings_are_bookmarks(house: pikepdf.Pdf) -> None:
    with house.open_outline() as outline:
        (top,) = outline.root
        assert top.title.startswith("WXO: two recorded activities")
        assert [child.title for child in top.children][:2] == [
            "Both fall in 2018",
            "No other agency is named",
        ]


def test_a_bold_heading_is_a_bookmark_too() -> None:
    with (
        pdf_of("<h1><b>All bold</b></h1><h2>half <strong>bold</strong></h2>") as document,
        document.open_outline() as outline,
    ):
        assert [outline.root[0].title, outline.root[0].children[0].title] == ["All bold", "half bold"]


def test_cells_are_tagged_as_headers_of_rows_and_columns(house: pikepdf.Pdf) -> None:
    table = next(part for part in parts(house.Root.StructTreeRoot) if part.S == "/Table")
    rows = [part for part in parts(table) if part.S == "/TR"]
    cells = [[(str(cell.S), scope(cell)) for cell in parts(row) if cell.S in ("/TH", "/TD")] for row in rows]
    assert cells[0] == [("/TH", "/Column")] * 4
    assert cells[1] == [("/TH", "/Row"), ("/TD", None), ("/TD", None), ("/TD", None)]


def test_cells_name_the_headers_of_their_row_and_column() -> None:
    with pikepdf.open(io.BytesIO(printed("house"))) as pdf:
        elements = list(walk_structure(pdf.Root.StructTreeRoot))
        named = pikepdf.NameTree(pdf.Root.StructTreeRoot.IDTree)
        cells = [attributes_of(part, "/Table") for part in elements if part.S == "/TD"]
        assert cells
        for attributes in cells:
            scopes = [attributes_of(named[str(name)], "/Table").Scope for name in attributes.Headers]
            assert scopes == ["/Column"] * (len(scopes) - 1) + ["/Row"]


def test_a_header_over_several_rows_is_named_in_each() -> None:
    table = (
        "<table><tr><th>a</th><th>b</th><th>c</th></tr><tr><th rowspan=2>x</th><td>1</td><td>2</td></tr>"
        "<tr><td>3</td><td>4</td></tr><tr><th>y</th><td>5</td><td>6</td></tr></table>"
    )
    with pdf_of(table) as pdf:
        cells = [part for part in walk_structure(pdf.Root.StructTreeRoot) if part.S in ("/TH", "/TD")]
        rows = [str(part.ID) for part in cells if attributes_of(part, "/Table").get("/Scope") == "/Row"]
        named = [str(attributes_of(part, "/Table").Headers[-1]) for part in cells if part.S == "/TD"]
    assert named == [rows[0]] * 4 + [rows[1]] * 2


def test_structure_has_paragraphs_one_lettered_list_and_no_empty_element() -> None:
    items = "".join(f"<li><strong>{word}.</strong> Said.</li>" for word in ("One", "Two", "Three"))
    body = (
        '<p class="lede">A lede.</p><ul class="says"><li>A line</li><li>Another</li></ul>'
        f'<aside class="care"><h2>Care</h2><ol class="alpha">{items}</ol></aside><p class="source">Source</p>'
    )
    with pdf_of(body) as pdf:
        elements = list(walk_structure(pdf.Root.StructTreeRoot))
        lists = [part for part in elements if part.S == "/L"]
        assert [len(part.K) for part in lists] == [2, 3]
        assert [attributes_of(part, "/List").ListNumbering for part in lists] == ["/None", "/LowerAlpha"]
        assert [part.S for part in elements if not part.get("/K")] == []
        spans = [part for part in elements if part.S == "/Span" and "/A" in part]
        assert [part for part in spans if "/Placement" in attributes_of(part, "/Layout")] == []


def scope(cell: Any) -> str | None:
    given = cell.get("/A")
    for attributes in given if isinstance(given, pikepdf.Array) else [given]:
        if attributes is not None and "/Scope" in attributes:
            return str(attributes.Scope)
    return None


def test_tags_must_fit_the_tables(tmp_path: Path) -> None:
    file = tmp_path / "house.pdf"
    file.write_bytes(printed("house"))
    with pikepdf.open(file) as pdf:
        with pytest.raises(ValueError, match="the PDF has 2 tables, the page 0"):
            set_row_headers(pdf, [])
        with pytest.raises(ValueError, match="12 cells, of the page 1"):
            set_row_headers(pdf, [[CellTag("Row")], [None] * 8])


def words(document: pikepdf.Pdf) -> str:
    """The words of all pages, by way of poppler, as a reader would copy them."""
    import shutil
    import subprocess

    tool = shutil.which("pdftotext")
    assert tool, "the slow tests need pdftotext; Debian's package is poppler-utils"
    buffer = io.BytesIO()
    document.save(buffer)
    done = subprocess.run(
        [tool, "-layout", "-", "-"], input=buffer.getvalue(), capture_output=True, check=True
    )
    return re.sub(r"\s+", " ", done.stdout.decode())


@pytest.mark.slow
def test_text_from_data_is_never_markup() -> None:
    text = words(pikepdf.open(io.BytesIO(printed("hostile"))))
    assert '#let x = 1; $x^2$ #import "@preview/x:1.0.0" \\ * _ ` @ref <label> // /* ~ -- ---' in text
    assert '</script><script>alert("words")</script>' in re.sub("[ \u200b]", "", text)
    assert "script text" not in text


@pytest.mark.slow
def test_odd_html_is_all_there() -> None:
    text = words(pikepdf.open(io.BytesIO(printed("odd"))))
    for word in (
        "#let x = 1",
        "$x$ *bold* @preview",
        "Merged",
        "group",
        "Total",
        "deeper bold",
        "stray",
        "meaning",
    ):
        assert word in text
    for word in (
        "quoted",
        "code $ #x",
        "a neighbour",
        "Việt Nam",
        "behind a disclosure",
        "Another first heading",
    ):
        assert word in text


def test_five_scripts_have_their_glyphs() -> None:
    with pikepdf.open(io.BytesIO(printed("odd"))) as document:
        names = " ".join(str(font.FontName) for font in font_descriptors(document))
    for script in ("Thai", "Lao", "Khmer", "Myanmar"):
        assert script in names


@pytest.mark.slow
def test_running_head_and_foot() -> None:
    rows = "".join(f"<tr><th>{n}</th><td>row {n}</td></tr>" for n in range(300))
    with pdf_of(
        (SAMPLES / "house.html").read_text(encoding="utf-8"),
        f"<table><thead><tr><th>n</th><th>text</th></tr></thead>{rows}</table>",
    ) as document:
        assert len(document.pages) > 4
        text = words(document)
        assert f"Page 2 of {len(document.pages)}" in text
        assert text.count("WXO Test–UN cooperation") == len(document.pages) - 1
        assert text.count("Information as of 1 to 5 May 2019 (inferred)") == len(document.pages)
        assert tags(document).count("/Table") == 3, "a table over several pages is one table"


def test_wide_tables_turn_the_page() -> None:
    with pdf_of("<p>x</p><table><tr>" + "<td>148148.136</td>" * 14 + "</tr></table><p>y</p>") as document:
        boxes = [page.mediabox for page in document.pages]
        assert [box[2] > box[3] for box in boxes] == [False, True, False]


def wide_table(columns: int, *, rows: int = 2, header: str = "r", word: str = "") -> str:
    head = "".join(f"<th>c{x}</th>" for x in range(columns))
    body = "".join(
        f"<tr><th>{header}{y}</th>"
        + "".join(f"<td>{cell_of(x, y)}{word}</td>" for x in range(columns))
        + "</tr>"
        for y in range(rows)
    )
    return f"<table><caption>Wide</caption><thead><tr><th>key</th>{head}</tr></thead>{body}</table>"


def cell_of(x: int, y: int) -> str:
    return f"x{x:03}y{y:03}"


def shown(pdf: bytes, folder: Path) -> list[str]:
    """Return the words on the pages of a PDF, none of which reaches beyond its page."""
    (folder / "shown.pdf").write_bytes(pdf)
    command = ["pdftotext", "-bbox", folder / "shown.pdf", "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    words: list[str] = []
    for page in told.split("<page ")[1:]:
        width, height = (float(side) for side in re.findall(r'(?:width|height)="([\d.]+)"', page)[:2])
        for *box, word in re.findall(
            r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</', page
        ):
            left, top, right, bottom = map(float, box)
            assert 0 <= left < right <= width + 1, word
            assert 0 <= top < bottom <= height + 1, word
            words.append(word)
    return words


@pytest.mark.parametrize(
    "html",
    [
        wide_table(200),
        f"<ul><li>{wide_table(200)}</li></ul>",
        f"<div class='cols'><div>{wide_table(200)}</div><div><p>beside</p></div></div>",
        f"<section class='commentary'><h2>C</h2>{wide_table(200)}</section>",
        wide_table(200, header="long row header "),
        wide_table(200, header="W" * 200),
        wide_table(200, word=" <span class=nb>" + "never broken " * 9 + "</span>"),
        wide_table(200)
        .replace("<th>r", "<th>a</th><th>b</th>" * 60 + "<th>r")
        .replace("<th>key", "<th>k</th>" * 121),
        "<table><tr><td>" + wide_table(200) + "</td><td>beside</td></tr></table>",
    ],
    ids=["page", "list", "columns", "box", "header", "word", "unbroken", "headers", "nested"],
)
@pytest.mark.slow
def test_no_column_of_a_wide_table_vanishes(html: str, tmp_path: Path) -> None:
    words = shown(render_pdf(notebook(html)), tmp_path)
    assert [cell_of(x, y) for x in range(200) for y in range(2) if cell_of(x, y) not in words] == []


def test_groups_of_columns_repeat_the_row_headers() -> None:
    note = '<sup class="footnote-ref"><a href="#fn-1">1</a></sup>'
    table = (
        wide_table(40)
        .replace("<th>key", f"<th rowspan=2>key{note}")
        .replace("<th>c0", "<th colspan=40>All</th></tr><tr><th>c0")
    )
    told = '<section class="footnotes"><ol><li id="fn-1">told below</li></ol></section>'
    with pdf_of(table + told) as document:
        tables = [part for part in parts(document.Root.StructTreeRoot) if part.S == "/Table"]
        assert len(tables) == 3
        for table in tables:
            scopes = [scope(part) for part in parts(table) if part.S == "/TH"]
            assert scopes.count("/Row") == 2
        assert [str(p.S) for t in tables for p in parts(t)].count("/TD") == 80
        text = words(document)
        assert re.findall(r"Wide \(columns \d+ to \d+ of 40\)", text) == [
            "Wide (columns 1 to 16 of 40)",
            "Wide (columns 17 to 32 of 40)",
            "Wide (columns 33 to 40 of 40)",
        ]
        assert text.count("told below") == 1


def test_what_no_page_can_hold_is_refused_with_its_cell() -> None:
    deep = "<blockquote>" * 23 + wide_table(3, word="W" * 200) + "</blockquote>" * 23
    with pytest.raises(DocumentError, match=r"the cell at place 1: a table has a word"):
        render_pdf(notebook(deep))


ITEMS = [f"item{n:03}" for n in range(300)]


@pytest.mark.parametrize(
    "html",
    [
        f"<section class=commentary><h2>C</h2><p>{' more words and '.join(ITEMS)}</p></section>",
        f"<aside class=care><h2>C</h2><ul>{''.join(f'<li>{item}</li>' for item in ITEMS)}</ul></aside>",
        f"<section class=method><h2>C</h2><pre>{chr(10).join(ITEMS)}</pre></section>",
        f"<ul class=says><li>{' more words and '.join(ITEMS)}</li></ul>",
        "<table><tr><th rowspan=300>G</th>"
        + "</tr><tr>".join(f"<td>{item}</td>" for item in ITEMS)
        + "</tr></table>",
        f"<table><tr><th>G</th><td>{' more words and '.join(ITEMS)}</td></tr></table>",
        "<table><thead>"
        + "".join(f"<tr><th>{item}</th><th>b</th></tr>" for item in ITEMS)
        + "</thead><tr><td>a</td><td>b</td></tr></table>",
        f"<table><caption>{' more words and '.join(ITEMS * 2)}</caption><tr><td>a</td></tr></table>",
        "<ul><li>" * 30 + f"<p>{' '.join(ITEMS)}</p>" + "</li></ul>" * 30,
    ],
    ids=["commentary", "care", "method", "says", "rowspan", "row", "head", "caption", "deep"],
)
@pytest.mark.slow
def test_what_is_higher_than_a_page_goes_on_on_the_next(html: str, tmp_path: Path) -> None:
    words = shown(render_pdf(notebook(html)), tmp_path)
    assert [item for item in ITEMS if item not in words] == []


@pytest.mark.slow
def test_footnotes_stand_at_the_foot() -> None:
    note = '<sup class="footnote-ref"><a href="#fn-1">1</a></sup>'
    rest = '<section class="footnotes"><ol><li id="fn-1">told below</li></ol></section>'
    with pdf_of(f"<p>a{note}</p>{rest}") as document:
        assert "/Note" in tags(document)
        assert "told below" in words(document)


def test_a_page_with_little_on_its_last_page_closes_up() -> None:
    sections = "".join(f"<section><h2>Part {n}</h2><p>One line.</p></section>" for n in range(11))
    method = '<section class="method"><h2>Method</h2><p>Told in one line.</p></section>'
    with pdf_of(f"<h1>T</h1>{sections}{method}") as document:
        assert len(document.pages) == 1


def test_a_page_closes_up_no_more_than_it_must() -> None:
    gaps = []
    for count in range(15, 20):
        sections = "".join(f"<section><h2>Part {n}</h2><p>One line.</p></section>" for n in range(count))
        with pdf_of(f"<h1>T</h1>{sections}") as document:
            assert len(document.pages) == 1
            gaps.append(distance_of_bookmarks(document))
    assert gaps == sorted(gaps, reverse=True)
    assert len(set(gaps)) == 3, "as usual, closer, and as close as can be"


def distance_of_bookmarks(document: pikepdf.Pdf) -> float:
    """How far the last two headings of a page are apart, in points."""
    with document.open_outline() as outline:
        places = [float(child.destination[3]) for child in outline.root[0].children]
    return round(places[-2] - places[-1], 1)


@pytest.mark.slow
def test_a_chart_stands_on_the_page_of_its_source() -> None:
    drawing = (
        '<svg viewBox="0 0 600 200" role="img" aria-label="A bar."><rect width="600" height="200"/></svg>'
    )
    figure = f'<figure class="chart"><figcaption>Caption.</figcaption>{drawing}</figure>'
    chart = f'{figure}<p class="source">Source: s.</p>'
    turned = 0
    for lines in range(29, 35):
        before = "".join(f"<p>Line {n}.</p>" for n in range(lines))
        with pdf_of(f"<h1>T</h1><section><h2>Part</h2>{before}{chart}{before}</section>") as document:
            for page in document.pages:
                one = pikepdf.new()
                one.pages.append(page)
                text = words(one)
                assert ("Caption." in text) == ("Source:" in text)
            turned += "Caption." not in text_of_first(document)
    assert 0 < turned < 6, "at some heights it goes to the next page"


def text_of_first(document: pikepdf.Pdf) -> str:
    first = pikepdf.new()
    first.pages.append(document.pages[0])
    return words(first)


@pytest.mark.slow
def test_the_method_never_stands_alone() -> None:
    sections = "".join(f"<section><h2>Part {n}</h2><p>{'Many words. ' * 40}</p></section>" for n in range(9))
    for more in range(10):
        rest = f"<section><h2>Last part</h2><p>{'More words. ' * 12 * more}</p></section>"
        method = '<section class="method"><h2>Method</h2><p>Told in one line.</p></section>'
        with pdf_of(f"<h1>T</h1>{sections}{rest}{method}") as document:
            last = pikepdf.new()
            last.pages.append(document.pages[-1])
            assert "part" in words(last).lower()


def test_bad_pictures_and_unknown_faults_stop_the_document() -> None:
    with pytest.raises(DocumentError, match="alternative text"):
        render_pdf(notebook("<img src='data:image/png;base64,AAAA'>"))
    broken = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA"
    with pytest.raises(DocumentError):
        render_pdf(notebook(f"<img alt='x' src='{broken}'>"))


def test_exporter_and_function_agree() -> None:
    pdf, resources = BriefingPDFExporter().from_notebook_node(notebook("<p>x</p>"))
    assert pdf == render_pdf(notebook("<p>x</p>"))
    assert resources["output_extension"] == ".pdf"


def test_no_temporary_files_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    render_pdf(notebook((SAMPLES / "odd.html").read_text(encoding="utf-8")))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_document_speaks_as_its_masthead_says(tmp_path: Path) -> None:
    words = '{"page": "Seite {page}/{pages}: #emph[x]"}'
    head = f"<header class='masthead' lang='de' data-phrases='{words}'><b class='family'>F</b></header>"
    file = tmp_path / "spoken.pdf"
    file.write_bytes(render_pdf(notebook(f"{head}<h1>Title</h1><p>Words.</p>")))
    with pikepdf.open(file) as pdf:
        assert str(pdf.Root.Lang) == "de"
    text = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    assert "Seite 1/1: #emph[x]" in text
