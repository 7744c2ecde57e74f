"""The command ``briefings diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aichr_briefings.cli.errors import ExplainedErrors
from aichr_briefings.cli.options import find_project, json_option, project_option
from aichr_briefings.cli.printing import print_json
from aichr_briefings.cli.release import open_releases

if TYPE_CHECKING:
    from aichr_briefings.dataset.comparison import RowChange
    from aichr_briefings.delivery.changes import BriefingChange, Changes


@click.command("diff")
@click.argument("old", metavar="A")
@click.argument("new", metavar="[B]", default="current")
@project_option
@json_option
def diff(old: str, new: str, project: Path | None, as_json: bool) -> None:
    """Say what changed from release A to release B, or to the current edition."""
    from aichr_briefings.delivery.changes import compare
    from aichr_briefings.delivery.freeze import CURRENT, open_current

    where = find_project(project, None)
    releases = open_releases(where)
    with ExplainedErrors():
        later = open_current(where) if new == CURRENT else releases.open(new)
        changes = compare(releases.open(old), later)
    if as_json:
        print_json(_tell(changes))
    else:
        print("\n".join(_say(changes)))


def _say(changes: Changes) -> list[str]:
    """Return the changes as lines: the records first, then the briefings."""
    from aichr_briefings.delivery.changes import KINDS

    names = f"{changes.old.name} to {changes.new.name}"
    if not changes.rows and not changes.briefings:
        return [f"Nothing changed from {names}."]
    others = [row for row in changes.rows if row.table != "activities"]
    lines = [f"From {names}: {_count_rows(changes.activities)}.", ""]
    lines += [f"  {row}" for row in changes.activities]
    if others:
        lines += ["", "Other records", *(f"  {row}" for row in others)]
    for kind, heading in KINDS.items():
        found = [change for change in changes.briefings.values() if change.kind == kind]
        if found:
            lines += ["", f"{heading} ({len(found)})", *_say_briefings(found)]
    return lines


def _say_briefings(found: list[BriefingChange]) -> list[str]:
    return [f"  {change.id}{', a correction' if change.is_correction else ''}" for change in found]


def _count_rows(rows: list[RowChange]) -> str:
    """Return how many activities were added, corrected and so on."""
    verbs = [row.verb.lower() for row in rows]
    told = ", ".join(f"{verbs.count(verb)} {verb}" for verb in dict.fromkeys(verbs))
    return f"activities: {told}" if told else "no activity changed"


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
