"""Tables and lists: activities with their marks, roles and badges; statements, differences, lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from aichr_briefings.agencies import came_of, role_of
from aichr_briefings.citations import as_of_words, cited
from aichr_briefings.record import plan_years
from aichr_briefings.rows import (
    ON_RECORD,
    NamesThen,
    country_names,
    few_or_many,
    in_order,
    list_countries,
    look_up,
    mark_of,
    name_few,
    partial_date,
    place,
    replaced,
    series_titles,
    short_name,
    short_names,
    theme_names,
    when_of,
)
from aichr_briefings.statements import KINDS
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
    records,
    sources_cell,
    span,
    strong,
    table,
    unknown,
    when,
)
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows

ROLES = {
    "technical-input": "technical input",
    "delegation-lead": "led the delegation",
    "delegation-co-lead": "co-led the delegation",
    "recipient": "meant to receive findings",
}
"""What a role is called where its code does not say it."""

_NAMES: Mapping[str, Callable[..., Mapping[str, str]]] = {
    "aichr_lead": country_names,
    "themes": theme_names,
    "series": series_titles,
}
"""Which columns hold codes, and what gives their names."""

_OWNED = "part"
"""The column that stands under the agency's name."""

Badges = Mapping[str, Sequence[str]]


class _Columns:
    """The columns that a table of activities may have; each method makes one cell of a row.

    Any column of the dataset's table may stand there, too, with what the row has in it. What all rows need
    of the dataset is asked once.
    """

    headings: Mapping[str, str] = {
        "date": "Date",
        "when": "When and where",
        "account": "What it was",
        "activity": "Activity",
        "short": "Activity",
        "place": "Place",
        "agencies": "UN agencies",
        "source": "Source",
    }

    def __init__(
        self,
        ds: Record,
        rows: Sequence[Row],
        columns: Sequence[str],
        agency: str | None,
        badges: Badges,
        year: bool,
        own: Mapping[str, Mapping[str, str]],
    ) -> None:
        self.ds, self.agency, self.badges, self.year, self.own = ds, agency, badges, year, own
        self.owner = f"{short_name(ds, agency)}'s role" if agency else "Role"
        self.countries: Mapping[str, str] = {}
        self.themes: Mapping[str, str] = {}
        self.codes: dict[str, Mapping[str, str]] = {}
        self.roles: dict[str, str] = {}
        self.partners: dict[str, list[str]] = {}
        if {"activity", "place", "when"} & set(columns):
            self.countries = country_names(ds, list_countries(row for row in rows if row["type"] != "study"))
        if {"agencies", "part"} & set(columns):
            self.names = name_few(ds, [replaced(row, agencies=self._shown(row)) for row in rows])
        if "part" in columns and agency:
            self.roles = _roles(ds, agency)
        if {"activity", "account"} & set(columns):
            assigned_ = [row["themes"] for row in rows if row["themes_origin"] == "assigned"]
            self.themes = theme_names(ds, [code for codes in assigned_ for code in codes])
            self.partners = _partners(ds, rows)
        for column in (c for c in columns if c in _NAMES):
            items = (item for row in rows for item in _items(row[column]))
            self.codes[column] = _NAMES[column](ds, items)
        self.came_of = came_of(ds, rows) if "account" in columns else {}
        known = {**self.headings, _OWNED: self.owner}
        self.titles = {c: c if c in own else known.get(c) or _label(ds, c) for c in columns}

    def heading(self, column: str) -> str:
        return self.titles[column]

    def make(self, column: str, row: Row) -> Fragment:
        """Return the cell of a column."""
        if column in self.headings or column == _OWNED:
            made: Fragment = getattr(self, column)(row)
            return made
        if column in self.own:
            return cell(self.own[column].get(row["id"]) or unknown("not stated"), label=column)
        names = self.codes.get(column, {})
        items = [names.get(item) or _say(column, item) for item in _items(row[column])]
        return cell(", ".join(items) or unknown("not stated"), label=self.titles[column])

    def date(self, row: Row) -> Fragment:
        return header_cell(glyph(mark_of(row)), " ", self._say_date(row))

    def activity(self, row: Row) -> Fragment:
        title = strong(self._badged(row["title"].partition(": ")[0], row))
        return cell(title, Fragment("<br>"), span("meta", self._meta(row)), label="Activity")

    def when(self, row: Row) -> Fragment:
        date = self._say_date(row)
        where = "" if row["type"] == "study" else self._place(row)
        below = (Fragment("<br>"), span("meta", where)) if where else ()
        return header_cell(glyph(mark_of(row)), " ", date, *below)

    def _say_date(self, row: Row) -> str:
        # Of what lasts over several years, no page says which but its date.
        return when_of(row, short=True, year=self.year or len(row["years"]) > 1)

    def _place(self, row: Row) -> str:
        return place(self.ds, row, self.countries) or self.ds.say("place-not-stated")

    def account(self, row: Row) -> Fragment:
        """Return what an activity was: title, summary, what came of it, and themes that are assigned."""
        title, cut, _ = row["title"].partition(": ")
        lines: list[Piece] = [
            strong(self._badged(f"{title}{' …' if cut else ''}{self._status(row)}", row)),
            row["summary"],
        ]
        for statement in self.came_of.get(row["id"], ())[:1]:
            lines.append(join([span("k", KINDS[statement["kind"]]), " ", statement["text"]]))
        partners = self.partners.get(row["id"], ())
        company = f"With {listed(partners)}" if partners else ""
        target = f"{row['participants_target']} targeted" if row["participants_target"] else ""
        came = f"{row['participants']} took part" if row["participants"] else ""
        facts = [fact for fact in (company, target, came) if fact]
        lines += [span("meta", " · ".join(facts))] if facts else []
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
            company = f"with {few_or_many(self.names, row, others)}"
        return cell(role, Fragment("<br>"), span("meta", company), label=self.owner)

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
        return sources_cell(cited(self.ds, row["sources"]))

    def _shown(self, row: Row) -> list[str]:
        """Return the agencies of an activity but for the one whose table this is."""
        return [code for code in row["agencies"] if code != self.agency]

    def _status(self, row: Row) -> str:
        """Return how an activity stands behind its title, and as of when; nothing of what was held."""
        as_of = "" if row["status"] == "cancelled" else as_of_words(self.ds, row)
        return "" if row["status"] == "held" else f", {say_status(row)}{as_of}"

    def _badged(self, title: str, row: Row) -> Fragment:
        return badged(title, self.badges.get(row["id"], ()))

    def _meta(self, row: Row) -> Fragment:
        as_of = as_of_words(self.ds, row)
        as_of = as_of if row["status"] != "cancelled" else ""
        kind = row["type"] if row["status"] in ON_RECORD else f"{say_status(row)}{as_of}"
        several = self.ds.say("several") if row["stands_for"] == "several" else ""
        ongoing = f"ongoing{as_of}" if row["status"] == "ongoing" else ""
        where = "" if row["type"] == "study" else self._place(row)
        target = f"{row['participants_target']} targeted" if row["participants_target"] else ""
        came = f"{row['participants']} took part" if row["participants"] else ""
        company = f"with {listed(self.partners[row['id']])}" if self.partners.get(row["id"]) else ""
        facts: list[Piece] = [capital(kind), ongoing, several, where, target, came, company]
        if row["themes_origin"] == "assigned":
            facts.append(assigned(listed(self.themes[code].lower() for code in row["themes"])))
        return join(facts, " · ")


def say_status(row: Row) -> str:
    """Return how an activity stands: ``planned``, ``postponed to November 2020``."""
    moved = f" to {when(row['moved_to'])}," if row["moved_to"] else ""
    return f"{row['status']}{moved}"


def _roles(ds: Record, agency: str) -> dict[str, str]:
    """Return in which roles an agency took part, and through whom, by activity."""
    parts: dict[str, list[Row]] = {}
    for part in ds.participations(agency=agency):
        parts.setdefault(part["activity"], []).append(part)
    names = short_names(ds, [part["via"] for own in parts.values() for part in own])
    roles = {}
    for activity, own in parts.items():
        through = [names[via] for via in sorted({part["via"] for part in own if part["via"]})]
        words = ", ".join(dict.fromkeys(role_name(role_of(ds, part)) for part in own))
        roles[activity] = words + (f" ({', '.join(through)})" if through else "")
    return roles


def _partners(ds: Record, rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the AICHR representative and the partners that are named with each activity."""
    taking_part = {row["id"]: ds.participations(activity=row["id"]) for row in rows}
    codes = {row["id"]: [part["organisation"] for part in taking_part[row["id"]]] for row in rows}
    groups = look_up(ds, "organisations", (code for named in codes.values() for code in named))
    partners = [code for code, body in groups.items() if body["group"] == "partner"]
    names = NamesThen(ds, partners)
    leads = country_names(ds, [code for row in rows for code in row["aichr_lead"]])
    return {
        row["id"]: [
            *(f"AICHR {leads[code]}" for code in row["aichr_lead"]),
            *(names.at(code, row) for code in dict.fromkeys(codes[row["id"]]) if code in partners),
        ]
        for row in rows
    }


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
    maker = _Columns(ds, rows, columns, agency, badges or {}, year, own)
    cells = [[maker.make(column, row) for column in columns] for row in rows]
    headings = [maker.heading(column) for column in columns]
    return table(caption, headings, cells, class_="rec tight" if tight else "rec")


def _require_columns(ds: Record, columns: Sequence[str]) -> None:
    known = list(dict.fromkeys([*_Columns.headings, _OWNED, *ds.tables["activities"].columns]))
    for column in columns:
        if column not in known:
            hint = advise(known, find_nearest(str(column), known), len(known))
            raise ValueError(f"there is no column {quote(column)} of activities{hint}")


def _label(ds: Record, column: str) -> str:
    return capital(ds.label("activities", column))


def _items(value: Any) -> list[Any]:
    """Return what stands in a cell: the items of a list, nothing of an empty one."""
    return list(value) if isinstance(value, tuple | list) else [] if value is None else [value]


def _say(column: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return when(str(value), short=True) if column in ("start", "end") else str(value)


def role_name(role: str) -> str:
    """Return a role as it is read: ``technical input``, ``co-host``."""
    return ROLES.get(role, role)


def serving(ds: Record, activities: Rows) -> list[tuple[Row, list[Row]]]:
    """Return the lines that the editors assigned the activities to, each with its own, most first.

    Only what certainly touches the years of a line's plan counts to it.
    """
    rows = records(activities)
    lines = look_up(ds, "provisions", (code for row in rows for code in row["provisions"])).values()
    found = [(line, _serving(line, ds.plan_of(line["id"]), rows)) for line in lines]
    return sorted(((line, own) for line, own in found if own), key=lambda pair: -len(pair[1]))


def serving_together(ds: Record, activities: Rows) -> list[tuple[list[Row], list[Row]]]:
    """Return `serving`, with the lines that have the same activities put together."""
    found: dict[tuple[str, ...], tuple[list[Row], list[Row]]] = {}
    for line, own in serving(ds, activities):
        found.setdefault(tuple(row["id"] for row in own), ([], own))[0].append(line)
    return list(found.values())


def _serving(line: Row, plan: Row, activities: Iterable[Row]) -> list[Row]:
    """Return the activities that are assigned to a line and certainly touch the years of its plan."""
    own = (row for row in activities if line["id"] in row["provisions"])
    return [row for row in own if partial_date(row).touches(plan_years(plan)) is True]
