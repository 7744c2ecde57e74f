"""What an edition is made from: the project's folders, and the digests that say whether it changed.

Nothing here imports pandas, papermill or nbconvert: a build with nothing to do needs only this.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import pressroom
from pressroom.data.commentary import FOLDER, list_commentary
from pressroom.data.files import (
    ALLOWED,
    NotPlainError,
    find_code_conflict,
    find_helper_conflicts,
    list_files,
    read_file,
)
from pressroom.data.findings import DatasetError, Finding, Refusal
from pressroom.data.locate import locate_named, locate_package
from pressroom.data.opened_files import digest_file
from pressroom.data.package import Package, locate_helper, read_package
from pressroom.run.notebook import Notebook, read_notebook, source_of

PACKAGE = Path(pressroom.__file__).parent
"""This package's folder."""

LOCK = "requirements.lock"
NOTEBOOKS = "notebooks"
REPORTS = "reports"

_SETTINGS = ("/matplotlibrc", "/ipython_config.json")
"""What libraries read beside a notebook."""

_ELSEWHERE = ("cli", "delivery", "desk")
"""The rooms that no briefing is made in: what changes there changes none."""


class ProjectError(Refusal):
    """There is no project where one was looked for."""


@dataclass(frozen=True)
class Project:
    """Where everything lies.

    Attributes
    ----------
    root
        The project's folder.
    data
        The folder of the dataset.
    output
        The folder that holds ``current``, the edition.
    """

    root: Path
    data: Path
    output: Path

    @property
    def notebooks(self) -> Path:
        """Return the folder of the families' notebooks."""
        return self.root / NOTEBOOKS

    @property
    def current(self) -> Path:
        """Return the edition as last built."""
        return self.output / "current"


def find_project(root: Path | None = None, output: Path | None = None) -> Project:
    """Return the project at `root`, or the nearest at or above the working directory.

    Raises
    ------
    ProjectError
        If no folder ``notebooks`` is there, or it is a link.
    DatasetError
        If there is no dataset: neither the one that PRESSROOM_DATA names, nor ``data/``.
    """
    start = (root or Path.cwd()).absolute()
    candidates = [start] if root else [start, *start.parents]
    found = next((folder for folder in candidates if (folder / NOTEBOOKS).is_dir()), None)
    if found is None:
        where = f"in {start}" if root else f"at or above {start}"
        raise ProjectError(f"there is no folder {NOTEBOOKS} {where}; name the project with --project")
    if (found / NOTEBOOKS).is_symlink():
        raise ProjectError(f"the folder {NOTEBOOKS} in {found} is a link; {ALLOWED}")
    data = locate_package(locate_named() or found / "data")
    return Project(found, data, (output or found / REPORTS).absolute())


@dataclass(frozen=True)
class Inputs:
    """What all briefings of a project share, by digest."""

    project: Project
    package: Package
    code: str
    lock: str
    _code_stamps: Mapping[Path, int] = field(default_factory=dict, compare=False, repr=False)

    def find_changed_code(self) -> Path | None:
        """Return a file of the program that was written to since these inputs were read; None if none was."""
        now = _stamp_code(self.project, locate_helper(self.package))
        changed = [
            path for path in {**now, **self._code_stamps} if now.get(path) != self._code_stamps.get(path)
        ]
        return min(changed, default=None)

    @cached_property
    def shared(self) -> dict[str, str]:
        """Return the digests that every briefing depends on."""
        return {"dataset": self.package.digest, "code": self.code, "lock": self.lock}

    def digest_briefing(self, notebook: Path) -> dict[str, str]:
        """Return the digests that a briefing of the family with this notebook depends on."""
        return self.shared | {"notebook": digest_notebook(notebook)}

    @cached_property
    def commentary(self) -> str:
        """Return one SHA-256 over all commentary, which a check of the dataset reads, too."""
        return digest_commentary(self.project.data)


def read_inputs(project: Project) -> Inputs:
    """Return the project's inputs as they are now.

    Raises
    ------
    DatasetError
        If the dataset cannot be read, or a merge was not finished in what notebooks run with.
    NotPlainError
        If a module beside the notebooks is no plain file.
    """
    package = read_package(project.data)
    helper = locate_helper(package)
    stamps = _stamp_code(project, helper)  # first: what is written to from here on is seen
    code = digest_code(project, helper)
    for finding in (*find_conflicts(project), *(find_helper_conflicts(helper) if helper else ())):
        raise DatasetError(finding)
    return Inputs(
        project=project,
        package=package,
        code=code,
        lock=digest_file(project.root / LOCK),
        _code_stamps=stamps,
    )


def find_conflicts(project: Project) -> Iterator[Finding]:
    """Yield the merge conflicts in the modules and settings beside the notebooks, and in the lock."""
    root = project.root.resolve()
    beside = [name for name in list_files(root, NOTEBOOKS) if name.endswith((".py", *_SETTINGS))]
    for name in (*beside, *(name for name in [LOCK] if (root / name).is_file())):
        yield from find_code_conflict(name, read_file(root, name))


def digest_commentary(data: Path) -> str:
    """Return one SHA-256 over all commentary in a dataset's folder; ``""`` if some cannot be read."""
    try:
        files = {name: sha256(read_file(data, name)).hexdigest() for name in list_commentary(data)}
    except (DatasetError, NotPlainError, OSError):
        return ""  # no edition is of that, so that the dataset is checked, which tells of it
    lines = (f"{digest}  {name.removeprefix(f'{FOLDER}/')}\n" for name, digest in files.items())
    return sha256("".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def digest_notebook(path: Path) -> str:
    """Return the SHA-256 of what of a notebook reaches a briefing; see `digest_cells`."""
    return digest_cells(read_notebook(path))


def digest_cells(nb: Notebook) -> str:
    """Return the SHA-256 of what of a notebook reaches a briefing: not its outputs, counts and times."""
    metadata = {k: v for k, v in nb["metadata"].items() if k not in ("language_info", "widgets")}
    cells = [
        [cell["id"], cell["cell_type"], source_of(cell), _still(cell["metadata"]), cell.get("attachments")]
        for cell in nb["cells"]
    ]
    return sha256(json.dumps([metadata, cells], sort_keys=True).encode()).hexdigest()


def digest_code(project: Project, helper: Path | None = None) -> str:
    """Return one SHA-256 over this package, the helper package, and the modules beside the notebooks."""
    root = project.root.resolve()
    modules = [name for name in list_files(root, NOTEBOOKS) if name.endswith(".py")]
    beside = {name: sha256(read_file(root, name)).hexdigest() for name in modules}
    helping = {f"{helper.name}/{name}": digest for name, digest in _digest_files(helper)} if helper else {}
    return _digest_lines(_digest_package(PACKAGE) | helping | beside)


def digest_package(package: Path = PACKAGE) -> str:
    """Return one SHA-256 over this package's files, or those of another copy."""
    return _digest_lines(_digest_package(package))


def explain_package(there: Path) -> str | None:
    """Return why what another process makes with the package `there` is not ours; None if it is the same."""
    if there == PACKAGE or digest_package(there) == digest_package():
        return None
    return f"one process imports pressroom from {there}, another from {PACKAGE}; keep only one of them"


def _digest_package(package: Path) -> dict[str, str]:
    return {name: digest for name, digest in _digest_files(package) if name.split("/")[0] not in _ELSEWHERE}


def _digest_files(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if _is_code(path):
            yield path.relative_to(folder).as_posix(), digest_file(path)


def _stamp_code(project: Project, helper: Path | None) -> dict[Path, int]:
    """Return when each file of the program was last written to or replaced, as the file system has it."""
    code = [path for folder in (PACKAGE, helper) if folder for path in folder.rglob("*") if _is_code(path)]
    beside = [path for path in project.notebooks.rglob("*.py") if path.is_file()]
    made_elsewhere = tuple(PACKAGE / room for room in _ELSEWHERE)
    return {
        path: path.lstat().st_ctime_ns
        for path in (*code, *beside)
        if not any(path.is_relative_to(room) for room in made_elsewhere)
    }


def _digest_lines(digests: Mapping[str, str]) -> str:
    lines = sorted(f"{digest}  {name}\n" for name, digest in digests.items())
    return sha256("".join(lines).encode()).hexdigest()


def _is_code(path: Path) -> bool:
    hidden = path.name.startswith(".") or path.parent.name == "__pycache__"
    return path.is_file() and not hidden and path.suffix != ".pyc"


def _still(metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key not in ("execution", "papermill")}
