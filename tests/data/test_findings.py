"""What a finding, a terminal and a log say of a text that would move the cursor or turn the line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pressroom.cli.printing import complain, print_json, say
from pressroom.data.findings import Finding, escape_unseen
from pressroom.delivery.log import LOG, Line, read_lines, write_line
from pressroom.run.notebook import NotebookError

ODD = {
    "\x1b[2J": "\\u001b[2J",
    "\x9b2J": "\\u009b2J",
    "\x7f": "\\u007f",
    "\u202e": "\\u202e",
    "\u2066": "\\u2066",
    "\u200b": "\\u200b",
    "\ufeff": "\\ufeff",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
    "\U000e0001": "\\udb40\\udc01",
    "\udcff": "\\udcff",
}


@pytest.mark.parametrize(("odd", "shown"), ODD.items())
def test_what_is_not_seen_is_escaped_for_a_terminal(
    odd: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    say(f"a{odd}b\nc")
    complain(f"d{odd}e")
    assert capsys.readouterr() == (f"a{shown}b\nc\n", f"d{shown}e\n")
    print_json({"x": odd})
    out = capsys.readouterr().out
    assert shown in out
    assert json.loads(out) == {"x": odd}


@pytest.mark.parametrize("text", ["Việt Nam – “ok” … ½", "ภาษาไทย", "မြန်မာ", "plain", ""])
def test_what_is_seen_stays(text: str) -> None:
    assert escape_unseen(text) == text


@pytest.mark.parametrize(
    "tell",
    [
        lambda name: Finding(message="it is odd", file=name),
        lambda name: Finding(message="it is odd", file="x", column=name),
        lambda name: NotebookError(Path(name), "it is odd"),
    ],
)
def test_a_name_forges_no_line(tell: Callable[[str], object]) -> None:
    said = str(tell("a\nerror: forged\x1b[2J"))
    assert "\n" not in said
    assert "a\\u000aerror: forged\\u001b[2J" in said


def test_the_log_is_escaped_and_read_back(tmp_path: Path) -> None:
    told = {"reply": "".join(odd for odd in ODD if odd != "\udcff")}
    write_line(tmp_path, Line("2026-01-01T00:00:00.000+00:00", "build", True, 1.0, told))
    text = (tmp_path / LOG).read_text("utf-8")
    assert escape_unseen(text, kept="\n") == text
    assert read_lines(tmp_path)[0].details == told
