"""What activities are sorted by: themes, and the lines of plans that the editors assigned them to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from aichr_briefings.charts import counts_chart
from aichr_briefings.naming import tell
from aichr_briefings.record import Record, name_line, plan_years
from aichr_briefings.rows import ON_RECORD, count_agencies, count_mark, partial_date
from pressroom.pages import Count, Fragment, counted, listed, lower_first, records
from pressroom.pages.tables import Row, Rows

NEAREST = 12
"""Up to how many themes are compared."""


def statements(ds: Record, theme: Row, activities: Rows) -> list[Row]:
    """Return what the sources say of a theme: of its activities, and of agencies in its own section."""
    rows = records(activities)
    said = ds.statements(subject=[theme["code"], *(row["id"] for row in rows)])
    return [*_statements_within(ds, set(theme["sources"]), sorted(count_agencies(rows))), *said]


def _statements_within(ds: Record, section: set[str], agencies: Sequence[str]) -> list[Row]:
    """Return what a section of a source, and no other place, says of agencies."""
    if not (section and agencies):
        return []
    rows = ds.statements(subject=agencies)
    within = [row["id"] for row in rows if set(row["sources"]) <= section]
    return list(ds.look_up("statements", within).values())


def with_activities(ds: Record, codes: Sequence[str]) -> list[str]:
    """Return the names of those of the themes that have activities on record."""
    some = [code for code in codes if ds.count(theme=code, status=ON_RECORD)]
    return list(ds.names("themes", some).values())


def follow_ups(ds: Record, activities: Rows) -> list[tuple[Row, Row]]:
    """Return which activity, the first of a pair, is followed by which of these, as the sources state it."""
    following = [row for row in records(activities) if row["follows"]]
    followed = ds.look_up("activities", (row["follows"] for row in following))
    return [(followed[row["follows"]], row) for row in following]


def leads(ds: Record, activities: Rows) -> list[tuple[list[str], list[Row]]]:
    """Return for which countries a representative in the AICHR is named, each time with the activities."""
    led = [row for row in records(activities) if row["aichr_lead"]]
    names = ds.names("countries", (code for row in led for code in row["aichr_lead"]))
    found: dict[tuple[str, ...], list[Row]] = {}
    for row in led:
        found.setdefault(tuple(row["aichr_lead"]), []).append(row)
    return [([names[code] for code in codes], rows) for codes, rows in found.items()]


def instruments(ds: Record, activities: Rows) -> list[Row]:
    """Return the conventions and other texts that the sources name with any of the activities."""
    own = {row["id"] for row in records(activities)}
    return [row for row in ds.table("instruments") if own & set(row["activities"])]


def themes_near(ds: Record, theme: str) -> list[str]:
    """Return a theme and those that stand nearest to it in the order of themes, twelve at most."""
    return nearest(ds.codes("themes"), theme, NEAREST)


def nearest(items: Sequence[str], item: str, most: int) -> list[str]:
    """Return an item and those that stand nearest to it, in their order, at most so many in all.

    >>> nearest(["a", "b", "c", "d", "e"], "d", 3)
    ['c', 'd', 'e']
    """
    start = min(max(items.index(item) - most // 2, 0), max(len(items) - most, 0))
    return list(items[start : start + most])


def themes_compared(ds: Record, *, highlighted: str, caption: str, none: str) -> Fragment:
    """Return the themes nearest to one by their number of recorded activities, it highlighted.

    Parameters
    ----------
    caption
        What is drawn, as a sentence; what the marks mean follows it.
    none
        What stands beside a theme without any.
    """
    near = themes_near(ds, highlighted)
    names = ds.names("themes", near)
    counts, shown = [], [*ds.look_up("themes", near).values()]
    for code in near:
        rows = ds.activities(theme=code, status=ON_RECORD)
        shown += rows
        words = counted(len(rows), "activity") if rows else none
        counts.append(
            Count(names[code], tuple(map(count_mark, rows)), words, highlighted=code == highlighted)
        )
    source = f"{ds.citations.name(shown, sections='first and last')}."
    return counts_chart(ds, counts, name="themes", caption=caption, source=source, of="Theme")


MOST_TOLD = 3
"""Up to how many lines, or groups of lines with the same activities, are told one by one."""


def lines_of(ds: Record, plan: str = "") -> list[str]:
    """Return the ids of the lines of a plan, or of all, that the source gives, in their order."""
    if not plan:
        return list(ds.codes("provisions"))
    lines = ds.table("provisions", keys=[plan], by="plan")
    return [line["id"] for line in lines if line["status"] == "given"]


def count_by_line(ds: Record, plan: str = "") -> dict[str, int]:
    """Return how many activities on record are assigned to each line of a plan, or of all, by its id."""
    return {line: ds.count(provision=line, status=ON_RECORD) for line in lines_of(ds, plan)}


def compared(ds: Record, line: Row) -> list[Row]:
    """Return the activities that the picture of a line compares: those of all lines of its plan."""
    return [
        row for own in lines_of(ds, line["plan"]) for row in ds.activities(provision=own, status=ON_RECORD)
    ]


def assigned_to(
    ds: Record,
    served: Sequence[tuple[list[Row], list[Row]]],
    names: Mapping[str, str],
    *,
    few: int = MOST_TOLD,
) -> list[str]:
    """Return which activities are assigned to which lines: ``the workshop of 2017 to line 1.2.6 (texts)``.

    Those that have been told of another line already are told as some of them.

    Parameters
    ----------
    served
        As `serving_together` returns them; the last are counted if there are more than `MOST_TOLD`.
    few
        Up to how many activities are called by their names; for one or none, they are counted, and for none,
        one line is told.
    """
    most = MOST_TOLD if few else 1
    phrases, told = [], set[str]()
    for lines, rows in served[:most]:
        again = {row["id"] for row in rows} <= told
        told |= {row["id"] for row in rows}
        where = listed(_call_line(ds, line) for line in lines)
        what = tell(rows, names, few=min(few, MOST_TOLD), noun="" if few > 1 else "activity")
        phrases.append(ds.say("assigned.again" if again else "assigned.to", what=what, line=where))
    rest = sum(len(lines) for lines, _ in served[most:])
    return [*phrases, f"some to {counted(rest, 'more line')}"] if rest else phrases


def _call_line(ds: Record, line: Row) -> str:
    """Return a line with its heading; where its plan has to be told, without."""
    named = name_line(ds, line)
    return named if len(ds.table("plans")) > 1 else f"{named} ({lower_first(line['heading'])})"


def reasons(activities: Rows, line: Row) -> dict[str, str]:
    """Return why the editors assigned each of the activities to a line, by its id, where they say it."""
    found = {}
    for row in records(activities):
        by_line = dict(zip(row["provisions"], row["provisions_reason"], strict=False))
        if by_line.get(line["id"]):
            found[row["id"]] = str(by_line[line["id"]])
    return found


def lines_compared(ds: Record, line: Row, *, caption: str, none: str, source: str) -> Fragment:
    """Return the lines of a line's plan by the activities assigned to them, it highlighted.

    Parameters
    ----------
    caption
        What is drawn, as a sentence; what the marks mean follows it.
    none
        What stands beside a line without any.
    source
        Whose assignment it is, behind the sources of the lines.
    """
    lines = ds.look_up("provisions", lines_of(ds, line["plan"]))
    counts = []
    for own in lines.values():
        rows = ds.activities(provision=own["id"], status=ON_RECORD)
        marks = tuple(map(count_mark, rows))
        label = f"{own['paragraph']}  {own['heading']}"
        words = str(len(rows)) if rows else none
        highlighted = own["id"] == line["id"]
        counts.append(Count(label, marks, words, highlighted=highlighted, short=own["paragraph"]))
    cited = f"{ds.citations.name(list(lines.values()))}; {source}"
    return counts_chart(ds, counts, name="lines", caption=caption, source=cited, of="Line")


def serving(ds: Record, activities: Rows) -> list[tuple[Row, list[Row]]]:
    """Return the lines that the editors assigned the activities to, each with its own, most first.

    Only what certainly touches the years of a line's plan counts to it.
    """
    rows = records(activities)
    lines = ds.look_up("provisions", (code for row in rows for code in row["provisions"])).values()
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
