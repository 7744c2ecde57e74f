"""Looking back: to the newest release whose dataset differs from today's, as one recorded read."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from kits import NOTE
from pressroom.data import open_dataset
from pressroom.data.findings import DatasetError
from pressroom.data.package import read_package
from pressroom.data.previous import PREVIOUS, VARIABLE, find_previous
from pressroom.data.reads import take_reads

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the dataset of a project, which is opened without a path."""
    folder = tmp_path / "data"
    shutil.copytree(NOTE / "data", folder)
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    take_reads()
    return folder


def release(data: Path, number: int, *, folder: Path | None = None, changed: str = "") -> Path:
    """Freeze a dataset, with one word in it changed."""
    made = (folder or data.parent / "releases") / f"r{number}"
    shutil.copytree(data, made / "data")
    if changed:
        activities = made / "data" / "activities.csv"
        activities.write_text(activities.read_text("utf-8").replace("Four days", changed), "utf-8")
    digest = read_package(made / "data").digest
    (made / "release.json").write_text(
        json.dumps({"number": number, "created": "2026-11-26T06:00:00+00:00", "dataset": {"digest": digest}}),
        "utf-8",
    )
    return made


def test_without_a_release_there_is_nothing_and_that_is_read(data: Path) -> None:
    assert open_dataset().previous is None
    assert take_reads() == [{"query": PREVIOUS, "arguments": {}, "digest": ""}]


def test_the_newest_that_differs_is_taken_and_read_whole(data: Path) -> None:
    release(data, 9, changed="Nine days")
    wanted = release(data, 10, changed="Ten days")
    release(data, 11)
    previous = open_dataset().previous
    assert previous is not None
    assert (previous.name, previous.day) == ("r10", date(2026, 11, 26))
    assert previous.dataset.path == wanted / "data"
    assert previous.dataset.row("activities", "bhr-training-2017")["summary"].startswith("Ten days")
    found = find_previous(data, read_package(data).digest)
    assert found is not None
    assert take_reads() == [{"query": PREVIOUS, "arguments": {}, "digest": found.identity}]


def test_where_releases_are_approved_only_these_count(data: Path) -> None:
    release(data, 1, changed="One day")
    release(data, 2, changed="Two days")
    approvals = data.parent / "releases" / "_state" / "approvals"
    approvals.mkdir(parents=True)
    (approvals / "r2.json").write_text('{"withdrawn": true}', "utf-8")
    assert open_dataset().previous.name == "r2"  # type: ignore[union-attr]
    (approvals / "r1.json").write_text('{"by": "Ann", "of": "its digest"}', "utf-8")
    assert open_dataset().previous.name == "r1"  # type: ignore[union-attr]


def test_another_release_of_the_same_data_is_another_read(data: Path) -> None:
    """Its name and its day are told."""
    release(data, 1, changed="One day")
    digest = read_package(data).digest
    first = find_previous(data, digest)
    release(data, 2, changed="One day")
    second = find_previous(data, digest)
    assert first is not None
    assert second is not None
    assert first.digest == second.digest
    assert first.identity != second.identity


def test_half_a_release_is_none(data: Path) -> None:
    release(data, 1, changed="One day").rename(data.parent / "releases" / ".half-r1")
    assert open_dataset().previous is None


def test_releases_lie_where_the_environment_says(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(data, 1, changed="One day")
    monkeypatch.setenv(VARIABLE, str(tmp_path / "elsewhere"))
    assert find_previous(data, read_package(data).digest) is None
    made = release(data, 1, folder=tmp_path / "elsewhere", changed="Two days")
    found = find_previous(data, read_package(data).digest)
    assert found is not None
    assert found.data == made / "data"


def test_a_dataset_that_is_not_what_was_frozen_is_refused(data: Path) -> None:
    made = release(data, 1, changed="One day")
    with (made / "data" / "themes.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(DatasetError, match="not the dataset that was frozen"):
        _ = open_dataset().previous


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"number": "x", "dataset": {"digest": "y"}}'])
def test_a_release_that_says_nothing_of_itself_is_refused(data: Path, text: str) -> None:
    (release(data, 1) / "release.json").write_text(text, "utf-8")
    with pytest.raises(DatasetError, match=r"r1/release\.json: the release cannot be read"):
        _ = open_dataset().previous
