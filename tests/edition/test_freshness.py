"""A briefing is built again when, and only when, what it read would read otherwise; and why is told."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kits import NOTE
from pressroom.edition.build import build_edition, verify_edition
from pressroom.edition.explain import explain_briefing
from pressroom.edition.generation import DATASETS, find_dataset
from pressroom.edition.manifest import read_manifest
from pressroom.edition.plan import make_plan
from pressroom.edition.today import Today
from pressroom.run.inputs import Project, find_project, read_inputs

pytestmark = pytest.mark.slow

MakeNotebook = Callable[..., Path]
MakeProject = Callable[..., Path]

LISTING = (
    '#parameters\nagency: str = "UNDP"  # one of agencies; the agency',
    "from aichr_briefings import open_dataset\nds = open_dataset()",
    "ds.activities(agency=agency).frame('id', 'title', 'venue')",
)
COUNTING = (
    '#parameters\ntheme: str = "bhr"  # one of themes; the theme',
    "from aichr_briefings import open_dataset\nprint(open_dataset().count(theme=theme))",
)


@pytest.fixture
def project(make_once: Callable[..., Path], write_notebook: Callable[..., Path], tmp_path: Path) -> Project:
    """Return a project that was built: agencies that list their activities, themes that count theirs."""

    def build(root: Path) -> None:
        shutil.copytree(NOTE / "data", root / "data")
        (root / "notebooks").mkdir()
        write_notebook(root / "notebooks" / "agency.ipynb", *LISTING)
        write_notebook(root / "notebooks" / "theme.ipynb", *COUNTING)
        assert build_edition(find_project(root)).is_good

    return find_project(shutil.copytree(make_once("fresh", build), tmp_path / "project", symlinks=True))


def edit(project: Project, table: str, key: str, column: str, value: str) -> None:
    """Change one cell."""
    path = project.data / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = list(csv.reader(file))
    (row,) = [row for row in rows if row[0] == key]
    row[header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def explain(project: Project, selector: str) -> list[str]:
    plan, _ = make_plan(Today(read_inputs(project)), read_manifest(project.current), [selector])
    return explain_briefing(plan, plan.chosen[0])


def rebuild(project: Project) -> tuple[str, ...]:
    """Build what is stale, see that a build from nothing makes the same of it and some others; return it."""
    result = build_edition(project)
    assert result.is_good
    clean = find_project(project.root, project.root / "clean")
    build_edition(clean, {*result.succeeded, *BESIDE})
    made, told = read_manifest(project.current), read_manifest(clean.current)
    assert made is not None
    assert told is not None
    assert len(told.records) >= len(BESIDE)
    assert {id: made.records[id] for id in told.records} == dict(told.records)
    for name in (name for record in told.records.values() for name in record.outputs):
        assert (project.current / name).read_bytes() == (clean.current / name).read_bytes()
    shutil.rmtree(clean.output)
    return result.succeeded


BESIDE = ("agency/undp", "agency/ilo", "theme/bhr")


def test_a_changed_row_makes_its_readers_stale_and_no_others(project: Project) -> None:
    edit(project, "activities", "bhr-training-2017", "venue", "Bandung")
    reason = "activities(agencies=UNDP): 1 changed (bhr-training-2017: venue)"
    assert explain(project, "agency=UNDP") == [reason]
    assert explain(project, "agency=UNICEF") == []
    assert rebuild(project) == ("agency/undp",)
    assert explain(project, "agency=UNDP") == []


def test_what_no_briefing_shows_makes_none_stale_but_is_in_the_manifest(project: Project) -> None:
    edit(project, "activities", "bhr-training-2017", "summary", "A hall")
    assert rebuild(project) == ()
    told = json.loads((project.current / "manifest.json").read_text("utf-8"))
    today = read_inputs(project).package.digest
    assert {record["inputs"]["dataset"] for record in told["briefings"].values()} == {today}
    assert build_edition(project).fresh


def test_a_count_that_changes_is_told_with_what_it_was(project: Project) -> None:
    edit(project, "activities", "bhr-training-2017", "themes", "women-children")
    (before,) = explain(project, "theme=bhr")
    now, was = before.removeprefix("activities(themes=bhr): ").split(", was ")
    assert int(now) == int(was) - 1
    assert set(rebuild(project)) == {"theme/bhr", "theme/women-children"}


def test_a_notebook_that_changed_makes_its_family_stale(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook(*COUNTING, "print('more')", path=project.notebooks / "theme.ipynb")
    assert explain(project, "theme=bhr") == ["the notebook changed"]
    assert all(id.startswith("theme/") for id in rebuild(project))


def test_rows_that_come_and_go_are_told(project: Project) -> None:
    path = project.data / "participations.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    gone = next(line for line in lines if line.startswith("aichr-un-meeting-1,ILO,"))
    path.write_text("".join(line for line in lines if line != gone), "utf-8")
    (reason,) = explain(project, "agency=ILO")
    assert reason.endswith(": 1 withdrawn (aichr-un-meeting-1)")
    assert rebuild(project) == ("agency/ilo",)
    path.write_text("".join(lines), "utf-8")
    (reason,) = explain(project, "agency=ILO")
    assert reason.endswith(": 1 added (aichr-un-meeting-1)")


def test_without_the_old_data_the_reason_is_told_without_rows(project: Project) -> None:
    shutil.rmtree(project.output / DATASETS)
    edit(project, "activities", "bhr-training-2017", "venue", "Bandung")
    (reason,) = explain(project, "agency=UNDP")
    assert "the data that it was built from are not kept" in reason


def test_a_briefing_left_stale_is_explained_by_the_data_it_was_built_from(project: Project) -> None:
    first = read_inputs(project).package.digest
    edit(project, "activities", "bhr-training-2017", "venue", "Bandung")
    assert build_edition(project, ["theme"]).succeeded == ()
    assert find_dataset(project.output, first)
    edit(project, "activities", "bhr-training-2017", "title", "Another title")
    (reason,) = explain(project, "agency=UNDP")
    assert reason.endswith("1 changed (bhr-training-2017: title, venue)")
    build_edition(project)
    assert find_dataset(project.output, first) is None


def test_a_code_that_was_refused_is_a_reason_once_it_is_there(
    make_project: MakeProject, make_notebook: MakeNotebook
) -> None:
    asking = (
        "from aichr_briefings import open_dataset\nfrom pressroom.data import UnknownCode\n"
        "try:\n    print(open_dataset().count(theme='peatland'))\nexcept UnknownCode:\n    print('none yet')"
    )
    root = make_project()
    make_notebook(asking, path=root / "notebooks" / "note.ipynb")
    project = find_project(root)
    build_edition(project)
    with (project.data / "themes.csv").open("a", encoding="utf-8") as file:
        file.write("peatland,Peatland,Bogs and fens.,99,assigned,background-note#A/1\n")
    (reason,) = explain(project, "note")
    assert reason.startswith("activities(themes=peatland): 0, was refused")
    assert build_edition(project).succeeded == ("note/note",)


def test_an_edition_is_verified_against_a_build_from_nothing(
    project: Project, make_notebook: MakeNotebook
) -> None:
    steps: list[object] = []
    assert verify_edition(project, ["theme=bhr", "theme=women-children"], report=steps.append) == []
    assert steps
    chance = "import os\nprint(os.urandom(8))"
    make_notebook(chance, path=project.notebooks / "chance.ipynb")
    assert build_edition(project).succeeded == ("chance/chance",)
    differing = verify_edition(project, ["chance", "agency=UNDP", "theme=bhr"], report=steps.append)
    assert set(differing) == {f"chance/chance{suffix}" for suffix in (".html", ".pdf", ".ipynb")}
    assert not (project.output / ".verify").exists()


SPEAKING = (
    "from aichr_briefings import open_dataset\nfrom pressroom.pages import *",
    "ds = open_dataset()\nuse_phrases(ds)",
    "method('Counted once.')",
)


def test_a_changed_phrase_makes_stale_who_says_it(project: Project, make_notebook: MakeNotebook) -> None:
    make_notebook(*SPEAKING, path=project.notebooks / "spoken.ipynb")
    assert build_edition(project).is_good
    assert explain(project, "spoken") == []
    path = project.data / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8")) | {"phrases": {"method": "How it was counted"}}
    path.write_text(json.dumps(descriptor), "utf-8")
    assert explain(project, "spoken") == ["the descriptor's phrases: changed"]
    assert explain(project, "agency=UNDP") == []
    assert build_edition(project).is_good
    assert "How it was counted" in (project.current / "spoken" / "spoken.html").read_text("utf-8")
