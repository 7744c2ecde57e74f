"""Briefings as they are now, from workers that are kept between saves. No edition is touched."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from pressroom.data.commentary import find_error
from pressroom.data.findings import DatasetError, Finding, advise, find_nearest, quote
from pressroom.edition.briefing import Engine, Pressed, Task
from pressroom.edition.manifest import ROWS, Record
from pressroom.edition.plan import open_catalogue
from pressroom.edition.pool import Pool
from pressroom.edition.rows import Source, write_rows
from pressroom.edition.today import Today
from pressroom.run.catalogue import Briefing, Catalogue, select
from pressroom.run.inputs import Inputs, Project, read_inputs


@dataclass(frozen=True)
class Choice:
    """A briefing that can be shown: its id, and its name among those of its family."""

    id: str
    name: str


@dataclass(frozen=True)
class Rendering:
    """One briefing as it is now.

    Attributes
    ----------
    documents
        The files' bytes by suffix; empty if there are faults.
    choices
        What else can be shown, by the title of its family; empty if not even that is known.
    warnings
        What was degraded on the way.
    seconds
        How long it took.
    """

    id: str
    documents: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[Finding, ...] = ()
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


class Renderer:
    """Renders one briefing at a time. Close it.

    Parameters
    ----------
    engine
        What runs the cells, as in a build.
    """

    def __init__(self, project: Project, engine: Engine) -> None:
        self.project, self.engine = project, engine
        self._stack = ExitStack()
        scratch = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="briefings-preview-")))
        self._scratch = scratch / "scratch"
        self._checker = ThreadPoolExecutor(1, "check")
        self._pool: Pool | None = None

    def interrupt(self) -> None:
        """End the rendering that another thread waits for; it fails, and the next one is as ever."""
        if self._pool is not None:
            self._pool.interrupt()

    def close(self) -> None:
        """End all processes."""
        self._checker.shutdown(cancel_futures=True)
        self._stack.close()

    def choose(self, selectors: Iterable[str]) -> str:
        """Return the id of the first briefing that the selectors name; a SelectorError if there is none."""
        inputs = read_inputs(self.project)
        self._open_pool(inputs)  # it gets ready while the catalogue is read
        catalogue, _ = open_catalogue(Today(inputs))
        found = select(catalogue, selectors)
        return found[0].id if found else ""

    def render(self, id: str) -> Rendering:
        """Return a briefing as the files are now; what is wrong with them is among its faults."""
        start = time.perf_counter()
        choices: dict[str, tuple[Choice, ...]] = {}
        try:
            inputs = read_inputs(self.project)
            # It takes as long as the cells do, and other cores are idle.
            checked = self._checker.submit(_check, self.project.data)
            try:
                pressed, faults = self._press(inputs, id, choices)
            finally:
                found = checked.result()
            faults = found or faults
        except _UnknownError as error:
            pressed, faults = None, found or (error.finding,)
        except DatasetError as error:
            pressed, faults = None, (error.finding,)
        except Exception as error:  # whatever an edit has broken, the next one may mend it
            pressed, faults = None, (Finding(message=f"{type(error).__name__}: {error}"),)
        documents = pressed.documents if pressed and not faults else {}
        warnings = pressed.warnings if pressed else ()
        return Rendering(id, documents, faults, choices, warnings, time.perf_counter() - start)

    def _open_pool(self, inputs: Inputs) -> Pool:
        if self._pool is None:
            pool = Pool(inputs, 1, self.engine, scratch=self._scratch)
            self._pool = self._stack.enter_context(pool)
        return self._pool

    def _press(
        self, inputs: Inputs, id: str, choices: dict[str, tuple[Choice, ...]]
    ) -> tuple[Pressed, tuple[Finding, ...]]:
        pool = self._open_pool(inputs)
        today = Today(inputs)
        catalogue, _ = open_catalogue(today)
        choices.update(_list_choices(catalogue))
        briefing = _find(catalogue, id)
        refused = find_error(self.project.data, id)
        if refused:
            raise DatasetError(refused)
        path = catalogue.family(briefing.family).path
        task = Task(
            briefing,
            path,
            self.project.data,
            self.project.root,
            engine=self.engine,
            directory=today.directory,
            neighbours=today.find_neighbours(briefing.id),
        )
        [pressed] = [done for _, done in pool.press([task]) if done is not None]
        pressed = pressed if pressed.error else _add_rows(Source(inputs.package, today.tables), pressed)
        return pressed, (pressed.error.find(path.name),) if pressed.error else ()


def _add_rows(source: Source, pressed: Pressed) -> Pressed:
    """Return a pressed briefing with the rows that its page leads to, as a build writes them."""
    briefing, inputs = pressed.briefing, {"dataset": source.package.digest}
    record = Record(
        briefing.family, briefing.slug, briefing.parameters, "built", inputs=inputs, reads=pressed.reads
    )
    rows = write_rows(source, record)
    return pressed if rows is None else replace(pressed, documents={**pressed.documents, ROWS: rows})


class _UnknownError(DatasetError):
    """There is no such briefing."""


def _find(catalogue: Catalogue, id: str) -> Briefing:
    for briefing in catalogue.briefings:
        if briefing.id == id:
            return briefing
    family = id.partition("/")[0]
    if family in catalogue.faults:
        raise _UnknownError(catalogue.faults[family].finding)
    ids = [briefing.id for briefing in catalogue.briefings]
    reason = f"there is no briefing {quote(id)} any more" + advise((), find_nearest(id, ids))
    raise _UnknownError(Finding(message=f"{reason}; choose another above"))


def _list_choices(catalogue: Catalogue) -> dict[str, tuple[Choice, ...]]:
    return {
        family.title: tuple(Choice(b.id, _name(b)) for b in catalogue.briefings if b.family == family.name)
        for family in catalogue.families
    }


def _name(briefing: Briefing) -> str:
    return ", ".join(str(v) for v in briefing.parameters.values() if v != "") or briefing.slug


def _check(data: Path) -> tuple[Finding, ...]:
    from pressroom.data.check import find_errors
    from pressroom.desk.checks.project import check_phrases

    return (*find_errors(data), *check_phrases(data))
