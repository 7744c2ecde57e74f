"""An executed notebook as it is kept: what its hidden outputs told as metadata, nothing that varies."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pressroom.data.names import ENTRY, METADATA, READS
from pressroom.run.notebook import number_cells, tags_of

_ARGUMENTS = {"file": ("path",), "commentary": ("family", "slug")}
"""The texts that a build needs to ask such a read again."""


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_texts(value: Any) -> bool:
    return _is_list(value, _is_text)


def _is_pair(value: Any) -> bool:
    return _is_texts(value) and len(value) == 2


_LISTS: dict[str, tuple[Callable[[Any], bool], str]] = {
    "columns": (_is_text, "texts"),
    "marks": (_is_texts, "lists of texts"),
    "key": (_is_pair, "pairs of texts"),
    "notes": (_is_text, "texts"),
}

ERROR_TAG = "papermill-error-cell-tag"
"""Cells with this tag are papermill's; it takes them out again when the notebook is run once more."""

INJECTED = "injected-parameters"

# ipykernel names a cell's code after its process, so warnings and tracebacks do too.
_CELL_FILE = re.compile(r"(?:/[^\s\"'<>:]*)?/ipykernel_\d+/\d+\.py")
_CELL_NUMBER = re.compile(r"(?P<before>\bCell In\s*\[)(?P<number>\d+)(?P<after>\])")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def find_reads_fault(held: Any) -> str | None:
    """Return what is wrong with an output of reads, or None."""
    reads = held.get("reads") if isinstance(held, dict) else None
    if not isinstance(reads, list) or not all(_is_read(read) for read in reads):
        return (
            'what it read is not {"reads": [{"query": text, "arguments": object, "digest": text}, …]} '
            'with "path" for a file, "family" and "slug" for a commentary'
        )
    return None


def find_entry_fault(held: Any) -> str | None:
    """Return what is wrong with an index entry, or None.

    Examples
    --------
    >>> find_entry_fault({"label": "North", "line": 3})
    'the index entry\'s "line" must be text'
    """
    if not isinstance(held, dict):
        return "the index entry must be an object"
    front, strip = held.get("front") or {}, held.get("strip") or {}
    for name, value in (("front", front), ("strip", strip)):
        if not isinstance(value, dict):
            return f'the index entry\'s "{name}" must be an object'
    if strip and not {"columns", "marks"} <= strip.keys():
        return 'the index entry\'s "strip" needs "columns" and "marks"'
    texts = {"label": held, "line": held, "title": front, "lede": front}
    wrong = [name for name, where in texts.items() if not isinstance(where.get(name, ""), str)]
    if wrong:
        return f'the index entry\'s "{wrong[0]}" must be text'
    for name, (is_good, wanted) in _LISTS.items():
        if not _is_list(strip.get(name, []), is_good):
            return f'"{name}" in the index entry\'s "strip" must be a list of {wanted}'
    return None


def normalise_notebook(
    nb: Any, known_ids: Iterable[str], described: Mapping[str, Any]
) -> tuple[int, str] | None:
    """Change an executed notebook so that equal inputs give equal bytes; return what it must not say.

    That is the index of the first cell whose reads or index entry are malformed, and what is wrong with
    them; malformed ones are left out.

    Parameters
    ----------
    nb
        A notebook node, as an engine left it.
    known_ids
        The cells' ids in the source; others are replaced, for they are random.
    described
        What to say in the metadata beside reads and entry: ``family`` and ``parameters``.
    """
    nb.cells = [cell for cell in nb.cells if ERROR_TAG not in tags_of(cell)]
    _name_cells(nb, set(known_ids))
    _renumber(nb)
    faults: list[tuple[int, str]] = []
    reads = _unique(read for data in _take(nb, READS, find_reads_fault, faults) for read in data["reads"])
    entries = list(_take(nb, ENTRY, find_entry_fault, faults))
    for cell in nb.cells:
        _clean_cell(cell)
    nb.metadata.pop("papermill", None)
    nb.metadata.get("language_info", {}).pop("version", None)
    own = {**nb.metadata.get(METADATA, {}), **described, "reads": reads}
    nb.metadata[METADATA] = own | ({"entry": entries[-1]} if entries else {})
    return min(faults, default=None)


def find_error(nb: Any) -> tuple[int, Any] | None:
    """Return the index of the first cell that holds an error, and the error's output."""
    for index, cell in enumerate(nb.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                return index, output
    return None


def mark_error(nb: Any, index: int, message: str) -> None:
    """Insert a note with a link at the top of the notebook, and an anchor before the cell that failed."""
    from nbformat.v4 import new_markdown_cell

    number = number_cells(nb)[index]
    place = f"cell {number}" if number else "the marked cell"
    metadata = {"tags": [ERROR_TAG, "analyst-only"]}
    texts = {
        index: '<span id="papermill-error-cell"></span>**The next cell failed:**',
        0: f"**This briefing failed at [{place}](#papermill-error-cell).** {_quote_markdown(message)}",
    }
    for place_, text in texts.items():
        name = "error" if place_ == index and index else "error-note"
        cell = new_markdown_cell(text, metadata=dict(metadata))  # type: ignore[no-untyped-call]
        cell["id"] = _free_id(nb, name)
        nb.cells.insert(place_, cell)


def count_cell(nb: Any, index: int | None) -> int | None:
    """Return the number that JupyterLab shows at the cell with this index; of a Markdown cell, None."""
    return None if index is None else number_cells(nb)[index]


def plain(text: str) -> str:
    """Return `text` without the terminal's colours."""
    return _ANSI.sub("", text)


def _is_read(read: Any) -> bool:
    if not isinstance(read, dict) or not isinstance(read.get("arguments"), dict):
        return False
    texts = [read.get("query"), read.get("digest")]
    texts += [read["arguments"].get(name) for name in _ARGUMENTS.get(str(read.get("query")), ())]
    return all(isinstance(text, str) for text in texts)


def _is_list(value: Any, is_good: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(is_good(item) for item in value)


def _name_cells(nb: Any, known: set[str]) -> None:
    for index, cell in enumerate(nb.cells):
        if cell.get("id") not in known:
            cell["id"] = _free_id(nb, INJECTED if INJECTED in tags_of(cell) else f"cell-{index}", known)


def _free_id(nb: Any, name: str, known: Iterable[str] = ()) -> str:
    taken = {*known, *(cell.get("id") for cell in nb.cells)}
    candidates = (name + "-x" * times for times in range(len(taken) + 1))
    return next(candidate for candidate in candidates if candidate not in taken)


def _renumber(nb: Any) -> None:
    """Count as JupyterLab would, had the analyst typed the parameters: the injected cell has no number."""
    shown: dict[int, int] = {}
    for cell, number in zip(nb.cells, number_cells(nb), strict=True):
        if cell.cell_type == "code":
            if cell.execution_count is not None and number is not None:
                shown[cell.execution_count] = number
            cell.execution_count = number if cell.execution_count is not None else None
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            elif output.output_type == "error":
                output.traceback = [_renumber_text(plain(line), shown) for line in output.traceback]


def _renumber_text(text: str, shown: Mapping[int, int]) -> str:
    def replace(match: re.Match[str]) -> str:
        number = int(match["number"])
        return f"{match['before']}{shown.get(number, number)}{match['after']}"

    return _CELL_NUMBER.sub(replace, text)


def _take(
    nb: Any, mime: str, find_fault: Callable[[Any], str | None], faults: list[tuple[int, str]]
) -> Iterator[Any]:
    """Take the outputs of one MIME type out of the cells; yield what they held, or add to the faults."""
    for index, cell in enumerate(nb.cells):
        if cell.cell_type == "code":
            for held in [output.data[mime] for output in cell.outputs if mime in output.get("data", {})]:
                fault = find_fault(held)
                if fault is None:
                    yield held
                else:
                    faults.append((index, fault))
            cell.outputs = [output for output in cell.outputs if mime not in output.get("data", {})]


def _unique(reads: Iterable[Any]) -> list[Any]:
    unique: list[Any] = []
    for read in reads:
        if read not in unique:
            unique.append(read)
    return unique


def _clean_cell(cell: Any) -> None:
    for name in ("papermill", "execution"):
        cell.metadata.pop(name, None)
    if not cell.metadata.get("tags", True):
        del cell.metadata["tags"]  # papermill gives every cell an empty list
    if cell.cell_type == "code":
        cell.outputs = list(_join_streams(cell.outputs))
        for output in cell.outputs:
            if output.output_type == "stream":
                output.text = _CELL_FILE.sub("<cell>", output.text)
            elif output.output_type == "error":
                output.traceback = [_CELL_FILE.sub("<cell>", line) for line in output.traceback]


def _join_streams(outputs: Iterable[Any]) -> Iterator[Any]:
    """Join what was printed between two other outputs, standard output first: how it was cut is chance."""
    pending: dict[str, Any] = {}
    for output in outputs:
        if output.output_type == "stream":
            if output.name in pending:
                pending[output.name].text += output.text
            else:
                pending[output.name] = output
            continue
        yield from _in_order(pending)
        pending = {}
        yield output
    yield from _in_order(pending)


def _in_order(streams: Mapping[str, Any]) -> list[Any]:
    return [streams[name] for name in sorted(streams, reverse=True)]  # stdout, stderr


def _quote_markdown(text: str) -> str:
    return "`" + " ".join(text.replace("`", "'").split()) + "`"
