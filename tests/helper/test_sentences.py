"""Each sentence is read over made-up records: of none, one, two and many activities, and all that is odd."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml.html import fromstring

from kits.cells import read_briefings, say
from kits.made_up import PROFILES, RECORDS, TURNS, MadeUp, make_record
from kits.questions import WITHOUT_QUESTIONS, Pages, find_faults
from pressroom.data import check_dataset
from pressroom.data.locate import VARIABLE
from pressroom.desk.checks.sentences import judge

Page = tuple[str, str, str]
"""A briefing, a cell, and what it shows."""

WHOLE = RECORDS | TURNS
QUICK = ("ahead-only", "in-numbers", "nobody-named")


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in WHOLE]
)
def test_every_sentence_over_a_made_up_record_reads_as_english(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_record(tmp_path, WHOLE[name])
    assert check_dataset(data) == []
    monkeypatch.setenv(VARIABLE, str(data))
    pages = [(*where, say(shown)) for *where, shown in read_briefings(data)]
    assert [(*where, *slip) for *where, html in pages for slip in judge(html)] == []
    assert [where for *where, html in pages if '<span class="val">0</span>' in html] == []
    assert find_strays(pages) == {}
    assert find_faults(join_pages(pages)) == []


def join_pages(pages: list[Page]) -> Pages:
    """Return the briefings that ask questions, each as one page."""
    whole: dict[str, str] = {}
    for briefing, _, html in pages:
        if not briefing.startswith(WITHOUT_QUESTIONS):
            whole[briefing] = whole.get(briefing, "") + html
    return {name: fromstring(f"<main>{page}</main>") for name, page in whole.items()}


def find_strays(pages: list[Page]) -> dict[str, set[str]]:
    """Return by briefing the care letters that mark nothing, or lead to no item."""
    whole: dict[str, str] = {}
    for briefing, _, html in pages:
        whole[briefing] = whole.get(briefing, "") + html
    strays = {
        name: {*re.findall(r'id="care-(\w+)"', html)} ^ {*re.findall(r'href="#care-(\w+)"', html)}
        for name, html in whole.items()
    }
    return {name: letters for name, letters in strays.items() if letters}


def test_a_letter_that_marks_nothing_is_found() -> None:
    item = '<li id="care-a"></li><li id="care-b"></li>'
    assert find_strays([("x", "1", item), ("x", "2", '<a href="#care-b"></a>')]) == {"x": {"a"}}


def test_a_record_without_a_meeting_that_was_held_is_refused(tmp_path: Path) -> None:
    told = [str(finding) for finding in check_dataset(make_record(tmp_path, MadeUp(meetings=0)))]
    assert any(
        "no dated activity of this series was held that could be the reference" in each for each in told
    )


def test_the_records_show_each_profile() -> None:
    shown = {(made.first + place) % len(PROFILES) for made in RECORDS.values() for place in range(12)}
    assert shown == {*range(len(PROFILES))}
