"""What a merge left in code and settings is a finding with its line, before anybody imports it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kits import NOTE
from pressroom.data.findings import DatasetError
from pressroom.desk.checks.project import check_project
from pressroom.run.inputs import Project, find_project, read_inputs

CONFLICT = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> theirs\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(NOTE / "data", tmp_path / "data")
    (tmp_path / "notebooks").mkdir()
    return find_project(tmp_path)


@pytest.mark.parametrize(
    ("file", "before", "line"),
    [
        ("notebooks/helper.py", "", 1),
        ("notebooks/ours/words.py", "import os\n\n", 3),
        ("notebooks/ipython_config.py", "c = get_config()\n", 2),
        ("notebooks/matplotlibrc", "lines.linewidth: 2\n", 2),
        ("requirements.lock", "", 1),
    ],
)
def test_code_and_settings_in_conflict_are_a_finding(
    project: Project, file: str, before: str, line: int
) -> None:
    (project.root / file).parent.mkdir(exist_ok=True)
    (project.root / file).write_text(before + CONFLICT)
    with pytest.raises(DatasetError) as refused:
        read_inputs(project)
    assert str(refused.value).startswith(f"{file}: merge conflict, line {line};")
    findings, _ = check_project(project, run=False)
    assert [f.file for f in findings if "merge conflict" in f.message] == [file]


def test_the_helpers_own_modules_are_read_before_they_are_imported(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "installed" / "ours"
    (package / "more").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "more" / "words.py").write_text(f"WORDS = 1\n{CONFLICT}")
    monkeypatch.syspath_prepend(package.parent)
    descriptor = json.loads((project.data / "datapackage.json").read_text("utf-8"))
    descriptor["helper"] = "ours"
    (project.data / "datapackage.json").write_text(json.dumps(descriptor), "utf-8")
    with pytest.raises(DatasetError, match=r"ours/more/words\.py: merge conflict, line 2"):
        read_inputs(project)
    findings, _ = check_project(project, run=False)
    assert [f.file for f in findings if "merge conflict" in f.message] == ["ours/more/words.py"]
