"""A warm process for many tests, and notebooks made of cells."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from kits import NOTE
from pressroom.run.engine.child import Child
from pressroom.run.engine.environment import VARIABLE, in_environment, list_environment
from pressroom.run.engine.process import WarmProcess, close_own, imports_of
from pressroom.run.failure import BriefingError
from pressroom.run.notebook import read_notebook
from pressroom.run.run import run_notebook
from warm_kernels import use_cold_kernels

ROOT = Path(__file__).parents[3]
DATA = NOTE / "data"


@pytest.fixture(scope="session")
def shared() -> Iterator[WarmProcess]:
    """Keep a warm process that has imported what the families' notebooks import, pandas and pyplot."""
    families = sorted((ROOT / "notebooks").glob("*.ipynb"))
    modules = [*imports_of(read_notebook(path) for path in families), "pandas", "matplotlib.pyplot"]
    use_cold_kernels()  # what a session shares is made before a module's fixtures are
    with WarmProcess.start(modules, DATA) as process:
        yield process


@pytest.fixture
def warm(
    shared: WarmProcess, monkeypatch: pytest.MonkeyPatch, wait_until: Callable[..., bool]
) -> Iterator[WarmProcess]:
    """Use the shared warm process, and check that nothing is left of its forks."""
    monkeypatch.setenv(VARIABLE, str(shared.address))
    yield shared
    assert wait_until(lambda: not psutil.Process(shared.pid).children(recursive=True))


@pytest.fixture
def fork(warm: WarmProcess) -> Callable[[], Child]:
    """Return a function that has the shared warm process fork, as the engine does."""

    def start() -> Child:
        with in_environment(list_environment()):
            return Child(warm.address, 60)

    return start


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have this process start a warm process of its own, and end it."""
    monkeypatch.delenv(VARIABLE, raising=False)
    close_own()
    yield
    close_own()


@pytest.fixture
def wait_until() -> Callable[..., bool]:
    """Return a function that waits until something is so, and returns whether it is."""

    def wait(is_so: Callable[[], Any], seconds: float = 60) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if is_so():
                return True
            time.sleep(0.02)
        return False

    return wait


@pytest.fixture
def run(make_notebook: Callable[..., Path]) -> Callable[..., Any]:
    """Return a function that runs cells, or a notebook, and returns it, also if it fails."""

    def execute(*cells: str | Path, engine: str | None = "warm", **options: Any) -> Any:
        path = cells[0] if isinstance(cells[0], Path) else make_notebook(*cells)
        given = {"family": "f", "slug": "s", "dataset": DATA, "parameters": {}} | options
        try:
            return run_notebook(path, given.pop("parameters"), engine=engine, **given)
        except BriefingError as error:
            return error.notebook

    return execute


@pytest.fixture
def fail(make_notebook: Callable[..., Path]) -> Callable[..., BriefingError]:
    """Return a function that runs cells, and returns how they fail."""

    def execute(*cells: str, **options: Any) -> BriefingError:
        with pytest.raises(BriefingError) as failed:
            run_notebook(make_notebook(*cells), {}, family="f", slug="s", engine="warm", **options)
        return failed.value

    return execute


@pytest.fixture
def texts_of() -> Callable[[Any], list[str]]:
    """Return a function that returns what each cell of a notebook printed and showed as text."""

    def read(nb: Any) -> list[str]:
        return ["".join(_read_text(output) for output in cell.get("outputs", ())) for cell in nb.cells]

    return read


def _read_text(output: Any) -> str:
    return str(output.get("text", "") or output.get("data", {}).get("text/plain", ""))


@pytest.fixture
def write_cells() -> Callable[[Path, Sequence[str]], Path]:
    """Return a function that writes a notebook of code cells; those that begin with ``#raises`` may raise."""

    def write(path: Path, cells: Sequence[str]) -> Path:
        made = [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": ["raises-exception"]} if source.startswith("#raises\n") else {},
                "source": source.removeprefix("#raises\n"),
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate(cells)
        ]
        path.write_text(json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        return path

    return write
