"""What was measured is kept, and shown with the machine that it was measured on and nothing more of it."""

from __future__ import annotations

import json
import platform
from pathlib import Path

import pytest
from benchmarks.measures import MEASURES
from benchmarks.results import HERE, Line, Result, describe_machine, keep_result, put_between, tell_seconds

from benchmarks import results

FAST = Result([Line("fast | faster", "1.0 s", "2.0 s", "2.0 times", "at least 2", True)], {"ours": [1.0]})
SLOW = Result([Line("slow", "9.0 s", "2.0 s", "0.2 times", "at least 2", False)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a README that has room for results."""
    (tmp_path / "README.md").write_text("# Head\n<!-- results -->\nold\n<!-- end of results -->\nfoot\n")
    return tmp_path


def test_results_are_kept_in_order_beside_each_other(folder: Path) -> None:
    keep_result("slow", SLOW, ("fast", "slow"), folder)
    keep_result("fast", FAST, ("fast", "slow"), folder)
    text = (folder / "README.md").read_text()
    assert text.startswith("# Head\n<!-- results -->\n")
    assert text.endswith("<!-- end of results -->\nfoot\n")
    assert "old" not in text
    assert text.index(r"| fast \| faster | 1.0 s | 2.0 s | **2.0 times** | at least 2 |") < text.index(
        "| slow |"
    )
    assert "**0.2 times** (missed)" in text
    kept = json.loads((folder / "results.json").read_text())
    assert kept["measures"]["fast"]["figures"] == {"ours": [1.0]}


def test_what_another_machine_gave_is_dropped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep_result("slow", SLOW, ("fast", "slow"), folder)
    here = describe_machine()
    monkeypatch.setattr(results, "describe_machine", lambda: here | {"cpu": "another"})
    keep_result("fast", FAST, ("fast", "slow"), folder)
    assert list(json.loads((folder / "results.json").read_text())["measures"]) == ["fast"]
    assert "slow" not in (folder / "README.md").read_text()


def test_the_machine_is_named_by_its_parts_only(folder: Path) -> None:
    keep_result("fast", FAST, ("fast",), folder)
    text = (folder / "README.md").read_text() + (folder / "results.json").read_text()
    assert f"Python {platform.python_version()}" in text
    assert platform.node() not in text
    assert str(Path.home()) not in text
    assert str(HERE) not in text


@pytest.mark.parametrize("text", ["nothing", "<!-- end of results --> <!-- results -->", "<!-- results -->"])
def test_a_page_without_its_marks_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.md").write_text(text)
    with pytest.raises(ValueError, match=r"page\.md does not have <!-- results -->"):
        put_between(tmp_path / "page.md", "results", "new")
    assert (tmp_path / "page.md").read_text() == text


def test_the_readme_has_room_for_all_tables_and_tells_of_all_measures() -> None:
    text = (HERE / "README.md").read_text("utf-8")
    for name in ("results", "stages", "above the floor"):
        assert text.count(f"<!-- {name} -->") == text.count(f"<!-- end of {name} -->") == 1
    assert [name for name in MEASURES if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize(("seconds", "words"), [(0.26, "0.3 s"), (7.04, "7.0 s"), (431.2, "431 s")])
def test_seconds_are_told_as_exactly_as_they_matter(seconds: float, words: str) -> None:
    assert tell_seconds(seconds) == words
