"""Cells get the variables that are listed, and those that their notebook asks for: no secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pressroom.run.catalogue import read_catalogue
from pressroom.run.engine.environment import VARIABLE, in_environment, list_environment
from pressroom.run.engine.process import WarmProcess
from pressroom.run.run import run_notebook

SECRET = "kLo9-wordless-sesame"
SECRETS = (
    *("PRESSROOM_SMTP_PASSWORD", "PRESSROOM_SMTP_USER", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"),
    *("JUPYTER_TOKEN", "JUPYTERHUB_API_TOKEN", "CONDA_TOKEN", "HTTPS_PROXY", "PGPASSWORD", "SSH_AUTH_SOCK"),
    *("PYTHON_SECRET", "OPENBLAS_SECRET", "MPLSECRET", "LANGSMITH_API_KEY", "TZ_SECRET", "path"),
    *("LC_TOKEN", "LD_TOKEN", "XDG_TOKEN", "NIX_LD_TOKEN", "DYLD_TOKEN"),
)

LOOK = """\
import os, pathlib
started = [pathlib.Path(f"/proc/{{pid}}/environ").read_text() for pid in ("self", os.getppid())]
print(sorted(os.environ.items()), started if {is_warm} else started[:1])"""
"""Prints the variables of now and of the start: in a fork, the start is the warm process'."""


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Set variables that no cell is to see, and one that has Python run a file."""
    for name in SECRETS:
        monkeypatch.setenv(name, SECRET)
    (tmp_path / "startup.py").write_text(f"print({SECRET!r})")
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "startup.py"))


@pytest.fixture
def fresh(secrets: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[WarmProcess]:
    """Use a warm process that was started while they were set."""
    with WarmProcess.start() as warm:
        monkeypatch.setenv(VARIABLE, str(warm.address))
        yield warm


@pytest.mark.parametrize("engine", ["warm", None])
def test_cells_see_no_secret(
    engine: str | None, fresh: WarmProcess, run: Callable[..., Any], texts_of: Callable[[Any], list[str]]
) -> None:
    (text,) = texts_of(run(LOOK.format(is_warm=engine == "warm"), engine=engine))[1:]
    assert "PATH" in text
    assert "HOME" in text
    assert SECRET not in text


@pytest.mark.parametrize("engine", ["warm", None])
@pytest.mark.parametrize(("variable", "value"), [("MPLBACKEND", "pdf"), ("MATPLOTLIBRC", "{}/matplotlibrc")])
def test_how_charts_are_drawn_elsewhere_is_no_matter(
    variable: str,
    value: str,
    engine: str | None,
    fresh: WarmProcess,
    run: Callable[..., Any],
    texts_of: Callable[[Any], list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "matplotlibrc").write_text("lines.linewidth: 7")
    monkeypatch.setenv(variable, value.format(tmp_path / "home"))
    nb = run(
        "from matplotlib import pyplot, rcParams\npyplot.plot([1])\nrcParams['lines.linewidth']",
        engine=engine,
    )
    assert texts_of(nb)[1].startswith("1.5")
    assert any("image/png" in output.get("data", {}) for output in nb.cells[-1].outputs)


@pytest.mark.parametrize("engine", ["warm", None])
def test_a_notebook_asks_for_variables_by_name(
    engine: str | None,
    fresh: WarmProcess,
    run: Callable[..., Any],
    texts_of: Callable[[Any], list[str]],
    make_notebook: Callable[..., Path],
) -> None:
    path = make_notebook(
        "import os\nasked = 'HTTPS_PROXY', 'PGPASSWORD', 'NONE', 'PRESSROOM_SMTP_PASSWORD'\n"
        "print(*map(os.environ.get, asked))"
    )
    nb = json.loads(path.read_text())
    nb["metadata"]["pressroom"] = {"environment": ["HTTPS_PROXY", "NONE", "PRESSROOM_SMTP_PASSWORD"]}
    path.write_text(json.dumps(nb))
    assert texts_of(run(path, engine=engine))[1] == f"{SECRET} None None None\n"


@pytest.mark.parametrize("names", ["HTTPS_PROXY", [1], {"HTTPS_PROXY": "x"}])
def test_what_is_no_list_of_names_is_refused(names: object, make_notebook: Callable[..., Path]) -> None:
    path = make_notebook("1")
    nb = json.loads(path.read_text())
    nb["metadata"]["pressroom"] = {"environment": names}
    path.write_text(json.dumps(nb))
    (fault,) = read_catalogue(path.parent, lambda name: []).faults.values()
    assert '"environment"' in fault.message
    assert fault.message.endswith("not a list of names")


def test_the_variables_of_the_press_are_as_before(secrets: None, make_notebook: Callable[..., Path]) -> None:
    before = dict(os.environ)
    run_notebook(make_notebook("1"), {}, family="f", slug="s")
    assert dict(os.environ) == before


@pytest.mark.parametrize(
    ("given", "made"),
    [(":/x", "/x"), ("/x:", "/x"), (":", None), ("src:.:/x", "{here}/src:{here}:/x"), ("/x:/y", "/x:/y")],
)
def test_what_pythonpath_names_is_the_same_in_every_folder(
    given: str, made: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", given)
    assert list_environment().get("PYTHONPATH") == (made and made.format(here=tmp_path))


def test_variables_are_put_back_after_a_failure() -> None:
    before = dict(os.environ)
    with pytest.raises(ZeroDivisionError), in_environment({"ONE": "1"}):
        1 / len(os.environ.keys() - {"ONE"})
    assert dict(os.environ) == before


BUILD = [str(Path(sys.executable).with_name("briefings")), "build", "--force", "--json"]
LOOK_UP = """\
import os, pathlib, re
told, pid = [], "self"
while pid not in ("0", "1"):
    folder = pathlib.Path("/proc", pid)
    told.append((folder / "environ").read_text().count("{secret}"))
    pid = re.search(r"PPid:\\t(\\d+)", (folder / "status").read_text())[1]
print(told[:told.index(1)] if 1 in told else told)"""


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["warm", "stock"])
def test_nothing_that_a_command_starts_is_given_the_password(
    engine: str, make_project: Callable[..., Path], make_notebook: Callable[..., Path]
) -> None:
    root = make_project()
    make_notebook(LOOK_UP.format(secret=SECRET), path=root / "notebooks" / "look.ipynb")
    environment = {**os.environ, "PRESSROOM_SMTP_PASSWORD": SECRET}
    command = [*BUILD, "--engine", engine]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    nb = json.loads((root / "reports" / "current" / "look" / "look.ipynb").read_text())
    counts = json.loads("".join(nb["cells"][1]["outputs"][0]["text"]))
    # A fork has the warm process above it, a kernel the worker and the process that forked it.
    assert counts == [0] * (2 if engine == "warm" else 3)
