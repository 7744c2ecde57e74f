"""What changed from one release to the next, as HTML: records first, then the briefings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from pressroom.data.comparison import RowChange
from pressroom.delivery.changes import KINDS, BriefingChange, Changes
from pressroom.edition.index import inline, label_of
from pressroom.edition.manifest import Record
from pressroom.pages.differences import say_row_change
from pressroom.pages.phrases import say
from pressroom.pages.words import plural

CHANGES = "changes.html"
"""The file of a release's folder that says what changed."""


def list_changes(changes: Changes) -> str:
    """Return what changed as sections, each with a list; a sentence if nothing did."""
    sections = [_list_rows(changes.records, changes.main), _list_rows(say("changed_others"), changes.others)]
    for kind in KINDS:
        sections.append(_list(say(f"changed_{kind}"), _list_briefings(changes, kind)))
    return "".join(sections) or f"<p>{escape(say('unchanged'))}</p>"


def say_changes(changes: Changes, family: str = "") -> str:
    """Return what changed in words, without the rows one by one.

    Parameters
    ----------
    family
        The family that alone counts; then ``""`` if none of its briefings changed.
    """
    named = {say(f"changed_{kind}"): ", ".join(_list_names(changes, kind, family)) for kind in KINDS}
    said = [f"{heading}: {names}." for heading, names in named.items() if names]
    if family:
        return " ".join(said)
    rows = len(changes.rows)
    if rows:
        said.insert(0, f"{rows} {plural('row', rows)} of the dataset added, changed or withdrawn.")
    return " ".join(said) or say("unchanged")


def _list_names(changes: Changes, kind: str, family: str) -> Iterator[str]:
    """Yield the names of the briefings that changed so, of one family or of all."""
    release = changes.old if kind == "removed" else changes.new
    for record in release.records():
        change = changes.briefings.get(record.id)
        if change and change.kind == kind and family in ("", record.family):
            yield label_of(record) + _say_correction(change)


def _say_correction(change: BriefingChange) -> str:
    return f" {say('correction')}" if change.is_correction else ""


def _list_rows(heading: str, rows: Sequence[RowChange]) -> str:
    return _list(heading, [escape(say_row_change(row)) for row in rows])


def _list(heading: str, items: Iterable[str]) -> str:
    listed = "".join(f"<li>{item}</li>" for item in items)
    return f"<section><h2>{escape(heading)}</h2><ul>{listed}</ul></section>" if listed else ""


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
    name = f'<a href="{escape(base + record.id)}.html">{escape(label_of(record))}</a>'
    return name + _say_correction(change)
