"""Whether a slip of grammar is found in an edition, and nothing right is called one."""

from __future__ import annotations

import doctest
import json
from pathlib import Path

import pytest

from pressroom.desk.checks import sentences
from pressroom.desk.checks.sentences import check_sentences, find_slips


@pytest.mark.parametrize(
    "words",
    [
        "One of the two fall in 2018",
        "It stand in the list",
        "No of the ten",
        "a dialogues of 2018",
        "the other one agencies have more",
        "between three and three",
        "2011 and 2015 is not covered",
        "a activity",
        "an training",
        "two agency took part",
        "it was said said",
        "planned for None",
        "{n} more were called off",
        "in 2018 , and",
        "It ended..",
        "a meeting ()",
        "It ended. one followed.",
    ],
)
def test_a_slip_is_found(words: str) -> None:
    assert list(find_slips(words))


@pytest.mark.parametrize(
    "words",
    [
        "a unique event, an hour, one series of talks, a European body, a UN agency, an AICHR dialogue",
        "between two and three; one stands elsewhere; two agencies; One activity is dated",
        "the note says that it stands in B.II.1/1 … and goes on",
        "None assigned. The themes beside it have activities on record.",
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
    (tmp_path / "notebooks" / "region.ipynb").write_text(json.dumps({"cells": cells}), "utf-8")
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
