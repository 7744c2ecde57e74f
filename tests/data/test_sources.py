"""Sources as tables: what they are as of, what they cover, and what an earlier version kept otherwise."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pressroom.data.check import check_dataset
from pressroom.data.dataset import open_dataset
from pressroom.data.findings import DatasetError
from pressroom.data.package import read_package
from pressroom.data.sources import AsOf, Source, find_as_of, read_sources
from pressroom.data.tidy import write_files
from pressroom.data.upgrade import upgrade, upgrade_files

FIELDS = [{"name": "id", "type": "string"}, {"name": "sources", "type": "string", "list": True}]
FORMER = {
    "name": "visits",
    "sources": [
        {"name": "annual-report", "title": "The annual report", "path": "https://example.org/report"},
        {"name": "rumours", "title": "Rumours"},
        {"name": "names", "title": "Names"},
    ],
    "as_of": {"start": "2020-03-01", "end": "2020-04-30", "origin": "inferred", "reason": "So it seems."},
    "coverage": {"start": 2018, "end": 2019, "reason": "Its years."},
    "resources": [{"name": "visits", "path": "visits.csv", "schema": {"fields": FIELDS, "primaryKey": "id"}}],
}


@pytest.fixture
def former(tmp_path: Path) -> Path:
    """Return a dataset as an earlier version kept it."""
    (tmp_path / "datapackage.json").write_text(json.dumps(FORMER), "utf-8")
    (tmp_path / "visits.csv").write_text(
        "id,sources\na,annual-report#p. 3\nb,rumours#1;annual-report#4\n", "utf-8"
    )
    return tmp_path


def test_sources_move_from_the_descriptor_into_tables(former: Path) -> None:
    write_files(former, upgrade_files(read_package(former)))
    assert check_dataset(former) == []
    assert upgrade_files(read_package(former)) == {}
    package = read_package(former)
    sources = read_sources(package)
    assert {code: source.mark for code, source in sources.items()} == {
        "annual-report": "R",
        "rumours": "R2",
        "names": "",
    }
    report = sources["annual-report"]
    assert (report.title, report.url) == ("The annual report", "https://example.org/report")
    assert report.as_of == AsOf(date(2020, 3, 1), date(2020, 4, 30), "inferred", "So it seems.")
    assert open_dataset(former).coverage == (2018, 2019)
    assert not {"sources", "as_of", "coverage"} & package.descriptor.keys()


def test_an_earlier_release_is_read_as_todays_and_stays_as_it_is(former: Path) -> None:
    package = read_package(former)
    seen = upgrade(package)
    assert [resource.name for resource in seen.resources] == ["visits", "sources", "coverage"]
    assert read_sources(seen)["names"].title == "Names"
    assert seen.digest == package.digest
    assert seen.is_current()
    assert sorted(path.name for path in former.iterdir()) == ["datapackage.json", "visits.csv"]


def test_what_is_todays_already_is_the_same(former: Path) -> None:
    write_files(former, upgrade_files(read_package(former)))
    package = read_package(former)
    assert upgrade(package) is package


@pytest.mark.parametrize("told", [{}, {"start": "x"}, "2019", None])
def test_what_an_earlier_version_could_not_read_either_is_left_out(former: Path, told: object) -> None:
    (former / "datapackage.json").write_text(json.dumps({**FORMER, "as_of": told, "coverage": told}), "utf-8")
    files = upgrade_files(read_package(former))
    assert files["coverage.csv"].count(b"\n") == 1


@pytest.mark.parametrize(
    "rows", ["id,sources\na,annual-report#1,more\n", "id,sources,colour\na,annual-report#1,red\n", "id\na\n"]
)
def test_nothing_is_moved_beside_a_table_of_which_something_would_be_lost(former: Path, rows: str) -> None:
    (former / "visits.csv").write_text(rows, "utf-8")
    with pytest.raises(DatasetError, match=r"visits\.csv"):
        upgrade_files(read_package(former))
    found = check_dataset(former)
    assert {finding.file for finding in found} >= {"datapackage.json", "visits.csv"}
    assert (former / "visits.csv").read_text("utf-8") == rows


def test_a_record_that_cites_common_knowledge_alone_is_told(former: Path) -> None:
    write_files(former, upgrade_files(read_package(former)))
    (former / "visits.csv").write_text("id,sources\na,names#1\nb,names#2;rumours#1\n", "utf-8")
    (finding,) = check_dataset(former)
    assert (finding.row, finding.column) == (2, "sources")
    assert "no page could cite it" in finding.message


def make_source(code: str, *days: date) -> Source:
    return Source(code, code, code, code, as_of=AsOf(*days) if days else None)


def test_the_newest_and_the_oldest_are_told_where_they_differ() -> None:
    old, new = (make_source(str(year), date(year, 1, 1), date(year, 6, 1)) for year in (2019, 2022))
    undated = make_source("undated")
    assert [days.end.year for days in find_as_of([old, undated, new])] == [2022, 2019]
    assert find_as_of([old, undated]) == [old.as_of]
    assert find_as_of([undated]) == []
