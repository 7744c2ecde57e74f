"""Whole builds with real kernels and documents: what is made, carried over, linked, left by a failure."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kits import FOREIGN, NOTE
from pressroom.edition.briefing import Engine
from pressroom.edition.build import BuildResult, Step, build_edition, longest_first
from pressroom.edition.explain import explain_briefing
from pressroom.edition.faults import BadDataError
from pressroom.edition.folders import MARK, FolderError
from pressroom.edition.generation import EditionError, lock_output, stage_generation
from pressroom.edition.manifest import read_manifest
from pressroom.edition.plan import make_plan, open_catalogue
from pressroom.edition.today import Today
from pressroom.run.catalogue import Briefing
from pressroom.run.inputs import Project, ProjectError, digest_notebook, find_project, read_inputs

MakeNotebook = Callable[..., Path]
MakeProject = Callable[..., Path]

YEARS = "#parameters\nyear: int = 2018  # one of years; the year"
SIGNED = "---\nauthor: A. Analyst\ndate: 2019-11-01\n---\nA word.\n"
ENTRY = (
    "from IPython.display import display\n"
    'entry = {"label": f"Year {year}", "line": "A line"}\n'
    'display({"application/vnd.pressroom.entry+json": entry}, raw=True)'
)


@pytest.fixture
def project(make_project: MakeProject, make_notebook: MakeNotebook) -> Project:
    """Return a project with one family of one briefing, never built."""
    root = make_project()
    make_notebook("print('first')", path=root / "notebooks" / "note.ipynb", first="# A note\n\nWhat?")
    return find_project(root)


def read_told(project: Project) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((project.current / "manifest.json").read_text("utf-8"))
    return told


def list_files(project: Project) -> list[str]:
    return sorted(
        p.relative_to(project.current).as_posix() for p in project.current.rglob("*") if p.is_file()
    )


def list_generations(project: Project) -> list[str]:
    return [path.name for path in (project.output / ".generations").iterdir()]


def break_notebook(project: Project, make_notebook: MakeNotebook, name: str = "note") -> None:
    make_notebook("print('second')", "1 / 0", path=project.notebooks / f"{name}.ipynb")


def test_a_build_makes_an_edition_and_the_next_has_nothing_to_do(project: Project) -> None:
    steps: list[Step] = []
    assert build_edition(project, report=steps.append) == BuildResult(succeeded=("note/note",))
    assert [(step.kind, step.id) for step in steps] == [
        ("plan", ""),
        ("begin", "note/note"),
        ("end", "note/note"),
    ]
    documents = ["note/note.html", "note/note.ipynb", "note/note.pdf"]
    assert list_files(project) == ["index.html", "manifest.json", *documents]
    assert (project.current / "note/note.pdf").read_bytes().startswith(b"%PDF-")
    assert "first" in (project.current / "note/note.html").read_text("utf-8")
    told = read_told(project)
    assert told["briefings"]["note/note"]["status"] == "built"
    assert sorted(told["briefings"]["note/note"]["outputs"]) == documents
    assert str(project.root) not in json.dumps(told)

    before = project.current.readlink()
    assert build_edition(project) == BuildResult(fresh=("note/note",))
    assert project.current.readlink() == before
    assert list_generations(project) == [before.name]


@pytest.mark.slow
def test_a_failure_keeps_the_last_good_copy_and_says_so(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook("print('other')", path=project.notebooks / "other.ipynb")
    build_edition(project)
    good = (project.current / "note/note.html").read_bytes()

    break_notebook(project, make_notebook)
    make_notebook("print('changed')", path=project.notebooks / "other.ipynb")
    result = build_edition(project)
    assert (result.succeeded, result.kept, result.is_good) == (("other/other",), ("note/note",), False)
    assert [error.id for error in result.failed] == ["note/note"]
    assert (project.current / "note/note.html").read_bytes() == good
    assert "ZeroDivisionError" in (project.current / "note/note.failed.ipynb").read_text("utf-8")
    record = read_told(project)["briefings"]["note/note"]
    assert (record["status"], record["message"]) == ("kept", "cell [2]: ZeroDivisionError: division by zero")
    assert "(an earlier copy)" in (project.current / "index.html").read_text("utf-8")

    again = build_edition(project)
    assert (again.kept, again.fresh) == (("note/note",), ("other/other",)), "what failed is tried again"
    assert (project.current / "note/note.html").read_bytes() == good

    make_notebook("print('mended')", path=project.notebooks / "note.ipynb")
    assert build_edition(project).is_good
    assert "note/note.failed.ipynb" not in list_files(project)
    assert read_told(project)["briefings"]["note/note"]["status"] == "built"


def test_a_first_build_that_fails_leaves_its_notebook_and_no_line_in_the_index(
    project: Project, make_notebook: MakeNotebook
) -> None:
    break_notebook(project, make_notebook)
    result = build_edition(project)
    assert result.kept == ()
    assert list_files(project) == ["index.html", "manifest.json", "note/note.failed.ipynb", "note/note.html"]
    assert "It failed when it was last built" in (project.current / "note" / "note.html").read_text("utf-8")
    assert read_told(project)["briefings"]["note/note"]["status"] == "failed"
    assert "note/note.html" not in (project.current / "index.html").read_text("utf-8")


@pytest.mark.slow
def test_what_is_not_selected_is_carried_over_and_equal_files_are_linked(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook(YEARS, ENTRY, "year", path=project.notebooks / "year.ipynb")
    build_edition(project, ["note", "year=2018", "year/2017"])
    before = {name: (project.current / name).stat().st_ino for name in list_files(project)}
    assert {"year/2017.html", "year/2018.html", "note/note.html"} <= before.keys()
    assert "year/2019.pdf" not in before

    result = build_edition(project, ["year=2018"], force=True)
    assert result.succeeded == ("year/2018",)
    after = {name: (project.current / name).stat().st_ino for name in list_files(project)}
    assert after == before, "a rebuild of equal bytes links them all"
    assert all((project.current / name).stat().st_nlink == 1 for name in after), "old generations are gone"

    make_notebook(YEARS, ENTRY, "year + 1", path=project.notebooks / "year.ipynb")
    (project.notebooks / "note.ipynb").unlink()
    result = build_edition(project, ["year/2018"])
    assert (result.succeeded, result.removed) == (("year/2018",), ("note/note",))
    changed = {name for name in list_files(project) if (project.current / name).stat().st_ino != before[name]}
    assert changed == {"index.html", "manifest.json", *(f"year/2018.{s}" for s in ("html", "ipynb", "pdf"))}


@pytest.mark.slow
def test_a_notebook_that_is_no_family_stops_no_other_and_its_briefings_stay(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook("1", path=project.notebooks / "other.ipynb")
    build_edition(project)
    make_notebook("#parameters\nx = 1", path=project.notebooks / "note.ipynb")
    make_notebook("2", path=project.notebooks / "other.ipynb")
    result = build_edition(project)
    assert (result.succeeded, result.removed, result.is_good) == (("other/other",), (), False)
    assert "note.ipynb: cell [1] (parameters), line 1" in str(result.faults[0])
    assert "note/note.html" in (project.current / "index.html").read_text("utf-8")


def interrupt(project: Project, *, after: int = 1) -> None:
    """Build with one process, and interrupt that after so many briefings."""
    ended: list[str] = []

    def stop(step: Step) -> None:
        if step.kind == "end":
            ended.append(step.id)
            if len(ended) == after:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_edition(project, jobs=1, report=stop)


def test_an_interrupt_leaves_the_last_edition_whole(project: Project, make_notebook: MakeNotebook) -> None:
    build_edition(project)
    before, target = list_files(project), project.current.readlink()
    break_notebook(project, make_notebook)
    interrupt(project)
    assert (list_files(project), project.current.readlink()) == (before, target)
    assert list_generations(project) == [target.name], "a failure is nothing to go on from"


@pytest.fixture(scope="module")
def stopped_once(make_once: Callable[..., Path], write_notebook: Callable[..., Path]) -> Path:
    """Return what `stopped` copies; in its folder ``clean`` lies what a build from nothing makes."""

    def stop(root: Path) -> None:
        shutil.copytree(NOTE / "data", root / "data")
        for folder in ("notebooks", "notes"):
            (root / folder).mkdir()
        for year in (2011, 2017, 2018, 2019):
            (root / "notes" / f"{year}.txt").write_text(f"about {year}")
        project = find_project(root)
        write_notebook(project.notebooks / "note.ipynb", "print('first')", first="# A note\n\nWhat?")
        build_edition(project)
        reading = "from pathlib import Path\nprint(Path(f'../notes/{year}.txt').read_text())"
        write_notebook(project.notebooks / "year.ipynb", YEARS, reading)
        interrupt(project, after=3)
        assert list_files(project) == FILES
        assert build_edition(replace(project, output=root / "clean")).is_good

    return make_once("stopped", stop)


@pytest.fixture
def stopped(stopped_once: Path, tmp_path: Path) -> Project:
    """Return a project with an edition of one briefing; a build of four more was stopped after three."""
    return find_project(shutil.copytree(stopped_once, tmp_path / "stopped", symlinks=True))


FILES = ["index.html", "manifest.json", "note/note.html", "note/note.ipynb", "note/note.pdf"]
DONE, REST = ("year/2011", "year/2017", "year/2018"), ("year/2019",)


def compare_with_a_clean_build(project: Project) -> None:
    clean = replace(project, output=project.root / "clean")
    assert list_files(project) == list_files(clean)
    for name in list_files(clean):
        assert (project.current / name).read_bytes() == (clean.current / name).read_bytes(), name


@pytest.mark.slow
def test_the_next_build_goes_on_where_one_was_stopped(stopped: Project) -> None:
    result = build_edition(stopped)
    assert (result.succeeded, result.fresh) == (REST, ("note/note", *DONE))
    assert list_generations(stopped) == [stopped.current.readlink().name]
    compare_with_a_clean_build(stopped)
    assert build_edition(stopped).succeeded == ()


@pytest.mark.slow
def test_a_build_that_is_stopped_again_loses_nothing(stopped: Project) -> None:
    interrupt(stopped)
    assert list_files(stopped) == FILES
    result = build_edition(stopped)
    assert (result.succeeded, result.fresh) == ((), ("note/note", *DONE, *REST))
    compare_with_a_clean_build(stopped)


@pytest.mark.slow
def test_what_was_finished_counts_only_as_it_would_be_pressed_today(
    stopped: Project, make_notebook: MakeNotebook
) -> None:
    (stopped.root / "notes" / "2017.txt").write_text("something else")
    generation = max((stopped.output / ".generations").glob("[0-9]" * 6))
    (generation / "year" / "2018.html").write_text("half")
    (stopped.data / "commentary" / "year").mkdir(parents=True)
    (stopped.data / "commentary" / "year" / "2011.md").write_text("unsigned")
    result = build_edition(stopped)
    assert result.succeeded == ("year/2017", "year/2018", *REST)
    assert [error.slug for error in result.failed] == ["2011"]
    assert "something else" in (stopped.current / "year" / "2017.html").read_text("utf-8")


def cut_the_last_line(journal: Path) -> None:
    journal.write_bytes(journal.read_bytes()[:-9])


def name_another_field(journal: Path) -> None:
    journal.write_text('{"family": "year", "nonsense": 1}\n[]\n' + journal.read_text("utf-8"), "utf-8")


def make_a_link(journal: Path) -> None:
    journal.rename(journal.parents[2] / "elsewhere")
    journal.symlink_to(journal.parents[2] / "elsewhere")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "pressed"),
    [(cut_the_last_line, ("year/2018", *REST)), (name_another_field, REST), (make_a_link, (*DONE, *REST))],
)
def test_a_line_that_cannot_be_read_is_nothing_finished(
    stopped: Project, spoil: Callable[[Path], None], pressed: tuple[str, ...]
) -> None:
    (journal,) = (stopped.output / ".generations").glob("*.journal")
    spoil(journal)
    assert build_edition(stopped).succeeded == pressed
    compare_with_a_clean_build(stopped)


@pytest.mark.slow
def test_what_was_finished_waits_until_it_is_asked_for(stopped: Project) -> None:
    assert build_edition(stopped, ["note"]).succeeded == ()
    assert set(FILES) <= set(list_files(stopped))
    assert build_edition(stopped, ["year/2017"]).fresh == ("year/2017",)
    made = {"year/2017.html", "year/2017.ipynb", "year/2017.pdf", *FILES}
    others = set(list_files(stopped)) - made
    assert made <= set(list_files(stopped))
    assert {Path(name).suffix for name in others} == {".html"}, "the pages that say why there is no briefing"
    assert build_edition(stopped).succeeded == REST
    assert list_generations(stopped) == [stopped.current.readlink().name]
    compare_with_a_clean_build(stopped)


@pytest.mark.slow
def test_by_force_all_is_pressed_once_more(stopped: Project) -> None:
    assert build_edition(stopped, force=True).succeeded == ("note/note", *DONE, *REST)
    assert list_generations(stopped) == [stopped.current.readlink().name]


def test_what_a_killed_build_left_is_cleared(project: Project) -> None:
    generations = project.output / ".generations"
    (generations / "000001" / "note").mkdir(parents=True)
    (project.output / MARK).write_text("edition\n")
    (generations / "000001" / "note" / "note.html").write_text("half")
    (generations / "000001.link").symlink_to(".generations/000001")
    build_edition(project)
    assert list_generations(project) == ["000001"]
    assert "half" not in (project.current / "note/note.html").read_text("utf-8")


@pytest.mark.slow
def test_files_and_commentary_that_were_read_make_a_briefing_stale(
    project: Project, make_notebook: MakeNotebook
) -> None:
    (project.root / "extra.txt").write_text("one")
    reading = (
        "from pathlib import Path\nfrom pressroom.data import open_dataset\nds = open_dataset()",
        'print(Path("../extra.txt").read_text(), ds.commentary("note", "note"))',
    )
    make_notebook(*reading, path=project.notebooks / "note.ipynb")
    build_edition(project)
    assert build_edition(project).fresh == ("note/note",)
    (project.root / "extra.txt").write_text("two")
    assert build_edition(project).succeeded == ("note/note",)
    folder = project.data / "commentary" / "note"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "note.md").write_text(SIGNED)
    assert build_edition(project).succeeded == ("note/note",)
    assert "A word." in (project.current / "note/note.html").read_text("utf-8")
    assert build_edition(project).fresh == ("note/note",)


@pytest.mark.slow
def test_a_file_that_was_missing_makes_a_briefing_stale_when_it_comes(
    project: Project, make_notebook: MakeNotebook
) -> None:
    reading = "try:\n    print(open('../late.txt').read())\nexcept OSError:\n    print('none yet')"
    make_notebook(reading, path=project.notebooks / "note.ipynb")
    build_edition(project)
    assert build_edition(project).fresh == ("note/note",)
    (project.root / "late.txt").write_text("here it is")
    assert build_edition(project).succeeded == ("note/note",)
    assert "here it is" in (project.current / "note/note.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "said"), [("data/themes.csv", "the data"), ("note", "the notebook")])
def test_what_changes_during_a_build_fails_the_briefing(
    project: Project, make_notebook: MakeNotebook, changed: str, said: str
) -> None:
    def edit(step: Step) -> None:
        if step.kind == "begin" and changed == "note":
            make_notebook("print('edited')", path=project.notebooks / "note.ipynb")
        elif step.kind == "begin":
            with (project.root / changed).open("a", encoding="utf-8") as file:
                file.write("\n")

    (error,) = build_edition(project, report=edit).failed
    assert error.reason == f"{said} changed while the edition was being built; build again"
    assert build_edition(project, force=True).is_good


UNDONE = """\
from pathlib import Path
from pressroom.data import open_dataset
path = Path("../data/themes.csv")
before = path.read_bytes()
path.write_bytes(before.replace(b"bhr", b"xyz"))
print(open_dataset().select("themes").values("code"))
path.write_bytes(before)"""


def test_a_change_that_is_undone_during_a_build_fails_what_read_it(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook(UNDONE, path=project.notebooks / "note.ipynb")
    (error,) = build_edition(project).failed
    assert error.reason == "the data changed while the edition was being built; build again"


UNKNOWN = {
    "a": ("import time\nprint(time.time() > 0)", "the clock (cell [1])"),
    "b": ("print(open('/etc/hostname').name)", "a file outside the project, /etc/hostname"),
    "c": ("print(open('/tmp/../usr/bin/env', 'rb').name)", "a file outside the project, /usr/bin/env"),
}


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["warm", "stock"])
def test_what_nobody_can_ask_again_is_pressed_each_time(
    project: Project, make_notebook: MakeNotebook, engine: Engine
) -> None:
    for name, (code, _) in UNKNOWN.items():
        make_notebook(code, path=project.notebooks / f"{name}.ipynb")
    for number in range(2):
        result = build_edition(project, engine=engine)
        assert set(result.succeeded) == {"a/a", "b/b", "c/c"} | ({"note/note"} if number == 0 else set())
        assert set(result.warnings) == {
            f"{name}/{name}: uses {what}, so it is pressed each time" for name, (_, what) in UNKNOWN.items()
        }
    plan, _ = make_plan(Today(read_inputs(project)), read_manifest(project.current))
    assert {briefing.family: explain_briefing(plan, briefing) for briefing in plan.stale} == {
        name: [f"it uses {what}, so that nobody knows whether it is fresh"]
        for name, (_, what) in UNKNOWN.items()
    }


@pytest.mark.slow
def test_a_program_that_changes_during_a_build_stops_it(
    project: Project, make_notebook: MakeNotebook
) -> None:
    module = project.notebooks / "helper.py"
    module.write_text("value = 1\n")
    make_notebook("import helper\nhelper.value", path=project.notebooks / "note.ipynb")

    def edit(step: Step) -> None:
        if step.kind == "end":
            module.write_text("value = 2\n")
            module.write_text("value = 1\n")

    with pytest.raises(EditionError, match=r"helper\.py changed while the edition was being built"):
        build_edition(project, report=edit)
    assert not project.current.exists()
    assert build_edition(project).is_good


def test_an_unreadable_read_in_a_manifest_is_not_fresh(project: Project) -> None:
    today = Today(read_inputs(project))
    unknown = {"query": "count", "arguments": {}, "digest": "x"}
    assert today.repeats([unknown], today.inputs.package.digest)
    for read in (
        unknown,
        {"query": "commentary", "arguments": {}},
        {"query": "gone", "arguments": {}},
        "count",
    ):
        assert not today.repeats([read], "another dataset")  # type: ignore[list-item]


@pytest.mark.slow
def test_a_faulty_commentary_stops_its_briefing_though_its_notebook_reads_none(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook("print('other')", path=project.notebooks / "other.ipynb")
    build_edition(project)
    path = project.data / "commentary" / "note" / "note.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Unsigned.", "utf-8")
    for _ in range(2):
        result = build_edition(project)
        assert (result.fresh, result.kept) == (("other/other",), ("note/note",))
        assert [error.reason.partition(": a")[0] for error in result.failed] == [
            "commentary/note/note.md: it has no author and no date"
        ]
    path.write_text(SIGNED, "utf-8")
    assert build_edition(project).succeeded == ("note/note",)
    path.write_text("Unsigned again.", "utf-8")
    assert build_edition(project, ["other"]).is_good, "what was not asked for is taken over"


def test_a_commentary_that_is_not_utf_8_is_no_fresh_read(project: Project) -> None:
    path = project.data / "commentary" / "note" / "note.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("déjà".encode("latin-1"))
    read = {"query": "commentary", "arguments": {"family": "note", "slug": "note"}, "digest": "x"}
    assert not Today(read_inputs(project)).repeats([read], "")


@pytest.mark.slow
def test_a_damaged_file_is_built_again(project: Project, make_notebook: MakeNotebook) -> None:
    make_notebook("1", path=project.notebooks / "other.ipynb")
    build_edition(project)
    good = (project.current / "note/note.html").read_bytes()
    (project.current / "note/note.html").write_text("damaged")
    assert build_edition(project, ["other"]).succeeded == ("note/note",)
    assert (project.current / "note/note.html").read_bytes() == good
    (project.current / "index.html").unlink()
    build_edition(project)
    assert "index.html" in list_files(project)


@pytest.mark.slow
def test_bad_data_stops_the_build_before_it_begins(project: Project) -> None:
    build_edition(project)
    before = list_files(project)
    path = project.data / "activities.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    broken = first.replace(",meeting,", ",meating,", 1)
    assert broken != first or "meeting" not in first
    lines = [line.replace(",meeting,", ",meating,", 1) for line in (first, *rest)]
    path.write_text("\n".join([header, *lines]) + "\n", "utf-8")
    with pytest.raises(BadDataError, match=r"activities\.csv, row .*nearest: meeting"):
        build_edition(project)
    assert list_files(project) == before


def test_data_that_a_query_stumbles_over_is_told_as_the_check_does(
    project: Project, make_notebook: MakeNotebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_notebook(YEARS, path=project.notebooks / "year.ipynb")
    path = project.data / "activities.csv"
    path.write_text(path.read_text("utf-8").replace(",held,", ",hold,"), "utf-8")

    def stumble(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr("pressroom.data.select.Tables.select", stumble)
    with pytest.raises(BadDataError, match="nearest: held"):
        open_catalogue(Today(read_inputs(project)))


def test_something_else_in_the_place_of_the_edition_is_left_alone(project: Project) -> None:
    project.current.mkdir(parents=True)
    (project.current / "mine.txt").write_text("mine")
    with pytest.raises(FolderError, match="bears no mark"):
        build_edition(project)
    (project.output / MARK).write_text("edition")
    with pytest.raises(EditionError, match="move it away"):
        build_edition(project)
    assert (project.current / "mine.txt").read_text() == "mine"


def test_a_generation_is_swapped_in_whole(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        with lock_output(tmp_path), stage_generation(tmp_path) as generation:
            generation.write("a/same.txt", b"same")
            generation.write("b.txt", content)
            generation.publish()
    assert (tmp_path / "current" / "b.txt").read_bytes() == b"two"
    assert (tmp_path / "current").readlink() == Path(".generations/000002")


def test_a_project_is_found_from_below_and_refused_elsewhere(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.notebooks)
    assert find_project().root == project.root
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProjectError, match="no folder notebooks at or above"):
        find_project()
    with pytest.raises(ProjectError, match="no folder notebooks in"):
        find_project(tmp_path)


def test_a_notebooks_digest_ignores_what_running_it_leaves(make_notebook: MakeNotebook) -> None:
    path = make_notebook("1")
    before = digest_notebook(path)
    nb = json.loads(path.read_text())
    nb["cells"][1] |= {"execution_count": 7, "outputs": [{"output_type": "stream"}], "source": ["1"]}
    nb["cells"][1]["metadata"] = {"execution": {"iopub.execute_input": "now"}}
    nb["metadata"]["language_info"] = {"version": "3.11.7"}
    path.write_text(json.dumps(nb))
    assert digest_notebook(path) == before
    nb["cells"][1]["source"] = "2"
    path.write_text(json.dumps(nb))
    assert digest_notebook(path) != before


@pytest.mark.slow
def test_the_odd_notebooks_build_or_say_why_not(make_project: MakeProject) -> None:
    names = ("plain", "failing", "killed", "hanging", "frame", "picture", "hostile", "two-cells")
    project = find_project(make_project(*names))
    result = build_edition(project, ["plain", "killed", "hanging", "frame", "picture", "hostile"])
    assert [fault.path.name for fault in result.faults] == ["two-cells.ipynb"]
    reasons = {error.id: (error.cell, error.reason) for error in result.failed}
    assert reasons.keys() == {"killed/killed", "hanging/hanging", "picture/picture"}
    assert reasons["picture/picture"][0] == 2
    assert "alternative text" in reasons["picture/picture"][1]
    assert len(result.succeeded) == 2 + 4
    assert "<table" in (project.current / "frame/frame.html").read_text("utf-8")
    page = (project.current / "hostile/script-alert-1-script.html").read_text("utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(" in page
    index = (project.current / "index.html").read_text("utf-8")
    assert "<script" not in index
    assert "A line with &lt;script&gt;" in index


def test_two_projects_do_not_share_a_thing(project: Project, tmp_path: Path) -> None:
    build_edition(project)
    shutil.copytree(project.root, tmp_path / "copy", symlinks=True)
    copy = find_project(tmp_path / "copy")
    assert build_edition(copy) == BuildResult(fresh=("note/note",)), "an edition may be moved"


def test_the_longest_briefings_come_first() -> None:
    many = [Briefing("agency", str(number)) for number in range(3)]
    one, two = Briefing("note", "note"), [Briefing("year", "2018"), Briefing("year", "2019")]
    assert longest_first([*many, one, *two], {}) == [one, *two, *many]
    known = {"agency/0": 10, "agency/2": 30, "note/note": 20}
    assert longest_first([*many, one, *two], known) == [*two, many[1], many[2], one, many[0]]


def test_a_name_too_long_for_a_file_keeps_no_other_briefing_back(
    project: Project, make_notebook: MakeNotebook
) -> None:
    make_notebook("print(1)", path=project.notebooks / f"{'n' * 200}.ipynb")
    result = build_edition(project)
    assert result.succeeded == ("note/note",)
    (failed,) = result.failed
    assert "makes a file name of 200 letters; at most 150" in failed.reason


def test_values_of_one_file_name_fail_alone_and_keep_the_earlier_copy(tmp_path: Path) -> None:
    shutil.copytree(FOREIGN, tmp_path / "kit")
    project = find_project(tmp_path / "kit")
    assert build_edition(project).is_good
    with (project.data / "sales.csv").open("a", encoding="utf-8") as table:
        table.write("s6,NORTH,10\n")
    result = build_edition(project)
    reasons = {error.reason for error in result.failed}
    assert len(result.failed) == 2
    assert all('region "north" and region "NORTH" would both be named' in reason for reason in reasons)
    assert not result.faults
    assert {"region/north.html", "region/south.html", "region/east.html"} <= set(list_files(project))
