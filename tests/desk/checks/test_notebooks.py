import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pressroom.desk.checks.cells import name_cells
from pressroom.desk.checks.notebooks import check_notebook, list_notebooks

ROOT = Path(__file__).parents[3]

Make = Callable[..., Path]

PARAMETER = '#parameters\nx: str = "a"  # a text'


def tell(path: Path) -> list[str]:
    return [f"{finding.severity}: {finding}" for finding in check_notebook(path, "aichr_briefings")]


def edit(path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    nb = json.loads(path.read_text("utf-8"))
    change(nb)
    path.write_text(json.dumps(nb), "utf-8")
    return path


@pytest.mark.parametrize("path", list_notebooks(ROOT / "notebooks"), ids=lambda path: path.stem)
def test_the_real_notebooks_are_as_they_should_be(path: Path) -> None:
    assert tell(path) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import os", 'a notebook should not import "os"; allowed: aichr_briefings'),
        ("from pressroom.edition import build", 'should not import "pressroom.edition"'),
        ("from pressroom import edition", 'should not import "pressroom.edition"'),
        ("if x:\n    import panda", 'should not import "panda"; allowed:'),
        ("import panda", "nearest: pandas"),
        ("import requests", 'should not import "requests"'),
        ("from . import mine", 'should not import "."'),
        ('open("/srv/data/activities.csv")', '"/srv/data/activities.csv" is a path of one machine'),
        ("name = f'/srv/{x}/more.csv'", '"/srv/" is a path of one machine'),
        (r"p = 'C:\\data\\a.csv'", "is a path of one machine"),
        ('p = "~/data.csv"', "is a path of one machine"),
        ("%cd /srv/data", '"/srv/data" is a path of one machine'),
    ],
)
def test_what_code_should_not_hold_is_warned_of_with_its_cell(
    make_notebook: Make, code: str, message: str
) -> None:
    [said] = tell(make_notebook(PARAMETER, "x", code))
    assert said.startswith("warning: notebooks/made.ipynb, cell [3]: ")
    assert message in said


def test_what_is_not_python_is_an_error_unless_the_cell_may_raise(make_notebook: Make) -> None:
    path = make_notebook(PARAMETER, "x", "x = (1")
    [said] = tell(path)
    assert said.startswith("error: notebooks/made.ipynb, cell [3]: line 1 is not Python: ")
    edit(path, lambda nb: nb["cells"][3]["metadata"].update(tags=["raises-exception"]))
    assert tell(path) == []


@pytest.mark.parametrize(
    "code",
    [
        "import pandas as pd\nimport numpy.linalg\nimport matplotlib.pyplot as plt\nimport math, re",
        "from aichr_briefings import *",
        "from pressroom import pages\nfrom IPython import display\nfrom IPython.display import HTML",
        "from beside import words",
        "%matplotlib inline\n!ls\nx?\nx",
        "files = !ls\nif files:\n    !ls\n?x",
        "%%html\n<b>12 words</b>",
        "await x",
        'a = "and/or"; b = "a / b"; c = "/"; d = "<b>x</b>"',
        "",
    ],
)
def test_what_code_may_hold_is_left_alone(make_notebook: Make, tmp_path: Path, code: str) -> None:
    (tmp_path / "beside.py").write_text("words = 1\n", "utf-8")
    assert tell(make_notebook(PARAMETER, code)) == []


def test_a_module_that_an_installed_one_hides_is_told(make_notebook: Make, tmp_path: Path) -> None:
    (tmp_path / "calendar.py").write_text("words = 1\n", "utf-8")
    (tmp_path / "papermill").mkdir()
    (tmp_path / "papermill" / "__init__.py").write_text("", "utf-8")
    said = tell(make_notebook(PARAMETER, "x", "import calendar, papermill.engines"))
    place = "notebooks/made.ipynb, cell [3]"
    assert [line.split(";")[0] for line in said] == [
        f'warning: {place}: "calendar" is the installed module, not the one beside the notebook',
        f'warning: {place}: a notebook should not import "papermill.engines"',
        f'warning: {place}: "papermill.engines" is the installed module, not the one beside the notebook',
    ]


def test_another_language_is_not_read(make_notebook: Make) -> None:
    path = make_notebook("library(dplyr)")
    edit(path, lambda nb: nb["metadata"].update(kernelspec={"language": "R", "name": "ir"}))
    assert tell(path) == []


def test_figures_typed_by_hand_are_warned_of(make_notebook: Make) -> None:
    path = make_notebook(PARAMETER, 'print(f"{x} has five recorded activities in 2018")')
    for source, tags in (("All 16 of them.", []), ("All 17.", ["analyst-only"]), ("And 18.", [])):
        cell = {"cell_type": "markdown", "id": source[-3:-1], "metadata": {"tags": tags}, "source": source}
        edit(path, lambda nb, cell=cell: nb["cells"].append(cell))
    assert [line.partition(" typed")[0] for line in tell(path)] == [
        'warning: notebooks/made.ipynb, the Markdown cell after [2]: "16"',
        'warning: notebooks/made.ipynb, the third Markdown cell after [2]: "18"',
        'warning: notebooks/made.ipynb, cell [2]: "five", "2018"',
    ]


def test_what_a_run_left_is_told_once(make_notebook: Make) -> None:
    path = make_notebook(PARAMETER, "x", "x")

    def run(nb: dict[str, Any]) -> None:
        nb["cells"][2]["execution_count"] = 7
        nb["cells"][3]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "a"}]

    [said] = tell(edit(path, run))
    assert said == (
        "warning: notebooks/made.ipynb: the cells [2], [3] keep what a run left; `briefings tidy` mends that"
    )


def test_missing_ids_are_warned_of(make_notebook: Make) -> None:
    def spoil(nb: dict[str, Any]) -> None:
        del nb["cells"][0]["id"]
        nb["nbformat_minor"] = 4

    [said] = tell(edit(make_notebook(PARAMETER, "x", "x"), spoil))
    assert said.startswith("warning: notebooks/made.ipynb: 1 of 4 cells have no id")


def test_equal_ids_are_an_error(make_notebook: Make) -> None:
    path = make_notebook(PARAMETER, "x", "x")
    [said] = tell(edit(path, lambda nb: nb["cells"][2].update(id="c2")))
    assert said.startswith('error: notebooks/made.ipynb, cell [2]: 2 cells have the id "c2"')


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not a notebook"),
        (b"no JSON", "is not a notebook"),
        (b"[]", "is not a notebook of format 4"),
        (b'{"nbformat": 3, "worksheets": []}', "is not a notebook of format 4"),
        (b'{"nbformat": 4, "cells": [7]}', "what stands at place 1 is no cell"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}', "is no cell"),
        (b"\xff\xfe", "cannot be read"),
    ],
)
def test_what_is_no_notebook_is_told(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a b.ipynb"
    path.write_bytes(content)
    [said] = tell(path)
    assert said.startswith("error: notebooks/a b.ipynb: ")
    assert message in said


def test_a_byte_order_mark_does_no_harm(make_notebook: Make) -> None:
    path = make_notebook(PARAMETER, "x")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert tell(path) == []


def test_a_fault_of_the_contract_names_its_cell(make_notebook: Make) -> None:
    [said] = tell(make_notebook("#parameters\nx: list = []"))
    assert said.startswith(
        'error: notebooks/made.ipynb, cell [1] (parameters), line 1: x has the type "list"'
    )


def test_cells_are_named_as_jupyterlab_numbers_them() -> None:
    kinds = ["markdown", "markdown", "code", "code", "markdown", "raw", "code"]
    sources = ["a", "b", "x", "", "c", "d", "y"]
    cells = [{"cell_type": k, "source": s, "metadata": {}} for k, s in zip(kinds, sources, strict=True)]
    assert name_cells({"cells": cells}) == [
        "the Markdown cell at the top",
        "the second Markdown cell at the top",
        "cell [1]",
        "the empty code cell after [1]",
        "the Markdown cell after [1]",
        "the raw cell after [1]",
        "cell [2]",
    ]


def test_text_that_no_briefing_prints_is_warned_of_once(make_notebook: Make) -> None:
    def add(nb: dict[str, Any]) -> None:
        texts = [("markdown", "Lost."), ("markdown", "For analysts."), ("raw", "Raw.")]
        cells = [
            {"cell_type": kind, "metadata": {}, "id": f"t{number}", "source": source}
            for number, (kind, source) in enumerate(texts)
        ]
        cells[1]["metadata"] = {"tags": ["analyst-only"]}
        nb["cells"][1:1] = cells

    [said] = tell(edit(make_notebook(PARAMETER, "print(x)"), add))
    assert "no briefing prints 1 Markdown cell before the parameters, and 1 raw cell; move the text" in said
