"""New commentaries, and what their briefings show of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pressroom.edition.build import build_edition
from pressroom.run.inputs import find_project
from warm_commands import run_warm

COMMAND = [sys.executable, "-c", "from pressroom.cli import main; main()"]

WORDS = """\
# First of all

- one
- *two*

> quoted <b>bold</b>

| a | b |
|---|---|
| c | <script>alert(1)</script> |
"""


def run(root: Path, *arguments: str, answers: str = "") -> subprocess.CompletedProcess[str]:
    return run_warm(root, *arguments, answers=answers)


@pytest.mark.slow
def test_it_is_written_where_its_briefing_finds_it(project: Path) -> None:
    done = run(
        project, "new", "commentary", "agency=UN-WOMEN", "--author", "A. Ünal", "--text", "-", answers=WORDS
    )
    assert (done.returncode, done.stderr) == (0, "")
    path = project / "data" / "commentary" / "agency" / "un-women.md"
    assert path.read_text("utf-8").startswith("---\nauthor: A. Ünal\ndate: 20")
    assert path.read_text("utf-8").endswith("---\n\n" + WORDS)
    assert run(project, "check", "--no-run").stdout == "no findings\n"
    result = build_edition(find_project(project), ["agency/un-women"])
    assert (result.failed, result.warnings) == ((), ())
    page = (project / "reports" / "current" / "agency" / "un-women.html").read_text("utf-8")
    assert "A. Ünal, 20" in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<script" not in page
    assert '<h3 id="first-of-all">First of all</h3>' in page


def test_author_and_date_are_asked_for(project: Path) -> None:
    answers = "A. Analyst\n2019-11-01\nWords.\n"
    assert run(project, "new", "commentary", "year=2018", answers=answers).returncode == 0
    path = project / "data" / "commentary" / "year" / "2018.md"
    assert path.read_text("utf-8") == "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\n\nWords.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["agency=UNPD"], "nearest: UNDP"),
        (["agency"], "names 12 briefings: agency/dpa"),
        (["agency=UNDP", "--date", "1 May"], 'the date "1 May" is no day'),
        (["agency=UNDP", "--author", " "], "the author is missing"),
        (["agency=UNDP", "--text", ""], "it says nothing below its head"),
        (["agency=UNDP", "--text", "Well done 🎉"], "no bundled font can show U+1F389 (Party popper)"),
    ],
)
def test_what_cannot_be_is_refused(project: Path, arguments: list[str], message: str) -> None:
    done = run(project, "new", "commentary", "--author=A", "--date=2019-11-01", "--text=Words.", *arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (project / "data" / "commentary").exists()


def test_what_is_piped_in_must_be_utf8(project: Path) -> None:
    words = [*COMMAND, "new", "commentary", "agency/undp", "--author=A", "--date=2019-11-01", "--text=-"]
    done = subprocess.run(words, cwd=project, input=b"caf\xe9", capture_output=True, timeout=120)
    assert done.returncode == 2
    assert done.stderr == b"nothing was written: standard input is not UTF-8 (byte 0xE9)\n"
    assert not (project / "data" / "commentary").exists()


def test_nothing_is_overwritten(project: Path) -> None:
    path = project / "data" / "commentary" / "agency" / "undp.md"
    path.parent.mkdir(parents=True)
    path.write_text("mine", "utf-8")
    done = run(project, "new", "commentary", "agency/undp", "--author=A", "--date=2019-11-01", "--text=x")
    assert done.returncode == 2
    assert "it stays as it is" in done.stderr
    assert path.read_text("utf-8") == "mine"


def test_who_leaves_halfway_leaves_nothing(project: Path) -> None:
    done = run(project, "new", "commentary", "agency/undp", answers="A. Analyst\n")
    assert done.returncode == 130
    assert not (project / "data" / "commentary").exists()
