"""The section on what has changed: of these activities only, corrections told apart."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from aichr_briefings import what_changed
from aichr_briefings.record import Record, open_dataset
from kits import NOTE
from pressroom.data.package import read_package
from pressroom.data.previous import VARIABLE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the dataset of a project with one release of it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    shutil.copytree(NOTE / "data", tmp_path / "data")
    shutil.copytree(NOTE / "data", tmp_path / "releases" / "one" / "data")
    told = {
        "number": 1,
        "created": "2026-11-26T06:00:00+00:00",
        "dataset": {"digest": read_package(tmp_path / "data").digest},
    }
    (tmp_path / "releases" / "one" / "release.json").write_text(json.dumps(told), "utf-8")
    return tmp_path / "data"


def edit(data: Path, file: str, old: str, new: str) -> Record:
    before = (data / file).read_text("utf-8")
    assert old in before
    (data / file).write_text(before.replace(old, new, 1), "utf-8")
    return open_dataset()


def words(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html))).strip()


def say(ds: Record, **selection: object) -> str:
    return words(what_changed(ds, **selection).html)  # type: ignore[arg-type]


def test_without_another_state_of_the_data_there_is_no_section(data: Path) -> None:
    assert not what_changed(open_dataset(), agency="UNDP")


def test_a_correction_is_told_to_those_concerned(data: Path) -> None:
    ds = edit(data, "activities.csv", ",2017-11-13,2017-11-16", ",2017-11-14,2017-11-16")
    told = (
        "Corrected Training on business and human rights: date 14–16 November 2017, was 13–16 November 2017"
    )
    for selection in (
        {"agency": "UNDP"},
        {"theme": "bhr"},
        {"year": 2017},
        {"provision": "2016-2020:1.2.4"},
        {},
    ):
        assert say(ds, **selection) == f"One correction since release one of 26 November 2026 {told}", (
            selection
        )
    for selection in ({"agency": "IOM"}, {"theme": "environment"}, {"year": 2018}):
        assert not what_changed(ds, **selection), selection  # type: ignore[arg-type]


def test_who_comes_into_a_selection_is_told_with_the_reason(data: Path) -> None:
    ds = edit(data, "participations.csv", "bhr-training-2017,UNDP,co-host", "bhr-training-2017,ILO,co-host")
    assert "role of ILO now stated, co-host" in say(ds, agency="ILO")
    assert "role of UNDP supporter, was co-host and supporter" in say(ds, agency="UNDP")


def test_statements_and_differences_count_too(data: Path) -> None:
    ds = edit(data, "discrepancies.csv", "The training of 2017", "The training in 2017")
    assert "heading The training in 2017, was The training of 2017" in say(ds, agency="UNDP")
    assert "Corrected difference inside the source" in say(ds, theme="bhr")
    ds = edit(data, "statements.csv", "Close work with", "Work with")
    assert "Corrected statement" in say(ds, agency="UNDP", about=["UNDP"])


def test_kinds_are_counted_in_the_heading(data: Path) -> None:
    edit(data, "activities.csv", ",2017-11-13,2017-11-16", ",2017-11-14,2017-11-16")
    rows = (data / "activities.csv").read_text("utf-8").splitlines(keepends=True)
    added = next(row for row in rows if row.startswith("crc-workshop-2017,"))
    rows.append(added.replace("crc-workshop-2017", "crc-workshop-2019").replace("2017", "2019"))
    (data / "activities.csv").write_text("".join(rows), "utf-8")
    assert say(open_dataset()).startswith("One correction and one addition since release one")


def test_an_agency_that_the_release_did_not_know_is_no_fault(data: Path) -> None:
    frozen = data.parent / "releases" / "one"
    for file in ("organisations.csv", "participations.csv", "statements.csv"):
        rows = (frozen / "data" / file).read_text("utf-8").splitlines(keepends=True)
        kept = [row for row in rows if not re.match(r"ILO,|[^,]+,ILO,", row)]
        (frozen / "data" / file).write_text("".join(kept), "utf-8")
    told = {
        "number": 1,
        "created": "2026-11-26T06:00:00+00:00",
        "dataset": {"digest": read_package(frozen / "data").digest},
    }
    (frozen / "release.json").write_text(json.dumps(told), "utf-8")
    assert "role of ILO now stated" in say(open_dataset(), agency="ILO")
