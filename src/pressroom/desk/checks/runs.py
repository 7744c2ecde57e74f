"""Whether notebooks run from a fresh start: with their defaults, and where the data say least and most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from pressroom.data.findings import Finding
from pressroom.data.question import Question
from pressroom.data.select import Tables
from pressroom.edition.briefing import Pressed, Task
from pressroom.edition.pool import Pool
from pressroom.edition.today import Today
from pressroom.run.catalogue import Briefing, Catalogue, Family
from pressroom.run.inputs import NOTEBOOKS, Project
from pressroom.run.run import OTHER_PACKAGE


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
