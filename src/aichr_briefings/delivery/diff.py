"""What changed between two releases, as lines for a screen or a mail."""

from __future__ import annotations

from aichr_briefings.dataset.comparison import RowChange
from aichr_briefings.delivery.changes import KINDS, BriefingChange, Changes


def say_changes(changes: Changes) -> list[str]:
    """Return the changes as lines: the records first, then the briefings."""
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
