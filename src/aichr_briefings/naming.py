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
    called alike, each by its short title; if that is alike, too, with the place that tells of it.
    """
    rows = {row["id"]: row for row in records(activities)}
    names = {key: _by_kind(row) for key, row in rows.items()}
    for otherwise in (_by_title, _by_place):
        alike = Counter(names.values())
        names = {key: name if alike[name] == 1 else otherwise(rows[key]) for key, name in names.items()}
    return names


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


def titles_of(activities: Rows) -> list[str]:
    """Return activities as a title names them, those alike together: ``dialogues on disability rights``."""
    alike: dict[str, list[Row]] = {}
    for row in records(activities):
        alike.setdefault(row["short_title"], []).append(row)
    return [title_of(rows[0]) if len(rows) == 1 else _title_together(rows[0]) for rows in alike.values()]


def _title_together(row: Row) -> str:
    """Return the title that several activities share: ``the Raphael Lemkin Seminar``, which is a name."""
    kind, blank, about = _in_a_sentence(row["short_title"]).partition(" ")
    return f"{plural(kind, 2)}{blank}{about}" if kind == row["type"] else title_of(row)


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


def _by_place(row: Row) -> str:
    return f"{_by_title(row)} ({row['sources'][0].partition('#')[2]})"
