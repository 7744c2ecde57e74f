"""The whole edition on the real data: pages in a browser, the structure of PDFs, equal bytes elsewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from warm_commands import find_warm

pytestmark = pytest.mark.slow

BRIEFINGS = Path(sys.executable).with_name("briefings")
FAMILIES = {
    "about": 1,
    "agency": 12,
    "meeting": 2,
    "theme": 9,
    "year": 4,
    "provision": 9,
    "background-note": 1,
}

# Rich and sparse ones of each family, and the index.
PAGES = [
    "index",
    "agency/undp",
    "agency/unicef",
    "agency/iom",
    "agency/un-women",
    "agency/osapg",
    "theme/women-children",
    "theme/sustainable-development",
    "year/2018",
    "year/2011",
    "provision/2016-2020-1-2-4",
    "provision/2016-2020-1-2-1",
    "background-note/background-note",
]

# Of these axe-core looks at the colours on a phone, too.
SEEN_SMALL = ("index", "agency/undp")

FOOT = 60
"""Points at the foot of a page that hold its number alone."""

LAYOUT = Path(__file__).parent.joinpath("pages", "layout.js").read_text("utf-8")
HEADS = """[...document.querySelectorAll("thead tr")].map(
    row => [...row.cells].map(cell => cell.textContent.trim()).filter(Boolean).join(" ")).filter(Boolean)"""
# The spacing that a reader may ask for, success criterion 1.4.12 of WCAG.
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-bottom: 2em !important }"
)
# In a way that a page's own policy has no say in.
ADD_STYLE = """css => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
}"""
# Roles that elements have of their own, as ARIA in HTML lists them.
IMPLICIT = {
    "a": ("link",),
    "article": ("article",),
    "aside": ("complementary",),
    "details": ("group",),
    "figure": ("figure",),
    "footer": ("contentinfo",),
    "header": ("banner",),
    "li": ("listitem",),
    "main": ("main",),
    "nav": ("navigation",),
    "ol": ("list",),
    "section": ("region",),
    "table": ("table",),
    "tbody": ("rowgroup",),
    "td": ("cell",),
    "tfoot": ("rowgroup",),
    "th": ("columnheader", "rowheader", "cell"),
    "thead": ("rowgroup",),
    "tr": ("row",),
    "ul": ("list",),
}


def run(folder: Path, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [str(argument) for argument in arguments]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=folder, env=os.environ | environment, timeout=900
    )


@pytest.fixture
def kit(pressed_kit: Path) -> Path:
    return pressed_kit


@pytest.fixture
def edition(pressed_kit: Path) -> Path:
    return pressed_kit / "reports" / "current"


def test_the_nu_html_checker_finds_nothing(edition: Path, find_markup_faults: Callable[[Path], str]) -> None:
    assert find_markup_faults(edition) == ""


def test_every_briefing_is_there_in_three_forms(edition: Path) -> None:
    for family, number in FAMILIES.items():
        names = {
            suffix: {p.stem for p in (edition / family).glob(f"*.{suffix}")}
            for suffix in ("html", "pdf", "ipynb")
        }
        assert len(names["html"]) == number, family
        assert names["html"] == names["pdf"] == names["ipynb"]
    manifest = json.loads((edition / "manifest.json").read_text("utf-8"))
    assert len(manifest["briefings"]) == sum(FAMILIES.values())
    assert not re.search(r"/(root|home|work|tmp)/", json.dumps(manifest))


@pytest.mark.parametrize("name", PAGES)
def test_pages_have_no_violation(
    name: str,
    edition: Path,
    show: Callable[..., Any],
    require_accessible: Callable[..., None],
    requests: list[str],
) -> None:
    tab = show((edition / f"{name}.html").read_text("utf-8"))
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        require_accessible(tab, colours=width == 1280 or name in SEEN_SMALL)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert [url for url in requests if not url.startswith("data:")] == []


def test_every_page_has_room_for_its_words(edition: Path, browser: Any) -> None:
    """No text in a column of fewer than twelve characters, over other text, or to be scrolled to sideways."""
    faults: dict[tuple[str, object], list[str]] = {}
    with browser.new_context() as context:
        tab = context.new_page()
        for path in sorted(edition.rglob("*.html")):
            name = path.relative_to(edition).as_posix()
            tab.goto(path.as_uri())
            # First with more space in its text: fewer characters go into a column then; what is lost is
            # another matter.
            tab.set_viewport_size({"width": 320, "height": 900})
            tab.evaluate(ADD_STYLE, SPACED)
            if found := [one for one in tab.evaluate(LAYOUT) if "characters wide" not in one]:
                faults[name, "spaced"] = found
            tab.evaluate(ADD_STYLE, "")
            tab.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
            for width in (320, 390, 768, 1200):
                tab.set_viewport_size({"width": width, "height": 900})
                if found := tab.evaluate(LAYOUT):
                    faults[name, width] = found
    assert faults == {}


def test_print_leaves_no_head_of_a_table_and_no_line_alone(
    edition: Path, browser: Any, tmp_path: Path
) -> None:
    with browser.new_context() as context:
        tab = context.new_page()
        for name in PAGES:
            tab.goto((edition / f"{name}.html").as_uri())
            tab.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
            heads = tab.evaluate(HEADS)
            text = subprocess.check_output(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], text=True)
            for page in text.split("\f")[:-1]:
                lines = [" ".join(line.split()) for line in page.splitlines() if line.strip()]
                assert len(lines) > 3, (name, lines)
                assert not lines[-1].endswith(tuple(heads)), (name, lines[-1])


def test_no_role_says_what_its_element_says(edition: Path) -> None:
    for path in edition.rglob("*.html"):
        roles = re.findall(r'<(\w+)[^>]* role="(\w+)"', path.read_text("utf-8"))
        assert {role for element, role in roles if role in IMPLICIT.get(element, ())} == set(), path


def test_every_page_is_self_contained(edition: Path) -> None:
    for path in edition.rglob("*.html"):
        html = path.read_text("utf-8")
        assert "<script" not in html, path
        assert not re.search(r'(?:src|href)="(?:https?:)?//', html), path
        assert len(re.findall(r"<h1\b", html)) == 1, path
        assert not re.search(r">\s*(nan|None|NaT|&lt;NA&gt;)\s*</", html), path


def test_every_pdf_is_tagged(edition: Path) -> None:
    for path in edition.rglob("*.pdf"):
        with pikepdf.open(path) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert str(pdf.Root.Lang) == "en-GB"
            assert str(pdf.docinfo["/Title"]).strip(), path
            elements = list(walk(pdf.Root.StructTreeRoot))
            tags = [str(element.get("/S")) for element in elements]
            assert tags.count("/H1") == 1, path
            figures = [element for element in elements if element.get("/S") == "/Figure"]
            assert all(str(figure.get("/Alt", "")).strip() for figure in figures), path
            assert tags.count("/Table") == 0 or "/TH" in tags, path
            most = 8 if path.stem == "background-note" else 3
            assert len(pdf.pages) <= most, path


def walk(element: Any) -> Any:
    children = element.get("/K")
    if children is None:
        return
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            yield child
            yield from walk(child)


def test_no_briefing_ends_on_a_page_that_is_nearly_empty(edition: Path) -> None:
    """The last page is at least a third full, the foot of it left out."""
    for path in sorted(edition.glob("*/*.pdf")):
        with pikepdf.open(path) as pdf:
            last = len(pdf.pages)
        command = ["pdftotext", "-bbox", "-f", str(last), "-l", str(last), path, "-"]
        told = subprocess.check_output(command, text=True)
        [height] = map(float, re.findall(r'<page .*height="([\d.]+)"', told))
        body = [y for y in map(float, re.findall(r'yMax="([\d.]+)"', told)) if y < height - FOOT]
        assert last == 1 or max(body) > height / 3, path


def test_row_headers_are_headers(edition: Path) -> None:
    with pikepdf.open(edition / "agency" / "undp.pdf") as pdf:
        headers = [element for element in walk(pdf.Root.StructTreeRoot) if element.get("/S") == "/TH"]
        scopes = [scope_of(header) for header in headers]
    assert scopes.count("/Row") >= 6
    assert scopes.count("/Column") >= 4


def scope_of(header: Any) -> str:
    given = header.get("/A")
    owners = list(given) if isinstance(given, pikepdf.Array) else [given]
    return next(str(owner["/Scope"]) for owner in owners if "/Scope" in owner)


def test_equal_bytes_elsewhere(kit: Path, edition: Path, tmp_path: Path) -> None:
    chosen = ["agency/undp", "theme/bhr", "year/2018", "provision/2016-2020-1-2-4", "background-note"]
    done = run(
        kit, BRIEFINGS, "build", "--output", tmp_path / "elsewhere", *chosen,
        TZ="Asia/Bangkok", LC_ALL="C.UTF-8", LANG="th_TH.UTF-8", PYTHONHASHSEED="7",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    current = tmp_path / "elsewhere" / "current"
    told = json.loads((current / "manifest.json").read_text("utf-8"))["briefings"]
    made = [current / name for record in told.values() for name in record["outputs"]]
    assert len(made) == 4 * len(chosen)
    for path in made:
        assert path.read_bytes() == (edition / path.parent.name / path.name).read_bytes(), path.name


def test_papermill_and_nbconvert_work_on_their_own(kit: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    bin_folder = Path(sys.executable).parent
    done = run(
        kit,
        bin_folder / "papermill",
        "notebooks/agency.ipynb",
        out,
        "-p",
        "agency",
        "UNICEF",
        "--no-progress-bar",
    )
    assert done.returncode == 0, done.stderr
    started = run(kit, bin_folder / "jupyter", "nbconvert", "--to", "briefing_html", out)
    forked = find_warm("nbconvert").run(["--to", "briefing_pdf", str(out)], os.environ, kit)
    for done, suffix in ((started, "html"), (forked, "pdf")):
        assert done.returncode == 0, done.stderr
        assert out.with_suffix(f".{suffix}").stat().st_size > 10_000
    assert "UNICEF: women’s and children’s rights" in out.with_suffix(".html").read_text("utf-8").replace(
        "&#39;", "'"
    )
    with pikepdf.open(BytesIO(out.with_suffix(".pdf").read_bytes())) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("UNICEF")
