"""Build an edition: decide what is stale, press it, stage the generation, swap it in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from aichr_briefings.dataset.findings import DatasetError, Finding, UnknownCode
from aichr_briefings.dataset.package import read_package
from aichr_briefings.press.briefing import Pressed, Task, press_briefing
from aichr_briefings.press.catalogue import Briefing, Catalogue, read_catalogue, select
from aichr_briefings.press.edition import Generation, lock_output, stage_generation
from aichr_briefings.press.inputs import Inputs, Project, digest_notebook, read_inputs
from aichr_briefings.press.manifest import (
    FAILED,
    INDEX,
    MANIFEST,
    Manifest,
    Record,
    by_name,
    hide_path,
    read_manifest,
    write_manifest,
)
from aichr_briefings.press.notebook import NotebookError
from aichr_briefings.press.plan import Plan
from aichr_briefings.press.run import BriefingError


class BadDataError(Exception):
    """The dataset has faults, so nothing was built.

    Attributes
    ----------
    findings
        All of them, warnings left out.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = tuple(findings)


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


def build_edition(
    project: Project,
    selectors: Iterable[str] = (),
    *,
    force: bool = False,
    timeout: int | None = None,
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
    report
        Told of each step.

    Raises
    ------
    DatasetError, BadDataError
        If the dataset cannot be read, or has faults.
    SelectorError
        If a selector names nothing.
    """
    with lock_output(project.output, lambda: report(Step("wait"))):
        last = read_manifest(project.current)
        inputs = read_inputs(project)
        check_data(inputs, last)
        catalogue, choices = open_catalogue(inputs, last)
        plan = Plan(inputs, catalogue, last, select(catalogue, selectors), force)
        tasks = [_make_task(plan, briefing, timeout) for briefing in plan.stale]
        report(Step("plan", total=len(tasks)))
        if not tasks and plan.is_current(choices):
            return _tell(plan)
        return _press(plan, choices, tasks, report)


def check_data(inputs: Inputs, last: Manifest | None = None) -> None:
    """Raise a BadDataError if the dataset has faults; one that the last edition was built from has none."""
    checked = (inputs.package.digest, inputs.commentary, inputs.code)
    if last and (last.dataset["digest"], last.dataset.get("commentary"), last.code) == checked:
        return
    from aichr_briefings.dataset import check_dataset

    faults = [finding for finding in check_dataset(inputs.project.data) if finding.severity == "error"]
    if faults:
        raise BadDataError(faults)


def open_catalogue(inputs: Inputs, last: Manifest | None = None) -> tuple[Catalogue, dict[str, list[str]]]:
    """Return the catalogue, and the code lists that it asked for."""
    known = last.choices if last and last.dataset["digest"] == inputs.package.digest else {}
    asked: dict[str, list[str]] = {}

    def list_codes(name: str) -> Sequence[str]:
        if name not in asked:
            asked[name] = known[name] if name in known else _ask_codes(inputs, name)
        return asked[name]

    catalogue = read_catalogue(inputs.project.notebooks, list_codes)
    return catalogue, by_name(asked)


def _ask_codes(inputs: Inputs, name: str) -> list[str]:
    from aichr_briefings.dataset import open_dataset

    try:
        return list(open_dataset(inputs.project.data).codes(name))
    except (DatasetError, UnknownCode):
        raise
    except Exception:
        check_data(inputs)  # whatever a bad dataset makes of it, the check says it better
        raise


def _make_task(plan: Plan, briefing: Briefing, timeout: int | None) -> Task:
    project = plan.inputs.project
    return Task(briefing, plan.catalogue.family(briefing.family).path, project.data, project.root, timeout)


def _press(
    plan: Plan, choices: dict[str, list[str]], tasks: Sequence[Task], report: Callable[[Step], None]
) -> BuildResult:
    """Press what is stale into a new generation, and make it current."""
    pressed: list[Pressed] = []
    with stage_generation(plan.inputs.project.output) as generation:
        records = {id: _carry(generation, plan.records[id]) for id in plan.carried}
        for task in tasks:
            report(Step("begin", task.briefing.id))
            done = _refuse_changed(plan, task, press_briefing(task, generation.folder.parent))
            records[task.briefing.id] = _shelve(plan, generation, done)
            # The bytes are on disk: a thousand briefings need not be held in memory.
            pressed.append(Pressed(done.briefing, warnings=done.warnings, error=done.error))
            report(Step("end", task.briefing.id, error=done.error))
        _finish(generation, plan, plan.describe(choices, records))
        generation.publish()
    kept = [id for id in records if records[id].status == "kept" and id not in plan.carried]
    return _tell(plan, pressed, kept)


def _refuse_changed(plan: Plan, task: Task, pressed: Pressed) -> Pressed:
    """Return what was pressed, or its failure if it may not be what its record in the manifest would say."""
    before = plan.digest(task.briefing)
    try:
        data, notebook = read_package(task.dataset).digest, digest_notebook(task.notebook)
    except (DatasetError, NotebookError):
        data = notebook = ""
    if pressed.error or (data, notebook) == (before["dataset"], before["notebook"]):
        return pressed
    what = "data" if data != before["dataset"] else "notebook"
    reason = f"the {what} changed while the edition was being built; build again"
    error = BriefingError(task.briefing.family, task.briefing.slug, reason=reason, name="ChangedInputs")
    return Pressed(task.briefing, error=error)


def _tell(plan: Plan, pressed: Sequence[Pressed] = (), kept: Iterable[str] = ()) -> BuildResult:
    return BuildResult(
        succeeded=tuple(p.briefing.id for p in pressed if not p.error),
        fresh=tuple(plan.fresh),
        failed=tuple(p.error for p in pressed if p.error),
        faults=tuple(plan.catalogue.faults.values()),
        kept=tuple(kept),
        removed=tuple(plan.removed),
        warnings=tuple(warning for p in pressed for warning in p.warnings),
    )


def _finish(generation: Generation, plan: Plan, manifest: Manifest) -> None:
    from aichr_briefings.press.index import render_index

    page = render_index(manifest, plan.inputs.package).encode()
    digest = generation.write(INDEX, page)
    generation.write(MANIFEST, write_manifest(manifest.with_index(digest)))


def _carry(generation: Generation, record: Record) -> Record:
    for name in record.outputs:
        generation.carry(name)
    return record


def _shelve(plan: Plan, generation: Generation, pressed: Pressed) -> Record:
    """Put a briefing's documents into the generation; of a failed one, its last good copy."""
    briefing = pressed.briefing
    if pressed.error:
        return _keep(plan, generation, pressed, pressed.error)
    documents = {f"{briefing.id}{suffix}": content for suffix, content in pressed.documents.items()}
    return Record(
        family=briefing.family,
        slug=briefing.slug,
        parameters=briefing.parameters,
        status="built",
        inputs=plan.digest(briefing),
        reads=pressed.reads,
        entry=pressed.entry,
        outputs={name: generation.write(name, content) for name, content in documents.items()},
    )


def _keep(plan: Plan, generation: Generation, pressed: Pressed, error: BriefingError) -> Record:
    briefing, before = pressed.briefing, plan.records.get(pressed.briefing.id)
    copy = before.documents if before and before.id in plan.whole else {}
    for name in copy:
        generation.carry(name)
    outputs = dict(copy)
    for content in pressed.documents.values():
        outputs[briefing.id + FAILED] = generation.write(briefing.id + FAILED, content)
    message = hide_path(error.reason, plan.inputs.project.root)
    message = f"cell {error.cell}: {message}" if error.cell else message
    if before and copy:
        return Record(
            family=before.family,
            slug=before.slug,
            parameters=before.parameters,
            status="kept",
            inputs=before.inputs,
            reads=before.reads,
            entry=before.entry,
            outputs=outputs,
            message=message,
        )
    return Record(
        briefing.family, briefing.slug, briefing.parameters, "failed", outputs=outputs, message=message
    )
