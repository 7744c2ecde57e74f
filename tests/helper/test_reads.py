"""What a briefing prints comes from what it asked: a changed cell that shows is a read that changed."""

from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from kits.cells import NOTEBOOKS, run_cells, show
from pressroom.data import DatasetError
from pressroom.data.package import read_package
from pressroom.data.reads import SELECT, Read, take_reads
from pressroom.data.select import Tables, digest_descriptor

BRIEFINGS: list[tuple[str, Any]] = [
    ("agency", "UNDP"),
    ("agency", "IOM"),
    ("theme", "women-children"),
    ("theme", "sustainable-development"),
    ("provision", "2016-2020:1.2.4"),
    ("provision", "2016-2020:1.2.1"),
    ("year", 2018),
    ("background-note", None),
]
NARROW = [(family, value) for family, value in BRIEFINGS if family in ("agency", "theme", "provision")]
AT_ANY_TIME = ("planned", "ongoing")
LARGE = ("activities", "organisations", "statements", "participations", "discrepancies")
TEXTS = ("title", "short_title", "text", "heading", "says", "summary", "short_name", "name", "city", "venue")


@pytest.fixture
def copy(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the dataset that a notebook opens."""
    shutil.copytree(data, tmp_path / "data")
    monkeypatch.setenv("PRESSROOM_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(family: str, value: Any) -> tuple[list[str], list[Read]]:
    """Run a family's cells; return what they show, or how they fail, and what they read."""
    shown: list[str] = []
    take_reads()
    try:
        for _, given in run_cells(NOTEBOOKS / f"{family}.ipynb", **{family: value}):
            shown.append(show(given))
    except Exception as error:
        shown.append(f"{type(error).__name__}: {error}")
    return shown, take_reads()


def is_fresh(reads: list[Read], data: Path) -> bool:
    """Return whether each read, asked again, gives what it gave; what cannot be asked again does not."""
    try:
        tables = Tables.of(read_package(data))
    except DatasetError:
        return False
    return all(
        digest(tables, read) == read["digest"]
        for read in reads
        if read["query"] not in ("commentary", "previous")
    )


def digest(tables: Tables, read: Read) -> str:
    if read["query"] == SELECT:
        return tables.digest(read["arguments"])
    return digest_descriptor(tables.package, read["arguments"]["path"])[0]


def edit(data: Path, seed: int) -> tuple[str, ...]:
    """Change a cell of the dataset, or leave out a row, and return which."""
    choose = random.Random(seed).choice
    path = data / f"{choose(('activities', *LARGE, 'themes', 'provisions', 'series'))}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    row, column = choose(rows), choose(range(1, len(head)))
    others = {other[column] for other in rows if other[column] != row[column]}
    before = row[column]
    row[column] = f"{before} of ESCAP".strip() if head[column] in TEXTS else choose([*sorted(others), ""])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *rows])
    return path.stem, row[0], head[column], before, row[column]


@pytest.mark.parametrize(("family", "value"), NARROW)
def test_only_years_and_the_note_read_whole_tables(copy: Path, family: str, value: Any) -> None:
    shown, reads = run(family, value)
    assert len(shown) > 5, shown
    for asked in (read["arguments"] for read in reads if read["query"] == SELECT):
        assert asked.keys() - {"table", "columns"} or asked["table"] not in LARGE, asked
        where = asked.get("where", {})
        # A few lie ahead or go on at any time; most were held.
        assert list(where) != ["status"] or "after" in asked or where["status"][0] in AT_ANY_TIME, asked


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
def test_whatever_changes_a_briefing_changes_one_of_its_reads(copy: Path, data: Path, seed: int) -> None:
    before = {briefing: run(*briefing) for briefing in BRIEFINGS}
    for change in range(4):
        table, *edited = edit(copy, 100 * seed + change)
        for briefing, (shown, reads) in before.items():
            if is_fresh(reads, copy):
                assert run(*briefing)[0] == shown, (briefing, table, edited)
        shutil.copy(data / f"{table}.csv", copy)


def test_what_changes_nothing_that_is_shown_leaves_a_briefing_fresh(copy: Path) -> None:
    reads = {briefing: run(*briefing)[1] for briefing in BRIEFINGS}
    activities = copy / "activities.csv"
    study = activities.read_text("utf-8").replace("juvenile-justice-study,", "juvenile-justice-study,New ")
    activities.write_text(study, "utf-8")
    fresh = {briefing for briefing, asked in reads.items() if is_fresh(asked, copy)}
    assert set(BRIEFINGS) - fresh == {("theme", "women-children"), ("background-note", None)}
