"""All that is wrong with a project: its dataset, its commentary, its notebooks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from aichr_briefings.dataset import check_dataset
from aichr_briefings.dataset.files import NotPlainError
from aichr_briefings.dataset.findings import DatasetError, Finding
from aichr_briefings.dataset.package import read_package
from aichr_briefings.dataset.tidy import check_tidiness
from aichr_briefings.desk.checks.commentary import check_all_commentary
from aichr_briefings.desk.checks.notebooks import check_notebook, describe_fault, list_notebooks
from aichr_briefings.desk.checks.runs import check_runs
from aichr_briefings.pages.phrases import find_phrase_faults
from aichr_briefings.press.build import open_catalogue
from aichr_briefings.press.catalogue import Catalogue
from aichr_briefings.press.freshness import Today
from aichr_briefings.press.inputs import Project, digest_code, read_inputs
from aichr_briefings.press.pool import Pool
from aichr_briefings.press.run import WARM


def check_project(project: Project, *, run: bool = True) -> tuple[list[Finding], str]:
    """Return all that is wrong with a project, and what could not be checked; ``""`` if all was.

    First the data, then the commentary, then the notebooks.

    Parameters
    ----------
    run
        Whether notebooks that are families are run, too.
    """
    findings = [*check_dataset(project.data), *check_phrases(project.data), *check_tidiness(project.data)]
    findings += _check_modules(project)
    notebooks = [f for path in list_notebooks(project.notebooks) for f in check_notebook(path)]
    if any(finding.severity == "error" for finding in findings):
        findings += [*check_all_commentary(project.data, None), *notebooks]
        left = "data or modules have errors, so no notebook was run, nor told whose the commentary is"
        return list(dict.fromkeys(findings)), left
    with ExitStack() as stack:
        pool = stack.enter_context(_open_pool(project)) if run else None
        catalogue, _ = open_catalogue(Today(read_inputs(project)))
        findings += _check_commentary(project, catalogue)
        findings += notebooks
        findings += [describe_fault(fault) for fault in catalogue.faults.values()]
        findings += check_runs(project, catalogue, pool) if pool else ()
    return list(dict.fromkeys(findings)), ""


def check_phrases(data: Path) -> list[Finding]:
    """Return what is wrong with the words that a dataset's descriptor has for the page itself."""
    try:
        return list(find_phrase_faults(read_package(data).descriptor))
    except DatasetError:
        return []  # the dataset's own check says it


def _check_modules(project: Project) -> Iterator[Finding]:
    try:
        digest_code(project)
    except NotPlainError as error:
        yield error.finding


def _check_commentary(project: Project, catalogue: Catalogue) -> Iterator[Finding]:
    ids = [briefing.id for briefing in catalogue.briefings]
    return check_all_commentary(project.data, ids, faulty=catalogue.faults)


@contextmanager
def _open_pool(project: Project) -> Iterator[Pool]:
    """Have workers whose files lie aside, so that a build that goes on meanwhile is not disturbed."""
    with (
        tempfile.TemporaryDirectory(prefix="briefings-check-") as made,
        Pool(read_inputs(project), None, WARM, scratch=Path(made) / "scratch") as pool,
    ):
        yield pool
