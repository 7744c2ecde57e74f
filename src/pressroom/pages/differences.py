"""What differs between two states of the data, in the words of the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pressroom.pages.fragments import Fragment
from pressroom.pages.page import change_list
from pressroom.pages.phrases import say
from pressroom.pages.words import when

if TYPE_CHECKING:
    from datetime import date

    from pressroom.data.comparison import FieldChange, RowChange


def say_row_change(change: RowChange) -> str:
    """Return what happened to a row, as a line of its own: ``Corrected: Opening – date 3 May, was 2 May``."""
    kind, values = say(change.verb.lower()), say_values(change)
    if not values:
        return say("changed_row", kind=kind, name=change.name)
    return say("changed_values", kind=kind, name=change.name, change=values)


def list_changes(
    changes: Iterable[RowChange], *, release: str, day: date, class_: str | None = None
) -> Fragment:
    """Return what has changed since a release, a line for each row, under a heading that counts them."""
    lines = [
        (change.verb.lower(), f"{change.name}: {values}" if (values := say_values(change)) else change.name)
        for change in changes
    ]
    return change_list(lines, release=release, day=when(day.isoformat()), class_=class_)


def say_values(change: RowChange) -> str:
    """Return what changed in a row, and by which sources; ``""`` where no value is told."""
    values = "; ".join(map(_say_value, change.fields))
    if not (values and change.by):
        return values
    return say("changed_by", change=values, sources=", ".join(change.by))


def _say_value(field: FieldChange) -> str:
    if not field.old:
        return say("now_stated", label=field.label, new=field.new)
    if not field.new:
        return say("now_none", label=field.label, old=field.old)
    return say("now_other", label=field.label, new=field.new, old=field.old)
