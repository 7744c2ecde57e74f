"""Tables: activities with their date marks, lists of lines, and the data behind a chart.

Every table has a caption and header cells; nothing in it is blank: "not stated", "none named", or an en dash
where the question does not arise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.content.dates import mark_of, when_of
from aichr_briefings.content.fragments import (
    NOTHING,
    Fragment,
    Piece,
    assigned,
    element,
    glyph,
    join,
    locators,
    span,
    strong,
    text,
)
from aichr_briefings.content.rows import Row, in_order, records
from aichr_briefings.content.words import capital, listed, number, typographic

if TYPE_CHECKING:
    import pandas as pd

    from aichr_briefings.dataset import Dataset

NOT_APPLICABLE = "–"
Badges = Mapping[str, Sequence[str]]


def unknown(words: str) -> Fragment:
    """Return words that say what the source leaves open, set in grey."""
    return span("none", words)


def table(
    caption: Piece,
    headings: Sequence[Piece],
    rows: Sequence[Sequence[Fragment]],
    *,
    class_: str | None = None,
) -> Fragment:
    """Return a table of ready cells; the first cell of a row is expected to be its header.

    Parameters
    ----------
    caption
        What the table shows.
    headings
        One per column.
    rows
        Cells made by `header_cell` and `cell`.
    """
    head = element("thead", element("tr", *(element("th", heading, scope="col") for heading in headings)))
    body = element("tbody", *(element("tr", *row) for row in rows))
    return element("table", element("caption", caption), head, body, class_=class_)


def header_cell(*pieces: Piece) -> Fragment:
    """Return the header cell of a row."""
    return element("th", *pieces, scope="row")


def cell(*pieces: Piece, label: str | None = None, class_: str | None = None) -> Fragment:
    """Return an ordinary cell; `label` stands before its value on a phone."""
    return element("td", *pieces, class_=class_, data_l=typographic(label) if label else None)


def sources_cell(sources: Sequence[str]) -> Fragment:
    """Return the source marks, one per line."""
    lines = [text(locator) for locator in locators(sources)]
    return element("td", join(lines, '<span class="sep">, </span><br>') or NOT_APPLICABLE, class_="src")


def data_table(frame: pd.DataFrame) -> Fragment:
    """Return the data behind a chart; the frame's columns are its headings."""
    rows = [
        [header_cell(str(first)), *(cell(str(value)) for value in rest)]
        for first, *rest in frame.itertuples(index=False)
    ]
    return table("The plotted data", [str(name) for name in frame.columns], rows, class_="tight")


def place(ds: Dataset, row: Row) -> str:
    """Return where an activity took place, saying what the source leaves out; empty if it says nothing."""
    country = ds.row("countries", row["country"])["short_name"] if row["country"] else ""
    parts = [part for part in (row["venue"], row["city"], country) if part]
    if not parts:
        return ""
    return ", ".join(parts) if row["city"] else f"{', '.join(parts)}, city not stated"


def agency_names(ds: Dataset, codes: Sequence[str], *, whole: int = 3) -> str:
    """Return agencies by their names, or their number in words when there are more than `whole`."""
    if len(codes) > whole:
        return f"{number(len(codes))} agencies"
    return ", ".join(ds.organisation(code)["short_name"] for code in codes)


def main_title(title: str) -> str:
    """Return a title without the subtitle behind its colon."""
    return title.partition(": ")[0]


# the activities table -----------------------------------------------------------------------------------


class _Columns:
    """The columns that a table of activities may have; each method makes one cell of a row."""

    headings: Mapping[str, str] = {
        "date": "Date",
        "activity": "Activity",
        "short": "Activity",
        "place": "Place",
        "agencies": "UN agencies",
        "others": "Other agencies",
        "source": "Source",
    }

    def __init__(self, ds: Dataset, agency: str | None, badges: Badges, year: bool) -> None:
        self.ds, self.agency, self.badges, self.year = ds, agency, badges, year
        self.owner = f"{ds.organisation(agency)['short_name']}'s role" if agency else "Role"
        self.themes = {row["code"]: row["name"] for row in records(ds.table("themes"))}

    def heading(self, column: str) -> str:
        return self.owner if column == "role" else self.headings[column]

    def date(self, row: Row) -> Fragment:
        return header_cell(glyph(mark_of(row)), " ", when_of(row, short=True, year=self.year))

    def activity(self, row: Row) -> Fragment:
        title = strong(self._badged(main_title(row["title"]), row))
        return cell(title, Fragment("<br>"), span("meta", self._meta(row)), label="Activity")

    def short(self, row: Row) -> Fragment:
        return cell(self._badged(row["short_title"], row), label="Activity")

    def place(self, row: Row) -> Fragment:
        if row["type"] == "study":
            return cell(NOT_APPLICABLE, label="Place")
        where = place(self.ds, {**row, "venue": None})
        return cell(where or unknown("not stated"), label="Place")

    def agencies(self, row: Row) -> Fragment:
        names = agency_names(self.ds, row["agencies"])
        silent = "not stated" if row["status"] == "planned" else "none named"
        return cell(names or unknown(silent), label="UN agencies")

    def others(self, row: Row) -> Fragment:
        others = [code for code in row["agencies"] if code != self.agency]
        if row["status"] == "planned" and not row["agencies"]:
            return cell(unknown("not stated"), label="Other agencies")
        words = f"{number(len(others))} others" if len(others) > 2 else agency_names(self.ds, others)
        return cell(words or unknown("none named"), label="Other agencies")

    def role(self, row: Row) -> Fragment:
        return cell(self._roles(row) or unknown("not stated"), label=self.owner)

    def source(self, row: Row) -> Fragment:
        return sources_cell(row["sources"])

    def _roles(self, row: Row) -> str:
        if not self.agency:
            return ""
        parts = self.ds.participations(activity=row["id"], agency=self.agency)
        roles = list(dict.fromkeys(role_name(role) for role in parts["role"]))
        through = [self.ds.organisation(via)["short_name"] for via in sorted(parts["via"].dropna().unique())]
        return ", ".join(roles) + (f" ({', '.join(through)})" if through else "")

    def _badged(self, title: str, row: Row) -> Fragment:
        badges = join(
            element("a", letter, class_="ref", href=f"#care-{letter}", aria_label=f"Say with care, {letter}")
            for letter in self.badges.get(row["id"], ())
        )
        # A badge does not part from the last word of the title.
        start, space, last = title.rpartition(" ")
        return text(start + space) + span("nb", last, badges) if badges else text(title)

    def _company(self, row: Row) -> str:
        """Return the AICHR representative and the partners that are named with an activity."""
        parts = self.ds.participations(activity=row["id"])
        names = [self.ds.organisation(code) for code in parts["organisation"].unique()]
        partners = [str(body["short_name"]) for body in names if body["group"] == "partner"]
        if row["aichr_lead"]:
            country = self.ds.row("countries", row["aichr_lead"])["short_name"]
            partners.insert(0, f"AICHR {country}")
        return f"with {listed(partners)}" if partners else ""

    def _meta(self, row: Row) -> Fragment:
        kind = row["status"] if row["status"] in ("planned", "cancelled") else row["type"]
        several = "several, told together" if row["stands_for"] == "several" else ""
        ongoing = "ongoing" if row["status"] == "ongoing" else ""
        where = "" if row["type"] == "study" else place(self.ds, row) or "place not stated"
        target = f"{row['participants_target']} targeted" if row["participants_target"] else ""
        facts: list[Piece] = [capital(kind), ongoing, several, where, target, self._company(row)]
        if row["themes_origin"] == "assigned":
            facts.append(assigned(listed(self.themes[code].lower() for code in row["themes"])))
        return join(facts, " · ")


def activities_table(
    ds: Dataset,
    activities: pd.DataFrame,
    caption: Piece,
    *,
    columns: Sequence[str],
    agency: str | None = None,
    badges: Badges | None = None,
    tight: bool = False,
    year: bool = True,
) -> Fragment:
    """Return a table of activities, planned ones last.

    Parameters
    ----------
    activities
        Rows as `Dataset.activities` returns them.
    columns
        Of ``date``, ``activity`` (title with type, place and assigned theme below), ``short`` (short title),
        ``place``, ``role`` (of `agency`), ``others`` (agencies besides it), ``agencies``, ``source``.
    badges
        Letters of the care items, by activity.
    tight
        Less air between rows, for lists of short titles.
    year
        Whether dates name their year.
    """
    maker = _Columns(ds, agency, badges or {}, year)
    ordered = records(in_order(activities))
    rows = [[_make(maker, column)(row) for column in columns] for row in ordered]
    headings = [maker.heading(column) for column in columns]
    return table(caption, headings, rows, class_="rec tight" if tight else "rec") if rows else NOTHING


def role_name(role: str) -> str:
    """Return a role as it is read: ``technical input``, ``co-host``."""
    return {"technical-input": "technical input", "delegation-lead": "led the delegation"}.get(role, role)


def _make(maker: _Columns, column: str) -> Callable[[Row], Fragment]:
    method: Callable[[Row], Fragment] = getattr(maker, column)
    return method
