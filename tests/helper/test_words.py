"""The helper returns facts, and no sentence: notebooks and ``data/wording.csv`` hold what pages say."""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import aichr_briefings

HELPER = Path(aichr_briefings.__file__).parent
ROOT = Path(__file__).parents[2]
PAGES = sorted(set(HELPER.glob("*.py")) - {HELPER / f"{name}.py" for name in ("rules", "upgrades")})
"""The modules that make pages; the others tell analysts what is wrong with their data."""

MOST_WORDS = 2

LABELS = {
    "When and where": "a column",
    "What it was": "a column",
    "Theme or series": "a column of a chart's data",
    "led the delegation": "a role",
    "co-led the delegation": "a role",
    "the Meeting of ": "what a meeting is called",
    "the undated Meeting": "what a meeting is called",
    ", none of them dated": "what several activities are called together",
    "line   of the ": "what a line of a plan is called",
}
"""What has more words and is no sentence: labels of columns and kinds, and names."""


def list_words(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and the words of each text in a module but for docstrings and what is raised."""
    tree = ast.parse(path.read_text("utf-8"))
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise | ast.JoinedStr):
            silent |= {id(part) for part in ast.walk(node) if part is not node}
    for node in ast.walk(tree):
        if id(node) in silent:
            continue
        if isinstance(node, ast.JoinedStr):
            yield node.lineno, " ".join(str(p.value) for p in node.values if isinstance(p, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def find_sentences(path: Path) -> list[str]:
    return [
        f"{path.name}:{line}: {words}"
        for line, words in list_words(path)
        if len(re.findall(r"[A-Za-z]{2,}", words)) > MOST_WORDS and " " in words and words not in LABELS
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_no_sentence_stands_in_the_helper(path: Path) -> None:
    assert find_sentences(path) == []


def test_a_sentence_would_be_found(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""A docstring of words."""\n\ndef say(n):\n    return f"There are {n} of these"\n')
    assert find_sentences(module) == ["module.py:4: There are   of these"]


def test_no_label_is_listed_in_vain() -> None:
    there = {words for path in PAGES for _, words in list_words(path)}
    assert set(LABELS) <= there


def test_each_wording_is_said_somewhere() -> None:
    """A wording that nothing says any more misleads who rewords it."""
    places = [*HELPER.glob("*.py"), *(ROOT / "notebooks").glob("*.ipynb"), HELPER / "family.ipynb"]
    told = "\n".join(path.read_text("utf-8") for path in places)
    with (ROOT / "tests" / "kits" / "note" / "data" / "wording.csv").open(encoding="utf-8") as file:
        keys = [row["key"] for row in csv.DictReader(file)]
    spoken = set(re.findall(r"[\"']((?:[a-z]+[.-])*[a-z]+)\\?[\"']", told))
    starts = (*tuple(re.findall(r"f\\?[\"']([a-z]+\.)\{", told)), "did.")
    unsaid = [key for key in keys if key not in spoken and not key.startswith(starts)]
    assert unsaid == []
