"""A notebook as a file: its cells, tags and numbers, its title and question. No Jupyter library is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Notebook = Mapping[str, Any]
"""A notebook of format 4: plain JSON, or nbformat's node, which reads alike."""

METADATA = "aichr_briefings"
"""The key of notebook metadata that is ours: ``order``, ``timeout``; after a run also reads and entry."""


class NotebookError(ValueError):
    """A notebook is not what the press can take; the message names file and cell."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{path.name}: {message}")
        self.path, self.message = path, message

    def __reduce__(self) -> tuple[type[NotebookError], tuple[Path, str]]:
        return type(self), (self.path, self.message)


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook at `path`, every cell with an id that depends on nothing but its place.

    Raises
    ------
    NotebookError
        If the file is no notebook of format 4.
    """
    try:
        nb = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(path, f"cannot be read: {error}") from None
    except json.JSONDecodeError as error:
        raise NotebookError(path, f"is not a notebook: {error.msg} in line {error.lineno}") from None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise NotebookError(path, "is not a notebook of format 4; open it in JupyterLab and save it")
    for place, cell in enumerate(nb["cells"], start=1):
        if not _is_cell(cell):
            raise NotebookError(
                path, f"what stands at place {place} is no cell; open it in JupyterLab and save it"
            )
    nb.setdefault("metadata", {})
    _fill_ids(nb)
    return nb


def source_of(cell: Mapping[str, Any]) -> str:
    """Return a cell's text."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: Mapping[str, Any]) -> Sequence[str]:
    """Return a cell's tags."""
    tags: Sequence[str] = cell.get("metadata", {}).get("tags", ())
    return tags


def settings_of(nb: Notebook) -> Mapping[str, Any]:
    """Return what the notebook's metadata say to the press."""
    settings: Mapping[str, Any] = nb.get("metadata", {}).get(METADATA, {})
    return settings


def number_cells(nb: Notebook) -> list[int | None]:
    """Return the number that JupyterLab shows at each cell once all were run from the top.

    Code cells count from 1; Markdown, empty cells, and the cell that papermill injects have none.
    """
    numbers: list[int | None] = []
    count = 0
    for cell in nb["cells"]:
        counts = cell["cell_type"] == "code" and bool(source_of(cell).strip())
        counts = counts and "injected-parameters" not in tags_of(cell)
        count += counts
        numbers.append(count if counts else None)
    return numbers


def read_title(nb: Notebook) -> tuple[str, str]:
    """Return a family's title and question, Markdown; each is ``""`` if it is not there.

    They are the heading and the first paragraph of the first Markdown cell.
    """
    cells = (cell for cell in nb["cells"] if cell["cell_type"] == "markdown")
    lines = source_of(next(cells, {})).strip()
    heading = re.match(r"#[ \t]+(.+?)[ \t#]*(?:\n|$)", lines)
    if heading is None:
        return "", ""
    paragraph = lines[heading.end() :].strip().split("\n\n")[0]
    return heading[1], "" if paragraph.startswith("#") else " ".join(paragraph.split())


def _is_cell(cell: Any) -> bool:
    if not isinstance(cell, dict) or cell.get("cell_type") not in ("code", "markdown", "raw"):
        return False
    source = cell.get("source", "")
    lines = [source] if isinstance(source, str) else source
    is_text = isinstance(lines, list) and all(isinstance(line, str) for line in lines)
    return is_text and isinstance(cell.setdefault("metadata", {}), dict)


def _fill_ids(nb: dict[str, Any]) -> None:
    """Give cells without an id one, as nbformat does at random for notebooks older than 4.5."""
    taken = {cell.get("id") for cell in nb["cells"]}
    for number, cell in enumerate(nb["cells"]):
        if not cell.get("id"):
            cell["id"] = next(name for name in _id_candidates(number) if name not in taken)
            taken.add(cell["id"])
    nb["nbformat_minor"] = max(5, nb.get("nbformat_minor", 0))


def _id_candidates(number: int) -> Sequence[str]:
    return [f"cell-{number}" + "-x" * times for times in range(25)]
