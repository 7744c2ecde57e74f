"""What the sources say that is no activity, line by line, and where they differ from themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from aichr_briefings.citations import cited
from pressroom.pages import Fragment, Line, capital, line_list, lower_first, paragraph, records, when
from pressroom.pages.tables import Row

if TYPE_CHECKING:
    from aichr_briefings.record import Record
    from pressroom.pages.tables import Rows

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
