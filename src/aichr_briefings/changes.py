"""What has changed since the last release, of the activities that a briefing is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aichr_briefings.record import Record
from pressroom.data.comparison import RowChange, compare_rows, fold_parts
from pressroom.data.findings import UnknownCode
from pressroom.data.previous import CHANGED
from pressroom.data.wording import read_wordings
from pressroom.pages import NOTHING, Fragment, change_list, when
from pressroom.pages.differences import say_values
from pressroom.pages.phrases import used_phrases

if TYPE_CHECKING:
    from aichr_briefings.record import Record

COMPARED = (
    "id", "title", "short_title", "type", "status", "start", "end", "moved_to", "format", "venue", "places",
    "participants_target", "participants", "aichr_lead", "number", "series", "themes", "provisions",
    "sources",
)  # fmt: skip
"""What is compared of an activity, beside who took part in which role."""

_ABOUT = {
    "statements": ("id", "subject", "text", "number", "date"),
    "discrepancies": ("id", "subject", "heading", "says", "recorded"),
}
"""What is compared of the records that are about something."""

Rows = dict[str, dict[str, Any]]


def what_changed(ds: Record, *, about: Iterable[str] = (), **selection: Any) -> Fragment:
    """Return what was added, corrected and withdrawn since the last release; nothing where nothing was.

    It is the last approved release whose dataset differs from today's, so that the section does not empty
    itself when a release is made, and says what differs from what readers have. A change of the notebook or
    the program is none of the data; the release says it.

    Parameters
    ----------
    about
        What else than the activities statements and differences may be about, such as an agency's code.
    selection
        The activities that count, as `Record.activities` has it; without any, all.
    """
    previous = ds.previous
    if previous is None:
        return NOTHING
    changes = [
        (change.verb.lower(), f"{change.name}: {values}" if (values := say_values(change)) else change.name)
        for change in _compare(Record(previous.dataset.tables, recorded=False), ds, about, selection)
    ]
    return change_list(changes, release=previous.name, day=when(previous.day.isoformat()), class_=CHANGED)


def _compare(
    old: Record, new: Record, about: Iterable[str], selection: Mapping[str, Any]
) -> Iterator[RowChange]:
    """Yield what differs between two datasets, activities first."""
    both, wordings = (old, new), read_wordings(new.package, dates=used_phrases().date_words)

    def name_of(table: str, code: str) -> str:
        label = wordings[table].name if table in wordings else None
        if label is None:
            return code
        found = (_find(ds, table, [code], (label,)) for ds in reversed(both))
        return str(next((row[code][label] for row in found if row), code))

    ids = sorted({id for ds in both for id in _select(ds, selection)})
    before, now = (_find(ds, "activities", ids, COMPARED) for ds in both)
    roles = [_list_roles(ds, ids) for ds in both]
    activities = compare_rows(wordings["activities"], before, now, name_of)
    part = wordings["participations"].part
    if part:
        activities = fold_parts(activities, wordings, part, roles[0], roles[1], now, name_of)
    yield from activities
    for table, columns in _ABOUT.items():
        states = [_find(ds, table, [*ids, *about], columns, by="subject") for ds in both]
        yield from compare_rows(wordings[table], states[0], states[1], name_of)


def _select(ds: Record, selection: Mapping[str, Any]) -> list[str]:
    """Return the ids of the activities that count; none if the dataset does not know a code yet."""
    try:
        return [row["id"] for row in ds.activities(**selection)]
    except UnknownCode:
        return []


def _find(ds: Record, table: str, keys: list[str], columns: Iterable[str], *, by: str | None = None) -> Rows:
    """Return the rows of a table that have one of the keys, by their own."""
    key = ds.package.resource(table).key[0]
    shown = tuple(dict.fromkeys((key, *columns)))
    found = ds.table(table, keys=keys, by=by or key) if keys else []
    return {row[key]: {label: row[label] for label in shown if label in row} for row in found}


def _list_roles(ds: Record, ids: list[str]) -> Sequence[Mapping[str, Any]]:
    return ds.table("participations", keys=ids, by="activity") if ids else []
