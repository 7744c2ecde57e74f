"""The note's record grows in five steps; after each, briefings are built and say what is so: all at last."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from lxml import html

from aichr_briefings import open_dataset
from kits.grown import GROWN, make_up, merge_rows
from kits.sheets import Cells, read_rows
from pressroom.data import check_dataset
from pressroom.desk.checks.sentences import check_sentences
from pressroom.edition.build import build_edition
from pressroom.run.inputs import find_project

pytestmark = pytest.mark.slow

PARTS = ("activities", "participations", "revisions")


def merge(data: Path, table: str, rows: Iterable[Cells]) -> None:
    descriptor = json.loads((data / "datapackage.json").read_text("utf-8"))
    keys = {entry["name"]: entry["schema"]["primaryKey"] for entry in descriptor["resources"]}
    merge_rows(data / f"{table}.csv", list(rows), keys[table])


def merge_cited(data: Path, source: str) -> None:
    """Add a source, and what is known from it alone or from it and the note, assigned to no line yet."""
    merge(data, "sources", (row for row in read_rows(GROWN / "sources.csv") if row["code"] == source))
    told = [row for row in read_rows(GROWN / "activities.csv") if f"{source}#" in row["sources"]]
    merge(data, "activities", (row | {"provisions": ""} for row in told))
    ids = {row["id"] for row in told}
    parts = [row for row in read_rows(GROWN / "participations.csv") if row["activity"] in ids]
    merge(data, "participations", (row for row in parts if f"{source}#" in row["sources"]))


def merge_made_up(data: Path, numbers: Iterable[int], *, lines: bool) -> None:
    made = [make_up(number) for number in numbers]
    merge(data, "activities", (row if lines else row | {"provisions": ""} for row, _ in made))
    merge(data, "participations", (part for _, own in made for part in own))


def hold_second_meeting(data: Path) -> None:
    merge_cited(data, "asean-press")
    merge(data, "series", read_rows(GROWN / "series.csv"))


def add_second_source(data: Path) -> None:
    for table in ("countries", "organisation_names", "organisations"):
        rows = read_rows(GROWN / f"{table}.csv")
        merge(data, table, (row for row in rows if "test-report" not in row.get("sources", "")))
    merge_cited(data, "aichr-press")
    merge(data, "revisions", read_rows(GROWN / "revisions.csv"))


def add_five_years(data: Path) -> None:
    for table in ("organisations", "themes", "coverage"):
        merge(data, table, read_rows(GROWN / f"{table}.csv"))
    merge(data, "sources", read_rows(GROWN / "sources.csv"))
    merge_made_up(data, range(60), lines=False)


def add_second_plan(data: Path) -> None:
    merge(data, "plans", read_rows(GROWN / "plans.csv"))
    merge(data, "provisions", read_rows(GROWN / "provisions.csv"))
    merge_made_up(data, range(60), lines=True)


def add_hundreds(data: Path) -> None:
    for path in sorted(GROWN.glob("*.csv")):
        merge(data, path.stem, read_rows(path))
    merge_made_up(data, range(300 - len(read_rows(data / "activities.csv")) + 60), lines=True)


# Each step's own families, the last step's being all; others stand as the step before left them.
STEPS: dict[str, tuple[Callable[[Path], None], str, str, dict[str, str]]] = {
    "second meeting": (hold_second_meeting, "agency meeting background-note", "NP", {
        "meeting/aichr-un-meeting-2": "2nd AICHR-UN Meeting: held on 19 November 2019 in Bangkok",
        "agency/undp": "We are named at both meetings held: the 1st Meeting and the 2nd Meeting.",
        "agency/ilo": "We are named at one of the two meetings held: the 1st Meeting.",
        "background-note/background-note": "N B.I.1/2, P 1",
    }),
    "second source": (add_second_source, "agency meeting=aichr-un-meeting-4 year", "NPR", {
        "agency/undp": "Background note: Viet Nam, city not stated. AICHR press releases, more exactly: Hanoi, Viet Nam",  # noqa: E501
        "meeting/aichr-un-meeting-4": "R 2022-11-17/6",
        "agency/dpa": "until 31 December 2018: DPA",
        "year/2011": "R 2011-11-19/1",
    }),
    "five years more": (add_five_years, "agency theme year=2020 year=2022", "NPRT", {
        "year/2022": "Dialogue 52",
        "year/2020": "what is told of 2020 is no list of the year",
        "agency/undp": "2017 to 2019 (background note) and 2021 to 2024 (test report)",
    }),
    "second plan": (add_second_plan, "agency provision", "NPRT", {
        "provision/2021-2025-1-2-1": "Line 1.2.1 of the Plan of Action 2021–2025",
        "provision/work-plan-3-1": "Line 3.1 of the Work Plan 2021–2025",
        "agency/undp": "Which lines of the plans, assigned by whom?",
    }),
    "odd cases, three hundred": (add_hundreds, "", "NPRT", {
        "agency/unaids": "The record names UNAIDS in no activity that was held or goes on.",
        "theme/migration": "DPA (now DPPA)",
        "agency/unfpa": ", postponed to June 2025, as of January 2025",
        "year/2022": "Recorded activities of 2022",
        "theme/bhr": "editors assigned the theme to",
    }),
}  # fmt: skip


@pytest.fixture(scope="module")
def root(pressed_kit: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(pressed_kit, tmp_path_factory.mktemp("growing") / "kit", symlinks=True)


@pytest.mark.parametrize("step", STEPS)
def test_each_step_is_built_and_told(root: Path, step: str) -> None:
    """The steps follow one another: each goes on from the record that the one before it left."""
    grow, families, marks, said = STEPS[step]
    grow(root / "data")
    assert [str(f) for f in check_dataset(root / "data") if f.severity == "error"] == []
    assert build_edition(find_project(root), families.split()).failed == ()
    current = root / "reports" / "current"
    assert [str(finding) for finding in check_sentences(current, root / "notebooks")] == []
    pages = {
        path.relative_to(current).with_suffix("").as_posix(): read(path) for path in current.rglob("*.html")
    }
    for page, words in said.items():
        assert words in pages[page], (page, words)
    record = open_dataset(root / "data")
    for agency in record.codes("agencies"):
        n = record.count(agency=agency, status=("held", "ongoing"))
        assert n < 2 or f" {n} activities" in pages[f"agency/{agency.lower()}"], agency
    sources = re.compile(r"\. ([A-Z]): [A-Z]")
    assert {mark for words in pages.values() for mark in sources.findall(words)} == set(marks)


def read(path: Path) -> str:
    words = html.parse(path).getroot().xpath("//body//text()[not(ancestor::svg) and not(ancestor::style)]")
    return " ".join(" ".join(words).split()).replace(" ,", ",")
