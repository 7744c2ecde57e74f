"""Build an edition: decide what is stale, press it, stage the generation, swap it in; or verify it."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, Literal

from pressroom.data.sheets import reading_once
from pressroom.edition.briefing import Engine, Pressed, Task
from pressroom.edition.faults import check_data, is_known
from pressroom.edition.folders import claim_folder
from pressroom.edition.generation import (
    ASIDE,
    EDITION,
    EditionError,
    clear_datasets,
    clear_generations,
    keep_dataset,
    lock_output,
    note,
    read_left,
    stage_generation,
)
from pressroom.edition.manifest import INDEX, Manifest, read_manifest
from pressroom.edition.plan import Plan, make_plan
from pressroom.edition.pool import Pool
from pressroom.edition.rows import Source
from pressroom.edition.store import add_rows, carry, finish, resume, shelve
from pressroom.edition.today import Today
from pressroom.run.catalogue import Briefing
from pressroom.run.failure import BriefingError
from pressroom.run.inputs import Project, read_inputs
from pressroom.run.notebook import NotebookError
from pressroom.run.run import WARM

_CHANGED = "ChangedInputs"
"""What the error of a briefing is called whose data or notebook changed while it was being pressed."""


class ChangedError(EditionError):
    """What the edition is made of changed while it was being built."""


@dataclass(frozen=True)
class Step:
    """Something that happened in a build.

    Attributes
    ----------
    kind
        ``"wait"``: another build holds the edition. ``"plan"``: so many briefings (`total`) will be pressed.
        ``"begin"`` and ``"end"``: one is being pressed, is done or has failed with `error`.
    """

    kind: Literal["wait", "plan", "begin", "end"]
    id: str = ""
    total: int = 0
    error: BriefingError | None = None


@dataclass(frozen=True)
class BuildResult:
    """What a build did; briefings by id.

    Attributes
    ----------
    succeeded, fresh
        Pressed; left alone since nothing that they depend on changed.
    failed, faults
        What went wrong with briefings, and with notebooks that are no family.
    kept
        Those that failed and are there as an earlier copy.
    removed
        Those that were in the last edition and are no more.
    warnings
        What was degraded, in lines.
    """

    succeeded: tuple[str, ...] = ()
    fresh: tuple[str, ...] = ()
    failed: tuple[BriefingError, ...] = ()
    faults: tuple[NotebookError, ...] = ()
    kept: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Return whether nothing failed."""
        return not self.failed and not self.faults

    @property
    def overtaken(self) -> tuple[BriefingError, ...]:
        """Return what failed since data or notebooks changed while it was being built."""
        return tuple(error for error in self.failed if error.name == _CHANGED)


def build_edition(
    project: Project,
    selectors: Iterable[str] = (),
    *,
    force: bool = False,
    timeout: int | None = None,
    jobs: int | None = None,
    engine: Engine = WARM,
    cluster: str | None = None,
    report: Callable[[Step], None] = lambda step: None,
) -> BuildResult:
    """Build the briefings that the selectors name, all without selectors, and make the result current.

    Those not named are taken over from the last edition, as is the last good copy of one that fails.

    Parameters
    ----------
    force
        Press also what is fresh.
    timeout
        Seconds that a cell may take; without it, what each notebook says.
    jobs
        How many briefings are pressed at once; without it, as many as there are cores.
    engine
        What runs the cells: ``"warm"``, forks of one process, or ``"stock"``, a kernel for each briefing.
    cluster
        Address of a Dask scheduler, whose workers press instead of this machine.
    report
        Called with each step.

    Raises
    ------
    DatasetError, BadDataError
        If the dataset cannot be read, or has faults.
    SelectorError
        If a selector names nothing.
    ClusterError
        If the cluster cannot be reached, or cannot press.
    """
    with lock_output(project.output, lambda: report(Step("wait"))), ExitStack() as stack:
        last = read_manifest(project.current)
        inputs = read_inputs(project)
        pool = Pool(inputs, jobs, engine, cluster)
        if force or not is_known(inputs, last):
            stack.enter_context(pool)  # there will be work: it gets ready while the data are checked
        with reading_once():
            check_data(inputs, last)
            left = read_left(project.output)
            plan, choices = make_plan(Today(inputs), last, selectors, force=force, left=left)
        stale = longest_first(plan.stale, plan.measure())
        tasks = [_make_task(plan, briefing, timeout, engine) for briefing in stale]
        report(Step("plan", total=len(tasks)))
        if not tasks and plan.is_current(choices):
            return _tell(plan)
        good = [task for task in tasks if task.briefing.id not in plan.refused]
        if good:
            stack.enter_context(pool)
        return _press(plan, choices, chain(_refuse(plan, tasks), pool.press(good)), report)


def longest_first(briefings: Sequence[Briefing], sizes: Mapping[str, int]) -> list[Briefing]:
    """Return briefings in the order in which they are best pressed, so that all cores end at the same time.

    Parameters
    ----------
    sizes
        Of the documents that there are, by briefing. What was never pressed comes first: the fewer briefings
        a family has, the more there is in each.
    """
    families = Counter(briefing.family for briefing in briefings)

    def place(briefing: Briefing) -> tuple[bool, int]:
        size = sizes.get(briefing.id)
        return (size is not None, families[briefing.family] if size is None else -size)

    return sorted(briefings, key=place)


def verify_edition(
    project: Project, selectors: Iterable[str] = (), *, report: Callable[[Step], None], **given: Any
) -> list[str]:
    """Build the briefings that the selectors name aside, from nothing, and return what differs.

    These are files of the edition by name (also one that is missing on either side) and the ids of briefings
    whose records in the manifest differ. What failed in the edition is compared by its last good copy, so it
    differs. Other parameters are those of `build_edition`.
    """
    wanted = list(selectors)
    claim_folder(project.output, EDITION)
    aside = project.output / ASIDE
    shutil.rmtree(aside, ignore_errors=True)
    try:
        clean = replace(project, output=aside)
        build_edition(clean, wanted, report=report, **given)
        return _compare(project, clean, wanted)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _make_task(plan: Plan, briefing: Briefing, timeout: int | None, engine: Engine) -> Task:
    project, family = plan.inputs.project, plan.catalogue.family(briefing.family)
    return Task(
        briefing,
        family.path,
        project.data,
        project.root,
        timeout,
        engine,
        directory=plan.today.directory,
        neighbours=plan.today.find_neighbours(briefing.id),
    )


def _press(
    plan: Plan,
    choices: dict[str, list[str]],
    steps: Iterable[tuple[Task, Pressed | None]],
    report: Callable[[Step], None],
) -> BuildResult:
    """Put what is pressed into a new generation, and make it current."""
    output, pressed = plan.inputs.project.output, {}
    resumed = plan.resume()
    with stage_generation(output, plan.waiting.union(one.edition for one in resumed.values())) as generation:
        records = {id: carry(generation, record) for id, record in plan.carry().items()}
        records |= {id: resume(generation, one) for id, one in resumed.items()}
        clear_generations(output, {generation.folder, *plan.waiting})
        for task, done in steps:
            if done is None:
                report(Step("begin", task.briefing.id))
                continue
            done = _refuse_changed(plan, task, done)
            records[task.briefing.id] = record = shelve(plan, generation, done)
            if not done.error:
                note(generation.folder, record)
            # The bytes are on disk: a thousand briefings need not be held in memory.
            pressed[done.briefing.id] = replace(done, documents={}, reads=[], entry={})
            report(Step("end", task.briefing.id, error=done.error))
        source = Source(plan.inputs.package, plan.today.tables)
        records = {id: add_rows(generation, source, record) for id, record in records.items()}
        manifest = plan.describe(choices, records)
        finish(generation, plan, manifest)
        keep_dataset(output, plan.inputs.package)
        if changed := plan.inputs.find_changed_code():
            raise ChangedError(f"{changed} changed while the edition was being built; build again")
        generation.publish(plan.waiting)
        clear_datasets(output, {record.inputs.get("dataset", "") for record in manifest.records.values()})
    kept = [b.id for b in plan.stale if records[b.id].status == "kept"]
    return _tell(plan, [pressed[b.id] for b in plan.stale], kept)


def _refuse(plan: Plan, tasks: Iterable[Task]) -> Iterator[tuple[Task, Pressed | None]]:
    """Yield what must not be pressed as `Pool.press` does what was: as it begins, and as it failed."""
    for task in tasks:
        finding = plan.refused.get(task.briefing.id)
        if finding:
            yield task, None
            name = "BadName" if task.briefing.id in plan.catalogue.refused else "BadCommentary"
            yield task, _fail(task, str(finding), name)


def _refuse_changed(plan: Plan, task: Task, pressed: Pressed) -> Pressed:
    """Return what was pressed, or its failure if it may not be what its record in the manifest would say."""
    if pressed.error:
        return pressed
    if not _is_of_plan(plan, pressed):
        what = "data"
    elif pressed.notebook != plan.digest(task.briefing)["notebook"]:
        what = "notebook"
    else:
        return pressed
    reason = f"the {what} changed while the edition was being built; build again"
    return _fail(task, reason, _CHANGED)


def _fail(task: Task, reason: str, name: str) -> Pressed:
    error = BriefingError(task.briefing.family, task.briefing.slug, reason=reason, name=name)
    return Pressed(task.briefing, error=error)


def _is_of_plan(plan: Plan, pressed: Pressed) -> bool:
    """Return whether a briefing read the data that the build began with, also where they came back since."""
    package = plan.inputs.package
    return package.is_untouched() or (package.is_current() and not plan.today.contradicts(pressed.reads))


def _tell(plan: Plan, pressed: Sequence[Pressed] = (), kept: Iterable[str] = ()) -> BuildResult:
    return BuildResult(
        succeeded=tuple(p.briefing.id for p in pressed if not p.error),
        fresh=tuple(plan.fresh),
        failed=tuple(p.error for p in pressed if p.error),
        faults=tuple(plan.catalogue.faults.values()),
        kept=tuple(kept),
        removed=tuple(plan.removed),
        # What concerns the machine is said by each worker, and once here.
        warnings=tuple(dict.fromkeys(warning for p in pressed for warning in p.warnings)),
    )


def _read(project: Project) -> Manifest:
    manifest = read_manifest(project.current)
    if manifest is None:
        raise EditionError(f"the manifest of {project.current} cannot be read; build the edition anew")
    return manifest


def _compare(project: Project, clean: Project, selectors: list[str]) -> list[str]:
    ours, theirs = _read(project), _read(clean)
    plan, _ = make_plan(Today(read_inputs(project)), ours, selectors)
    differing: list[str] = []
    for id in (briefing.id for briefing in plan.chosen):
        one, other = ours.records.get(id), theirs.records.get(id)
        files = {**(one.outputs if one else {}), **(other.outputs if other else {})}
        found = [name for name in files if not _is_same(project, clean, name)]
        differing += found or ([id] if one != other else [])
    if not selectors and not _is_same(project, clean, INDEX):
        differing.append(INDEX)
    return differing


def _is_same(one: Project, other: Project, name: str) -> bool:
    paths = [project.current / name for project in (one, other)]
    return all(path.is_file() for path in paths) and paths[0].read_bytes() == paths[1].read_bytes()
