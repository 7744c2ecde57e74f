"""No page of a PDF ends with a heading alone."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from pressroom.pages.markup.document import read_document
from pressroom.pages.pdf.printer import print_document

ROWS = '<tr><th scope="row">May</th><td>Visit</td></tr>' * 9
TABLE = f'<table class="rec"><caption>Visits</caption><tbody>{ROWS}</tbody></table>'
SAYS = '<ul class="says">' + "<li>something said at some length</li>" * 8 + "</ul>"
WIDE = "".join(f"<th>c{n}</th>" for n in range(16)), "".join(f"<td>a-longer-word-{n}</td>" for n in range(16))
WIDE_TABLE = f"<table><thead><tr>{WIDE[0]}</tr></thead><tbody><tr>{WIDE[1]}</tr></tbody></table>"
UNDER = {
    "a paragraph": f"<p>{'Some words. ' * 60}</p>",
    "a table": TABLE,
    "a table under a heading of its own": f"<h3>HEADING</h3>{TABLE}",
    "lines": SAYS,
    "columns": f'<div class="cols"><div><h2>HEADING</h2>{SAYS}</div><div>{SAYS}</div></div>',
    "a box": f'<aside class="care"><h2>HEADING</h2><p>{"Some words. " * 60}</p></aside>',
}
INSIDE = pytest.mark.parametrize("inside", ["<section>{}</section>", "{}"], ids=["a section", "no section"])


def pages_of(html: str, folder: Path) -> list[list[str]]:
    """Return the lines of each page, without its head and foot."""
    cell = new_code_cell("x", outputs=[new_output("display_data", data={"text/html": html})])
    (folder / "made.pdf").write_bytes(print_document(read_document(new_notebook(cells=[cell])))[0])
    command = ["pdftotext", "-layout", folder / "made.pdf", "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    pages = [[line.strip() for line in page.splitlines() if line.strip()] for page in told.split("\f")]
    return [[line for line in page if not re.search(r"Page \d+ of", line)] for page in pages if page]


@pytest.mark.slow
@INSIDE
@pytest.mark.parametrize("under", UNDER.values(), ids=UNDER)
def test_no_page_ends_with_a_heading(under: str, inside: str, tmp_path: Path) -> None:
    for lines in range(37, 48, 2):
        filler = "".join(f"<p>line {n}</p>" for n in range(lines))
        html = f"<h1>Title</h1>{filler}{inside.format(f'<h2>HEADING</h2>{under}')}<p>The end.</p>"
        assert not [page[-1] for page in pages_of(html, tmp_path) if page[-1] in ("HEADING", "Visits")]


@INSIDE
@pytest.mark.parametrize(
    "heading", ["<h2>HEADING</h2>", "<h2>HEADING</h2><h3>HEADING</h3>"], ids=["h2", "h3"]
)
def test_a_heading_turns_the_page_with_its_table(inside: str, heading: str, tmp_path: Path) -> None:
    html = f"<h1>Title</h1><p>Words.</p>{inside.format(heading + WIDE_TABLE)}"
    first, second, *_ = pages_of(html, tmp_path)
    assert "HEADING" not in first
    assert "HEADING" in second
    assert first[-1] == "Words."
