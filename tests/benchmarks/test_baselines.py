"""The other sides: samples that cover the edition in turns, fair estimates, and equal pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.baselines import Estimate, choose_sample, require_same, run_floor
from benchmarks.commands import BenchmarkError, Project

SIZES = {"agency": 12, "year": 4, "theme": 9, "note": 1}
TASKS = [{"id": f"{family}/{n}", "family": family} for family, many in SIZES.items() for n in range(many)]


def test_a_sample_has_every_family_and_turns_cover_the_edition() -> None:
    samples = [choose_sample(TASKS, 6, turn) for turn in range(6)]
    for sample in samples:
        assert {task["family"] for task in sample} == set(SIZES)
        assert len(sample) <= 6
    assert {task["id"] for sample in samples for task in sample} == {task["id"] for task in TASKS}
    assert choose_sample(TASKS, 1, 5) == TASKS


def test_an_estimate_scales_each_family_and_counts_the_start_once() -> None:
    seconds = {"agency/a": 2.0, "agency/b": 4.0, "year/x": 1.0}
    assert Estimate(seconds, {"agency": 10, "year": 2}, start=5.0).edition == 5.0 + 10 * 3.0 + 2 * 1.0


@pytest.mark.parametrize(
    ("page", "whole", "same"),
    [
        ("<p>x</p><main><h1>A</h1>text</main>", True, True),
        ("<main><h1>A</h1>other</main>", True, False),
        ("<main><h1>A</h1>other</main>", False, True),
        ("<main><h1>B</h1>text</main>", False, False),
        ("", True, False),
    ],
)
def test_sides_that_make_other_pages_are_not_compared(
    tmp_path: Path, page: str, whole: bool, same: bool
) -> None:
    for side, text in (("ours", "<main><h1>A</h1>text</main>"), ("theirs", page)):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.html").write_text(text)
        (tmp_path / side / "a.pdf").write_bytes(b"%PDF-1.7")
    if same:
        require_same(tmp_path / "ours", tmp_path / "theirs", ["a"], whole=whole)
        (tmp_path / "theirs" / "a.pdf").write_bytes(b"")
    with pytest.raises(BenchmarkError, match="of a"):
        require_same(tmp_path / "ours", tmp_path / "theirs", ["a"], whole=whole)


@pytest.mark.slow
def test_the_floor_makes_both_documents_and_tells_its_stages(tmp_path: Path) -> None:
    project = Project.make(tmp_path / "project")
    tasks = project.list("agency/undp", "year/2018")
    told = run_floor(project, tasks, tmp_path / "floor", stages=True).output.splitlines()
    assert [json.loads(line)["id"] for line in told] == ["agency/undp", "year/2018"]
    assert list(json.loads(told[0])["seconds"]) == ["fork", "cells", "html", "tree", "typst"]
    for task in tasks:
        page = (tmp_path / "floor" / f"{task['id']}.html").read_text("utf-8")
        assert "@font-face" in page
        assert page.count("<h1") == 1
        assert "<svg" in page
        assert (tmp_path / "floor" / f"{task['id']}.pdf").read_bytes().startswith(b"%PDF")
    assert "UNDP: business" in (tmp_path / "floor" / "agency" / "undp.html").read_text("utf-8")
