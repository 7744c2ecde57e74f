"""The command ``briefings``: parse, call, print, exit code.

0: done. 1: a briefing failed. 2: bad usage or bad data, nothing was built. 130: interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from aichr_briefings.press.build import BuildResult, Step
    from aichr_briefings.press.inputs import Project

FAILED, BAD, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="briefings",
    help="Press notebooks into an edition of briefings, each as HTML and PDF.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout and sys.stdout.isatty() else None,  # elsewhere, plain text
    context_settings={"help_option_names": ["-h", "--help"]},
)

Selectors = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="SELECTOR",
        help="A family (agency), a value (agency=UNDP) or a briefing (agency/undp). Without any: all.",
        show_default=False,
    ),
]
ProjectOption = Annotated[
    Path | None,
    typer.Option("--project", metavar="DIR", help="The project's folder, if not this one or one above."),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="DIR", help="Where editions go, if not reports/ of the project."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for machines.")]


def main() -> None:
    """Run the command, and exit with its code; with 1 if what it prints cannot be written."""
    if sys.stdout is None:
        _complain("Nothing was done: there is no standard output to tell of it.")
        sys.exit(FAILED)
    try:
        try:
            app()
        finally:
            sys.stdout.flush()
    except OSError as error:
        # Else Python tries to write the rest once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            _complain(f"The output cannot be written: {error.strerror or error}")
        sys.exit(FAILED)


@app.command("list")
def list_briefings(
    selectors: Selectors = None,
    project: ProjectOption = None,
    output: OutputOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the briefings there are to build."""
    from aichr_briefings.press.build import open_catalogue
    from aichr_briefings.press.catalogue import select
    from aichr_briefings.press.inputs import read_inputs
    from aichr_briefings.press.manifest import read_manifest

    where = _find_project(project, output)
    with _ExplainedErrors():
        catalogue, _ = open_catalogue(read_inputs(where), read_manifest(where.current))
        chosen = select(catalogue, selectors or ())
    for fault in catalogue.faults.values():
        _complain(str(fault))
    if as_json:
        _print_json([{"id": b.id, **asdict(b)} for b in chosen])
    else:
        for briefing in chosen:
            values = ", ".join(f"{name}={value}" for name, value in briefing.parameters.items())
            print(f"{briefing.id}  ({values})" if values else briefing.id)
    raise typer.Exit(BAD if catalogue.faults else 0)


@app.command("check")
def check_data(
    project: ProjectOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the dataset, and name everything that is wrong with it. Warnings do not fail."""
    where = _find_project(project, None)
    from aichr_briefings.dataset import check_dataset

    findings = check_dataset(where.data)
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            print(f"{finding.severity}: {finding}")
        warnings = len(findings) - errors
        print(f"{_count(errors, 'error')}, {_count(warnings, 'warning')}" if findings else "no findings")
    raise typer.Exit(BAD if errors else 0)


@app.command("build")
def build(
    selectors: Selectors = None,
    project: ProjectOption = None,
    output: OutputOption = None,
    force: Annotated[bool, typer.Option("--force", help="Build also what is up to date.")] = False,
    timeout: Annotated[
        int | None, typer.Option("--timeout", min=1, metavar="SECONDS", help="Limit for each cell.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Build the edition, or some briefings of it, into reports/current."""
    from aichr_briefings.press.build import build_edition

    where = _find_project(project, output)
    with _ExplainedErrors(), _Reporter() as reporter:
        result = build_edition(where, selectors or (), force=force, timeout=timeout, report=reporter)
    if as_json:
        _print_json(_describe_result(result, where))
    else:
        _print_result(result, where)
    raise typer.Exit(0 if result.is_good else FAILED)


def _find_project(root: Path | None, output: Path | None) -> Project:
    from aichr_briefings.press.inputs import find_project

    with _ExplainedErrors():
        return find_project(root, output)


class _ExplainedErrors:
    """Turns what a user can mend into its message and the exit code for it."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        from aichr_briefings.dataset.findings import DatasetError
        from aichr_briefings.press.build import BadDataError
        from aichr_briefings.press.catalogue import SelectorError
        from aichr_briefings.press.edition import EditionError
        from aichr_briefings.press.inputs import ProjectError

        if isinstance(error, KeyboardInterrupt):
            _complain("Interrupted; the last edition is as it was.")
            raise typer.Exit(INTERRUPTED)
        if isinstance(error, BadDataError):
            _complain("The dataset has faults, so nothing was built:")
            for finding in error.findings:
                _complain(f"  {finding}")
            raise typer.Exit(BAD)
        if isinstance(error, DatasetError | SelectorError | ProjectError | EditionError):
            _complain(str(error))
            raise typer.Exit(BAD)
        if isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
            _complain(f"Nothing was published: {error}")
            raise typer.Exit(FAILED)


class _Reporter:
    """Tells of a build's progress on standard error: a bar on a terminal, else a line per briefing."""

    def __init__(self) -> None:
        self._progress: Progress | None = None
        self._total = self._done = 0

    def __enter__(self) -> _Reporter:
        return self

    def __exit__(self, *_: object) -> None:
        if self._progress:
            self._progress.stop()

    def __call__(self, step: Step) -> None:
        """Tell of one step."""
        if step.kind == "wait":
            _complain("Another build is at work here; waiting for it.")
        elif step.kind == "plan":
            self._total = step.total
            self._start()
        elif step.kind == "end":
            self._done += 1
        if self._progress and step.kind in ("begin", "end"):
            self._progress.update(self._task, description=step.id, completed=self._done)
        elif step.kind == "end":
            _complain(f"[{self._done}/{self._total}] {step.error or step.id}")

    def _start(self) -> None:
        if self._total and sys.stderr.isatty():
            self._progress = _make_progress()
            self._task = self._progress.add_task("", total=self._total)
            self._progress.start()


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


def _print_result(result: BuildResult, where: Project) -> None:
    for warning in result.warnings:
        _complain(f"warning: {warning}")
    for fault in result.faults:
        _complain(f"{fault}; its briefings are as they were")
    for error in result.failed:
        copy = "an earlier copy is kept" if error.id in result.kept else "there is no earlier copy"
        _complain(f"{error} ({copy})")
    told = {
        "built": len(result.succeeded),
        "up to date": len(result.fresh),
        "failed": len(result.failed) + len(result.faults),
        "removed": len(result.removed),
    }
    counts = [f"{number} {word}" for word, number in told.items() if number]
    print(f"{', '.join(counts) or 'nothing to build'}: {_relative(where.current / 'index.html')}")


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


def _relative(path: Path) -> Path:
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


def _print_json(value: Mapping[str, Any] | Iterable[Any]) -> None:
    print(json.dumps(value, indent=1, ensure_ascii=False))


def _complain(line: str) -> None:
    print(line, file=sys.stderr)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
