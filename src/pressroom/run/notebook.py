"""A notebook as a file: its cells, tags and numbers, its title and question. No Jupyter library is needed."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pressroom.data.files import NotPlainError, find_conflict, read_text
from pressroom.data.findings import Finding, escape_unseen, quote
from pressroom.data.names import METADATA

Notebook = Mapping[str, Any]
"""A notebook of format 4: plain JSON, or nbformat's node, which reads alike."""

_PLACED = re.compile(r"(?P<cell>(?:cell \[\d+\]|the cell at place \d+)[^:]*): (?P<message>.*)", re.S)


class NotebookError(ValueError):
    """A notebook is not what the press can take; the message names file and cell."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"{escape_unseen(path.name)}: {message}")
        self.path, self.message = path, message

    def __reduce__(self) -> tuple[type[NotebookError], tuple[Path, str]]:
        return type(self), (self.path, self.message)

    @property
    def finding(self) -> Finding:
        """Return this as a finding, its cell apart."""
        found = _PLACED.fullmatch(self.message)
        cell, message = (found["cell"], found["message"]) if found else (None, self.message)
        return Finding(message=message, file=self.path.name, cell=cell)


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook at `path`, every cell with an id that depends on nothing but its place.

    Raises
    ------
    NotebookError
        If the file is no plain file, or no notebook of format 4, or cells of it have the same id, or a merge
        was not finished.
    """
    try:
        text = read_text(path.parent, path.name)
        if conflict := find_conflict(text):
            raise NotebookError(path, conflict)
        nb = json.loads(text)
    except NotPlainError as error:
        raise NotebookError(path, error.reason) from None
    except (OSError, UnicodeDecodeError) as error:
        raise NotebookError(path, f"cannot be read: {error}") from None
    except json.JSONDecodeError as error:
        raise NotebookError(path, f"is not a notebook: {error.msg} in line {error.lineno}") from None
    if not isinstance(nb, dict) or nb.get("nbformat") != 4 or not isinstance(nb.get("cells"), list):
        raise NotebookError(path, "is not a notebook of format 4; open it in JupyterLab and save it")
    if not isinstance(nb.get("nbformat_minor", 0), int):
        raise NotebookError(path, f'"nbformat_minor" is {quote(nb["nbformat_minor"])}, not a whole number')
    for place, cell in enumerate(nb["cells"], start=1):
        if not _is_cell(cell):
            raise NotebookError(
                path, f"what stands at place {place} is no cell; open it in JupyterLab and save it"
            )
    _require_merged(nb, path)
    metadata = nb.setdefault("metadata", {})
    if not isinstance(metadata, dict) or not isinstance(metadata.get(METADATA, {}), dict):
        where = "its metadata" if not isinstance(metadata, dict) else f'its metadata under "{METADATA}"'
        raise NotebookError(path, f"{where} have no names; open it in JupyterLab and correct them")
    _require_ids(nb, path)
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


def name_cell(nb: Notebook, index: int) -> str:
    """Return what the cell at an index, counted from 0, is called: ``cell [3]`` as JupyterLab shows it."""
    number = number_cells(nb)[index]
    return f"cell [{number}]" if number else f"the cell at place {index + 1}"


def name_others(nb: Notebook, message: str, others: Sequence[int]) -> str:
    """Return what is wrong with one cell, and in which others it is wrong, too, and how often."""
    if not others:
        return message
    counts = Counter(name_cell(nb, index).removeprefix("cell ") for index in others)
    names = [name if n == 1 else f"{name} ({n} times)" for name, n in counts.items()]
    return f"{message}; the same in {', '.join(names)}"


def name_warning(nb: Notebook, warning: str) -> str:
    """Return a warning that begins with its cell's index, counted from 0, with what the cell is called."""
    return re.sub(r"\Acell (\d+): ", lambda found: f"{name_cell(nb, int(found[1]))}: ", warning)


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
    metadata = cell.setdefault("metadata", {})
    tags = metadata.get("tags", []) if isinstance(metadata, dict) else None
    return is_text and isinstance(tags, list) and all(isinstance(tag, str) for tag in tags)


def _require_merged(nb: Notebook, path: Path) -> None:
    """Refuse a cell in which a merge, as nbdime makes it, left both versions."""
    for index, cell in enumerate(nb["cells"]):
        if conflict := find_conflict(source_of(cell)):
            raise NotebookError(path, f"{name_cell(nb, index)}: {conflict}")


def _require_ids(nb: Notebook, path: Path) -> None:
    """Refuse two cells with the same id: what is known of one would be said of the other."""
    ids = [str(cell.get("id") or "") for cell in nb["cells"]]
    for id, times in Counter(filter(None, ids)).items():
        if times > 1:
            message = f"{times} cells have the id {quote(id)}; open the notebook in JupyterLab and save it"
            raise NotebookError(path, f"{name_cell(nb, ids.index(id))}: {message}")


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
