"""Whether an edition is what a build from nothing gives."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from pressroom.edition.build import Step, build_edition
from pressroom.edition.folders import claim_folder
from pressroom.edition.generation import ASIDE, EDITION, EditionError
from pressroom.edition.manifest import INDEX, Manifest, read_manifest
from pressroom.edition.plan import make_plan
from pressroom.edition.today import Today
from pressroom.run.inputs import Project, read_inputs


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
