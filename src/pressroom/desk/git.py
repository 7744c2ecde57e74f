"""Notebooks in git: commits without outputs (nbstripout), changes shown by cell (nbdime).

What a notebook says to the press stood under the name of its helper package in earlier versions: it is moved
to where it stands now.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pressroom.data.files import read_file
from pressroom.data.findings import Refusal
from pressroom.data.names import METADATA
from pressroom.run.notebook import read_notebook

STRIPPED = ("metadata.language_info",)
"""What is taken out beside outputs, counts and times: JupyterLab writes the version of Python there."""

FILTER, DECLINED = "nbstripout", "briefings.declined"


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


def set_up_git(root: Path) -> list[str]:
    """Give the clone that holds a project the settings that its .gitattributes name; return what is set.

    They name this environment's programs, so they are set again after it has moved.

    Raises
    ------
    Refusal
        If the project is in no clone, or git is not there.
    """
    for name, value in _list_settings().items():
        _git(root, "config", "--local", name, value)
    return [
        "commits leave out what a run left in notebooks (nbstripout)",
        "git diff and git merge go by cells (nbdime); git mergetool --tool nbdime shows a conflict",
    ]


def wants_set_up(root: Path) -> bool:
    """Return whether a project lies in a clone that names these settings, lacks them and was not asked."""
    try:
        named = _git(root, "check-attr", "filter", "notebooks/any.ipynb").endswith(f": {FILTER}")
        known = _git(
            root, "config", "--local", "--get-regexp", rf"^(filter\.{FILTER}\.|{DECLINED}$)", fails=(1,)
        )
    except Refusal:  # no clone, or no git
        return False
    return named and not known


def decline_set_up(root: Path) -> None:
    """Remember in a clone that nobody wants it set up."""
    _git(root, "config", "--local", DECLINED, "true")


def _list_settings() -> dict[str, str]:
    def program(name: str) -> str:
        return shlex.quote(str(Path(sys.executable).with_name(name)))

    strip = f"{program('nbstripout')} --keep-id --extra-keys {shlex.quote(' '.join(STRIPPED))}"
    return {
        "filter.nbstripout.clean": strip,
        "filter.nbstripout.smudge": "cat",
        "filter.nbstripout.required": "true",  # or a commit would hold outputs once its program has moved
        "diff.jupyternotebook.command": f"{program('git-nbdiffdriver')} diff",
        "merge.jupyternotebook.name": "notebooks, by cell",
        "merge.jupyternotebook.driver": f"{program('git-nbmergedriver')} merge %O %A %B %L %P",
        "mergetool.nbdime.cmd": f'{program("git-nbmergetool")} "$BASE" "$LOCAL" "$REMOTE" "$MERGED"',
    }


def _git(root: Path, *words: str, fails: Collection[int] = ()) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Refusal("git is not installed here; on Debian and Ubuntu: apt-get install git") from None
    if done.returncode not in (0, *fails):
        raise Refusal(f"{root} is no clone of git's: {done.stderr.strip()}")
    return done.stdout.strip()
