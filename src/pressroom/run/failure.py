"""A briefing's failure: where and why, in an analyst's words, and marked in its notebook."""

from __future__ import annotations

import re
from errno import ENOSPC
from pathlib import Path
from typing import Any

from pressroom.data.findings import Finding
from pressroom.run.executed import count_cell, find_error, mark_error, plain

REASON_LENGTH = 300

# Python names a cell after a digest of its code where it is no Python.
_CELL_FILE = re.compile(r"\(\d+\.py, line (\d+)\)")

_FIELDS = ("reason", "cell", "name", "value", "notebook")


class BriefingError(Exception):
    """A briefing failed; the message says where and why, in an analyst's words.

    Attributes
    ----------
    family, slug
        Which briefing.
    cell
        Number of the cell as JupyterLab shows it, or None if no code cell is to blame.
    name, value
        The exception's class and text.
    reason
        Why, on one line.
    notebook
        The notebook as far as it came (a notebook node), the error's cell marked; None if it never began.
    """

    def __init__(
        self,
        family: str,
        slug: str,
        *,
        reason: str,
        cell: int | None = None,
        name: str = "",
        value: str = "",
        notebook: Any = None,
    ) -> None:
        place = f" in cell [{cell}]" if cell else ""
        super().__init__(f"{family}/{slug} failed{place}: {reason}")
        self.family, self.slug, self.reason = family, slug, reason
        self.cell, self.name, self.value, self.notebook = cell, name, value, notebook

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self.family, self.slug, {**vars(self)})

    @property
    def id(self) -> str:
        """Return the briefing's id."""
        return f"{self.family}/{self.slug}"

    def find(self, file: str, *, advice: str = "") -> Finding:
        """Return this as a finding in a file."""
        cell = f"cell [{self.cell}]" if self.cell else None
        return Finding(file=file, cell=cell, message=self.reason, advice=advice)


def shorten(text: str) -> str:
    """Return `text` on one line, without colours and names of cells' files, at most some 300 characters.

    Examples
    --------
    >>> shorten("SyntaxError: incomplete input (3200754516.py, line 1)")
    'SyntaxError: incomplete input (line 1)'
    """
    line = _CELL_FILE.sub(r"(line \1)", " ".join(plain(text).split()))
    return line if len(line) <= REASON_LENGTH else line[: REASON_LENGTH - 1] + "…"


def explain_stop(error: Exception, limit: int, scratch: Path) -> str:
    """Return in an analyst's words what stopped a run from outside its cells."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from pressroom.run.engine.child import OutputLimitError

    if isinstance(error, CellTimeoutError):
        return f"it ran longer than its limit of {limit} s"
    if isinstance(error, DeadKernelError):
        return "its kernel died: it crashed, was killed, ran out of memory, or a cell had it exit"
    if isinstance(error, OutputLimitError):
        return str(error)
    if isinstance(error, NoSuchKernel):
        return f"the notebook asks for the kernel {error.name}, which is not installed"
    if isinstance(error, OSError) and error.errno == ENOSPC:
        return f"there is no space left for temporary files in {scratch}"
    return f"{type(error).__name__}: {error}"


def add_error(nb: Any, error: Exception, reason: str) -> None:
    """Say in the cell that ran last what stopped it; where it was then, if it could still say so."""
    from nbformat.v4 import new_output

    begun = [cell for cell in nb.cells if cell.metadata.get("papermill", {}).get("start_time")]
    if begun and begun[-1].cell_type == "code":
        name, outputs = type(error).__name__, begun[-1].outputs
        # A cell over its limit was interrupted first.
        last = [output for output in outputs if output.get("ename") == "KeyboardInterrupt"][-1:]
        trace = [line for output in last for line in output.traceback]
        begun[-1].outputs = [output for output in outputs if output not in last]
        raised = {"ename": name, "evalue": reason, "traceback": [*trace, f"{name}: {reason}"]}
        begun[-1].outputs.append(new_output("error", **raised))  # type: ignore[no-untyped-call]
        begun[-1].execution_count = None  # whether it was sent before the end is chance


def describe_failure(family: str, slug: str, nb: Any, stop: str | None) -> BriefingError | None:
    """Return what went wrong, and mark it in the notebook; None if nothing did."""
    found = find_error(nb)
    if found is None:
        return BriefingError(family, slug, reason=shorten(stop), notebook=nb) if stop else None
    index, output = found
    reason = shorten(stop or f"{output.ename}: {output.evalue}".removesuffix(": "))
    cell = count_cell(nb, index)
    mark_error(nb, index, reason)
    return BriefingError(
        family, slug, reason=reason, cell=cell, name=output.ename, value=output.evalue, notebook=nb
    )


def refuse_output(family: str, slug: str, nb: Any, fault: tuple[int, str]) -> BriefingError:
    """Return that a cell gave the press what it cannot take, and mark the cell in the notebook."""
    index, reason = fault
    cell = count_cell(nb, index)
    mark_error(nb, index, reason)
    return BriefingError(family, slug, reason=shorten(reason), cell=cell, name="ValueError", notebook=nb)


def _restore(family: str, slug: str, fields: dict[str, Any]) -> BriefingError:
    return BriefingError(family, slug, **{name: fields[name] for name in _FIELDS})
