"""What is said: by the sources where it is no activity, and in lines to take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from aichr_briefings.agencies import role_of
from aichr_briefings.naming import deed_of, title_of
from aichr_briefings.record import Record, teller
from aichr_briefings.rows import at, ids, list_countries, sources_of, when_of, where_of
from pressroom.pages import (
    CareItem,
    Fragment,
    Line,
    LineToTake,
    capital,
    line_list,
    listed,
    lower_first,
    number,
    paragraph,
    records,
    when,
)
from pressroom.pages.sourced import written_lines
from pressroom.pages.tables import Row, Rows

SENTENCES = ("topic", "audience", "since", "offer", "reaffirmation")
"""The kinds whose texts are sentences that need no word before them."""


def statement_list(ds: Record, statements: Rows, *, leads: Mapping[str, str] | None = None) -> Fragment:
    """Return what the sources say, with source marks; what is said of one subject stands in one line.

    Parameters
    ----------
    statements
        Rows as `Record.statements` returns them.
    leads
        What each subject is called, in their order; others come before them, by their dates.
    """
    names = leads or {}
    place_of = {subject: number for number, subject in enumerate(names)}
    together: dict[str, list[Row]] = {}
    for row in sorted(records(statements), key=lambda row: place_of.get(row["subject"], -1)):
        together.setdefault(_lead(ds, row, names.get(row["subject"], "")), []).append(row)
    return line_list(_set_line(ds, lead, own) for lead, own in together.items())


def _set_line(ds: Record, lead: str, own: Sequence[Row]) -> Line:
    """Return a line on a subject; the lead is left out where the text begins with it."""
    by_kind = groupby(own, key=lambda row: str(row["kind"]))
    text = paragraph([_tell(ds, kind, same) for kind, same in by_kind])
    places = dict.fromkeys(locator for row in own for locator in row["sources"])
    return Line("" if text.startswith(lead) else lead, text, ds.citations.cite(places))


def _tell(ds: Record, kind: str, statements: Iterable[Row]) -> str:
    """Return statements of a kind as one text; an aim or what came of it is called so."""
    rows = list(statements)
    if kind in SENTENCES:
        return " ".join(str(row["text"]) for row in rows)
    return f"{ds.say(f'kind.{kind}')}: {_join(rows)}"


def _lead(ds: Record, statement: Row, name: str) -> str:
    date = when(statement["date"], short=True) if statement["date"] else ""
    kind = statement["kind"]
    if kind == "since":
        return f"{ds.say('kind.since')} {date}"
    return capital(name) or date or ds.say(f"kind.{kind}")


def difference_list(ds: Record, discrepancies: Rows) -> Fragment:
    """Return the differences inside the source: what each place says and how it was recorded."""
    return line_list(
        Line(row["heading"], f"{row['says']} {row['recorded']}", ds.citations.cite(row["sources"]))
        for row in records(discrepancies)
    )


SAID = ("offer", "reaffirmation", "commitment")
"""The kinds of statements that tell what one side, or both, said of their cooperation."""

FEW = 3
"""Up to how many bodies a line names; more are counted."""


def lines_for_all(ds: Record, care: Sequence[CareItem]) -> list[LineToTake]:
    """Return what can be said on every page: the lines on the cooperation, else what was said of it."""
    return written_lines(ds, ds.lines("cooperation"), care) or [
        LineToTake(row["text"], ds.citations.cite(row["sources"]))
        for row in records(ds.statements(subject="cooperation"))
        if row["kind"] in SAID
    ]


def aims_told(
    ds: Record, activities: Rows, names: Mapping[str, str], badges: Mapping[str, Sequence[str]]
) -> list[LineToTake]:
    """Return a line on the aims that the sources state of each activity, which is called by `names`."""
    aims: dict[str, list[Row]] = {}
    for row in records(ds.statements(subject=ids(activities), kind="aim")):
        aims.setdefault(row["subject"], []).append(row)
    return [
        LineToTake(
            ds.say("aims" if _are_several(rows) else "aim", what=names[key], who=teller(ds), aim=_join(rows)),
            ds.citations.cite(sources_of(rows)),
            badges.get(key, ()),
        )
        for key, rows in aims.items()
    ]


def _are_several(aims: Sequence[Row]) -> bool:
    """Return whether statements hold several aims, as one alone may: its number says so."""
    return len(aims) > 1 or (aims[0]["number"] or 1) > 1


def _join(statements: Iterable[Row]) -> str:
    return "; ".join(lower_first(str(row["text"]).rstrip(".")) for row in statements)


def plans_told(ds: Record, activities: Rows) -> list[LineToTake]:
    """Return a line on each of the planned activities that have a date, in the words of the desk."""
    return [
        LineToTake(
            capital(ds.say("deed.planned", what=title_of(row), when=when_of(row), where=where_of(row))),
            ds.citations.cite(row["sources"]),
        )
        for row in records(activities)
        if row["start"]
    ]


def deeds_told(
    ds: Record, activities: Rows, badges: Mapping[str, Sequence[str]], *, most: int = 4
) -> list[LineToTake]:
    """Return a line on each of the last activities that name agencies: ``UNDP supported a training, in …``.

    The agencies are those of the first role that is named; the words are those of ``data/wording.csv``.

    Parameters
    ----------
    badges
        Letters of the care items, by activity.
    """
    held = [row for row in records(activities) if row["agencies"] and row["status"] == "held"]
    return [
        LineToTake(_tell_deed(ds, row), ds.citations.cite_briefly(row["sources"]), badges.get(row["id"], ()))
        for row in held[-most:]
    ]


def _tell_deed(ds: Record, row: Row) -> str:
    everybody = ds.participations(activity=row["id"])
    parts = [part for part in everybody if part["agency"]]
    role = parts[0]["role"]
    first = [part for part in parts if part["role"] == role]
    codes = list(dict.fromkeys(part["agency"] for part in first))
    # What several do together, as co-hosts do, is told of all of them.
    together = dict.fromkeys(part["organisation"] for part in everybody if part["role"] == role)
    codes = list(together) if role.startswith("co-") and len(together) <= FEW else codes
    via = {part["via"] for part in first if part["via"]}
    hosts = [part["organisation"] for part in everybody if part["role"] == "organiser" and role == "partner"]
    names = ds.names_then([*codes, *via, *hosts])
    who = (
        listed(names.at(code, row) for code in codes)
        if len(codes) <= FEW
        else ds.say("many-agencies", n=number(len(codes)))
    )
    if len(via) == len(codes) == 1:
        who = ds.say("through", who=who, via=names.at(via.pop(), row))
    several = len(codes) > 1
    did = ds.say(
        f"did.{role_of(ds, first[0])}", be="are" if several else "is", was="were" if several else "was"
    )
    what = title_of(row) if role.startswith("co-") else deed_of(ds, row)
    if hosts:
        what = ds.say("deed.with", what=title_of(row), who=listed(names.at(code, row) for code in hosts))
    return capital(ds.say("deed", who=who, did=did, what=what, when=at(row), where=_where_of_deed(ds, row)))


def _where_of_deed(ds: Record, row: Row) -> str:
    """Return the city, or the country of which no city is stated, to end a clause: `` in Viet Nam``."""
    countries = ds.names("countries", list_countries([row]))
    return where_of(row) or (f" in {listed(countries.values())}" if countries else "")
