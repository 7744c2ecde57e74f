"""Starting, sharing and ending the warm process; what it imports, and when it will not serve."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pressroom.run.engine import client, process
from pressroom.run.engine.child import Child
from pressroom.run.engine.environment import VARIABLE
from pressroom.run.engine.process import NoWarmProcess, WarmProcess, imports_of

Run = Callable[..., Any]
Texts = Callable[[Any], list[str]]
Wait = Callable[..., bool]

STOCK = "Notebooks run in kernels of their own, which takes longer: "


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """Return a function that returns what the engine has said in this test."""
    monkeypatch.setattr(client, "_said", set())
    caplog.set_level(logging.WARNING, "pressroom.run.engine")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "pressroom.run.engine"]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of modules that are installed, for those processes that are started from now on."""
    base = tmp_path / "user"
    monkeypatch.setenv("PYTHONUSERBASE", str(base))
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = base / "lib" / version / "site-packages"
    folder.mkdir(parents=True)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    return folder


@pytest.fixture
def start(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., WarmProcess]]:
    """Return a function that starts a warm process and has engines use it."""
    started = []

    def launch(*modules: str, dataset: Path | None = None) -> WarmProcess:
        started.append(WarmProcess.start(modules, dataset))
        monkeypatch.setenv(VARIABLE, str(started[-1].address))
        return started[-1]

    yield launch
    for warm in started:
        warm.close()
        assert not warm.is_alive
        assert not warm.address.parent.exists()


def test_requests_wait_until_it_is_warm(start: Callable[..., WarmProcess], run: Run, texts_of: Texts) -> None:
    warm = start("pandas")
    assert texts_of(run("import sys\n'pandas' in sys.modules"))[1] == "True"
    assert warm.is_alive


def test_it_imports_what_is_installed_and_nothing_of_the_project(
    start: Callable[..., WarmProcess],
    run: Run,
    texts_of: Texts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "beside.py").write_text("value = 1")
    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "__init__.py").write_text("value = 2")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    start("beside", "package", "wave", "no_such_module", "wave.no_such_name", "os.path", "json.tool")
    nb = run(
        "import sys\n[name in sys.modules for name in ('beside', 'package', 'wave', 'json.tool')]",
        "import beside, package\n(beside.value, package.value)",
    )
    assert texts_of(nb)[1:] == ["[False, False, True, True]", "(1, 2)"]


def test_a_module_that_cannot_be_imported_shows_in_its_cell(
    start: Callable[..., WarmProcess], run: Run, texts_of: Texts, installed: Path
) -> None:
    (installed / "broken.py").write_text("raise OSError('broken')")
    (installed / "leaving.py").write_text("raise SystemExit(1)")
    (installed / "cold.py").write_text("def warm_up():\n    raise ValueError('cannot')")
    start("broken", "leaving", "cold")
    nb = run("import sys\nprint('cold' in sys.modules)", "import broken")
    assert "".join(texts_of(nb)) == "True\n"
    assert nb.cells[-1].outputs[0].evalue == "broken"


def test_a_module_that_says_something_is_imported_by_the_cell(
    start: Callable[..., WarmProcess], run: Run, texts_of: Texts, installed: Path
) -> None:
    says = {
        "prints": "print('hello')",
        "warns": "import warnings\nwarnings.warn('careful', DeprecationWarning, stacklevel=2)",
        "writes": "import os\nos.write(1, b'bytes')",
        "silent": "value = 1",
    }
    for name, source in says.items():
        (installed / f"{name}.py").write_text(source)
    start(*says)
    nb = run("import sys\n[name in sys.modules for name in ('prints', 'warns', 'writes', 'silent')]",
             *(f"import {name}" for name in says))  # fmt: skip
    texts = texts_of(nb)[1:]
    assert texts[0] == "[False, False, False, True]"
    assert texts[1] == "hello\n"
    assert "DeprecationWarning: careful" in texts[2]
    assert texts[3:] == ["bytes", ""]


def test_what_is_said_but_once_does_no_harm(
    start: Callable[..., WarmProcess], run: Run, texts_of: Texts, installed: Path
) -> None:
    mark = installed / "mark"
    (installed / "once.py").write_text(
        f"import pathlib\nmark = pathlib.Path({str(mark)!r})\n"
        "if not mark.exists():\n    print('listing the fonts')\nmark.touch()"
    )
    start("once")
    assert texts_of(run("import sys\n'once' in sys.modules"))[1] == "True"


def test_modules_warm_up(
    start: Callable[..., WarmProcess], run: Run, texts_of: Texts, installed: Path
) -> None:
    (installed / "warming.py").write_text(
        "import os, matplotlib\nstate = []\n"
        "def warm_up():\n    state.append(1)\n"
        "    matplotlib.rcParams['lines.linewidth'] = 99\n    print('not to be heard')"
    )
    start("warming")
    nb = run("import warming, matplotlib\nwarming.state, matplotlib.rcParams['lines.linewidth']")
    assert texts_of(nb)[1] == "([1], 1.5)"


@pytest.mark.slow
def test_a_warm_process_with_threads_is_not_forked(
    start: Callable[..., WarmProcess],
    run: Run,
    texts_of: Texts,
    installed: Path,
    said: Callable[[], list[str]],
) -> None:
    (installed / "threaded.py").write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"
    )
    start("threaded")
    for _ in range(2):
        assert texts_of(run("import sys\n'threaded' in sys.modules"))[1] == "False"
    assert said() == [f"{STOCK}the warm process has 2 threads, so that forking it is not safe."]


@pytest.mark.slow
def test_a_module_that_chooses_a_backend_is_seen(
    start: Callable[..., WarmProcess], run: Run, installed: Path, said: Callable[[], list[str]]
) -> None:
    (installed / "drawing.py").write_text("import matplotlib.pyplot as plt\nplt.close(plt.figure())")
    start("drawing")
    nb = run("import matplotlib.pyplot as plt\nplt.plot([1]);")
    assert "image/png" in nb.cells[-1].outputs[0].data
    assert len(said()) == 1
    assert "how matplotlib draws" in said()[0]


def test_a_style_beside_a_notebook_is_heeded(
    warm: WarmProcess, run: Run, texts_of: Texts, tmp_path: Path, said: Callable[[], list[str]]
) -> None:
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 7")
    nb = run("import matplotlib\nmatplotlib.rcParams['lines.linewidth']")
    assert said() == [f"{STOCK}a matplotlibrc lies beside the notebook."]
    assert texts_of(nb)[1] == "7.0"


@pytest.mark.parametrize("variable", ["PYTHONPATH", "PYTHONUSERBASE"])
def test_what_imports_have_read_must_be_as_it_was(
    variable: str,
    warm: WarmProcess,
    run: Run,
    texts_of: Texts,
    said: Callable[[], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    value = "/svg"
    monkeypatch.setenv(variable, value)
    nb = run(f"import os\nos.environ[{variable!r}]")
    assert texts_of(nb)[1] == repr(value)
    assert said() == [f"{STOCK}{variable} is not what it was when the warm process started."]


def test_a_notebook_may_ask_for_a_kernel(
    warm: WarmProcess,
    run: Run,
    texts_of: Texts,
    make_notebook: Callable[..., Path],
    said: Callable[[], list[str]],
) -> None:
    path = make_notebook("import threading\nthreading.active_count() > 1")
    nb = json.loads(path.read_text())
    nb["metadata"]["pressroom"] = {"engine": "stock"}
    path.write_text(json.dumps(nb))
    assert texts_of(run(path))[1] == "True"
    assert said() == []


@pytest.mark.parametrize(
    "source",
    [
        "import sys\nsys.path.insert(0, 'x')",
        "import sys\nsys.path = ['x', *sys.path]",
        "import sys\nsys.path[:0] = ['x']",
    ],
)
def test_a_notebook_that_hides_installed_modules_has_a_kernel(
    source: str, warm: WarmProcess, run: Run, said: Callable[[], list[str]]
) -> None:
    run(source)
    assert said() == [f"{STOCK}a notebook puts folders before those of installed modules."]


def test_without_linux_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NoWarmProcess) as lack:
        WarmProcess.start()
    assert lack.value.reason == "forks are not safe on darwin"


def test_a_process_that_does_not_answer_is_forsaken(
    own: None, run: Run, texts_of: Texts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "nobody"))
    assert texts_of(run("import os\nos.getppid()"))[1] == str(process._own._process.pid)


@pytest.mark.slow
def test_one_that_cannot_start_is_given_up(
    own: None, run: Run, texts_of: Texts, monkeypatch: pytest.MonkeyPatch, said: Callable[[], list[str]]
) -> None:
    monkeypatch.setattr(process, "SERVER", "no.such.module")
    monkeypatch.setattr(process._own, "_failures", 0)
    for _ in range(3):
        assert texts_of(run("1"))[1] == "1"
    assert len(said()) == 2
    assert "No module named 'no'" in said()[0]
    assert said()[1].endswith("the warm process did not answer.")


def test_many_are_served_at_once(fork: Callable[[], Child]) -> None:
    children = [fork() for _ in range(8)]
    assert len({child.pid for child in children}) == 8
    assert {os.getsid(child.pid) for child in children} == {child.pid for child in children}
    for child in children:
        child.close()


def test_a_client_that_says_nothing_or_nonsense_blocks_nobody(
    warm: WarmProcess, run: Run, texts_of: Texts
) -> None:
    import socket

    silent, silly = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    for client_ in (silent, silly):
        client_.connect(str(warm.address))
    silly.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert texts_of(run("1"))[1] == "1"
    silent.close()
    silly.close()


STARTER = """
import os, sys, pathlib
from pressroom.run.run import run_notebook
run_notebook(pathlib.Path(sys.argv[1]), {}, family="f", slug="s", engine="warm")
"""

TELLING = """\
import os, pathlib, subprocess, time
sleep = subprocess.Popen(["sleep", "1000"])
pathlib.Path("told").write_text(f"{os.getppid()} {os.getpid()} {sleep.pid} .")
time.sleep(1000)
"""


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_all_ends_with_the_process_that_started_it(
    number: signal.Signals,
    make_notebook: Callable[..., Path],
    tmp_path: Path,
    wait_until: Wait,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    told = tmp_path / "told"
    command = [sys.executable, "-c", STARTER, str(make_notebook(TELLING))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as starter:
        assert wait_until(lambda: told.exists() and told.read_text().endswith("."), 60)
        pids = [int(pid) for pid in told.read_text().split()[:-1]]
        folder = Path(psutil.Process(pids[0]).cwd())
        starter.send_signal(number)
        _, errors = starter.communicate(timeout=60)
    if number == signal.SIGINT:
        assert errors.rstrip().endswith("KeyboardInterrupt")
    assert wait_until(lambda: not any(psutil.pid_exists(pid) for pid in pids))
    assert wait_until(lambda: not folder.exists())


@pytest.mark.slow
def test_a_fork_ends_with_its_engine(
    warm: WarmProcess, make_notebook: Callable[..., Path], tmp_path: Path, wait_until: Wait
) -> None:
    told = tmp_path / "told"
    with subprocess.Popen([sys.executable, "-c", STARTER, str(make_notebook(TELLING))]) as engine:
        assert wait_until(lambda: told.exists() and told.read_text().endswith("."), 60)
        engine.kill()
    server, *others = [int(pid) for pid in told.read_text().split()[:-1]]
    assert server == warm.pid
    assert wait_until(lambda: not any(psutil.pid_exists(pid) for pid in others))
    assert warm.is_alive


@pytest.fixture
def papermill(tmp_path: Path, make_notebook: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that runs papermill's command on cells, and returns what it said and left."""
    monkeypatch.delenv(VARIABLE, raising=False)

    def execute(*cells: str, options: list[str]) -> tuple[subprocess.CompletedProcess[str], Any]:
        path, out = make_notebook(*cells, path=tmp_path / "in.ipynb"), tmp_path / "out.ipynb"
        nb = json.loads(path.read_text())
        nb["metadata"]["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path.write_text(json.dumps(nb))
        command = [sys.executable, "-m", "papermill", "--engine", "warm", str(path), str(out), *options]
        environment = {**os.environ, "TZ": "Asia/Bangkok"}
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=tmp_path, check=False, env=environment
        )
        return done, json.loads(out.read_text()) if out.exists() else None

    return execute


@pytest.mark.slow
def test_papermill_knows_the_engine_by_name(
    papermill: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    cells = [
        "#parameters\nx: int = 1",
        "import os, threading, time",
        "print(x, threading.active_count(), time.tzname, os.environ.get('GITHUB_TOKEN'))",
        "import atexit, pathlib\natexit.register(pathlib.Path('end').touch);",
    ]
    done, nb = papermill(*cells, options=["-p", "x", "2", "--log-output", "--stdout-file", "printed"])
    assert done.returncode == 0
    assert "Executing" in done.stderr
    printed = "2 1 ('+07', '+07') None\n"
    assert printed in done.stderr
    assert (tmp_path / "printed").read_text() == printed
    assert (tmp_path / "end").exists(), "papermill lets a kernel end gracefully"
    cell = nb["cells"][4]
    assert cell["outputs"][0]["text"] == [printed]
    assert cell["metadata"]["papermill"]["status"] == "completed"
    times = {"iopub.status.busy", "iopub.execute_input", "shell.execute_reply", "iopub.status.idle"}
    assert times <= cell["metadata"]["execution"].keys()
    assert nb["metadata"]["language_info"]["name"] == "python"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("y", "2"), 'there is no parameter "y"; allowed: x'),
        (("x", "two"), 'x is a whole number, and "two" is text'),
        (("x", "None"), "x is a whole number, and None is no value"),
    ],
)
def test_papermill_refuses_what_the_contract_does_not_take(
    papermill: Any, given: tuple[str, str], said: str
) -> None:
    done, nb = papermill("#parameters\nx: int = 1", "print(x)", options=["-p", *given])
    assert (done.returncode, nb) == (1, None)
    assert done.stderr.splitlines()[-1] == f"Error: {said}"
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_papermill_says_what_failed(papermill: Any) -> None:
    done, nb = papermill("print('before')", "1 / 0", "2", options=["--no-progress-bar"])
    assert done.returncode == 1
    assert "ZeroDivisionError: division by zero" in done.stderr
    assert nb["metadata"]["papermill"]["exception"] is True
    statuses = [cell["metadata"].get("papermill", {}).get("status") for cell in nb["cells"]]
    assert [status for status in statuses if status] == ["completed", "completed", "failed", "pending"]


@pytest.mark.slow
def test_papermill_saves_what_came_before_a_death(papermill: Any) -> None:
    done, nb = papermill("print('before')", "print('last')\n__import__('os')._exit(1)", options=[])
    assert done.returncode == 138, "what papermill exits with when a kernel dies"
    assert done.stderr.rstrip().endswith("DeadKernelError: Kernel died")
    assert [cell["outputs"][0]["text"] for cell in nb["cells"][1:]] == [["before\n"], ["last\n"]]


def test_imports_are_read_from_cells() -> None:
    sources = [
        "%matplotlib inline\n!pip list\nimport pandas as pd, numpy\n?pd",
        "from matplotlib import pyplot as plt\nfrom content import *\nfrom . import here\nfrom .. import up",
        "def late():\n    import json.tool\ntry:\n    import tomllib\nexcept ImportError:\n    pass",
        "%%bash\nimport nothing from here",
        "this is no Python: import xml",
        "import pandas",
    ]
    cells = [{"cell_type": "code", "source": source.splitlines(keepends=True)} for source in sources]
    cells.append({"cell_type": "markdown", "source": ["import markdown"]})
    names = ["pandas", "numpy", "matplotlib", "matplotlib.pyplot", "content", "json.tool", "tomllib"]
    assert sorted(imports_of([{"cells": cells}])) == sorted(names)
