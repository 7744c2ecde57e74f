"""What IPython finds out about a cell is kept, and is what it would find out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

from aichr_briefings.press.engine.known_cells import know_cells

CELLS = (
    "1 + 1",
    "%time 1",
    "!ls",
    "x = !ls",
    "await f()",
    "x?",
    "for",
    "",
    "%%bash\nls",
    ">>> 1",
    "def f(:",
    "a\nb",
)


@pytest.fixture
def make_shell() -> Callable[[], Any]:
    return InteractiveShell


def look_at(shell: Any, cell: str) -> tuple[str, bool]:
    try:
        transformed = shell.transform_cell(cell)
    except SyntaxError as error:
        return str(error), False
    return transformed, shell.should_run_async(cell, transformed_cell=transformed)


@pytest.mark.parametrize("known", [(), CELLS])
def test_what_is_known_is_what_is_found(make_shell: Callable[[], Any], known: tuple[str, ...]) -> None:
    plain, knowing = make_shell(), make_shell()
    know_cells(knowing, known)
    for cell in CELLS * 2:
        assert look_at(knowing, cell) == look_at(plain, cell)


def test_a_transformation_that_somebody_adds_is_followed(make_shell: Callable[[], Any]) -> None:
    shell = make_shell()
    know_cells(shell, CELLS)
    added = [line.replace("1", "2") for line in ("1 + 1\n",)]
    shell.input_transformers_cleanup.append(lambda lines: [line.replace("1", "2") for line in lines])
    assert shell.transform_cell("1 + 1") == "".join(added)
    shell.input_transformers_cleanup.pop()
    assert shell.transform_cell("1 + 1") == "1 + 1\n"


def test_without_autoawait_nothing_is_awaited(make_shell: Callable[[], Any]) -> None:
    shell = make_shell()
    know_cells(shell, CELLS)
    assert shell.should_run_async("await f()", transformed_cell="await f()\n")
    shell.autoawait = False
    assert not shell.should_run_async("await f()", transformed_cell="await f()\n")
