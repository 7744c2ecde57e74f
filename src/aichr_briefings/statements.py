"""What is said: by the sources where it is no activity, and in lines to take."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from aichr_briefings.agencies import role_of
from aichr_briefings.differences import LEADING
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

SENTENCES = ("topic", "audience", "since", "offer", "reaffirmation", "mandate")
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
    """Return a line on a subject; a text that begins with the lead goes on behind it."""
    by_kind = groupby(own, key=lambda row: str(row["kind"]))
    text = paragraph([_tell(ds, kind, same) for kind, same in by_kind])
    places = dict.fromkeys(locator for row in own for locator in row["sources"])
    return Line(lead, text.removeprefix(lead).lstrip(), ds.citations.cite(places))


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


_QUOTED = re.compile(r"“([^”]+)”")

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
    """Return a line on the aims that the sources state of each activity, which is called by `names`.

    An activity's own second line, if somebody wrote one, stands in its place.
    """
    aims: dict[str, list[Row]] = {}
    for row in records(ds.statements(subject=ids(activities), kind="aim")):
        aims.setdefault(row["subject"], []).append(row)
    written = {key: _set_written(ds, ds.lines(key)[1:2], badges) for key in ids(activities)}
    computed = {
        key: LineToTake(
            ds.say("aims" if _are_several(rows) else "aim", what=names[key], who=teller(ds), aim=_join(rows)),
            ds.citations.cite(sources_of(rows)),
            badges.get(key, ()),
        )
        for key, rows in aims.items()
        if not written[key]
    }
    return [line for lines in written.values() for line in lines] + [*computed.values()]


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

    It is the activity's own first line, if somebody wrote one; what goes on is told by such a line alone.
    Else the agencies of the first role that is named come first; the words are those of ``data/wording.csv``.

    Parameters
    ----------
    badges
        Letters of the care items, by activity.
    """
    naming = [row for row in records(activities) if row["agencies"]]
    written = {row["id"]: _set_written(ds, ds.lines(row["id"])[:1], badges) for row in naming}
    told = [row for row in naming if written[row["id"]] or row["status"] == "held"]
    return [line for row in told[-most:] for line in written[row["id"]] or [_set_deed(ds, row, badges)]]


def _set_written(ds: Record, lines: Rows, badges: Mapping[str, Sequence[str]]) -> list[LineToTake]:
    """Return lines that somebody wrote on an activity, each with the letters of what it has to mark."""
    return [
        LineToTake(
            row["text"],
            ds.citations.cite_briefly(row["sources"]),
            sorted(
                (each for code in row["care"] for each in badges.get(code, ())), key=lambda x: (len(x), x)
            ),
        )
        for row in records(lines)
    ]


def _set_deed(ds: Record, row: Row, badges: Mapping[str, Sequence[str]]) -> LineToTake:
    """Return a line on an activity, without the letters of what it does not say."""
    text = _tell_deed(ds, row)
    silent = {
        letter
        for one in records(ds.discrepancies(subject=[row["id"], *filter(None, [row["series"]]), LEADING]))
        if one["subject"] != row["id"] or not _is_said(one, text)
        for letter in badges.get(one["id"], ())
    }
    given = [letter for letter in badges.get(row["id"], ()) if letter not in silent]
    return LineToTake(text, ds.citations.cite_briefly(row["sources"]), given)


def _is_said(discrepancy: Row, text: str) -> bool:
    """Return whether a text has a name that a difference quotes, if it quotes any: ``“European Council”``."""
    quoted = [name for name in _QUOTED.findall(discrepancy["says"]) if name[:1].isupper()]
    return not quoted or any(part in text for name in quoted for part in name.split(" and "))


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
    did = _say_did(ds, first[0], codes)
    apart = [part for part in parts if part["agency"] not in codes]
    own = [names.at(code, row) for code in hosts]
    what = title_of(row) if role.startswith("co-") else deed_of(ds, row, hosts=own)
    deed = ds.say("deed", who=who, did=did, what=what, when=at(row), where=_where_of_deed(ds, row))
    others = _tell_others(ds, row, apart)
    return capital("; ".join([deed.rstrip("."), *others]) + "." if others else deed)


def _tell_others(ds: Record, row: Row, parts: Sequence[Row]) -> list[str]:
    """Return what agencies did in one more role: ``ESCAP supported it``; nothing where there are many."""
    codes = list(dict.fromkeys(part["agency"] for part in parts))
    if not codes or len(codes) > FEW or len({part["role"] for part in parts}) > 1:
        return []
    who = listed(ds.names_then(codes).at(code, row) for code in codes)
    return [ds.say("deed.too", who=who, did=_say_did(ds, parts[0], codes))]


def _say_did(ds: Record, part: Row, codes: Sequence[str]) -> str:
    """Return what one or several did in a role, as a verb: ``supported``, ``were invited to``."""
    be, was = ("are", "were") if len(codes) > 1 else ("is", "was")
    return ds.say(f"did.{role_of(ds, part)}", be=be, was=was)


def _where_of_deed(ds: Record, row: Row) -> str:
    """Return the city, or the country of which no city is stated, to end a clause: `` in Viet Nam``."""
    countries = ds.names("countries", list_countries([row]))
    return where_of(row) or (f" in {listed(countries.values())}" if countries else "")
