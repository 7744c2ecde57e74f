"""The command as analysts run it, on a copy of the real project."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from pressroom.desk.checks.project import check_project
from pressroom.run.inputs import find_project
from warm_commands import run_warm


def check(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run_warm(root, "check", *arguments)


def keep_only(root: Path, family: str) -> None:
    """Take away the other families' notebooks: each that is there is run."""
    for path in (root / "notebooks").glob("*.ipynb"):
        if path.stem != family:
            path.unlink()


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), "utf-8")


def append_cell(path: Path, source: str) -> int:
    """Put a code cell at the notebook's end, and return its number as people count."""
    nb = json.loads(path.read_text("utf-8"))
    nb["cells"].append({"cell_type": "code", "id": "odd", "metadata": {}, "source": source})
    nb["cells"][-1] |= {"outputs": [], "execution_count": None}
    path.write_text(json.dumps(nb), "utf-8")
    return sum(cell["cell_type"] == "code" for cell in nb["cells"])


@pytest.mark.slow
def test_the_project_as_it_is_has_nothing_wrong(project: Path) -> None:
    done = check(project)
    assert (done.stdout, done.stderr, done.returncode) == ("no findings\n", "", 0)


@pytest.mark.slow
def test_a_notebook_that_does_not_run_is_told_with_its_cell(project: Path) -> None:
    keep_only(project, "year")
    number = append_cell(project / "notebooks" / "year.ipynb", "care_box(misspelt_name)")
    assert check(project, "--no-run").returncode == 0
    done = check(project)
    place = f"notebooks/year.ipynb, cell [{number}]"
    reason = "NameError: name 'misspelt_name' is not defined"
    told = f"error: {place}: it does not run from a fresh start: {reason}\n1 error, 0 warnings\n"
    assert done.stdout == told
    assert done.returncode == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notebook", "parameter", "odd"),
    [
        ("agency", "agency", "DPA"),  # least is on record
        ("agency", "agency", "UNICEF"),  # most is
        ("theme", "theme", "sustainable-development"),
        ("year", "year", 2011),
    ],
)
def test_what_fails_where_the_data_say_least_or_most_is_told(
    project: Path, notebook: str, parameter: str, odd: object
) -> None:
    keep_only(project, notebook)
    raising = f"1 / ({parameter} != {odd!r})"
    append_cell(project / "notebooks" / f"{notebook}.ipynb", raising)
    done = check(project)
    slug = str(odd).lower()
    assert f"{notebook}/{slug} cannot be made: ZeroDivisionError" in done.stdout
    assert (done.stdout.count("error:"), done.returncode) == (1, 2)


def test_a_list_that_does_not_exist_is_told(project: Path) -> None:
    edit(project / "notebooks" / "year.ipynb", "one of years", "one of yaers")
    done = check(project, "--no-run", "--json")
    [finding] = json.loads(done.stdout)
    assert (finding["file"], finding["severity"], done.returncode) == ("notebooks/year.ipynb", "error", 2)
    assert "nearest: years" in finding["message"]


def test_warnings_alone_do_not_fail(project: Path) -> None:
    path = project / "data" / "commentary" / "agency" / "undpp.md"
    path.parent.mkdir(parents=True)
    path.write_text("---\nauthor: A\ndate: 2019-11-01\n---\nWords.\n", "utf-8")
    done = check(project, "--no-run")
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "0 errors, 1 warning"


def test_faults_of_the_data_are_told_and_no_notebook_is_run(project: Path) -> None:
    edit(project / "data" / "activities.csv", ",VNM,", ",VMN,")
    done = check(project)
    assert "error: activities.csv, row " in done.stdout
    assert "nearest: VNM" in done.stdout
    assert "no notebook was run" in done.stderr
    assert done.returncode == 2


@pytest.mark.slow
def test_what_tidy_mends_is_no_longer_told(project: Path) -> None:
    path = project / "notebooks" / "year.ipynb"
    nb = json.loads(path.read_text("utf-8"))
    for cell in nb["cells"]:
        del cell["id"]
    nb["nbformat_minor"] = 4
    nb["cells"][1] |= {
        "execution_count": 1,
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "x"}],
    }
    path.write_text(json.dumps(nb), "utf-8")
    before = check(project, "--no-run")
    assert before.returncode == 0
    assert before.stdout.count("`briefings tidy` mends that") == 2
    assert run_warm(project, "tidy").returncode == 0
    after = check(project, "--no-run")
    assert (after.stdout, after.returncode) == ("no findings\n", 0)


def test_tables_that_are_to_be_tidied_are_warned_of(project: Path) -> None:
    path = project / "data" / "themes.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    done = check(project, "--no-run")
    assert "warning: themes.csv: " in done.stdout
    assert "`briefings tidy` mends that" in done.stdout
    assert done.returncode == 0


def test_a_variable_under_a_former_name_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AICHR_BRIEFINGS_SMTP_PASSWORD", "x")
    [said], _ = check_project(find_project(project), run=False)
    assert str(said).endswith("its name is PRESSROOM_SMTP_PASSWORD now")
    assert said.severity == "warning"
