"""The commands that change nothing: ``list``, ``check``, ``explain``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from pressroom.cli.errors import BAD, GOOD, ExplainedErrors
from pressroom.cli.options import (
    find_project,
    json_option,
    output_option,
    project_option,
    selectors_argument,
)
from pressroom.cli.printing import complain, count, print_json, say


@click.command("list")
@selectors_argument
@project_option
@output_option
@json_option
def list_briefings(
    selectors: tuple[str, ...], project: Path | None, output: Path | None, as_json: bool
) -> None:
    """List the briefings there are to build.

    SELECTOR is a family (region), a value (region=North) or a briefing (region/north). Without any: all.
    """
    from pressroom.edition.build import open_catalogue
    from pressroom.edition.freshness import Today
    from pressroom.edition.manifest import read_manifest
    from pressroom.run.catalogue import select
    from pressroom.run.inputs import read_inputs

    where = find_project(project, output)
    with ExplainedErrors():
        catalogue, _ = open_catalogue(Today(read_inputs(where)), read_manifest(where.current))
        chosen = select(catalogue, selectors)
    for fault in catalogue.faults.values():
        complain(str(fault))
    if as_json:
        print_json([{"id": b.id, **asdict(b)} for b in chosen])
    else:
        for briefing in chosen:
            values = ", ".join(f"{name}={value}" for name, value in briefing.parameters.items())
            say(f"{briefing.id}  ({values})" if values else briefing.id)
    raise click.exceptions.Exit(BAD if catalogue.faults else GOOD)


@click.command("check")
@click.option("--no-run", is_flag=True, help="Run no notebook, and nothing else of the project.")
@project_option
@json_option
def check(no_run: bool, project: Path | None, as_json: bool) -> None:
    """Check dataset, commentary and notebooks, and name everything that is wrong. Warnings do not fail.

    Each notebook is run from a fresh start, with its own defaults and where the data say least and most;
    nothing is published. Look at a project of somebody else with --no-run first: it runs nothing of it. What
    is an error here, no command publishes.
    """
    where = find_project(project, None)
    from pressroom.desk.checks.project import check_project

    with ExplainedErrors():
        findings, left = check_project(where, run=not no_run)
    errors = sum(finding.severity == "error" for finding in findings)
    if left:
        complain(f"not checked: {left}")
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            say(f"{finding.severity}: {finding}")
        warnings = len(findings) - errors
        say(f"{count(errors, 'error')}, {count(warnings, 'warning')}" if findings else "no findings")
    raise click.exceptions.Exit(BAD if errors else GOOD)


@click.command("explain")
@selectors_argument
@project_option
@output_option
@json_option
def explain_briefings(
    selectors: tuple[str, ...], project: Path | None, output: Path | None, as_json: bool
) -> None:
    """Say why briefings are to be built: what changed, in rows.

    SELECTOR is a family (region), a value (region=North) or a briefing (region/north). Without any: all.
    """
    from pressroom.edition.build import check_data, make_plan
    from pressroom.edition.explain import explain_briefing
    from pressroom.edition.freshness import Today
    from pressroom.edition.manifest import read_manifest
    from pressroom.run.inputs import read_inputs

    where = find_project(project, output)
    with ExplainedErrors():
        inputs, last = read_inputs(where), read_manifest(where.current)
        check_data(inputs, last)
        plan, _ = make_plan(Today(inputs), last, selectors)
        reasons_of = {briefing.id: explain_briefing(plan, briefing) for briefing in plan.chosen}
    if as_json:
        print_json(
            [{"id": id, "fresh": not reasons, "reasons": reasons} for id, reasons in reasons_of.items()]
        )
        return
    for id, reasons in reasons_of.items():
        say(f"{id}: {'to be built' if reasons else 'up to date'}")
        for reason in reasons:
            say(f"  {reason}")
