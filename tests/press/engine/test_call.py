"""Functions called in forks of the warm process: what they answer, and what happens if they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from aichr_briefings.dataset.package import read_package
from aichr_briefings.dataset.queries import Queries
from aichr_briefings.press.answers import digest_question
from aichr_briefings.press.engine.process import WarmProcess, call
from aichr_briefings.press.freshness import Today
from aichr_briefings.press.inputs import find_project, read_inputs
from kits import NOTE

ROOT = Path(__file__).resolve().parents[3]
DATA = NOTE / "data"
ANSWERS = "aichr_briefings.press.answers"
DIGEST = read_package(DATA).digest


def test_a_function_answers_as_it_does_here(shared: WarmProcess) -> None:
    for name in ("agencies", "themes", "years", "provisions", "activities.id"):
        told = call(shared.address, ANSWERS, "list_codes", path=str(DATA), digest=DIGEST, name=name)
        assert told == list(Queries.of(read_package(DATA)).ask("codes", {"name": name}))


def test_reads_have_the_digest_that_they_have_here(shared: WarmProcess) -> None:
    questions = [
        ("activities", {"agency": "UNDP", "columns": ["id", "city"]}),
        ("count", {"theme": "bhr"}),
        ("activities", {"agency": "UNDPP"}),  # a refusal is an answer
        ("title", {}),
    ]
    queries = Queries.of(read_package(DATA))
    told = call(shared.address, ANSWERS, "digest_answers", path=str(DATA), digest=DIGEST, questions=questions)
    assert told == [digest_question(queries, *question) for question in questions]
    assert len(set(told)) == len(questions)


def test_a_question_that_nobody_understands_has_no_digest(shared: WarmProcess) -> None:
    questions = [("weather", {}), ("count", {"planet": "Mars"}), ("count", {"theme": "bhr"})]
    told = call(shared.address, ANSWERS, "digest_answers", path=str(DATA), digest=DIGEST, questions=questions)
    assert told[:2] == [None, None]
    assert told[2]


@pytest.mark.parametrize(
    "asked",
    [
        {"function": "list_codes", "path": str(DATA), "digest": DIGEST, "name": "planets"},
        {"function": "list_codes", "path": str(DATA), "digest": "another", "name": "agencies"},
        {"function": "list_codes", "path": "/nowhere", "digest": DIGEST, "name": "agencies"},
        {"function": "list_codes", "planet": "Mars"},
        {"function": "no_function"},
    ],
)
def test_a_call_that_fails_answers_nothing(shared: WarmProcess, asked: dict[str, str]) -> None:
    assert call(shared.address, ANSWERS, **asked) is None
    assert call(shared.address, "json", "dumps", obj=[1]) == "[1]"


def test_without_a_process_there_is_no_answer(tmp_path: Path) -> None:
    assert call(tmp_path / "socket", "json", "dumps", obj=1) is None


def test_what_is_not_answered_elsewhere_is_asked_here() -> None:
    calls: list[str] = []
    today = Today(read_inputs(find_project(ROOT)), lambda module, function, **_: calls.append(function))
    assert today.list_codes("agencies") == list(today.queries.ask("codes", {"name": "agencies"}))
    read = {"query": "count", "arguments": {"theme": "bhr"}}
    today.ask_ahead([read])
    assert today.digest(read) == digest_question(today.queries, "count", {"theme": "bhr"})
    assert calls == ["list_codes", "digest_answers"]


def test_files_and_the_like_are_not_asked_elsewhere() -> None:
    today = Today(read_inputs(find_project(ROOT)), lambda *_, **__: pytest.fail("asked elsewhere"))
    today.ask_ahead([{"query": "file", "arguments": {"path": "README.md"}}])
    assert today.digest({"query": "file", "arguments": {"path": "README.md"}})
