"""What a page cites of several sources, and what it has used."""

from __future__ import annotations

from datetime import date

import pytest

from pressroom.data.sources import AsOf, Source
from pressroom.pages import Citations, date_sources, plain_table

SOURCES = {
    "report": Source(
        "report", "R", "Annual report", "annual report", as_of=AsOf(date(2020, 1, 1), date(2020, 2, 1))
    ),
    "press": Source("press", "P", "Press", "press"),
    "names": Source("names", "", "Names of bodies", "names"),
}


@pytest.fixture
def citations() -> Citations:
    return Citations(SOURCES)


def test_common_knowledge_is_not_cited(citations: Citations) -> None:
    assert citations.cite(["report#B.1/2", "names#x", "press#p3"]) == ["R\u00a0B.1/2", "P\u00a0p3"]


def test_of_many_places_the_sections_are_cited(citations: Citations) -> None:
    assert citations.cite_briefly(["report#B.1/2", "report#B.1/3", "report#C/1"]) == [
        "R\u00a0B.1",
        "R\u00a0C",
    ]


@pytest.mark.parametrize(
    ("sections", "named"),
    [
        ("each", "annual report, p2, p10"),
        ("first and last", "annual report, p2 to p10"),
        ("none", "annual report"),
    ],
)
def test_sources_are_named_with_their_sections_in_order(citations: Citations, sections, named) -> None:
    assert citations.name([{"sources": ("report#p10", "report#p2/1")}], sections=sections) == named


def test_many_places_are_counted(citations: Citations) -> None:
    assert citations.name([{"sources": [f"press#p{n}" for n in range(13)]}]) == "press, 13 places"


def test_what_is_named_below_a_picture_has_been_used(citations: Citations) -> None:
    assert [source.code for source in citations.until_now()] == ["report", "press"], "all, if none was used"
    citations.name([{"sources": ("press#p1",)}])
    assert [source.code for source in citations.until_now()] == ["press"]


def test_what_is_undated_counts_as_the_oldest(citations: Citations) -> None:
    row = {"sources": ("press#p1", "report#p1")}
    assert [source.code for source in citations.newest_first(row)] == ["report", "press"]
    assert date_sources(citations.of([row]))["undated"]


def test_an_empty_cell_says_that_it_is() -> None:
    shown = plain_table("c", ["", "1st"], [("When", ""), ("Where", "Bern")], silent="not stated").html
    assert shown.count("not stated") == 1
    assert shown.count('data-l="1st"') == 2
