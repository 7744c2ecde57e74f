"""Notebooks as they are kept: what a run leaves in them is taken out, so that changes stay readable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pressroom.data.files import read_file
from pressroom.run.notebook import read_notebook

STRIPPED = ("metadata.language_info",)
"""What is taken out beside outputs, counts and times: JupyterLab writes the version of Python there."""


def clean_notebook(path: Path) -> bytes:
    """Return a notebook as JupyterLab writes it, but without what a run left; cells keep their ids.

    Raises
    ------
    NotebookError
        If it is no notebook.
    """
    import nbformat
    from nbstripout._utils import strip_output

    nb: Any = nbformat.from_dict(read_notebook(path))  # type: ignore[no-untyped-call]
    nb = strip_output(nb, keep_output=False, keep_count=False, keep_id=True, extra_keys=list(STRIPPED))
    text: str = nbformat.writes(nb)  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def find_unclean(folder: Path) -> dict[str, bytes]:
    """Return the notebooks in a folder that are not as they are kept, by name, as they should be.

    What is no notebook is left out: its family's fault tells of it.
    """
    from pressroom.run.notebook import NotebookError

    found: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            content = clean_notebook(path)
        except NotebookError:
            continue
        if content != read_file(path.parent, path.name):
            found[path.name] = content
    return found
