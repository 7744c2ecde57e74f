"""Lines to take: those that analysts wrote, and those that the desk's wordings tell of activities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.agencies import role_of
from aichr_briefings.citations import cited, cited_briefly, teller
from aichr_briefings.naming import title_of
from aichr_briefings.rows import NamesThen, at, country_names, ids, list_countries, when_of, where_of
from pressroom.pages import CareItem, LineToTake, capital, letters, listed, lower_first, number, records

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Row, Rows

FEW = 3
"""Up to how many bodies a line names; more are counted."""


def written_lines(
    ds: Record, lines: Rows, care: Sequence[CareItem], *, too: Sequence[str] = ()
) -> list[LineToTake]:
    """Return lines to take that analysts wrote, each with the letters of its care items.

    Parameters
    ----------
    lines
        Rows as `Record.lines` returns them.
    care
        The items of the page, in the order of their letters.
    too
        Letters that each of the lines bears besides.
    """
    given = letters(care)
    return [
        LineToTake(
            row["text"],
            cited_briefly(ds, row["sources"]),
            [*too, *(letter for code in row["care"] for letter in given.get(code, ()))],
        )
        for row in records(lines)
    ]


def lines_for_all(ds: Record, care: Sequence[CareItem]) -> list[LineToTake]:
    """Return what can be said on every page: the lines on the cooperation, else its commitments."""
    return written_lines(ds, ds.lines("cooperation"), care) or [
        LineToTake(row["text"], cited(ds, row["sources"]))
        for row in records(ds.statements(subject="cooperation", kind="commitment"))
    ]


def aims_told(
    ds: Record, activities: Rows, names: Mapping[str, str], badges: Mapping[str, Sequence[str]]
) -> list[LineToTake]:
    """Return a line on each aim that the sources state of activities, which are called by `names`."""
    return [
        LineToTake(
            ds.say("aim", what=names[row["subject"]], who=teller(ds), aim=lower_first(row["text"])),
            cited(ds, row["sources"]),
            badges.get(row["subject"], ()),
        )
        for row in records(ds.statements(subject=ids(activities), kind="aim"))
    ]


def plans_told(ds: Record, activities: Rows) -> list[LineToTake]:
    """Return a line on each of the planned activities that have a date, in the words of the desk."""
    return [
        LineToTake(
            capital(ds.say("deed.planned", what=title_of(row), when=when_of(row), where=where_of(row))),
            cited(ds, row["sources"]),
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
        LineToTake(_tell(ds, row), cited_briefly(ds, row["sources"]), badges.get(row["id"], ()))
        for row in held[-most:]
    ]


def _tell(ds: Record, row: Row) -> str:
    parts = [part for part in ds.participations(activity=row["id"]) if part["agency"]]
    role = parts[0]["role"]
    first = [part for part in parts if part["role"] == role]
    codes = list(dict.fromkeys(part["agency"] for part in first))
    via = {part["via"] for part in first if part["via"]}
    names = NamesThen(ds, [*codes, *via])
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
    return capital(ds.say("deed", who=who, did=did, what=title_of(row), when=at(row), where=_where(ds, row)))


def _where(ds: Record, row: Row) -> str:
    """Return the city, or the country of which no city is stated, to end a clause: `` in Viet Nam``."""
    countries = country_names(ds, list_countries([row]))
    return where_of(row) or (f" in {listed(countries.values())}" if countries else "")
