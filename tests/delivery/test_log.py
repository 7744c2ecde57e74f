"""The log of runs: one JSON object a line, whatever befalls the line before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pressroom.delivery.log import (
    LOG,
    Line,
    find_last_start,
    name_run,
    read_last_run,
    read_lines,
    write_line,
)

FIRST, SECOND = "2026-11-26T06:00:00.000+00:00", "2026-11-27T06:00:00.000+00:00"


def test_lines_come_back_as_they_were_written(tmp_path: Path) -> None:
    lines = [
        Line(FIRST, "begin", True, 0.0),
        Line(FIRST, "build", False, 1.5, {"why": ["é\n\u2028\x85\udcff"]}),
    ]
    for line in lines:
        write_line(tmp_path / "state", line)
    assert read_lines(tmp_path / "state") == lines
    assert [
        json.loads(text)["step"] for text in (tmp_path / "state" / LOG).read_text().strip().split("\n")
    ] == [
        "begin",
        "build",
    ]


NOW = datetime(2026, 11, 28, tzinfo=UTC)


@pytest.mark.parametrize("torn", ['{"run": "2026', "[]", "null", "\x00\x00", '{"run": 1}'])
def test_a_torn_line_costs_no_other(tmp_path: Path, torn: str) -> None:
    write_line(tmp_path, Line(FIRST, "begin", True, 0))
    with (tmp_path / LOG).open("a") as file:
        file.write(torn)
    write_line(tmp_path, Line(SECOND, "begin", True, 0))
    assert [line.run for line in read_lines(tmp_path)] == [FIRST, SECOND]


def test_the_last_run_is_the_one_that_wrote_last(tmp_path: Path) -> None:
    assert read_last_run(tmp_path) == []
    assert find_last_start(tmp_path, NOW) is None
    for run, step in ((FIRST, "begin"), (FIRST, "run"), (SECOND, "begin")):
        write_line(tmp_path, Line(run, step, True, 0))
    assert [(line.run, line.step) for line in read_last_run(tmp_path)] == [(SECOND, "begin")]
    assert find_last_start(tmp_path, NOW) == datetime(2026, 11, 27, 6, tzinfo=UTC)


def test_half_a_letter_costs_no_other_line(tmp_path: Path) -> None:
    write_line(tmp_path, Line(FIRST, "begin", True, 0))
    with (tmp_path / LOG).open("ab") as file:
        file.write(b'{"run": "\xc3\n')
    write_line(tmp_path, Line(SECOND, "begin", True, 0))
    assert [line.run for line in read_lines(tmp_path)] == [FIRST, SECOND]


def test_a_start_that_is_still_to_come_is_unknown(tmp_path: Path) -> None:
    """The clock was ahead once; what it wrote then must not keep runs from being due until that day."""
    for run in (FIRST, "2031-01-01T06:00:00.000+00:00", SECOND):
        write_line(tmp_path, Line(run, "begin", True, 0))
    assert find_last_start(tmp_path, NOW) == datetime(2026, 11, 27, 6, tzinfo=UTC)
    assert find_last_start(tmp_path, datetime(2026, 11, 1, tzinfo=UTC)) is None


def test_a_run_is_named_in_utc() -> None:
    moment = datetime(2026, 11, 26, 13, 0, tzinfo=timezone(timedelta(hours=7)))
    assert name_run(moment) == FIRST
