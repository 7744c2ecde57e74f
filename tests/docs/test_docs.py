"""The documentation: it builds without a warning, leaves no name out, and its tutorial works."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pikepdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html

import aichr_briefings
from kits import copy_kit
from pressroom import pages
from pressroom.pages.phrases import PHRASES
from warm_commands import run_warm

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {
    "light": {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": LEVELS}},
    # A dark scheme has other colours, and nothing else.
    "dark": {
        "resultTypes": ["violations"],
        "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    },
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("docs") / "html"
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--keep-going", "-q", "-E", "-b", "html"]
    done = subprocess.run([*command, DOCS, folder], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def list_pages(built: Path) -> list[Path]:
    return [page for page in built.rglob("*.html") if "_static" not in page.parts]


def list_links(page: Path) -> Iterator[str]:
    """Yield what a page links to or shows."""
    text = page.read_text("utf-8")
    yield from (unescape(link) for link in re.findall(r'(?:href|src)="([^"]+)"', text))


@cache
def list_ids(page: Path) -> set[str]:
    """Return what can be linked to on a page."""
    return set(re.findall(r'id="([^"]+)"', page.read_text("utf-8")))


@pytest.mark.slow
def test_every_link_leads_somewhere(built: Path) -> None:
    broken = []
    for page in list_pages(built):
        for link in list_links(page):
            path, _, anchor = link.partition("#")
            if "://" in path or path.startswith(("data:", "mailto:", "briefing:")):
                continue
            target = (page.parent / unquote(path.partition("?")[0])).resolve() if path else page
            there = target.is_file()
            if there and anchor and target.suffix == ".html":
                there = anchor in list_ids(target)
            if not there:
                broken.append(f"{page.relative_to(built)}: {link}")
    assert broken == []


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(built: Path) -> None:
    fetched = re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=\"(?:https?:)?//[^\"]+")
    found = [f"{page.name}: {hit}" for page in list_pages(built) for hit in fetched.findall(page.read_text())]
    assert found == []


@pytest.fixture
def tab(browser: Any) -> Iterator[Any]:
    with browser.new_context(viewport={"width": 1280, "height": 900}) as context:
        yield context.new_page()


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tutorial.html", "reference/content.html"])
def test_pages_are_accessible(tab: Any, built: Path, page: str) -> None:
    tab.goto((built / page).as_uri())
    for scheme, rules in RULES.items():
        tab.emulate_media(color_scheme=scheme)
        found = Axe().run(tab, context="article", options=rules)
        assert found.violations_count == 0, f"{scheme}: {found.generate_report()}"


@pytest.mark.slow
def test_outputs_look_as_in_a_briefing_in_light_and_dark(tab: Any, built: Path) -> None:
    tab.goto((built / "reference" / "content.html").as_uri())
    for scheme, ink in (("light", "rgb(22, 33, 43)"), ("dark", "rgb(233, 238, 242)")):
        tab.emulate_media(color_scheme=scheme)
        figure = tab.locator(".figures li").first
        assert figure.evaluate("one => getComputedStyle(one).borderTopColor") == ink
        assert "Source Serif 4" in tab.locator(".figures .val").first.evaluate(
            "one => getComputedStyle(one).fontFamily"
        )


def read_code(path: Path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_the_reference_leaves_no_name_out() -> None:
    """What is the desk's own stands there, and of what any desk could use whatever a family uses."""
    used = read_code(DOCS / "reference" / "content.ipynb")
    families = "\n".join(map(read_code, (ROOT / "notebooks").glob("*.ipynb")))
    called = {n for n in pages.__all__ if re.search(rf"(?<![\w.\"']){n}\(", families)}
    own = {*aichr_briefings.__all__} - {*pages.__all__}
    missing = [n for n in sorted(own | called) if not re.search(rf"\b{n}\b", used)]
    assert missing == []


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "benchmarks/README.md", "data/README.md"])
def test_links_from_the_readmes_lead_somewhere(name: str) -> None:
    page = ROOT / name
    text = page.read_text("utf-8")
    links = re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    headings = {
        re.sub(r"[^\w\- ]", "", h.lower()).strip().replace(" ", "-")
        for h in re.findall(r"^#+ (.+)$", text, re.M)
    }
    for link in links:
        path, _, anchor = link.partition("#")
        if "://" not in link:
            assert (page.parent / path).exists(), link
            assert path or anchor in headings, link


def list_steps(page: str) -> list[tuple[str, str]]:
    """Return a page's steps: what is typed, what it shows, and what is edited by hand."""
    text = (DOCS / page).read_text("utf-8")
    pattern = re.compile(
        r"^% (?P<edit>edit: [^\n]+)$|^ *```(?P<kind>sh|console)\n(?P<block>.*?)^ *```", re.M | re.S
    )
    return [
        ("edit", found["edit"].removeprefix("edit: ")) if found["edit"] else (found["kind"], found["block"])
        for found in pattern.finditer(text)
    ]


def edit_cell(root: Path, file: str, key: str, column: str, value: str) -> None:
    path = root / file
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    row = next(row for row in rows if row[0] == key)
    row[rows[0].index(column)] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")


def type_in(command: str, root: Path) -> str:
    """Run a command as a reader types it; return what it shows. One of ours needs no shell, nor a start."""
    lines = command.replace("\\\n", " ").strip().splitlines()
    if all(line.startswith("briefings ") and not set(line) & set("|&;<>$#*") for line in lines):
        runs = [run_warm(root, *shlex.split(line)[1:]) for line in lines]
    else:
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        told = {"cwd": root, "env": environment, "stdin": subprocess.DEVNULL}
        runs = [subprocess.run(command, shell=True, capture_output=True, text=True, **told)]
    assert not any(done.returncode for done in runs), (command, runs)
    return "".join(done.stdout for done in runs)


@pytest.mark.slow
def test_a_kit_of_ones_own_is_made_as_it_is_written(tmp_path: Path) -> None:
    page = "how-to/your-own-kit.md"
    table = re.search(r"^```text\n(.*?)^```", (DOCS / page).read_text("utf-8"), re.M | re.S)
    assert table
    (tmp_path / "sales.csv").write_text(table[1], "utf-8")
    for kind, text in list_steps(page):
        if kind == "edit":
            edit_cell(tmp_path, *text.split())
            continue
        prompt, _, shown = text.partition("\n")
        said = type_in(prompt.removeprefix("$ "), tmp_path)
        assert kind == "sh" or said == shown
    assert "46" in (tmp_path / "shop/reports/current/region/south.html").read_text("utf-8")


@pytest.mark.slow
def test_the_tutorial_works_as_it_is_written(pressed_kit: Path, tmp_path: Path) -> None:
    """Every command is typed, but those that set up what is there already, or wait for a reader.

    The edition of the unchanged kit is there already, too: the first build finds nothing to do.
    """
    root = copy_kit(tmp_path / "project")
    shutil.copy(ROOT / "requirements.lock", root)

    def run(command: str) -> str:
        return type_in(command, root)

    elsewhere = {"make briefings": "briefings build", ". .venv/bin/activate": "true"}
    run("git init -q && git add -A && git -c user.name=a -c user.email=a@b commit -qm project")
    shutil.copytree(pressed_kit / "reports", root / "reports", symlinks=True)
    assert "38 up to date" in run("briefings build")
    typed = []
    for kind, text in list_steps("tutorial.md"):
        if kind == "edit":
            edit_cell(root, *text.split())
        elif kind == "console":
            prompt, _, shown = text.partition("\n")
            assert run(prompt.removeprefix("$ ")) == shown
        else:
            for line in text.splitlines():
                typed.append(line)
                if not line.startswith("briefings preview"):  # its own tests run it
                    run(elsewhere.get(line, line))
    assert typed[:2] == ["make briefings", ". .venv/bin/activate"]
    assert "16 May 2018" not in (root / "reports/current/agency/ilo.html").read_text("utf-8")
    assert run("git status --porcelain --untracked-files=no") == ""


@pytest.mark.slow
def test_an_activity_is_added_as_it_is_written(tmp_path: Path) -> None:
    root = copy_kit(tmp_path / "project")
    asking, giving = (text for _, text in list_steps("how-to/add-an-activity.md"))
    assert giving.startswith(asking.strip())
    last = "workshop-water-rights-2019 is added: activities.csv, participations.csv"
    assert type_in(giving, root).splitlines()[-1] == last
    assert type_in("briefings check --no-run", root)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("page", "briefing", "words"),
    [
        ("add-a-source", "agency/unep", "Minutes: 40, which is recorded."),
        ("record-a-meeting", "agency/undp", "UNDP was in the UN delegation at the 2nd"),
        ("add-a-plan", "provision/2021-2025-1-2-1", "Line 1.2.1 of the Plan of Action 2021–2025"),
    ],
)
def test_the_record_grows_as_it_is_written(tmp_path: Path, page: str, briefing: str, words: str) -> None:
    root = copy_kit(tmp_path / "project")
    for kind, text in list_steps(f"how-to/{page}.md"):
        if kind == "edit":
            edit_cell(root, *text.split())
        else:
            type_in(text, root)
    page_html = (root / "reports" / "current" / f"{briefing}.html").read_text("utf-8")
    assert words in " ".join(re.sub(r"<[^>]+>", "", page_html).split())


@pytest.mark.slow
def test_lines_to_take_are_kept_as_it_is_written(tmp_path: Path) -> None:
    root, shown = copy_kit(tmp_path / "project"), ""
    for kind, text in list_steps("how-to/write-lines-to-take.md"):
        if kind == "edit":
            edit_cell(root, *text.split())
            continue
        prompt, _, told = text.strip().partition("\n") if kind == "console" else (text, "", "")
        shown = type_in(prompt.removeprefix("$ "), root)
        assert kind != "console" or shown.split() == told.split()
    assert shown.split() == ["no", "findings"]


@pytest.mark.slow
def test_a_sentence_is_reworded_as_it_is_written(tmp_path: Path) -> None:
    root = copy_kit(tmp_path / "kit")
    for _, text in list_steps("how-to/reword-a-paragraph.md"):
        type_in(text.replace("build agency", "build agency=UNDP"), root)
    told = html.parse(root / "reports" / "current" / "agency" / "undp.html").getroot().text_content()
    for words in (
        "Questions to expect",
        "We were, in the UN delegation",
        "UNDP sat in the UN delegation at",
        "no place is given",
        "Handle with care",
    ):
        assert words in told
    for words in (
        "Say with care",
        "You may be asked",
        "Yes, in",
        "UNDP was in the UN delegation at",
        "place not stated",
    ):
        assert words not in told


def make_described_notebook(page: str) -> nbformat.NotebookNode:
    """Return the notebook whose cells a page shows: one in Markdown, the parameters, then code."""
    text = (DOCS / page).read_text("utf-8")
    cells = []
    for kind, source in re.findall(r"^```(markdown|python)\n(.*?)^```", text, re.M | re.S):
        make = nbformat.v4.new_markdown_cell if kind == "markdown" else nbformat.v4.new_code_cell
        cells.append(make(source.strip()))
    cells[1].metadata["tags"] = ["parameters"]
    return nbformat.v4.new_notebook(cells=cells)


@pytest.mark.slow
def test_a_family_is_translated_as_it_is_written(tmp_path: Path) -> None:
    root, page = copy_kit(tmp_path / "kit"), "how-to/translate-a-family.md"
    nbformat.write(make_described_notebook(page), root / "notebooks" / "lembaga.ipynb")
    for _, text in list_steps(page):
        type_in(text, root)
    made = root / "reports" / "current" / "lembaga" / "undp.html"
    document = html.parse(made).getroot()
    assert document.get("lang") == "id"
    told = " ".join(document.body.text_content().split())
    assert not re.search("Previous|Next|edition|PDF of|page", told)
    for words in (
        "UNDP tercatat dalam lima kegiatan. Yang pertama: ",
        ", dan Juni 2018.",
        "Cara membaca halaman ini",
        "Sebelumnya: ",
    ):
        assert words in told
    titles = document.xpath("//td/span[@lang='en']")
    assert len(titles) == 5
    with pikepdf.open(made.with_suffix(".pdf")) as pdf:
        assert str(pdf.Root.Lang) == "id"
    assert type_in("briefings check --no-run", root) == "no findings\n"


def test_the_reference_lists_every_phrase() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.+?) \|", (DOCS / "reference" / "phrases.md").read_text("utf-8"), re.M
    )
    assert dict(rows) == PHRASES["en"]
