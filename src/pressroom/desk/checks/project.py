"""All that is wrong with a project: its dataset, its commentary, its notebooks and how they run."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pressroom.data import check_dataset
from pressroom.data.commentary import FOLDER, check_commentary, list_commentary
from pressroom.data.files import NotPlainError, list_files
from pressroom.data.findings import DatasetError, Finding, find_nearest, quote
from pressroom.data.names import PREFIX
from pressroom.data.package import read_package
from pressroom.data.reads import Question
from pressroom.data.select import Tables
from pressroom.data.sheets import reading_once
from pressroom.data.tidy import check_tidiness
from pressroom.desk.checks.notebooks import check_notebook, describe_fault, list_notebooks
from pressroom.desk.checks.sentences import check_sentences
from pressroom.edition.briefing import Pressed, Task
from pressroom.edition.phrases import find_faulty_phrases
from pressroom.edition.plan import open_catalogue
from pressroom.edition.pool import Pool
from pressroom.edition.today import Today
from pressroom.pages.phrases import LANGUAGE
from pressroom.run.catalogue import Briefing, Catalogue, Family
from pressroom.run.inputs import NOTEBOOKS, Project, digest_code, find_conflicts, read_inputs
from pressroom.run.run import OTHER_PACKAGE, WARM


def check_all_commentary(
    data: Path, briefings: Collection[str] | None, *, faulty: Collection[str] = ()
) -> Iterator[Finding]:
    """Yield what is wrong with the commentary in a dataset's folder; links there are reported with the data.

    What is an error keeps a briefing from being published; of what nobody sees, all are warnings.

    Parameters
    ----------
    briefings
        Ids of all briefings; None if they cannot be told, so that none is missed.
    faulty
        Families of which nobody can tell the briefings.
    """
    try:
        files, everything = list_commentary(data), list(list_files(data, FOLDER))
    except (DatasetError, NotPlainError, OSError):
        return
    yield from _check_places(everything)
    for file in files:
        yield from _check_file(data, file, briefings, faulty)


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


def check_runs(project: Project, catalogue: Catalogue, pool: Pool, today: Today) -> Iterator[Finding]:
    """Yield why families' briefings cannot be made: each is pressed as its notebook stands.

    So are those of which the dataset has least and most to say, for what fails in a build fails there first.
    What was degraded on the way of the notebook's own is a warning.
    """
    weights = _weigh(today.tables)
    own = {family.name: _choose(catalogue, family) for family in catalogue.families}
    tasks = [
        Task(briefing, family.path, project.data, project.root, directory=today.directory)
        for family in catalogue.families
        for briefing in (own[family.name], *_choose_extremes(catalogue, family, own[family.name], weights))
    ]
    done = [(task, pressed) for task, pressed in pool.press(tasks) if pressed]
    failed = {
        task.briefing.family for task, pressed in done if pressed.error and task.briefing in own.values()
    }
    for task, pressed in sorted(done, key=lambda pair: (pair[0].notebook.name, tasks.index(pair[0]))):
        family = task.briefing.family
        is_own = task.briefing == own[family]
        if is_own or family not in failed:  # what is wrong with all of a family is said once
            yield from _describe(pressed, f"{NOTEBOOKS}/{task.notebook.name}", is_own=is_own)


def _check_file(
    data: Path, file: str, briefings: Collection[str] | None, faulty: Collection[str]
) -> Iterator[Finding]:
    id = f"{PurePosixPath(file).parent.name}/{PurePosixPath(file).stem}"
    if briefings is None or id in briefings or id.partition("/")[0] in faulty:
        yield from check_commentary(data, file)
        return
    for finding in check_commentary(data, file):
        yield replace(finding, severity="warning")
    message = f"there is no briefing {quote(id)}, so nobody sees this commentary"
    nearest = find_nearest(id, briefings)
    yield Finding(message=message, severity="warning", file=file, value=id, nearest=nearest)


def _check_places(files: Iterable[str]) -> Iterator[Finding]:
    """Yield a warning for each file that no briefing looks for, and say where it would."""
    for file in files:
        place = PurePosixPath(file)
        is_deep_enough = len(place.parts) == 3
        if is_deep_enough and place.suffix == ".md":
            continue
        wrong = "its name does not end in .md" if is_deep_enough else "it is in the wrong place"
        message = f"nobody sees this: {wrong}; a commentary is {FOLDER}/<family>/<briefing>.md, such as"
        message += f" {FOLDER}/region/north.md"
        yield Finding(message=message, severity="warning", file=file)


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


def _weigh(tables: Tables) -> Counter[str]:
    """Return in how many cells each code stands, those of the records first of all."""
    weights: Counter[str] = Counter()
    for resource in tables.package.resources:
        worth = 1000 if resource.name == tables.package.records.name else 1
        rows = tables.select(Question(resource.name))
        for column in (*resource.labels, *resource.derived):
            for cell in rows.values(column):
                for code in cell if isinstance(cell, tuple) else (cell,):
                    weights[str(code)] += worth
    return weights


def _choose_extremes(
    catalogue: Catalogue, family: Family, own: Briefing, weights: Counter[str]
) -> list[Briefing]:
    """Return the briefings of which the dataset has least and most to say, but for the notebook's own."""
    fanned = [parameter.name for parameter in family.parameters if parameter.fans_out]

    def weigh(briefing: Briefing) -> int:
        return sum(weights[str(briefing.parameters[name])] for name in fanned)

    known = [b for b in catalogue.briefings if b.family == family.name and b.id not in catalogue.refused]
    extremes = [min(known, key=weigh), max(known, key=weigh)] if known and fanned else []
    return [one for one in {briefing.id: briefing for briefing in extremes}.values() if one != own]


def _choose(catalogue: Catalogue, family: Family) -> Briefing:
    """Return the briefing that a family's notebook shows as it stands."""
    defaults = {parameter.name: parameter.default for parameter in family.parameters}
    own = [briefing for briefing in catalogue.briefings if briefing.family == family.name]
    return next(
        (briefing for briefing in own if briefing.parameters == defaults),
        Briefing(family.name, family.name, defaults),
    )


def _describe(pressed: Pressed, file: str, *, is_own: bool) -> Iterator[Finding]:
    for warning in pressed.warnings if is_own else ():
        yield Finding(message=warning, severity="warning", file=file)
    if pressed.error and pressed.error.name == OTHER_PACKAGE:  # no fault of the notebook
        yield Finding(message=pressed.error.reason)
    elif pressed.error:
        what = "it does not run from a fresh start" if is_own else f"{pressed.briefing.id} cannot be made"
        yield replace(pressed.error.find(file), message=f"{what}: {pressed.error.reason}")
