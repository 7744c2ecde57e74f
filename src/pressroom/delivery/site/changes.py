"""What changed from one release to the next, as HTML: records first, then the briefings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from pressroom.data.comparison import RowChange
from pressroom.delivery.changes import KINDS, BriefingChange, Changes
from pressroom.edition.index import inline, label_of
from pressroom.edition.manifest import Record

CHANGES = "changes.html"
"""The file of a release's folder that says what changed."""


def list_changes(changes: Changes) -> str:
    """Return what changed as sections, each with a list; a sentence if nothing did."""
    sections = [_list_rows(changes.records, changes.main), _list_rows("Other records", changes.others)]
    for kind, heading in KINDS.items():
        sections.append(_list(heading, _list_briefings(changes, kind)))
    return "".join(sections) or "<p>Nothing changed but the day on which the release was made.</p>"


def _list_rows(heading: str, rows: Sequence[RowChange]) -> str:
    return _list(heading, [escape(str(row)) for row in rows])


def _list(heading: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<section><h2>{heading}</h2><ul>{listed}</ul></section>" if listed else ""


def _list_briefings(changes: Changes, kind: str) -> Iterator[str]:
    """Yield each family with links to its briefings that changed so, in the release that has them."""
    is_gone = kind == "removed"
    release, base = (changes.old, f"../{changes.old.name}/") if is_gone else (changes.new, "")
    for shelf, records in release.shelves():
        found = [(record, changes.briefings.get(record.id)) for record in records]
        links = [_link(record, change, base) for record, change in found if change and change.kind == kind]
        if links:
            yield f"{inline(shelf.title)}: {', '.join(links)}"


def _link(record: Record, change: BriefingChange, base: str) -> str:
    said = " (a correction)" if change.is_correction else ""
    return f'<a href="{escape(base + record.id)}.html">{escape(label_of(record))}</a>{said}'
