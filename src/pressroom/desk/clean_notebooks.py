"""Notebooks as they are kept: what a run leaves in them is taken out, so that changes stay readable.

What a notebook says to the press stood under the name of its helper package in earlier versions: it is moved
to where it stands now.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pressroom.data.files import read_file
from pressroom.data.names import METADATA
from pressroom.run.notebook import read_notebook

STRIPPED = ("metadata.language_info",)
"""What is taken out beside outputs, counts and times: JupyterLab writes the version of Python there."""


def clean_notebook(path: Path, former: str | None = None) -> bytes:
    """Return a notebook as JupyterLab writes it, but without what a run left; cells keep their ids.

    Parameters
    ----------
    former
        The key of metadata under which it may still say to the press what it is to say under `METADATA`.

    Raises
    ------
    NotebookError
        If it is no notebook.
    """
    import nbformat
    from nbstripout._utils import strip_output

    nb: Any = nbformat.from_dict(read_notebook(path))  # type: ignore[no-untyped-call]
    nb = strip_output(nb, keep_output=False, keep_count=False, keep_id=True, extra_keys=list(STRIPPED))
    if former in nb.metadata:
        nb.metadata[METADATA] = {**nb.metadata.pop(former), **nb.metadata.get(METADATA, {})}
    text: str = nbformat.writes(nb)  # type: ignore[no-untyped-call]
    return (text.rstrip("\n") + "\n").encode()


def find_unclean(folder: Path, former: str | None = None) -> dict[str, bytes]:
    """Return the notebooks in a folder that are not as they are kept, by name, as they should be.

    What is no notebook is left out: its family's fault tells of it.
    """
    from pressroom.run.notebook import NotebookError

    found: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.ipynb")):
        try:
            content = clean_notebook(path, former)
        except NotebookError:
            continue
        if content != read_file(path.parent, path.name):
            found[path.name] = content
    return found
