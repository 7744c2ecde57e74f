"""The rows that a page was made from, as CSV beside it: there with the page, of its day, and gone with it."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from kits import copy_kit
from pressroom.data.package import read_package
from pressroom.data.reads import digest_answer
from pressroom.edition.build import build_edition, verify_edition
from pressroom.edition.manifest import read_manifest
from pressroom.edition.rows import Source, has_rows, write_rows
from pressroom.run.inputs import Project, find_project

MakeNotebook = Callable[..., Path]
MakeOnce = Callable[[str, Callable[[Path], object]], Path]

ID = "year/2019"
LINK = "The rows behind this page as CSV"


def build_kit(root: Path, make_notebook: MakeNotebook) -> None:
    copy_kit(root)
    for path in (root / "notebooks").glob("*.ipynb"):
        if path.name != "year.ipynb":
            path.unlink()
    make_notebook("print('words')", path=root / "notebooks" / "plain.ipynb")
    assert build_edition(find_project(root), [ID, "plain"]).is_good


@pytest.fixture
def project(make_once: MakeOnce, make_notebook: MakeNotebook, tmp_path: Path) -> Project:
    made = make_once("kit-with-rows", lambda root: build_kit(root, make_notebook))
    shutil.copytree(made, tmp_path / "kit", symlinks=True)
    return find_project(tmp_path / "kit")


def read_rows(project: Project) -> list[dict[str, str]]:
    with (project.current / f"{ID}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def find_links(project: Project, id: str) -> dict[str, str | None]:
    page = LexborHTMLParser((project.current / f"{id}.html").read_text("utf-8"))
    return {link.text(): link.attributes["href"] for link in page.css("header nav.top.screen a")}


@pytest.mark.slow
def test_a_page_leads_to_the_rows_beside_it(project: Project) -> None:
    assert list(find_links(project, ID).items())[:2] == [
        ("This page as PDF", "2019.pdf"),
        (LINK, "2019.csv"),
    ]
    assert "aichr-un-meeting-2" in {row["id"] for row in read_rows(project)}
    manifest = read_manifest(project.current)
    assert manifest
    assert f"{ID}.csv" in manifest.records[ID].outputs


@pytest.mark.slow
def test_a_page_without_rows_has_no_file_and_no_link(project: Project) -> None:
    assert LINK not in find_links(project, "plain/plain")
    assert not (project.current / "plain" / "plain.csv").exists()


@pytest.mark.slow
def test_rows_are_of_the_data_of_today_though_the_page_is_fresh(project: Project) -> None:
    """The page looked at summaries, but not at that of what was before its year: the file has all."""
    before, table = read_rows(project), project.data / "activities.csv"
    told = {row["id"]: row["summary"] for row in before}["crc-workshop-2017"]
    table.write_text(table.read_text("utf-8").replace(told, "Reworded."), "utf-8")
    done = build_edition(project, [ID, "plain"])
    assert (done.succeeded, done.fresh) == ((), (ID, "plain/plain"))
    after = read_rows(project)
    assert {row["id"]: row["summary"] for row in after}["crc-workshop-2017"] == "Reworded."
    assert [row | {"summary": ""} for row in after] == [row | {"summary": ""} for row in before]
    assert verify_edition(project, [ID, "plain"], report=lambda step: None) == []
    (project.current / f"{ID}.csv").unlink()
    assert build_edition(project, [ID]).succeeded == (ID,), "a damaged copy is made anew"
    assert read_rows(project) == after


@pytest.mark.slow
def test_rows_are_the_records_wherever_their_table_stands(project: Project) -> None:
    before, descriptor = read_rows(project), project.data / "datapackage.json"
    told = json.loads(descriptor.read_text("utf-8"))
    told["resources"].sort(key=lambda resource: resource["name"] == "activities")
    descriptor.write_text(json.dumps(told), "utf-8")
    manifest, package = read_manifest(project.current), read_package(project.data)
    assert manifest
    assert manifest.dataset["digest"] != package.digest, "it is asked again what it asked"
    written = write_rows(Source(package), manifest.records[ID])
    assert written
    assert list(csv.DictReader(io.StringIO(written.decode(), newline=""))) == before


@pytest.mark.slow
def test_rows_go_with_their_briefing_and_stay_with_an_earlier_copy(
    project: Project, make_notebook: MakeNotebook
) -> None:
    before, notebook = read_rows(project), project.notebooks / "year.ipynb"
    kept = notebook.read_text("utf-8")
    notebook.write_text(kept.replace("ds = open_dataset()", "ds = open_dataset() / 0"), "utf-8")
    assert build_edition(project, [ID]).kept == (ID,)
    assert read_rows(project) == before
    assert (project.current / f"{ID}.csv").is_file()
    notebook.unlink()
    build_edition(project)
    assert not (project.current / f"{ID}.csv").exists()


@pytest.mark.parametrize(
    ("columns", "digest", "told"),
    [
        (["id"], digest_answer([["id"], [["a"]]]), True),
        (["id"], digest_answer([["id"], []]), False),
        ([], digest_answer([[], [[]]]), False),
        (None, digest_answer({"refused": "no"}), False),
    ],
)
def test_reads_tell_whether_there_are_rows(columns: list[str] | None, digest: str, told: bool) -> None:
    arguments = {"table": "x"} if columns is None else {"table": "x", "columns": columns}
    assert has_rows([{"query": "select", "arguments": arguments, "digest": digest}]) is told
    assert not has_rows([{"query": "file", "arguments": {"path": "x"}, "digest": "1"}])
