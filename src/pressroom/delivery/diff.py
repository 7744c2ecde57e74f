"""What changed between two releases, as lines for a screen or a mail."""

from __future__ import annotations

from collections.abc import Sequence

from pressroom.data.comparison import RowChange
from pressroom.delivery.changes import KINDS, BriefingChange, Changes


def say_changes(changes: Changes, stale: Sequence[str] = ()) -> list[str]:
    """Return the changes as lines: what is still stale, the records, then the briefings."""
    names = f"{changes.old.name} to {changes.new.name}"
    lines = _say_stale(stale) if stale else []
    if not changes.rows and not changes.briefings:
        return [*lines, f"Nothing changed from {names}."]
    lines += [f"From {names}: {changes.records.lower()}: {_count_rows(changes.main)}.", ""]
    lines += [f"  {row}" for row in changes.main]
    if changes.others:
        lines += ["", "Other records", *(f"  {row}" for row in changes.others)]
    for kind, heading in KINDS.items():
        found = [change for change in changes.briefings.values() if change.kind == kind]
        if found:
            lines += ["", f"{heading} ({len(found)})", *_say_briefings(found)]
    return lines


def _say_stale(stale: Sequence[str]) -> list[str]:
    which = "1 briefing is" if len(stale) == 1 else f"{len(stale)} briefings are"
    sentence = f"The current edition is partly stale: {which} still to be built, and may change then, too."
    return [f"{sentence} `briefings build` builds:", *(f"  {id}" for id in stale), ""]


def _say_briefings(found: list[BriefingChange]) -> list[str]:
    return [f"  {change.id}{', a correction' if change.is_correction else ''}" for change in found]


def _count_rows(rows: Sequence[RowChange]) -> str:
    """Return how many were added, corrected and so on."""
    verbs = [row.verb.lower() for row in rows]
    counts = ", ".join(f"{verbs.count(verb)} {verb}" for verb in dict.fromkeys(verbs))
    return counts or "none changed"
