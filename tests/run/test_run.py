"""Running a notebook with real kernels: what is kept, what a failure says, what no two runs share."""

from __future__ import annotations

import errno
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from kits import NOTE
from pressroom.run.executed import count_cell, normalise_notebook
from pressroom.run.failure import BriefingError, explain_stop, shorten
from pressroom.run.inputs import PACKAGE
from pressroom.run.run import run_notebook, write_notebook

ODD = Path(__file__).parents[1] / "notebooks"
DATA = NOTE / "data"

RUN = """
import sys
from pathlib import Path
from pressroom.run.run import run_notebook, write_notebook
nb = run_notebook(Path(sys.argv[1]), {"agency": "UNDP"}, family="varying", slug="undp")
sys.stdout.buffer.write(write_notebook(nb))
"""


def run_odd(name: str, **parameters: Any) -> Any:
    """Run one of the odd notebooks."""
    return run_notebook(ODD / f"{name}.ipynb", parameters, family=name, slug="slug", timeout=None)


def fail(name: str, **parameters: Any) -> BriefingError:
    """Return how one of the odd notebooks fails."""
    with pytest.raises(BriefingError) as failed:
        run_odd(name, **parameters)
    return failed.value


def text_of(nb: Any) -> str:
    """Return all that the notebook's cells printed and displayed as text."""
    outputs = [output for cell in nb.cells for output in cell.get("outputs", ())]
    return "".join(
        output.get("text", "") or output.get("data", {}).get("text/plain", "") for output in outputs
    )


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    """Check that no kernel outlives its run."""
    yield
    deadline = time.monotonic() + 60
    while (left := list(list_kernels())) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def list_kernels() -> Iterator[list[str]]:
    """Yield the commands of the kernels that this process has started."""
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            command = process.cmdline()
            if "ipykernel_launcher" in command:
                yield command


def test_a_notebook_without_parameters_runs_as_it_is() -> None:
    nb = run_odd("plain")
    assert text_of(nb) == "nothing to declare\n4"
    assert [cell.get("execution_count") for cell in nb.cells] == [None, 1, 2]
    assert nb.metadata.pressroom == {"family": "plain", "parameters": {}, "reads": []}


def test_a_failing_cell_is_named_marked_and_what_came_before_is_kept() -> None:
    error = fail("failing", agency="ILO")
    assert str(error) == "failing/slug failed in cell [3]: ZeroDivisionError: division by zero"
    assert (error.cell, error.name, error.value) == (3, "ZeroDivisionError", "division by zero")
    assert text_of(error.notebook) == "before the fall\n"
    top = error.notebook.cells[0]
    assert "This briefing failed at [cell 3](#papermill-error-cell)" in top.source
    assert "analyst-only" in top.metadata.tags
    index = next(i for i, cell in enumerate(error.notebook.cells) if cell.source == "1 / 0")
    assert 'id="papermill-error-cell"' in error.notebook.cells[index - 1].source
    assert "Cell In[3]" in "".join(error.notebook.cells[index].outputs[0].traceback)
    assert count_cell(error.notebook, index) == 3


def test_a_failed_notebook_runs_again_as_if_it_were_new(tmp_path: Path) -> None:
    path = tmp_path / "failed.ipynb"
    path.write_bytes(write_notebook(fail("failing", agency="ILO").notebook))
    with pytest.raises(BriefingError) as failed:
        run_notebook(path, {"agency": "ILO"}, family="failing", slug="slug")
    assert write_notebook(failed.value.notebook) == path.read_bytes()


def test_a_kernel_that_dies_is_an_error_of_its_cell() -> None:
    error = fail("killed")
    assert str(error).startswith("killed/slug failed in cell [2]: its kernel died")
    assert text_of(error.notebook) == "last words\n"


OFF_ITS_CANVAS = """
from pressroom.pages import Plotted, chart
from pressroom.pages.charts.canvas import Canvas

def draw(width, narrow):
    canvas = Canvas(width, 20, narrow=narrow)
    canvas.mark("day", width, 5)
    return canvas

chart("visits", draw, caption="c", alt="a", source="s", data=Plotted(["a"], [[1]]))
"""


def test_a_chart_that_cannot_be_read_is_an_error_of_its_cell(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook("x = 1", OFF_ITS_CANVAS)
    with pytest.raises(BriefingError) as failed:
        run_notebook(path, {}, family="made", slug="slug")
    said = "made/slug failed in cell [2]: ChartError: the chart 'visits' has a mark off its canvas, at "
    assert str(failed.value).startswith(said)


@pytest.mark.slow
def test_a_cell_that_hangs_is_stopped_at_the_notebooks_own_limit() -> None:
    began = time.monotonic()
    error = fail("hanging")
    assert time.monotonic() - began < 60
    assert str(error) == "hanging/slug failed in cell [2]: it ran longer than its limit of 2 s"
    assert text_of(error.notebook) == "about to wait\n"
    assert error.notebook.cells[-1].outputs[0].ename == "CellTimeoutError"


PLAIN = {
    "UnknownCode": "open_dataset().activities(agency='UNPD')",
    "DatasetError": "open_dataset('nowhere')",
    "EmptyRecordError": "recorded([], of='UNDP', if_empty='failure')",
}


@pytest.mark.parametrize("engine", [None, "warm"])
@pytest.mark.parametrize("name", PLAIN)
def test_what_is_refused_in_a_cell_shows_its_message_first_and_no_frames_of_packages(
    name: str, engine: str | None, make_notebook: Callable[..., Path]
) -> None:
    path = make_notebook(f"from aichr_briefings import *\n{PLAIN[name]}")
    with pytest.raises(BriefingError, match=name) as failed:
        run_notebook(path, {}, family="f", slug="s", engine=engine, dataset=NOTE / "data")
    trace = failed.value.notebook.cells[-1].outputs[-1].traceback
    assert trace[0].startswith(f"{name}: ")
    assert trace[1:] == [f"  line 2 of the cell: {PLAIN[name]}"]


def test_the_callers_limit_goes_before_the_notebooks(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook("import time\ntime.sleep(60)")
    with pytest.raises(BriefingError, match="limit of 1 s"):
        run_notebook(path, {}, family="f", slug="s", timeout=1)


@pytest.mark.parametrize("source", ["import sys\nsys.exit(0)", "raise SystemExit", "1 +"])
def test_leaving_early_is_a_failure(source: str, make_notebook: Callable[..., Path]) -> None:
    with pytest.raises(BriefingError) as failed:
        run_notebook(make_notebook("0", source, "'after'"), {}, family="f", slug="s")
    assert failed.value.cell == 2


def test_a_kernel_that_is_not_there_is_named(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook("1")
    nb = json.loads(path.read_text())
    nb["metadata"]["kernelspec"] = {"name": "cobol", "display_name": "COBOL", "language": "python"}
    path.write_text(json.dumps(nb))
    with pytest.raises(BriefingError, match="asks for the kernel cobol, which is not installed") as failed:
        run_notebook(path, {}, family="f", slug="s")
    assert failed.value.cell is None


HOSTILE = [
    "__import__('os')._exit(1)",
    '"); __import__("os")._exit(1); ("',
    "\\",
    "'''\"\"\"\n\r\t\x00{}%s$x$ <script>alert(1)</script>",
    "{pm[run_uuid]}",
    "ไทย ខ្មែរ 🙂 \u2028 \u202e",
]


def test_values_are_literals_never_code(make_notebook: Callable[..., Path]) -> None:
    names = [f"p{number}" for number in range(len(HOSTILE))]
    cell = "#parameters\n" + "\n".join(f'{name}: str = "x"' for name in names)
    path = make_notebook(cell, f"import json\nprint(json.dumps([{', '.join(names)}]))")
    nb = run_notebook(path, dict(zip(names, HOSTILE, strict=True)), family="f", slug="s")
    assert json.loads(text_of(nb)) == HOSTILE


def test_types_survive(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook(
        '#parameters\na: int = 1\nb: float = 1.0\nc: bool = False\nd: str = ""', "print(repr((a, b, c, d)))"
    )
    nb = run_notebook(path, {"a": -7, "b": 0.1, "c": True, "d": ""}, family="f", slug="s")
    assert text_of(nb) == "(-7, 0.1, True, '')\n"


def test_entry_and_reads_move_to_the_metadata(make_notebook: Callable[..., Path]) -> None:
    entry = '{"application/vnd.pressroom.entry+json": {"label": "UNDP", "line": "One"}}'
    path = make_notebook(
        "from aichr_briefings import open_dataset\nds = open_dataset()",
        'n = ds.count(agency="UNDP")',
        'ds.count(agency="UNDP")',
        f"from IPython.display import display\ndisplay({entry}, raw=True)",
    )
    nb = run_notebook(path, {}, family="f", slug="s", dataset=DATA)
    own = nb.metadata.pressroom
    assert own.entry == {"label": "UNDP", "line": "One"}
    asked = {"table": "activities", "where": {"agencies": ["UNDP"]}, "columns": []}
    assert [read["arguments"] for read in own.reads] == [asked]
    assert [len(cell.get("outputs", ())) for cell in nb.cells] == [0, 0, 0, 1, 0]


def test_files_are_reads_in_a_notebook_that_opens_no_dataset(
    make_notebook: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "one.txt").write_text("1")
    (tmp_path / "two.txt").write_text("2")
    path = make_notebook(
        "text = open('one.txt').read()",
        "import sys\nprint('pandas' in sys.modules, sorted(n for n in globals() if 'reads' in n))",
        "from aichr_briefings import open_dataset\nds = open_dataset()\nopen('two.txt').close()",
    )
    nb = run_notebook(path, {}, family="f", slug="s", dataset=DATA, root=tmp_path)
    own = nb.metadata.pressroom
    assert [read["arguments"] for read in own.reads] == [{"path": "one.txt"}, {"path": "two.txt"}]
    assert text_of(nb) == "False []\n", "the recorder leaves no trace in the notebook"


ENTRY = "application/vnd.pressroom.entry+json"
READS = "application/vnd.pressroom.reads+json"
MALFORMED: list[tuple[str, Any, str]] = [
    (ENTRY, [1], "the index entry must be an object"),
    (ENTRY, {"line": 3}, '"line" must be text'),
    (ENTRY, {"label": ["x"]}, '"label" must be text'),
    (ENTRY, {"front": "x"}, '"front" must be an object'),
    (ENTRY, {"front": {"lede": 1}}, '"lede" must be text'),
    (ENTRY, {"strip": ["x"]}, '"strip" must be an object'),
    (ENTRY, {"strip": {"marks": []}}, 'needs "columns" and "marks"'),
    (ENTRY, {"strip": {"columns": ["a"], "marks": [1]}}, '"marks" in the index entry'),
    (ENTRY, {"strip": {"columns": [], "marks": [], "key": [["day"]]}}, "pairs of texts"),
    (READS, {"reads": 1}, "what it read is not"),
    (READS, {"reads": [{"query": "commentary", "arguments": {}}]}, "what it read is not"),
    (READS, {"reads": [{"query": "file", "arguments": {}, "digest": ""}]}, '"path" for a file'),
]


@pytest.mark.parametrize(("mime", "held", "said"), MALFORMED)
def test_malformed_hidden_outputs_are_named_and_left_out(mime: str, held: Any, said: str) -> None:
    output = new_output("display_data", data={mime: held})  # type: ignore[no-untyped-call]
    cells = [new_code_cell("1"), new_code_cell("2", outputs=[output])]  # type: ignore[no-untyped-call]
    nb = new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    fault = normalise_notebook(nb, (), {})
    assert fault is not None
    assert fault[0] == 1
    assert said in fault[1]
    assert nb.metadata.pressroom == {"reads": []}


def test_a_malformed_entry_fails_its_briefing_and_names_the_cell(make_notebook: Callable[..., Path]) -> None:
    display = f"from IPython.display import display\ndisplay({{'{ENTRY}': [1]}}, raw=True)"
    with pytest.raises(BriefingError, match="index entry must be an object") as failed:
        run_notebook(make_notebook("1", display), {}, family="f", slug="s")
    assert failed.value.cell == 2


def test_temporary_files_go_where_they_are_told(make_notebook: Callable[..., Path], tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    path = make_notebook("import os\nprint(os.environ['IPYTHONDIR'])")
    nb = run_notebook(path, {}, family="f", slug="s", scratch=scratch)
    assert text_of(nb).startswith(f"{scratch}/briefing-")
    assert list(scratch.iterdir()) == []


def test_a_full_folder_for_temporary_files_is_named(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    assert explain_stop(full, 60, tmp_path).endswith(f"temporary files in {tmp_path}")


def test_the_working_directory_is_the_notebooks(make_notebook: Callable[..., Path]) -> None:
    before = Path.cwd()
    path = make_notebook("import os\nprint(os.path.exists('made.ipynb'))")
    assert text_of(run_notebook(path, {}, family="f", slug="s")) == "True\n"
    assert Path.cwd() == before
    assert "IPYTHONDIR" not in os.environ


@pytest.mark.parametrize("change", ["", "# changed\n"])
def test_a_kernel_with_another_package_is_told(
    change: str, make_notebook: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "other" / "pressroom"
    shutil.copytree(PACKAGE, copy)
    with (copy / "look" / "colours.py").open("a") as file:
        file.write(change)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "language": "python",
    }
    spec |= {"display_name": "Other", "env": {"PYTHONPATH": str(copy.parent)}}
    folder = tmp_path / "jupyter" / "kernels" / "other"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    path = make_notebook("import pressroom\nprint(pressroom.__file__)")
    nb = json.loads(path.read_text())
    nb["metadata"]["kernelspec"] = {"name": "other", "language": "python", "display_name": "Other"}
    path.write_text(json.dumps(nb))
    if change:
        with pytest.raises(BriefingError, match=f"imports pressroom from {copy}, another from"):
            run_notebook(path, {}, family="f", slug="s")
    else:
        assert text_of(run_notebook(path, {}, family="f", slug="s")) == f"{copy}/__init__.py\n"


def test_cells_of_old_notebooks_get_ids_that_do_not_vary(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook("#parameters\nx: int = 1", "x")
    nb = json.loads(path.read_text())
    nb["nbformat_minor"] = 4
    for cell in nb["cells"]:
        del cell["id"]
    path.write_text(json.dumps(nb))
    executed = run_notebook(path, {"x": 2}, family="f", slug="s")
    assert [cell.id for cell in executed.cells] == ["cell-0", "cell-1", "injected-parameters", "cell-2"]


def test_an_error_travels_between_processes() -> None:
    error = BriefingError("f", "s", reason="r", cell=3, name="N", value="v")
    copy = pickle.loads(pickle.dumps(error))
    assert vars(copy) == vars(error)
    assert str(copy) == str(error)


def test_long_and_coloured_reasons_are_one_plain_line(make_notebook: Callable[..., Path]) -> None:
    path = make_notebook(r"raise ValueError('\x1b[31mred\x1b[0m\n' + 'x' * 1000)")
    with pytest.raises(BriefingError) as failed:
        run_notebook(path, {}, family="f", slug="s")
    assert failed.value.reason.startswith("ValueError: red xxx")
    assert len(failed.value.reason) == 300


@pytest.mark.slow
def test_equal_bytes_in_another_folder_locale_and_time_zone(tmp_path: Path) -> None:
    made = []
    for name, environment in (
        ("one", {"TZ": "Asia/Bangkok", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"}),
        ("two with space {brace}", {"TZ": "America/New_York", "LC_ALL": "C", "PYTHONHASHSEED": "2"}),
    ):
        folder = tmp_path / name
        folder.mkdir()
        path = Path(shutil.copy(ODD / "varying.ipynb", folder))
        command = [sys.executable, "-c", RUN, str(path)]
        done = subprocess.run(command, env=os.environ | environment, capture_output=True, check=True)
        made.append(done.stdout)
    assert made[0] == made[1]
    assert b"<cell>:1: UserWarning: careful" in made[0]
    assert b"ipykernel" not in made[0].replace(b"Python 3 (ipykernel)", b"")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("SyntaxError: incomplete input (3200754516.py, line 1)", "SyntaxError: incomplete input (line 1)"),
        ("in (data.py, line 1)", "in (data.py, line 1)"),
        ("\x1b[31mred\x1b[0m\n  and   wide", "red and wide"),
        ("x" * 400, "x" * 299 + "…"),
    ],
)
def test_a_reason_is_a_line_that_an_analyst_can_read(text: str, line: str) -> None:
    assert shorten(text) == line
