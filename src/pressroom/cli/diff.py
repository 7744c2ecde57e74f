"""The command ``briefings diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pressroom.cli.errors import ExplainedErrors
from pressroom.cli.options import find_project, json_option, project_option
from pressroom.cli.printing import print_json, say
from pressroom.cli.release import open_releases

if TYPE_CHECKING:
    from pressroom.data.comparison import RowChange
    from pressroom.delivery.changes import Changes


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", default="current")
@project_option
@json_option
def diff(old: str, new: str, project: Path | None, as_json: bool) -> None:
    """Say what changed from release A to release B, or to the current edition."""
    from pressroom.delivery.changes import compare
    from pressroom.delivery.diff import say_changes
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
