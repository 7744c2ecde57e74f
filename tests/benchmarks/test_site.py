"""A release is given as many briefings as are asked for, each with documents of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from benchmarks.commands import BenchmarkError
from benchmarks.site import fan_out

from pressroom.edition.manifest import Manifest, Record, Shelf, read_manifest, write_manifest


def test_each_briefing_has_documents_of_its_own(tmp_path: Path) -> None:
    edition = tmp_path / "edition"
    (edition / "year").mkdir(parents=True)
    (edition / "year" / "2018.html").write_text("2018")
    record = Record("year", "2018", {"year": 2018}, "built", outputs={"year/2018.html": "digest"})
    shelves = [Shelf("year", "Years", "", ["2018"])]
    manifest = Manifest({"version": "1"}, "", "", {}, shelves, {record.id: record})
    (edition / "manifest.json").write_bytes(write_manifest(manifest))
    fan_out(tmp_path, 3)
    told = read_manifest(edition)
    assert told is not None
    assert [record.id for _, records in told.list_shelves() for record in records] == [
        "year/2018",
        "year/2018-2",
        "year/2018-3",
    ]
    assert (edition / "year" / "2018-3.html").read_text() == "2018"
    shutil.rmtree(edition)
    with pytest.raises(BenchmarkError, match="no briefing"):
        fan_out(tmp_path, 3)
