"""Whether notebooks run from a fresh start, each with its own defaults."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pressroom.data.findings import Finding
from pressroom.edition.briefing import Pressed, Task
from pressroom.edition.pool import Pool
from pressroom.run.catalogue import Briefing, Catalogue, Family
from pressroom.run.inputs import NOTEBOOKS, Project
from pressroom.run.run import OTHER_PACKAGE


def check_runs(project: Project, catalogue: Catalogue, pool: Pool) -> Iterator[Finding]:
    """Yield why families' briefings cannot be made: each is pressed once, as its notebook stands.

    What was degraded on the way is a warning.
    """
    tasks = [
        Task(_choose(catalogue, family), family.path, project.data, project.root)
        for family in catalogue.families
    ]
    done = {task.notebook.name: pressed for task, pressed in pool.press(tasks) if pressed}
    for name in sorted(done):
        yield from _describe(done[name], f"{NOTEBOOKS}/{name}")


def _choose(catalogue: Catalogue, family: Family) -> Briefing:
    """Return the briefing that a family's notebook shows as it stands."""
    defaults = {parameter.name: parameter.default for parameter in family.parameters}
    own = [briefing for briefing in catalogue.briefings if briefing.family == family.name]
    return next(
        (briefing for briefing in own if briefing.parameters == defaults),
        Briefing(family.name, family.name, defaults),
    )


def _describe(pressed: Pressed, file: str) -> Iterator[Finding]:
    for warning in pressed.warnings:
        yield Finding(message=warning, severity="warning", file=file)
    if pressed.error and pressed.error.name == OTHER_PACKAGE:  # no fault of the notebook
        yield Finding(message=pressed.error.reason)
    elif pressed.error:
        message = f"it does not run from a fresh start: {pressed.error.reason}"
        yield replace(pressed.error.find(file), message=message)
