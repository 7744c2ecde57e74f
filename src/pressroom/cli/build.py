"""The command ``briefings build``, and its progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pressroom.cli.exit_codes import FAILED, GOOD
from pressroom.cli.options import (
    engine_option,
    find_project,
    json_option,
    output_option,
    project_option,
    selectors_argument,
)
from pressroom.cli.printing import ExplainedErrors, complain, print_json, relative, say
from pressroom.cli.tidy import offer_git

if TYPE_CHECKING:
    from rich.progress import Progress

    from pressroom.edition.build import BuildResult, Step
    from pressroom.run.inputs import Project


class Reporter:
    """Tells of a build's progress on standard error: a bar on a terminal, else a line per briefing."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._total = self._done = 0

    def __enter__(self) -> Reporter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: Step) -> None:
        """Tell of one step."""
        if step.kind == "wait":
            complain("Another build is at work here; waiting for it.")
        elif step.kind == "plan":
            self._total = step.total
            self._start()
        elif step.kind == "end":
            self._done += 1
        if self._progress and step.kind in ("begin", "end"):
            self._progress.update(self._task, description=step.id, completed=self._done)
        elif step.kind == "end":
            complain(f"[{self._done}/{self._total}] {step.error or step.id}")

    def _start(self) -> None:
        if self._total and sys.stderr.isatty():
            self._progress = _make_progress()
            self._task = self._progress.add_task("", total=self._total)
            self._progress.start()


@click.command("build")
@selectors_argument
@project_option
@output_option
@click.option("--force", is_flag=True, help="Build also what is up to date.")
@click.option("--timeout", type=click.IntRange(min=1), metavar="SECONDS", help="Limit for each cell.")
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    metavar="N",
    help="Briefings pressed at once; else one a core.",
)
@engine_option
@click.option("--dask", metavar="ADDRESS", help="Press on a Dask cluster: tcp://scheduler:8786.")
@click.option("--verify", is_flag=True, help="Build once more from nothing, aside, and compare.")
@json_option
def build(
    selectors: tuple[str, ...],
    project: Path | None,
    output: Path | None,
    force: bool,
    timeout: int | None,
    jobs: int | None,
    engine: Literal["warm", "stock"],
    dask: str | None,
    verify: bool,
    as_json: bool,
) -> None:
    """Build the edition, or some briefings of it, into reports/current.

    SELECTOR is a family (region), a value (region=North) or a briefing (region/north). Without any: all.
    """
    from pressroom.edition.build import build_edition, verify_edition

    where = find_project(project, output)
    if not as_json:
        with ExplainedErrors():
            offer_git(where.root)
    given: dict[str, Any] = {"timeout": timeout, "jobs": jobs, "engine": engine, "cluster": dask}
    with ExplainedErrors():
        with Reporter() as reporter:
            result = build_edition(where, selectors, force=force, report=reporter, **given)
        differing: list[str] = []
        if verify:
            complain("Building once more, aside, to compare.")
            with Reporter() as reporter:
                differing = verify_edition(where, selectors, report=reporter, **given)
    if as_json:
        verified = {"differing": differing} if verify else {}
        print_json({**_describe_result(result, where), **verified})
    else:
        _print_result(result, where)
        _print_differing(differing, verify)
    raise click.exceptions.Exit(GOOD if result.is_good and not differing else FAILED)


def _make_progress() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _print_differing(differing: list[str], verified: bool) -> None:
    for name in differing:
        complain(f"{name} is not what a build from nothing gives")
    if verified and not differing:
        say("verified: a build from nothing gives the same bytes")


def _print_result(result: BuildResult, where: Project) -> None:
    for warning in result.warnings:
        complain(f"warning: {warning}")
    for fault in result.faults:
        complain(f"{fault}; its briefings are as they were")
    for error in result.failed:
        copy = "an earlier copy is kept" if error.id in result.kept else "there is no earlier copy"
        complain(f"{error} ({copy})")
    numbers = {
        "built": len(result.succeeded),
        "up to date": len(result.fresh),
        "failed": len(result.failed) + len(result.faults),
        "removed": len(result.removed),
    }
    counts = [f"{number} {word}" for word, number in numbers.items() if number]
    say(f"{', '.join(counts) or 'nothing to build'}: {relative(where.current / 'index.html')}")


def _describe_result(result: BuildResult, where: Project) -> Mapping[str, Any]:
    return {
        "edition": str(where.current),
        "succeeded": result.succeeded,
        "fresh": result.fresh,
        "failed": [
            {"id": e.id, "cell": e.cell, "exception": e.name, "reason": e.reason} for e in result.failed
        ],
        "faults": [{"notebook": f.path.name, "reason": f.message} for f in result.faults],
        "kept": result.kept,
        "removed": result.removed,
        "warnings": result.warnings,
    }
