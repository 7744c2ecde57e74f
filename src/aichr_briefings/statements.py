"""What is said: by the sources where it is no activity, and in lines to take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aichr_briefings.agencies import role_of
from aichr_briefings.naming import title_of
from aichr_briefings.page import cited, teller
from aichr_briefings.record import Record
from aichr_briefings.rows import NamesThen, at, ids, list_countries, names_of, when_of, where_of
from pressroom.pages import (
    CareItem,
    Fragment,
    Line,
    LineToTake,
    capital,
    letters,
    line_list,
    listed,
    lower_first,
    number,
    paragraph,
    records,
    when,
)
from pressroom.pages.tables import Row, Rows

STATED = ("subject", "kind", "text", "date", "sources")
"""What is printed of a statement."""


KINDS = {
    "aim": "Aim",
    "topic": "Topic",
    "audience": "Audience",
    "outcome": "Outcome",
    "finding": "Finding",
    "expected-output": "Expected",
    "mandate": "Mandate",
    "since": "Since",
    "commitment": "Commitment",
}
"""What a statement of a kind is called."""


def statement_list(
    ds: Record,
    statements: Rows,
    *,
    dates: Mapping[str, str] | None = None,
    leads: Mapping[str, str] | None = None,
) -> Fragment:
    """Return what the source says, one statement per line with its lead word and source mark.

    Parameters
    ----------
    statements
        Rows as `Record.statements` returns them.
    dates
        The date in words of each subject, in the order of the subjects; others come before them.
    leads
        What each subject is called, in place of the dates: what is said of one stands in one line.
    """
    dated = leads or dates or {}
    place_of = {subject: number for number, subject in enumerate(dated)}
    rows = sorted(records(statements), key=lambda row: place_of.get(row["subject"], -1))
    if leads is not None:
        return line_list(_tell_together(ds, rows, leads))
    return line_list(
        Line(_lead(row, dated.get(row["subject"], "")), row["text"], cited(ds, row["sources"]))
        for row in rows
    )


def _tell_together(ds: Record, rows: Sequence[Row], leads: Mapping[str, str]) -> Iterable[Line]:
    together: dict[str, list[Row]] = {}
    for row in rows:
        lead = "" if row["kind"] == "since" else capital(leads.get(row["subject"], ""))
        together.setdefault(lead or _lead(row, ""), []).append(row)
    for lead, own in together.items():
        marks = dict.fromkeys(locator for row in own for locator in row["sources"])
        sentences = [_tell(row, before) for row, before in zip(own, [None, *own], strict=False)]
        yield Line(lead, paragraph(sentences), cited(ds, marks))


def _tell(statement: Row, before: Row | None) -> str:
    """Return a statement: an aim or what came of it is called so, once of several; its topic is not."""
    kind, text = statement["kind"], str(statement["text"])
    if kind in ("topic", "audience", "since") or (before and before["kind"] == kind):
        return text
    return f"{KINDS[kind]}: {lower_first(text)}"


def _lead(statement: Row, date: str) -> str:
    kind = KINDS[statement["kind"]]
    if statement["kind"] == "since":
        return f"{kind} {when(statement['date'], short=True)}"
    return f"{kind}, {date}" if date else kind


def difference_list(ds: Record, discrepancies: Rows) -> Fragment:
    """Return the differences inside the source: what each place says and how it was recorded."""
    return line_list(
        Line(row["heading"], f"{row['says']} {row['recorded']}", cited(ds, row["sources"]))
        for row in records(discrepancies)
    )


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
            ds.citations.cite_briefly(row["sources"]),
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
        LineToTake(_tell_deed(ds, row), ds.citations.cite_briefly(row["sources"]), badges.get(row["id"], ()))
        for row in held[-most:]
    ]


def _tell_deed(ds: Record, row: Row) -> str:
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
    return capital(
        ds.say("deed", who=who, did=did, what=title_of(row), when=at(row), where=_where_of_deed(ds, row))
    )


def _where_of_deed(ds: Record, row: Row) -> str:
    """Return the city, or the country of which no city is stated, to end a clause: `` in Viet Nam``."""
    countries = names_of(ds, "countries", list_countries([row]))
    return where_of(row) or (f" in {listed(countries.values())}" if countries else "")
