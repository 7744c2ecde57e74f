"""What pages answer: at most 50 words, four to six questions, and no claim without its care."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import html

from aichr_briefings import open_dataset
from kits import NOTE, ROOT
from kits.questions import Pages, find_faults, read_pages
from pressroom.data.locate import VARIABLE


@pytest.fixture(scope="module", params=[NOTE / "data", ROOT / "data"], ids=["note", "shipped"])
def data(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def pages(data: Path) -> Pages:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(data))
        return read_pages(data)


def test_four_to_six_questions_have_answers_of_at_most_50_words(pages: Pages) -> None:
    assert pages
    assert find_faults(pages) == []


def test_a_fault_is_found() -> None:
    page = html.fromstring(f"<main><ul class='asked'><li><p>{'word ' * 51}</p></li></ul></main>")
    assert find_faults({"a": page}) == [("a", 1), ("a", "word " * 51)]


def test_every_row_bears_the_letter_of_what_differs_on_its_activity(data: Path, pages: Pages) -> None:
    ds = open_dataset(data)
    differing = {row["subject"] for row in ds.discrepancies()}
    titles = [
        {row["title"].partition(": ")[0], row["short_title"]}
        for row in ds.activities()
        if row["id"] in differing
    ]
    rows = [
        (name, row.text_content(), row.xpath(".//a[@class='ref']"))
        for name, page in pages.items()
        for row in page.xpath("//table[contains(@class, 'rec')]//tr[td]")
    ]
    bare = [(n, words) for n, words, marks in rows for own in titles if not marks and _names(words, own)]
    assert bare == []


def _names(row: str, titles: set[str]) -> bool:
    return any(title.replace("'", "\u2019") in row for title in titles)


def test_what_is_planned_and_names_no_agency_is_no_invitation(data: Path, pages: Pages) -> None:
    ahead = [row for row in open_dataset(data).activities(status="planned") if not row["agencies"]]
    told = [name for name, page in pages.items() if "not “invited”: no agency" in page.text_content()]
    assert told == [name for name in pages if name.startswith("agency/") and ahead]


def test_no_statement_begins_with_its_kind(pages: Pages) -> None:
    leads = {
        lead for page in pages.values() for lead in page.xpath("//*[@class='says']//*[@class='k']/text()")
    }
    assert leads
    assert [lead for lead in leads if re.match("Topic|Audience|Commitment", lead)] == []
