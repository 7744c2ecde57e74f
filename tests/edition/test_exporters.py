"""The exporters at nbconvert's command line and under JupyterLab: what runs, and what is refused how."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from kits import ROOT, copy_kit
from pressroom.edition.exporters import BriefingHTMLExporter, BriefingPDFExporter
from pressroom.pages.errors import DocumentError
from pressroom.run.given_parameters import GivenError
from warm_commands import find_warm

Convert = Callable[..., subprocess.CompletedProcess[str]]
EXPORTERS = [BriefingHTMLExporter, BriefingPDFExporter]
RAISED = new_output("error", ename="ValueError", evalue="no such line", traceback=[])


@pytest.fixture
def convert(tmp_path: Path) -> Convert:
    """Return a function that runs nbconvert's command."""

    def run(path: Path, *options: str) -> subprocess.CompletedProcess[str]:
        words = [*options, "--output-dir", str(tmp_path / "out"), str(path)]
        return find_warm("nbconvert").run(words, os.environ)

    return run


def said(done: subprocess.CompletedProcess[str]) -> str:
    """Return the line with which a refused command ended."""
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    *_, line = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_a_failed_notebook_names_the_cell_that_raised(exporter: type[BriefingHTMLExporter]) -> None:
    cells = [
        new_markdown_cell("# Title"),
        new_code_cell("x: int = 1", execution_count=1, metadata={"tags": ["parameters"]}),
        new_code_cell("x = 2", execution_count=2, metadata={"tags": ["injected-parameters"]}),
        new_code_cell(""),
        new_code_cell("fail()", execution_count=3, outputs=[RAISED]),
        new_code_cell("after()"),
    ]
    with pytest.raises(DocumentError, match=r"^cell \[2\]: raised ValueError: no such line"):
        exporter().from_notebook_node(new_notebook(cells=cells))
    cells[4].metadata["tags"] = ["raises-exception"]
    with pytest.raises(DocumentError, match=r"not been run: \[3\]"):
        exporter().from_notebook_node(new_notebook(cells=cells))


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_refusals_and_warnings_count_cells_as_jupyterlab_does(exporter: type[BriefingHTMLExporter]) -> None:
    shown = new_output("display_data", data={"image/png": "AAAA"})
    cells = [new_markdown_cell("# Title"), new_code_cell("plot()", execution_count=1, outputs=[shown])]
    with pytest.raises(DocumentError, match=r"^cell \[1\]: a picture has no alternative text"):
        exporter().from_notebook_node(new_notebook(cells=cells))
    more = new_notebook(cells=[*cells, new_code_cell("x", execution_count=2, outputs=[shown, shown])])
    with pytest.raises(DocumentError, match=r"; the same in \[2\] \(2 times\)$"):
        exporter().from_notebook_node(more)
    cells[1].outputs = [new_output("stream", name="stderr", text="careful")]
    _, resources = exporter().from_notebook_node(new_notebook(cells=cells))
    assert "cell [1]: wrote to stderr: careful" in resources["briefing_warnings"]


@pytest.mark.parametrize("exporter", EXPORTERS)
def test_a_parameter_that_is_not_declared_is_refused(exporter: type[BriefingHTMLExporter]) -> None:
    cells = [
        new_code_cell("x: int = 1", execution_count=1, metadata={"tags": ["parameters"]}),
        new_code_cell("xx = 2", execution_count=2, metadata={"tags": ["injected-parameters"]}),
    ]
    with pytest.raises(GivenError, match="nearest: x"):
        exporter().from_notebook_node(new_notebook(cells=cells))


def test_preprocessors_are_honoured() -> None:
    output = new_output("stream", name="stdout", text="secret")
    cell = new_code_cell("x", execution_count=1, outputs=[output], metadata={"tags": ["hide"]})
    nb = new_notebook(cells=[new_markdown_cell("# Title"), cell])
    assert "secret" in BriefingHTMLExporter().from_notebook_node(nb)[0]
    exporter = BriefingHTMLExporter(preprocessors=["nbconvert.preprocessors.TagRemovePreprocessor"])
    exporter._preprocessors[-1].remove_cell_tags = {"hide"}
    assert "secret" not in exporter.from_notebook_node(nb)[0]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_execute_runs_the_cells_first(convert: Convert, tmp_path: Path, kind: str) -> None:
    kit = copy_kit(tmp_path / "kit")
    done = convert(kit / "notebooks" / "agency.ipynb", "--execute", "--to", f"briefing_{kind}")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / f"agency.{kind}").stat().st_size > 10_000


@pytest.mark.slow
def test_a_refusal_at_the_command_line_is_one_sentence(convert: Convert, tmp_path: Path) -> None:
    odd = ROOT / "tests" / "notebooks"
    options = ("--to", "briefing_html")
    failed = said(convert(odd / "failing.ipynb", "--execute", *options))
    assert "cell [3]: raised ZeroDivisionError: division by zero" in failed
    assert "has not been run" in said(convert(odd / "plain.ipynb", *options))
    assert "its kernel died" in said(convert(odd / "killed.ipynb", "--execute", *options))
    hanging = convert(odd / "hanging.ipynb", "--execute", *options, "--ExecutePreprocessor.timeout=1")
    assert hanging.returncode == 1
    assert "it ran longer than its limit of 1 s" in hanging.stderr.splitlines()[-1]
    (tmp_path / "none.ipynb").write_text("x")
    assert "not appear to be JSON" in said(convert(tmp_path / "none.ipynb", *options))
    nb = nbformat.read(ROOT / "notebooks" / "agency.ipynb", as_version=4)
    given = new_code_cell('agncy = "UNICEF"', metadata={"tags": ["injected-parameters"]})
    nb.cells.insert(2, given)
    nbformat.write(nb, tmp_path / "given.ipynb")
    assert "nearest: agency" in said(convert(tmp_path / "given.ipynb", "--execute", *options))
