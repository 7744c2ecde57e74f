"""What activities are called in running text, each so that it cannot be taken for another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from aichr_briefings.rows import replaced, when_of
from pressroom.pages import article, lower_first, ordinal, plural, records, when

if TYPE_CHECKING:
    from pressroom.pages.tables import Row, Rows


def call(activities: Rows) -> dict[str, str]:
    """Return by id what each activity is called among the others.

    ``the training of November 2017``; ``the 1st Meeting``; ``the undated dialogues``; of two that would be
    called alike, each by its short title.
    """
    rows = {row["id"]: row for row in records(activities)}
    plain = {key: _by_kind(row) for key, row in rows.items()}
    alike = Counter(plain.values())
    return {key: name if alike[name] == 1 else _by_title(rows[key]) for key, name in plain.items()}


def call_meeting(meeting: Row) -> str:
    """Return a meeting of a series as it is called once its title has been told: ``the 1st Meeting``."""
    if meeting["number"]:
        return f"the {ordinal(meeting['number'])} Meeting"
    return f"the Meeting of {when(meeting['start'][:4])}" if meeting["start"] else "the undated Meeting"


def title_of(row: Row) -> str:
    """Return an activity as a title names it: ``a dialogue on business and human rights``."""
    named = _in_a_sentence(row["short_title"])
    if row["stands_for"] == "several":
        return named
    return article(named) if named != row["short_title"] else f"the {named}"


def _in_a_sentence(title: str) -> str:
    """Return a title with a small first letter, unless it is a name: ``Raphael Lemkin Seminar``."""
    second = title.split()[1:2]
    return title if second and second[0][:1].isupper() else lower_first(title)


def pick(activities: Iterable[Row], names: Mapping[str, str]) -> list[str]:
    """Return what the activities are called."""
    return [names[row["id"]] for row in activities]


def _by_kind(row: Row) -> str:
    if row["series"] and row["number"]:
        return call_meeting(row)
    kind = plural(row["type"], 2) if row["stands_for"] == "several" else row["type"]
    if row["status"] == "ongoing":
        return f"the ongoing {kind}"
    if not row["start"]:
        return f"the undated {kind}"
    return f"the {kind} of {when_of(replaced(row, start=row['start'][:7], end=None))}"


def _by_title(row: Row) -> str:
    dated = f" of {when_of(row)}" if row["start"] else ""
    return f"the {_in_a_sentence(row['short_title'])}{dated}"
