"""New families, pressed for every value of their list."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from kits import FOREIGN
from pressroom.data.findings import Refusal
from pressroom.desk.checks.notebooks import check_notebook
from pressroom.desk.scaffold.family import make_family
from pressroom.edition.build import build_edition
from pressroom.edition.plan import open_catalogue
from pressroom.edition.today import Today
from pressroom.run.catalogue import read_catalogue
from pressroom.run.inputs import Project, find_project, read_inputs

COMMAND = [sys.executable, "-c", "from pressroom.cli import main; main()", "new", "family"]


@pytest.fixture
def bare(project: Path) -> Project:
    """A project without a notebook."""
    for path in (project / "notebooks").glob("*.ipynb"):
        path.unlink()
    return find_project(project)


LISTS = {
    "partner": ("organisations.code", 24),
    "occasion": ("series.id", 3),
    "land": ("countries.code", 8),
    "topic": ("themes", 9),
    "calendar": ("years", 4),
    "line": ("provisions", 5),
    "un": ("agencies", 1),
    "group": ("organisations.group", 3),
    "kind": ("activities.type", 7),
    "milestone": ("milestones.date", 6),
    "treaty": ("instruments.code", 1),
    "target": ("activities.participants_target", 1),
    "overview": (None, 1),
}


@pytest.mark.slow
def test_new_families_press_for_every_value_and_have_nothing_wrong(bare: Project) -> None:
    for name, (values, _) in LISTS.items():
        path = make_family(bare, name, for_each=values)
        assert check_notebook(path, "aichr_briefings") == []
    # Every value has its briefing; of a long list, the ends are pressed. Agencies are organisations, too.
    catalogue, _ = open_catalogue(Today(read_inputs(bare)))
    listed = {name: [b.id for b in catalogue.briefings if b.family == name] for name in LISTS}
    for name, (values, least) in LISTS.items():
        assert len(listed[name]) >= least, values
    chosen = {*listed["un"][:1], *(id for name in LISTS.keys() - {"un"} for id in ends_of(listed[name]))}
    result = build_edition(bare, chosen)
    assert (result.failed, result.faults, result.warnings) == ((), (), ())
    assert {*result.succeeded} == chosen


def ends_of(ids: list[str]) -> list[str]:
    return ids[:2] + ids[-2:]


def test_an_empty_value_says_so_and_a_rich_one_counts(bare: Project) -> None:
    make_family(bare, "partner", for_each="organisations.code")
    assert build_edition(bare, ["organisation=ACW", "organisation=UNDP"]).is_good
    page = (bare.current / "partner" / "acw.html").read_text("utf-8")
    assert "ACW: nothing on record" in page
    assert "that is not to say that there was none" in page
    page = (bare.current / "partner" / "undp.html").read_text("utf-8")
    assert "UNDP: two dialogues, one training, one meeting and one workshop" in page
    assert page.count("<figure") == 1


@pytest.mark.slow
def test_another_kit_gets_a_family_without_a_word_of_ours(tmp_path: Path) -> None:
    shutil.copytree(FOREIGN, tmp_path / "kit")
    kit = find_project(tmp_path / "kit")
    path = make_family(kit, "sale", for_each="sales.id")
    make_family(kit, "overview")
    assert check_notebook(path) == []
    assert "aichr" not in path.read_text("utf-8")
    result = build_edition(kit, ["sale", "overview"])
    assert (result.failed, result.faults, result.warnings) == ((), (), ())
    assert "Rows on record" in (kit.current / "overview" / "overview.html").read_text("utf-8")


def test_the_file_is_as_jupyter_and_tidy_write_it(bare: Project) -> None:
    path = make_family(
        bare, "partner", for_each="organisations.code", title='The "partners"', question="Who?"
    )
    nb = nbformat.read(path, as_version=4)
    assert nbformat.writes(nb) + "\n" == path.read_text("utf-8")
    assert nb.cells[0].source.startswith('# The "partners"\n\nWho?\n')


@pytest.mark.parametrize("title", ['"Quoted" briefings', "Back\\slash $name {name}", "人权 %s"])
def test_any_title_is_words_and_no_code(bare: Project, title: str) -> None:
    path = make_family(bare, "partner", for_each="organisations.code", title=title)
    assert [f for f in check_notebook(path) if f.severity == "error"] == []
    assert read_catalogue(path.parent, lambda _: ["UNDP", "DPA"]).families[0].title == title


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("agency", None, 'there is a family "agency" already, agency.ipynb'),
        (
            "Agency",
            None,
            '"Agency" is no name of a family: small letters, digits and hyphens; such as',
        ),
        ("a/b", None, "is no name of a family"),
        ("../up", None, "is no name of a family"),
        ("", None, "is no name of a family"),
        ("new", "organisatons.code", "nearest: organisations.code"),
        ("new", "agency", "nearest: agencies"),
        ("new", "activities.sources", "has no code that could be a parameter's default"),
    ],
)
def test_what_cannot_be_is_refused(project: Path, name: str, values: str | None, message: str) -> None:
    before = sorted(project.rglob("*"))
    with pytest.raises(Refusal) as refused:
        make_family(find_project(project), name, for_each=values)
    assert message in str(refused.value)
    assert sorted(project.rglob("*")) == before


def test_the_command_writes_and_never_overwrites(project: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*COMMAND, *arguments], cwd=project, capture_output=True, text=True, timeout=60)

    done = run("partner", "--for-each", "organisations.code")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("notebooks/partner.ipynb is written")
    path = project / "notebooks" / "partner.ipynb"
    path.write_text("mine", "utf-8")
    again = run("partner")
    assert again.returncode == 2
    assert "it stays as it is" in again.stderr
    assert path.read_text("utf-8") == "mine"
