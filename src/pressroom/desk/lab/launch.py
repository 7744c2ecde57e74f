"""JupyterLab as an analyst wants it: this project, this environment's kernel, a family's notebook open."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from pressroom.data.findings import Refusal, advise, find_nearest, quote
from pressroom.data.locate import VARIABLE
from pressroom.run.inputs import NOTEBOOKS, Project
from pressroom.run.notebook import NotebookError, read_notebook, settings_of
from pressroom.run.scratch import become


def find_notebook(project: Project, name: str | None) -> Path | None:
    """Return the path, inside the project, of a family's notebook; without a name, of the first by its order.

    Raises
    ------
    Refusal
        If there is no notebook of that name.
    """
    paths = {path.stem: path for path in sorted(project.notebooks.glob("*.ipynb"))}
    if name is None:
        first = min(paths.values(), key=_read_order, default=None)
        return first.relative_to(project.root) if first else None
    wanted = Path(name).stem
    if wanted not in paths:
        there = advise(list(paths), find_nearest(wanted, paths))
        raise Refusal(f"there is no notebook {quote(name)} in {NOTEBOOKS}" + there)
    return paths[wanted].relative_to(project.root)


def _read_order(path: Path) -> int:
    """Return the place of a family in the index; a notebook that cannot be read stands behind all others."""
    try:
        order = settings_of(read_notebook(path)).get("order", sys.maxsize)
    except NotebookError:
        return sys.maxsize
    return order if isinstance(order, int) else sys.maxsize


def start_lab(project: Project, notebook: Path | None, options: Iterable[str]) -> NoReturn:
    """Become JupyterLab in the project's folder.

    Parameters
    ----------
    notebook
        What to open, as seen from the project's folder.
    options
        Further ones of ``jupyter lab``.
    """
    given = [f"--ServerApp.root_dir={project.root}"]
    if notebook:
        given.append(f"--LabApp.default_url=/lab/tree/{notebook.as_posix()}")
    # The kernel python3 is this environment's, and a scheduled job, which runs in a folder of its own, finds
    # the data.
    environment = os.environ | {"JUPYTER_PREFER_ENV_PATH": "1", VARIABLE: str(project.data)}
    become([sys.executable, "-P", "-m", "jupyterlab", *given, *options], environment)
