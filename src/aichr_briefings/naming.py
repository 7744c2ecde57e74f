"""What activities are called in running text: each so that it cannot be taken for another, or together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from aichr_briefings.record import Record
from aichr_briefings.rows import CALLED_OFF, at, in_order, reference_series, replaced, when_of
from pressroom.pages import (
    article,
    counted,
    few_or_counted,
    listed,
    lower_first,
    number,
    ordinal,
    plural,
    records,
    when,
)
from pressroom.pages.tables import Row, Rows

_OWN = re.compile(r"(?:\d{4} )?AICHR\b(?!-)")
"""How the official title begins of what is the AICHR's own: ``2019 AICHR Interregional Dialogue ...``."""

FEW = 5
"""Up to how many activities a phrase tells with their times; more are counted by kind."""


def call(activities: Rows, *, ds: Record | None = None) -> dict[str, str]:
    """Return by id what each activity is called among the others.

    ``the training of November 2017``; ``the 1st Meeting``; ``the undated dialogues``; of two that would be
    called alike, each by its short title, as is one that only its year would tell from others of that year;
    if that is alike, too, with the place that tells of it.

    Parameters
    ----------
    ds
        If it is given, the meetings of its series of reference alone are called by their number, and those
        of another series by their short titles.
    """
    rows = {row["id"]: row for row in records(activities)}
    series = reference_series(ds)["id"] if ds else ""
    years = Counter((row["type"], row["start"][:4]) for row in rows.values() if row["start"])
    names = {
        key: _by_title(row) if _is_one_of_a_year(row, years) else _by_kind(row, series)
        for key, row in rows.items()
    }
    for otherwise in (_by_title, _by_place):
        alike = Counter(names.values())
        names = {key: name if alike[name] == 1 else otherwise(rows[key]) for key, name in names.items()}
    return names


def call_meeting(meeting: Row) -> str:
    """Return a meeting of a series as it is called once its title has been given: ``the 1st Meeting``."""
    if meeting["number"]:
        return f"the {ordinal(meeting['number'])} Meeting"
    return f"the Meeting of {when(meeting['start'][:4])}" if meeting["start"] else "the undated Meeting"


def title_of(row: Row) -> str:
    """Return an activity as a title names it: ``a dialogue on business and human rights``."""
    named = _in_a_sentence(row["short_title"])
    if row["stands_for"] == "several":
        return named
    return article(named) if named != row["short_title"] else f"the {named}"


def deed_of(ds: Record, row: Row, *, hosts: Sequence[str] = ()) -> str:
    """Return an activity as a deed names it: with whose it is, by its hosts or its title."""
    named = _in_a_sentence(row["short_title"])
    if hosts:
        return ds.say("deed.with", who=listed(hosts), what=named)
    is_own = named != row["short_title"] and _OWN.match(row["title"])
    return ds.say("deed.own", what=named) if is_own else title_of(row)


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


def tell(activities: Rows, names: Mapping[str, str], *, few: int = FEW, noun: str = "") -> str:
    """Return what the activities are called as a phrase while they are few, else their kinds with counts.

    Parameters
    ----------
    few
        Up to how many are called by their names.
    noun
        What many are counted as, in place of their kinds, such as ``"other activity"``.
    """
    rows = records(activities)
    if noun or not rows:
        return few_or_counted(pick(rows, names), noun or "activity", few=few)
    return listed(pick(rows, names)) if len(rows) <= few else count_kinds(rows)


def tell_each(by_body: Mapping[str, Rows], names: Mapping[str, str], *, few: int = FEW) -> str:
    """Return what each body's activities are called: ``UNDP: the training of 2017; UNICEF: two studies``.

    Of many bodies the last are named alone, or counted.

    Parameters
    ----------
    few
        Up to how many activities are called by their names, and how many bodies are named alone.
    """
    most = FEW if few else 3
    told = [f"{body}: {tell(rows, names, few=few)}" for body, rows in list(by_body.items())[:most]]
    rest = few_or_counted(list(by_body)[most:], "other agency", few=max(few, 3))
    return "; ".join(told + [f"also named: {rest}"] * (len(by_body) > most))


def count_kinds(activities: Rows) -> str:
    """Return activities by their kinds, with counts: ``two workshops, one study and undated dialogues``.

    What stands for several activities has no number.
    """
    rows = records(activities)
    one = Counter(row["type"] for row in rows if row["stands_for"] != "several")
    several = dict.fromkeys(named_once(row) for row in rows if row["stands_for"] == "several")
    return listed([*(counted(n, kind) for kind, n in one.most_common()), *several])


def kinds_of(activities: Rows) -> list[str]:
    """Return the kinds of activities as a title names them: ``dialogues``, ``a study``.

    Of more than three kinds, the two of most activities and the others together.
    """
    counts: Counter[str] = Counter()
    for row in in_order(activities):
        counts[row["type"]] += 2 if row["stands_for"] == "several" else 1
    shown = counts.most_common(2) if len(counts) > 3 else counts.items()
    others = ["other activities"] if len(counts) > 3 else []
    return [plural(kind, 2) if n > 1 else article(kind) for kind, n in shown] + others


def what_else(ds: Record, activities: Rows, words: str) -> str:
    """Return words on what a table has beside what is on record; nothing if it has no more.

    Parameters
    ----------
    words
        The place of ``{}`` takes what it is: ``is planned or was cancelled or postponed``.
    """
    found = {row["status"] for row in records(activities)}
    kinds = {"is-planned": {"planned"}, "was-called-off": {*CALLED_OFF}}
    said = listed((ds.say(key) for key, status in kinds.items() if status & found), last="or")
    return words.replace("{}", said) if said else ""


def few_or_none(names: Sequence[str], noun: str) -> str:
    """Return the names as a phrase while they are few, else how many there are; nothing of none."""
    return few_or_counted(names, noun) if names else ""


def _by_kind(row: Row, series: str) -> str:
    if row["series"] and row["number"]:
        is_of_reference = row["series"] == (series or row["series"])
        return call_meeting(row) if is_of_reference else f"the {_in_a_sentence(row['short_title'])}"
    if row["type"] == "meeting" and row["series"] and series and row["series"] != series:
        return _by_title(row)
    kind = plural(row["type"], 2) if row["stands_for"] == "several" else row["type"]
    if row["status"] == "ongoing":
        return f"the {_in_a_sentence(row['short_title'])}"
    if not row["start"]:
        return f"the undated {kind}"
    return f"the {kind} of {when_of(replaced(row, start=row['start'][:7], end=None))}"


def _is_one_of_a_year(row: Row, years: Mapping[tuple[str, str], int]) -> bool:
    """Return whether an activity is dated to a year in which there are others of its kind."""
    start = row["start"] or ""
    return len(start) == 4 and row["status"] != "ongoing" and years[row["type"], start] > 1


def _by_title(row: Row, *details: str) -> str:
    behind = ", ".join([*([when_of(row)] if row["start"] else []), *details])
    return f"the {_in_a_sentence(row['short_title'])}" + (f" ({behind})" if behind else "")


def _by_place(row: Row) -> str:
    return _by_title(row, row["sources"][0].partition("#")[2])


def named_once(row: Row) -> str:
    """Return an activity with its date: ``a workshop in June 2018``, ``undated dialogues``.

    What goes on is called by its title, since its date is the editors' conclusion.
    """
    kind = row["type"]
    if row["stands_for"] == "several":
        return f"undated {plural(kind, 2)}" if not row["start"] else f"{plural(kind, 2)} {at(row)}"
    if row["status"] == "ongoing":
        return title_of(row)
    return f"an undated {kind}" if not row["start"] else f"{article(kind)} {at(to_month(row))}"


def _several(phrase: str, n: int) -> str:
    """Return the phrase for one activity of several that have the same phrase: ``two studies on water``."""
    one, _, rest = phrase.partition(" ")
    kind, blank, about = rest.partition(" on ")
    return f"{number(n)} {plural(kind, n)}{blank}{about}" if one in ("a", "an") else phrase


def named_together(activities: Rows) -> str:
    """Return the activities as a phrase, those of one type together, with their times; many are counted.

    ``a training in November 2017, dialogues in June 2018 and June 2019, and a study on water``, or
    ``three trainings, two dialogues and one study, from 2017 to 2019``
    """
    if len(activities) > FEW:
        return _count_kinds(records(activities))
    groups: dict[tuple[str, bool], list[Row]] = {}
    for row in records(activities):
        plain = row["status"] == "held" and row["stands_for"] == "one" and bool(row["start"])
        groups.setdefault((row["type"], plain), []).append(row)
    phrases = []
    for (kind, plain), rows in groups.items():
        if plain and len(rows) > 1:
            times = list(dict.fromkeys(when_of(to_month(row)) for row in rows))
            many = number(len(rows)) + " " if len(times) == 1 and len(rows) > 2 else ""
            phrases.append(f"{many}{plural(kind, 2)} in {listed(times)}")
        else:
            alike = Counter(map(named_once, rows))
            phrases += [phrase if n == 1 else _several(phrase, n) for phrase, n in alike.items()]
    return listed(phrases)


def _count_kinds(rows: Sequence[Row]) -> str:
    said = count_kinds(rows)
    years = sorted({year for row in rows for year in row["years"]})
    if not years:
        return f"{said}, none of them dated"
    span = f"in {years[0]}" if len(years) == 1 else f"from {years[0]} to {years[-1]}"
    return f"{said}, {span}"


def to_month(row: Row) -> Row:
    """Return the row with its date cut to the month, as running text tells it."""
    return replaced(row, start=(row["start"] or "")[:7], end=None)
