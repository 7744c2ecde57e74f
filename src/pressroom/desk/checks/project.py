"""All that is wrong with a project: its dataset, its commentary, its notebooks."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pressroom.data import check_dataset
from pressroom.data.files import NotPlainError
from pressroom.data.findings import DatasetError, Finding
from pressroom.data.names import PREFIX
from pressroom.data.package import read_package
from pressroom.data.sheets import reading_once
from pressroom.data.tidy import check_tidiness
from pressroom.desk.checks.commentary import check_all_commentary
from pressroom.desk.checks.notebooks import check_notebook, describe_fault, list_notebooks
from pressroom.desk.checks.runs import check_runs
from pressroom.desk.checks.sentences import check_sentences
from pressroom.edition.phrases import find_faulty_phrases
from pressroom.edition.plan import open_catalogue
from pressroom.edition.pool import Pool
from pressroom.edition.today import Today
from pressroom.pages.phrases import LANGUAGE
from pressroom.run.catalogue import Catalogue
from pressroom.run.inputs import Project, digest_code, find_conflicts, read_inputs
from pressroom.run.run import WARM


def check_project(project: Project, *, run: bool = True) -> tuple[list[Finding], str]:
    """Return all that is wrong with a project, and what could not be checked; ``""`` if all was.

    First the data, then the commentary, then the notebooks, then the sentences of the edition as last built.

    Parameters
    ----------
    run
        Whether notebooks that are families are run, too.
    """
    with ExitStack() as stack:
        reading = stack.enter_context(ExitStack())
        reading.enter_context(reading_once())
        findings = [*check_dataset(project.data), *check_phrases(project.data), *check_tidiness(project.data)]
        findings += _check_modules(project)
        helper = _name_helper(project.data)
        findings += _check_environment(helper)
        notebooks = [f for path in list_notebooks(project.notebooks) for f in check_notebook(path, helper)]
        if any(finding.severity == "error" for finding in findings):
            findings += [*check_all_commentary(project.data, None), *notebooks]
            left = "data or modules have errors, so no notebook was run, nor told whose the commentary is"
            return list(dict.fromkeys(findings)), left
        pool = stack.enter_context(_open_pool(project)) if run else None
        today = Today(read_inputs(project))
        catalogue, _ = open_catalogue(today)
        reading.close()  # what notebooks have to have in memory is enough
        findings += _check_commentary(project, catalogue)
        findings += notebooks
        findings += [describe_fault(fault) for fault in catalogue.faults.values()]
        findings += catalogue.refused.values()
        findings += check_runs(project, catalogue, pool, today) if pool else ()
    if run and _is_english(project.data):
        findings += check_sentences(project.current, project.notebooks)
    return list(dict.fromkeys(findings)), ""


def check_phrases(data: Path) -> list[Finding]:
    """Return what is wrong with the words that a dataset has for the page itself."""
    try:
        return list(find_faulty_phrases(read_package(data)))
    except DatasetError:
        return []  # the dataset's own check says it


def _is_english(data: Path) -> bool:
    return str(read_package(data).descriptor.get("language") or LANGUAGE).startswith("en")


def _name_helper(data: Path) -> str | None:
    try:
        return read_package(data).helper
    except DatasetError:
        return None  # the dataset's own check says why


def _check_environment(helper: str | None) -> Iterator[Finding]:
    """Yield a warning of each variable that an earlier version read, under the name of the helper package."""
    prefix = f"{helper or ''}_".upper()
    for name in sorted(name for name in os.environ if helper and name.startswith(prefix)):
        now = PREFIX + name.removeprefix(prefix)
        message = f"nothing reads the environment variable {name}; its name is {now} now"
        yield Finding(message=message, severity="warning")


def _check_modules(project: Project) -> Iterator[Finding]:
    try:
        digest_code(project)
        yield from find_conflicts(project)
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
