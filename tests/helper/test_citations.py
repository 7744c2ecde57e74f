"""Citations with one source and with several: marks, names below charts, dates, and listed years."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from aichr_briefings import (
    cited,
    find_lists,
    lists,
    masthead,
    method,
    name_sources,
)
from aichr_briefings.record import Record, open_dataset
from pressroom.pages import Fragment
from pressroom.pages.markup.document import Document, read_document
from pressroom.pages.markup.nodes import words_of

NOTE = Path(__file__).parents[1] / "kits" / "note" / "data"
PRESS = {
    "code": "press",
    "mark": "P",
    "title": "Press releases",
    "short_title": "press releases",
    "published": "2024",
    "as_of_start": "2024-11-01",
    "as_of_end": "2024-11-30",
    "as_of_origin": "stated",
}
BOTH = ["background-note#B.I.1/1", "press#2022-11-17/6", "reference#countries"]


def add(folder: Path, table: str, **cells: str) -> None:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        labels = next(csv.reader(file))
    with (folder / f"{table}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, labels, restval="", lineterminator="\n").writerow(cells)


@pytest.fixture
def one(tmp_path: Path) -> Record:
    shutil.copytree(NOTE, tmp_path / "one")
    return open_dataset(tmp_path / "one")


@pytest.fixture
def two(tmp_path: Path) -> Record:
    shutil.copytree(NOTE, tmp_path / "two")
    add(tmp_path / "two", "sources", **PRESS)
    add(tmp_path / "two", "coverage", source="press", scope="meetings", **{"from": "2021", "to": "2022"})
    return open_dataset(tmp_path / "two")


def test_a_mark_is_printed_where_several_sources_are_cited(one: Record, two: Record) -> None:
    assert cited(one, BOTH[::2]) == ["B.I.1/1"]
    assert cited(two, BOTH) == ["N\u00a0B.I.1/1", "P\u00a02022-11-17/6"]


def test_a_chart_names_the_sources_of_what_it_draws(two: Record) -> None:
    rows = [{"sources": BOTH[:1]}, {"sources": ["background-note#B.III.2018/4", *BOTH[1:]]}]
    assert name_sources(two, rows) == "background note, B.I.1, B.III.2018; press releases, 2022-11-17"
    assert name_sources(two, rows, sections="none") == "background note; press releases"
    assert name_sources(two, rows[:1], sections="first and last") == "background note, B.I"
    assert [source.code for source in two.citations.of(rows[1:])] == ["background-note", "press"]


@pytest.mark.parametrize(
    ("places", "told", "briefly"),
    [
        (["/lead", "/tail"], "/lead, /tail", ["P /lead", "P /tail", "P p2"]),
        (["https://a.org/b", "a/1"], "a, https://a.org/b", ["P https://a.org/b", "P a", "P p2"]),
        (["p10/1", "p2/3", "p2/4"], "p2, p10", ["P p10", "P p2"]),
        (["§ 3 (b)", "12-13"], "12-13, § 3 (b)", ["P § 3 (b)", "P 12-13", "P p2"]),
    ],
)
def test_a_place_of_any_form_is_named(two: Record, places: list[str], told: str, briefly: list[str]) -> None:
    locators = [f"press#{place}" for place in places]
    assert name_sources(two, [{"sources": locators}]) == f"press releases, {told}"
    more = two.citations.cite_briefly([*locators, "press#p2/1", "press#p2/2"], most=3)
    assert [mark.replace("\u00a0", " ") for mark in more] == briefly


def test_the_years_that_are_listed_are_told_by_source(one: Record, two: Record) -> None:
    assert two.coverage == (2017, 2018, 2019, 2021, 2022)
    assert lists(one) == "the note lists activities for 2017 to 2019"
    said = "activities are listed for 2017 to 2019 (background note) and 2021 and 2022 (press releases)"
    assert lists(two) == said
    assert find_lists(two, 2018) == ["background-note#B.III.2018/"]
    assert find_lists(two, 2021) == find_lists(two, 2011) == []


def test_a_page_tells_the_newest_and_the_oldest_days_of_what_it_shows(two: Record) -> None:
    def head(*sources: str) -> str:
        shown = [{"sources": list(sources)}]
        return masthead(two, "Briefing", title="T", lede=["L"], shown=shown).html

    assert "1–30 Nov 2024" in head(*BOTH)
    assert "the oldest as of 3 Oct – 18 Nov 2019" in head(*BOTH)
    assert "2019" not in head(BOTH[1])
    assert "oldest" not in head(BOTH[1])
    assert "2024" not in head(BOTH[0])


def test_what_is_cited_below_the_masthead_dates_the_page_at_its_end(two: Record) -> None:
    def press(*cells: Fragment) -> Document:
        outputs = [new_output("display_data", data={"text/html": cell.html}) for cell in cells]
        return read_document(new_notebook(cells=[new_code_cell("x", outputs=outputs)]))

    head = masthead(two, "Briefing", title="T", lede=["L"], shown=[{"sources": BOTH[:1]}])
    assert "2024" not in press(head, method(two)).masthead.as_of_long
    cited(two, BOTH)
    page = press(head, method(two))
    assert page.masthead.as_of_long.startswith("Information as of 1–30 November 2024 (stated); the oldest as")
    assert words_of(page.masthead.as_of).startswith("Information as of 1–30 Nov 2024, stated; the oldest as")
    assert "Information as of" not in words_of(page.nodes)
    assert "P: Press releases" in words_of(page.nodes)


def test_a_source_without_days_is_the_oldest(tmp_path: Path) -> None:
    shutil.copytree(NOTE, tmp_path / "data")
    add(tmp_path / "data", "sources", code="leaf", mark="L", title="Leaflet", short_title="leaflet")
    ds = open_dataset(tmp_path / "data")

    def head(*sources: str) -> str:
        return masthead(ds, "Briefing", title="T", lede=["L"], shown=[{"sources": list(sources)}]).html

    assert "oldest" not in head(BOTH[0])
    assert "; the oldest undated" in head(BOTH[0], "leaf#1")


def test_the_method_describes_the_sources_that_were_used(two: Record) -> None:
    both, note = (method(two, [{"sources": BOTH[:n]}]).html for n in (2, 1))
    assert "<strong>Sources.</strong> N: AICHR Background Note" in both
    assert "P: Press releases, published in 2024, as of 1–30 November 2024." in both
    assert "<strong>Source.</strong> N: AICHR Background Note" in note
    assert "as of 3 October – 18 November 2019. B.II.1/2 is section and paragraph or bullet." in note
    assert "P: Press" not in note
