"""What the warm engine leaves is what a kernel leaves, byte for byte."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pressroom.run.run import write_notebook

ROOT = Path(__file__).parents[3]
FAMILIES = sorted((ROOT / "notebooks").glob("*.ipynb"))
ODD = sorted((ROOT / "tests" / "notebooks").glob("*.ipynb"))
GROUPS = sorted((Path(__file__).parent / "cells").glob("*.txt"))

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("warm")]


def name_path(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", GROUPS, ids=name_path)
def test_tricky_cells_leave_what_they_leave_in_a_kernel(
    path: Path, tmp_path: Path, run: Callable[..., Any], write_cells: Callable[..., Path]
) -> None:
    made = {}
    for engine in (None, "warm"):
        folder = tmp_path / "notebooks"  # the same for both: cells tell of it
        folder.mkdir()
        cells = path.read_text("utf-8").strip("\n").split("\n---\n")
        made[engine] = run(write_cells(folder / "cells.ipynb", cells), engine=engine)
        shutil.rmtree(folder)
    assert len(made[None].cells) > 5
    for stock, warm in zip(made[None].cells, made["warm"].cells, strict=True):
        assert json.dumps(warm, sort_keys=True) == json.dumps(stock, sort_keys=True), stock.source
    assert write_notebook(made["warm"]) == write_notebook(made[None])


@pytest.mark.parametrize("path", [*FAMILIES, *ODD], ids=name_path)
def test_notebooks_come_out_the_same(
    path: Path, run: Callable[..., Any], make_project: Callable[..., Path]
) -> None:
    data = make_project("hostile") / "data"  # the odd ones ask for a table of its own
    options = {"dataset": data, "root": ROOT}
    assert write_notebook(run(path, engine="warm", **options)) == write_notebook(
        run(path, engine=None, **options)
    )


SAID_LATE = "until [ -e go ]; do sleep 0.02; done; echo late; touch said"
LATE = [f"import subprocess\nsubprocess.Popen(['sh', '-c', {SAID_LATE!r}]);", "1", "'after'"]


def test_what_is_printed_between_two_cells_is_heard_in_neither(
    run: Callable[..., Any],
    texts_of: Callable[[Any], list[str]],
    make_notebook: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = make_notebook(*LATE)
    folder = path.parent
    from papermill.engines import NotebookExecutionManager

    begin = NotebookExecutionManager.cell_start

    def begin_late(self: Any, cell: Any, cell_index: int | None = None, **options: Any) -> Any:
        if cell.source == "'after'":
            (folder / "go").touch()
            while not (folder / "said").exists():
                time.sleep(0.02)
            time.sleep(0.5)  # what was said is on its way
        return begin(self, cell, cell_index, **options)

    monkeypatch.setattr(NotebookExecutionManager, "cell_start", begin_late)
    for engine in (None, "warm"):
        assert texts_of(run(path, engine=engine))[1:] == ["", "1", "'after'"]
        for name in ("go", "said"):
            (folder / name).unlink()
