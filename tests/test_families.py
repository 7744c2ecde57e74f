"""The notebooks keep to their manners: few short cells, no machinery, no figure typed by hand."""

import ast
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
MOST_LINES = 18


def cells(path, kind):
    return [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_family_is_short(path):
    assert 10 <= len(cells(path, "code")) + len(cells(path, "markdown")) <= 32
    for cell in cells(path, "code"):
        assert len(source(cell).splitlines()) <= MOST_LINES, cell["id"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_family_holds_no_machinery(path):
    banned = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.Try)
    for cell in cells(path, "code"):
        assert not [node for node in ast.walk(ast.parse(source(cell))) if isinstance(node, banned)], cell[
            "id"
        ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_family_imports_only_the_dataset_and_the_content(path):
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                assert getattr(node, "module", None) in ("aichr_briefings", "pressroom.data")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_figure_is_typed_by_hand(path):
    for cell in cells(path, "code"):
        for node in ast.walk(ast.parse(source(cell))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                assert not re.search(r"\d", node.value.replace("B.I", "")), (cell["id"], node.value)


OF_RECORDS = [path for path in NOTEBOOKS if path.stem != "about"]


@pytest.mark.parametrize("path", OF_RECORDS, ids=lambda path: path.stem)
def test_a_family_declares_whether_emptiness_fails(path):
    assert any("if_empty=" in source(cell) for cell in cells(path, "code"))


def test_these_are_the_families():
    families = ["about", "agency", "background-note", "meeting", "provision", "theme", "year"]
    assert [path.stem for path in NOTEBOOKS] == families
