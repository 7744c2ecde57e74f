"""The commands that change nothing: ``list``, ``check``, ``explain``, ``diff``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli.exit_codes import BAD, GOOD
from pressroom.cli.options import (
    find_project,
    json_option,
    output_option,
    project_option,
    selectors_argument,
)
from pressroom.cli.printing import ExplainedErrors, complain, count, print_json, say
from pressroom.cli.release import open_releases

if TYPE_CHECKING:
    from pressroom.data.comparison import RowChange
    from pressroom.delivery.changes import Changes


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
    from pressroom.edition.manifest import read_manifest
    from pressroom.edition.plan import open_catalogue
    from pressroom.edition.today import Today
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
    from pressroom.edition.explain import explain_briefing
    from pressroom.edition.faults import check_data
    from pressroom.edition.manifest import read_manifest
    from pressroom.edition.plan import make_plan
    from pressroom.edition.today import Today
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


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", default="current")
@project_option
@json_option
def diff(old: str, new: str, project: Path | None, as_json: bool) -> None:
    """Say what changed from release A to release B, or to the current edition."""
    from pressroom.delivery.changes import compare, say_changes
    from pressroom.delivery.freeze import CURRENT, list_stale, open_current
    from pressroom.run.inputs import read_inputs

    where = find_project(project, None)
    releases = open_releases(where)
    with ExplainedErrors():
        later = open_current(where) if new == CURRENT else releases.open(new)
        changes = compare(releases.open(old), later)
        stale = list_stale(later, read_inputs(where)) if new == CURRENT else []
    if as_json:
        print_json(_tell(changes) | {"stale": stale})
    else:
        say("\n".join(say_changes(changes, stale)))


def _tell(changes: Changes) -> dict[str, Any]:
    return {
        "old": changes.old.name,
        "new": changes.new.name,
        "rows": [_tell_row(row) for row in changes.rows],
        "briefings": [
            {"id": c.id, "kind": c.kind, "correction": c.is_correction, "lines": list(c.lines)}
            for c in changes.briefings.values()
        ],
    }


def _tell_row(row: RowChange) -> dict[str, Any]:
    return {
        "table": row.table,
        "key": row.key,
        "name": row.name,
        "kind": row.kind,
        "correction": row.is_correction,
        "fields": [{"label": field.label, "old": field.old, "new": field.new} for field in row.fields],
    }
