"""The index page from a manifest."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from kits import NOTE
from kits.sheets import read_rows, write_rows
from pressroom.data.package import Package, read_package
from pressroom.data.sources import AsOf
from pressroom.edition.index import render_index, say_as_of, say_period
from pressroom.edition.manifest import Manifest, Record, Shelf, read_manifest, write_manifest


@pytest.fixture(scope="module")
def package() -> Package:
    return read_package(NOTE / "data")


def record(family: str, slug: str, **more: Any) -> Record:
    outputs = {f"{family}/{slug}{suffix}": "0" for suffix in (".html", ".pdf", ".ipynb")}
    return Record(family, slug, {"agency": slug.upper()}, **{"status": "built", "outputs": outputs, **more})


def manifest(*records: Record, shelves: list[Shelf] | None = None) -> Manifest:
    families = list(dict.fromkeys(r.family for r in records))
    made = [Shelf(f, f"By {f}", "Which?", [r.slug for r in records if r.family == f]) for f in families]
    dataset = {"version": "1", "digest": "0", "files": {}}
    return Manifest(dataset, "c", "l", {}, shelves or made, {r.id: r for r in records})


def test_families_are_listed_with_a_line_for_each_briefing(package: Package) -> None:
    entry = {"label": "UNDP", "line": "Five, three on business"}
    page = render_index(manifest(record("agency", "undp", entry=entry), record("note", "note")), package)
    assert '<a href="agency/undp.html">UNDP</a>' in page
    assert "Five, three on business" in page
    assert '<a href="agency/undp.pdf"><span class="vh">UNDP, </span>PDF</a>' in page
    assert '<a href="#agency">By agency</a> 1' in page
    assert '<a href="note/note.html">NOTE</a>' in page, "without an entry, the parameters name it"
    assert "Information as of 3 Oct – 18 Nov 2019, <em>inferred</em>" in page
    assert page.count("<h1") == 1


def test_the_front_comes_from_a_briefing_else_from_the_dataset(package: Package) -> None:
    front = {"front": {"title": "Twelve & one", "lede": "Find yours."}}
    page = render_index(manifest(record("note", "note", entry=front)), package)
    assert "<h1>Twelve &amp; one</h1>" in page
    assert "Find yours." in page
    assert "<title>Twelve &amp; one" in page
    assert f"<h1>{package.descriptor['title']}</h1>" in render_index(manifest(record("a", "b")), package)


def test_strips_are_marks_in_columns_with_their_number_for_the_ear(package: Package) -> None:
    strip = {
        "columns": ["2018", "Other"],
        "marks": [["grey", "day"], []],
        "key": [["grey", "the Meeting"]],
        "notes": ["Other: undated"],
    }
    made = manifest(record("agency", "undp", entry={"strip": strip}), record("agency", "ilo"))
    page = re.sub(r' (role|data-l)="[^"]*"', "", render_index(made, package))
    assert '<th scope="col">Agency</th>' in page
    assert '<th scope="col" class="yr">2018</th><th scope="col" class="yr">Other</th>' in page
    marks = '<i class="g grey" aria-hidden="true"></i><i class="g day" aria-hidden="true"></i>'
    assert f'<td class="yr">{marks}<span class="vh">2</span></td><td class="yr"></td>' in page
    assert page.count('<td class="yr"></td>') == 3
    assert '<i class="g grey" aria-hidden="true"></i> the Meeting<br>Other: undated' in page


@pytest.mark.parametrize(
    ("marks", "shown"),
    [
        (["grey", "day", "day"], "grey day day (3)"),
        (["grey", *["day"] * 4], "grey day day day day (5)"),
        (["day"] * 6, "day 6"),
        (["ongoing", "grey", *["day"] * 12], "grey day 12 ongoing (14 in all)"),
    ],
)
def test_a_strip_shows_a_number_above_five_marks(package: Package, marks: list[str], shown: str) -> None:
    strip = {"columns": ["2018"], "marks": [marks]}
    page = render_index(manifest(record("agency", "undp", entry={"strip": strip})), package)
    cell = re.search(r'<td class="yr"[^>]*>(.*?)</td>', page)
    assert cell
    said = re.sub(r'<i class="g (\w+)" aria-hidden="true"></i>', r"\1 ", cell[1])
    said = re.sub(r'<span class="vh">(.*?)</span>', r"(\1)", said)
    assert " ".join(said.replace("(", " (").split()) == shown


def test_the_first_years_share_a_column_where_there_are_many(package: Package) -> None:
    columns = [*map(str, range(2011, 2025)), "Other"]
    strip = {"columns": columns, "marks": [["day"] if column != "2012" else [] for column in columns]}
    page = render_index(manifest(record("agency", "undp", entry={"strip": strip})), package)
    heads = re.findall(r'<th scope="col" class="yr"[^>]*>([^<]*)<', page)
    assert heads == ["2011–2020", "2021", "2022", "2023", "2024", "Other"]
    assert '<i class="g day" aria-hidden="true"></i>9</td>' in page
    assert re.findall(r'<span class="vh">(\d+)</span>', page) == ["1"] * 5, "no mark is lost"


def test_a_line_in_another_language_than_the_index_says_which(package: Package) -> None:
    german = replace(package, descriptor={**package.descriptor, "language": "de"})
    spoken = {"lang": "de"}
    for asked, entry, expected in (
        (package, {}, None), (package, spoken, "de"), (german, spoken, None), (german, {}, "en-GB")
    ):  # fmt: skip
        page = html.fromstring(render_index(manifest(record("agency", "undp", entry=entry)), asked))
        assert page.get("lang") == asked.descriptor.get("language", "en-GB")
        assert page.xpath("//th[@scope='row']")[0].get("lang") == expected


def test_text_is_never_markup(package: Package) -> None:
    entry = {
        "label": "<b>x",
        "line": "<script>alert(1)</script>",
        "strip": {"columns": ["<i>"], "marks": [["'\""]]},
    }
    shelf = Shelf("agency", "A *title* <u>x</u>", "<img src=x>", ["undp"])
    page = render_index(manifest(record("agency", "undp", entry=entry), shelves=[shelf]), package)
    for markup in ("<script", "<b>x", "<u>", "<img", '<th scope="col"><i>'):
        assert markup not in page
    assert "A <em>title</em>" in page


def test_what_there_is_no_copy_of_is_not_listed_and_an_old_copy_is_marked(package: Package) -> None:
    failed = record("a", "failed", status="failed", outputs={"a/failed.failed.ipynb": "0"})
    kept = record("a", "kept", status="kept")
    page = render_index(manifest(failed, kept), package)
    assert "failed" not in page.split("<main")[1]
    assert "(an earlier copy)" in page
    assert "No briefing has been built yet" in render_index(manifest(failed), package)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        (date(2019, 10, 3), date(2019, 11, 18), "3 Oct – 18 Nov 2019"),
        (date(2019, 10, 3), date(2019, 10, 18), "3–18 Oct 2019"),
        (date(2018, 12, 3), date(2019, 6, 18), "3 Dec 2018 – 18 June 2019"),
        (date(2019, 3, 1), date(2019, 3, 1), "1 March 2019"),
    ],
)
def test_periods(start: date, end: date, said: str) -> None:
    assert say_period(AsOf(start, end, "stated")) == said


def test_a_source_without_days_is_told_to_be_the_oldest(package: Package, tmp_path: Path) -> None:
    data = shutil.copytree(NOTE / "data", tmp_path / "data")
    leaf = {"code": "leaf", "mark": "L", "title": "Leaflet", "short_title": "leaflet"}
    write_rows(data / "sources.csv", [*read_rows(data / "sources.csv"), leaf])
    said = "Information as of 3 Oct – 18 Nov 2019, <em>inferred</em>"
    assert say_as_of(package) == said
    assert say_as_of(read_package(data)) == f"{said}; the oldest undated"


def test_a_manifest_survives_being_written(tmp_path: Path) -> None:
    made = manifest(record("agency", "undp", reads=[{"query": "q", "arguments": {}, "digest": "0"}]))
    made = replace(made, index="1")
    (tmp_path / "manifest.json").write_bytes(write_manifest(made))
    assert read_manifest(tmp_path) == made


@pytest.mark.parametrize(
    "text", ["", "[]", '{"schema": 0}', '{"schema": 1}', '{"schema": 1, "briefings": 3}']
)
def test_a_manifest_of_another_kind_is_none(text: str, tmp_path: Path) -> None:
    assert read_manifest(tmp_path) is None
    (tmp_path / "manifest.json").write_text(text)
    assert read_manifest(tmp_path) is None
