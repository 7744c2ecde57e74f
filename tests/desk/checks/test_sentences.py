"""Whether a slip of grammar is found in an edition, and nothing right is called one."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import pytest

from pressroom.desk.checks import sentences
from pressroom.desk.checks.sentences import check_sentences, find_slips

SLIPPED = {
    "a plural behind one": ["a dialogues of 2018", "an undated dialogues", "one agencies have", "1 meetings"],
    "a plural verb behind one": ["One of the two fall", "the one visit are", "the one dated study are"],
    "a plural verb behind it": ["It stand in the list", "so far, it have"],
    "a plural verb behind a singular": ["no other agency are named", "each meeting were"],
    "a singular verb behind several": [
        "Both is dated", "All three activities is", "no agencies is", "These was", "AB, CD and EF is",
        "Two talks was held",
    ],
    "a singular behind several": ["two agency met", "three undated dialogue", "one others", "two other."],
    "no of": ["No of the ten", "the other no agencies"],
    "both, or all, of another number": [
        "both three", "all two meetings", "all none", "neither of the three", "none of the two",
        "the both",
    ],
    "all told as a part": [
        "all of the one meeting", "three of the three", "12 of the 12", "two talks, two dated to the day",
        "one talk, none of them by North",
    ],
    "between one thing and itself": [
        "between three and three", "from 2018 to 2018", "from May 2018 to May 2018", "2018–2018",
        "from two to two",
    ],
    "one thing told twice": [
        "the workshop of 4 June 2018 and the workshop of 4 June 2018", "a visit, a visit, a visit",
    ],
    "a superlative without its share": ["North is named most often", "East has the most visits"],
    "a before a vowel": ["a activity", "has a ILO seat", "a hour", "on a 11th visit"],
    "an before a consonant": ["an training", "an UN agency", "an united front", "an 2nd visit"],
    "two articles": ["of a the visit", "named the an agency"],
    "a plural in ys": ["studys of 2018", "agencys"],
    "a word twice": ["it was said said"],
    "a value that is none": ["planned for None", "a visit (None)", "planned for undated"],
    "a brace": ["{n} more were called off"],
    "a blank before a stop": ["in 2018 , and"],
    "two stops": ["It ended.."],
    "a stop behind nothing": ["named by north and. It ended", "of the.", "between;"],
    "nothing between brackets": ["a meeting ()"],
    "years with a singular verb": ["2011 and 2015 is not covered"],
    "a span behind in": ["held in November 2016 – February 2018", "in 2016 – 2018"],
    "a sentence with a small first letter": ["It ended. one followed."],
}  # fmt: skip


@pytest.mark.parametrize(
    ("why", "words"), [(why, words) for why, given in SLIPPED.items() for words in given]
)
def test_a_slip_is_found(why: str, words: str) -> None:
    assert why in [found for found, _ in find_slips(words)]


def test_each_slip_has_an_example() -> None:
    assert SLIPPED.keys() == sentences.SLIPS.keys()


@pytest.mark.parametrize(
    "words",
    [
        "a unique event, an hour, one series of talks, a European body, a UN agency, an AICHR dialogue",
        "between two and three; one stands elsewhere; two agencies; One activity is dated",
        "the note says that it stands in B.II.1/1 … and goes on",
        "None assigned. The themes beside it have activities on record.",
        "two talks, one of them dated to the day; two talks, two planned visits; one held, none planned",
        "the one that they have; the one thing others are in; the one we are; the one people are in",
        "One of the three activities is dated. The last of two meetings was held. Each of those was named.",
        "a summary of both is given; both sides; all three are; neither of the two is; all two-year terms",
        "from time to time, from State to State, between north and south, 2018 to 2019, May 2018 to May 2019",
        "the training and the training of 2019; a visit in June and a visit in June 2018",
        "The north is named most often, in five of the nine. East has the most visits: four.",
        "the most serious crimes, the most famous, and the most urgent; at most; almost; most of the time",
        "an 8th visit, an 11th visit, a 12th visit, an ILO seat, a EU body, an unimportant body",
        "two dialogue partners, two study visits, two meeting and training rooms; Two days is long",
        "The following are named. No agency is named, and no other agencies are.",
        "days, surveys and keys; in 2016 and 2018; AB and CD are; the role of AB and CD is told",
    ],
)
def test_what_is_right_is_no_slip(words: str) -> None:
    assert list(find_slips(words)) == []


def test_the_example_holds() -> None:
    assert doctest.testmod(sentences).failed == 0


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    """Return an edition of one briefing whose second cell shows a slip, and its notebook beside it."""
    outputs = [{"output_type": "display_data", "data": {"text/html": ""}}]
    cells = [
        {"cell_type": "code", "id": "setup", "source": ["x = 1"], "outputs": []},
        {"cell_type": "code", "id": "words", "source": ["show()"], "outputs": outputs},
    ]
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "region.ipynb").write_text(json.dumps({"nbformat": 4, "cells": cells}), "utf-8")
    (tmp_path / "current" / "region").mkdir(parents=True)
    return tmp_path


def press(edition: Path, html: str) -> list[str]:
    nb = json.loads((edition / "notebooks" / "region.ipynb").read_text("utf-8"))
    nb["cells"][1]["outputs"][0]["data"]["text/html"] = html
    (edition / "current" / "region" / "north.ipynb").write_text(json.dumps(nb), "utf-8")
    return [str(finding) for finding in check_sentences(edition / "current", edition / "notebooks")]


def test_a_slip_is_told_with_its_notebook_cell_and_sentence(edition: Path) -> None:
    [told] = press(edition, "<p>One of the two fall in 2018.</p><p>Both fall in 2018.</p>")
    assert "notebooks/region.ipynb, cell [2]" in told
    assert "region/north reads “One of the two fall in 2018.”: a plural verb behind one" in told


@pytest.mark.parametrize("broken", ["{ broken", "[]", '{"cells": 1}', None])
def test_a_briefing_is_read_though_its_notebook_cannot_be(edition: Path, broken: str | None) -> None:
    press(edition, "<p>One of the two fall in 2018.</p>")
    own = edition / "notebooks" / "region.ipynb"
    own.unlink()
    if broken:
        own.write_text(broken, "utf-8")
    [told] = check_sentences(edition / "current", edition / "notebooks")
    assert "a plural verb behind one" in told.message
    assert told.cell is None


@pytest.mark.parametrize(("tag", "most"), [("<h1>{}</h1>", 14), ('<p class="lede">{}</p>', 60)])
def test_what_is_too_long_to_be_read_at_a_glance_is_told(edition: Path, tag: str, most: int) -> None:
    assert press(edition, tag.format(" ".join(["word", "more"] * (most // 2)))) == []
    [told] = press(edition, tag.format(" ".join(["word", "more"] * (most // 2)) + " yet"))
    assert f"{most + 1} words, and at most {most}" in told


@pytest.mark.parametrize(("language", "found"), [("id", 0), ("en-US", 1)])
def test_a_briefing_in_another_language_is_not_read_as_english(
    edition: Path, language: str, found: int
) -> None:
    head = f'<header class="masthead" lang="{language}"><b>F</b></header>'
    assert len(press(edition, f"{head}<p>Satu satu, no of the ten.</p>")) == found


def test_what_a_reader_does_not_see_as_a_sentence_is_not_read(edition: Path) -> None:
    hidden = "<svg><text>One of the two fall</text></svg><details><p>It stand</p></details>"
    assert press(edition, f"<style>p {{ color: red }}</style>{hidden}") == []
