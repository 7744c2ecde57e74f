"""One briefing, from its notebook to its documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pressroom.data.names import METADATA
from pressroom.data.reads import UNKNOWN
from pressroom.edition.links import Directory, Followed, Neighbours
from pressroom.edition.manifest import ROWS
from pressroom.edition.rows import has_rows
from pressroom.pages.documents import Around, Neighbour, make_documents
from pressroom.pages.errors import DocumentError
from pressroom.run.catalogue import Briefing
from pressroom.run.executed import count_cell, mark_error
from pressroom.run.failure import BriefingError, shorten
from pressroom.run.inputs import PACKAGE, digest_cells, explain_package
from pressroom.run.notebook import NotebookError, name_others, name_warning, read_notebook, settings_of
from pressroom.run.run import OTHER_PACKAGE, WARM, run_notebook, write_notebook

INDEX_HREF = "../index.html"

Engine = Literal["warm", "stock"]


@dataclass(frozen=True)
class Task:
    """What it takes to press one briefing.

    Attributes
    ----------
    root
        The project's folder.
    timeout
        In seconds a cell, or None.
    engine
        What runs the cells: forks of a warm process, or papermill's stock engine.
    package
        Where the package lies that asks for it.
    directory, neighbours
        The briefings that it may link to, and those before and after it.
    """

    briefing: Briefing
    notebook: Path
    dataset: Path
    root: Path
    timeout: int | None = None
    engine: Engine = WARM
    package: Path = PACKAGE
    directory: Directory = field(default_factory=Directory)
    neighbours: Neighbours = field(default_factory=Neighbours)


@dataclass(frozen=True)
class Pressed:
    """What came of it.

    Attributes
    ----------
    documents
        The files' bytes by suffix (``.html``, ``.pdf``, ``.ipynb``); of a failed one, at most the notebook.
    notebook
        The digest of the notebook that ran.
    warnings
        What was degraded on the way.
    error
        Why it failed, or None.
    """

    briefing: Briefing
    documents: Mapping[str, bytes] = field(default_factory=dict)
    reads: list[dict[str, Any]] = field(default_factory=list)
    entry: dict[str, Any] = field(default_factory=dict)
    notebook: str = ""
    warnings: tuple[str, ...] = ()
    error: BriefingError | None = None


def press_briefing(task: Task, scratch: Path | None = None) -> Pressed:
    """Return one briefing's documents, or why there are none; it raises for no fault of a briefing.

    Temporary files go into the folder `scratch`, or the system's.
    """
    briefing = task.briefing
    notices: list[str] = []
    if other := explain_package(task.package):
        error = BriefingError(briefing.family, briefing.slug, reason=other, name=OTHER_PACKAGE)
        return Pressed(briefing, error=error)
    try:
        source = _read_source(task)
        nb = run_notebook(
            task.notebook,
            briefing.parameters,
            source=source,
            family=briefing.family,
            slug=briefing.slug,
            timeout=task.timeout,
            dataset=task.dataset,
            root=task.root,
            scratch=scratch,
            engine=task.engine if task.engine == WARM else None,
            notices=notices,
        )
        warnings, documents = _render(task, nb)
    except BriefingError as error:
        left = {} if error.notebook is None else {".ipynb": write_notebook(error.notebook)}
        error.notebook = None
        return Pressed(briefing, left, warnings=tuple(notices), error=error)
    # Plain values, no notebook nodes: a build that takes them over need not import nbformat.
    settings = json.loads(json.dumps(settings_of(nb)))
    unknown = dict.fromkeys(r["arguments"]["what"] for r in settings["reads"] if r["query"] == UNKNOWN)
    warnings += tuple(f"{briefing.id}: uses {what}, so it is pressed each time" for what in unknown)
    entry, lines = settings.get("entry", {}), (*notices, *warnings)
    return Pressed(briefing, documents, settings["reads"], entry, digest_cells(source), lines)


def _read_source(task: Task) -> dict[str, Any]:
    try:
        return read_notebook(task.notebook)
    except NotebookError as error:
        briefing = task.briefing
        raise BriefingError(briefing.family, briefing.slug, reason=str(error), name="NotebookError") from None


def _render(task: Task, nb: Any) -> tuple[tuple[str, ...], dict[str, bytes]]:
    """Return warnings and documents; a BriefingError if a document cannot be made.

    What the pages' links depend on is added to the notebook's reads.
    """
    briefing, links = task.briefing, Followed(task.directory)
    try:
        documents, warnings = make_documents(
            nb, INDEX_HREF, briefing.family, links=links, around=_make_around(task, nb)
        )
    except DocumentError as error:
        message = name_others(nb, error.message, error.also)
        raise _refuse(briefing, nb, error.cell, message, error) from None
    except Exception as error:  # whatever it is, the other briefings are still to be made
        raise _refuse(briefing, nb, None, f"{type(error).__name__}: {error}", error) from error
    nb.metadata[METADATA]["reads"] += [*links.list_reads(), *task.neighbours.list_reads(briefing)]
    lines = dict.fromkeys(f"{briefing.id}: {shorten(name_warning(nb, warning))}" for warning in warnings)
    return tuple(lines), {**documents, ".ipynb": write_notebook(nb)}


def _make_around(task: Task, nb: Any) -> Around:
    """Return what the press itself links to from a briefing's page."""
    sides = (task.neighbours.previous, task.neighbours.following)
    linked = (side and Neighbour(task.directory.place(side[0]).href, side[1]) for side in sides)
    slug = quote(task.briefing.slug)
    rows = f"{slug}{ROWS}" if has_rows(settings_of(nb)["reads"]) else ""
    return Around(f"{slug}.pdf", rows, *linked)


def _refuse(briefing: Briefing, nb: Any, index: int | None, message: str, error: Exception) -> BriefingError:
    number, reason = count_cell(nb, index), shorten(message)
    if index is not None:
        mark_error(nb, index, reason)
    return BriefingError(
        briefing.family,
        briefing.slug,
        reason=reason,
        cell=number,
        name=type(error).__name__,
        value=str(error),
        notebook=nb,
    )
