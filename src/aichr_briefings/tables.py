"""Tables of activities, with their marks, roles and badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from aichr_briefings.agencies import PASSIVE, came_of, role_of
from aichr_briefings.differences import words_of
from aichr_briefings.record import Record
from aichr_briefings.rows import (
    ON_RECORD,
    few_or_many,
    in_order,
    list_countries,
    mark_of,
    name_few,
    place,
    replaced,
    when_of,
)
from pressroom.data.cell_words import CellWords
from pressroom.data.findings import advise, find_nearest, quote
from pressroom.pages import (
    NOT_APPLICABLE,
    NOTHING,
    Fragment,
    Piece,
    assigned,
    badged,
    capital,
    cell,
    glyph,
    header_cell,
    join,
    listed,
    lower_first,
    number,
    sources_cell,
    span,
    strong,
    table,
    unknown,
    when,
)
from pressroom.pages.names import NamesThen
from pressroom.pages.sourced import as_of_words
from pressroom.pages.tables import Row, Rows

ROLES = {
    "technical-input": "technical input",
    "delegation-lead": "led the delegation",
    "delegation-co-lead": "co-led the delegation",
    **PASSIVE,
}
"""What a role is called where its code does not say it."""

_OWNED = "part"
"""The column that stands under the agency's name."""

_BREAK = Fragment("<br>")

Badges = Mapping[str, Sequence[str]]


@dataclass
class _Columns:
    """The columns that a table of activities may have; a method for each makes its cell of a row.

    Any column of the dataset's table may stand there, too, with what the row has in it. What all rows need
    of the dataset is asked once, and only where a cell needs it.
    """

    ds: Record
    rows: Sequence[Row]
    agency: str | None
    badges: Badges
    year: bool
    own: Mapping[str, Mapping[str, str]]

    headings: ClassVar[Mapping[str, str]] = {
        "date": "Date",
        "when": "When and where",
        "account": "What it was",
        "activity": "Activity",
        "short": "Activity",
        "place": "Place",
        "agencies": "UN agencies",
        "source": "Source",
    }

    def heading(self, column: str) -> str:
        """Return what stands over a column."""
        if column in self.own:
            return column
        known = {**self.headings, _OWNED: self.owner}
        return known.get(column) or capital(self.ds.label("activities", column))

    def make(self, column: str, row: Row) -> Fragment:
        """Return the cell of a column."""
        if column in self.headings or column == _OWNED:
            made: Fragment = getattr(self, column)(row)
            return made
        if column in self.own:
            return cell(self.own[column].get(row["id"]) or unknown("not stated"), label=column)
        return cell(self._say_cell(column, row) or unknown("not stated"), label=self.heading(column))

    def date(self, row: Row) -> Fragment:
        return header_cell(glyph(mark_of(row)), " ", self._say_date(row))

    def activity(self, row: Row) -> Fragment:
        title = strong(self._badged(_cut(row["title"]), row))
        return cell(title, _BREAK, span("meta", self._meta(row)), label="Activity")

    def when(self, row: Row) -> Fragment:
        below = (_BREAK, span("meta", self._place(row))) if self._place(row) else ()
        return header_cell(glyph(mark_of(row)), " ", self._say_date(row), *below)

    def account(self, row: Row) -> Fragment:
        """Return what an activity was: title, summary, what came of it, and themes that are assigned."""
        lines: list[Piece] = [
            strong(self._badged(f"{_cut(row['title'])}{self._status(row)}", row)),
            row["summary"],
        ]
        for statement in self.came_of.get(row["id"], ())[:1]:
            lines.append(join([span("k", self.ds.say(f"kind.{statement['kind']}")), " ", statement["text"]]))
        facts = [capital(self.leads.get(row["id"], "")), capital(self._company(row)), *_count_people(row)]
        lines += [span("meta", " · ".join(filter(None, facts)))] if any(facts) else []
        if row["themes_origin"] == "assigned":
            names = "; ".join(lower_first(self.themes[code]) for code in row["themes"])
            lines.append(span("meta", self.ds.say("themes-assigned", names=names)))
        return cell(join(filter(None, lines), "<br>"), label="Activity")

    def part(self, row: Row) -> Fragment:
        """Return the agency's role, and below it who else is named."""
        role, others = self.roles.get(row["id"]), self._shown(row)
        if not role:
            return cell(unknown("not stated"), label=self.owner)
        if not others:
            company = self.ds.say("no-other-agency")
        elif len(others) > 2:
            company = self.ds.say("with-agencies", n=number(len(others)))
        else:
            company = self.ds.say("with-few", names=few_or_many(self.names, row, others))
        return cell(role, _BREAK, span("meta", company), label=self.owner)

    def short(self, row: Row) -> Fragment:
        return cell(self._badged(f"{row['short_title']}{self._status(row)}", row), label="Activity")

    def place(self, row: Row) -> Fragment:
        if row["type"] == "study":
            return cell(NOT_APPLICABLE, label="Place")
        where = place(self.ds, row, self.countries, venue=False)
        return cell(where or unknown("not stated"), label="Place")

    def agencies(self, row: Row) -> Fragment:
        names = few_or_many(self.names, row, row["agencies"])
        silent = "not stated" if row["status"] == "planned" else "none named"
        return cell(names or unknown(silent), label="UN agencies")

    def source(self, row: Row) -> Fragment:
        return sources_cell(self.ds.citations.cite(row["sources"]))

    @cached_property
    def owner(self) -> str:
        return f"{self.ds.organisation(self.agency)['short_name']}'s role" if self.agency else "Role"

    @cached_property
    def countries(self) -> Mapping[str, str]:
        return self.ds.names("countries", list_countries(r for r in self.rows if r["type"] != "study"))

    @cached_property
    def names(self) -> NamesThen:
        return name_few(self.ds, [replaced(row, agencies=self._shown(row)) for row in self.rows])

    @cached_property
    def roles(self) -> Mapping[str, str]:
        return _roles(self.ds, self.agency) if self.agency else {}

    @cached_property
    def themes(self) -> Mapping[str, str]:
        rows = [row for row in self.rows if row["themes_origin"] == "assigned"]
        return self.ds.names("themes", (code for row in rows for code in row["themes"]))

    @cached_property
    def partners(self) -> Mapping[str, Sequence[str]]:
        return _partners(self.ds, self.rows)

    @cached_property
    def leads(self) -> Mapping[str, str]:
        return _leads(self.ds, self.rows)

    @cached_property
    def came_of(self) -> Mapping[str, Sequence[Row]]:
        return came_of(self.ds, self.rows)

    @cached_property
    def words(self) -> CellWords:
        return words_of(self.ds, silent="")

    def _say_cell(self, column: str, row: Row) -> str:
        if column in ("start", "end"):  # one day of a date, which in words would be both
            return when(row[column], short=True) if row[column] else ""
        return self.words.say("activities", column, row, whole=True)

    def _say_date(self, row: Row) -> str:
        # Of what lasts over several years, no page says which but its date.
        return when_of(row, short=True, year=self.year or len(row["years"]) > 1)

    def _place(self, row: Row) -> str:
        """Return where an activity was, or that nobody says it; nothing of a study."""
        if row["type"] == "study":
            return ""
        return place(self.ds, row, self.countries) or self.ds.say("place-not-stated")

    def _shown(self, row: Row) -> list[str]:
        """Return the agencies of an activity but for the one whose table this is."""
        return [code for code in row["agencies"] if code != self.agency]

    def _stands(self, row: Row) -> str:
        """Return how an activity stands, and as of when: ``postponed to November 2020, as of May 2020``."""
        moved = f" to {when(row['moved_to'])}," if row["moved_to"] else ""
        as_of = "" if row["status"] == "cancelled" else as_of_words(self.ds, row)
        return f"{row['status']}{moved}" + (f" as of {as_of}" if as_of else "")

    def _status(self, row: Row) -> str:
        """Return how an activity stands behind its title; nothing of what was held."""
        return "" if row["status"] == "held" else f", {self._stands(row)}"

    def _badged(self, title: str, row: Row) -> Fragment:
        return badged(title, self.badges.get(row["id"], ()))

    def _company(self, row: Row) -> str:
        return f"with {listed(self.partners[row['id']])}" if self.partners.get(row["id"]) else ""

    def _meta(self, row: Row) -> Fragment:
        kind = row["type"] if row["status"] in ON_RECORD else self._stands(row)
        ongoing = self._stands(row) if row["status"] == "ongoing" else ""
        several = self.ds.say("several") if row["stands_for"] == "several" else ""
        facts: list[Piece] = [capital(kind), ongoing, several, self._place(row), *_count_people(row)]
        facts += [self.leads.get(row["id"], ""), self._company(row)]
        if row["themes_origin"] == "assigned":
            facts.append(assigned(listed(self.themes[code].lower() for code in row["themes"])))
        return join(facts, " · ")


def _cut(title: str) -> str:
    """Return an official title up to its colon, with a mark where it goes on."""
    start, cut, _ = title.partition(": ")
    return f"{start}\u00a0…" if cut else start


def _count_people(row: Row) -> tuple[str, str]:
    """Return how many an activity was for, and how many came; empty where nobody says."""
    target = f"{row['participants_target']} targeted" if row["participants_target"] else ""
    return target, f"{row['participants']} took part" if row["participants"] else ""


def _roles(ds: Record, agency: str) -> dict[str, str]:
    """Return in which roles an agency took part, and through whom, by activity."""
    parts: dict[str, list[Row]] = {}
    for part in ds.participations(agency=agency):
        parts.setdefault(part["activity"], []).append(part)
    names = ds.names("organisations", [part["via"] for own in parts.values() for part in own])
    roles = {}
    for activity, own in parts.items():
        through = [names[via] for via in sorted({part["via"] for part in own if part["via"]})]
        words = ", ".join(dict.fromkeys(ROLES.get(role_of(ds, part), role_of(ds, part)) for part in own))
        roles[activity] = words + (f" ({', '.join(through)})" if through else "")
    return roles


def _partners(ds: Record, rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the partners that are named with each activity."""
    taking_part = {row["id"]: ds.participations(activity=row["id"]) for row in rows}
    codes = {row["id"]: [part["organisation"] for part in taking_part[row["id"]]] for row in rows}
    groups = ds.look_up("organisations", (code for named in codes.values() for code in named))
    partners = [code for code, body in groups.items() if body["group"] == "partner"]
    names = ds.names_then(partners)
    return {
        row["id"]: [names.at(code, row) for code in dict.fromkeys(codes[row["id"]]) if code in partners]
        for row in rows
    }


def _leads(ds: Record, rows: Sequence[Row]) -> dict[str, str]:
    """Return which representatives in the AICHR led activities, which no source says in so many words."""
    countries = ds.names("countries", [code for row in rows for code in row["aichr_lead"]])
    named = {row["id"]: listed(f"AICHR {countries[c]}" for c in row["aichr_lead"]) for row in rows}
    return {key: ds.say("led-by", who=who) for key, who in named.items() if who}


def activities_table(
    ds: Record,
    activities: Rows,
    caption: Piece,
    *,
    columns: Sequence[str],
    agency: str | None = None,
    badges: Badges | None = None,
    tight: bool = False,
    year: bool = True,
    own: Mapping[str, Mapping[str, str]] | None = None,
) -> Fragment:
    """Return a table of activities, planned ones last.

    Parameters
    ----------
    activities
        Rows as `Record.activities` returns them.
    columns
        Of ``when`` (date, place below it), ``account`` (title, what it was, what came of it), ``part`` (the
        role of `agency`, and who else is named), ``date``, ``activity`` (title with type and place below),
        ``short`` (short title), ``place``, ``agencies``, ``source``; or any column of the dataset's table,
        such as ``venue``, under its title in the descriptor.
    badges
        Letters of the care items, by activity.
    tight
        Less space between rows, for lists of short titles.
    year
        Whether dates name their year.
    own
        Columns of the notebook's own: their words by the activities' ids, by the column's heading.

    Raises
    ------
    ValueError
        If there is no such column; it names those there are, and the nearest.
    """
    own = own or {}
    _require_columns(ds, [column for column in columns if column not in own])
    rows = in_order(activities)
    if not rows:
        return NOTHING
    maker = _Columns(ds, rows, agency, badges or {}, year, own)
    cells = [[maker.make(column, row) for column in columns] for row in rows]
    headings = list(map(maker.heading, columns))
    return table(caption, headings, cells, class_="rec tight" if tight else "rec")


def _require_columns(ds: Record, columns: Sequence[str]) -> None:
    known = list(dict.fromkeys([*_Columns.headings, _OWNED, *ds.tables["activities"].columns]))
    for column in columns:
        if column not in known:
            hint = advise(known, find_nearest(str(column), known), len(known))
            raise ValueError(f"there is no column {quote(column)} of activities{hint}")
